"""Reads `[tool.classify]` from a `pyproject.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from classify.checks.settings import (
    NO_REQUEST,
    IdentitySettings,
    Overrides,
    PathSettings,
    RequestSettings,
    Selection,
    Settings,
    Touch,
    Word,
)
from classify.checks.settings_form import DEFAULT_KEYS, OVERRIDE_KEYS, REQUEST_KEYS, SELECTION_KEYS, SETTINGS
from classify.documents import Items, Node, Report, Scalar, Table, check, read_text, shown_path
from classify.documents.node import broken, spelled
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
    tool = document.get("tool") if isinstance(document, Table) else None
    table = tool.get("classify") if isinstance(tool, Table) else None
    if table is not None:
        return _Reader(shown, path.resolve().parent).settings(table)
    for key, _ in tool.entries.values() if isinstance(tool, Table) else ():
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
        self._report = Report(shown)
        self._words: list[Word] = []

    def settings(self, raw: Node) -> Settings:
        """The settings, or a `FileError` with all problems."""
        table = check(raw, SETTINGS, self._report, _TABLE) or Table({}, raw.at)
        store = _text(table, "store")
        touch = _text(table, "touch")
        found = Settings(
            root=self._root,
            catalog=tuple(self._root / path for path in _texts(table, "catalog")),
            scheme=self._file(table, "scheme"),
            policy=self._file(table, "policy"),
            groups=self._file(table, "groups"),
            store=store if store is None or "://" in store else str(self._root / store),
            identity=self._identity(table),
            defaults=Overrides(**self._known(table, _TABLE, DEFAULT_KEYS)),
            touch=Touch(touch) if touch is not None else Touch.ASKED,
            exclude=_texts(table, "exclude"),
            request=self._request(table, _TABLE),
            paths=self._paths(table),
            selection=_selection(table),
            callees=_texts(table, "callees"),
            words=tuple(self._words),
        )
        if isinstance(raw, Table):
            self._require_files(raw)
        if self._report.problems:
            raise FileError(self._report.problems)
        return found

    def _file(self, table: Table, key: str) -> Path | None:
        value = _text(table, key)
        return self._root / value if value is not None else None

    def _identity(self, table: Table) -> IdentitySettings:
        node = table.get("identity")
        if not isinstance(node, Table):
            return IdentitySettings()
        found = IdentitySettings(**{key: value for key in node.entries if (value := _text(node, key)) is not None})
        if found.provider == "oidc" and (found.issuer is None or found.audience is None):
            what = "tokens need an `issuer` and an `audience`, say whose are believed, and for whom"
            self._report.add(node.at, f"{_TABLE}.identity", what)
        return found

    def _require_files(self, table: Table) -> None:
        """Report what is said for a policy where there is none to say it to."""
        has_policy = "policy" in table.entries
        for key, why in (("groups", "is of a policy"), ("store", "keeps what a policy asks for")):
            node = table.get(key)
            if node is not None and not has_policy:
                self._report.add(node.at, f"{_TABLE}.{key}", f"`{key}` {why}, add `policy`")
        paths = table.get("paths")
        entries = paths.items if isinstance(paths, Items) else ()
        inside = [(_TABLE, table), *((f"{_TABLE}.paths[{index}]", one) for index, one in enumerate(entries))]
        for path, around in inside:
            request = around.get("request") if isinstance(around, Table) else None
            if not isinstance(request, Table):
                continue
            requester = request.get("requester")
            if not has_policy:
                self._report.add(request.at, f"{path}.request", "`request` is what a policy is asked, add `policy`")
            elif requester is not None and "groups" not in table.entries:
                what = "`requester` is one of the groups file, add `groups`"
                self._report.add(requester.at, f"{path}.request.requester", what)

    def _paths(self, table: Table) -> tuple[PathSettings, ...]:
        node = table.get("paths")
        found: list[PathSettings] = []
        for index, entry in enumerate(node.items if isinstance(node, Items) else ()):
            if isinstance(entry, Table):
                path = f"{_TABLE}.paths[{index}]"
                overrides = Overrides(**self._known(entry, path, OVERRIDE_KEYS))
                request = self._request(entry, path)
                found.append(PathSettings(_text(entry, "match") or "", overrides, _selection(entry), request))
        return tuple(found)

    def _request(self, table: Table, path: str) -> RequestSettings:
        node = table.get("request")
        if not isinstance(node, Table):
            return NO_REQUEST
        return RequestSettings(**self._known(node, f"{path}.request", REQUEST_KEYS))

    def _known(self, table: Table, path: str, keys: Iterable[str]) -> dict[str, str]:
        """The texts of some keys, by the name that code has for each; each is a word that others must know."""
        found: dict[str, str] = {}
        for key in keys:
            node = table.get(key)
            if isinstance(node, Scalar):
                found[key.replace("-", "_")] = node.text
                self._words.append(Word(key, node.text, spelled(self._report.file, node.at), f"{path}.{key}"))
        return found


def _text(table: Table, key: str) -> str | None:
    node = table.get(key)
    return node.text if isinstance(node, Scalar) else None


def _texts(table: Table, key: str) -> tuple[str, ...]:
    """The texts of a list, or the one that stands in its place."""
    node = table.get(key)
    items = node.items if isinstance(node, Items) else (node,)
    return tuple(one.text for one in items if isinstance(one, Scalar) and one.value is not None)


def _selection(table: Table) -> Selection:
    return Selection(**{key: _texts(table, key) for key in SELECTION_KEYS if key in table.entries})
