"""FROM: each source and join adds its relation to the scope and says what it does to the rows.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select name from users tablesample system (10)", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ())]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.session.script import Missing
from classify.sql.session.tables import Table
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.joins import modifiers
from classify.sql.sources.table_functions import add_function, function_name, function_relation
from classify.sql.sources.views import view_relation
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import SourceHandler, add_source, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def other(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """What stands in FROM and has no handler of its own: a query, or what nobody knows."""
    if is_query(node):
        relation = relation_of(walk, node, _around(walk, scope), scope.ctes)
        key, names = alias_of(walk, node)
        scope.add(Source(key, renamed(relation, names)))
        return relation.rows
    walk.unhandled(node, "in FROM")
    key, _ = alias_of(walk, node)
    scope.add(Source(key, walk.loose()))
    return 0


def _around(walk: Walk, scope: Scope) -> Scope | None:
    """The level that a derived table sees: the one outside, and in some dialects the sources before it."""
    return scope if walk.row.lateral_subqueries else scope.parent


_TABLE_NAME = frozenset(("this", "db", "catalog", "alias"))
_TABLE_KNOWN = known_of(
    exp.Table, "this db catalog laterals joins pivots system_time version when partition rows_from sample"
)


def _table(walk: Walk, node: exp.Table, scope: Scope) -> int:
    args = node.args
    more = False
    if not args.keys() <= _TABLE_NAME:
        walk.rest(node, _TABLE_KNOWN)
        more = any(value and key not in _TABLE_NAME for key, value in args.items())
    this = args.get("this")
    if this.__class__ is exp.Identifier:
        rows = _named(walk, node, scope)
    elif this is None:
        rows = _rows_from(walk, node, scope)
    elif this.__class__ is exp.Parameter and walk.session.parts(node):
        rows = _table_variable(walk, node, scope)
    else:
        rows = add_function(walk, node, this, scope)
    return rows | modifiers(walk, node, scope, _TABLE_MODIFIERS) if more else rows


def _piped(walk: Walk, node: exp.TableAlias, scope: Scope) -> int:
    """BigQuery's `|> AS t`: what was piped so far, which the parser puts into a common table expression."""
    identifier = node.args.get("this")
    cte = None
    if isinstance(identifier, exp.Identifier) and scope.ctes is not None and not node.args.get("columns"):
        cte = scope.ctes.find(walk.key(identifier))
    if cte is None or not isinstance(identifier, exp.Identifier):
        walk.unhandled(node, "in FROM")
        scope.add(Source("", walk.loose()))
        return 0
    relation = cte.relation()
    scope.add(Source(walk.key(identifier), relation))
    return relation.rows


def _rows_from(walk: Walk, node: exp.Table, scope: Scope) -> int:
    """PostgreSQL's ROWS FROM (f(…), g(…)): the functions' columns side by side."""
    key, names = alias_of(walk, node)
    outs: list[Out] = []
    rows = 0
    listed = node.args.get("rows_from")
    if not listed:
        walk.unhandled(node, "as a source without a name")
    for one in listed or ():
        function = one.this if one.__class__ in (exp.Table, exp.Alias) else one
        relation = function_relation(walk, function, scope, key)
        _, own = alias_of(walk, one)
        outs += renamed(relation, own).outs()
        rows |= relation.rows
    if node.args.get("ordinality"):
        outs.append(Out("ordinality", "ordinality", 0))
    scope.add(Source(key, renamed(Relation(outs, rows), names)))
    return rows


# Of a Table, those that may hold expressions: `FOR SYSTEM_TIME AS OF x`, `TABLESAMPLE (n)`, `AT (TIMESTAMP => x)`.
_TABLE_MODIFIERS = ("system_time", "version", "when", "sample", "partition")


def _named(walk: Walk, node: exp.Table, scope: Scope) -> int:
    """A table, view or CTE by name."""
    args = node.args
    key, names = alias_of(walk, node)
    own = walk.key(args["this"])
    if args.get("db") is None and args.get("catalog") is None:
        cte = scope.ctes.find(own) if scope.ctes is not None else None
        if cte is not None:
            if walk.row.names_of_ctes_have_case and cte.name and cte.name != node.name:
                _check_case(walk, node, cte.name)
            relation = cte.relation()
            scope.add(Source(key or own, renamed(relation, names)))
            return relation.rows
    elif walk.row.array_tables:
        rows = _array_table(walk, node, scope, key, names)
        if rows is not None:
            return rows
    if walk.row.one_row_tables and own.lower() in walk.row.one_row_tables and args.get("db") is None:
        scope.add(Source(key or own, Relation(())))
        return 0
    parts = walk.session.parts(node)
    if parts is None:
        walk.unresolved(
            Cause.CONSTRUCT, "table", node, "this form of table name is not modelled; name the table plainly"
        )
        scope.add(Source(key, walk.loose()))
        return 0
    relation, path = named_relation(walk, node, parts)
    if names:
        relation = renamed(relation, names)
    scope.add(Source(key, relation) if key else Source(own, relation, path))
    return relation.rows


def _table_variable(walk: Walk, node: exp.Table, scope: Scope) -> int:
    """A table that the script declared as a variable."""
    key, names = alias_of(walk, node)
    parts = walk.session.parts(node) or ()
    relation, _ = named_relation(walk, node, parts)
    scope.add(Source(key or parts[0], renamed(relation, names)))
    return relation.rows


def _check_case(walk: Walk, node: exp.Table, name: str) -> None:
    """A table that differs from a common table expression in case alone may be meant, by the server's setting."""
    if not isinstance(walk.session.find(walk.session.parts(node) or ()), Missing):
        walk.unresolved(
            Cause.AMBIGUOUS_NAME,
            node.name,
            node,
            f"`{node.name}` may be the table or the expression `{name}`, as the server compares case; rename one",
        )


def named_relation(walk: Walk, node: exp.Table, parts: tuple[str, ...]) -> tuple[Relation, tuple[str, ...]]:
    """The relation of a table's name, and the folded qualifiers that may stand before it."""
    found = walk.session.find(parts)
    if isinstance(found, Table):
        view = found.dataset.view is not None
        return view_relation(walk, found, node) if view else walk.table(found, node), found.path
    if isinstance(found, Missing):
        walk.unresolved(found.cause, ".".join(parts), node, found.detail)
        return walk.loose(), parts[:-1]
    return found.read(walk, node), tuple(
        walk.key(part) for part in (node.args.get("catalog"), node.args.get("db")) if part
    )


def _array_table(walk: Walk, node: exp.Table, scope: Scope, key: str, names: Sequence[tuple[str, str]]) -> int | None:
    """`FROM t, t.items`: an array column of a source before it, read as a table; None where it is none."""
    parts = [part for part in (node.args.get(one) for one in ("catalog", "db", "this")) if part]
    if any(part.__class__ is not exp.Identifier for part in parts) or len(parts) < 2:
        return None
    level: Scope | None = scope
    first = walk.key(parts[0])
    while level is not None:
        source = level.aliases.get(first)
        if source is not None:
            column = exp.Column(this=parts[-1].copy(), table=parts[-2].copy())
            if len(parts) == 3:
                column.set("db", parts[0].copy())
            flow = source.relation.find(walk.key(parts[1]))
            if flow is None and source.relation.loose is None:
                return None
            flow = flow if flow is not None else source.relation.loose or 0
            walk.name(node, flow, source.relation.asks)
            own = key or walk.key(parts[-1])
            outs = [Out(name, folded, flow) for name, folded in names] or [Out(own, own, flow)]
            scope.add(Source(own, Relation(outs, loose=flow)))
            return indirect(flow)
        level = level.parent
    return None


def _subquery(walk: Walk, node: exp.Subquery, scope: Scope) -> int:
    """A derived table, or a parenthesised join."""
    args = node.args
    walk.rest(node, _SUBQUERY_KNOWN)
    key, names = alias_of(walk, node)
    this = args["this"]
    if is_query(this) and not _is_join(this):
        bare = {one: value for one, value in args.items() if value and one not in _OUTSIDE}
        inner = relation_of(walk, node if bare else this, _around(walk, scope), scope.ctes)
        scope.add(Source(key, renamed(inner, names)))
        return inner.rows | modifiers(walk, node, scope, ("sample",))
    if not key:
        before = len(scope.sources)
        rows = add_source(walk, this, scope)
        if args.get("pivots"):
            scope.gather(before)
        return rows | modifiers(walk, node, scope, ("sample",), before)
    # `(t join u using (a)) j`: the names inside are hidden behind the alias.
    inside = Scope(_around(walk, scope), scope.ctes)
    rows = add_source(walk, this, inside)
    inside.gather(0)
    scope.add(Source(key, renamed(inside.sources[0].relation, names)))
    return rows | modifiers(walk, node, scope, ("sample",))


def _is_join(node: exp.Expr) -> bool:
    """Whether parentheses stand around tables, not around a query: then the names inside stay visible."""
    while node.__class__ is exp.Subquery:
        if node.args.get("alias"):
            return True
        node = node.args["this"]
    return node.__class__ is exp.Table


_OUTSIDE = frozenset(("this", "alias", "sample", "joins", "laterals", "pivots"))
_SUBQUERY_KNOWN = _OUTSIDE | frozenset(
    "with_ where group having qualify order limit offset sort cluster distribute".split()
)
_LATERAL_KNOWN = known_of(exp.Lateral, "this")


def _table_from_rows(walk: Walk, node: exp.TableFromRows, scope: Scope) -> int:
    """`TABLE(f(…))`: the rows of a table function."""
    walk.rest(node, _TABLE_KNOWN)
    rows = add_function(walk, node, node.args["this"], scope)
    return rows | modifiers(walk, node, scope, ("sample",))


def _final(walk: Walk, node: exp.Final, scope: Scope) -> int:
    """ClickHouse's FINAL merges the rows of a table, and reads no more of them."""
    return add_source(walk, node.args["this"], scope)


def _lateral(walk: Walk, node: exp.Lateral, scope: Scope) -> int:
    """LATERAL, CROSS and OUTER APPLY, LATERAL VIEW, LATERAL FLATTEN: sees the sources before it."""
    walk.rest(node, _LATERAL_KNOWN)
    this = node.args["this"]
    key, names = alias_of(walk, node)
    if not key and isinstance(this, exp.Func):
        key = walk.row.columns.fold(function_name(this), False)
    if this.__class__ is exp.Subquery:
        this = this.this if {k for k, v in this.args.items() if v} == {"this"} else this
    if is_query(this):
        relation = relation_of(walk, this, scope, scope.ctes)
    else:
        relation = function_relation(walk, this, scope, key)
        if node.args.get("ordinality"):
            relation = Relation(
                [*relation.outs(), Out("ordinality", "ordinality", 0)], relation.rows, loose=relation.loose
            )
    scope.add(Source(key, renamed(relation, names)))
    return relation.rows


SOURCES: Mapping[type, SourceHandler] = {
    exp.Table: _table,
    exp.TableAlias: _piped,
    exp.Subquery: _subquery,
    exp.TableFromRows: _table_from_rows,
    exp.Final: _final,
    exp.Lateral: _lateral,
}
