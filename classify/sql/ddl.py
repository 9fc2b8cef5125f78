"""CREATE, DROP, TRUNCATE, COPY, USE, SET and transactions: what they read and what later statements then see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.query import relation_of, with_clause
from classify.sql.relation import Out, Relation
from classify.sql.session import Missing
from classify.sql.sinks import target_of
from classify.sql.statements import Ran, run, statements

if TYPE_CHECKING:
    from classify.sql.walk import Walk

_CREATE_KNOWN = frozenset(
    "with_ this kind expression exists properties replace unique indexes no_schema_binding concurrently clustered "
    "refresh".split()
)


@statements(exp.Create)
def _create(walk: Walk, node: exp.Create) -> Ran:
    kind = str(node.args["kind"]).upper()
    handler = {"TABLE": _create_table, "VIEW": _create_table}.get(kind)
    if handler is None:
        if kind in ("SCHEMA", "DATABASE") and not node.args.get("clone") and not node.args.get("expression"):
            return Ran("create", None)
        walk.unresolved(
            Cause.STATEMENT, f"create {kind.lower()}", node, "this kind of CREATE is not modelled; run it under review"
        )
        return Ran("create", None)
    walk.rest(node, _CREATE_KNOWN)
    return handler(walk, node)


def _create_table(walk: Walk, node: exp.Create) -> Ran:
    """CREATE TABLE and CREATE VIEW: with a query, its columns flow into the new ones, and later statements see them."""
    args = node.args
    this = args["this"]
    listed: list[exp.Expr] = []
    if this.__class__ is exp.Schema:
        listed = list(this.args.get("expressions") or [])
        this = this.args["this"]
    parts = walk.session.parts(this) if this.__class__ is exp.Table else None
    if not parts or this.this.__class__ is not exp.Identifier:
        walk.unhandled(this, "as the target of CREATE")
        return Ran("create", None)
    alias = this.args.get("alias")
    if alias and alias.args.get("columns"):
        listed = alias.args["columns"]
    names = _columns(walk, listed)
    properties = args.get("properties")
    if properties:
        _properties(walk, properties)
    expression = args.get("expression")
    # With IF NOT EXISTS the name may mean a table that nobody here knows.
    fresh_name = not args.get("exists")
    if expression is None:
        if fresh_name and _stored(properties):
            _remember(walk, this, parts, Relation([Out(name, key, 0) for name, key in names]), properties)
        return Ran("create", None)
    ctes, _ = with_clause(walk, args.get("with_"), None, None)
    relation = relation_of(walk, expression, None, ctes)
    if relation.asks:
        walk.ask(relation.whole())
    outs = list(relation.outs())
    if names:
        renamed = [Out(name, key, out.flow) for (name, key), out in zip(names, outs, strict=False)]
        outs = renamed + outs[len(names) :]
    fresh = Relation(
        [Out(out.name, out.key, out.flow | relation.rows) for out in outs],
        relation.rows,
        asks=True,
        loose=relation.loose,
    )
    table = walk.session.table(parts)
    if isinstance(table, Missing) or _temporary(properties):
        _new_sinks(walk, ".".join(parts), fresh)
    else:
        target = target_of(walk, this)
        for out in fresh.outs():
            target.write(walk, out.key, out.name, out.flow)
    if fresh_name:
        _remember(walk, this, parts, fresh, properties)
    return Ran("create", None)


def _columns(walk: Walk, listed: list[exp.Expr]) -> list[tuple[str, str]]:
    """The displayed and folded names of the columns that a definition lists."""
    for one in listed:
        for inner in one.find_all(exp.Select, exp.SetOperation, exp.Command):
            walk.unhandled(inner, "in the definition of a column")
    names = [one.this if one.__class__ is exp.ColumnDef else one for one in listed]
    return [(name.name, walk.key(name)) for name in names if name.__class__ is exp.Identifier]


def _properties(walk: Walk, properties: exp.Expr) -> None:
    for one in properties.args.get("expressions") or ():
        if one.__class__ in _REFERRING or one.find(exp.Query, exp.Command) is not None:
            walk.unhandled(one, "in CREATE")


# Properties that name other data, or a place that the new table's rows also go to.
_REFERRING = frozenset(
    (exp.LikeProperty, exp.InheritsProperty, exp.ExecuteAsProperty, exp.ToTableProperty, exp.UsingTemplateProperty)
)

# Properties that say how rows are stored. INVARIANT: a table with any other one may hold data from elsewhere (a file,
# a server, a module), so no later statement sees it as empty.
_STORED = frozenset(
    getattr(exp, f"{name}Property")
    for name in (
        "AutoIncrement BlockCompression CharacterSet Checksum ClusteredBy Collate CopyGrants DataBlocksize DistKey "
        "DistStyle DistributedBy DuplicateKey Encode Fallback Freespace Global IsolatedLoading Journal Log "
        "NoPrimaryIndex OnCommit PartitionByList PartitionByRange PartitionedBy RowFormat SchemaComment SortKey "
        "SqlSecurity TableSpace Temporary Transient UniqueKey Unlogged Volatile WithData WithSystemVersioning"
    ).split()
) | frozenset((exp.Order, exp.Cluster, exp.PrimaryKey))


def _stored(properties: exp.Expr | None) -> bool:
    return properties is None or all(one.__class__ in _STORED for one in properties.args.get("expressions") or ())


def _temporary(properties: exp.Expr | None) -> bool:
    return properties is not None and properties.find(exp.TemporaryProperty) is not None


def _remember(
    walk: Walk, node: exp.Table, parts: tuple[str, ...], relation: Relation, properties: exp.Expr | None
) -> None:
    """Let later statements see a new table; one that the catalog knows stays the catalog's, unless it is temporary."""
    if isinstance(walk.session.table(parts), Missing) or _temporary(properties):
        walk.session.made[walk.session.made_name(parts)] = relation


def _new_sinks(walk: Walk, name: str, relation: Relation) -> None:
    from classify.sql.walk import Sink  # the walk needs the relations

    walk.sinks += [Sink(None, f"{name}.{out.name}", None, out.flow) for out in relation.outs()]


@statements(exp.Drop)
def _drop(walk: Walk, node: exp.Drop) -> Ran:
    """DROP: nothing is read; a name that the script made is gone."""
    this = node.args.get("this")
    if this.__class__ is exp.Table:
        parts = walk.session.parts(this)
        if parts is not None:
            walk.session.made.pop(walk.session.made_name(parts), None)
    return Ran("drop", None)


@statements(exp.TruncateTable)
def _truncate(walk: Walk, node: exp.TruncateTable) -> Ran:
    for one in node.args.get("expressions") or ():
        if one.__class__ is exp.Table:
            target_of(walk, one).write_all(walk, 0)
        else:
            walk.unhandled(one, "in TRUNCATE")
    return Ran("truncate", None)


@statements(exp.Transaction, exp.Commit, exp.Rollback)
def _transaction(walk: Walk, node: exp.Expr) -> Ran:
    return Ran("transaction", None)


@statements(exp.Use)
def _use(walk: Walk, node: exp.Use) -> Ran:
    """USE changes where later names are looked up."""
    this = node.args.get("this")
    kind = str(node.args.get("kind") or "").upper()
    if this.__class__ is not exp.Table or kind not in ("", "SCHEMA", "DATABASE"):
        if kind in ("ROLE", "WAREHOUSE"):
            return Ran("use", None)
        walk.unhandled(node)
        return Ran("use", None)
    parts = walk.session.parts(this)
    if parts is None:
        walk.unhandled(this, "in USE")
        return Ran("use", None)
    walk.session.use(kind, parts)
    return Ran("use", None)


@statements(exp.Copy)
def _copy(walk: Walk, node: exp.Copy) -> Ran:
    """COPY of a query or table out of the database reads it; COPY from a file writes the table."""
    args = node.args
    this = args["this"]
    walk.rest(node, frozenset("this kind files credentials format params".split()))
    if args.get("kind"):
        # COPY … FROM: the file's columns are not known; the table's are written.
        columns: list[exp.Expr] = []
        if this.__class__ is exp.Schema:
            columns, this = this.args.get("expressions") or [], this.args["this"]
        if this.__class__ is not exp.Table:
            walk.unhandled(this, "as the target of COPY")
            return Ran("copy", None)
        target = target_of(walk, this)
        if columns:
            for one in columns:
                target.write(walk, walk.key(one), one.name, 0)
        else:
            target.write_all(walk, 0)
        for one in args.get("files") or ():
            if one.__class__ is exp.Subquery:
                relation_of(walk, one, None, None)
        if target.made is not None:
            # What a file holds is not known, so neither is the table that the script made, from now on.
            walk.session.made.pop(target.made, None)
        return Ran("copy", None)
    columns = []
    if this.__class__ is exp.Schema:
        columns, this = this.args.get("expressions") or [], this.args["this"]
    if columns:
        query: exp.Expr = exp.Select(expressions=[exp.Column(this=one) for one in columns], from_=exp.From(this=this))
    else:
        query = this
    relation = relation_of(walk, query, None, None)
    if relation.asks:
        walk.ask(relation.whole())
    return Ran("copy", relation)


@statements(exp.Describe)
def _describe(walk: Walk, node: exp.Describe) -> Ran:
    """EXPLAIN and DESCRIBE of a query ask for what the query asks for; of a table, for its description alone."""
    this = node.args.get("this")
    if this.__class__ is exp.Table and this.this.__class__ is exp.Identifier:
        return Ran("describe", None)
    if isinstance(this, exp.Expr) and this.__class__ is not exp.Command:
        ran = run(walk, this)
        return Ran("explain", ran.result)
    walk.unhandled(node)
    return Ran("describe", None)
