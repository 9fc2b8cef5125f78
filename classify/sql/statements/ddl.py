"""DROP, TRUNCATE and ALTER: what they touch and write, and what names mean from then on.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("alter table users rename to people; select ssn from people", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.ssn']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.scope import Scope
from classify.sql.session.script import Missing
from classify.sql.session.tables import Table
from classify.sql.sources.made import Made, MadeView
from classify.sql.statements.create import lay_out
from classify.sql.statements.indexes import add_constraint
from classify.sql.statements.sinks import Target, spelled, target_of
from classify.sql.text.inside import start_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_DROP_KNOWN = known_of(exp.Drop, "tables")

# What holds no rows, and gives no name in a query another meaning when it is gone.
_ROWLESS = frozenset("INDEX SEQUENCE TRIGGER ROLE USER POLICY STATISTICS EXTENSION STAGE STREAM TASK TAG TYPE".split())
_FUNCTIONS = frozenset(("FUNCTION", "PROCEDURE", "AGGREGATE"))


def _drop(walk: Walk, node: exp.Drop) -> Ran:
    """DROP: what it destroys is written, nothing of it is read; from then on the name means nothing."""
    kind = str(node.args.get("kind") or "").upper()
    if node.args.get("cascade"):
        walk.session.script.cascade()
    if kind in _ROWLESS or (kind in _FUNCTIONS and not walk.session.compiled.declassifying):
        return Ran("drop", None)  # where functions are trusted by name, the name may mean another one then
    if kind not in ("TABLE", "VIEW"):
        detail = f"what later names mean after `drop {kind.lower()}` is not modelled; run it on its own"
        walk.unresolved(Cause.STATEMENT, f"drop {kind.lower()}", node, detail)
        walk.session.script.doubt = detail
        return Ran("drop", None)
    walk.rest(node, _DROP_KNOWN)
    for table in node.args.get("tables") or ():
        parts = walk.session.parts(table) if table.__class__ is exp.Table else None
        if not parts:
            walk.unhandled(table, "in DROP")
            continue
        found = walk.session.find(parts)
        if isinstance(found, Table) and found.dataset.view is None:
            target_of(walk, table).write_all(walk, 0)
        elif not isinstance(found, Missing):
            _touch(walk, found, table)
        elif found.cause is Cause.AMBIGUOUS_NAME or not (node.args.get("exists") or walk.session.dropped(parts)):
            walk.unresolved(found.cause, ".".join(parts), table, found.detail)
        walk.session.forget(parts)
    return Ran("drop", None)


def _touch(walk: Walk, found: Table | Made | MadeView, node: exp.Expr) -> None:
    if isinstance(found, Table):
        walk.touch(found, node)
        return
    if found.base is not None:
        walk.touch(found.base, node)
    for table in found.tables:
        walk.touch(table, node)


_TRUNCATE_KNOWN = known_of(exp.TruncateTable, "expressions partition")


def _truncate(walk: Walk, node: exp.TruncateTable) -> Ran:
    walk.rest(node, _TRUNCATE_KNOWN)
    partition = node.args.get("partition")
    if partition and not walk.row.partition_columns:
        walk.unread(node, "partition")
    for one in node.args.get("expressions") or ():
        if one.__class__ is exp.Table:
            target = target_of(walk, one)
            scope = Scope(None, None)
            target.source(scope)
            target.write_all(walk, indirect(flow_of(walk, partition.expressions, scope)) if partition else 0)
        else:
            walk.unhandled(one, "in TRUNCATE")
    return Ran("truncate", None)


_ALTER_KNOWN = known_of(exp.Alter, "this actions")
_COMMENT_KNOWN = known_of(exp.Comment, "expression")
_ADD_PARTITION_KNOWN = known_of(exp.AddPartition, "this")
_DROP_PARTITION_KNOWN = known_of(exp.DropPartition, "expressions")


def _comment(walk: Walk, node: exp.Comment) -> Ran:
    """COMMENT ON: a text beside the data."""
    walk.rest(node, _COMMENT_KNOWN)
    if node.args.get("expression").__class__ not in (exp.Literal, exp.Null):
        walk.unhandled(node.args["expression"], "in COMMENT")
    return Ran("comment", None)


def _alter(walk: Walk, node: exp.Alter) -> Ran:
    """ALTER TABLE and ALTER VIEW: what is renamed, added or dropped is so for later statements."""
    walk.rest(node, _ALTER_KNOWN)
    this = node.args.get("this")
    parts = walk.session.parts(this) if isinstance(this, exp.Table) and this.this else None
    if str(node.args["kind"]).upper() not in ("TABLE", "VIEW") or not parts or not isinstance(this, exp.Table):
        walk.unhandled(node, "with this kind of object")
        return Ran("alter", None)
    for action in _actions(node):
        found = walk.session.find(parts)
        if isinstance(found, Missing):
            walk.unresolved(found.cause, spelled(walk, this), this, found.detail)
            break
        _touch(walk, found, this)
        if isinstance(action, exp.AlterRename):
            parts = _rename(walk, parts, found, action)
        elif isinstance(action, exp.SwapTable):
            _swap(walk, parts, found, action)
        elif isinstance(action, exp.AlterColumn):
            _change_type(walk, this, action)
        elif isinstance(action, exp.AddConstraint):
            add_constraint(walk, this, action)
        elif action.__class__ in _OF_COLUMNS:
            _change_columns(walk, this, parts, found, action)
        elif action.__class__ in (exp.AddPartition, exp.DropPartition) and _tells_rows(walk, action):
            _change_partitions(walk, this, action)
        elif action.__class__ is exp.AlterSet:
            _set_options(walk, action)
        elif action.__class__ is exp.ClusterProperty:
            lay_out(walk, [action], target_of(walk, this).relation)
        else:
            walk.unhandled(action, "in ALTER TABLE")
    return Ran("alter", None)


def _tells_rows(walk: Walk, action: exp.Expr) -> bool:
    """Whether a partition is told by the values of columns, or by its own (ClickHouse), and not by a name."""
    return walk.row.partition_columns or (isinstance(action, exp.DropPartition) and not action.find(exp.Column))


def _change_partitions(walk: Walk, table: exp.Table, action: exp.Expr) -> None:
    """ADD PARTITION names values alone; DROP PARTITION deletes the rows whose columns are so."""
    target = target_of(walk, table)
    scope = Scope(None, None)
    target.source(scope)
    if isinstance(action, exp.AddPartition):
        walk.rest(action, _ADD_PARTITION_KNOWN)
        for one in action.this.expressions:
            if one.__class__ is not exp.EQ or one.this.__class__ is not exp.Column:
                walk.unhandled(one, "in ALTER TABLE")
                continue
            walk.found.places.add(start_of(one.this.this))  # a column's name, as of one that is written
            flow_of(walk, one.expression, scope)
        return
    walk.rest(action, _DROP_PARTITION_KNOWN)
    target.write_all(walk, indirect(flow_of(walk, action.expressions, scope)))


_SET_KNOWN = frozenset(("expressions", "tag"))
_CONSTANTS = frozenset((exp.Literal, exp.Var, exp.Boolean, exp.Null))


def _set_options(walk: Walk, action: exp.AlterSet) -> None:
    """SET of options, properties and tags, each a name and a constant: how a table is stored, what is said of it.

    Where its data is (Hive, SET LOCATION) is another argument, and not modelled.
    """
    walk.rest(action, _SET_KNOWN)
    pending = [*action.expressions, *(action.args.get("tag") or ())]
    for one in pending:
        if one.__class__ is exp.Properties:
            pending += one.expressions
        elif one.__class__ is exp.EQ and one.expression.__class__ in _CONSTANTS and one.this.__class__ is exp.Column:
            walk.account(one.this.this)
        elif one.__class__ is not exp.Property or one.args.get("value").__class__ not in _CONSTANTS:
            walk.unhandled(one, "in ALTER TABLE")


def _actions(node: exp.Alter) -> list[exp.Expr]:
    """What is done in turn; `RENAME a TO b`, which the parser takes for two new names of the table, is a column's."""
    actions, options = node.args.get("actions") or [], node.args.get("options") or []
    if len(actions) == len(options) == 1 and actions[0].__class__ is exp.AlterRename:
        new = options[0].this if options[0].__class__ is exp.ToTableProperty else None
        if new.__class__ is exp.Table:
            return [exp.RenameColumn(this=actions[0].this.copy(), to=new.copy())]
    listed: list[exp.Expr] = []
    for one in actions:
        # Spark: ADD COLUMNS (a INT, b INT)
        listed += one.expressions if one.__class__ is exp.Schema and not one.args.get("this") else [one]
    return [*listed, *options]


def _rename(
    walk: Walk, parts: tuple[str, ...], found: Table | Made | MadeView, node: exp.AlterRename
) -> tuple[str, ...]:
    """The new name, which from now on means what the old one did."""
    table = node.this
    new = walk.session.parts(table) if table.__class__ is exp.Table else None
    if new is None:
        walk.unhandled(node, "in ALTER TABLE")
        return parts
    if len(new) == 1:
        new = (*parts[:-1], *new)  # the new name stands in the schema of the old one
    rename(walk, parts, new, found, table)
    return new


def rename(
    walk: Walk, parts: tuple[str, ...], new: tuple[str, ...], found: Table | Made | MadeView, node: exp.Expr
) -> None:
    """Give a new name what an old one meant, and the old one nothing."""
    session = walk.session
    if isinstance(found, Table):
        found = Made.of_catalog(walk, found, node)
    session.forget(parts)
    session.define(new, found)


def write_whole(walk: Walk, found: Table | Made | MadeView, node: exp.Expr) -> None:
    """Note that whoever reads a table by its name finds its data gone."""
    if isinstance(found, Table) and found.dataset.view is None:
        Target(found, str(found.dataset.name), "", walk.table(found, node)).write_all(walk, 0)


def _swap(walk: Walk, parts: tuple[str, ...], found: Table | Made | MadeView, node: exp.SwapTable) -> None:
    """SWAP WITH: each of two names means what the other did."""
    table = node.this
    other = walk.session.parts(table) if table.__class__ is exp.Table else None
    there = walk.session.find(other) if other else None
    if other is None or there is None or isinstance(there, Missing):
        walk.unhandled(node, "with a table that is not known")
        return
    _touch(walk, there, table)
    session = walk.session
    one = Made.of_catalog(walk, found, table) if isinstance(found, Table) else found
    two = Made.of_catalog(walk, there, table) if isinstance(there, Table) else there
    if one.temporary or two.temporary:
        walk.unhandled(node, "with a temporary table")
        return
    session.redefine(parts, two)
    session.redefine(other, one)


_OF_COLUMNS = frozenset((exp.ColumnDef, exp.ModifyColumn, exp.RenameColumn, exp.Drop))


# What ALTER TABLE … DROP takes away that holds no data.
_BESIDE_COLUMNS = frozenset(("CONSTRAINT", "INDEX", "KEY", "FOREIGN KEY", "PRIMARY KEY", "CHECK"))


def _change_columns(
    walk: Walk, this: exp.Table, parts: tuple[str, ...], found: Table | Made | MadeView, action: exp.Expr
) -> None:
    """ADD COLUMN, RENAME COLUMN and DROP COLUMN."""
    if isinstance(found, MadeView):
        walk.unhandled(action, "in ALTER VIEW")
        return
    if action.args.get("cascade"):
        walk.session.script.cascade()
    if action.__class__ is exp.Drop and str(action.args.get("kind") or "").upper() in _BESIDE_COLUMNS:
        return
    made = found
    if isinstance(made, Table):
        made = Made.of_catalog(walk, made, this)
        walk.session.redefine(parts, made)
    if action.__class__ in (exp.ColumnDef, exp.ModifyColumn):
        _check_definition(walk, action)
    if action.__class__ is exp.ColumnDef:
        made.add(action.name, walk.key(action.this))
        return
    old, new = _renamed_column(action)
    if old is not None or new is not None:
        if old is None or new is None or made.relation.find(walk.key(old)) is None:
            walk.unhandled(action, "with a column that is not known")
        else:
            made.rename(walk.key(old), new.name, walk.key(new))
        return
    if action.__class__ is exp.ModifyColumn:
        return  # another type, the same values
    if str(action.args.get("kind") or "").upper() != "COLUMN":
        walk.unhandled(action, "in ALTER TABLE")
        return
    target = target_of(walk, this)
    for one in action.args.get("tables") or ():
        column = _identifier(one)
        if column is None or (not target.has(walk.key(column)) and not action.args.get("exists")):
            walk.unhandled(action, "with a column that is not known")
            continue
        if target.has(walk.key(column)):
            target.write(walk, walk.key(column), column.name, 0)
        made.drop(walk.key(column))


def _check_definition(walk: Walk, action: exp.Expr) -> None:
    """Note what the definition of a column may read."""
    for inner in action.find_all(exp.Query, exp.Command, exp.Column):
        if inner.parent.__class__ is exp.ColumnPosition and inner.this.__class__ is exp.Identifier:
            walk.account(inner.this)  # behind which column it stands
        else:
            walk.unhandled(inner, "in the definition of a column")


def _renamed_column(action: exp.Expr) -> tuple[exp.Identifier | None, exp.Identifier | None]:
    """The old and the new name of a column, of RENAME COLUMN and of MySQL's CHANGE."""
    if action.__class__ is exp.RenameColumn:
        return _identifier(action.this), _identifier(action.args["to"])
    old = action.args.get("rename_from") if action.__class__ is exp.ModifyColumn else None
    return (_identifier(old), _identifier(action.this)) if old is not None else (None, None)


def _identifier(node: exp.Expr) -> exp.Identifier | None:
    name = node.this if node.__class__ in (exp.Column, exp.Table, exp.ColumnDef) else node
    return name if isinstance(name, exp.Identifier) else None


_TYPE_KNOWN = known_of(exp.AlterColumn, "this using default")


def _change_type(walk: Walk, this: exp.Table, node: exp.AlterColumn) -> None:
    """ALTER COLUMN: its values may be made anew, of the row's columns (PostgreSQL: USING)."""
    walk.rest(node, _TYPE_KNOWN)
    target = target_of(walk, this)
    column = _identifier(node.this)
    if column is None or not target.has(walk.key(column)):
        walk.unhandled(node, "with a column that is not known")
        return
    scope = Scope(None, None)
    target.source(scope)
    using, default = node.args.get("using"), node.args.get("default")
    if default:
        flow_of(walk, default, Scope(None, None))
    if using:
        target.write(walk, walk.key(column), column.name, flow_of(walk, using, scope))


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Drop: _drop,
    exp.TruncateTable: _truncate,
    exp.Comment: _comment,
    exp.Alter: _alter,
}
