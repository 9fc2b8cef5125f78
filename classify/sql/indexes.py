"""Indexes and privileges: an index is made of the columns that it names; who may do what moves no data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.expressions import flow_of
from classify.sql.scope import Scope
from classify.sql.sources import add_source
from classify.sql.statements import Ran, statements

if TYPE_CHECKING:
    from classify.sql.walk import Walk

_CREATE_KNOWN = frozenset("this kind exists unique concurrently clustered replace refresh".split())
_INDEX_KNOWN = frozenset("this table params unique primary".split())
# How and where it is stored names no column.
_PARAMS_KNOWN = frozenset("using columns include where with_storage tablespace".split())


def create_index(walk: Walk, node: exp.Create) -> Ran:
    """CREATE INDEX: the engine reads the columns and expressions that it names, and its condition, over all rows."""
    walk.rest(node, _CREATE_KNOWN)
    index = node.args["this"]
    if index.__class__ is not exp.Index or index.args.get("table").__class__ is not exp.Table:
        walk.unhandled(node, "without a table")
        return Ran("create", None)
    walk.rest(index, _INDEX_KNOWN)
    scope = Scope(None, None)
    add_source(walk, index.args["table"], scope)
    params = index.args.get("params")
    if params is None:
        walk.unhandled(index, "without columns")
        return Ran("create", None)
    walk.rest(params, _PARAMS_KNOWN)
    parts = [_column(one) for one in params.args.get("columns") or ()]
    flow_of(walk, [*parts, params.args.get("include"), params.args.get("where")], scope)
    return Ran("create", None)


def _column(node: exp.Expr) -> exp.Expr:
    """MySQL's `name(10)`, of which the first characters are kept, is the column and no function ("CREATE INDEX")."""
    inner = node.args["this"] if node.__class__ is exp.Ordered else node
    arguments = inner.args.get("expressions") or []
    if inner.__class__ is exp.Anonymous and len(arguments) == 1 and arguments[0].__class__ is exp.Literal:
        column = exp.Column(this=exp.Identifier(this=str(inner.args["this"]), quoted=False))
        column.parent = inner.parent
        return column
    return node


@statements(exp.Grant, exp.Revoke)
def _privilege(walk: Walk, node: exp.Expr) -> Ran:
    """GRANT and REVOKE: they say who may read, and read nothing."""
    walk.rest(node, frozenset("privileges kind securable principals grant_option cascade restrict".split()))
    for inner in node.find_all(exp.Query, exp.Command):
        walk.unhandled(inner, "in a privilege")
    return Ran(node.key, None)
