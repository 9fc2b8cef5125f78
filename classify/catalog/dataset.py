"""A dataset and its columns, with their labels."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable

from attrs import field, frozen

from classify.labels import Label
from classify.names import Name, Part


@frozen
class Column:
    """A column, or a field nested in one.

    Attributes:
        name: its own part of the name.
        label: its label; of a column with fields, without theirs.
        type: as the file spells it, or None.
        fields: its nested fields, in order.
        is_tagged: whether its level is its own or that of what is around it, not the scheme's default.
    """

    name: Part
    label: Label
    type: str | None = None
    fields: tuple[Column, ...] = ()
    is_tagged: bool = field(default=True, eq=False)


@frozen
class Declassification:
    """A reasoned exception: a view's column counts as `to`, lower than what its definition yields.

    Attributes:
        until: the last day on which it holds, or None for no end.
    """

    column: Part
    to: Label
    reason: str
    owner: str
    until: datetime.date | None = None


@frozen(eq=False, repr=False)
class HeldColumns:
    """Columns that are made when they are first asked for: most queries name few of a catalog's datasets.

    Attributes:
        text: that they are made of.
        labels: that the text has the numbers of.
        make: makes them.
    """

    text: str
    labels: tuple[Label, ...]
    make: Callable[[str, tuple[Label, ...]], tuple[Column, ...]]


def _made(columns: tuple[Column, ...] | HeldColumns) -> tuple[Column, ...]:
    return columns.make(columns.text, columns.labels) if isinstance(columns, HeldColumns) else columns


@frozen
class Dataset:
    """A table, a view or a file, with its columns in order.

    Attributes:
        columns: in order.
        label: of columns that have no tag of their own.
        declared_rows: the label of its rows' existence where declared, else None.
        view: the definition's text, or None; a view's columns may be empty, then the definition names them.
        dialect: of the definition.
        place: `file:line:col` of its entry, or an empty text.
    """

    name: Name
    _columns: tuple[Column, ...] | HeldColumns = field(alias="columns", eq=_made)
    label: Label
    declared_rows: Label | None = None
    owner: str | None = None
    view: str | None = None
    dialect: str | None = None
    declassify: tuple[Declassification, ...] = ()
    place: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        found = self._columns
        if isinstance(found, HeldColumns):
            found = found.make(found.text, found.labels)
            object.__setattr__(self, "_columns", found)  # the same value, from now on spelled out
        return found

    @property
    def rows(self) -> Label:
        """The label of its rows' existence: as declared, else the meet of its columns' labels."""
        if self.declared_rows is not None:
            return self.declared_rows
        return functools.reduce(Label.meet, (column.label for column in self.columns)) if self.columns else self.label
