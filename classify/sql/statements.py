"""Statements: a table from class to handler; every other one is unresolved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.query import is_query, relation_of
from classify.sql.relation import Relation

if TYPE_CHECKING:
    from classify.sql.walk import Walk


class Ran(NamedTuple):
    """What the walk over a statement came to: its kind, and what it returns, if anything."""

    kind: str
    result: Relation | None


StatementHandler = Callable[["Walk", Any], Ran]

_TABLE: dict[type, StatementHandler] = {}


def statements(*classes: type[exp.Expr]) -> Callable[[StatementHandler], StatementHandler]:
    """A decorator that enters a handler into the table for some classes."""

    def enter(handler: StatementHandler) -> StatementHandler:
        for one in classes:
            assert one not in _TABLE, f"two handlers for {one.__name__}"
            _TABLE[one] = handler
        return handler

    return enter


_QUERY_KINDS: dict[type, str] = {
    **dict.fromkeys((exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.Table), "select"),
    exp.Values: "values",
}


def run(walk: Walk, node: exp.Expr) -> Ran:
    """Walk over one statement."""
    handler = _TABLE.get(node.__class__)
    if handler is not None:
        return handler(walk, node)
    if is_query(node):
        relation = relation_of(walk, node, None, None)
        if relation.asks:
            walk.ask(relation.whole())
        return Ran(_QUERY_KINDS.get(node.__class__, node.key), relation)
    word = node.key
    walk.unresolved(
        Cause.STATEMENT,
        word,
        node,
        "this kind of statement is not modelled; run it under review, or split off the query in it",
    )
    return Ran("unknown", None)
