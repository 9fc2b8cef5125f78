"""Views of the catalog: looked through, so that naming a view's column asks for what it is made of.

>>> from classify import Catalog, analyse
>>> tables = {"users": {"id": "internal", "ssn": "restricted"}}
>>> catalog = Catalog.from_mapping(tables, views={"v": "select id from users where ssn is null"}, dialect="postgres")
>>> [one.column for one in analyse("select id from v", catalog, dialect="postgres").reads]
['users.id', 'users.ssn']
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.relation import Out, Relation, Stored, renamed
from classify.sql.report.accounting import account
from classify.sql.report.lost import loses_rows
from classify.sql.session.tables import Table
from classify.sql.walk.dispatch import relation_of

if TYPE_CHECKING:
    from classify.sql.session.session import Session
    from classify.sql.text.parse import Definition
    from classify.sql.values.declassify import Use
    from classify.sql.walk.findings import Note
    from classify.sql.walk.walk import Walk


def view_relation(walk: Walk, table: Table, node: exp.Expr) -> Relation:
    """What a view yields: each column with the base columns that make it, asked for only when it is named."""
    dataset = table.dataset
    name = str(dataset.name)
    walk.touch(table, node)
    if table.number in walk.inside_views:
        walk.unresolved(Cause.VIEW, name, node, f"the view `{name}` is defined by itself; correct the catalog")
        return walk.loose()
    definition = walk.session.compiled.definition(table)
    if isinstance(definition, str):
        walk.unresolved(Cause.VIEW, name, node, f"the definition of `{name}` {definition}; correct the catalog")
        return walk.loose()
    moment = table.number, walk.row.name, walk.session.script.names.count
    known = walk.looked_through.get(moment)
    if known is None:
        known = walk.looked_through[moment] = _look(walk, table, definition)
    else:
        walk.found.declassified += known.declassified
    relation = known.relation
    walk.found.touched += [(None, one) for one in known.tables]
    for note in known.notes:
        walk.unresolved(Cause.VIEW, name, node, f"in the definition of `{name}`: {note.detail}")
    walk.ask(relation.rows)
    relation = renamed(relation, [(one.name, one.name) for one in definition.names])
    outs = [Out(out.name, inner_key(walk, out.name), out.flow) for out in relation.outs()]
    return Stored(table, _declared(walk, table, outs), relation.rows, loose=relation.loose)


class Looked(NamedTuple):
    """What a view of the catalog came to in one statement, whoever names it there."""

    relation: Relation
    notes: list[Note]
    tables: list[Table]
    declassified: list[Use]


def _look(walk: Walk, table: Table, definition: Definition) -> Looked:
    """Look through a view. A statement that names it again finds it done: views over views would double each time."""
    session = walk.session.for_view(table.dataset)
    before = len(walk.found.declassified)

    def evaluate(inner: Walk) -> Relation:
        relation = relation_of(inner, definition.query, None, None)
        if not inner.found.notes:
            account(inner, definition.tree, definition.tokens, None)
        return relation

    relation, notes, tables = looked_through(walk, session, 0, table.number, definition.query, evaluate)
    return Looked(relation, notes, list(dict.fromkeys(tables)), walk.found.declassified[before:])


def looked_through(
    walk: Walk, session: Session, since: int, identity: object, query: exp.Expr, evaluate: Callable[[Walk], Relation]
) -> tuple[Relation, list[Note], list[Table]]:
    """What a view's definition yields, what of it is unresolved, and the tables of the catalog in it.

    Some engines bind a view to the tables themselves (PostgreSQL manual, "CREATE VIEW"), some look their names up anew
    (MySQL, "CREATE VIEW"). INVARIANT both-meanings-of-a-view: where the script gave names another meaning since, both
    answers count; one that is an error in the engine counts for nothing.

    Args:
        session: that looks names up as of the view's making.
        since: the moment of the script at which it was made.
        identity: of the view, so that it is not looked through inside itself.
        query: of the view.
    """
    inner = walk.for_view(session, identity)
    declassified = len(walk.found.declassified)
    relation = evaluate(inner)
    # Else a flow has other numbers than its columns.
    if len(walk.found.declassified) == declassified and loses_rows(inner, query, relation.rows):
        inner.failed(Cause.INTERNAL, "what decides its rows was lost; please report it", 0, 0)
    tables = [table for _, table in inner.found.touched]
    if session.script.names.count > since:
        anew = walk.for_view(session.at(None), identity)
        anew.found.declassified = []
        other = evaluate(anew)
        if not anew.found.notes:
            walk.found.declassified += [use for use in anew.found.declassified if use not in walk.found.declassified]
            relation = _either(relation, other)
            tables += [table for _, table in anew.found.touched]
    return relation, inner.found.notes, tables


def _either(one: Relation, other: Relation) -> Relation:
    """A relation with the flows of both, by the place of their columns."""
    outs = [
        Out(a.name, a.key, a.flow | b.flow)
        for a, b in itertools.zip_longest(one.outs(), other.outs(), fillvalue=Out("", "", 0))
    ]
    return Relation(outs, one.rows | other.rows, asks=one.asks or other.asks, loose=one.loose)


def inner_key(walk: Walk, name: str) -> str:
    """A view's column, folded by the dialect that asks."""
    return walk.row.columns.fold(name, False)


def _declared(walk: Walk, table: Table, outs: list[Out]) -> list[Out]:
    """The view's columns with what the catalog says of them.

    INVARIANT a-view-never-lowers: a declared label only ever adds to what the definition yields, unless a
    declassification, with a reason, owner and end, says otherwise: then the view's own column stands for what it is
    made of.
    """
    dataset = table.dataset
    if not dataset.columns and not dataset.declassify:
        return outs
    shift = 2 * walk.session.numbering.first(table)
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
