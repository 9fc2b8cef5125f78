"""Views of the catalog: looked through, so that naming a view's column asks for what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.query import relation_of
from classify.sql.relation import Out, Relation
from classify.sql.tables import Table

if TYPE_CHECKING:
    from classify.sql.walk import Walk


def view_relation(walk: Walk, table: Table, node: exp.Expr) -> Relation:
    """What a view yields: each column with the base columns that make it, asked for only when it is named."""
    dataset = table.dataset
    name = str(dataset.name)
    walk.touch(table, node)
    if id(dataset) in walk.inside_views:
        walk.unresolved(Cause.VIEW, name, node, f"the view `{name}` is defined by itself; correct the catalog")
        return walk.loose()
    tree = walk.session.compiled.tree(dataset)
    if isinstance(tree, str):
        walk.unresolved(Cause.VIEW, name, node, f"the definition of `{name}` {tree}; correct the catalog")
        return walk.loose()
    inner = walk.for_view(table)
    relation = relation_of(inner, tree, None, None)
    for note in inner.notes:
        walk.unresolved(Cause.VIEW, name, node, f"in the definition of `{name}`: {note.detail}")
    walk.ask(relation.rows)
    outs = [Out(out.name, inner_key(walk, out.name), out.flow) for out in relation.outs()]
    return Relation(_declared(walk, table, outs), relation.rows, asks=True, loose=relation.loose)


def inner_key(walk: Walk, name: str) -> str:
    """A view's column, folded by the dialect that asks."""
    return walk.row.columns.fold(name, False)


def _declared(walk: Walk, table: Table, outs: list[Out]) -> list[Out]:
    """The view's columns with what the catalog says of them.

    INVARIANT: a declared label only ever adds to what the definition yields, unless a declassification, with a
    reason, owner and end, says otherwise: then the view's own column stands for what it is made of.
    """
    dataset = table.dataset
    if not dataset.columns and not dataset.declassify:
        return outs
    shift = 2 * walk.first(table)
    own = {out.key: out for out in table.outs}
    lowered = walk.session.compiled.declassified(dataset, walk.session.today)
    found = []
    for at, out in enumerate(outs):
        key = out.key if out.key in own or len(own) != len(outs) else table.outs[at].key
        mine = own.get(key)
        if mine is None:
            found.append(out)
        elif key in lowered:
            found.append(Out(mine.name, key, mine.flow << shift))
        else:
            found.append(Out(mine.name, key, out.flow | mine.flow << shift))
    return found
