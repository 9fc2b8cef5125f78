"""The schema of a query's result with the labels of what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classify.columnar import Path, entries_of, write_labels
from classify.errors import UsageError
from classify.labels import Label

if TYPE_CHECKING:
    from classify.exposure.exposure import Exposure


def labelled_schema(exposure: Exposure, schema: Any) -> Any:
    """The schema with the label of each column that the last statement with a result returns.

    Raises:
        UsageError: it is another query's, with other columns.
    """
    outputs = next((one.outputs for one in reversed(exposure.statements) if one.outputs), ())
    names = [name.lower() for name in schema.names]
    if exposure.unresolved and len(outputs) != len(names):
        labels = [exposure.label] * len(names)  # what it returns is not known, and so is top
    else:
        if len(outputs) != len(names):
            raise UsageError(
                f"the query returns {len(outputs)} columns and the schema has {len(names)}: it is another's"
            )
        for at, output in enumerate(outputs):
            # Engines call what has no name as they like, so only one that stands elsewhere is wrong.
            if output.name.lower() != names[at] and output.name.lower() in names:
                there = schema.names[at]
                raise UsageError(
                    f"column {at + 1} of the query is `{output.name}`, of the schema `{there}`: it is another's"
                )
        labels = [output.label for output in outputs]
    found: dict[Path, Label] = {}
    column = -1
    for entry in entries_of(schema):
        column += entry.parent is None
        label = labels[column]
        found[entry.path] = label.join(found[entry.path]) if entry.path in found else label
    return write_labels(schema, found)
