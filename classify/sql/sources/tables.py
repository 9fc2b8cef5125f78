"""FROM: each source and join adds its relation to the scope and says what it does to the rows."""

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
from classify.sql.sources.arrays import add_array_join
from classify.sql.sources.pivot import apply_pivots
from classify.sql.sources.table_functions import add_function, function_name, function_relation
from classify.sql.sources.views import view_relation
from classify.sql.walk.dispatch import SourceHandler, add_source, flow_of, is_query, relation_of

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
_TABLE_KNOWN = _TABLE_NAME | frozenset(
    "laterals joins pivots hints system_time version pattern format ordinality when only partition "
    "rows_from sample indexed".split()
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


def modifiers(walk: Walk, node: exp.Expr, scope: Scope, keys: tuple[str, ...], before: int | None = None) -> int:
    """What stands behind a source: pivots, nested joins, laterals, samples, time travel.

    Args:
        before: how many sources there were before the one that it stands behind; by default that one is the last.
    """
    args = node.args
    rows = 0
    for key in keys:
        if args.get(key):
            rows |= indirect(flow_of(walk, args[key], scope))
    if args.get("laterals"):
        rows |= add_laterals(walk, args["laterals"], scope)
    if args.get("joins"):
        rows |= add_joins(walk, args["joins"], scope, len(scope.sources) - 1 if before is None else before)
    if args.get("pivots") and not _of_join(walk, node):
        rows |= apply_pivots(walk, args["pivots"], scope)
    return rows


def _of_join(walk: Walk, node: exp.Expr) -> bool:
    """Whether the pivot that the parser gives to a joined table is one of the whole join."""
    join = node.parent
    return join.__class__ is exp.Join and walk.row.pivot_takes_join and any(join.args.get(key) for key in _CONDITIONS)


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
    if own.lower() in walk.row.one_row_tables and args.get("db") is None:
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


def _table_from_rows(walk: Walk, node: exp.TableFromRows, scope: Scope) -> int:
    """`TABLE(f(…))`: the rows of a table function."""
    walk.rest(node, _TABLE_KNOWN)
    rows = add_function(walk, node, node.args["this"], scope)
    return rows | modifiers(walk, node, scope, ("sample",))


def _paren(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """A source in parentheses, or with ClickHouse's FINAL, which merges its rows and reads no more of them."""
    return add_source(walk, node.args["this"], scope)


def add_laterals(walk: Walk, laterals: list[exp.Expr], scope: Scope) -> int:
    rows = 0
    for one in laterals:
        rows |= add_source(walk, one, scope)
    return rows


_JOIN_KNOWN = frozenset("this on side kind using method global_ hint match_condition expressions pivots".split())


def add_joins(walk: Walk, joins: list[exp.Join], scope: Scope, start: int) -> int:
    """Add joined sources, in order.

    Args:
        start: the number of the first source that is joined with them.
    """
    rows = 0
    sources = scope.sources
    for join in joins:
        args = join.args
        if not _CONDITIONS.isdisjoint(args) and any(args.get(key) for key in _CONDITIONS):
            rows |= _join(walk, join, scope, start)
        else:
            if not walk.row.comma_is_join:
                start = len(sources)
            walk.rest(join, _JOIN_KNOWN)
            rows |= add_source(walk, args["this"], scope)
            if args.get("pivots"):
                rows |= modifiers(walk, join, scope, ())
    return rows


# What a join has that is more than a comma.
_CONDITIONS = frozenset("on using method kind side match_condition expressions".split())


def _join(walk: Walk, join: exp.Join, scope: Scope, start: int) -> int:
    args = join.args
    walk.rest(join, _JOIN_KNOWN)
    if args.get("kind") == "ARRAY":
        return add_array_join(walk, join, scope)
    before = len(scope.sources)
    rows = add_source(walk, args["this"], scope)
    if args.get("pivots") and not walk.row.pivot_takes_join:
        rows |= modifiers(walk, join, scope, ())
    if args.get("using") or args.get("method") == "NATURAL":
        rows |= _merge(walk, join, scope, start, before)
    seen = scope
    if start and walk.row.on_sees_join_alone:
        seen = scope.part(start, scope.parent)
    elif start and walk.row.on_sees_join_first:
        seen = scope.part(start, scope)
    for key in ("on", "match_condition", "expressions"):
        condition = args.get(key)
        if condition:
            rows |= indirect(flow_of(walk, condition, seen))
    kind = args.get("kind")
    if kind and kind.upper() in ("SEMI", "ANTI"):
        if (args.get("side") or "").upper() == "RIGHT":
            walk.unhandled(join)
        for source in scope.sources[before:]:
            scope.remove(source)
    pivots = args.get("pivots") or args["this"].args.get("pivots")
    if pivots and walk.row.pivot_takes_join:
        scope.gather(start)
        rows |= apply_pivots(walk, pivots, scope)
    return rows


def _merge(walk: Walk, join: exp.Join, scope: Scope, start: int, before: int) -> int:
    """USING and NATURAL: the columns are asked for on both sides, and one column is left (ISO 9075-2, 7.10)."""
    left, right = scope.sources[start:before], scope.sources[before:]
    if join.args.get("using"):
        wanted = []
        for one in join.args["using"]:
            identifier = one.this if one.__class__ is exp.Column else one
            if identifier.__class__ is not exp.Identifier:
                walk.unhandled(one, "in USING")
                continue
            wanted.append((identifier.name, walk.key(identifier), one))
    else:
        if any(source.relation.loose is not None for source in left + right):
            walk.unresolved(
                Cause.CONSTRUCT,
                "natural join",
                join,
                "what NATURAL joins with an unknown source is not known; join with ON instead",
            )
        right_keys = {out.key for source in right for out in source.relation.outs()}
        seen: set[str] = set()
        wanted = []
        for name, key in _visible(scope, start, left):
            if key in right_keys and key not in seen:
                seen.add(key)
                wanted.append((name, key, join))
    side = (join.args.get("side") or "").upper()
    rows = 0
    fresh: dict[str, tuple[Out, Source]] = {}
    for name, key, node in wanted:
        one, other = _side(walk, scope, left, key, node), _side(walk, scope, right, key, node)
        both = one | other
        walk.name(node, both, True)
        rows |= indirect(both)
        flow = both if side == "FULL" else other if side == "RIGHT" else one
        fresh[key] = Out(name, key, flow), left[0] if left else right[0]
    if not fresh:
        return rows
    for source in left + right:
        source.merged |= {key for key in fresh if source.relation.find(key) is not None}
    for key, (out, _) in scope.merged.items():
        fresh.setdefault(key, (out, scope.merged[key][1]))
    scope.merge(fresh, in_place=walk.row.merged_in_place)
    return rows


def _visible(scope: Scope, start: int, left: list[Source]) -> list[tuple[str, str]]:
    inside = set(map(id, left))
    found = [(out.name, out.key) for out, anchor in scope.merged.values() if id(anchor) in inside]
    return found + [
        (out.name, out.key) for source in left for out in source.relation.outs() if out.key not in source.merged
    ]


def _side(walk: Walk, scope: Scope, side: list[Source], key: str, node: exp.Expr) -> int:
    """The flow of a merged column on one side of its join."""
    inside = set(map(id, side))
    merged = scope.merged.get(key)
    if merged is not None and id(merged[1]) in inside:
        return merged[0].flow
    hits = [source.relation.find(key) for source in side if not source.hidden]
    found = [flow for flow in hits if flow is not None]
    if len(found) > 1:
        walk.unresolved(
            Cause.AMBIGUOUS_NAME,
            key,
            node,
            "several sources on one side of the join have this column; join with ON instead",
        )
    if not found:
        loose = [source.relation.loose for source in side if source.relation.loose is not None]
        if not loose:
            walk.unresolved(
                Cause.UNKNOWN_COLUMN,
                key,
                node,
                f"`{key}` must be a column on both sides of the join; correct the name, or join with ON",
            )
        return loose[0] if loose else 0
    flow = 0
    for one in found:
        flow |= one
    return flow


def _lateral(walk: Walk, node: exp.Lateral, scope: Scope) -> int:
    """LATERAL, CROSS and OUTER APPLY, LATERAL VIEW, LATERAL FLATTEN: sees the sources before it."""
    walk.rest(node, frozenset("this view outer alias cross_apply ordinality".split()))
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
    **dict.fromkeys((exp.Paren, exp.Final), _paren),
    exp.Lateral: _lateral,
}
