"""Queries made at random over a small catalog, in SQL that PostgreSQL, SQLite and DuckDB share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from attrs import evolve, frozen
from hypothesis import strategies as st

from classify import Catalog

TABLES: Mapping[str, tuple[str, ...]] = {
    "users": ("id", "name", "ssn", "city"),
    "orders": ("id", "user_id", "amount", "city"),
    "visits": ("user_id", "day", "city"),
}
LEVELS = ("public", "internal", "confidential", "restricted")

Draw = Callable[[st.SearchStrategy[str]], str]


def catalog(levels: Mapping[tuple[str, str], str]) -> Catalog:
    """The tables with a level for each column, by table and column; `public` where none is given."""
    return Catalog.from_mapping(
        {
            table: {column: levels.get((table, column), "public") for column in columns}
            for table, columns in TABLES.items()
        }
    )


levels = st.fixed_dictionaries(
    {(table, column): st.sampled_from(LEVELS) for table, columns in TABLES.items() for column in columns}
)


@frozen
class Query:
    """A SELECT in parts, so that a law can change one of them.

    Attributes:
        columns: the names of its outputs, all different.
    """

    ctes: tuple[str, ...]
    projections: tuple[str, ...]
    source: str
    where: tuple[str, ...]
    tail: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        ctes = f"with {', '.join(self.ctes)} " if self.ctes else ""
        where = f" where {' and '.join(self.where)}" if self.where else ""
        return f"{ctes}select {', '.join(self.projections)} from {self.source}{where}{self.tail}"

    def filtered(self, predicate: str) -> Query:
        """The same with one more predicate."""
        return evolve(self, where=(*self.where, predicate))


Sources = Sequence[tuple[str, Sequence[str]]]
"""Aliases in scope, each with its columns."""


@st.composite
def queries(
    draw: st.DrawFn, depth: int = 2, outer: Sources = (), visible: Mapping[str, tuple[str, ...]] = TABLES
) -> Query:
    """A query; one inside another may name what the outer one has in scope, and sees its common table expressions."""
    relations = dict(visible)
    ctes: list[str] = []
    for _ in range(draw(st.integers(0, 2 if depth == 2 else 0))):
        inner = draw(queries(depth=depth - 1, visible=relations))
        name = draw(st.sampled_from(("users", "orders", "recent")))  # some hide a table
        # One whose name stands in itself or before it means another query in SQLite, where it is seen there too.
        if not any(re.search(rf"\b{name}\b", one) for one in (*ctes, str(inner))):
            ctes.append(f"{name} as ({inner})")
            relations[name] = inner.columns
    level = len(outer)
    sources: list[tuple[str, Sequence[str]]] = []
    text = ""
    for at in range(draw(st.integers(1, 3))):
        alias = f"s{level}_{at}"
        if depth and draw(st.integers(0, 4)) == 0:
            derived = draw(queries(depth=depth - 1, visible=relations))
            relation, columns = f"({derived})", derived.columns
        else:
            relation = draw(st.sampled_from(sorted(relations)))
            columns = relations[relation]
        text += _joined(draw, f"{relation} {alias}", alias, columns, sources)
        sources.append((alias, columns))
    scope = [*sources, *outer]
    projections: list[str] = []
    names: list[str] = []
    for at in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(("name", "city", "amount", "total"))) if draw(st.booleans()) else f"c{at}"
        name = name if name not in names else f"c{at}_"
        names.append(name)
        projections.append(f"{_value(draw, scope, depth, relations)} as {name}")
    where = tuple(_predicate(draw, scope, depth, relations) for _ in range(draw(st.integers(0, 2))))
    tail = draw(st.sampled_from(("", "", f" order by {names[0]}", " order by 1", " limit 3")))
    if depth == 2 and not tail and draw(st.integers(0, 3)) == 0:
        tail = f" union {draw(st.sampled_from(('', 'all ')))}select {', '.join(['city'] * len(names))} from visits"
    return Query(tuple(ctes), tuple(projections), text, where, tail, tuple(names))


def _joined(draw: st.DrawFn, relation: str, alias: str, columns: Sequence[str], sources: Sources) -> str:
    if not sources:
        return relation
    before, others = sources[-1]
    shared = sorted(set(columns) & set(others)) if len(sources) == 1 else []
    kind = draw(st.sampled_from((", ", " cross join ", " join ", " left join ", *([" using "] if shared else []))))
    if kind == " using ":
        return f" join {relation} using ({draw(st.sampled_from(shared))})"
    if kind.strip() in (",", "cross join"):
        return f"{kind}{relation}"
    left, right = draw(st.sampled_from(sorted(others))), draw(st.sampled_from(sorted(columns)))
    return f"{kind}{relation} on {before}.{left} = {alias}.{right}"


def _column(draw: st.DrawFn, scope: Sources) -> str:
    alias, columns = draw(st.sampled_from(list(scope)))
    return f"{alias}.{draw(st.sampled_from(sorted(columns)))}"


def _value(draw: st.DrawFn, scope: Sources, depth: int, visible: Mapping[str, tuple[str, ...]]) -> str:
    form = draw(st.integers(0, 7 if depth else 5))
    one, two = _column(draw, scope), _column(draw, scope)
    if form == 6:
        return f"(select max(city) from visits v where v.user_id = {one})"
    if form == 7:
        return f"(select count(*) from ({draw(queries(depth=0, visible=visible))}) d)"
    return (
        one,
        f"coalesce({one}, {two})",
        f"upper({one})",
        f"case when {one} = {two} then {one} end",
        f"row_number() over (partition by {one} order by {two})",
        "'x'",
    )[form]


def _predicate(draw: st.DrawFn, scope: Sources, depth: int, visible: Mapping[str, tuple[str, ...]]) -> str:
    form = draw(st.integers(0, 4 if depth else 2))
    one, two = _column(draw, scope), _column(draw, scope)
    if form == 3:
        inner = draw(queries(depth=0, outer=scope, visible=visible))
        return f"exists ({inner})"
    if form == 4:
        inner = draw(queries(depth=0, visible=visible))
        return f"{one} in (select d.{inner.columns[0]} from ({inner}) d)"
    return (f"{one} = {two}", f"{one} is not null", f"({one} = 'a' or {two} = 'b')")[form]
