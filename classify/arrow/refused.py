"""What is raised where a table is above a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from classify.errors import ClassifyError
from classify.labels import Label


class TableRefused(ClassifyError):
    """A table has columns above a ceiling. Its text names columns and labels, and never a value.

    Attributes:
        label: the highest class among its columns.
        ceiling: the level that holds.
        columns: those above it, each with its label.
    """

    def __init__(self, message: str, label: Label, ceiling: str, columns: Sequence[tuple[str, Label]]) -> None:
        super().__init__(message)
        self.label = label
        self.ceiling = ceiling
        self.columns = tuple(columns)

    def __reduce__(self) -> tuple[Callable[..., TableRefused], tuple[Any, ...]]:
        return TableRefused, (str(self), self.label, self.ceiling, self.columns)
