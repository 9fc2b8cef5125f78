"""UNION, INTERSECT and EXCEPT: flows by position or by name; the spine of branches is unrolled, never recursed.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> sql = "select name from users union all select ssn from users where id = 1"
>>> found = analyse(sql, catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name', 'users.ssn'), ('users.id',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Ctes, Scope, Source
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.queries.select import check_settings, tail
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import QueryHandler, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_KNOWN = known_of(exp.Union, "this expression with_ distinct on order limit offset sort cluster distribute sample")


def set_operation(walk: Walk, node: exp.SetOperation, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """What a set operation yields."""
    spine: list[tuple[exp.SetOperation, Ctes | None]] = []
    defined = []
    current: exp.Expr = node
    while current.__class__ in (exp.Union, exp.Intersect, exp.Except):
        walk.rest(current, _KNOWN)
        check_settings(walk, current.args.get("settings") or [])
        ctes, more = with_clause(walk, current.args.get("with_"), outer, ctes)
        defined += more
        spine.append((current, ctes))
        current = current.args["this"]
    result = relation_of(walk, current, outer, ctes)
    for level, seen in reversed(spine):
        right = relation_of(walk, level.args["expression"], outer, seen)
        result = _combine(walk, level, result, right)
        result = _clauses(walk, level, result, right, outer, seen)
    if defined:
        unused(walk, defined)
    return result


def _combine(walk: Walk, node: exp.SetOperation, left: Relation, right: Relation) -> Relation:
    by_name = node.args.get("by_name") or node.args.get("on")
    outs = _by_name(left, right) if by_name else _by_position(left, right)
    rows = left.rows | right.rows
    loose = None
    if left.loose is not None or right.loose is not None:
        loose = (left.loose or 0) | (right.loose or 0)
    # UNION ALL only appends; the others compare whole rows, so every value decides which rows are left.
    if node.args.get("distinct") or node.__class__ is not exp.Union:
        flow = loose or 0
        for out in outs:
            flow |= out.flow
        rows |= indirect(flow)
    return Relation(outs, rows, loose=loose)


def _by_position(left: Relation, right: Relation) -> list[Out]:
    mine, theirs = left.outs(), right.outs()
    outs = [Out(one.name, one.key, one.flow | other.flow) for one, other in zip(mine, theirs, strict=False)]
    # With an unknown number of columns on one side the positions are not known: each takes what may stand there.
    if left.loose is not None or right.loose is not None:
        flow = (left.loose or 0) | (right.loose or 0)
        for out in (*mine, *theirs):
            flow |= out.flow
        longer = mine if len(mine) >= len(theirs) else theirs
        return [Out(out.name, out.key, out.flow | flow) for out in longer]
    return outs


def _by_name(left: Relation, right: Relation) -> list[Out]:
    outs = [Out(out.name, out.key, out.flow | (right.find(out.key) or 0)) for out in left.outs()]
    return outs + [out for out in right.outs() if left.find(out.key) is None]


def _clauses(
    walk: Walk, node: exp.SetOperation, relation: Relation, right: Relation, outer: Scope | None, ctes: Ctes | None
) -> Relation:
    """ORDER BY and LIMIT over the whole: names mean outputs."""
    clauses = {key: value for key, value in node.args.items() if value and key not in ("this", "expression", "with_")}
    if not clauses.keys() & {"order", "limit", "offset", "sort", "cluster", "distribute", "sample"}:
        return relation
    outs = list(relation.outs())
    scope = Scope(outer, ctes)
    scope.add(Source("", Relation(outs, loose=relation.loose)))
    scope.progress.see(AliasRule.NO)
    if walk.row.union_order_sees_branches and "order" in clauses:
        _see_branches(walk, node, relation, right, scope)
    return Relation(outs, relation.rows | tail(walk, clauses, scope, outs), loose=relation.loose)


def _see_branches(walk: Walk, node: exp.SetOperation, relation: Relation, right: Relation, scope: Scope) -> None:
    """Have the names of every branch's outputs, with or without their source, mean the outputs: any of them."""
    whole = relation.whole()
    known = relation.known()
    outputs = {out.key: whole for out in right.outs() if out.key and out.key not in known}
    qualified: dict[str, list[Out]] = {}
    pending = [node.args["this"], node.args["expression"]]
    while pending:
        branch = pending.pop()
        if branch.__class__ is exp.Subquery:
            pending.append(branch.args["this"])
        elif isinstance(branch, exp.SetOperation):
            pending += [branch.args["this"], branch.args["expression"]]
        elif branch.__class__ is exp.Select:
            sources = _source_names(walk, branch)
            for one in branch.expressions:
                value = one.args["this"] if one.__class__ is exp.Alias else one
                if one.alias_or_name:
                    key = walk.row.columns.fold(one.alias_or_name, False)
                    if key not in known:
                        outputs[key] = whole
                if value.__class__ is exp.Column and value.args["this"].__class__ is exp.Identifier:
                    key = walk.key(value.args["this"])
                    table = value.args.get("table")
                    for name in sources if table is None else [walk.key(table)]:
                        qualified.setdefault(name, []).append(Out(key, key, whole))
    scope.progress.outputs = outputs
    for name, listed in qualified.items():
        scope.add(Source(name, Relation(listed), hidden=True))


def _source_names(walk: Walk, node: exp.Select) -> list[str]:
    """The names of a SELECT's sources."""
    from_ = node.args.get("from_")
    listed = [from_.args["this"]] if from_ else []
    listed += [join.args["this"] for join in node.args.get("joins") or ()]
    return [walk.row.columns.fold(one.alias_or_name, False) for one in listed if one.alias_or_name]


QUERIES: Mapping[type, QueryHandler] = {
    **dict.fromkeys((exp.Union, exp.Intersect, exp.Except), set_operation),
}
