"""Indexes, constraints and privileges: made of the columns that they name; who may do what moves no data.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("create index i on users (lower(name)) where ssn is null", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.name', 'users.ssn']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.scope import Scope
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, add_source, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_CREATE_KNOWN = known_of(exp.Create, "this")
_INDEX_KNOWN = known_of(exp.Index, "table params")
_PARAMS_KNOWN = known_of(exp.IndexParameters, "columns include where")
_CONSTRAINT_KNOWN: Mapping[type, frozenset[str]] = {
    exp.Constraint: known_of(exp.Constraint, "expressions"),
    exp.CheckColumnConstraint: known_of(exp.CheckColumnConstraint, "this"),
    exp.PrimaryKey: known_of(exp.PrimaryKey, "expressions"),
    exp.UniqueColumnConstraint: known_of(exp.UniqueColumnConstraint, "this"),
    exp.IndexColumnConstraint: known_of(exp.IndexColumnConstraint, "expressions"),
    exp.ForeignKey: known_of(exp.ForeignKey, "expressions reference"),
    exp.Reference: known_of(exp.Reference, "this"),
}
_PRIVILEGE_KNOWN = known_of(exp.Revoke, "")


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
    flow_of(walk, [*parts, params.args.get("where")], scope)
    _columns(walk, params.args.get("include"), scope)
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


def add_constraint(walk: Walk, table: exp.Table, node: exp.AddConstraint) -> None:
    """ALTER TABLE … ADD CONSTRAINT: the engine holds the rows that are there against it, and so reads its columns."""
    walk.rest(node, frozenset(("expressions",)))
    scope = Scope(None, None)
    add_source(walk, table, scope)
    for one in node.args.get("expressions") or ():
        if one.__class__ is exp.Constraint:
            walk.rest(one, _CONSTRAINT_KNOWN[exp.Constraint])
        for inner in one.args["expressions"] if one.__class__ is exp.Constraint else [one]:
            _constraint(walk, inner, scope)


def _constraint(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    args = node.args
    if args.get("include") is not None and any(args["include"].args.values()):
        walk.unread(node, "include")
    kind = node.__class__
    if kind in _CONSTRAINT_KNOWN:
        walk.rest(node, _CONSTRAINT_KNOWN[kind])
    if kind is exp.CheckColumnConstraint:
        flow_of(walk, args["this"], scope)
    elif kind is exp.PrimaryKey:
        _columns(walk, args.get("expressions"), scope)
    elif kind is exp.UniqueColumnConstraint and args.get("this").__class__ is exp.Schema:
        _columns(walk, args["this"].args.get("expressions"), scope)
    elif kind is exp.IndexColumnConstraint:
        _columns(walk, args.get("expressions"), scope)
    elif kind is exp.ForeignKey and args.get("reference") is not None:
        _columns(walk, args.get("expressions"), scope)
        _reference(walk, args["reference"])
    else:
        walk.unhandled(node, "in ALTER TABLE")


def _reference(walk: Walk, node: exp.Expr) -> None:
    """The columns of the other table, which must have each value."""
    walk.rest(node, _CONSTRAINT_KNOWN[exp.Reference])
    schema = node.args.get("this")
    if schema.__class__ is not exp.Schema or schema.args.get("this").__class__ is not exp.Table:
        walk.unhandled(node, "without the columns that it refers to")
        return
    scope = Scope(None, None)
    add_source(walk, schema.args["this"], scope)
    _columns(walk, schema.args.get("expressions"), scope)


def _columns(walk: Walk, listed: list[exp.Expr] | None, scope: Scope) -> None:
    for one in listed or ():
        inner = one.args["this"] if one.__class__ in (exp.ColumnPrefix, exp.Ordered) else one
        if inner.__class__ is exp.Identifier:
            column = exp.Column(this=inner.copy())
            column.parent = inner.parent
            inner = column
        flow_of(walk, _column(inner), scope)


def _privilege(walk: Walk, node: exp.Expr) -> Ran:
    """GRANT and REVOKE: they say who may read, and read nothing."""
    walk.rest(node, _PRIVILEGE_KNOWN)
    for inner in node.find_all(exp.Query, exp.Command):
        walk.unhandled(inner, "in a privilege")
    return Ran(node.key, None)


STATEMENTS: Mapping[type, StatementHandler] = {
    **dict.fromkeys((exp.Grant, exp.Revoke), _privilege),
}
