"""SELECT: sources, then each clause over them, then the outputs.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select name from users where ssn is null", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ('users.ssn',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.flows import MOST_COLUMNS, indirect
from classify.sql.names.output_name import output_name
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Cte, Ctes, Scope
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.session.session import LimitHit
from classify.sql.sources.joins import add_joins, add_laterals
from classify.sql.values.expressions import column_flow
from classify.sql.values.star import columns_outs, is_star, spread, star_outs
from classify.sql.walk.argument_roles import ROLES, known_of
from classify.sql.walk.dispatch import QueryHandler, add_source, flow_of
from classify.sql.walk.resolve import bare, dotted

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_KNOWN = known_of(
    exp.Select,
    "with_ expressions distinct from_ laterals joins connect prewhere where group having qualify windows distribute "
    "sort cluster order limit offset sample",
)
_ALIAS, _COLUMN, _IDENTIFIER, _PLACEHOLDER, _UNNEST = (
    exp.Alias, exp.Column, exp.Identifier, exp.Placeholder, exp.Explode,
)  # fmt: skip

# INTO is the statement's, not the query's: it takes the rows of all branches of a UNION.
_KNOWN_INTO = _KNOWN | {"into"}
_CONNECT_KNOWN = known_of(exp.Connect, "start connect")
_GROUP_KNOWN = known_of(exp.Group, "expressions grouping_sets cube rollup")
_ORDER_KNOWN = frozenset(ROLES[exp.Order])
_ORDERED_KNOWN = known_of(exp.Ordered, "this with_fill")
_FILL_KNOWN = frozenset(("from_", "to", "step", "interpolate"))


def select(  # noqa: C901, PLR0912, PLR0915  # the clauses in the order in which they see each other, in one place
    walk: Walk, node: exp.Select, outer: Scope | None, ctes: Ctes | None
) -> Relation:
    """What a SELECT yields.

    INVARIANT every-argument-counts: every argument that is set is read, known harmless, or unresolved.
    """
    args = node.args
    clauses = {key: value for key, value in args.items() if value}
    if not clauses.keys() <= _KNOWN:
        walk.rest(node, _KNOWN if walk.into is None or args.get("into") is not walk.into else _KNOWN_INTO)
    if "settings" in clauses:
        check_settings(walk, clauses["settings"])
    with_ = clauses.get("with_")
    defined: list[Cte] = []
    if with_ is not None:
        ctes, defined = with_clause(walk, with_, outer, ctes)
    scope = Scope(outer, ctes)
    row = walk.row
    rows = 0
    if "from_" in clauses:
        rows = add_source(walk, clauses["from_"].args["this"], scope)
    if "laterals" in clauses:
        rows |= add_laterals(walk, clauses["laterals"], scope)
    if "joins" in clauses:
        rows |= add_joins(walk, clauses["joins"], scope, 0)
    if "windows" in clauses:
        _windows(walk, clauses["windows"], scope)
    scope.progress.rows = rows
    if row.where is AliasRule.NO and "where" in clauses:
        rows |= indirect(flow_of(walk, clauses["where"].args["this"], scope))
    if "connect" in clauses:
        rows |= _connect(walk, clauses["connect"], scope)
    if row.projection is not AliasRule.NO:
        scope.progress.see(row.projection)
    if with_ is not None:
        defined = _bind_scalar_ctes(walk, with_, scope, defined)
    outs = _projections(walk, node, clauses, scope)
    if row.where is not AliasRule.NO and "where" in clauses:
        scope.progress.see(row.where)
        rows |= indirect(flow_of(walk, clauses["where"].args["this"], scope))
    if "prewhere" in clauses:
        scope.progress.see(row.where)
        rows |= indirect(flow_of(walk, clauses["prewhere"].args["this"], scope))
    if "group" in clauses:
        scope.progress.see(row.group)
        rows |= indirect(_group(walk, clauses["group"], scope, outs))
    if "having" in clauses:
        scope.progress.see(row.having)
        rows |= indirect(_having(walk, clauses["having"].args["this"], scope))
    if "qualify" in clauses:
        scope.progress.see(row.qualify)
        rows |= indirect(flow_of(walk, clauses["qualify"].args["this"], scope))
    distinct = clauses.get("distinct")
    if distinct is not None:
        rows |= _distinct(walk, distinct, scope, outs)
    rows |= tail(walk, clauses, scope, outs)
    rows |= scope.progress.rows
    if defined:
        unused(walk, defined)
    loose = scope.progress.spread
    for source in scope.sources:
        if source.relation.loose is not None and any(is_star(one) for one in clauses.get("expressions", ())):
            loose = (loose or 0) | source.relation.loose
    return Relation(outs, rows, loose=loose)


def _bind_scalar_ctes(walk: Walk, node: exp.With, scope: Scope, defined: list[Cte]) -> list[Cte]:
    """The CTEs that are tables; ClickHouse's `WITH expression AS name` names a value ("WITH Clause")."""
    found = []
    for one, cte in zip((one for one in node.args["expressions"] if one.__class__ is exp.CTE), defined, strict=True):
        if not one.args.get("scalar"):
            found.append(cte)
            continue
        flow = flow_of(walk, one.args["this"], scope)
        scope.progress.outputs[walk.key(one.args["alias"].args["this"])] = flow
        if one.args["this"].__class__ is exp.Lambda:
            scope.progress.rows |= indirect(flow)  # who calls it by its name is not told from a function
    return found


def check_settings(walk: Walk, settings: list[exp.Expr]) -> None:
    """Note the settings of a query that may change what it reads."""
    for one in settings:
        name = one.args["this"].name if one.__class__ is exp.EQ else ""
        if not walk.row.is_harmless(name.lower()):
            walk.unhandled(one, "in SETTINGS")


def _projections(walk: Walk, node: exp.Select, clauses: dict[str, object], scope: Scope) -> list[Out]:
    outs: list[Out] = []
    outputs = scope.progress.outputs
    exclude: Any = clauses.get("exclude")
    expressions = clauses.get("expressions")
    if expressions is None:
        star = "from_" in clauses and not walk.row.empty_select  # DuckDB: FROM t
        expressions = [exp.Star()] if star else []
    group = clauses.get("group")
    grouped = group is not None and _by_all(group)  # type: ignore[arg-type]
    expanding = walk.row.columns_function
    for one in expressions:  # type: ignore[attr-defined]
        kind = type(one)
        args = one.args
        value = args["this"] if kind is _ALIAS else one
        of = type(value)
        if of is _PLACEHOLDER:
            check_placeholder(walk, value)
        before = len(outs) if grouped else 0
        chosen = _chosen(one) if expanding and kind is not exp.Columns else None
        if chosen is not None:
            outs += columns_outs(walk, one, scope, chosen)
            _check_width(outs)
        elif kind is _ALIAS:
            identifier = args["alias"]
            flow = column_flow(walk, value, scope) if of is _COLUMN else flow_of(walk, value, scope)
            if identifier.__class__ is _IDENTIFIER:
                walk.found.aliased.append(identifier)
                key = walk.key(identifier)
                outs.append(Out(identifier.args["this"], key, flow))
                outputs[key] = flow
            else:
                outs.append(Out("", "", flow))
        elif kind is _COLUMN and (identifier := args["this"]).__class__ is _IDENTIFIER:
            flow = column_flow(walk, one, scope)
            key = walk.key(identifier)
            outs.append(Out(identifier.args["this"], key, flow))
            if not walk.row.outputs_by_as:
                outputs.setdefault(key, flow)
        elif is_star(one):
            outs += star_outs(walk, one, scope, exclude)
            _check_width(outs)
        elif kind is exp.Aliases:
            outs += _several(walk, one, scope)
        else:
            outs.append(_unnamed(walk, one, scope))
        if of is _UNNEST and chosen is None:
            _spread(walk, value, outs, scope)
        if grouped and not _aggregates(one):
            for out in outs[before:]:
                scope.progress.keys |= out.flow
    _check_width(outs)
    return outs


def _unnamed(walk: Walk, node: exp.Expr, scope: Scope) -> Out:
    """The output of an expression without an alias; `@x = …` assigns it too."""
    flow = flow_of(walk, node, scope)
    if node.__class__ is exp.EQ and walk.row.select_assigns and node.args["this"].__class__ is exp.Parameter:
        walk.assign(node.args["this"].name, flow)
    name = output_name(node)
    return Out(name, walk.row.columns.fold(name, False), flow)


def _check_width(outs: list[Out]) -> None:
    if len(outs) > MOST_COLUMNS:
        raise LimitHit(f"the query has more than {MOST_COLUMNS} columns")


def check_placeholder(walk: Walk, value: exp.Expr) -> None:
    """Note a placeholder in the place of a column: what a template puts there may name any."""
    if not walk.session.bound:
        walk.unresolved(
            Cause.DYNAMIC_SQL,
            "placeholder",
            value,
            "a placeholder stands where a column is named; write the column, or analyse the text with it put in",
        )


def _spread(walk: Walk, node: exp.Expr, outs: list[Out], scope: Scope) -> None:
    """Note that the last output may be one of several, as those of UNNEST over a struct."""
    if not walk.row.unnest_spreads:
        return
    if node.expressions or node.args["this"].__class__ not in _LISTS:
        spread(scope, outs[-1].flow)


def _several(walk: Walk, node: exp.Aliases, scope: Scope) -> list[Out]:
    """The outputs of one expression with a list of aliases."""
    flow = flow_of(walk, node.args["this"], scope)
    outs = [Out(identifier.name, walk.key(identifier), flow) for identifier in node.args["expressions"]]
    scope.progress.outputs.update((out.key, flow) for out in outs)
    return outs


# What makes a list for sure, not a struct.
_LISTS = frozenset((exp.Array, exp.ArrayAgg, exp.GenerateSeries, exp.Split, exp.RegexpExtractAll))


def _chosen(node: exp.Expr) -> exp.Columns | None:
    """The COLUMNS(…) that makes several outputs of an expression; `*COLUMNS(…)` is a list of arguments instead."""
    pending: list[exp.Expr] = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, exp.Columns) and not one.args.get("unpack"):
            return one
        pending += [child for child in one.iter_expressions() if not isinstance(child, exp.Query)]
    return None


def _by_all(group: exp.Expr) -> bool:
    """Whether GROUP BY ALL stands for the projections without an aggregate."""
    return bool(group.args.get("all")) and not group.args.get("expressions")


def _aggregates(node: exp.Expr) -> bool:
    """Whether a projection holds an aggregate; one over a window is none, and a function that nobody knows neither."""
    pending: list[object] = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, list):
            pending += one
        elif isinstance(one, exp.Expr) and not isinstance(one, exp.Query):
            if one.__class__ is exp.Window:
                pending += [value for key, value in one.args.items() if key != "this"]
                pending += one.this.args.values()
            elif isinstance(one, exp.AggFunc):
                return True
            else:
                pending += one.args.values()
    return False


def _windows(walk: Walk, windows: list[exp.Expr], scope: Scope) -> None:
    """Named windows, in order, since one may build on an earlier one."""
    for window in windows:
        if window.__class__ is not exp.Window or window.this.__class__ is not exp.Identifier:
            walk.unhandled(window, "in WINDOW")
            continue
        parts = [value for key, value in window.args.items() if value and key not in ("this", "alias", "over", "first")]
        flow = indirect(flow_of(walk, parts, scope))
        base = window.args.get("alias")
        if base:
            flow |= scope.progress.windows.get(walk.key(base), 0)
        scope.progress.windows[walk.key(window.this)] = flow


def _connect(walk: Walk, node: exp.Connect, scope: Scope) -> int:
    walk.rest(node, _CONNECT_KNOWN)
    return indirect(flow_of(walk, [value for key, value in node.args.items() if value and key != "nocycle"], scope))


def _distinct(walk: Walk, node: exp.Expr, scope: Scope, outs: list[Out]) -> int:
    """DISTINCT: the values themselves decide which rows are left; with ON, the listed expressions do.

    ON names what ORDER BY would (PostgreSQL, SELECT, "DISTINCT Clause"; DuckDB binds both alike).
    """
    walk.rest(node, frozenset(("on", "expressions")))
    on = node.args.get("on")
    flow = 0
    if on:
        for one in on.args["expressions"] if on.__class__ is exp.Tuple else [on]:
            flow |= _term(walk, one, scope, outs)
        return indirect(flow)
    return indirect(_all(scope, outs))


def _all(scope: Scope, outs: list[Out]) -> int:
    """The flow of all outputs together."""
    flow = (scope.progress.spread or 0) | (scope.loose or 0)
    for out in outs:
        flow |= out.flow
    return flow


def _having(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """HAVING, where a column wins over an output of its name only if the query groups by it (DuckDB's binder).

    What it groups by may be hidden behind a number or an alias, so such a name means both here.
    """
    flow = flow_of(walk, node, scope)
    if scope.progress.rule is AliasRule.COLUMN_FIRST:
        both = scope.progress.outputs.keys() & scope.bare().keys()
        if both:
            for column in node.find_all(exp.Column):
                if column.this.__class__ is exp.Identifier and not column.args.get("table"):
                    key = walk.key(column.this)
                    flow |= scope.progress.outputs[key] if key in both else 0
    if walk.row.ungrouped_is_outer and scope.parent is not None:
        for column in node.find_all(exp.Column):
            flow |= _outside(walk, column, scope.parent)
    return flow


def _outside(walk: Walk, node: exp.Column, scope: Scope) -> int:
    """The flow of what a name means outside, where it cannot mean an inner column that the query does not group by."""
    parts = [part for part in (node.args.get(key) for key in ("catalog", "db", "table", "this")) if part]
    if any(part.__class__ is not exp.Identifier for part in parts):
        return 0
    keys = [walk.key(part) for part in parts]
    found = bare(walk, scope, keys[0], node) if len(keys) == 1 else dotted(walk, scope, keys, node)
    if found is None:
        return 0
    walk.name(node, *found)
    return found[0]


def _group(walk: Walk, node: exp.Group, scope: Scope, outs: list[Out]) -> int:
    walk.rest(node, _GROUP_KNOWN)
    args = node.args
    flow = 0
    if _by_all(node):
        flow |= scope.progress.keys
    pending = [args[key] for key in ("grouping_sets", "cube", "rollup", "expressions") if args.get(key)]
    while pending:
        one = pending.pop()
        if one.__class__ is list:
            pending += one
        elif one.__class__ in _GROUPINGS:
            walk.rest(one, frozenset(("expressions", "this")))
            pending += [value for value in one.args.values() if value]
        elif one is not True:
            inside = walk.row.group_expression
            scope.progress.see(walk.row.group if inside is None or one.__class__ is exp.Column else inside)
            flow |= _position(walk, one, outs, scope)
    return flow


_GROUPINGS = frozenset((exp.GroupingSets, exp.Cube, exp.Rollup, exp.Tuple, exp.Paren))


def _position(walk: Walk, node: exp.Expr, outs: list[Out], scope: Scope) -> int:
    """The flow of a term of GROUP BY, ORDER BY or DISTINCT ON, which may be an output's number."""
    if node.__class__ is _PLACEHOLDER:
        check_placeholder(walk, node)
    if node.__class__ is exp.Literal and not node.args.get("is_string"):
        text = node.args["this"]
        if text.isdigit():
            loose = scope.loose if scope.progress.spread is None else scope.progress.spread | (scope.loose or 0)
            flow = _at(outs, int(text), loose)
            walk.name(node, flow, False)
            return flow
        return 0
    return column_flow(walk, node, scope) if node.__class__ is exp.Column else flow_of(walk, node, scope)


def _output_number(node: exp.Expr) -> exp.Literal | None:
    """The number in DuckDB's `ORDER BY #1`, which is an output's, maybe with a collation; else None."""
    if node.__class__ is exp.Collate:
        node = node.args["this"]
    number = node.args["this"] if node.__class__ is exp.PositionalColumn else None
    return number if isinstance(number, exp.Literal) else None


def _at(outs: list[Out], number: int, loose: int | None) -> int:
    """The flow of an output by its number; among columns that are not known it may be any."""
    if loose is not None:
        for out in outs:
            loose |= out.flow
        return loose
    return outs[number - 1].flow if 0 < number <= len(outs) else 0


def tail(walk: Walk, clauses: Mapping[str, Any], scope: Scope, outs: list[Out]) -> int:
    """ORDER BY and its kin, LIMIT, OFFSET and samples: what decides the order and number of rows."""
    if _TAIL.isdisjoint(clauses):
        return 0
    flow = 0
    for key in _ORDERS:
        if key in clauses:
            flow |= order(walk, clauses[key], scope, outs)
    for key in _LIMITS:
        if key in clauses:
            scope.progress.see(AliasRule.NO)
            flow |= flow_of(walk, clauses[key], scope)
    return indirect(flow)


_ORDERS = ("distribute", "sort", "cluster", "order")
_LIMITS = ("limit", "offset", "sample")
_TAIL = frozenset(_ORDERS + _LIMITS)


def order(walk: Walk, node: exp.Expr, scope: Scope, outs: list[Out]) -> int:
    walk.rest(node, _ORDER_KNOWN)
    flow = 0
    for one in node.args["expressions"]:
        term = one
        if one.__class__ is exp.Ordered:
            walk.rest(one, _ORDERED_KNOWN)
            term = one.args["this"]
            if one.args.get("with_fill"):
                flow |= _fill(walk, one.args["with_fill"], scope, outs)
        flow |= _term(walk, term, scope, outs)
    return flow


def _fill(walk: Walk, node: exp.Expr, scope: Scope, outs: list[Out]) -> int:
    """WITH FILL, which adds rows; INTERPOLATE says what other outputs have there (ClickHouse, "ORDER BY Clause")."""
    walk.rest(node, _FILL_KNOWN)
    args = node.args
    scope.progress.see(walk.row.order_expression)
    flow = flow_of(walk, [args[key] for key in ("from_", "to", "step") if args.get(key)], scope)
    scope.progress.see(AliasRule.ALIAS_FIRST)
    named_here = {out.key for out in outs}
    filled: set[str] = set()
    value = 0
    for one in args.get("interpolate") or ():
        value |= flow_of(walk, one.args["this"], scope) if one.__class__ is _ALIAS else 0
        named = one.args["alias"] if one.__class__ is _ALIAS else one
        key = walk.key(named)
        if key not in named_here:
            walk.unhandled(one, "in INTERPOLATE, which names no output here")
        if one.__class__ is _ALIAS:
            filled.add(key)
        walk.account(named)
    # Each is worked out from the row before, where the others have been filled too.
    outs[:] = [out._replace(flow=out.flow | value) if out.key in filled else out for out in outs]
    return flow


def _term(walk: Walk, term: exp.Expr, scope: Scope, outs: list[Out]) -> int:
    """The flow of a term of ORDER BY or DISTINCT ON: a number or a name of an output, or an expression."""
    kind = term.__class__
    if kind is exp.Literal:
        return _position(walk, term, outs, scope)
    if isinstance(term, exp.Column) and not term.args.get("table"):
        if _is_all(term.this) and "all" not in scope.progress.outputs:
            return _all(scope, outs)
        scope.progress.see(AliasRule.ALIAS_FIRST)  # "SELECT" of every engine: a bare name is an output first
        return column_flow(walk, term, scope)
    if kind is exp.Var and _is_all(term):
        return _all(scope, outs)
    number = _output_number(term)
    if number is not None:
        return _position(walk, number, outs, scope)
    scope.progress.see(walk.row.order_expression)
    return flow_of(walk, term, scope)


def _is_all(node: exp.Expr) -> bool:
    return node.name.upper() == "ALL" and not node.args.get("quoted")


QUERIES: Mapping[type, QueryHandler] = {
    exp.Select: select,
}
