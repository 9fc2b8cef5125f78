"""Dataset and column names: their parts, how each dialect folds them, and their canonical spelling."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable

from attrs import frozen

from classify.errors import UsageError

_PLAIN = re.compile(r"[^\W\d][\w$]*\Z")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\s."]+))\s*(\.|\Z)')


@frozen
class Part:
    """One part of a name: its text without quotes, and whether it was quoted."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        """The canonical spelling: quoted with `"` where it must be or was."""
        if not self.quoted and _PLAIN.match(self.text):
            return self.text
        return '"' + self.text.replace('"', '""') + '"'


@frozen
class Name:
    """A dataset's name: one to three parts, the last one the table's own."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.parts))


def parse_name(text: str) -> Name:
    """The name that `text` spells.

    >>> str(parse_name('app."Users"'))
    'app."Users"'

    Raises:
        UsageError: an empty part, an open quote, or text between a quote and a dot.
    """
    parts: list[Part] = []
    at = 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise UsageError(f"`{text}` is not a name: expected parts joined by dots, each plain or in double quotes")
        quoted, plain, end = match.groups()
        parts.append(Part(quoted.replace('""', '"'), True) if quoted is not None else Part(plain))
        at = match.end()
        if not end:
            return Name(tuple(parts))


class Folding(enum.Enum):
    """How identifiers of one kind are compared."""

    LOWER = "lower"  # unquoted ones fold to lower case, quoted ones are exact
    UPPER = "upper"  # unquoted ones fold to upper case, quoted ones are exact
    INSENSITIVE = "insensitive"  # case never counts, quoted or not
    SENSITIVE = "sensitive"  # case always counts
    PREFER_EXACT = "prefer-exact"  # depends on the server: an exact match wins, else the only one that differs in case

    @property
    def folds(self) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """How an unquoted and how a quoted identifier is turned into the key under which it is compared."""
        if self is Folding.INSENSITIVE:
            return str.lower, str.lower
        if self is Folding.LOWER:
            return str.lower, str
        return (str.upper, str) if self is Folding.UPPER else (str, str)

    def fold(self, text: str, quoted: bool) -> str:
        """The key under which an identifier is compared."""
        return self.folds[quoted](text)
