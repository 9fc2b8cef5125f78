"""What a file may hold, as data: the reader checks files against it, and the JSON Schemas are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen


@frozen
class Version:
    """The number of the format; another one is for another release of this package."""

    number: int
    help: str = "Version of the file format."


@frozen
class Text:
    """A text.

    Attributes:
        expected: what a message says was expected.
        pattern: a regular expression for the whole of it, in the words that Python and ECMAScript share.
    """

    expected: str
    pattern: str = r"^[\s\S]*\S[\s\S]*$"
    help: str = ""


@frozen
class Word:
    """One of a closed list of texts."""

    kind: str
    known: tuple[str, ...]
    help: str = ""


@frozen
class Whole:
    """A whole number."""

    least: int
    most: int
    help: str = ""


@frozen
class Truth:
    """`true` or `false`."""

    help: str = ""


@frozen
class Day:
    """A date: `2027-06-30`."""

    help: str = ""


@frozen
class Nothing:
    """No value: what YAML reads where only a key stands."""

    help: str = ""


@frozen
class ListOf:
    """A list of alike items."""

    item: Shape
    least: int = 0
    help: str = ""


@frozen
class TableOf:
    """A mapping from names of the user's own to alike values.

    Attributes:
        kind: what one key names.
        key: what a key must be.
    """

    kind: str
    key: Text
    value: Shape
    least: int = 0
    help: str = ""


@frozen
class Field:
    """One key of a record."""

    shape: Shape
    required: bool = False


@frozen
class Record:
    """A mapping with known keys.

    Attributes:
        kind: what the whole is.
        any_of: keys of which at least one must be there.
        needs: a key, and the other that it makes no sense without.
    """

    kind: str
    fields: Mapping[str, Field]
    any_of: tuple[str, ...] = ()
    needs: Mapping[str, str] = MappingProxyType({})
    help: str = ""


@frozen
class Either:
    """A text, or the longer forms that say more."""

    expected: str
    options: tuple[Shape, ...]
    help: str = ""


@frozen
class Ref:
    """A shape of the form that is defined by name, so that it may hold itself."""

    name: str
    help: str = ""


Shape: TypeAlias = Version | Text | Word | Whole | Truth | Day | Nothing | ListOf | TableOf | Record | Either | Ref


@frozen
class Form:
    """A file format.

    Attributes:
        name: of its JSON Schema.
        title: what it is.
        root: what the whole file is.
        definitions: the shapes that a `Ref` names.
    """

    name: str
    title: str
    root: Record
    definitions: Mapping[str, Shape]
