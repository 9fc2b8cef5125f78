"""Checks the views of a catalog: what their definitions yield, against what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.errors import Problem, UsageError

if TYPE_CHECKING:
    from classify.catalog import Catalog, Column, Dataset
    from classify.exposure import Output


def check_views(catalog: Catalog, dialect: str | None) -> Iterator[Problem]:
    """What is wrong with the views, in the order of the catalog.

    A definition that cannot be resolved makes every query of the view unresolved. A column that is declared lower than
    its definition yields needs a declassification, with its reason: nothing lowers a label by itself.

    Args:
        catalog: that the definitions are resolved in.
        dialect: of the views that name none.
    """
    for dataset in catalog.datasets:
        if dataset.view is not None:
            yield from _check_view(dataset, dataset.view, catalog, dialect)


def _check_view(dataset: Dataset, definition: str, catalog: Catalog, dialect: str | None) -> Iterator[Problem]:
    from classify.sql import analyse

    path = f"view `{dataset.name}`"
    written_in = dataset.dialect or dialect
    if written_in is None:
        yield Problem(dataset.place, path, "no dialect, set its `dialect` or pass --dialect NAME")
        return
    try:
        exposure = analyse(definition, catalog, dialect=written_in)
    except UsageError as error:
        yield Problem(dataset.place, path, str(error))
        return
    for unresolved in exposure.unresolved:
        name = f" `{unresolved.name}`" if unresolved.name else ""
        yield Problem(dataset.place, path, f"{unresolved.cause.value}{name}: {unresolved.detail}")
    if not exposure.unresolved:
        yield from (
            Problem(dataset.place, path, _too_low(column, output))
            for column, output in _columns(dataset, exposure.outputs)
            if not column.label.dominates(output.label) and not _declassified(dataset, column)
        )


def _columns(dataset: Dataset, outputs: tuple[Output, ...]) -> Iterator[tuple[Column, Output]]:
    """The declared columns with what the definition yields for them: by name, else by position if as many."""
    by_name = {output.name.lower(): output for output in outputs}
    for at, column in enumerate(dataset.columns):
        output = by_name.get(column.name.text.lower())
        if output is None and len(dataset.columns) == len(outputs):
            output = outputs[at]
        if output is not None:
            yield column, output


def _declassified(dataset: Dataset, column: Column) -> bool:
    return any(entry.column.text.lower() == column.name.text.lower() for entry in dataset.declassify)


def _too_low(column: Column, output: Output) -> str:
    return (
        f"`{column.name}` is declared {column.label} but its definition yields {output.label}, "
        "raise its label or add it to `declassify` with a reason"
    )
