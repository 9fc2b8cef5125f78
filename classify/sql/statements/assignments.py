"""`SET column = value`: what flows into the columns that a change assigns.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("update users set name = ssn where id = 1", catalog, dialect="postgres")
>>> [(one.column, one.direct, one.indirect) for one in found.writes]
[('users.name', ('users.ssn',), ('users.id',))]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.scope import Scope
from classify.sql.statements.sinks import Target, assigned_names
from classify.sql.walk.dispatch import flow_of, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def assign(walk: Walk, node: exp.Expr, scope: Scope, rows: int, targets: list[Target]) -> None:
    """`column = value`, `(a, b) = (…)`: the value flows into the column."""
    if node.__class__ is not exp.EQ:
        walk.unhandled(node, "as an assignment")
        flow_of(walk, node, scope)
        return
    left, right = node.args["this"], node.args["expression"]
    lefts = left.args["expressions"] if left.__class__ is exp.Tuple else [left]
    if left.__class__ is exp.Paren:
        lefts = [left.args["this"]]
    if right.__class__ is exp.Tuple and len(right.args["expressions"]) == len(lefts):
        flows = [assigned_value(walk, one, scope) for one in right.args["expressions"]]
    elif len(lefts) > 1 and right.__class__ is exp.Subquery:
        relation = relation_of(walk, right, scope, scope.ctes)
        outs = relation.outs()
        flows = [outs[at].flow | relation.rows if at < len(outs) else relation.whole() for at in range(len(lefts))]
    else:
        flows = [assigned_value(walk, right, scope)] * len(lefts)
    for one, flow in zip(lefts, flows, strict=True):
        _assign_one(walk, one, flow | rows, scope, targets)


def assigned_value(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """The flow of an assigned value; the word DEFAULT is none."""
    if (
        node.__class__ is exp.Column
        and not node.args.get("table")
        and node.name.upper() == "DEFAULT"
        and not node.this.args.get("quoted")
    ):
        return 0
    return flow_of(walk, node, scope)


def _assign_one(walk: Walk, node: exp.Expr, flow: int, scope: Scope, targets: list[Target]) -> None:
    names, subscripts = assigned_names(node)
    if not names:
        walk.unhandled(node, "as the target of an assignment")
        return
    if subscripts:
        flow |= indirect(flow_of(walk, subscripts, scope))
    pairs = [(walk.key(name), name.name) for name in names]
    if len(pairs) > 1:
        named = [target for target in targets if target.reached_by(pairs[0][0])]
        if named:
            named[0].write(walk, *pairs[1], flow, pairs[2:] if walk.row.struct_paths else ())
            return
        if not walk.row.struct_paths and not any(target.has(pairs[0][0]) for target in targets):
            wanted = pairs[0][0]
            detail = f"`{wanted}` is not a table that this statement changes; correct the name"
            walk.unresolved(Cause.UNKNOWN_DATASET, wanted, node, detail)
            return
    # `SET address.city = x`: a field of the column `address`.
    having = [target for target in targets if target.has(pairs[0][0])]
    (having or targets)[0].write(walk, *pairs[0], flow, pairs[1:])
