"""A relation: the ordered columns of a table, a query or a table function, and what decides its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from classify.sql.session.tables import Table
    from classify.sql.sources.made import Made, MadeView

Found = tuple[int, bool]
"""A flow, and whether naming it asks for the base columns in it (else they have been asked for already)."""


class Out(NamedTuple):
    """One column of a relation.

    Attributes:
        name: as it is displayed, or an empty text where the engine makes one up.
        key: folded for comparison, or an empty text.
        flow: of its value.
    """

    name: str
    key: str
    flow: int


class Relation:
    """Ordered columns and what decides the rows.

    Attributes:
        rows: flow of what decides whether and how often a row appears.
        asks: whether naming a column asks for the base columns in its flow (a table or a view does, a derived one
            has asked for them already).
        loose: flow of a column whose name is not known, or None where all names are known.
        fields: nested fields of the columns, as paths of keys, or None.
    """

    __slots__ = ("_index", "_outs", "asks", "fields", "loose", "rows")

    def __init__(
        self,
        outs: Sequence[Out],
        rows: int = 0,
        *,
        asks: bool = False,
        loose: int | None = None,
        fields: dict[tuple[str, ...], int] | None = None,
    ) -> None:
        self._outs = outs
        self._index: dict[str, Found] | None = None
        self.rows = rows
        self.asks = asks
        self.loose = loose
        self.fields = fields

    def outs(self) -> Sequence[Out]:
        """The columns in order, without those that only `loose` stands for."""
        return self._outs

    def known(self) -> Mapping[str, Found]:
        """Each named column's flow by key, of several all of theirs, and whether naming it asks for it."""
        index = self._index
        if index is None:
            index = self._index = {}
            asks = self.asks
            for _, key, flow in self._outs:
                if key:
                    before = index.get(key)
                    index[key] = (flow if before is None else before[0] | flow, asks)
        return index

    def find(self, key: str) -> int | None:
        """The flow of the column of that key; of several, all of theirs; None where there is none."""
        found = self.known().get(key)
        return None if found is None else found[0]

    def whole(self) -> int:
        """The flow of all columns together."""
        flow = self.loose or 0
        for out in self.outs():
            flow |= out.flow
        return flow


class Stored(Relation):
    """The relation of a table or view by its name: naming a column asks for it, and a statement may change it.

    Attributes:
        of: what has that name.
    """

    __slots__ = ("of",)

    def __init__(
        self,
        of: Table | Made | MadeView,
        outs: Sequence[Out],
        rows: int = 0,
        *,
        loose: int | None = None,
        fields: dict[tuple[str, ...], int] | None = None,
    ) -> None:
        super().__init__(outs, rows, asks=True, loose=loose, fields=fields)
        self.of = of


class Unnamed(Relation):
    """The relation of a file, whose columns have numbers and no names; its own columns are those of the file itself."""

    __slots__ = ()


def emptied(relation: Relation) -> Relation:
    """The same columns with nothing in them, for names of what is written that take nothing from there."""
    outs = [Out(out.name, out.key, 0) for out in relation.outs()]
    return Relation(outs, loose=None if relation.loose is None else 0)


def renamed(relation: Relation, names: Sequence[tuple[str, str]]) -> Relation:
    """The relation with its first columns renamed; pairs of displayed and folded name."""
    if not names:
        return relation
    outs = list(relation.outs())
    loose = relation.loose
    if loose is not None:
        # Columns that are not known may stand before any of those that are, so a place may mean each of them.
        whole = relation.whole()
        outs = [Out(out.name, out.key, whole) for out in outs[: len(names)]] + outs[len(names) :]
        outs += [Out("", "", whole)] * (len(names) - len(outs))
    found = [Out(name, key, out.flow) for (name, key), out in zip(names, outs, strict=False)]
    fields = None
    if relation.fields is not None:
        keys = {out.key: key for (_, key), out in zip(names, outs, strict=False)}
        fields = {(keys.get(path[0], path[0]), *path[1:]): flow for path, flow in relation.fields.items()}
    fresh = found + outs[len(names) :]
    return Relation(fresh, relation.rows, asks=relation.asks, loose=relation.loose, fields=fields)
