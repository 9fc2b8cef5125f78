"""Columns that a database has and the catalog lacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from attrs import evolve

from classify.catalog import Catalog, Column, Dataset
from classify.names import Part

Found: TypeAlias = tuple[tuple[str, ...], str]
"""A column of a database with the parts of its table's name."""


def complete(catalog: Catalog, found: Iterable[Found]) -> Catalog:
    """The catalog with the columns that a database has and it lacks, with their datasets' own labels.

    Args:
        found: each column with the parts of its table's name.
    """
    lacking: dict[str, tuple[Dataset, list[Column]]] = {}
    index = catalog.index()
    for parts, name in found:
        hits = [
            one
            for one in index.elsewhere(parts[-1])
            if all(
                own.text.lower() == given.lower()
                for own, given in zip(one.name.parts[-2::-1], parts[-2::-1], strict=False)
            )
        ]
        for dataset in hits:
            if all(name.lower() != column.name.text.lower() for column in dataset.columns):
                entry = lacking.setdefault(str(dataset.name), (dataset, []))
                entry[1].append(Column(Part(name, quoted=name != name.lower()), dataset.label, is_tagged=False))
    return evolve(
        catalog,
        datasets=tuple(
            evolve(dataset, columns=(*dataset.columns, *lacking[str(dataset.name)][1]))
            if str(dataset.name) in lacking
            else dataset
            for dataset in catalog.datasets
        ),
    )
