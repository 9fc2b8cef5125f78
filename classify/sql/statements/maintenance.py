"""Statements that move no data and give no name another meaning: upkeep, locks, roles, sequences and types.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("vacuum (analyze) users; alter table users owner to ann", catalog, dialect="postgres")
>>> [(one.kind, one.unresolved) for one in found.statements]
[('maintenance', ()), ('alter', ())]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.text.inside import start_of
from classify.sql.walk.dispatch import Ran, StatementHandler

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_NAME = r"[\w$?]+(?: \. [\w$?]+)*"
# PostgreSQL, "SQL Commands"; MySQL, "Table Maintenance Statements", "LOCK TABLES"; SQLite, "VACUUM", "ANALYZE"; Hive,
# "Recover Partitions". Words apart by one space, in lower case; `?` is a quoted one.
_KINDS = {
    "maintenance": re.compile(
        r"(?:vacuum|analyze|analyse|reindex|checkpoint|force checkpoint|optimize table|msck repair table)(?: .*)?"
        rf"|lock(?: tables?)? .*|unlock tables|optimize {_NAME}(?: full)?(?: zorder by .*)?"
    ),
    "create": re.compile(r"create (?:extension|role|user|group|domain|statistics|type) .*"),
    "alter": re.compile(
        r"alter (?:sequence|type|domain|role|user|group) .*"
        rf"|alter (?:materialized )?(?:table|view)(?: if exists)?(?: only)? {_NAME} (?:owner to {_NAME}"
        r"|(?:enable |disable |force |no force )row level security"
        rf"|(?:enable|disable)(?: always| replica)? trigger {_NAME}"
        rf"|replica identity (?:default|full|nothing|using index {_NAME})|cluster on {_NAME}"
        rf"|set (?:logged|unlogged|without cluster|tablespace {_NAME}))"
    ),
    "drop": re.compile(r"drop (?:domain|extension|role|user|group|statistics|type) .*"),
}
# Words that begin something else, which may stand in such a statement or, unseen, behind it. SQLite's VACUUM INTO is a
# copy of the database; MariaDB's ANALYZE runs a statement; a type whose attribute has another name is another column.
_MORE = frozenset(
    "alter call copy create delete do drop exec execute from handler insert into load merge rename replace select set"
    " truncate update values with".split()
)
_MAY_HAVE = {
    "statistics": {"from"},
    "table": {"set"},
    "domain": {"set", "drop"},
    **{kind: {"set", "with"} for kind in ("extension", "role", "user", "group")},
}
_DEFAULT_PRIVILEGES = re.compile(
    r"alter default privileges [^(;]* on (?:tables|sequences|functions|types|schemas) [^(;]*"
)


_MOST_WORDS = 1_000
"""A statement of more words is none of these; patterns of a line take their square at worst."""


def kind_of_words(words: list[str]) -> str:
    """The kind of a statement that moves no data, by its words in lower case, `?` for quoted ones; else nothing."""
    if len(words) > _MOST_WORDS:
        return ""
    text = " ".join(words)
    if _DEFAULT_PRIVILEGES.fullmatch(text):
        return "alter"
    for kind, pattern in _KINDS.items():
        if pattern.fullmatch(text):
            more = _MORE.intersection(words[1:]) - _MAY_HAVE.get(" ".join(words[1:2]), set())
            return "" if more else kind
    return ""


def _analyze(walk: Walk, node: exp.Analyze) -> Ran:
    """ANALYZE makes statistics of columns, and shows none of them."""
    for one in node.find_all(exp.Query):
        walk.unhandled(one, "in ANALYZE")
    walk.found.places.update(map(start_of, node.find_all(exp.Identifier)))
    return Ran("maintenance", None)


_REFRESH_KNOWN = frozenset(("this", "kind"))


def _refresh(walk: Walk, node: exp.Refresh) -> Ran:
    """REFRESH TABLE forgets what was read before; a materialised view is made anew (Spark, Trino)."""
    walk.rest(node, _REFRESH_KNOWN)
    table = node.args["this"]
    if str(node.args.get("kind") or "").upper() != "TABLE" or table.__class__ is not exp.Table:
        walk.unhandled(node, "of this kind")
    walk.found.places.update(map(start_of, table.find_all(exp.Identifier)))
    return Ran("maintenance", None)


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Analyze: _analyze,
    exp.Refresh: _refresh,
}
