"""PIVOT and UNPIVOT: the columns that they take, keep and make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.expressions import flow_of
from classify.sql.flows import indirect
from classify.sql.query import queries, unused, with_clause
from classify.sql.relation import Out, Relation
from classify.sql.scope import Ctes, Scope, Source
from classify.sql.sources import add_source
from classify.sql.star import is_star, star_outs

if TYPE_CHECKING:
    from classify.sql.walk import Walk

_KNOWN = frozenset(
    "this with_ alias expressions fields unpivot using group columns include_nulls default_on_null into "
    "identify_pivot_strings prefixed_pivot_columns pivot_column_naming".split()
)


def apply_pivots(walk: Walk, pivots: list[exp.Pivot], scope: Scope) -> int:
    """Replace the source before a pivot by what the pivot makes of it; returns what decides the rows, as indirect."""
    rows = 0
    for pivot in pivots:
        walk.rest(pivot, _KNOWN)
        source = scope.sources[-1]
        relation, more = _unpivot(walk, pivot, source) if pivot.args.get("unpivot") else _pivot(walk, pivot, source)
        rows |= more | relation.rows
        scope.remove(source)
        alias = pivot.args.get("alias")
        key = source.key
        if alias:
            identifier = alias if alias.__class__ is exp.Identifier else alias.args.get("this")
            key = walk.key(identifier) if identifier else key
            names = alias.args.get("columns") if alias.__class__ is not exp.Identifier else None
            if names:
                outs = [
                    Out(name.name, walk.key(name), out.flow) for name, out in zip(names, relation.outs(), strict=False)
                ]
                relation = Relation(outs, relation.rows, asks=relation.asks, loose=relation.loose)
        scope.add(Source(key, relation))
    return rows


@queries(exp.Pivot)
def _statement(walk: Walk, node: exp.Pivot, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """DuckDB's PIVOT and UNPIVOT as statements, or in parentheses in FROM."""
    if not node.args.get("this"):
        walk.unhandled(node, "without a table")
        return walk.loose()
    ctes, defined = with_clause(walk, node.args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    rows = add_source(walk, node.args["this"], scope)
    rows |= apply_pivots(walk, [node], scope)
    unused(walk, defined)
    found = scope.sources[-1].relation
    if found.asks:
        walk.ask(found.whole())
    outs = list(found.outs())
    if found.loose is not None:
        outs.append(Out("", "", found.loose))
    return Relation(outs, rows, loose=found.loose)


def _inside(source: Source) -> Scope:
    scope = Scope(None, None)
    scope.add(source)
    return scope


def _pivot(walk: Walk, pivot: exp.Pivot, source: Source) -> tuple[Relation, int]:
    """PIVOT groups by every column that neither its aggregates nor its fields name, so all columns are asked for."""
    scope = _inside(source)
    fields = list(pivot.args.get("fields") or [])
    made_of = list(pivot.args.get("using") or [])
    # DuckDB: PIVOT t ON x USING f(y): the expressions are the fields.
    (made_of if fields else fields).extend(pivot.args.get("expressions") or ())
    values = flow_of(walk, made_of, scope)
    spread = flow_of(walk, fields, scope)
    used: set[str] = set()
    for one in (*made_of, *fields):
        for column in one.find_all(exp.Column):
            if column.this.__class__ is exp.Identifier:
                used.add(walk.key(column.this))
    for field in fields:
        # The names of the listed values are outputs, not columns.
        for value in field.args.get("expressions") or ():
            if value.__class__ is exp.PivotAlias:
                used.add(value.alias.lower())
    group = pivot.args.get("group")
    kept = []
    if group is not None:
        grouped = flow_of(walk, group.args.get("expressions") or [], scope)
        for column in group.find_all(exp.Column):
            key = walk.key(column.this)
            kept.append(Out(column.name, key, source.relation.find(key) or 0))
    else:
        grouped = 0
        for out in source.relation.outs():
            grouped |= out.flow
            if out.key not in used:
                kept.append(out)
        if source.relation.asks:
            walk.ask(grouped)
        walk.name(pivot, grouped, False)
    made = values | indirect(spread)
    return Relation(kept, indirect(grouped | spread), loose=made), 0


def _unpivot(walk: Walk, pivot: exp.Pivot, source: Source) -> tuple[Relation, int]:
    """UNPIVOT turns the listed columns into rows of names and values; the others stay."""
    scope = _inside(source)
    taken: set[str] = set()
    outs: list[Out] = []
    rows = 0
    targets: list[exp.Expr] = []
    for one in pivot.args.get("expressions") or ():
        targets += one.expressions if one.__class__ is exp.Tuple else [one]
    for field in pivot.args.get("fields") or ():
        listed = [
            value.this if value.__class__ in (exp.PivotAlias, exp.Alias) else value
            for value in field.args.get("expressions") or ()
        ]
        flow = flow_of(walk, listed, scope)
        for value in listed:
            for column in value.find_all(exp.Column):
                taken.add(walk.key(column.this))
        name = field.args["this"]
        outs += [
            Out(one.name, one.name.lower() if one.__class__ is not exp.Identifier else walk.key(one), flow)
            for one in targets
        ]
        outs.append(Out(name.name, walk.row.columns.fold(name.name, False), 0))
        rows |= indirect(flow)
    into = pivot.args.get("into")
    if into or pivot.args.get("this"):
        # UNPIVOT t ON a, b INTO NAME k VALUE v
        flow = 0
        for one in targets:
            star = one if is_star(one) else one.find(exp.Columns)
            if star is None:
                flow |= flow_of(walk, one, scope)
                taken.update(walk.key(column.this) for column in one.find_all(exp.Column))
            for out in star_outs(walk, star, scope) if star is not None else ():
                flow |= out.flow
                taken.add(out.key)
        name = into.this.name if into else "name"
        listed = [one.name for one in into.expressions] if into else ["value"]
        fold = walk.row.columns.fold
        outs = [Out(name, fold(name, False), 0), *(Out(one, fold(one, False), flow) for one in listed)]
        rows = indirect(flow)
    elif not pivot.args.get("fields"):
        walk.unhandled(pivot, "without a list of columns")
    kept = [out for out in source.relation.outs() if out.key not in taken]
    # The columns that stay are asked for when they are named, where the source asks; the listed ones have been.
    return Relation([*kept, *outs], rows, asks=source.relation.asks, loose=source.relation.loose), 0
