"""Queries that are no SELECT: VALUES, TABLE, SUMMARIZE, and PIVOT as a statement.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("table users", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.id', 'users.name', 'users.ssn']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Ctes, Scope
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.sources.pivot import apply_pivots
from classify.sql.walk.dispatch import QueryHandler, add_source, flow_of, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def _values(walk: Walk, node: exp.Values, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """VALUES: each position takes the flows of all rows."""
    walk.rest(node, frozenset(("expressions", "alias", "order", "limit", "offset", "pivots")))
    scope = Scope(outer, ctes)
    flows: list[int] = []
    for row in node.args["expressions"]:
        cells = row.args["expressions"] if row.__class__ is exp.Tuple else [row]
        flows += [0] * (len(cells) - len(flows))
        for at, cell in enumerate(cells):
            if cell.__class__ not in _CONSTANTS:
                flows[at] |= flow_of(walk, cell, scope)
    name = walk.row.values_name
    outs = []
    for at, flow in enumerate(flows):
        title = name.format(at + 1, at)
        outs.append(Out(title, walk.row.columns.fold(title, False), flow))
    rows = 0
    for key in ("order", "limit", "offset"):
        if node.args.get(key):
            scope.progress.outputs = {out.key: out.flow for out in outs}
            scope.progress.see(AliasRule.ALIAS_FIRST)
            rows |= indirect(flow_of(walk, node.args[key], scope))
    return Relation(outs, rows)


_CONSTANTS = frozenset((exp.Literal, exp.Null, exp.Boolean))


def _table(walk: Walk, node: exp.Table, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """`TABLE t`, and a table where a query stands: all of its columns."""
    scope = Scope(outer, ctes)
    rows = add_source(walk, node, scope)
    outs = []
    for out, asks, _ in scope.star():
        if asks:
            walk.ask(out.flow)
        outs.append(out)
    walk.name(node, sum_flows(outs), False)
    return Relation(outs, rows)


# DuckDB, "SUMMARIZE": which of its columns say something of the values; the others tell names, types and how many.
_SUMMARY = {
    "column_name": False,
    "column_type": False,
    **dict.fromkeys("min max approx_unique avg std q25 q50 q75".split(), True),
    "count": False,
    "null_percentage": True,
}


def _summarize(walk: Walk, node: exp.Summarize, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """DuckDB's SUMMARIZE: one row per column of a table or query, with figures of its values."""
    walk.rest(node, frozenset(("this", "table")))
    relation = relation_of(walk, node.args["this"], outer, ctes)
    whole = relation.whole()
    # Figures of how many rows there are depend on what decides the rows alone, which goes into every output.
    return Relation([Out(name, name, whole if made else 0) for name, made in _SUMMARY.items()], relation.rows)


def sum_flows(outs: list[Out]) -> int:
    flow = 0
    for out in outs:
        flow |= out.flow
    return flow


def _pivot(walk: Walk, node: exp.Pivot, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """DuckDB's PIVOT and UNPIVOT as statements, or in parentheses in FROM."""
    if not node.args.get("this"):
        walk.unhandled(node, "without a table")
        return walk.loose()
    ctes, defined = with_clause(walk, node.args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    rows = add_source(walk, node.args["this"], scope)
    scope.gather(0)
    rows |= apply_pivots(walk, [node], scope)
    unused(walk, defined)
    found = scope.sources[-1].relation
    if found.asks:
        walk.ask(found.whole())
    return Relation(found.outs(), rows, loose=found.loose)


QUERIES: Mapping[type, QueryHandler] = {
    exp.Pivot: _pivot,
    exp.Values: _values,
    exp.Table: _table,
    exp.Summarize: _summarize,
}
