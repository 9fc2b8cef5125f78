"""The alias of a source, and the names that it gives to its columns.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select b from users as u (a, b)", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('b', ('users.name',), ())]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

Alias = tuple[str, Sequence[tuple[str, str]]]
"""A source's folded name, and the displayed and folded names that its column list gives."""

_NO_ALIAS: Alias = ("", ())


def alias_of(walk: Walk, node: exp.Expr) -> Alias:
    """The alias of a source."""
    walk.found.sources.append(node)
    alias = node.args.get("alias")
    if not alias:
        return _NO_ALIAS
    if alias.__class__ is exp.Identifier:
        return walk.key(alias), ()
    columns = alias.args.get("columns")
    this = alias.args.get("this")
    if not columns and this.__class__ is exp.Identifier:
        return walk.key(this), ()
    names = []
    for one in columns or ():
        identifier = one.this if one.__class__ is exp.ColumnDef else one
        names.append((identifier.name, walk.key(identifier)))
    if this and this.__class__ is not exp.Identifier:
        # Databricks: `t@v1` is another version of the table.
        walk.unhandled(this, "as an alias")
        return "", names
    return (walk.key(this) if this else ""), names
