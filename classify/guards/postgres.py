"""Guarded connections of psycopg 3, synchronous and asynchronous."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, LiteralString

import psycopg
from attrs import define
from psycopg import sql
from psycopg.pq import PipelineStatus, TransactionStatus

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.complete import Found
from classify.guards.errors import ErrorPolicy, is_shown, left_out, raise_alone
from classify.guards.judge import Judge, Permit
from classify.guards.watch import Watch

DIALECT = "postgres"

# psycopg, "Passing parameters to SQL queries": read wherever they stand, in texts and comments too.
_BOUND = re.compile(r"%%|%\([^)]*\)[sbt]|%[sbt]")
_RAW = (psycopg.RawCursor, psycopg.AsyncRawCursor, psycopg.RawServerCursor, psycopg.AsyncRawServerCursor)


def guard(connection: Any, judge: Judge, errors: ErrorPolicy) -> Any:
    """The same connection, guarded from now on: of a class of its own, with guarded classes of cursors.

    Raises:
        UsageError: it is closed, guarded already, or of a class that cannot be guarded.
    """
    if "_classify_seat" in connection.__dict__:
        raise UsageError("this connection is guarded already")
    if connection.closed:
        raise UsageError("this connection is closed: open another one")
    waits = is_async(connection)
    # PostgreSQL's session is the connection's, whoever it is handed to: so is what is known of it.
    is_placed = judge.has_path and not judge.asks_columns
    seat = connection.__dict__["_classify_seat"] = _Seat(_watch(connection, judge), errors, is_placed=is_placed)
    if not waits and not judge.has_path:  # an asynchronous one is asked when it first runs something
        seat.place(_path_of(connection))
    mixin = _AsyncCursor if waits else _Cursor
    connection.cursor_factory = _class_of(mixin, connection.cursor_factory)
    connection.server_cursor_factory = _class_of(mixin, connection.server_cursor_factory)
    make = _async_connection_class if waits else _connection_class
    connection.__class__ = make(type(connection))
    return connection


def _watch(connection: Any, judge: Judge) -> Watch:
    return Watch(
        judge,
        lambda: connection.pgconn.transaction_status != TransactionStatus.IDLE,
        lambda: not connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE,
    )


def is_async(connection: Any) -> bool:
    """Whether the database can be asked by who waits alone."""
    return isinstance(connection, psycopg.AsyncConnection)


def columns_of(connection: Any) -> list[Found]:
    """The tables and views that the user may see, each as its name's parts, with a column; of a synchronous one."""
    rows = psycopg.Cursor(connection, row_factory=psycopg.rows.tuple_row).execute(_COLUMNS).fetchall()
    return [((schema, table), column) for schema, table, column in rows]


_COLUMNS = (
    "SELECT table_schema, table_name, column_name FROM information_schema.columns "
    "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position"
)


_PATH = "SELECT current_schemas(false)"


def _path_of(connection: psycopg.Connection[Any]) -> list[str]:
    """The schemas that names are looked up in. The connection is left as it was: in no transaction, if in none."""
    was_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    try:
        [(path,)] = psycopg.Cursor(connection, row_factory=psycopg.rows.tuple_row).execute(_PATH).fetchall()
    except psycopg.Error as error:
        raise UsageError(f"the connection does not tell its search path ({type(error).__name__}): roll back") from None
    if was_idle and not connection.autocommit:
        psycopg.Connection.rollback(connection)
    return list(path)


async def _async_rows_of(connection: psycopg.AsyncConnection[Any], query: LiteralString) -> list[Any]:
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
class _Seat:
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


def _class_of(mixin: type, factory: Any) -> Any:
    """The user's own class of cursors, guarded."""
    if not isinstance(factory, type):
        raise UsageError("a guarded connection takes a class of cursors as its factory")
    return factory if issubclass(factory, _GuardedCursor) else type(factory.__name__, (mixin, factory), {})


_FACTORIES = ("cursor_factory", "server_cursor_factory")
"""What stays guarded, whatever is put there."""


def _connection_class(own: Any) -> Any:
    """The class of a connection, guarded. A live object takes a class with one base alone."""

    class Guarded(own):  # type: ignore[misc]  # whose class it is is known when it runs
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, _class_of(_Cursor, value) if name in _FACTORIES else value)

        def commit(self: Any) -> None:
            above: Any = super()
            failed = self.pgconn.transaction_status == TransactionStatus.INERROR
            _call(self, above.commit)
            _committed(self, failed=failed)

        def rollback(self: Any) -> None:
            above: Any = super()
            _call(self, above.rollback)
            self._classify_seat.watch.rolled_back()

        @contextmanager
        def transaction(self: Any, savepoint_name: str | None = None, force_rollback: bool = False) -> Iterator[Any]:
            above: Any = super()
            watch: Watch = self._classify_seat.watch
            before = watch.states()
            try:
                with _shown(self), above.transaction(savepoint_name, force_rollback) as found:
                    try:
                        yield found
                    except BaseException:
                        watch.restored(before)
                        raise
            except BaseException:
                watch.restored(before)
                raise
            _leave(self, before, undone=force_rollback)

    Guarded.__name__ = Guarded.__qualname__ = own.__name__
    return Guarded


def _async_connection_class(own: Any) -> Any:
    """The class of a connection, guarded. A live object takes a class with one base alone."""

    class Guarded(own):  # type: ignore[misc]  # whose class it is is known when it runs
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, _class_of(_AsyncCursor, value) if name in _FACTORIES else value)

        async def commit(self: Any) -> None:
            above: Any = super()
            failed = self.pgconn.transaction_status == TransactionStatus.INERROR
            await _await(self, above.commit)
            _committed(self, failed=failed)

        async def rollback(self: Any) -> None:
            above: Any = super()
            await _await(self, above.rollback)
            self._classify_seat.watch.rolled_back()

        @asynccontextmanager
        async def transaction(
            self: Any, savepoint_name: str | None = None, force_rollback: bool = False
        ) -> AsyncIterator[Any]:
            above: Any = super()
            watch: Watch = self._classify_seat.watch
            before = watch.states()
            try:
                with _shown(self):
                    async with above.transaction(savepoint_name, force_rollback) as found:
                        try:
                            yield found
                        except BaseException:
                            watch.restored(before)
                            raise
            except BaseException:
                watch.restored(before)
                raise
            _leave(self, before, undone=force_rollback)

    Guarded.__name__ = Guarded.__qualname__ = own.__name__
    return Guarded


def _committed(connection: Any, *, failed: bool) -> None:
    """A transaction was committed; of one that failed that is a rollback."""
    watch: Watch = connection._classify_seat.watch
    if failed:
        watch.rolled_back()
    else:
        watch.committed()


def _leave(connection: Any, before: Any, *, undone: bool) -> None:
    """A transaction's block ended without an exception that anyone sees."""
    watch: Watch = connection._classify_seat.watch
    if undone:
        watch.restored(before)
    elif connection.pgconn.transaction_status == TransactionStatus.IDLE:
        watch.committed()


def _call(connection: Any, method: Callable[..., Any], *arguments: Any) -> Any:
    """What a method of the driver's returns; its errors as they may be shown."""
    try:
        return method(*arguments)
    except psycopg.Error as error:
        shown = connection._classify_seat.shown(error)
    raise shown


async def _await(connection: Any, method: Callable[..., Any], *arguments: Any) -> Any:
    """The same of a coroutine."""
    try:
        return await method(*arguments)
    except psycopg.Error as error:
        shown = connection._classify_seat.shown(error)
    raise shown


@contextmanager
def _shown(connection: Any) -> Iterator[None]:
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


class _GuardedCursor:
    """A cursor whose queries are allowed before psycopg sees them.

    Attributes:
        classification: the columns of the result at hand, each with its label, in the order of `description`.
    """

    _permit: Permit | None = None
    _iresult: int
    description: Any
    connection: Any

    @property
    def classification(self) -> tuple[Output, ...] | None:
        if self._permit is None or self.description is None:
            return None
        outputs = self._permit.outputs
        return outputs[min(self._iresult, len(outputs) - 1)]  # several statements have several results

    def _ask(self, query: Any, parameters: Any) -> Permit:
        seat: _Seat = self.connection._classify_seat
        self._permit = permit = seat.permit(query, parameters, self)
        return permit


def _ran(cursor: Any, permit: Permit) -> None:
    """Take note of a query that ran; in a pipeline it may still fail."""
    seat: _Seat = cursor.connection._classify_seat
    watch = seat.watch
    if seat.was_failed and any(step.boundary for step in permit.steps):
        watch.rolled_back()  # PostgreSQL, "COMMIT": of a transaction that failed it is a rollback
    elif cursor.connection.pgconn.pipeline_status == PipelineStatus.OFF:
        watch.ran(permit)
    else:
        watch.may_have_run(permit)


def _failed(cursor: Any, permit: Permit, error: psycopg.Error) -> psycopg.Error:
    """Take note of a query that failed; the error to raise."""
    seat: _Seat = cursor.connection._classify_seat
    seat.watch.failed(permit)
    return seat.shown(error)


@contextmanager
def _noted(cursor: Any, permit: Permit) -> Iterator[None]:
    """Take note of a query whose rows come one by one, also where nobody takes the last of them."""
    try:
        yield
    except psycopg.Error as error:
        _failed(cursor, permit, error)
        raise
    except BaseException:
        _ran(cursor, permit)
        raise
    _ran(cursor, permit)


class _Cursor(_GuardedCursor):
    def execute(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        above: Any = super()
        permit = self._ask(query, params)
        try:
            above.execute(query, params, **options)
        except psycopg.Error as error:
            shown = _failed(self, permit, error)
        else:
            _ran(self, permit)
            return self
        raise shown

    def executemany(self: Any, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        above: Any = super()
        permit = self._ask(query, ())
        try:
            above.executemany(query, params_seq, **options)
        except psycopg.Error as error:
            shown = _failed(self, permit, error)
        else:
            _ran(self, permit)
            return
        raise shown

    def stream(self: Any, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        above: Any = super()
        permit = self._ask(query, params)
        with _noted(self, permit), _shown(self.connection):
            yield from above.stream(query, params, **options)

    @contextmanager
    def copy(self: Any, statement: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        above: Any = super()
        permit = self._ask(statement, params)
        with _noted(self, permit), _shown(self.connection), above.copy(statement, params, **options) as found:
            yield found

    def fetchone(self: Any) -> Any:
        above: Any = super()
        return _call(self.connection, above.fetchone)

    def fetchmany(self: Any, size: int = 0) -> Any:
        above: Any = super()
        return _call(self.connection, above.fetchmany, size)

    def fetchall(self: Any) -> Any:
        above: Any = super()
        return _call(self.connection, above.fetchall)

    def __iter__(self: Any) -> Iterator[Any]:
        above: Any = super()
        rows: Iterator[Any] = above.__iter__()
        return rows if rows is self else _rows(self, rows)  # as the version has it

    def __next__(self: Any) -> Any:
        above: Any = super()
        return _call(self.connection, above.__next__)


def _rows(cursor: Any, rows: Iterator[Any]) -> Iterator[Any]:
    with _shown(cursor.connection):
        yield from rows


class _AsyncCursor(_GuardedCursor):
    async def _place(self) -> None:
        """Ask where the session looks names up, and what there is, before the first text is looked at."""
        connection = self.connection
        seat: _Seat = connection._classify_seat
        if seat.has_place():
            return
        judge = seat.watch.judge
        rows = await _async_rows_of(connection, _COLUMNS) if judge.asks_columns and judge.completed is None else []
        path = None if judge.has_path else await _async_rows_of(connection, _PATH)
        if seat.has_place():
            return  # by another task, whose statements may have changed the session since
        if judge.asks_columns:
            known = judge.completed or judge.complete([((schema, table), column) for schema, table, column in rows])
            seat.watch = _watch(connection, known)
        if path is None:
            seat.is_placed = True
        else:
            [(schemas,)] = path
            seat.place(list(schemas))

    async def execute(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        above: Any = super()
        await self._place()
        permit = self._ask(query, params)
        try:
            await above.execute(query, params, **options)
        except psycopg.Error as error:
            shown = _failed(self, permit, error)
        else:
            _ran(self, permit)
            return self
        raise shown

    async def executemany(self: Any, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        above: Any = super()
        await self._place()
        permit = self._ask(query, ())
        try:
            await above.executemany(query, params_seq, **options)
        except psycopg.Error as error:
            shown = _failed(self, permit, error)
        else:
            _ran(self, permit)
            return
        raise shown

    async def stream(self: Any, query: Any, params: Any = None, **options: Any) -> AsyncIterator[Any]:
        above: Any = super()
        await self._place()
        permit = self._ask(query, params)
        with _noted(self, permit), _shown(self.connection):
            async for row in above.stream(query, params, **options):
                yield row

    @asynccontextmanager
    async def copy(self: Any, statement: Any, params: Any = None, **options: Any) -> AsyncIterator[Any]:
        above: Any = super()
        await self._place()
        permit = self._ask(statement, params)
        with _noted(self, permit), _shown(self.connection):
            async with above.copy(statement, params, **options) as found:
                yield found

    async def fetchone(self: Any) -> Any:
        above: Any = super()
        return await _await(self.connection, above.fetchone)

    async def fetchmany(self: Any, size: int = 0) -> Any:
        above: Any = super()
        return await _await(self.connection, above.fetchmany, size)

    async def fetchall(self: Any) -> Any:
        above: Any = super()
        return await _await(self.connection, above.fetchall)

    def __aiter__(self: Any) -> AsyncIterator[Any]:
        above: Any = super()
        rows: AsyncIterator[Any] = above.__aiter__()
        return rows if rows is self else _async_rows(self, rows)  # as the version has it

    async def __anext__(self: Any) -> Any:
        above: Any = super()
        return await _await(self.connection, above.__anext__)


async def _async_rows(cursor: Any, rows: AsyncIterator[Any]) -> AsyncIterator[Any]:
    with _shown(cursor.connection):
        async for row in rows:
            yield row
