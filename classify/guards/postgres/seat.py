"""What the guard knows of a connection of psycopg's, and what it asks its database itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from attrs import define
from psycopg import sql
from psycopg.pq import TransactionStatus

from classify.errors import UsageError
from classify.guards.complete import Found
from classify.guards.errors import ErrorPolicy, is_shown, left_out, raise_alone
from classify.guards.judge import Judge, Permit
from classify.guards.watch import Watch

# psycopg, "Passing parameters to SQL queries": read wherever they stand, in texts and comments too.
_BOUND = re.compile(r"%%|%\([^)]*\)[sbt]|%[sbt]")
_RAW = (psycopg.RawCursor, psycopg.AsyncRawCursor, psycopg.RawServerCursor, psycopg.AsyncRawServerCursor)


def watch_of(connection: Any, judge: Judge) -> Watch:
    return Watch(
        judge,
        lambda: connection.pgconn.transaction_status != TransactionStatus.IDLE,
        lambda: not connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE,
    )


def columns_of(connection: Any) -> list[Found]:
    """The tables and views that the user may see, each as its name's parts, with a column; of a synchronous one."""
    rows = psycopg.Cursor(connection, row_factory=psycopg.rows.tuple_row).execute(COLUMNS).fetchall()
    return [((schema, table), column) for schema, table, column in rows]


COLUMNS = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position"
)


PATH = "SELECT current_schemas(false)"


def path_of(connection: psycopg.Connection[Any]) -> list[str]:
    """The schemas that names are looked up in. The connection is left as it was: in no transaction, if in none."""
    was_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    try:
        [(path,)] = psycopg.Cursor(connection, row_factory=psycopg.rows.tuple_row).execute(PATH).fetchall()
    except psycopg.Error as error:
        raise UsageError(f"the connection does not tell its search path ({type(error).__name__}): roll back") from None
    if was_idle and not connection.autocommit:
        psycopg.Connection.rollback(connection)
    return list(path)


async def async_rows_of(connection: psycopg.AsyncConnection[Any], query: LiteralString) -> list[Any]:
    """What an asynchronous connection answers to a question of the guard's own; it is left as it was."""
    was_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    try:
        cursor = await psycopg.AsyncCursor(connection, row_factory=psycopg.rows.tuple_row).execute(query)
        rows = await cursor.fetchall()
    except psycopg.Error as error:
        raise UsageError(f"the connection does not tell what is there ({type(error).__name__}): roll back") from None
    if was_idle and not connection.autocommit:
        await psycopg.AsyncConnection.rollback(connection)
    return rows


@define(eq=False, repr=False)
class Seat:
    """What the guard knows of a connection, kept with it.

    Attributes:
        is_placed: whether it is known where the session looks names up at first.
        was_failed: whether the transaction had failed before the query that runs.
    """

    watch: Watch
    errors: ErrorPolicy
    is_placed: bool = False
    was_failed: bool = False

    def has_place(self) -> bool:
        """Whether it is known by now: another task may have asked."""
        return self.is_placed

    def place(self, path: list[str]) -> None:
        """Take note of the session's search path."""
        self.watch.begins_with(path)
        self.is_placed = True

    def shown(self, error: psycopg.Error) -> psycopg.Error:
        """An error of the driver's as it may be shown: its class and state, and names of the schema."""
        diag = error.diag
        names = {
            "constraint": diag.constraint_name,
            "table": diag.table_name,
            "column": diag.column_name,
            "type": diag.datatype_name,
        }
        known = ", ".join([error.sqlstate or "", *(f"{kind} {name}" for kind, name in names.items() if name)])
        message = str(error) if _is_own(error) else left_out(type(error).__name__, known.removeprefix(", "))
        return self.errors.replaced(error, type(error)(message))

    def permit(self, query: Any, parameters: Any, cursor: Any) -> Permit:
        """What was decided of a query, in whatever form psycopg takes it.

        Raises:
            QueryRefused: it may not run.
            UsageError: it is nothing that psycopg takes.
        """
        text = _text_of(query, cursor)
        if parameters is not None and not isinstance(cursor, _RAW):
            text = _BOUND.sub(_bound, text)
        permit = self.watch.permit(text)
        self.was_failed = cursor.connection.pgconn.transaction_status == TransactionStatus.INERROR
        self.watch.about_to_run(permit)
        return permit


def _bound(found: re.Match[str]) -> str:
    return "% " if found[0] == "%%" else "$1".ljust(len(found[0]))


def _text_of(query: Any, cursor: Any) -> str:
    if type(query) is str:
        return query
    if isinstance(query, (bytes, bytearray, memoryview)):
        encoding = cursor.connection.info.encoding
        try:
            return bytes(query).decode(encoding)
        except (UnicodeDecodeError, LookupError):
            raise UsageError(f"the query's bytes are no text in the connection's encoding, {encoding}") from None
    if isinstance(query, sql.Composable):
        return query.as_string(cursor)
    if type(query).__module__ == "string.templatelib":  # a t-string of Python 3.14, which psycopg 3.3 takes
        spelled: str = vars(sql)["as_string"](query, cursor)
        return spelled
    raise UsageError(f"expected a text of SQL, found {type(query).__name__}")


def _is_own(error: psycopg.Error) -> bool:
    """Whether an error is the module's own about how it was called, or about the connection, and quotes no data."""
    own = isinstance(error, (psycopg.InterfaceError, psycopg.ProgrammingError))
    return error.sqlstate is None and (own or type(error) is psycopg.OperationalError)


def call(connection: Any, method: Callable[..., Any], *arguments: Any) -> Any:
    """What a method of the driver's returns; its errors as they may be shown."""
    try:
        return method(*arguments)
    except psycopg.Error as error:
        shown = connection._classify_seat.shown(error)
    raise shown


async def awaited(connection: Any, method: Callable[..., Any], *arguments: Any) -> Any:
    """The same of a coroutine."""
    try:
        return await method(*arguments)
    except psycopg.Error as error:
        shown = connection._classify_seat.shown(error)
    raise shown


@contextmanager
def shown(connection: Any) -> Iterator[None]:
    """Errors of the driver inside are shown without what they may quote."""
    try:
        yield
    except psycopg.Error as error:
        if is_shown(error):
            raise
        shown = connection._classify_seat.shown(error)
    else:
        return
    raise_alone(shown)
