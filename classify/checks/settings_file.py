"""Reads `[tool.classify]` from a `pyproject.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
from classify.errors import FileError, Problem, nearest

FILE_NAME = "pyproject.toml"
OVERRIDE_KEYS = ("dialect", "ceiling", "default-schema", "sink")

_TABLE = "$.tool.classify"
_DEFAULT_KEYS = (
    "dialect",
    "ceiling",
    "default-schema",
)  # the keys of a file that the table itself may have, as defaults
_SELECTION_KEYS = ("select", "ignore", "warn")
_FILES = ("catalog", "scheme", "policy", "groups")
_KEYS = (
    *_FILES,
    "store",
    "identity",
    "touch",
    "exclude",
    "callees",
    "request",
    "paths",
    *_DEFAULT_KEYS,
    *_SELECTION_KEYS,
)
_PATH_KEYS = ("match", *OVERRIDE_KEYS, "request", *_SELECTION_KEYS)
_REQUEST_KEYS = (
    "requester",
    "identity",
    "action",
    "purpose",
    "environment",
    "execution-region",
    "sink-kind",
    "sink-region",
)
_ACTIONS = ("read", "write", "export")
_IDENTITY_KEYS = ("provider", "issuer", "audience", "claim")
_PROVIDERS = ("os", "environment", "oidc")
_SELECTED = re.compile(r"ALL|CLS\d{0,3}")


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
        raise FileError([Problem(_shown(path), "", "no table `[tool.classify]`, add one")])
    return found


def _read(path: Path, *, required: bool) -> Settings | None:
    """The settings of a file, or None where it has no `[tool.classify]`."""
    shown = _shown(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError([Problem(shown, "", f"cannot be read: {_reason(error)}")]) from None
    if not required and not _MAY_HOLD.search(data):
        return None  # most projects' files: spares the import of the parser
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise FileError([Problem(shown, "", f"is not UTF-8 at byte {error.start}, save it as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise FileError([_syntax_problem(shown, str(error))]) from None
    tool = document.get("tool")
    table = tool.get("classify") if isinstance(tool, dict) else None
    if table is None:
        near = [key for key in (tool if isinstance(tool, dict) else ()) if _is_close(key.lower())]
        if near:
            at = _places(text).get(f"$.tool.{near[0]}")
            place = f"{shown}:{at[0]}:{at[1]}" if at else shown
            raise FileError([Problem(place, "", f"unknown table `[tool.{near[0]}]` (did you mean `[tool.classify]`?)")])
        return None
    return _Reader(shown, path.resolve().parent, _places(text)).settings(table)


def _is_close(word: str) -> bool:
    """Whether a word is `classify` with one letter more, less or another; not `classifier`."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, "classify").ratio() > 0.85


_MAY_HOLD = re.compile(rb"classify|\[\s*tool\s*\.\s*[\"']?c", re.IGNORECASE)


def _shown(path: Path) -> str:
    """The path as a person would name it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _syntax_problem(shown: str, message: str) -> Problem:
    """The parser's complaint, with its place where ours stand."""
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z", message)
    text = message[: at.start()] if at else message
    place = f"{shown}:{at[1]}:{at[2]}" if at and at[1] else shown
    return Problem(place, "", f"not TOML: {text[:1].lower()}{text[1:]}")


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(r"""(\s*)(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=""")


def _places(text: str) -> Mapping[str, tuple[int, int]]:
    """Where tables and keys stand, by their path: 1-based line and column.

    The standard library's parser tells no places, so this reads the usual layout, one key a line. What stands otherwise
    (inline tables, dotted keys) gets the place of the nearest table around it.
    """
    found: dict[str, tuple[int, int]] = {}
    table, counts = "$", dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = "$." + re.sub(r"""\s*\.\s*|["']""", lambda part: "." if "." in part[0] else "", header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found[table] = (number, line.index("[") + 1)
        elif key:
            found.setdefault(f"{table}.{key[2] or key[3] or key[4]}", (number, len(key[1]) + 1))
    return found


class _Reader:
    """Turns the table into settings, and gathers what is wrong in it."""

    def __init__(self, shown: str, root: Path, places: Mapping[str, tuple[int, int]]) -> None:
        self._shown = shown
        self._root = root
        self._places = places
        self._problems: list[tuple[tuple[int, int], Problem]] = []
        self._words: list[Word] = []

    def settings(self, table: object) -> Settings:
        """The settings, or a `FileError` with all problems."""
        document = self._table(table, _TABLE, _KEYS)
        found = Settings(
            root=self._root,
            catalog=tuple(self._root / path for path in self._texts(document, _TABLE, "catalog")),
            scheme=self._file(document, "scheme"),
            policy=self._file(document, "policy"),
            groups=self._file(document, "groups"),
            store=self._store(document),
            identity=self._identity(document),
            defaults=self._overrides(document, _TABLE, _DEFAULT_KEYS),
            touch=self._touch(document),
            exclude=self._texts(document, _TABLE, "exclude"),
            request=self._request(document, _TABLE),
            paths=self._paths(document),
            selection=self._selection(document, _TABLE),
            callees=self._texts(document, _TABLE, "callees"),
            words=tuple(self._words),
        )
        self._require_files(found)
        if self._problems:
            raise FileError(problem for _, problem in sorted(self._problems, key=lambda found: found[0]))
        return found

    def _file(self, document: Mapping[str, object], key: str) -> Path | None:
        value = self._text(document, _TABLE, key)
        return self._root / value if value is not None else None

    def _store(self, document: Mapping[str, object]) -> str | None:
        """A URL, or a path that is relative to the file."""
        value = self._text(document, _TABLE, "store")
        return value if value is None or "://" in value else str(self._root / value)

    def _identity(self, document: Mapping[str, object]) -> IdentitySettings:
        path = f"{_TABLE}.identity"
        if "identity" not in document:
            return IdentitySettings()
        table = self._table(document["identity"], path, _IDENTITY_KEYS)
        texts = {key: value for key in _IDENTITY_KEYS if (value := self._text(table, path, key)) is not None}
        found = IdentitySettings(**texts)
        if found.provider not in _PROVIDERS:
            hint = nearest(found.provider, _PROVIDERS) or f", expected one of {', '.join(_PROVIDERS)}"
            self._problem(f"{path}.provider", f"unknown provider `{found.provider}`{hint}")
        if found.provider == "oidc" and (found.issuer is None or found.audience is None):
            self._problem(path, "tokens need an `issuer` and an `audience`, say whose are believed, and for whom")
        return found

    def _require_files(self, found: Settings) -> None:
        """Report what is said for a policy where there is none to say it to."""
        if found.policy is None and found.groups is not None:
            self._problem(f"{_TABLE}.groups", "`groups` is of a policy, add `policy`")
        if found.policy is None and found.store is not None:
            self._problem(f"{_TABLE}.store", "`store` keeps what a policy asks for, add `policy`")
        requests = [(_TABLE, found.request)]
        requests += [(f"{_TABLE}.paths[{index}]", one.request) for index, one in enumerate(found.paths)]
        for path, request in requests:
            if found.policy is None and request != NO_REQUEST:
                self._problem(f"{path}.request", "`request` is what a policy is asked, add `policy`")
            elif found.groups is None and request.requester is not None:
                self._problem(f"{path}.request.requester", "`requester` is one of the groups file, add `groups`")

    def _touch(self, document: Mapping[str, object]) -> Touch:
        value = self._text(document, _TABLE, "touch")
        known = tuple(touch.value for touch in Touch)
        if value is None or value in known:
            return Touch(value) if value is not None else Touch.ASKED
        self._problem(
            f"{_TABLE}.touch", f"unknown `{value}`{nearest(value, known) or ', expected `asked` or `result`'}"
        )
        return Touch.ASKED

    def _paths(self, document: Mapping[str, object]) -> tuple[PathSettings, ...]:
        entries = document.get("paths", [])
        if not isinstance(entries, list):
            self._problem(f"{_TABLE}.paths", f"expected tables `[[tool.classify.paths]]`, found {_kind(entries)}")
            return ()
        return tuple(self._path(entry, f"{_TABLE}.paths[{index}]") for index, entry in enumerate(entries))

    def _path(self, entry: object, path: str) -> PathSettings:
        table = self._table(entry, path, _PATH_KEYS)
        match = self._text(table, path, "match")
        if match is None and "match" not in table:
            self._problem(path, "no `match`, expected the gitignore pattern of its files")
        elif match is not None and not match.strip():
            self._problem(f"{path}.match", "is empty, expected a gitignore pattern")
        overrides, selection = self._overrides(table, path, OVERRIDE_KEYS), self._selection(table, path)
        return PathSettings(match or "", overrides, selection, self._request(table, path))

    def _request(self, table: Mapping[str, object], path: str) -> RequestSettings:
        if "request" not in table:
            return NO_REQUEST
        inner = f"{path}.request"
        found = self._known_texts(self._table(table["request"], inner, _REQUEST_KEYS), inner, _REQUEST_KEYS)
        action = found.get("action")
        if action is not None and action not in _ACTIONS:
            hint = nearest(action, _ACTIONS) or f", expected one of {', '.join(_ACTIONS)}"
            self._problem(f"{inner}.action", f"unknown action `{action}`{hint}")
        return RequestSettings(**found)

    def _selection(self, table: Mapping[str, object], path: str) -> Selection:
        found: dict[str, tuple[str, ...]] = {}
        for key in _SELECTION_KEYS:
            if key not in table:
                continue
            found[key] = self._texts(table, path, key)
            for code in found[key]:
                if not _SELECTED.fullmatch(code):
                    message = f"`{code}` is no rule, expected a code as CLS101, what codes begin with, or ALL"
                    self._problem(f"{path}.{key}", message)
        return Selection(**found)

    def _overrides(self, table: Mapping[str, object], path: str, keys: Iterable[str]) -> Overrides:
        return Overrides(**self._known_texts(table, path, keys))

    def _known_texts(self, table: Mapping[str, object], path: str, keys: Iterable[str]) -> dict[str, str]:
        """The texts of some keys, by the name that code has for each; each is a word that others must know."""
        found: dict[str, str] = {}
        for key in keys:
            value = self._text(table, path, key)
            if value is not None:
                found[key.replace("-", "_")] = value
                self._words.append(Word(key, value, self._place(f"{path}.{key}"), f"{path}.{key}"))
        return found

    def _table(self, value: object, path: str, known: tuple[str, ...]) -> Mapping[str, object]:
        if not isinstance(value, dict):
            self._problem(path, f"expected a table, found {_kind(value)}")
            return {}
        for key in value:
            if key not in known:
                hint = nearest(key, known) or f", expected one of {', '.join(known)}"
                self._problem(f"{path}.{key}", f"unknown key `{key}`{hint}")
        return value

    def _text(self, table: Mapping[str, object], path: str, key: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._problem(f"{path}.{key}", f"expected a text, found {_kind(value)}")
        return None

    def _texts(self, document: Mapping[str, object], path: str, key: str) -> tuple[str, ...]:
        value = document.get(key, [])
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if not isinstance(item, str):
                    self._problem(f"{path}.{key}[{index}]", f"expected a text, found {_kind(item)}")
            return tuple(item for item in value if isinstance(item, str))
        self._problem(f"{path}.{key}", f"expected a list of texts, found {_kind(value)}")
        return ()

    def _problem(self, path: str, message: str) -> None:
        self._problems.append((self._position(path), Problem(self._place(path), path, message)))

    def _place(self, path: str) -> str:
        line, column = self._position(path)
        return f"{self._shown}:{line}:{column}" if line else self._shown

    def _position(self, path: str) -> tuple[int, int]:
        """Where a path stands, or the nearest one around it that the file shows; (0, 0) for none."""
        while path and path not in self._places:
            path = re.sub(r"(\[\d+\]|\.?[^.\[]*)\Z", "", path, count=1)
        return self._places.get(path, (0, 0))


def _kind(value: object) -> str:
    """What TOML calls a value's type; never the value itself."""
    kinds = {bool: "a boolean", int: "an integer", float: "a float", str: "a text", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")
