"""PIVOT and UNPIVOT: the columns that they take, keep and make.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select a from users pivot (max(ssn) for name in ('x' as a))", catalog, dialect="bigquery")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('a', ('users.ssn',), ('users.id', 'users.name'))]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.flows import indirect
from classify.sql.names.output_name import output_name
from classify.sql.names.relation import Out, Relation, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.aliases import alias_of
from classify.sql.values.star import is_star, star_outs
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import flow_of, is_query

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_KNOWN = known_of(exp.Pivot, "this with_ expressions fields using group default_on_null")


def apply_pivots(walk: Walk, pivots: list[exp.Pivot], scope: Scope) -> int:
    """Replace the source before a pivot by what the pivot makes of it; returns what decides the rows, as indirect."""
    rows = 0
    for pivot in pivots:
        walk.rest(pivot, _KNOWN)
        source = scope.sources[-1]
        # A pivot names columns of its own source alone.
        inside = Scope(scope.parent, scope.ctes)
        inside.add(source)
        relation = (_unpivot if pivot.args.get("unpivot") else _pivot)(walk, pivot, source, inside)
        rows |= relation.rows
        scope.remove(source)
        key, names = alias_of(walk, pivot)
        scope.add(Source(key or source.key, renamed(relation, names)))
    return rows


def _pivot(walk: Walk, pivot: exp.Pivot, source: Source, scope: Scope) -> Relation:
    """PIVOT groups by every column that neither its aggregates nor its fields name, so all columns are asked for."""
    args = pivot.args
    fields = list(args.get("fields") or ())
    aggregates = list(args.get("using") or ())
    # DuckDB: PIVOT t ON x USING f(y): the expressions are the fields.
    (aggregates if fields else fields).extend(args.get("expressions") or ())
    values = [flow_of(walk, one, scope) for one in aggregates]
    spread = flow_of(walk, args.get("default_on_null"), scope)
    for one in fields:
        spread |= _field(walk, one, scope)
    group = args.get("group")
    kept: list[Out] = []
    grouped = 0
    if group is not None:
        walk.rest(group, frozenset(("expressions",)))
        for one in group.args.get("expressions") or ():
            flow = flow_of(walk, one, scope)
            grouped |= flow
            name = output_name(one)
            kept.append(Out(name, walk.key(one.this) if one.__class__ is exp.Column else name.lower(), flow))
    elif fields:
        used = _named(walk, [*aggregates, *fields])
        for out in source.relation.outs():
            if out.key not in used:
                grouped |= out.flow
                kept.append(out)
        if source.relation.asks:
            walk.ask(grouped)
        walk.name(pivot, grouped, False)
    whole = indirect(spread)
    for flow in values:
        whole |= flow
    rows = indirect(grouped | spread)
    if not fields:
        made = [
            Out(output_name(one), output_name(one).lower(), flow) for one, flow in zip(aggregates, values, strict=True)
        ]
        return Relation([*kept, *made], rows)
    names = _made_names(pivot, fields, len(aggregates))
    if names is None:
        return Relation(kept, rows, loose=whole)
    made = [
        Out(name.name, walk.key(name), values[at % len(values)] | indirect(spread)) for at, name in enumerate(names)
    ]
    return Relation([*kept, *made], rows)


def _field(walk: Walk, field: exp.Expr, scope: Scope) -> int:
    """The flow of what a pivot spreads: `x`, or `x IN (…)`, whose bare names are values and not columns."""
    if field.__class__ is not exp.In:
        return flow_of(walk, field, scope)
    args = field.args
    flow = flow_of(walk, args["this"], scope)
    listed = list(args.get("expressions") or ())
    listed += [args[key] for key in ("query", "unnest") if args.get(key)]
    for one in listed:
        value = one.args["this"] if one.__class__ in _ALIASES else one
        if value.__class__ is not exp.Column:
            flow |= flow_of(walk, value, scope)
    walk.rest(field, frozenset(("this", "expressions", "query", "unnest", "field")))  # a field is an enum's name
    return flow


_ALIASES = frozenset((exp.PivotAlias, exp.Alias))


def _named(walk: Walk, nodes: list[exp.Expr]) -> set[str]:
    """The columns that a pivot's aggregates and fields name, and so does not keep."""
    found: set[str] = set()
    for one in nodes:
        own = one.args["this"] if one.__class__ is exp.In else one
        found.update(walk.key(column.this) for column in own.find_all(exp.Column) if not is_star(column))
    return found


def _made_names(pivot: exp.Pivot, fields: list[exp.Expr], aggregates: int) -> list[exp.Identifier] | None:
    """The names of the columns that a pivot makes, or None where its text does not tell them all."""
    names = pivot.args.get("columns") or ()
    count = aggregates
    for one in fields:
        listed = one.args.get("expressions") or ()
        if any(is_query(value) or value.__class__ in (exp.PivotAny, exp.Tuple) for value in listed):
            return None
        count *= len(listed)
    return list(names) if names and len(names) == count and all(name.name for name in names) else None


def _unpivot(walk: Walk, pivot: exp.Pivot, source: Source, scope: Scope) -> Relation:
    """UNPIVOT turns the listed columns into rows of names and values; the others stay."""
    args = pivot.args
    fold = walk.row.columns.fold
    taken: set[str] = set()
    listed = list(args.get("expressions") or ())
    into = args.get("into")
    names: list[Out]
    if args.get("this"):
        # UNPIVOT t ON a, b INTO NAME k VALUE v
        values = [one.name for one in into.expressions] if into else ["value"]
        flows = _values(walk, listed, len(values), scope, taken)
        name = into.this.name if into else "name"
        names = [Out(name, fold(name, False), 0)]
        keys = [fold(one, False) for one in values]
    else:
        if not args.get("fields"):
            walk.unhandled(pivot, "without a list of columns")
        targets = [each for one in listed for each in (one.expressions if one.__class__ is exp.Tuple else [one])]
        flows = [0] * len(targets)
        names = []
        for field in args.get("fields") or ():
            found = _values(walk, field.args.get("expressions") or [], len(targets), scope, taken)
            flows = [one | other for one, other in zip(flows, found, strict=True)]
            own = field.args["this"]
            names.append(Out(own.name, _key(walk, own), 0))
        values = [one.name for one in targets]
        keys = [_key(walk, one) for one in targets]
    made = [Out(name, key, flow) for name, key, flow in zip(values, keys, flows, strict=True)]
    first = args.get("value_columns_first") or walk.row.unpivot_values_first
    rows = 0
    for flow in flows:
        rows |= indirect(flow)
    kept = [out for out in source.relation.outs() if out.key not in taken]
    # The columns that stay are asked for when they are named, where the source asks; the listed ones have been.
    outs = [*kept, *made, *names] if first else [*kept, *names, *made]
    return Relation(outs, rows, asks=source.relation.asks, loose=source.relation.loose)


def _key(walk: Walk, name: exp.Expr) -> str:
    """The folded name of a column that UNPIVOT makes, which the parser may hand over as a reference."""
    identifier = name.this if name.__class__ is exp.Column else name
    return walk.key(identifier) if identifier.__class__ is exp.Identifier else walk.row.columns.fold(name.name, False)


def _values(walk: Walk, listed: list[exp.Expr], count: int, scope: Scope, taken: set[str]) -> list[int]:
    """The flow of each of so many value columns; what is listed in tuples goes into them by its place."""
    flows = [0] * count
    for one in listed:
        value = one.args["this"] if one.__class__ in _ALIASES else one
        parts = value.expressions if value.__class__ is exp.Tuple else [value]
        for at, part in enumerate(parts):
            flow = _value(walk, part, scope, taken)
            for into in (at,) if len(parts) == count else range(count):
                flows[into] |= flow
    return flows


def _value(walk: Walk, node: exp.Expr, scope: Scope, taken: set[str]) -> int:
    star = node if is_star(node) else node.find(exp.Columns)
    if star is None:
        taken.update(walk.key(column.this) for column in node.find_all(exp.Column))
        return flow_of(walk, node, scope)
    flow = 0
    for out in star_outs(walk, star, scope):
        flow |= out.flow
        taken.add(out.key)
    return flow
