"""Which host a file is, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

from classify.hosts.snippet import Found

_SQL = (".sql", ".hql", ".ddl", ".bq", ".psql", ".sqlx")
_PYTHON = (".py", ".pyi")
SUFFIXES = (*_SQL, *_PYTHON)
"""Of the files that are looked into; in lower case."""


def find_snippets(path: PurePath, text: str, dialect: str | None, callees: Iterable[str] = ()) -> Found:
    """The snippets of SQL in a file.

    Args:
        path: of the file; its name tells its kind, and what no kind claims is SQL.
        text: of the file.
        dialect: that its settings name, whose clients' commands it may hold.
        callees: functions of the user's own whose first argument is SQL, as `run_sql` or `hook.get_records`.
    """
    return _host(path)(text, dialect, callees)


def shown(path: PurePath, text: str) -> str | None:
    """The file's text with what may say something of people dotted out, in the host's own language; None for SQL."""
    if not _is_python(path):
        return None
    from classify.hosts.python_comments import masked

    return masked(text)


def _host(path: PurePath) -> Callable[[str, str | None, Iterable[str]], Found]:
    if _is_python(path):
        from classify.hosts.python import find  # `ast` is only needed here

        return find
    from classify.hosts.sql import find as find_sql

    return find_sql


def _is_python(path: PurePath) -> bool:
    return path.suffix.lower() in _PYTHON
