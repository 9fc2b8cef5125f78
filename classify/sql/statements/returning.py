"""RETURNING and OUTPUT: what a change hands back, of the row before it and after.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("update users set name = ssn returning name", catalog, dialect="postgres")
>>> [(one.name, one.direct) for one in found.outputs]
[('name', ('users.name', 'users.ssn'))]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.output_name import output_name
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Scope
from classify.sql.statements.sinks import Target, target_of
from classify.sql.values.star import is_star, star_outs
from classify.sql.walk.dispatch import flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def returning(walk: Walk, node: exp.Returning, scope: Scope, rows: int, targets: list[Target]) -> Relation:
    """RETURNING and OUTPUT: a projection over the changed rows, which hold what was written into them."""
    walk.rest(node, frozenset(("expressions", "into")))
    for target in targets:
        target.returned(walk, scope)
    outs: list[Out] = []
    for one in node.args["expressions"]:
        if is_star(one):
            outs += star_outs(walk, one, scope)
            continue
        inner = one.args["this"] if one.__class__ is exp.Alias else one
        flow = flow_of(walk, inner, scope)
        name = one.alias if one.__class__ is exp.Alias else output_name(one)
        outs.append(Out(name, walk.row.columns.fold(name, False), flow))
    into = node.args.get("into")
    if into.__class__ is exp.Parameter and walk.row.table_variables:
        target_of(walk, exp.Table(this=into.copy())).write_row(walk, [], Relation(outs, rows))
        return Relation((), rows)  # SQL Server, "OUTPUT clause": the rows go there, and not to the caller
    if into:
        walk.unread(node, "into")
    return Relation(outs, rows)
