"""Arrays as tables: UNNEST, ARRAY JOIN and LATERAL VIEW EXPLODE, and the fields of the elements that they name.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select x from users, unnest(string_to_array(ssn, '-')) as t (x)", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('x', ('users.ssn',), ('users.ssn',))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.sql.names.flows import indirect
from classify.sql.names.relation import Found, Out, Relation
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.aliases import alias_of
from classify.sql.walk import resolve
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import SourceHandler, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

Names = Sequence[tuple[str, str]]
"""Displayed and folded names."""


class Elements(NamedTuple):
    """The elements of an array.

    Attributes:
        flow: of an element as a whole.
        fields: path of keys within an element to the flow of that field, where the catalog says what an element holds.
    """

    flow: int
    fields: dict[tuple[str, ...], int]


class ElementRelation(Relation):
    """The elements of one array of structs, whose fields are its columns; under its own name, the whole element."""

    __slots__ = ("_whole",)

    def __init__(self, key: str, elements: Elements, rows: int) -> None:
        outs = [Out(path[0], path[0], flow) for path, flow in elements.fields.items() if len(path) == 1]
        super().__init__(outs, rows, asks=True)
        self._whole = key, elements.flow
        self.fields = elements.fields | {(key, *path): flow for path, flow in elements.fields.items()}

    def known(self) -> dict[str, Found]:
        index = self._index
        if index is None:
            index = self._index = {key: (flow, True) for _, key, flow in self._outs}
            key, flow = self._whole
            index.setdefault(key, (flow, True))
        return index

    def whole(self) -> int:
        return self._whole[1]


def unnested(walk: Walk, node: exp.Expr, listed: Sequence[exp.Expr], scope: Scope, key: str, names: Names) -> Relation:
    """The rows of arrays side by side, by the names that an alias gives to the source and to its columns.

    An array may hold structs, or be a map: then one expression makes several columns, each of which may take any part.
    """
    offset = node.args.get("offset")
    extra: list[Out] = []
    if isinstance(offset, exp.Expr):
        extra.append(Out(offset.name, walk.key(offset), 0))
    elif offset:
        extra.append(Out("ordinality", "ordinality", 0))
    arrays = [_array(walk, one, scope) for one in listed]
    rows = 0
    for _, own in arrays:
        rows |= indirect(own)
    if len(arrays) == 1:
        elements = arrays[0][0]
        if elements.fields and len(names) <= 1:
            name = names[0][1] if names else key
            if walk.row.array_tables:
                if extra:
                    scope.add(Source("", Relation(extra)))
                return ElementRelation(name, elements, rows)
            outs = [Out(names[0][0] if names else key, name, elements.flow), *extra]
            fields = {(name, *path): flow for path, flow in elements.fields.items()}
            return Relation(outs, rows, asks=True, fields=fields)
    flow = 0
    for elements, _ in arrays:
        flow |= elements.flow
    walk.ask(flow)
    if not names:
        name = key or walk.row.columns.fold("unnest", False)
        outs = [Out(name, name, flow)] if len(arrays) == 1 else [Out("", "", one.flow) for one, _ in arrays]
        return Relation(outs + extra, rows, loose=flow)
    if len(names) == len(arrays):
        outs = [Out(shown, name, one.flow) for (shown, name), (one, _) in zip(names, arrays, strict=True)]
    else:
        outs = [Out(shown, name, flow) for shown, name in names]
    return Relation(outs + extra, rows, loose=flow if walk.row.array_tables else None)


def exploded(walk: Walk, node: exp.Expr, scope: Scope, name: str) -> Relation:
    """The rows of EXPLODE: its one column holds the elements, of a map its two columns the keys and values."""
    elements, own = _array(walk, node, scope)
    key = walk.row.columns.fold(name, False)
    out = Out(name, key, elements.flow)
    if elements.fields:
        fields = {(key, *path): flow for path, flow in elements.fields.items()}
        return Relation([out], indirect(own), asks=True, fields=fields)
    return Relation([out], indirect(own), loose=elements.flow)


def _array(walk: Walk, node: exp.Expr, scope: Scope) -> tuple[Elements, int]:
    """The elements of an array, and the flow that says how many there are.

    An array of structs with fields in the catalog is asked for by those fields that a query names; all others as a
    whole, at once.
    """
    if node.__class__ is exp.Column:
        fields = resolve.fields_below(walk, node, scope)
        if fields:
            flow, asks = resolve.column(walk, scope, node)
            # The first bit is the array's own, the others its fields'; of a derived table all are asked for already.
            own = flow & -flow if asks else flow
            walk.name(node, own, asks)
            return Elements(flow, fields), own
    flow = flow_of(walk, node, scope)
    return Elements(flow, {}), flow


_UNNEST_KNOWN = known_of(exp.Unnest, "expressions")


def _unnest(walk: Walk, node: exp.Unnest, scope: Scope) -> int:
    walk.rest(node, _UNNEST_KNOWN)
    key, names = alias_of(walk, node)
    if not key and len(names) == 1 and walk.row.array_tables:
        # BigQuery, "UNNEST operator": the alias names the source and the element.
        key = names[0][1]
    relation = unnested(walk, node, node.args["expressions"], scope, key, names)
    scope.add(Source(key, relation))
    return relation.rows


def add_array_join(walk: Walk, join: exp.Join, scope: Scope) -> int:
    """ClickHouse's ARRAY JOIN ("ARRAY JOIN clause"): arrays become their elements, under their names or aliases."""
    rows = 0
    outs: list[Out] = []
    for one in (join.args["this"], *(join.args.get("expressions") or ())):
        aliased = one.__class__ is exp.Alias
        flow = flow_of(walk, one.args["this"] if aliased else one, scope)
        rows |= indirect(flow)
        if aliased:
            outs.append(Out(one.args["alias"].name, walk.key(one.args["alias"]), flow))
    if outs:
        scope.add(Source("", Relation(outs, rows)))
    return rows


SOURCES: Mapping[type, SourceHandler] = {
    exp.Unnest: _unnest,
}
