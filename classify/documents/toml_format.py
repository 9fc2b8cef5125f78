"""Reads TOML: the values from the standard library's parser, their places from a scan of its keys."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping

from classify.documents.node import DEEPEST, NOWHERE, Items, Key, Node, Place, Scalar, broken, map_of
from classify.errors import FileError
from classify.lines import LineTable

_COMPLAINT = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)\Z", re.DOTALL
)

_Path = tuple[str | int, ...]


def read_toml(text: str, shown: str) -> Node:
    """The values of a TOML text.

    Raises:
        FileError: broken syntax.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(shown, str(error), text) from None
    except RecursionError:
        raise broken(shown, NOWHERE, f"nested more than {DEEPEST} deep") from None
    except ValueError as error:  # a number with too many digits, a day that does not exist
        raise broken(shown, NOWHERE, f"not TOML: {error}") from None
    return _node(document, (), _Places(text).found, (1, 1), shown)


def _syntax(shown: str, message: str, text: str) -> FileError:
    match = _COMPLAINT.match(message)
    at, what = NOWHERE, message
    if match is not None:
        what = match["what"]
        at = (int(match["line"]), int(match["column"])) if match["line"] else LineTable(text).place(len(text))
    return broken(shown, at, f"not TOML: {what[:1].lower()}{what[1:]}")


def _node(value: object, path: _Path, places: Mapping[_Path, Place], around: Place, shown: str) -> Node:
    """A value with the place of its key, or of the nearest table around it that has one."""
    at = places.get(path, around)
    if len(path) > DEEPEST:
        raise broken(shown, at, f"nested more than {DEEPEST} deep")
    if isinstance(value, dict):
        pairs = (
            (Key(key, places.get((*path, key), at)), _node(inner, (*path, key), places, at, shown))
            for key, inner in value.items()
        )
        return map_of(pairs, at)
    if isinstance(value, list):
        return Items(tuple(_node(inner, (*path, index), places, at, shown) for index, inner in enumerate(value)), at)
    if isinstance(value, (datetime.date, datetime.time)):
        text = value.isoformat()
        return Scalar(text, text, at)
    if isinstance(value, bool):
        return Scalar(value, "true" if value else "false", at)
    if isinstance(value, (int, float)):
        return Scalar(value, repr(value), at)
    return Scalar(str(value), str(value), at)


_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\]|\\.)*"|'
    r"'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^\s,\]}#]+(?: \d[^\s,\]}#]*)?")  # a date and a time may have a space between them


class _Places:
    """Where the keys and items of a text stand that is known to be TOML.

    It only decides what place a message names, so a turn of TOML that it does not follow costs no more than that.

    Attributes:
        found: the place of each value by its path.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines = LineTable(text)
        self._counts: dict[_Path, int] = {}
        self.found: dict[_Path, Place] = {}
        table: _Path = ()
        while True:
            self._skip()
            if self._at >= len(text):
                return
            start = self._at
            if text[start] == "[":
                table = self._header()
            else:
                self._entry(table)
            if self._at <= start:
                return

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _header(self) -> _Path:
        place = self._lines.place(self._at)
        several = self._text.startswith("[[", self._at)
        self._at += 2 if several else 1
        path = self._inside((), tuple(self._key()))
        self._at += 2 if several else 1
        if several:
            self._counts[path] = self._counts.get(path, -1) + 1
            self.found.setdefault(path, place)
            path = (*path, self._counts[path])
        self.found.setdefault(path, place)
        return path

    def _inside(self, table: _Path, keys: tuple[str, ...]) -> _Path:
        """The path of a key, through the last item of each list of tables on the way."""
        path = table
        for at, key in enumerate(keys):
            path = (*path, key)
            if at < len(keys) - 1 and path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _key(self) -> Iterator[str]:
        while True:
            self._skip()
            match = _STRING.match(self._text, self._at) or _BARE.match(self._text, self._at)
            if match is None:
                return
            self._at = match.end()
            word = match[0]
            yield tomllib.loads(f"k = {word}")["k"] if word[0] in "\"'" else word
            self._skip()
            if not self._text.startswith(".", self._at):
                return
            self._at += 1

    def _entry(self, table: _Path) -> None:
        place = self._lines.place(self._at)
        path = self._inside(table, tuple(self._key()))
        for length in range(len(table) + 1, len(path) + 1):
            self.found.setdefault(path[:length], place)
        self._skip()
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: _Path) -> None:
        self._skip()
        opening = self._text[self._at : self._at + 1]
        if opening not in ("[", "{") or len(path) > DEEPEST:
            match = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            self._at = match.end() if match else len(self._text)
            return
        self._at += 1
        index = 0
        while True:
            self._skip()
            if self._text[self._at : self._at + 1] in ("]", "}", ""):
                self._at += 1
                return
            if opening == "[":
                self.found.setdefault((*path, index), self._lines.place(self._at))
                self._value((*path, index))
                index += 1
            else:
                self._entry(path)
            self._skip()
            if self._text.startswith(",", self._at):
                self._at += 1
