"""Guarded connections of any driver with the interface of PEP 249: a proxy that has what is listed here alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, NoReturn

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.complete import Found
from classify.guards.errors import ErrorPolicy, left_out
from classify.guards.judge import Judge, Permit
from classify.guards.rows import Rows
from classify.guards.watch import Watch

DIALECTS = {
    "MySQLdb": "mysql", "adbc_driver_postgresql": "postgres", "adbc_driver_sqlite": "sqlite", "clickhouse_driver":
    "clickhouse", "clickhouse_connect": "clickhouse", "cx_Oracle": "oracle", "databricks": "databricks", "mariadb":
    "mysql", "mysql": "mysql", "oracledb": "oracle", "pg8000": "postgres", "psycopg2": "postgres", "pyathena": "athena",
    "pyhive": "hive", "pymssql": "tsql", "pymysql": "mysql", "redshift_connector": "redshift", "snowflake": "snowflake",
    "trino": "trino",
}  # fmt: skip
"""The dialect of each driver, by its package; one that serves several databases tells none."""

_BOUND = re.compile(r"%%|%\([^)]*\)s|%s")

_CONNECTION = frozenset(
    "DataError DatabaseError Error IntegrityError InterfaceError InternalError NotSupportedError OperationalError "
    "ProgrammingError Warning autocommit closed messages ping thread_id tpc_begin tpc_prepare xid".split()
)
_CURSOR = frozenset(
    "arraysize closed description itersize lastrowid messages rowcount rownumber scroll setinputsizes setoutputsize "
    "statusmessage".split()
)


def own_dialect(connection: object) -> str | None:
    """The dialect of the database that a driver is for, or None."""
    return DIALECTS.get(type(connection).__module__.partition(".")[0])


_WITH_COLUMNS = ("databricks", "mysql", "postgres", "redshift", "snowflake", "trino", "tsql")
"""Dialects whose databases have the standard's `information_schema.columns`."""

_COLUMNS = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    "WHERE LOWER(table_schema) NOT IN ('information_schema', 'mysql', 'performance_schema', 'pg_catalog', 'sys')"
)


def columns_of(raw: Any, dialect: str | None) -> list[Found]:
    """The tables and views of the database, each as its name's parts, with a column.

    Raises:
        UsageError: it has no such list, or does not hand it out.
    """
    if dialect not in _WITH_COLUMNS:
        raise UsageError(
            f"a database of {dialect or 'an unknown dialect'} has no list of columns: complete the catalog"
        )
    try:
        cursor = raw.cursor()
        try:
            cursor.execute(_COLUMNS)
            rows = cursor.fetchall()
        finally:
            cursor.close()
        raw.rollback()  # the question began a transaction, where one begins with any statement
    except Exception as error:  # each driver has a tree of its own
        if not _is_drivers(error):
            raise
        raise UsageError(
            f"the database does not tell its columns ({type(error).__name__}): complete the catalog"
        ) from None
    return [((str(schema), str(table)), str(column)) for schema, table, column in rows]


def guard(raw: Any, judge: Judge, errors: ErrorPolicy) -> GuardedConnection:
    """The connection behind a proxy."""
    root = type(raw).__module__.partition(".")[0]
    style = str(getattr(sys.modules.get(type(raw).__module__) or sys.modules.get(root), "paramstyle", ""))
    style = style or str(getattr(sys.modules.get(root), "paramstyle", ""))
    return GuardedConnection(raw, _watch(judge), errors, uses_percent=style in ("format", "pyformat"))


def _watch(judge: Judge) -> Watch:
    """A driver does not tell whether a transaction is open: PEP 249 has one begin with the first statement."""
    return Watch(judge, None, lambda: True, is_exact=False, commit_may_undo=True)


class _Proxy:
    """What stands before an object of the driver's and has only what is known to carry no SQL."""

    _raw: Any
    _errors: ErrorPolicy
    _allowed: frozenset[str]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(self._raw, name):
            raise AttributeError(f"a guarded {type(self._raw).__name__} has no attribute `{name}`")
        if name not in self._allowed:
            raise UsageError(
                f"`{name}` is not known to the guard, so that it may carry SQL: use a connection without a guard"
            )
        found = getattr(self._raw, name)
        return _Called(found, self._errors) if callable(found) and not isinstance(found, type) else found

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        elif name in self._allowed:
            setattr(self._raw, name, value)
        else:
            raise UsageError(f"`{name}` is not known to the guard: set it before the connection is guarded")


class _Called:
    """A method of the driver's; its errors without their messages."""

    def __init__(self, method: Callable[..., Any], errors: ErrorPolicy) -> None:
        self._method = method
        self._errors = errors

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return _call(self._errors, self._method, *arguments, **named)


def _call(errors: ErrorPolicy, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    try:
        return method(*arguments, **named)
    except Exception as error:  # each driver has a tree of its own
        if not _is_drivers(error):
            raise
        shown = errors.replaced(error, _remade(error))
    raise shown


def _is_drivers(error: BaseException) -> bool:
    """Whether it is one of the errors of PEP 249, whatever package it is from."""
    return any(one.__name__ in ("Error", "DatabaseError", "InterfaceError") for one in type(error).__mro__)


def _remade(error: Exception) -> Exception:
    kind = type(error)
    message = left_out(kind.__name__, str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""))
    made = kind.__new__(kind)
    made.args = (message,)
    return made


class GuardedConnection(_Proxy):
    """A connection whose every text is allowed before the driver sees it."""

    _allowed = _CONNECTION

    def __init__(self, raw: Any, watch: Watch, errors: ErrorPolicy, *, uses_percent: bool) -> None:
        self._raw = raw
        self._watch = watch
        self._errors = errors
        self._uses_percent = uses_percent

    def cursor(self, *arguments: Any, **named: Any) -> GuardedCursor:
        raw = _call(self._errors, self._raw.cursor, *arguments, **named)
        return GuardedCursor(self, raw, self._watch, self._errors, uses_percent=self._uses_percent)

    def commit(self) -> None:
        _call(self._errors, self._raw.commit)
        self._watch.committed()

    def rollback(self) -> None:
        _call(self._errors, self._raw.rollback)
        self._watch.rolled_back()

    def close(self) -> None:
        self._raw.close()

    def __enter__(self) -> GuardedConnection:
        self._raw.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        # Drivers differ in what the end of a block does to the transaction.
        _call(self._errors, self._raw.__exit__, kind, error, trace)
        self._watch.ended()
        return False


class GuardedCursor(_Proxy):
    """A cursor whose texts are allowed before the driver sees them.

    Attributes:
        classification: the columns of the result, each with its label; None behind several statements.
    """

    _allowed = _CURSOR

    def __init__(
        self, connection: GuardedConnection, raw: Any, watch: Watch, errors: ErrorPolicy, *, uses_percent: bool
    ) -> None:
        self._connection = connection
        self._raw = raw
        self._watch = watch
        self._errors = errors
        self._uses_percent = uses_percent
        self._permit: Permit | None = None
        self._rows = Rows()

    @property
    def connection(self) -> GuardedConnection:
        return self._connection

    @property
    def classification(self) -> tuple[Output, ...] | None:
        if self._permit is None or self._raw.description is None or len(self._permit.outputs) != 1:
            return None  # of several results nobody knows here which one it is
        return self._permit.outputs[0]

    def execute(self, operation: str, *arguments: Any, **named: Any) -> Any:
        return self._run(operation, bool(arguments or named), self._raw.execute, arguments, named)

    def executemany(self, operation: str, *arguments: Any, **named: Any) -> Any:
        return self._run(operation, True, self._raw.executemany, arguments, named)

    def callproc(self, *_: Any, **__: Any) -> NoReturn:
        raise UsageError("what a stored procedure does is not seen: use a connection without a guard")

    def _run(self, text: str, binds: bool, method: Callable[..., Any], arguments: Sequence[Any], named: Any) -> Any:
        if type(text) is str and binds and self._uses_percent:
            asked = _BOUND.sub(lambda found: "% " if found[0] == "%%" else "?".ljust(len(found[0])), text)
        else:
            asked = text
        self._rows.end()
        permit = self._permit = self._watch.permit(asked)
        self._watch.about_to_run(permit)
        try:
            found = _call(self._errors, method, text, *arguments, **named)
        except Exception:  # it goes on to the caller
            self._watch.failed(permit)
            raise
        self._watch.ran(permit)
        self._rows = Rows(permit)
        if self._raw.description is None:
            self._rows.end()  # there are no rows to be handed out
        return self if found is self._raw else found

    def fetchone(self) -> Any:
        return self._rows.one(lambda: _call(self._errors, self._raw.fetchone))

    def fetchmany(self, size: int | None = None) -> Any:
        wanted = int(self._raw.arraysize) if size is None else size
        return self._rows.many(self._some, wanted)

    def fetchall(self) -> Any:
        return self._rows.all(lambda: _call(self._errors, self._raw.fetchall), self._some)

    def _some(self, size: int) -> Any:
        return _call(self._errors, self._raw.fetchmany, size)

    def nextset(self) -> Any:
        if not self._rows.is_free:
            raise UsageError("rows of several results are not counted: run one statement at a time")
        return _call(self._errors, self._raw.nextset)

    def close(self) -> None:
        self._rows.end()
        self._raw.close()

    def __iter__(self) -> Iterator[Any]:
        while (row := self._rows.one(lambda: _call(self._errors, self._raw.fetchone))) is not None:
            yield row

    def __enter__(self) -> GuardedCursor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        self.close()
        return False
