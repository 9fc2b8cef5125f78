"""INSERT: what flows into which column, by position or by name, and what it returns.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("insert into users (name) select ssn from users where id = 1", catalog, dialect="postgres")
>>> [(one.column, one.direct, one.indirect) for one in found.writes]
[('users.name', ('users.ssn',), ('users.id',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Ctes, Scope, Source
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.queries.select import check_settings
from classify.sql.statements.returning import returning
from classify.sql.statements.sinks import Target, target_of
from classify.sql.statements.upsert import add_sources, conflict, sees_sources
from classify.sql.text.inside import bounds_of, start_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import (
    QueryHandler,
    Ran,
    StatementHandler,
    add_source,
    flow_of,
    is_query,
    relation_of,
)

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_INSERT_KNOWN = known_of(exp.Insert, "with_ this expression conflict returning where")
_FILES_KNOWN = known_of(exp.Insert, "with_ this expression")


def insert(walk: Walk, node: exp.Insert, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """INSERT: the query's columns flow into the listed ones, or into all, in order."""
    walk.rest(node, _INSERT_KNOWN)
    check_settings(walk, node.args.get("settings") or [])
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    this = args.get("this")
    listed: list[exp.Expr] = []
    if this.__class__ is exp.Schema:
        listed = list(this.args.get("expressions") or [])
        this = this.args["this"]
    if this.__class__ is exp.Directory and args.get("expression"):
        # Hive, "Writing data into the filesystem from queries": what is written leaves, as what is returned does.
        walk.rest(node, _FILES_KNOWN)
        relation = relation_of(walk, args["expression"], outer, ctes)
        unused(walk, defined)
        return relation
    if this.__class__ is not exp.Table:
        walk.unhandled(this if isinstance(this, exp.Expr) else node, "as the target of INSERT")
        if args.get("expression"):
            relation_of(walk, args["expression"], outer, ctes)
        return Relation([])
    target = target_of(walk, this, ("partition",) if walk.row.partition_columns else ())
    relation = _inserted(walk, args, outer, ctes, target)
    if relation.asks:
        walk.ask(relation.whole())
    names = [one for one in (column_name(walk, one) for one in listed) if one is not None]
    if this.args.get("partition") and walk.row.partition_columns:
        names = _partition(walk, this.args["partition"], target, names)
    if args.get("by_name"):
        for out in relation.outs():
            target.write(walk, out.key, out.name, out.flow | relation.rows)
        target.decide(walk, relation.rows)
    else:
        target.write_row(walk, names, relation)
    if args.get("where"):
        scope = Scope(outer, ctes)
        target.source(scope)
        flow_of(walk, args["where"], scope)
    if args.get("conflict"):
        scope = Scope(outer, ctes)
        target.source(scope)
        if walk.row.upsert_sees_query and sees_sources(args.get("expression")):
            add_sources(walk, args["expression"], scope)
        conflict(walk, args["conflict"], target, names, relation, scope)
    result = Relation([])
    if args.get("returning"):
        scope = Scope(outer, ctes)
        target.source(scope)
        for one in listed if walk.row.returning_asks_listed else ():
            name = column_name(walk, one)
            if name is not None:
                walk.name(one, target.relation.find(name[0]) or 0, True)
        result = returning(walk, args["returning"], scope, 0, [target])
    unused(walk, defined)
    return result


def _several(walk: Walk, node: exp.MultitableInserts) -> Ran:
    """One query into several tables: INSERT ALL and FIRST (Oracle, Snowflake), `FROM … INSERT … INSERT …` (Hive)."""
    walk.rest(node, _SEVERAL_KNOWN)
    source = node.args["source"]
    scope = Scope(None, None)
    if isinstance(source, (exp.Table, exp.Subquery)):
        rows = add_source(walk, source, scope)
    else:
        relation = relation_of(walk, source, None, None)
        scope.add(Source("", relation))
        rows = relation.rows
    for one in node.expressions:
        inner = one
        if one.__class__ is exp.ConditionalInsert:
            inner = one.this
            if one.args.get("expression"):
                # With FIRST, and for ELSE, those before it decide as well.
                rows |= indirect(flow_of(walk, one.args["expression"], scope))
        _one_of_several(walk, inner, scope, rows)
    return Ran("insert", None)


_SEVERAL_KNOWN = frozenset(("kind", "expressions", "source"))


def _one_of_several(walk: Walk, node: exp.Insert, scope: Scope, rows: int) -> None:
    """What flows into one of the tables: what is said of the query's columns, or all of them."""
    walk.rest(node, _ONE_KNOWN)
    this = node.args["this"]
    listed = this.expressions if this.__class__ is exp.Schema else []
    table = this.this if this.__class__ is exp.Schema else this
    if table.__class__ is not exp.Table:
        walk.unhandled(node, "as one of several")
        return
    target = target_of(walk, table)
    expression = node.args.get("expression")
    if expression is None:
        columns = scope.star()
        for out, asks, _ in columns:
            if asks:
                walk.ask(out.flow)
        relation = Relation([out for out, _, _ in columns], loose=scope.loose)
    else:
        relation = relation_of(walk, expression, scope, None)
    names = [found for found in (column_name(walk, one) for one in listed) if found is not None]
    target.write_row(walk, names, Relation(relation.outs(), relation.rows | rows, loose=relation.loose))


_ONE_KNOWN = frozenset(("this", "expression", "overwrite"))


def _inserted(walk: Walk, args: Mapping[str, Any], outer: Scope | None, ctes: Ctes | None, target: Target) -> Relation:
    """What INSERT inserts."""
    expression = args.get("expression")
    if args.get("default") and expression is not None:
        # SQL Server takes statements without semicolons: the query is the next one.
        walk.unhandled(expression, "behind DEFAULT VALUES; end the statement before it with a semicolon")
    if expression is None or args.get("default"):
        return Relation([])
    if expression.__class__ is exp.Values and walk.row.values_see_target:
        return _values_of_row(walk, expression, Scope(outer, ctes), target)
    if is_query(expression):
        return relation_of(walk, expression, outer, ctes)
    walk.unhandled(expression, "as the source of INSERT")
    return walk.loose()


def _values_of_row(walk: Walk, node: exp.Values, scope: Scope, target: Target) -> Relation:
    """Values that may name columns of the row that they make: those take what any of the values is made of.

    MariaDB demands SELECT on the target's columns that a value of VALUES names, but not in a subquery and not behind
    SET, as its privilege checks show. The parser makes VALUES of SET, so which it was is told from the places.
    """
    columns = target.relation.outs()
    source = Source(target.key, Relation([Out(out.name, out.key, 0) for out in columns]))
    scope.add(source)
    relation = relation_of(walk, node, scope, scope.ctes)
    flow = relation.whole()
    if flow:
        scope.replace(source, Relation([Out(out.name, out.key, flow) for out in columns]))
        relation = relation_of(walk, node, scope, scope.ctes)
    pending: list[exp.Expr] = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, exp.Column) and one.this.__class__ is exp.Identifier and not _is_set(one, node):
            walk.name(one, target.relation.find(walk.key(one.this)) or 0, True)
        pending += [child for child in one.iter_expressions() if not isinstance(child, exp.Query)]
    return relation


def _is_set(column: exp.Column, node: exp.Values) -> bool:
    """Whether a value begins so near behind a listed column that no VALUE fits between, so that SET stands there."""
    insert = node.parent
    schema = insert.args.get("this") if insert is not None else None
    listed = [bounds_of(one) for one in schema.expressions] if isinstance(schema, exp.Schema) else []
    start = start_of(column.this)
    return start is not None and any(one is not None and 0 < start - one[1] - 1 < len(")value(") for one in listed)


def column_name(walk: Walk, node: exp.Expr) -> tuple[str, str] | None:
    identifier = node
    while identifier.__class__ in (exp.Column, exp.ColumnDef, exp.Bracket, exp.Dot):
        identifier = identifier.args["this"]
    if identifier.__class__ is exp.Identifier:
        return walk.key(identifier), identifier.name
    walk.unhandled(node, "in a list of columns")
    return None


def _partition(walk: Walk, node: exp.Partition, target: Target, names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The columns that the query's own go into, beside those that `PARTITION (day = '…', country)` gives a value.

    Hive, "Inserting data into Hive Tables from queries": a column without a value takes what the query returns last.
    """
    given: set[str] = set()
    last: list[tuple[str, str]] = []
    for one in node.args.get("expressions") or ():
        name = column_name(walk, one.args["this"] if one.__class__ is exp.EQ else one)
        if name is None:
            continue
        if one.__class__ is exp.EQ:
            target.write(walk, *name, flow_of(walk, one.args["expression"], Scope(None, None)))
            given.add(name[0])
        else:
            last.append(name)
    given.update(key for key, _ in last)
    own = names or [(out.key, out.name) for out in target.relation.outs()]
    return [name for name in own if name[0] not in given] + last


QUERIES: Mapping[type, QueryHandler] = {
    exp.Insert: insert,
}

STATEMENTS: Mapping[type, StatementHandler] = {
    exp.MultitableInserts: _several,
}
