"""MERGE: ON and each WHEN's condition decide, each THEN writes.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> text = "merge into users u using users s on u.id = s.id when matched and s.ssn is null then delete"
>>> [one.column for one in analyse(text, catalog, dialect="postgres").reads]
['users.id', 'users.ssn']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Ctes, Scope, Source
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.statements.assignments import assign, assigned_value
from classify.sql.statements.insert import column_name
from classify.sql.statements.returning import returning
from classify.sql.statements.sinks import Target, target_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import QueryHandler, add_source, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_MERGE_KNOWN = frozenset("this using on whens with_ returning".split())
_WHEN_KNOWN = known_of(exp.When, "condition then")


def merge(walk: Walk, node: exp.Merge, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """MERGE: ON and each WHEN's condition decide, each THEN writes."""
    walk.rest(node, _MERGE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    this = args["this"]
    if this.__class__ is not exp.Table:
        walk.unhandled(this, "as the target of MERGE")
        return Relation([])
    scope = Scope(outer, ctes)
    target = target_of(walk, this)
    target.source(scope)
    rows = add_source(walk, args["using"], scope)
    source = scope.sources[-1]
    if args.get("on"):
        rows |= indirect(flow_of(walk, args["on"], scope))
    for when in args["whens"].args["expressions"]:
        walk.rest(when, _WHEN_KNOWN)
        seen = scope
        if not when.args.get("matched") and not when.args.get("source"):
            # Where no row of the target matches, its names mean nothing.
            seen = Scope(outer, ctes)
            for one in scope.sources[1:]:
                seen.add(one)
        inner = rows
        if when.args.get("condition"):
            inner |= indirect(flow_of(walk, when.args["condition"], seen))
        _then(walk, when.args["then"], seen, inner, target, source)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, [target])
    unused(walk, defined)
    return result


def _then(walk: Walk, node: exp.Expr, scope: Scope, rows: int, target: Target, source: Source) -> None:
    if node.__class__ is exp.Var:
        if "DELETE" in node.name.upper():
            target.write_all(walk, rows)
        elif node.name.upper() not in ("DO NOTHING", "NOTHING"):
            walk.unhandled(node, "in MERGE")
        return
    if node.__class__ is exp.Update:
        walk.rest(node, frozenset(("expressions", "where")))
        if node.args.get("where"):
            rows |= indirect(flow_of(walk, node.args["where"].args["this"], scope))
        expressions = node.args.get("expressions")
        if not expressions or [one.__class__ for one in expressions] == [exp.Star]:
            _copy_row(walk, expressions[0] if expressions else None, source, target, rows)
            return
        for one in expressions:
            assign(walk, one, scope, rows, [target])
        return
    if node.__class__ is exp.Insert:
        walk.rest(node, frozenset(("this", "expression", "where")))
        if node.args.get("where"):
            rows |= indirect(flow_of(walk, node.args["where"].args["this"], scope))
        this, expression = node.args.get("this"), node.args.get("expression")
        if (
            this.__class__ is exp.Star
            or (this is None and expression is None)
            or (this.__class__ is exp.Var and this.name.upper() == "ROW")
        ):
            _copy_row(walk, this, source, target, rows)
            return
        if expression is None and this.__class__ is exp.Tuple:
            this, expression = None, this
        listed = this.args["expressions"] if this.__class__ is exp.Tuple else []
        names = [one for one in (column_name(walk, one) for one in listed) if one is not None]
        values = (
            expression.args["expressions"] if expression.__class__ is exp.Tuple else [expression] if expression else []
        )
        outs = [Out("", "", assigned_value(walk, one, scope)) for one in values if isinstance(one, exp.Expr)]
        target.write_row(walk, names, Relation(outs, rows))
        return
    walk.unhandled(node, "in MERGE")


def _copy_row(walk: Walk, star: exp.Expr | None, source: Source, target: Target, rows: int) -> None:
    """`UPDATE SET *`, `INSERT *`: every column of the source into the target's of the same name.

    Databricks, "MERGE INTO": but for those behind EXCEPT. Where the table's schema evolves, a column that it lacks is
    added, so it is told that the catalog does not know it.
    """
    relation = source.relation
    excluded: set[str] = set()
    if isinstance(star, exp.Star):
        walk.rest(star, frozenset(("except_",)))
        excluded = {
            walk.key(one.this if isinstance(one, exp.Column) else one) for one in star.args.get("except_") or ()
        }
    asked_for = 0
    for out in relation.outs():
        if out.key not in excluded:
            asked_for |= out.flow
            target.write(walk, out.key, out.name, out.flow | rows)
    if star is not None:
        walk.name(star, asked_for, relation.asks)
    elif relation.asks:
        walk.ask(asked_for)
    target.decide(walk, rows)
    if relation.loose is not None and relation.loose:
        walk.unresolved(Cause.CONSTRUCT, "*", None, "the columns of this source are not known; list them")


QUERIES: Mapping[type, QueryHandler] = {
    exp.Merge: merge,
}
