"""Where two catalogs differ, or a catalog and the columns of a database."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from attrs import frozen

from classify.catalog.dataset import Column, Dataset
from classify.catalog.tags import Identity, identity, identity_of
from classify.labels import Label
from classify.names import FOLDING, DialectFolding, Name, Part

Key: TypeAlias = tuple[Identity, ...]


class Difference(enum.StrEnum):
    """How a dataset or a column differs."""

    MISSING = "missing"  # there is none on the other side
    EXTRA = "extra"  # the other side alone has it
    DIFFERENT = "different"  # both have it, with two labels


@frozen(repr=False)
class Found:
    """A dataset or a column that differs.

    Attributes:
        dataset: its name.
        column: its path in the dataset, or None for the dataset as a whole.
        kind: how it differs.
        one, other: its label on either side; None where that side does not have it, or has no labels.
        place: where it is declared, or an empty text.
    """

    dataset: str
    column: str | None
    kind: Difference
    one: Label | None
    other: Label | None
    place: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "column": self.column,
            "kind": str(self.kind),
            "one": self.one.to_dict() if self.one is not None else None,
            "other": self.other.to_dict() if self.other is not None else None,
            "place": self.place,
        }


def compare(one: Iterable[Dataset], other: Iterable[Dataset], dialect: str | None = None) -> Iterator[Found]:
    """What the other catalog lacks, has beside, or labels otherwise, in the order of the first.

    Of a view without columns nothing is compared but that there is one: its definition says what they are.

    Args:
        dialect: by whose rules two names are the same; None for those that are the same in every one.
    """
    folding = FOLDING[dialect] if dialect is not None else None
    others = {_key(dataset.name, folding): dataset for dataset in other}
    for dataset in one:
        name = str(dataset.name)
        twin = others.pop(_key(dataset.name, folding), None)
        if twin is None:
            yield Found(name, None, Difference.MISSING, dataset.label, None, dataset.place)
            continue
        if _is_view_alone(dataset) or _is_view_alone(twin):
            continue
        if dataset.label != twin.label:
            yield Found(name, None, Difference.DIFFERENT, dataset.label, twin.label, twin.place)
        yield from _columns(name, (), dataset.columns, twin.columns, twin.place, folding)
    for rest in others.values():
        yield Found(str(rest.name), None, Difference.EXTRA, None, rest.label, rest.place)


def _is_view_alone(dataset: Dataset) -> bool:
    return dataset.view is not None and not dataset.columns


def _columns(
    dataset: str,
    path: tuple[str, ...],
    one: tuple[Column, ...],
    other: tuple[Column, ...],
    place: str,
    folding: DialectFolding | None,
) -> Iterator[Found]:
    def key(part: Part) -> Identity:
        return identity(part, folding.columns if folding is not None else None)

    others = {key(found.name): found for found in other}
    for column in one:
        shown = ".".join((*path, str(column.name)))
        twin = others.pop(key(column.name), None)
        if twin is None:
            yield Found(dataset, shown, Difference.MISSING, column.label, None, place)
            continue
        if column.label != twin.label:
            yield Found(dataset, shown, Difference.DIFFERENT, column.label, twin.label, place)
        yield from _columns(dataset, (*path, str(column.name)), column.fields, twin.fields, place, folding)
    for rest in others.values():
        yield Found(dataset, ".".join((*path, str(rest.name))), Difference.EXTRA, None, rest.label, place)


DatabaseTable: TypeAlias = tuple[tuple[str, ...], str]
"""A column of a database with its table's name: the parts of that, and the column's own."""


def compare_database(
    catalog: Iterable[Dataset], columns: Iterable[DatabaseTable], default_schema: str | None, dialect: str | None = None
) -> Iterator[Found]:
    """What the database lacks, and what it has beside the catalog, with nothing said of fields in columns.

    Args:
        columns: of the database, each with its table's schema and name.
        default_schema: in which a table of the catalog without one is.
        dialect: of the database.
    """
    folding = FOLDING[dialect] if dialect is not None else None
    tables: dict[Key, tuple[str, dict[Identity, str]]] = {}
    for parts, called in columns:
        name = Name(tuple(map(_part, parts)))
        known = tables.setdefault(_key(name, folding), (str(name), {}))[1]
        known[identity(_part(called), folding.columns if folding is not None else None)] = called
    first = () if default_schema is None else _key(Name((_part(default_schema),)), folding)
    for dataset in catalog:
        key = _key(dataset.name, folding)
        found = next((one for one in (key[-2:], (*first, *key) if len(key) == 1 else key) if one in tables), None)
        if found is None:
            yield Found(str(dataset.name), None, Difference.MISSING, dataset.label, None, dataset.place)
            continue
        _, there = tables.pop(found)
        if _is_view_alone(dataset):
            continue
        for column in dataset.columns:
            if there.pop(identity(column.name, folding.columns if folding is not None else None), None) is None:
                yield Found(str(dataset.name), str(column.name), Difference.MISSING, column.label, None, dataset.place)
        for rest in there.values():
            yield Found(str(dataset.name), str(_part(rest)), Difference.EXTRA, None, None, dataset.place)
    yield from (Found(shown, None, Difference.EXTRA, None, None, "") for shown, _ in tables.values())


def _part(text: str) -> Part:
    """A part of a name as a database has it: unquoted where case does not count."""
    return Part(text, quoted=text != text.lower())


def _key(name: Name, folding: DialectFolding | None) -> Key:
    return identity_of(name, folding.datasets if folding is not None else None)
