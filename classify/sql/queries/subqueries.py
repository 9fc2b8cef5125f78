"""Queries inside expressions: scalar, EXISTS, IN, ARRAY, and queries in parentheses with clauses of their own.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select (select max(ssn) from users) as highest", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('highest', ('users.ssn',), ())]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Relation, renamed
from classify.sql.names.scope import Ctes, Scope, Source
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.queries.select import check_settings, tail
from classify.sql.session.session import LimitHit
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.joins import modifiers
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Handler, Pending, QueryHandler, add_source, flow_of, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_CLAUSES = frozenset(
    "where group having qualify order limit offset sort cluster distribute sample joins laterals pivots".split()
)
_KNOWN = known_of(exp.Subquery, "this with_") | _CLAUSES
_IN_KNOWN = known_of(exp.In, "this expressions query unnest field")
_MOST_LAYERS = 500


def subquery(walk: Walk, node: exp.Subquery, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """A query in parentheses, with the clauses that stand behind it."""
    layers: list[exp.Subquery] = []
    current: exp.Expr = node
    while current.__class__ is exp.Subquery:
        walk.rest(current, _KNOWN)
        check_settings(walk, current.args.get("settings") or [])
        layers.append(current)
        current = current.args["this"]
    if len(layers) > _MOST_LAYERS:
        # Each layer may join something to all that is inside it.
        raise LimitHit(f"more than {_MOST_LAYERS} parentheses stand around one query or table; take some away")
    defined = []
    seen: list[Ctes | None] = []
    for layer in layers:
        ctes, more = with_clause(walk, layer.args.get("with_"), outer, ctes)
        defined += more
        seen.append(ctes)
    if is_query(current):
        relation = relation_of(walk, current, outer, ctes)
    else:
        scope = Scope(outer, ctes)
        rows = add_source(walk, current, scope)
        columns = scope.star()
        relation = Relation([out for out, _, _ in columns], rows, asks=any(asks for _, asks, _ in columns))
    for layer, inside in zip(reversed(layers), reversed(seen), strict=True):
        clauses = {key: value for key, value in layer.args.items() if value and key not in ("this", "with_", "alias")}
        if clauses.keys() & _CLAUSES:
            relation = _clauses(walk, layer, clauses, relation, outer, inside)
        if layer is not node:
            _, names = alias_of(walk, layer)
            relation = renamed(relation, names)
    if defined:
        unused(walk, defined)
    return relation


def _clauses(
    walk: Walk,
    node: exp.Subquery,
    clauses: dict[str, object],
    relation: Relation,
    outer: Scope | None,
    ctes: Ctes | None,
) -> Relation:
    for key in ("group", "having", "qualify"):
        if key in clauses:
            walk.unread(node, key)
    scope = Scope(outer, ctes)
    scope.add(Source(alias_of(walk, node)[0], relation))
    rows = relation.rows
    rows |= modifiers(walk, node, scope, ())
    if "where" in clauses:
        rows |= indirect(flow_of(walk, clauses["where"].args["this"], scope))  # type: ignore[attr-defined]
    columns = scope.star()
    outs = [out for out, _, _ in columns]
    scope.progress.see(AliasRule.NO)
    rows |= tail(walk, clauses, scope, outs)
    return Relation(outs, rows, asks=any(asks for _, asks, _ in columns), loose=relation.loose)


def _scalar(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A query as a value: its columns are the value, what decides its rows decides the value."""
    relation = relation_of(walk, node, scope, scope.ctes)
    flow = relation.rows | relation.whole()
    if relation.asks:
        walk.ask(relation.whole())
    return flow


def _exists(walk: Walk, node: exp.Exists, scope: Scope, pending: Pending, aside: Pending) -> int:
    """EXISTS (query): only whether rows exist counts; Spark's `exists(array, lambda)` is a plain function."""
    this = node.args["this"]
    if is_query(this):
        relation = relation_of(walk, this, scope, scope.ctes)
        return indirect(relation.rows)
    pending += [value for value in node.args.values() if value]
    return 0


def _in(walk: Walk, node: exp.In, scope: Scope, pending: Pending, aside: Pending) -> int:
    """IN over a list, a query, an array, or (SQLite, ClickHouse) a table."""
    args = node.args
    pending.append(args["this"])
    for key in ("expressions", "query", "unnest"):
        if args.get(key):
            pending.append(args[key])
    field = args.get("field")
    if field:
        target = field
        if walk.row.in_table and field.__class__ is exp.Column:
            table = exp.Table(this=field.this, db=field.args.get("table"), catalog=field.args.get("db"))
            field.this.parent = field
            relation = relation_of(walk, table, None, scope.ctes)
            return relation.whole() | relation.rows
        pending.append(target)
    walk.rest(node, _IN_KNOWN)
    return 0


QUERIES: Mapping[type, QueryHandler] = {
    exp.Subquery: subquery,
}


EXPRESSIONS: Mapping[type, Handler] = {
    **dict.fromkeys((exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.Values), _scalar),
    exp.Exists: _exists,
    exp.In: _in,
}
