"""Reads `[tool.classify]` from a `pyproject.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from classify.checks.settings import (
    NO_REQUEST,
    IdentitySettings,
    Overrides,
    PathSettings,
    RequestSettings,
    Selection,
    Settings,
    SettingWord,
    Touch,
)
from classify.checks.settings_form import DEFAULT_KEYS, OVERRIDE_KEYS, REQUEST_KEYS, SELECTION_KEYS, SETTINGS
from classify.documents import Entry, Map, Node, Problems, check, read_text, shown_path
from classify.documents.node import broken
from classify.errors import FileError, Problem

FILE_NAME = "pyproject.toml"
_TABLE = "$.tool.classify"
_MAY_HOLD = re.compile(r"classify|\[\s*tool\s*\.\s*[\"']?c", re.IGNORECASE)


def find_settings(start: Path) -> Settings:
    """The settings that hold in a folder: of the nearest `pyproject.toml` upwards with `[tool.classify]`, else none.

    Raises:
        FileError: with everything that is wrong in the file.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        path = candidate / FILE_NAME
        if path.is_file():
            found = _read(path, required=False)
            if found is not None:
                return found
    return Settings(root=folder)


def load_settings(path: Path) -> Settings:
    """The settings of one file.

    Raises:
        FileError: with everything that is wrong in the file, a missing `[tool.classify]` included.
    """
    found = _read(path, required=True)
    if found is None:
        raise FileError([Problem(shown_path(path), "", "no table `[tool.classify]`, add one")])
    return found


def _read(path: Path, *, required: bool) -> Settings | None:
    """The settings of a file, or None where it has no `[tool.classify]`."""
    text = read_text(path)
    if not text.strip() or (not required and not _MAY_HOLD.search(text)):
        return None  # most projects' files: spares the import of the parser
    from classify.documents.toml_format import read_toml

    shown = shown_path(path)
    document = read_toml(text, shown)
    tool = document.get("tool") if isinstance(document, Map) else None
    table = tool.get("classify") if isinstance(tool, Map) else None
    if table is not None:
        return _Reader(shown, path.resolve().parent).settings(table)
    for key, _ in tool.entries.values() if isinstance(tool, Map) else ():
        if _is_close(key.text.lower()):
            what = f"unknown table `[tool.{key.text}]` (did you mean `[tool.classify]`?)"
            raise broken(shown, key.at, what)
    return None


def _is_close(word: str) -> bool:
    """Whether a word is `classify` with one letter more, less or another; not `classifier`."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, "classify").ratio() > 0.85


class _Reader:
    """Turns the table into settings, and gathers what is wrong in it beyond its form."""

    def __init__(self, shown: str, root: Path) -> None:
        self._root = root
        self._problems = Problems(shown)
        self._words: list[SettingWord] = []

    def settings(self, raw: Node) -> Settings:
        """The settings, or a `FileError` with all problems."""
        table = check(raw, SETTINGS, self._problems, _TABLE) or Entry(Map({}, raw.at), self._problems, _TABLE)
        store = table.optional("store")
        found = Settings(
            root=self._root,
            catalog=tuple(self._root / path for path in table.texts("catalog")),
            scheme=self._file(table, "scheme"),
            policy=self._file(table, "policy"),
            groups=self._file(table, "groups"),
            store=store if store is None or "://" in store else str(self._root / store),
            identity=self._identity(table),
            defaults=Overrides(**self._known(table, DEFAULT_KEYS)),
            touch=Touch(table.optional("touch") or Touch.ASKED),
            exclude=table.texts("exclude"),
            request=self._request(table),
            paths=tuple(self._paths(table)),
            selection=_selection(table),
            callees=table.texts("callees"),
            words=tuple(self._words),
        )
        if isinstance(raw, Map):
            self._require_files(Entry(raw, self._problems, _TABLE))
        self._problems.raise_any()
        return found

    def _file(self, table: Entry, key: str) -> Path | None:
        value = table.optional(key)
        return self._root / value if value is not None else None

    def _identity(self, table: Entry) -> IdentitySettings:
        entry = table.entry("identity")
        if entry is None:
            return IdentitySettings()
        found = IdentitySettings(**{key: entry.text(key) for key in entry.names()})
        if found.provider == "oidc" and (found.issuer is None or found.audience is None):
            entry.wrong("tokens need an `issuer` and an `audience`, say whose are believed, and for whom")
        return found

    def _require_files(self, table: Entry) -> None:
        """Report what is said for a policy where there is none to say it to."""
        has_policy = "policy" in table
        for key, why in (("groups", "is of a policy"), ("store", "keeps what a policy asks for")):
            if key in table and not has_policy:
                table.value(key).wrong(f"`{key}` {why}, add `policy`")
        for around in (table, *table.entries("paths")):
            request = around.entry("request")
            if request is None:
                continue
            if not has_policy:
                request.wrong("`request` is what a policy is asked, add `policy`")
            elif "requester" in request and "groups" not in table:
                request.value("requester").wrong("`requester` is one of the groups file, add `groups`")

    def _paths(self, table: Entry) -> Iterator[PathSettings]:
        for entry in table.entries("paths"):
            overrides = Overrides(**self._known(entry, OVERRIDE_KEYS))
            yield PathSettings(entry.text("match"), overrides, _selection(entry), self._request(entry))

    def _request(self, table: Entry) -> RequestSettings:
        entry = table.entry("request")
        return RequestSettings(**self._known(entry, REQUEST_KEYS)) if entry is not None else NO_REQUEST

    def _known(self, table: Entry, keys: Iterable[str]) -> dict[str, str]:
        """The texts of some keys, by the name that code has for each; each is a word that others must know."""
        found: dict[str, str] = {}
        for key in keys:
            for said in table.said(key):
                found[key.replace("-", "_")] = said.text
                self._words.append(SettingWord(key, said.text, said.place, said.path))
        return found


def _selection(table: Entry) -> Selection:
    return Selection(**{key: table.texts(key) for key in SELECTION_KEYS if key in table})
