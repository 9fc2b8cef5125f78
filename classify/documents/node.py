"""A document's values, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from classify.errors import FileError, Problem
from classify.lines import printable

_HALF = re.compile("[\ud800-\udfff]")

Place: TypeAlias = tuple[int, int]  # line and column, 1-based; (0, 0) where there is none
NOWHERE: Place = (0, 0)

DEEPEST = 64
"""How deep values may be nested: far more than anyone writes, far less than a stack holds."""


class Scalar(NamedTuple):
    """A text, a number, a truth value or nothing.

    Attributes:
        value: of what it was read as.
        text: as it is written, without quotes.
    """

    value: str | int | float | bool | None
    text: str
    at: Place


class Items(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    at: Place


class Key(NamedTuple):
    """A key of a table, as text: `on:`, `1:` and `2027-01-01:` are what they look like."""

    text: str
    at: Place


class Map(NamedTuple):
    """A mapping, in the order of the file.

    Attributes:
        entries: by the key's text; of a key that is there twice, the first.
        again: each further entry of a key that was there before.
    """

    entries: Mapping[str, tuple[Key, Node]]
    at: Place
    again: tuple[Key, ...] = ()

    def get(self, key: str) -> Node | None:
        found = self.entries.get(key)
        return found[1] if found is not None else None


Node: TypeAlias = Scalar | Items | Map


def map_of(pairs: Iterator[tuple[Key, Node]], at: Place) -> Map:
    """The table of some entries in order."""
    entries: dict[str, tuple[Key, Node]] = {}
    again: list[Key] = []
    for key, value in pairs:
        if key.text in entries:
            again.append(key)
        else:
            entries[key.text] = (key, value)
    return Map(entries, at, tuple(again))


def kind_of(node: Node) -> str:
    """What a value is, as a message calls it; never the value itself where it may be long."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Map):
        return "a mapping"
    if node.value is None:
        return "nothing"
    return f"`{shortened(node.text)}`" if node.text.strip() else "an empty text"


def kind_where_text(node: Node) -> str:
    """The same where a text is expected: a number or truth value is one in quotes."""
    bare = isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, str)
    return kind_of(node) + (", put it in quotes" if bare else "")


def is_text(text: str) -> bool:
    """Whether every character is a whole one: an escape may spell half of one, which no file and no terminal takes."""
    return text.isascii() or not _HALF.search(text)


def shortened(text: str) -> str:
    """The text on one line, cut where it is long; a terminal's control characters are shown as marks."""
    flat = printable(" ".join(text[:200].split()))
    return flat if len(flat) <= 60 else f"{flat[:57]}…"


def spelled(file: str, at: Place) -> str:
    """`file:line:col`, or the file alone where the place in it is not known."""
    return f"{file}:{at[0]}:{at[1]}" if at != NOWHERE else file


def broken(file: str, at: Place, message: str) -> FileError:
    """The error for a file that cannot be read any further."""
    return FileError([Problem(spelled(file, at), "", message)])
