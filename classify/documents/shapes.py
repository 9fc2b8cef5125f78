"""What a file may hold, as data: the reader checks files against it, and the JSON Schemas are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias


class Version(NamedTuple):
    """The number of the format; another one is for another release of this package."""

    number: int
    help: str = "Version of the file format."


class Text(NamedTuple):
    """A text.

    Attributes:
        expected: what a message says was expected.
        pattern: a regular expression for the whole of it, in the words that Python and ECMAScript share.
    """

    expected: str
    pattern: str = r"^[\s\S]*\S[\s\S]*$"
    help: str = ""


class Word(NamedTuple):
    """One of a closed list of texts."""

    kind: str
    known: tuple[str, ...]
    help: str = ""


class Whole(NamedTuple):
    """A whole number."""

    least: int
    most: int
    help: str = ""


class Truth(NamedTuple):
    """`true` or `false`."""

    help: str = ""


class Day(NamedTuple):
    """A date: `2027-06-30`."""

    help: str = ""


class Nothing(NamedTuple):
    """No value: what YAML reads where only a key stands."""

    help: str = ""


class ListOf(NamedTuple):
    """A list of alike items."""

    item: Shape
    least: int = 0
    help: str = ""


class MapOf(NamedTuple):
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


class Field(NamedTuple):
    """One key of a record."""

    shape: Shape
    required: bool = False


class Record(NamedTuple):
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


class Either(NamedTuple):
    """A text, or the longer forms that say more."""

    expected: str
    options: tuple[Shape, ...]
    help: str = ""


class Ref(NamedTuple):
    """A shape of the form that is defined by name, so that it may hold itself."""

    name: str
    help: str = ""


Shape: TypeAlias = Version | Text | Word | Whole | Truth | Day | Nothing | ListOf | MapOf | Record | Either | Ref


class Form(NamedTuple):
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
