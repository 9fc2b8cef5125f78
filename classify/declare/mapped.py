"""Classes that SQLAlchemy maps to tables: the tables' columns, with the tags that stand at them and at attributes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from classify.declare.annotations import NOTHING, meaning_of, own_hint, raw_hints
from classify.declare.tag import Tag
from classify.errors import UsageError
from classify.names import Name, Part

INFO = "classify"
"""The key of `info` under which a column has its tag."""


@frozen(eq=False)
class MappedColumn:
    """A column of a table that classes are mapped to.

    Attributes:
        attribute: as a class calls it, or the column's own name where none does.
        hint: what the class's annotation says, or None.
        tags: that stand in the column's `info`.
    """

    attribute: str
    name: Part
    hint: Any
    tags: tuple[Tag, ...]


@frozen(eq=False)
class MappedTable:
    """A table, with the classes that are mapped to it.

    Attributes:
        table: SQLAlchemy's own.
        mappers: of its classes, those that others are derived from first.
    """

    table: Any
    mappers: tuple[Any, ...]

    @property
    def name(self) -> Name:
        """Its name, with its schema."""
        schema = tuple(str(self.table.schema).split(".")) if self.table.schema else ()
        return Name(tuple(_part(one) for one in (*schema, self.table.name)))

    @property
    def place(self) -> str:
        """Where it is declared, for messages."""
        if not self.mappers:
            return f"table {self.table.fullname}"
        declared = self.mappers[0].class_
        return f"{declared.__module__}.{declared.__qualname__}"

    def columns(self, names: Mapping[str, Any] = NOTHING) -> tuple[MappedColumn, ...]:
        """Its columns in order, also those that no class names.

        Raises:
            NameError: an annotation names what does not exist yet.
            UsageError: an annotation that cannot be evaluated, a tag at what is no column, or something else than a tag
                in a column's `info`.
        """
        hints: dict[Any, list[tuple[str, Any]]] = {}
        for mapper in self.mappers:
            _read_annotations(mapper, names, hints)
        return tuple(_column(column, hints.get(column, []), self.place) for column in self.table.columns)


def is_mapped(candidate: type) -> bool:
    """Whether a class is mapped to a table."""
    return "sqlalchemy" in sys.modules and _table(candidate) is not None


def is_base(candidate: type) -> bool:
    """Whether it is the class that mapped ones are derived from, which has no table itself."""
    return "sqlalchemy" in sys.modules and _table(candidate) is None and _registry(candidate) is not None


def table_of(declared: Any) -> MappedTable:
    """The table that a class is mapped to."""
    return _with_mappers(_table(declared), declared.__mapper__.registry)


def tables_of(base: Any) -> tuple[MappedTable, ...]:
    """The tables of a class that mapped ones are derived from, in the order in which they were made."""
    return tuple(_with_mappers(table, base.registry) for table in base.metadata.tables.values())


def _with_mappers(table: Any, registry: Any) -> MappedTable:
    own = [mapper for mapper in registry.mappers if _table(mapper.class_) is table]
    return MappedTable(table, tuple(sorted(own, key=lambda one: (len(one.class_.__mro__), one.class_.__qualname__))))


def _read_annotations(mapper: Any, names: Mapping[str, Any], hints: dict[Any, list[tuple[str, Any]]]) -> None:
    """Put what the annotations of one class say of columns to what is known of them."""
    declared = mapper.class_
    # An expression that is mapped as if it were a column has no table.
    columns = {
        str(attribute): column
        for attribute, column in mapper.columns.items()
        if getattr(column, "table", None) is not None
    }
    for attribute, column in columns.items():
        found = hints.setdefault(column, [])
        hint = next(_hints(declared, attribute, names), None)
        if not any(known is hint or known == hint for _, known in found):
            found.append((attribute, hint))
    for attribute in dict.fromkeys(one for owner in declared.__mro__ for one in raw_hints(owner)):
        if attribute not in columns and _says_tag(declared, attribute, names):
            place = f"{declared.__module__}.{declared.__qualname__}.{attribute}"
            raise UsageError(f"{place}: a tag at what is no column of `{mapper.local_table}`, put it at the column")


def _hints(declared: type, attribute: str, names: Mapping[str, Any]) -> Iterator[Any]:
    """What a class and those that it is derived from say of an attribute."""
    for owner in declared.__mro__:
        try:
            yield own_hint(owner, attribute, names)
        except LookupError:
            continue


def _says_tag(declared: type, attribute: str, names: Mapping[str, Any]) -> bool:
    """Whether the annotation of what is no column has a tag: that of a relationship names another class."""
    try:
        return any(meaning_of(hint).tags for hint in _hints(declared, attribute, names))
    except NameError:
        return any("Tag(" in str(raw_hints(owner).get(attribute)) for owner in declared.__mro__)


def _column(column: Any, hints: list[tuple[str, Any]], place: str) -> MappedColumn:
    found = column.info.get(INFO)
    if found is not None and not isinstance(found, Tag):
        raise UsageError(f'{place}.{column.name}: expected a Tag as info["{INFO}"], found {found!r}')
    said = [hint for _, hint in hints if hint is not None]
    attribute = hints[0][0] if hints else str(column.name)
    hint = said[0] if len(said) == 1 else _all_of(said)
    return MappedColumn(attribute, _part(column.name), hint, () if found is None else (found,))


def _all_of(hints: list[Any]) -> Any:
    """An annotation that says what several do: a column may be an attribute of several classes."""
    return tuple[tuple(hints)] if hints else None  # type: ignore[misc]  # made of what is known when it runs


def _part(name: str) -> Part:
    """A part of a name, quoted where SQLAlchemy quotes it: as soon as its case counts."""
    return Part(str(name), quoted=str(name) != str(name).lower())


def _table(candidate: Any) -> Any:
    from sqlalchemy import Table

    found = getattr(candidate, "__table__", None)
    return found if isinstance(found, Table) else None


def _registry(candidate: Any) -> Any:
    from sqlalchemy.orm import registry

    found = getattr(candidate, "registry", None)
    return found if isinstance(found, registry) else None
