"""INSERT, UPDATE, DELETE and MERGE: what they read, what flows into which column, what they return.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("delete from users where ssn is null returning name", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.name', 'users.ssn']
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ('users.ssn',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.output_name import output_name
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Ctes, Scope, Source
from classify.sql.queries.ctes import unused, with_clause
from classify.sql.queries.select import check_settings, order
from classify.sql.sources.joins import add_joins
from classify.sql.statements.assignments import assign, assigned_value
from classify.sql.statements.sinks import Target, target_of
from classify.sql.statements.upsert import add_sources, conflict, sees_sources
from classify.sql.text.inside import bounds_of, start_of
from classify.sql.values.star import is_star, star_outs
from classify.sql.walk.dispatch import QueryHandler, add_source, flow_of, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_INSERT_KNOWN = frozenset(
    "hint with_ this expression conflict returning overwrite exists alternative where ignore by_name stored "
    "settings default source is_function".split()
)


def insert(walk: Walk, node: exp.Insert, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """INSERT: the query's columns flow into the listed ones, or into all, in order."""
    walk.rest(node, _INSERT_KNOWN - {"is_function", "stored", "source"})
    check_settings(walk, node.args.get("settings") or [])
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    this = args.get("this")
    listed: list[exp.Expr] = []
    if this.__class__ is exp.Schema:
        listed = list(this.args.get("expressions") or [])
        this = this.args["this"]
    if this.__class__ not in (exp.Table,):
        walk.unhandled(this if isinstance(this, exp.Expr) else node, "as the target of INSERT")
        if args.get("expression"):
            relation_of(walk, args["expression"], outer, ctes)
        return Relation([])
    target = target_of(walk, this, ("partition",) if walk.row.partition_columns else ())
    relation = _inserted(walk, args, outer, ctes, target)
    if relation.asks:
        walk.ask(relation.whole())
    names = [one for one in (_column_name(walk, one) for one in listed) if one is not None]
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
        if walk.row.returning_asks_listed:
            for key, _ in names:
                walk.ask(target.relation.find(key) or 0)
        result = returning(walk, args["returning"], scope, 0, [target])
    unused(walk, defined)
    return result


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


def _column_name(walk: Walk, node: exp.Expr) -> tuple[str, str] | None:
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
        name = _column_name(walk, one.args["this"] if one.__class__ is exp.EQ else one)
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


_UPDATE_KNOWN = frozenset("with_ this expressions from_ where returning order limit options hint".split())


def update(walk: Walk, node: exp.Update, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """UPDATE: assigned columns are written; what the values and WHERE name is read."""
    walk.rest(node, _UPDATE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    targets, rows = _targets(walk, node, args.get("this"), scope)
    if not targets:
        return Relation([])
    from_ = args.get("from_")
    if from_:
        rows |= _from(walk, from_, scope, targets)
    if args.get("where"):
        rows |= indirect(flow_of(walk, args["where"].args["this"], scope))
    rows |= _order_limit(walk, node, scope)
    for one in args.get("expressions") or ():
        assign(walk, one, scope, rows, targets)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, targets)
    unused(walk, defined)
    return result


def _order_limit(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    flow = 0
    if node.args.get("order"):
        flow |= order(walk, node.args["order"], scope, [])
    if node.args.get("limit"):
        flow |= flow_of(walk, node.args["limit"], scope)
    return indirect(flow)


def _targets(walk: Walk, node: exp.Expr, this: exp.Expr | None, scope: Scope) -> tuple[list[Target], int]:
    """The changed table and those joined to it (MySQL), all added to the scope."""
    if this.__class__ is not exp.Table:
        walk.unhandled(this if this is not None else node, "as the target of a change")
        return [], 0
    assert this is not None, "checked above"
    source = node.args.get("from_") or node.args.get("using")
    if walk.row.target_in_from and source and not this.args.get("alias"):
        # SQL Server: `UPDATE u SET … FROM users u`: FROM names the target.
        probe = Scope(scope.parent, scope.ctes)
        listed = source if isinstance(source, list) else [source.this]
        for one in listed:
            add_source(walk, one, probe)
        found = probe.aliases.get(walk.key(this.this))
        if found is not None:
            return [Target.of_source(found)], 0
    joins = this.args.get("joins") or []
    targets = [target_of(walk, this, ("joins",))]
    targets[0].source(scope)
    rows = 0
    if joins:
        before = len(scope.sources)
        rows = add_joins(walk, joins, scope, max(len(scope.sources) - 1, 0))
        targets += [Target.of_source(source) for source in scope.sources[before:]]
    return targets, rows


def _from(walk: Walk, node: exp.From, scope: Scope, targets: list[Target]) -> int:
    return add_source(walk, node.args["this"], scope)


_DELETE_KNOWN = frozenset("with_ this using where returning order limit tables cluster hint".split())


def delete(walk: Walk, node: exp.Delete, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """DELETE: every column of the target is written; what WHERE and USING name decides which rows go."""
    walk.rest(node, _DELETE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    scope = Scope(outer, ctes)
    rows = 0
    # DELETE t, without FROM (SQL Server, Oracle, BigQuery, Redshift): the parser takes the target for a list.
    listed = args.get("tables") or []
    target = args.get("this") or (listed[0] if len(listed) == 1 else None)
    if listed and args.get("this"):
        # MySQL: DELETE t, u FROM t JOIN u …: the list names sources.
        rows = add_source(walk, args["this"], scope)
        targets = []
        for one in listed:
            source = scope.aliases.get(walk.key(one.this))
            if source is None:
                walk.unresolved(
                    Cause.UNKNOWN_DATASET,
                    one.name,
                    one,
                    f"`{one.name}` is not a source of this DELETE; correct the name",
                )
            else:
                targets.append(Target.of_source(source))
        for one in args.get("using") or ():
            rows |= add_source(walk, one, scope)
    elif args.get("using") and walk.row.using_defines_targets:
        targets = []
        for one in args["using"]:
            rows |= add_source(walk, one, scope)
        for one in (args["this"], *(join.this for join in args["this"].args.get("joins") or ())):
            source = scope.aliases.get(walk.key(one.this))
            if source is None:
                walk.unresolved(
                    Cause.UNKNOWN_DATASET,
                    one.name,
                    one,
                    f"`{one.name}` is not a source of this DELETE; correct the name",
                )
            else:
                targets.append(Target.of_source(source))
    else:
        targets, rows = _targets(walk, node, target, scope)
        for one in args.get("using") or ():
            rows |= add_source(walk, one, scope)
    if args.get("where"):
        rows |= indirect(flow_of(walk, args["where"].args["this"], scope))
    rows |= _order_limit(walk, node, scope)
    for target in targets:
        target.write_all(walk, rows)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, targets)
    unused(walk, defined)
    return result


def returning(walk: Walk, node: exp.Returning, scope: Scope, rows: int, targets: list[Target]) -> Relation:
    """RETURNING and OUTPUT: a projection over the changed rows, which hold what was written into them."""
    walk.rest(node, frozenset(("expressions", "into")))
    for target in targets:
        target.returned(walk, scope)
    outs: list[Out] = []
    for one in node.args["expressions"]:
        if is_star(one):
            outs += star_outs(walk, one, scope)
            continue
        inner = one.args["this"] if one.__class__ is exp.Alias else one
        flow = flow_of(walk, inner, scope)
        name = one.alias if one.__class__ is exp.Alias else output_name(one)
        outs.append(Out(name, walk.row.columns.fold(name, False), flow))
    if node.args.get("into"):
        walk.unread(node, "into")
    return Relation(outs, rows)


_MERGE_KNOWN = frozenset("this using on using_cond whens with_ returning".split())


def merge(walk: Walk, node: exp.Merge, outer: Scope | None, ctes: Ctes | None) -> Relation:
    """MERGE: ON and each WHEN's condition decide, each THEN writes."""
    walk.rest(node, _MERGE_KNOWN)
    args = node.args
    ctes, defined = with_clause(walk, args.get("with_"), outer, ctes)
    this = args["this"]
    if this.__class__ is not exp.Table:
        walk.unhandled(this, "as the target of MERGE")
        return Relation([])
    scope = Scope(outer, ctes)
    target = target_of(walk, this)
    target.source(scope)
    rows = add_source(walk, args["using"], scope)
    source = scope.sources[-1]
    if args.get("on"):
        rows |= indirect(flow_of(walk, args["on"], scope))
    if args.get("using_cond"):
        walk.unread(node, "using_cond")
    for when in args["whens"].args["expressions"]:
        walk.rest(when, frozenset("matched source condition then".split()))
        seen = scope
        if not when.args.get("matched") and not when.args.get("source"):
            # Where no row of the target matches, its names mean nothing.
            seen = Scope(outer, ctes)
            for one in scope.sources[1:]:
                seen.add(one)
        inner = rows
        if when.args.get("condition"):
            inner |= indirect(flow_of(walk, when.args["condition"], seen))
        _then(walk, when.args["then"], seen, inner, target, source)
    result = Relation([])
    if args.get("returning"):
        result = returning(walk, args["returning"], scope, rows, [target])
    unused(walk, defined)
    return result


def _then(walk: Walk, node: exp.Expr, scope: Scope, rows: int, target: Target, source: Source) -> None:
    if node.__class__ is exp.Var:
        if "DELETE" in node.name.upper():
            target.write_all(walk, rows)
        elif node.name.upper() not in ("DO NOTHING", "NOTHING"):
            walk.unhandled(node, "in MERGE")
        return
    if node.__class__ is exp.Update:
        walk.rest(node, frozenset(("expressions", "where")))
        if node.args.get("where"):
            rows |= indirect(flow_of(walk, node.args["where"].args["this"], scope))
        expressions = node.args.get("expressions")
        if not expressions or [one.__class__ for one in expressions] == [exp.Star]:
            _copy_row(walk, expressions[0] if expressions else None, source, target, rows)
            return
        for one in expressions:
            assign(walk, one, scope, rows, [target])
        return
    if node.__class__ is exp.Insert:
        walk.rest(node, frozenset(("this", "expression", "where")))
        if node.args.get("where"):
            rows |= indirect(flow_of(walk, node.args["where"].args["this"], scope))
        this, expression = node.args.get("this"), node.args.get("expression")
        if (
            this.__class__ is exp.Star
            or (this is None and expression is None)
            or (this.__class__ is exp.Var and this.name.upper() == "ROW")
        ):
            _copy_row(walk, this, source, target, rows)
            return
        if expression is None and this.__class__ is exp.Tuple:
            this, expression = None, this
        listed = this.args["expressions"] if this.__class__ is exp.Tuple else []
        names = [one for one in (_column_name(walk, one) for one in listed) if one is not None]
        values = (
            expression.args["expressions"] if expression.__class__ is exp.Tuple else [expression] if expression else []
        )
        outs = [Out("", "", assigned_value(walk, one, scope)) for one in values if isinstance(one, exp.Expr)]
        target.write_row(walk, names, Relation(outs, rows))
        return
    walk.unhandled(node, "in MERGE")


def _copy_row(walk: Walk, star: exp.Expr | None, source: Source, target: Target, rows: int) -> None:
    """`UPDATE SET *`, `INSERT *`: every column of the source into the target's of the same name.

    Databricks, "MERGE INTO": but for those behind EXCEPT. Where the table's schema evolves, a column that it lacks is
    added, so it is told that the catalog does not know it.
    """
    relation = source.relation
    excluded: set[str] = set()
    if isinstance(star, exp.Star):
        walk.rest(star, frozenset(("except_",)))
        excluded = {
            walk.key(one.this if isinstance(one, exp.Column) else one) for one in star.args.get("except_") or ()
        }
    asked_for = 0
    for out in relation.outs():
        if out.key not in excluded:
            asked_for |= out.flow
            target.write(walk, out.key, out.name, out.flow | rows)
    if star is not None:
        walk.name(star, asked_for, relation.asks)
    elif relation.asks:
        walk.ask(asked_for)
    target.decide(walk, rows)
    if relation.loose is not None and relation.loose:
        walk.unresolved(Cause.CONSTRUCT, "*", None, "the columns of this source are not known; list them")


QUERIES: Mapping[type, QueryHandler] = {
    exp.Insert: insert,
    exp.Update: update,
    exp.Delete: delete,
    exp.Merge: merge,
}
