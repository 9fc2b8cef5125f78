"""A catalog as it is kept between runs: read in a fraction of the time, each dataset's columns when they are asked for.

The form is nobody's business but this file's: it is made anew whenever anything that it was made of has changed.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from classify.catalog.catalog import Catalog
from classify.catalog.dataset import Column, Dataset, Declassification, HeldColumns
from classify.labels import Label, Scheme
from classify.names import Name, Part


def dump(catalog: Catalog) -> str:
    """The text that a catalog is kept as, without its scheme."""
    numbers: dict[Label, int] = {}

    def number(label: Label) -> int:
        return numbers.setdefault(label, len(numbers))

    datasets = [
        [
            [[part.text, part.quoted] for part in dataset.name.parts],
            # A text in the text: read only for the datasets that a query names.
            json.dumps([_column(column, number) for column in dataset.columns], separators=(",", ":")),
            number(dataset.label),
            number(dataset.declared_rows) if dataset.declared_rows is not None else None,
            dataset.owner,
            dataset.view,
            dataset.dialect,
            [
                [one.column.text, one.column.quoted, number(one.to), one.reason, one.owner, str(one.until or "")]
                for one in dataset.declassify
            ],
            dataset.place,
        ]
        for dataset in catalog.datasets
    ]
    labels = [[str(label.level), sorted(label.categories), sorted(label.residency)] for label in numbers]
    return json.dumps([labels, datasets], separators=(",", ":"))


def _column(column: Column, number: Any) -> list[Any]:
    return [
        column.name.text,
        column.name.quoted,
        number(column.label),
        column.type,
        [_column(inner, number) for inner in column.fields],
        column.is_tagged,
    ]


def load(text: str, scheme: Scheme) -> Catalog:
    """The catalog that a text was made of.

    Raises:
        ValueError, TypeError, KeyError, IndexError, UsageError: it is no such text.
    """
    spelled, datasets = json.loads(text)
    labels = tuple(
        Label(scheme.level(level), frozenset(categories), frozenset(residency))
        for level, categories, residency in spelled
    )
    return Catalog(tuple(_dataset(one, labels) for one in datasets), scheme)


def _dataset(kept: list[Any], labels: tuple[Label, ...]) -> Dataset:
    name, columns, label, rows, owner, view, dialect, declassify, place = kept
    return Dataset(
        Name(tuple(Part(text, quoted) for text, quoted in name)),
        HeldColumns(columns, labels, _columns),
        labels[label],
        labels[rows] if rows is not None else None,
        owner,
        view,
        dialect,
        tuple(
            Declassification(
                Part(text, quoted),
                labels[to],
                reason,
                by,
                datetime.date.fromisoformat(until) if until else None,
            )
            for text, quoted, to, reason, by, until in declassify
        ),
        place,
    )


def _columns(text: str, labels: tuple[Label, ...]) -> tuple[Column, ...]:
    return tuple(_made(one, labels) for one in json.loads(text))


def _made(kept: list[Any], labels: tuple[Label, ...]) -> Column:
    text, quoted, label, kind, fields, is_tagged = kept
    return Column(Part(text, quoted), labels[label], kind, tuple(_made(one, labels) for one in fields), is_tagged)
