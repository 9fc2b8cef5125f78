"""CREATE and SELECT INTO: what flows into the new table or view, and what later statements then see.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("create table t as select ssn as s from users; select s from t", catalog, dialect="postgres")
>>> [(one.column, one.direct, one.indirect) for one in found.writes]
[('t.s', ('users.ssn',), ())]
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('s', ('users.ssn',), ())]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.relation import Out, Relation, emptied, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.queries.ctes import with_clause
from classify.sql.session.tables import Table
from classify.sql.sources.made import Made, MadeView
from classify.sql.sources.tables import named_relation
from classify.sql.statements.indexes import create_index
from classify.sql.statements.sinks import column_name, spelled, target_of
from classify.sql.text.inside import start_of
from classify.sql.text.rewording.postgres import UNTIL_COMMIT
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, flow_of, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_CREATE_KNOWN = known_of(exp.Create, "with_ this expression properties clone")
_CLONE_KNOWN = known_of(exp.Clone, "this")
_INTO_KNOWN = known_of(exp.Into, "this expressions")


def _create(walk: Walk, node: exp.Create) -> Ran:
    kind = str(node.args["kind"]).upper()
    if kind in ("TABLE", "VIEW"):
        walk.rest(node, _CREATE_KNOWN)
        return _create_table(walk, node, kind == "VIEW")
    if kind.endswith("INDEX"):
        return create_index(walk, node)
    if kind in ("SEQUENCE", "TYPE") and node.find(exp.Query, exp.Command) is None:
        walk.found.places.update(map(start_of, node.find_all(exp.Identifier)))
        return Ran("create", None)  # neither holds data of a column, nor is one named by a query
    if kind not in ("SCHEMA", "DATABASE") or node.args.get("clone") or node.args.get("expression"):
        walk.unresolved(
            Cause.STATEMENT, f"create {kind.lower()}", node, "this kind of CREATE is not modelled; run it under review"
        )
    return Ran("create", None)


def _create_table(walk: Walk, node: exp.Create, view: bool) -> Ran:  # the statement's own word
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
    if args.get("properties") and args["properties"].__class__ is not exp.Properties:
        walk.unread(node, "properties")
    properties = args["properties"].args.get("expressions") or [] if args.get("properties") else []
    temporary = any(one.__class__ in _TEMPORARY for one in properties)
    ends = any(one.__class__ is exp.OnCommitProperty and one.args.get("delete") == UNTIL_COMMIT for one in properties)
    new = _New(walk, this, parts, temporary, exists=bool(args.get("exists")), ends=ends)
    relation = _shape(walk, listed, properties)
    expression = args.get("expression")
    if expression.__class__ is exp.Table and walk.row.as_table_is_like and expression.this.__class__ is exp.Identifier:
        relation = Relation(_like(walk, expression), asks=True)
        expression = None
    if args.get("clone"):
        walk.rest(args["clone"], _CLONE_KNOWN)
        expression = args["clone"].args["this"]
        relation = Relation(())
    if expression is None:
        new.empty(
            relation,
            ""
            if _stored(properties)
            else f"`{spelled(walk, this)}` may hold data from elsewhere; add it to the catalog",
        )
        return Ran("create", None)
    names = [(out.name, out.key) for out in relation.outs()]
    if view and not args.get("with_"):
        found = renamed(relation_of(walk, expression, None, None), names)
        new.view(expression, names, found)
    else:
        ctes, _ = with_clause(walk, args.get("with_"), None, None)
        found = renamed(relation_of(walk, expression, None, ctes), names)
        new.filled(found)
    if found.asks:
        walk.ask(found.whole())
    lay_out(walk, properties, found)
    for one in listed:
        if one.__class__ in _KEYS and one.find(exp.Reference) is None:
            for name in one.find_all(exp.Identifier):
                walk.account(name)
    return Ran("create", None)


def into(walk: Walk, node: exp.Into, relation: Relation) -> None:
    """SELECT INTO: a new table, or variables, take the query's columns."""
    walk.rest(node, _INTO_KNOWN)
    listed = node.args.get("expressions") or [node.args.get("this")]
    names = [one.this if one.__class__ is exp.Table else one for one in listed]
    if all(one.__class__ is exp.Parameter for one in names):
        outs = relation.outs()
        for at, one in enumerate(names):
            flow = outs[at].flow if at < len(outs) else relation.whole()
            walk.assign(one.name, flow | relation.rows)
        return
    table = listed[0]
    parts = walk.session.parts(table) if len(listed) == 1 and table.__class__ is exp.Table else None
    if parts is None or not walk.row.into_makes_tables:
        walk.unread(node, "this")
        return
    temporary = bool(node.args.get("temporary") or table.this.args.get("temporary"))
    _New(walk, table, parts, temporary, exists=False).filled(relation)


class _New:
    """A name that a statement makes."""

    __slots__ = ("_ends", "_exists", "_name", "_node", "_parts", "_table", "_temporary", "_walk")

    def __init__(
        self, walk: Walk, node: exp.Table, parts: tuple[str, ...], temporary: bool, *, exists: bool, ends: bool = False
    ) -> None:
        if len(parts) > 1 and parts[-2].lower() in walk.row.temporary_schemas:
            parts, temporary = parts[-1:], True
        self._walk = walk
        self._node = node
        self._parts = parts
        self._temporary = temporary
        self._exists = exists
        self._ends = ends
        self._table = None if temporary and len(parts) == 1 else walk.session.locate(parts)[1]
        self._name = spelled(walk, node) if self._table is None else str(self._table.dataset.name)

    def empty(self, relation: Relation, doubt: str) -> None:
        """A table without rows, unless it is there already."""
        if not self._is_there() and not self._is_the_catalogs():
            self._give(relation, doubt)

    def filled(self, relation: Relation) -> None:
        """A table with the rows of a query."""
        walk = self._walk
        outs = [Out(out.name, out.key, out.flow | relation.rows) for out in relation.outs()]
        if self._is_there() or self._is_the_catalogs():
            target = target_of(walk, self._node)
            for out in outs:
                target.write(walk, out.key, out.name, out.flow)
            target.decide(walk, relation.rows)
            return
        self._sinks(outs)
        self._give(Relation(outs, relation.rows, asks=True, loose=relation.loose), "")

    def view(self, query: exp.Expr, names: list[tuple[str, str]], relation: Relation) -> None:
        """A view: later statements look through it."""
        session = self._walk.session
        self._sinks([Out(out.name, out.key, out.flow | relation.rows) for out in relation.outs()])
        found = session.find(self._parts)
        if self._exists and isinstance(found, MadeView):
            return
        view = MadeView(
            self._name,
            query,
            names,
            session.at(session.script.names.count),
            base=self._table,
            doubt=self._doubt() if self._exists else "",
            temporary=self._temporary,
        )
        session.define(self._parts, view)

    def _is_there(self) -> bool:
        """Whether IF NOT EXISTS finds a table that is known, so that what would flow in counts beside what is there."""
        if not self._exists:
            return False
        found = self._walk.session.find(self._parts)
        if isinstance(found, Made) and not found.doubt:
            return found.temporary or not self._temporary
        return isinstance(found, Table) and not self._temporary

    def _is_the_catalogs(self) -> bool:
        """Whether the name is that of a table that the catalog declares, and from now on means it again."""
        table = self._table
        if table is None or self._temporary or table.dataset.view is not None:
            return False
        if self._walk.session.script.names.of_table(table, None) is not None:
            self._walk.session.script.names.define_table(table, None)
        return True

    def _give(self, relation: Relation, doubt: str) -> None:
        walk = self._walk
        if self._exists and not walk.session.dropped(self._parts):
            doubt = self._doubt()
        tables = tuple(dict.fromkeys(table for _, table in walk.found.touched))
        made = Made(self._name, relation, tables, doubt=doubt, temporary=self._temporary)
        walk.found.filled.append(made)
        walk.session.define(self._parts, made)
        if self._ends:
            walk.session.script.until_commit(made)

    def _doubt(self) -> str:
        return f"`{self._name}` may have been there already; drop it first, or add it to the catalog"

    def _sinks(self, outs: list[Out]) -> None:
        walk = self._walk
        table = self._table
        shift = 2 * walk.session.numbering.first(table) if table is not None else 0
        for out in outs:
            mask = table.masks.get(out.key, 0) << shift if table is not None else 0
            walk.sink(f"{self._name}.{column_name(walk, out.key, out.name)}", mask, out.flow)


def _shape(walk: Walk, listed: list[exp.Expr], properties: list[exp.Expr]) -> Relation:
    """The columns that a definition lists, or takes from another table, without rows."""
    outs: list[Out] = []
    for one in listed:
        if one.__class__ is exp.LikeProperty:
            outs += _like(walk, one.this)
            continue
        for inner in one.find_all(exp.Select, exp.SetOperation, exp.Command):
            walk.unhandled(inner, "in the definition of a column")
        name = one.this if one.__class__ is exp.ColumnDef else one
        if name.__class__ is exp.Identifier:
            outs.append(Out(name.name, walk.key(name), 0))
    for one in properties:
        if one.__class__ is exp.LikeProperty:
            outs += _like(walk, one.this)
        elif one.__class__ in _REFERRING or one.find(exp.Query, exp.Command) is not None:
            walk.unhandled(one, "in CREATE")
    return Relation(outs, asks=True)


def lay_out(walk: Walk, properties: list[exp.Expr], relation: Relation) -> None:
    """What says how the rows of a new table are stored names its columns, which take nothing from there."""
    scope = Scope(None, None)
    scope.add(Source("", emptied(relation)))
    for one in properties:
        pending = [one.args.get(key) for key in _LAYOUTS.get(one.__class__, ())]
        for value in pending:
            if isinstance(value, list):
                pending += value
            elif value.__class__ is exp.Identifier:
                walk.account(value)
            elif value.__class__ in _LISTS:
                pending += value.args.values()
            else:
                flow_of(walk, value, scope)


def _like(walk: Walk, table: exp.Expr) -> list[Out]:
    """LIKE: the columns of another table, without its rows."""
    parts = walk.session.parts(table) if isinstance(table, exp.Table) else None
    if parts is None or not isinstance(table, exp.Table):
        walk.unhandled(table, "in CREATE")
        return []
    relation, _ = named_relation(walk, table, parts)
    return [Out(out.name, out.key, 0) for out in relation.outs()]


# Teradata calls a temporary table volatile.
_TEMPORARY = frozenset((exp.TemporaryProperty, exp.VolatileProperty))

# Properties that name other data, or a place that the new table's rows also go to.
_REFERRING = frozenset(
    (
        exp.InheritsProperty,
        exp.ExecuteAsProperty,
        exp.PartitionedOfProperty,
        exp.ToTableProperty,
        exp.UsingTemplateProperty,
    )
)

# Properties that say how rows are stored. INVARIANT other-tables-are-not-empty: a table with any other one may hold
# data from elsewhere (a file, a server, a module), so no later statement sees it as empty.
_STORED = frozenset(
    getattr(exp, f"{name}Property")
    for name in (
        "AutoIncrement BlockCompression CharacterSet Checksum ClusteredBy Collate CopyGrants DataBlocksize DistKey "
        "DistStyle DistributedBy DuplicateKey Encode Fallback Freespace Global IsolatedLoading Journal Like Log "
        "NoPrimaryIndex OnCommit PartitionByList PartitionByRange PartitionedBy RowFormat SchemaComment SortKey "
        "SqlSecurity TableSpace Temporary Transient UniqueKey Unlogged Volatile WithData WithSystemVersioning"
    ).split()
) | frozenset((exp.Order, exp.Cluster, exp.PrimaryKey))


# Beside columns, in the list of a new table: what is said of some of them.
_KEYS = frozenset((exp.PrimaryKey, exp.IndexColumnConstraint, exp.UniqueColumnConstraint))

# Properties by whose columns rows are stored, and the arguments that name those.
_LAYOUTS: Mapping[type, tuple[str, ...]] = {
    exp.Cluster: ("expressions",),
    exp.ClusterProperty: ("this", "expressions"),
    exp.ClusteredByProperty: ("expressions", "sorted_by"),
    exp.DistKeyProperty: ("this",),
    exp.DistributedByProperty: ("expressions", "order"),
    exp.DuplicateKeyProperty: ("expressions",),
    exp.MergeTreeTTL: ("expressions",),
    exp.Order: ("expressions",),
    exp.PartitionByListProperty: ("partition_expressions",),
    exp.PartitionByRangeProperty: ("partition_expressions",),
    exp.PartitionedByProperty: ("this",),
    exp.PrimaryKey: ("expressions",),
    exp.SampleProperty: ("this",),
    exp.SortKeyProperty: ("this",),
    exp.UniqueKeyProperty: ("expressions",),
}
_LISTS = frozenset((exp.MergeTreeTTLAction, exp.Ordered, exp.Paren, exp.Schema, exp.Tuple))


def _stored(properties: list[exp.Expr]) -> bool:
    return all(one.__class__ in _STORED for one in properties)


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Create: _create,
}
