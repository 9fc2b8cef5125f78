"""What flows into a column with nested fields, told apart field by field."""

from __future__ import annotations

from collections.abc import Sequence

from classify.sql.tables import Table

Path = tuple[str, ...]
"""The folded names of a field below its column; empty for what the column holds beside its fields."""


def by_field(tables: Sequence[tuple[int, Table]], flow: int, sinks: Sequence[Path]) -> list[int]:
    """What of a flow goes into each of some fields of one column.

    A field of a column that flows in as a whole goes to the field of its own name: a copied struct keeps its shape.
    Everything else may land in any field, so it goes to all of them.

    Args:
        tables: the tables met, each with the number of its first column.
        sinks: the fields below the written column, with the empty path for the column itself.
    """
    if len(sinks) == 1:
        return [flow]
    wanted = set(sinks)
    placed = dict.fromkeys(sinks, 0)
    taken = 0
    for first, table in tables:
        part = flow >> 2 * first
        if not part or not table.fields:
            continue
        for path, mask in table.fields.items():
            whole = table.masks[path[0]]
            if part & whole != whole:
                continue
            own = (mask & -mask) << 2 * first
            taken |= own
            below = path[1:]
            while below not in wanted:
                below = below[:-1]
            placed[below] |= own
    return [flow & ~taken | placed[sink] for sink in sinks]
