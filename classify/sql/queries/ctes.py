"""WITH: common table expressions, worked out where they are named, and recursive ones to their fixpoint.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("with t as (select name, ssn from users) select name from t", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.name', 'users.ssn']
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ())]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.relation import Out, Relation, renamed
from classify.sql.names.scope import Cte, Ctes, Scope
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import flow_of, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


_WITH_KNOWN = known_of(exp.With, "expressions")
_CTE_KNOWN = known_of(exp.CTE, "this alias scalar")


def with_clause(
    walk: Walk, node: exp.With | None, outer: Scope | None, ctes: Ctes | None
) -> tuple[Ctes | None, list[Cte]]:
    """The CTEs that the query after a WITH clause sees, and those that the clause defines."""
    if node is None:
        return ctes, []
    walk.rest(node, _WITH_KNOWN)
    defined: list[Cte] = []
    recursive = bool(node.args.get("recursive")) or walk.row.implicit_recursion
    together = Ctes(ctes) if node.args.get("recursive") or walk.row.ctes_see_later else None
    for one in node.args["expressions"]:
        if one.__class__ is not exp.CTE:
            walk.unhandled(one, "in WITH")
            continue
        walk.rest(one, _CTE_KNOWN)
        alias = one.args["alias"]
        walk.found.sources.append(one)
        names = alias.args.get("columns") or []
        # With RECURSIVE each may name those after it too (PostgreSQL, SELECT, "WITH Clause"; MySQL, "WITH").
        around = ctes if together is None else together
        ctes = Ctes(around) if together is None else together
        cte = Cte(_definition(walk, one, alias, names, outer, around, recursive), _circle(walk, one), alias.name)
        ctes.add(walk.key(alias.this), cte)
        defined.append(cte)
    if len(defined) > _LONG_CHAIN:
        _in_order(walk, node, defined)
    return ctes, defined


# A CTE is worked out where it is first named, each inside the one that names it. INVARIANT long-chains-do-not-nest: a
# chain of thousands does not nest.
_LONG_CHAIN = 50


def _in_order(walk: Walk, node: exp.With, defined: list[Cte]) -> None:
    """Work long lists of CTEs out in their order, but for those that nobody names where the engine leaves them out."""
    listed = [one for one in node.args["expressions"] if one.__class__ is exp.CTE]
    wanted = None if walk.row.asks_unused_ctes else _named(walk, node, listed)
    for one, cte in zip(listed, defined, strict=True):
        if not one.args.get("scalar") and (wanted is None or walk.key(one.args["alias"].this) in wanted):
            cte.relation()


def _named(walk: Walk, node: exp.With, listed: list[exp.CTE]) -> set[str]:
    """The names of tables in the query after a WITH clause, and in those CTEs that it comes to, last to first."""
    roots = [value for key, value in node.parent.args.items() if key != "with_"] if node.parent else []
    found: set[str] = set()
    for tree in (*roots, *reversed(listed)):
        if tree.__class__ is exp.CTE and walk.key(tree.args["alias"].this) not in found:
            continue
        for one in tree if isinstance(tree, list) else [tree]:
            if isinstance(one, exp.Expr):
                found.update(
                    walk.key(table.this) for table in one.find_all(exp.Table) if isinstance(table.this, exp.Identifier)
                )
    return found


def _circle(walk: Walk, node: exp.CTE) -> Callable[[], Relation]:
    def circle() -> Relation:
        _note_circle(walk, node)
        return walk.loose()

    return circle


def _note_circle(walk: Walk, node: exp.Expr) -> None:
    detail = "common table expressions that name each other in a circle are not modelled; have the query reviewed"
    walk.unresolved(Cause.CONSTRUCT, node.alias, node, detail)


def _definition(
    walk: Walk,
    node: exp.CTE,
    alias: exp.Expr,
    names: list[exp.Expr],
    outer: Scope | None,
    around: Ctes | None,
    recursive: bool,
) -> Callable[[], Relation]:
    body = node.args["this"]
    key = walk.key(alias.this)
    renames = [
        (one.this.name, walk.key(one.this)) if one.__class__ is exp.ColumnDef else (one.name, walk.key(one))
        for one in names
    ]

    def make() -> Relation:
        if node.args.get("scalar"):
            # ClickHouse: WITH expression AS name.

            flow = flow_of(walk, body, Scope(outer, around))
            return Relation([Out(alias.name, key, flow)])
        if recursive and isinstance(body, exp.SetOperation):
            return _recursive(walk, node, body, key, renames, outer, around)
        return renamed(relation_of(walk, body, outer, around), renames)

    return make


def _recursive(
    walk: Walk,
    node: exp.CTE,
    body: exp.SetOperation,
    key: str,
    renames: list[tuple[str, str]],
    outer: Scope | None,
    around: Ctes | None,
) -> Relation:
    """The fixpoint of a recursive CTE: its flows only grow, so there are at most as many rounds as columns.

    Each round notes again what is unresolved in it. None of that is taken back, for a CTE outside that is first named
    here is worked out once, and notes once.
    """
    branches = _branches(body)
    anchor = next((one for one in branches if not _names(walk, one, key)), branches[0])
    inside, _ = with_clause(walk, body.args.get("with_"), outer, around)
    known = renamed(relation_of(walk, anchor, outer, inside), renames)
    names = [out.key for out in known.outs()]
    while True:
        walk.count_round()
        level = Ctes(around)
        level.add(key, Cte.known(known))
        found = renamed(relation_of(walk, body, outer, level), renames)
        outs = [
            Out(out.name, out.key, out.flow | old.flow) for out, old in zip(found.outs(), known.outs(), strict=False)
        ]
        merged = Relation(outs, found.rows | known.rows, loose=found.loose)
        if anchor is not branches[0] and [out.key for out in outs] != names:
            _note_circle(walk, node)  # which branch names the columns is not known
        if [out.flow for out in outs] == [out.flow for out in known.outs()] and merged.rows == known.rows:
            return merged
        known = merged


def _branches(body: exp.SetOperation) -> list[exp.Expr]:
    """The queries of a set operation, left to right."""
    found = [body.args["expression"]]
    left = body.args["this"]
    while isinstance(left, exp.SetOperation) and not left.args.get("with_"):
        found.append(left.args["expression"])
        left = left.args["this"]
    return [left, *reversed(found)]


def _names(walk: Walk, node: exp.Expr, key: str) -> bool:
    """Whether a query may name that common table expression."""
    return any(isinstance(one.this, exp.Identifier) and walk.key(one.this) == key for one in node.find_all(exp.Table))


def unused(walk: Walk, defined: list[Cte]) -> None:
    """Ask for what CTEs name that nobody used, where the engine does (`DialectRow.asks_unused_ctes`)."""
    if walk.row.asks_unused_ctes:
        for cte in defined:
            cte.relation()
