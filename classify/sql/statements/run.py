"""Statements: a table from class to handler; every other one is unresolved.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("create publication p for table users", catalog, dialect="postgres")
>>> [one.cause.value for one in found.unresolved]
['unsupported-statement']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import asked, indirect
from classify.sql.names.relation import Relation
from classify.sql.statements.create import into
from classify.sql.values.declassify import ask_in_views
from classify.sql.walk.dispatch import STATEMENTS, Ran, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


_QUERY_KINDS: dict[type, str] = {
    **dict.fromkeys((exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.Table), "select"),
    exp.Values: "values",
}


def _into(node: exp.Expr) -> exp.Into | None:
    """The INTO clause of a query's first branch, which takes the rows of all branches."""
    while isinstance(node, exp.SetOperation):
        node = node.this
    into = node.args.get("into") if node.__class__ is exp.Select else None
    return into if isinstance(into, exp.Into) else None


def run(walk: Walk, node: exp.Expr) -> Ran:
    """Walk over one statement."""
    script = walk.session.script
    if script.doubt:
        walk.unresolved(Cause.STATEMENT, node.key, None, script.doubt)
    ran = _run(walk, node)
    if walk.found.declassified:
        ask_in_views(walk)
    return _with_variables(walk, ran) if walk.found.variables else ran


def _with_variables(walk: Walk, ran: Ran) -> Ran:
    """What was run, where it assigns variables: what it reads decides them, and each row may show the one before."""
    walk.session.script.decide_variables(walk.found.variables, asked(walk.found.reads))
    if ran.result is None:
        return ran
    result = ran.result
    return Ran(ran.kind, Relation(result.outs(), result.rows | indirect(asked(walk.found.reads)), loose=result.loose))


def _run(walk: Walk, node: exp.Expr) -> Ran:
    handler = STATEMENTS.get(node.__class__)
    if handler is not None:
        return handler(walk, node)
    if is_query(node):
        walk.into = _into(node)
        relation = relation_of(walk, node, None, None)
        if relation.asks:
            walk.ask(relation.whole())
        if walk.into is not None:
            into(walk, walk.into, relation)
            return Ran("select", None)
        into_files = node.__class__ is exp.Insert and node.args["this"].__class__ is exp.Directory
        return Ran("copy" if into_files else _QUERY_KINDS.get(node.__class__, node.key), relation)
    word = node.key
    walk.unresolved(
        Cause.STATEMENT,
        word,
        node,
        "this kind of statement is not modelled; run it under review, or split off the query in it",
    )
    return Ran("unknown", None)
