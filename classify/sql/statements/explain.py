"""EXPLAIN and DESCRIBE: a plan tells of what its query filters and joins by; a table's description holds no data.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("explain (analyze) select id from users where ssn is null", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.id', 'users.ssn']
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('', (), ('users.id', 'users.ssn'))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.flows import asked, indirect
from classify.sql.names.relation import Relation
from classify.sql.text.explained import STYLE
from classify.sql.text.inside import start_of
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import Ran, StatementHandler, is_query, relation_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_KNOWN = known_of(exp.Describe, "this style kind")
_PLANS = frozenset(("", STYLE, "ANALYZE", "EXTENDED", "FORMATTED"))
_OBJECTS = frozenset(("", "TABLE", "VIEW"))


def _describe(walk: Walk, node: exp.Describe) -> Ran:
    """What is explained counts as run: EXPLAIN ANALYZE runs it, other plans are made of statistics of its columns."""
    walk.rest(node, _KNOWN)
    this = node.args["this"]
    style = str(node.args.get("style") or "").upper()
    if this.__class__ is exp.Table and style != STYLE:
        return _table(walk, node, this, style)
    if not is_query(this) or style not in _PLANS or node.args.get("kind"):
        walk.unhandled(this, "in EXPLAIN")
        return Ran("unknown", None)
    relation = relation_of(walk, this, None, None)
    if relation.asks:
        walk.ask(relation.whole())
    plan = indirect(asked(walk.found.reads) | relation.rows)
    kind = this.key if isinstance(this, exp.DML) and not isinstance(this, exp.Query) else "explain"
    return Ran(kind, Relation((), plan, loose=plan))


def _table(walk: Walk, node: exp.Describe, table: exp.Table, style: str) -> Ran:
    """The names and types of a table's columns, and who made it; with more words, figures of what it holds."""
    if style or str(node.args.get("kind") or "").upper() not in _OBJECTS:
        walk.unread(node, "style" if style else "kind")
    if any(value and key not in ("this", "db", "catalog") for key, value in table.args.items()):
        walk.unhandled(table, "in DESCRIBE")
    walk.found.places.update(map(start_of, table.find_all(exp.Identifier)))
    return Ran("show", None)


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Describe: _describe,
}
