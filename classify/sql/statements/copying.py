"""COPY: out of the database it reads, into it it writes what a file holds.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("copy users (ssn) to stdout", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.ssn']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.relation import Out, Relation, Unnamed, emptied
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.made import Made
from classify.sql.statements.sinks import target_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, flow_of, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


_COPY_KNOWN = known_of(exp.Copy, "this files")


def _copy(walk: Walk, node: exp.Copy) -> Ran:
    args = node.args
    this = args["this"]
    walk.rest(node, _COPY_KNOWN)
    columns: list[exp.Expr] = []
    if this.__class__ is exp.Schema:
        columns, this = this.args.get("expressions") or [], this.args["this"]
    if args.get("kind") and _is_place(this) and len(args.get("files") or ()) == 1:
        return Ran("copy", _unload(walk, node))
    if args.get("kind"):
        _copy_from(walk, node, this, columns)
        return Ran("copy", None)
    query = this
    if columns:
        query = exp.Select(expressions=[exp.Column(this=one) for one in columns], from_=exp.From(this=this))
    relation = relation_of(walk, query, None, None)
    if relation.asks:
        walk.ask(relation.whole())
    _partition(walk, node, relation)
    return Ran("copy", relation)


def _partition(walk: Walk, node: exp.Copy, relation: Relation) -> None:
    """In which files the rows are: by columns of what is written, which take nothing from there."""
    scope = Scope(None, None)
    scope.add(Source("", emptied(relation)))
    for one in node.args.get("params") or ():
        if one.name.upper() in ("PARTITION BY", "PARTITION_BY"):
            flow_of(walk, one.args.get("expression"), scope)


def _is_place(node: exp.Expr) -> bool:
    """Whether it is a stage or a file, as of `COPY INTO @stage FROM t` and of `COPY INTO t FROM @stage` (Snowflake)."""
    this = node.args.get("this") if node.__class__ is exp.Table else None
    return (this.__class__ is exp.Var and this.name.startswith("@")) or (
        this.__class__ is exp.Literal and this.is_string
    )


def _unload(walk: Walk, node: exp.Copy) -> Relation:
    """A table or a query, into a stage (Snowflake, "COPY INTO <location>")."""
    relation = relation_of(walk, node.args["files"][0], None, None)
    if relation.asks:
        walk.ask(relation.whole())
    _partition(walk, node, relation)
    return relation


# Snowflake, "Querying Metadata for Staged Files".
_OF_FILES = tuple(
    f"metadata${name}" for name in ("filename", "file_row_number", "file_content_key", "file_last_modified",
                                    "start_scan_time")
)  # fmt: skip
_LOAD_KNOWN = frozenset(("expressions", "from_", "where"))
_QUERY_KNOWN = frozenset(("this", "alias"))
_STAGE_KNOWN = frozenset(("this", "alias", "format", "pattern"))


def _load(walk: Walk, node: exp.Subquery) -> None:
    """What a load makes of a file: its columns have numbers alone, and the catalog knows nothing of them."""
    query = node.args["this"]
    source = query.args["from_"].args["this"] if query.__class__ is exp.Select and query.args.get("from_") else None
    plain = all(not value or key in _LOAD_KNOWN for key, value in query.args.items())
    if source is None or not plain or not _is_place(source):
        relation_of(walk, node, None, None)
        return
    walk.rest(node, _QUERY_KNOWN)
    walk.rest(source, _STAGE_KNOWN)
    scope = Scope(None, None)
    outs = [Out(name, walk.row.columns.fold(name, False), 0) for name in _OF_FILES]
    scope.add(Source(alias_of(walk, source)[0], Unnamed(outs)))
    for one in query.expressions:
        flow_of(walk, one.args["this"] if one.__class__ is exp.Alias else one, scope)
    if query.args.get("where"):
        flow_of(walk, query.args["where"].args["this"], scope)


def _copy_from(walk: Walk, node: exp.Copy | exp.LoadData, this: exp.Expr, columns: list[exp.Expr]) -> None:
    """COPY … FROM: the file's columns are not known; the table's are written."""
    if this.__class__ is not exp.Table:
        walk.unhandled(this, "as the target of COPY")
        return
    target = target_of(walk, this)
    if columns:
        for one in columns:
            target.write(walk, walk.key(one), one.name, 0)
    else:
        target.write_all(walk, 0)
    for one in (node.args.get("files") or ()) if node.__class__ is exp.Copy else ():
        if one.__class__ is exp.Subquery:
            _load(walk, one)
    if isinstance(target.of, Made):
        # What a file holds is not known, so neither is the table that the script made, from now on.
        target.of.doubt = f"an earlier statement copies a file into `{target.of.name}`; add the table to the catalog"


_EXPORT_KNOWN = known_of(exp.Export, "this")


def _export(walk: Walk, node: exp.Export) -> Ran:
    """EXPORT DATA: a query, into files (BigQuery, "EXPORT DATA")."""
    walk.rest(node, _EXPORT_KNOWN)
    relation = relation_of(walk, node.args["this"], None, None)
    if relation.asks:
        walk.ask(relation.whole())
    return Ran("copy", relation)


_DATA_KNOWN = frozenset("this local overwrite temp inpath files input_format serde".split())


def _load_data(walk: Walk, node: exp.LoadData) -> Ran:
    """LOAD DATA: files into a table (Hive; BigQuery)."""
    walk.rest(node, _DATA_KNOWN)
    for one in node.find_all(exp.Query):
        walk.unhandled(one, "in LOAD DATA")
    _copy_from(walk, node, node.args["this"], [])
    return Ran("copy", None)


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.LoadData: _load_data,
    exp.Copy: _copy,
    exp.Export: _export,
}
