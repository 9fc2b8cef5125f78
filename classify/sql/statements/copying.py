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

from classify.sql.sources.made import Made
from classify.sql.statements.sinks import target_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, relation_of

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
    if args.get("kind"):
        _copy_from(walk, node, this, columns)
        return Ran("copy", None)
    query = this
    if columns:
        query = exp.Select(expressions=[exp.Column(this=one) for one in columns], from_=exp.From(this=this))
    relation = relation_of(walk, query, None, None)
    if relation.asks:
        walk.ask(relation.whole())
    return Ran("copy", relation)


def _copy_from(walk: Walk, node: exp.Copy, this: exp.Expr, columns: list[exp.Expr]) -> None:
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
    for one in node.args.get("files") or ():
        if one.__class__ is exp.Subquery:
            relation_of(walk, one, None, None)
    if isinstance(target.of, Made):
        # What a file holds is not known, so neither is the table that the script made, from now on.
        target.of.doubt = f"an earlier statement copies a file into `{target.of.name}`; add the table to the catalog"


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Copy: _copy,
}
