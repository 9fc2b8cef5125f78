"""Which handler says what a class of the parser's means: four tables, and the ways in to them.

Every handler stands above this file, and none imports another for what a table leads to: an expression holds queries, a
query has sources, a source holds expressions. `handlers` fills the tables, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from classify.sql.names.flows import indirect
from classify.sql.names.relation import Relation
from classify.sql.names.scope import Ctes, Scope

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

Pending = list[Any]
"""Nodes still to visit: expressions, and the plain values that stand in their arguments."""

Handler = Callable[["Walk", Any, Scope, Pending, Pending], int]
"""Takes the walk, a node, its scope, the nodes to visit for direct and those for indirect flow; returns more flow."""

ColumnHandler = Callable[["Walk", exp.Column, Scope], int]
"""The same of a column reference, which is what most nodes are."""

QueryHandler = Callable[["Walk", Any, Scope | None, Ctes | None], Relation]
"""Takes the walk, a query node, the level around it and the CTEs that it sees; returns what the query yields."""

SourceHandler = Callable[["Walk", Any, Scope], int]
"""Adds a node's sources to the scope; returns the flow of what decides their rows, as indirect."""


class Ran(NamedTuple):
    """What the walk over a statement came to: its kind, and what it returns, if anything."""

    kind: str
    result: Relation | None


StatementHandler = Callable[["Walk", Any], Ran]

VISIT = object()
"""Stands for a handler: the value is made of all arguments."""

LEAF = object()
"""Stands for a handler: nothing is read."""

EACH = object()
"""Stands for a handler: of a list, which is made of all its elements."""

EXPRESSIONS: dict[type, object] = {}
QUERIES: dict[type, QueryHandler] = {}
SOURCES: dict[type, SourceHandler] = {}
STATEMENTS: dict[type, StatementHandler] = {}

_columns: list[ColumnHandler] = []
_other_sources: list[SourceHandler] = []


def fill(
    column: ColumnHandler,
    other_source: SourceHandler,
    expressions: Mapping[type, object],
    queries: Mapping[type, QueryHandler],
    sources: Mapping[type, SourceHandler],
    statements: Mapping[type, StatementHandler],
) -> None:
    """Fill the tables.

    Args:
        column: of column references.
        other_source: of what is in FROM and has no handler of its own.
    """
    _columns.append(column)
    _other_sources.append(other_source)
    EXPRESSIONS.update(expressions)
    QUERIES.update(queries)
    SOURCES.update(sources)
    STATEMENTS.update(statements)


_COLUMN = exp.Column


def flow_of(walk: Walk, root: object, scope: Scope) -> int:
    """The flow of the value of an expression, or of a list of them together."""
    out = 0
    pending: Pending = [root]
    aside: Pending = []
    table = EXPRESSIONS
    column_flow = _columns[0]
    for node in pending:  # which grows meanwhile
        kind = type(node)  # quicker than `__class__` where each node is of another class than the last
        if kind is _COLUMN:
            out |= column_flow(walk, node, scope)
            continue
        try:
            action = table[kind]
        except KeyError:
            walk.unhandled(node)
            continue
        if action is VISIT:
            pending += node.args.values()
        elif action is LEAF:
            continue
        elif action is EACH:
            pending += node
        else:
            out |= action(walk, node, scope, pending, aside)  # type: ignore[operator]  # what is no mark is a handler
    if aside:
        out |= indirect(flow_of(walk, aside, scope))
    return out


def is_query(node: object) -> bool:
    """Whether a node is a query: it yields a relation."""
    return node.__class__ in QUERIES


def relation_of(walk: Walk, node: exp.Expr, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """What a query yields."""
    handler = QUERIES.get(node.__class__)
    if handler is None:
        walk.unhandled(node, "as a query")
        return walk.loose()
    return handler(walk, node, outer, ctes)


def add_source(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """Add what a node in FROM stands for."""
    return SOURCES.get(node.__class__, _other_sources[0])(walk, node, scope)
