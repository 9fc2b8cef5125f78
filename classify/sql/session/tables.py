"""A dataset as the walk uses it: each column, and each nested field, with its bits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from classify.catalog import Column, Dataset
from classify.labels import Label
from classify.names import Folding
from classify.sql.names.relation import Found, Out, Relation

_MOST_SHIFTS = 64
"""For how many places among a statement's columns a table remembers its flows."""


_INTEGER_KEY = re.compile(r"\s*integer\s+primary\s+key\b(?!\s+desc)", re.IGNORECASE)


class Table:
    """A dataset under one folding of names; its columns are numbered from 0, a column before its nested fields.

    Attributes:
        dataset: what it was made of.
        name: its own, in lower case, without a schema.
        number: its place among the catalog's datasets.
        width: how many numbers it takes.
        masks: folded column name to the direct bits of the column and all its fields.
        fields: folded path to the direct bits of a nested field.
        outs: the columns in order, with flows from bit 0.
        labels: each label with the direct bits of the columns that have it.
        integer_key: the folded name of the column whose type says INTEGER PRIMARY KEY, or None.
        names, number_labels: the canonical name and the label of each number.
        rows: the label of its rows' existence.
        label_bits, rows_number: the same as `labels` and `rows`, by the numbers that the labels have in the catalog.
        whole: the direct bits of all its columns.
        words: the names of its columns and fields, in lower case.
        path: the folded parts of its name before the last.
    """

    __slots__ = (
        "_shifted",
        "dataset",
        "fields",
        "integer_key",
        "label_bits",
        "labels",
        "masks",
        "name",
        "names",
        "number",
        "number_labels",
        "outs",
        "path",
        "rows",
        "rows_number",
        "whole",
        "width",
        "words",
    )

    def __init__(self, dataset: Dataset, number: int, folding: Folding) -> None:
        self.dataset = dataset
        self.number = number
        self.masks: dict[str, int] = {}
        self._shifted: dict[int, tuple[Mapping[str, Found], list[Out]]] = {}
        self.fields: dict[tuple[str, ...], int] = {}
        self.names: list[str] = []
        self.number_labels: list[Label] = []
        outs: list[Out] = []
        self.integer_key: str | None = None
        for column in _columns(dataset, folding):
            first = len(self.names)
            key = folding.fold(column.name.text, column.name.quoted)
            self._number(column, str(dataset.name), (), folding)
            mask = ((1 << 2 * len(self.names)) - (1 << 2 * first)) // 3
            self.masks[key] = self.masks.get(key, 0) | mask
            if column.type is not None and _INTEGER_KEY.match(column.type):
                self.integer_key = key
            outs.append(Out(column.name.text, key, mask))
        self.outs = outs
        self.width = len(self.names)
        self.whole = ((1 << 2 * self.width) - 1) // 3
        labels: dict[Label, int] = {}
        for at, label in enumerate(self.number_labels):
            labels[label] = labels.get(label, 0) | 1 << 2 * at
        self.labels = tuple(labels.items())
        self.words = frozenset(
            [key.lower() for key in self.masks] + [part.lower() for path in self.fields for part in path[1:]]
        )
        self.name = dataset.name.parts[-1].text.lower()
        self.rows = dataset.rows
        self.rows_number = 0
        self.label_bits: tuple[tuple[int, int], ...] = ()
        self.path = tuple(folding.fold(part.text, part.quoted) for part in dataset.name.parts[:-1])

    def at(self, shift: int) -> tuple[Mapping[str, Found], list[Out]]:
        """Each column's flow by key, and the columns in order, where the table's first bit is number `shift`."""
        found = self._shifted.get(shift)
        if found is None:
            if len(self._shifted) >= _MOST_SHIFTS:
                self._shifted.clear()
            known = {key: (mask << shift, True) for key, mask in self.masks.items()}
            outs = [Out(name, key, flow << shift) for name, key, flow in self.outs]
            found = self._shifted[shift] = known, outs
        return found

    def _number(self, column: Column, prefix: str, path: tuple[str, ...], folding: Folding) -> None:
        first = len(self.names)
        name = f"{prefix}.{column.name}"
        path = (*path, folding.fold(column.name.text, column.name.quoted))
        self.names.append(name)
        self.number_labels.append(column.label)
        for child in column.fields:
            self._number(child, name, path, folding)
        if len(path) > 1:
            self.fields[path] = ((1 << 2 * len(self.names)) - (1 << 2 * first)) // 3


def _columns(dataset: Dataset, folding: Folding) -> list[Column]:
    """The dataset's columns; of a view, those that are declassified count as the label they leave behind."""
    if not dataset.declassify:
        return list(dataset.columns)
    found = {folding.fold(column.name.text, column.name.quoted): column for column in dataset.columns}
    for one in dataset.declassify:
        found[folding.fold(one.column.text, one.column.quoted)] = Column(one.column, one.to)
    return list(found.values())


class Lowered(Table):
    """A dataset's columns behind a declassifying function: their names, and the label that the function leaves.

    A flow through such a function keeps its columns, so that an exposure still names them, under other numbers.

    Attributes:
        base: the number of the dataset's own first column.
    """

    __slots__ = ("base",)

    def __init__(self, table: Table, base: int, label: Label) -> None:
        self.base = base
        self.dataset = table.dataset
        self.number = table.number
        self.name = table.name
        self.width = table.width
        self.masks = table.masks
        self.words = table.words
        self.fields = {}
        self.names = table.names
        # A label that is no higher than the stated one stays: nothing is raised by being declassified.
        self.number_labels = [own if label.dominates(own) else label for own in table.number_labels]
        labels: dict[Label, int] = {}
        for number, own in enumerate(self.number_labels):
            labels[own] = labels.get(own, 0) | 1 << 2 * number
        self.labels = tuple(labels.items())


class TableRelation(Relation):
    """A base table in a statement: its columns' bits moved to the statement's range, spelled out only for a star."""

    __slots__ = ("_known", "_shift", "table")

    def __init__(self, table: Table, first: int) -> None:
        self.table = table
        self.rows = 0
        self.asks = True
        self.loose = None
        self.fields = None
        self._shift = shift = 2 * first
        self._known, self._outs = table.at(shift)
        if table.fields:
            self.fields = {path: mask << shift for path, mask in table.fields.items()}

    def known(self) -> Mapping[str, Found]:
        return self._known

    def whole(self) -> int:
        return self.table.whole << self._shift
