"""UPDATE and DELETE: which rows they change, by what, and what they return.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("delete from users where ssn is null returning name", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.name', 'users.ssn']
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ('users.ssn',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Relation
from classify.sql.names.scope import Ctes, Scope
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.queries.select import order
from classify.sql.sources.joins import add_joins
from classify.sql.statements.assignments import assign
from classify.sql.statements.returning import returning
from classify.sql.statements.sinks import Target, target_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import QueryHandler, add_source, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_UPDATE_KNOWN = known_of(exp.Update, "with_ this expressions from_ where returning order limit")


def update(walk: Walk, node: exp.Update, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """UPDATE: assigned columns are written; what the values and WHERE name is read."""
    walk.rest(node, _UPDATE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    targets, rows = _targets(walk, node, args.get("this"), scope)
    if not targets:
        return Relation([])
    from_ = args.get("from_")
    if from_:
        rows |= _from(walk, from_, scope, targets)
    if args.get("where"):
        rows |= indirect(flow_of(walk, args["where"].args["this"], scope))
    rows |= _order_limit(walk, node, scope)
    for one in args.get("expressions") or ():
        assign(walk, one, scope, rows, targets)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, targets)
    unused(walk, defined)
    return result


def _order_limit(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    flow = 0
    if node.args.get("order"):
        flow |= order(walk, node.args["order"], scope, [])
    if node.args.get("limit"):
        flow |= flow_of(walk, node.args["limit"], scope)
    return indirect(flow)


def _targets(walk: Walk, node: exp.Expr, this: exp.Expr | None, scope: Scope) -> tuple[list[Target], int]:
    """The changed table and those joined to it (MySQL), all added to the scope."""
    if this.__class__ is not exp.Table:
        walk.unhandled(this if this is not None else node, "as the target of a change")
        return [], 0
    assert this is not None, "checked above"
    source = node.args.get("from_") or node.args.get("using")
    if walk.row.target_in_from and source and not this.args.get("alias"):
        # SQL Server: `UPDATE u SET … FROM users u`: FROM names the target.
        probe = Scope(scope.parent, scope.ctes)
        listed = source if isinstance(source, list) else [source.this]
        for one in listed:
            add_source(walk, one, probe)
        found = probe.aliases.get(walk.key(this.this))
        if found is not None:
            return [Target.of_source(found)], 0
    joins = this.args.get("joins") or []
    targets = [target_of(walk, this, ("joins",))]
    targets[0].source(scope)
    rows = 0
    if joins:
        before = len(scope.sources)
        rows = add_joins(walk, joins, scope, max(len(scope.sources) - 1, 0))
        targets += [Target.of_source(source) for source in scope.sources[before:]]
    return targets, rows


def _from(walk: Walk, node: exp.From, scope: Scope, targets: list[Target]) -> int:
    return add_source(walk, node.args["this"], scope)


_DELETE_KNOWN = known_of(exp.Delete, "with_ this using where returning order limit tables")


def delete(walk: Walk, node: exp.Delete, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """DELETE: every column of the target is written; what WHERE and USING name decides which rows go."""
    walk.rest(node, _DELETE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    rows = 0
    # DELETE t, without FROM (SQL Server, Oracle, BigQuery, Redshift): the parser takes the target for a list.
    listed = args.get("tables") or []
    target = args.get("this") or (listed[0] if len(listed) == 1 else None)
    if listed and args.get("this"):
        # MySQL: DELETE t, u FROM t JOIN u …: the list names sources.
        rows = add_source(walk, args["this"], scope)
        targets = []
        for one in listed:
            source = scope.aliases.get(walk.key(one.this))
            if source is None:
                walk.unresolved(
                    Cause.UNKNOWN_DATASET,
                    one.name,
                    one,
                    f"`{one.name}` is not a source of this DELETE; correct the name",
                )
            else:
                targets.append(Target.of_source(source))
        for one in args.get("using") or ():
            rows |= add_source(walk, one, scope)
    elif args.get("using") and walk.row.using_defines_targets:
        targets = []
        for one in args["using"]:
            rows |= add_source(walk, one, scope)
        for one in (args["this"], *(join.this for join in args["this"].args.get("joins") or ())):
            source = scope.aliases.get(walk.key(one.this))
            if source is None:
                walk.unresolved(
                    Cause.UNKNOWN_DATASET,
                    one.name,
                    one,
                    f"`{one.name}` is not a source of this DELETE; correct the name",
                )
            else:
                targets.append(Target.of_source(source))
    else:
        targets, rows = _targets(walk, node, target, scope)
        for one in args.get("using") or ():
            rows |= add_source(walk, one, scope)
    if args.get("where"):
        rows |= indirect(flow_of(walk, args["where"].args["this"], scope))
    rows |= _order_limit(walk, node, scope)
    for target in targets:
        target.write_all(walk, rows)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, targets)
    unused(walk, defined)
    return result


QUERIES: Mapping[type, QueryHandler] = {
    exp.Update: update,
    exp.Delete: delete,
}
