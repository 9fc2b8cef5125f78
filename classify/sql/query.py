"""The relation of any query: a table from class to handler, and the WITH clause around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.dialects import AliasRule
from classify.sql.dispatch import QueryHandler, add_source, flow_of, relation_of
from classify.sql.flows import indirect
from classify.sql.relation import Out, Relation
from classify.sql.scope import Cte, Ctes, Scope

if TYPE_CHECKING:
    from classify.sql.walk import Walk


def with_clause(
    walk: Walk, node: exp.With | None, outer: Scope | None, ctes: Ctes | None
) -> tuple[Ctes | None, list[Cte]]:
    """The CTEs that the query after a WITH clause sees, and those that the clause defines."""
    if node is None:
        return ctes, []
    walk.rest(node, frozenset(("expressions", "recursive")))
    defined: list[Cte] = []
    recursive = bool(node.args.get("recursive")) or walk.row.implicit_recursion
    together = Ctes(ctes) if node.args.get("recursive") or walk.row.ctes_see_later else None
    for one in node.args["expressions"]:
        if one.__class__ is not exp.CTE:
            walk.unhandled(one, "in WITH")
            continue
        walk.rest(one, frozenset(("this", "alias", "materialized", "scalar", "key_expressions")))
        alias = one.args["alias"]
        walk.sources.append(one)
        names = alias.args.get("columns") or []
        # With RECURSIVE each may name those after it too (PostgreSQL, SELECT, "WITH Clause"; MySQL, "WITH").
        around = ctes if together is None else together
        ctes = Ctes(around) if together is None else together
        cte = Cte(_definition(walk, one, alias, names, outer, around, recursive), _circle(walk, one), alias.name)
        ctes.add(walk.key(alias.this), cte)
        defined.append(cte)
    if len(defined) > _LONG_CHAIN:
        _in_order(walk, node, defined)
    return ctes, defined


# A CTE is worked out where it is first named, each inside the one that names it. INVARIANT: a chain of thousands does
# not nest.
_LONG_CHAIN = 50


def _in_order(walk: Walk, node: exp.With, defined: list[Cte]) -> None:
    """Work long lists of CTEs out in their order, but for those that nobody names where the engine leaves them out."""
    listed = [one for one in node.args["expressions"] if one.__class__ is exp.CTE]
    wanted = None if walk.row.asks_unused_ctes else _named(walk, node, listed)
    for one, cte in zip(listed, defined, strict=True):
        if not one.args.get("scalar") and (wanted is None or walk.key(one.args["alias"].this) in wanted):
            cte.relation()


def _named(walk: Walk, node: exp.With, listed: list[exp.CTE]) -> set[str]:
    """The names of tables in the query after a WITH clause, and in those CTEs that it comes to, last to first."""
    roots = [value for key, value in node.parent.args.items() if key != "with_"] if node.parent else []
    found: set[str] = set()
    for tree in (*roots, *reversed(listed)):
        if tree.__class__ is exp.CTE and walk.key(tree.args["alias"].this) not in found:
            continue
        for one in tree if isinstance(tree, list) else [tree]:
            if isinstance(one, exp.Expr):
                found.update(
                    walk.key(table.this) for table in one.find_all(exp.Table) if isinstance(table.this, exp.Identifier)
                )
    return found


def _circle(walk: Walk, node: exp.CTE) -> Callable[[], Relation]:
    def circle() -> Relation:
        walk.unresolved(
            Cause.CONSTRUCT,
            node.alias,
            node,
            "common table expressions that name each other in a circle are not modelled; have the query reviewed",
        )
        return walk.loose()

    return circle


def _definition(
    walk: Walk,
    node: exp.CTE,
    alias: exp.Expr,
    names: list[exp.Expr],
    outer: Scope | None,
    around: Ctes | None,
    recursive: bool,
) -> Callable[[], Relation]:
    body = node.args["this"]
    key = walk.key(alias.this)
    renames = [
        (one.this.name, walk.key(one.this)) if one.__class__ is exp.ColumnDef else (one.name, walk.key(one))
        for one in names
    ]

    def make() -> Relation:
        if node.args.get("scalar"):
            # ClickHouse: WITH expression AS name.

            flow = flow_of(walk, body, Scope(outer, around))
            return Relation([Out(alias.name, key, flow)])
        if recursive and isinstance(body, exp.SetOperation):
            return _recursive(walk, body, key, renames, outer, around)
        return renamed(relation_of(walk, body, outer, around), renames)

    return make


def _recursive(
    walk: Walk,
    body: exp.SetOperation,
    key: str,
    renames: list[tuple[str, str]],
    outer: Scope | None,
    around: Ctes | None,
) -> Relation:
    """The fixpoint of a recursive CTE: its flows only grow, so there are at most as many rounds as columns."""
    anchor = body.args["this"]
    before = len(walk.notes)
    inside, _ = with_clause(walk, body.args.get("with_"), outer, around)
    seed = renamed(relation_of(walk, anchor, outer, inside), renames)
    known = seed
    while True:
        walk.count_round()
        level = Ctes(around)
        level.add(key, Cte.known(known))
        del walk.notes[before:]
        found = renamed(relation_of(walk, body, outer, level), renames)
        outs = [
            Out(out.name, out.key, out.flow | old.flow) for out, old in zip(found.outs(), known.outs(), strict=False)
        ]
        merged = Relation(outs, found.rows | known.rows, loose=found.loose)
        if [out.flow for out in outs] == [out.flow for out in known.outs()] and merged.rows == known.rows:
            return merged
        known = merged


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


def unused(walk: Walk, defined: list[Cte]) -> None:
    """Ask for what CTEs name that nobody used, where the engine does (`DialectRow.asks_unused_ctes`)."""
    if walk.row.asks_unused_ctes:
        for cte in defined:
            cte.relation()


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
            scope.outputs = {out.key: out.flow for out in outs}
            scope.see(AliasRule.ALIAS_FIRST)
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


QUERIES: Mapping[type, QueryHandler] = {
    exp.Values: _values,
    exp.Table: _table,
    exp.Summarize: _summarize,
}
