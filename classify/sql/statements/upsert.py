"""ON CONFLICT and ON DUPLICATE KEY: the row that is there, and the one that INSERT proposes.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> sql = "insert into users (id) values (1) on conflict (id) do update set name = users.ssn"
>>> found = analyse(sql, catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.id', 'users.ssn']
>>> [(one.column, one.direct, one.indirect) for one in found.writes]
[('users.id', (), ()), ('users.name', ('users.ssn',), ('users.id',))]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.joins import add_joins
from classify.sql.statements.assignments import assign
from classify.sql.statements.sinks import Target, assigned_names
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import add_source, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


_CONFLICT_KNOWN = known_of(exp.OnConflict, "expressions action conflict_keys index_predicate where")


def conflict(
    walk: Walk,
    node: exp.OnConflict,
    target: Target,
    names: list[tuple[str, str]],
    relation: Relation,
    scope: Scope,
) -> None:
    """ON CONFLICT and ON DUPLICATE KEY: the target's row and the proposed one (`excluded`, `values(c)`)."""
    walk.rest(node, _CONFLICT_KNOWN)
    args = node.args
    proposed = target.proposed(names, relation)
    scope.add(Source("excluded", proposed, hidden=True))
    values = node.parent.args.get("expression") if node.parent is not None else None
    if isinstance(values, exp.Values) and values.args.get("alias"):
        # MySQL, "INSERT": `VALUES (…) AS new (a, b) ON DUPLICATE KEY UPDATE`; columns without names of their own have
        # the target's, and those are meant by a bare name.
        key, own = alias_of(walk, values)
        listed = [Out(name, column, proposed.find(column) or 0) for name, column in names] or proposed.outs()
        scope.add(Source(key, renamed(Relation(listed, asks=proposed.asks), own), hidden=not own))
    rows = relation.rows
    for key in ("conflict_keys", "index_predicate", "where"):
        if args.get(key):
            rows |= indirect(flow_of(walk, args[key], scope))
    for one in args.get("expressions") or ():
        assign(walk, one, scope, rows, [target])
        if walk.row.upsert_asks_assigned and one.__class__ is exp.EQ:
            for name in assigned_names(one.args["this"])[0][-1:]:
                walk.name(name, target.relation.find(walk.key(name)) or 0, True)
    if walk.row.proposed_asks:
        _ask_proposed(walk, node, target)


def _ask_proposed(walk: Walk, node: exp.OnConflict, target: Target) -> None:
    """Ask for the target's columns whose proposed values are named, though the values are not theirs."""
    for one in node.find_all(exp.Column):
        qualifier = one.args.get("table")
        if qualifier is not None and walk.key(qualifier) == "excluded" and one.this.__class__ is exp.Identifier:
            walk.name(one, target.relation.find(walk.key(one.this)) or 0, True)
        elif walk.key(one.this if qualifier is None else qualifier) == "excluded":
            walk.name(one, target.relation.whole(), True)


def sees_sources(node: exp.Expr | None) -> bool:
    """Whether ON DUPLICATE KEY UPDATE sees the sources of that query: not behind GROUP BY (MySQL manual, 15.2.7.2)."""
    return isinstance(node, exp.Select) and not node.args.get("group")


def add_sources(walk: Walk, node: exp.Select, scope: Scope) -> None:
    """Add what a query's FROM names, for a clause outside the query that may name it too."""
    if node.args.get("from_"):
        add_source(walk, node.args["from_"].this, scope)
    add_joins(walk, node.args.get("joins") or [], scope, 0)
