"""Statements that show names and settings alone, and no data: some of SQLite's PRAGMA, and some of SHOW.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("show work_mem", catalog, dialect="postgres")
>>> [one.kind for one in found.statements]
['show']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.text.inside import start_of
from classify.sql.walk.dispatch import Ran, StatementHandler

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

# SQLite, "PRAGMA statements": those that say what there is, and those that set how statements run, not what they mean.
# `temp_store` is none: it deletes all temporary tables.
_SHOWN = frozenset(
    "application_id collation_list compile_options data_version database_list encoding foreign_key_list "
    "freelist_count function_list index_info index_list index_xinfo module_list page_count page_size pragma_list "
    "table_info table_list table_xinfo user_version".split()
)
_TUNED = frozenset(
    "analysis_limit auto_vacuum automatic_index busy_timeout cache_size cache_spill cell_size_check "
    "checkpoint_fullfsync defer_foreign_keys foreign_keys fullfsync journal_mode journal_size_limit locking_mode "
    "mmap_size optimize read_uncommitted recursive_triggers secure_delete soft_heap_limit synchronous "
    "threads wal_autocheckpoint wal_checkpoint".split()
)


def _pragma(walk: Walk, node: exp.Pragma) -> Ran:
    this = node.args.get("this")
    name = this.args["this"] if this.__class__ is exp.EQ else this
    if name.__class__ is exp.Dot:
        name = name.args["expression"]
    word = name.name.lower() if isinstance(name, exp.Expr) else ""
    if name.__class__ not in (exp.Var, exp.Anonymous) or word not in _SHOWN | _TUNED:
        detail = "what this setting does to later statements is not modelled; set it outside of what is checked"
        walk.unresolved(Cause.STATEMENT, "pragma", node, detail)
    # The table that it tells of is no column.
    walk.found.places.update(map(start_of, node.find_all(exp.Identifier)))
    return Ran("show", None)


def shows_no_data(walk: Walk, words: list[str]) -> bool:
    """Whether the words of a statement show one setting, or list what holds no data (`DialectRow.lists`).

    PostgreSQL, "SHOW". Other lists are data, as Hive's `SHOW PARTITIONS`.
    """
    if words[:1] != ["show"] or "(" in words or "select" in words:
        return False
    if len(words) == 2 or words[1:] == ["transaction", "isolation", "level"]:
        return True
    return words[1] in walk.row.lists or " ".join(words[1:3]) in walk.row.lists


def _show(walk: Walk, node: exp.Show) -> Ran:
    if str(node.args["this"]).lower() not in walk.row.lists or node.find(exp.Query, exp.Func):
        detail = "what this lists may be data; run it under review"
        walk.unresolved(Cause.STATEMENT, "show", node, detail)
    walk.found.places.update(map(start_of, node.find_all(exp.Identifier)))
    return Ran("show", None)


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Pragma: _pragma,
    exp.Show: _show,
}
