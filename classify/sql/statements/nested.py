"""What flows into a column with nested fields, told apart field by field.

>>> from classify import Catalog, analyse
>>> home = {"level": "internal", "fields": {"city": "internal", "street": "restricted"}}
>>> catalog = Catalog.from_mapping({"people": {"home": home, "name": "internal"}})
>>> found = analyse("update people set home.city = name where true", catalog, dialect="duckdb")
>>> [one.column for one in found.writes]
['people.home.city']
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from classify.sql.session.tables import Table

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
    flows = dict.fromkeys(sinks, 0)
    taken = 0
    for first, table in tables:
        part = flow >> 2 * first
        if not part or not table.fields:
            continue
        for key, whole in table.masks.items():
            if part & whole != whole:
                continue
            fields = {path[1:]: mask & -mask for path, mask in table.fields.items() if path[0] == key}
            fields[()] = whole & -whole
            for sink in sinks:
                # The source's field of that name, or the innermost around it, and what is below it and nowhere else.
                around = max((one for one in fields if sink[: len(one)] == one), key=len)
                for one, bit in fields.items():
                    if one == around or _innermost(one, flows) == sink:
                        flows[sink] |= bit << 2 * first
            taken |= whole << 2 * first
    return [flow & ~taken | flows[sink] for sink in sinks]


def _innermost(path: Path, among: Container[Path]) -> Path:
    while path not in among:
        path = path[:-1]
    return path
