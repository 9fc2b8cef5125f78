"""Guarded connections of aiosqlite: a query is allowed on the caller's side, before a worker thread gets it.

In the worker the ceilings of the code around are not known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, NoReturn

import aiosqlite
from aiosqlite.context import contextmanager
from attrs import define

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards import sqlite
from classify.guards.ceiling import CURRENT, Limits
from classify.guards.errors import ErrorPolicy
from classify.guards.judge import Judge, Permit
from classify.guards.rows import Rows
from classify.guards.watch import Watch


def guard(connection: aiosqlite.Connection, judge: Judge, errors: ErrorPolicy) -> aiosqlite.Connection:
    """The same connection, guarded from now on: of a class of its own.

    Raises:
        UsageError: it is not open, or guarded already.
    """
    if "_classify_seat" in connection.__dict__:
        raise UsageError("this connection is guarded already")
    try:
        connection.total_changes  # noqa: B018  # one that is not open says so here
    except (ValueError, sqlite3.ProgrammingError):
        raise UsageError("this connection is not open: await it first") from None
    seat = _Seat(connection, _watch(connection, judge), errors)
    connection.__dict__["_classify_seat"] = seat
    connection.__class__ = _connection_class(type(connection))
    return connection


def _watch(connection: aiosqlite.Connection, judge: Judge) -> Watch:
    return Watch(judge, lambda: connection.in_transaction)


_COLUMNS = (
    "SELECT item.name, info.name FROM sqlite_schema AS item, pragma_table_xinfo(item.name) AS info "
    "WHERE item.type IN ('table', 'view')"
)


@define(eq=False, repr=False)
class _Seat:
    """What the guard knows of a connection, kept with it.

    Attributes:
        outputs: the columns of the last result, with their labels: an adapter may have let go of its cursor.
    """

    connection: Any
    watch: Watch
    errors: ErrorPolicy
    outputs: tuple[Output, ...] | None = None

    async def place(self) -> None:
        """Ask the database for its columns, before the first text is looked at, where that is wanted."""
        judge = self.watch.judge
        if not judge.asks_columns:
            return
        known = judge.completed
        if known is None:
            rows = await aiosqlite.Connection.execute_fetchall(self.connection, _COLUMNS)
            known = judge.completed or judge.complete([((table,), column) for table, column in rows])
        if self.watch.judge.asks_columns:  # else another task was quicker, and may have changed the session since
            self.watch = _watch(self.connection, known)

    async def run(self, permit: Permit, work: Awaitable[Any]) -> Any:
        """Run what is allowed, and take note of what it changed."""
        self.watch.about_to_run(permit)
        try:
            found = await work
        except sqlite3.Error as error:
            self.watch.failed(permit)
            shown = sqlite.shown_error(error, self.errors)
        else:
            self.watch.ran(permit)
            self.outputs = permit.outputs[-1]
            return found
        raise shown

    async def fetch(self, work: Awaitable[Any]) -> Any:
        try:
            return await work
        except sqlite3.Error as error:
            shown = sqlite.shown_error(error, self.errors)
        raise shown


def _refusing(name: str) -> Callable[..., NoReturn]:
    def method(*_: Any, **__: Any) -> NoReturn:
        raise UsageError(
            f"`{name}` reaches data past any query that could be checked: use a connection without a guard"
        )

    return method


def _connection_class(own: Any) -> Any:
    """The class of a connection, guarded. A live object takes a class with one base alone."""

    class Guarded(own):  # type: ignore[misc]  # whose class it is is known when it runs
        _classify_seat: _Seat

        @contextmanager
        async def cursor(self) -> Any:
            return _guarded(await super().cursor(), self._classify_seat)

        def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Any:
            return self._asked(sql, super().execute, sql, parameters)

        def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Any:
            return self._asked(sql, super().executemany, sql, parameters)

        def execute_insert(self, sql: str, parameters: Iterable[Any] | None = None) -> Any:
            return self._asked(sql, super().execute_insert, sql, parameters)

        def execute_fetchall(self, sql: str, parameters: Iterable[Any] | None = None) -> Any:
            return self._asked(sql, super().execute_fetchall, sql, parameters)

        def executescript(self, sql_script: str) -> Any:
            return self._asked(sql_script, super().executescript, sql_script)

        def _asked(self, text: str, method: Callable[..., Any], *arguments: Any) -> Any:
            watch = self._classify_seat.watch
            # The ceilings that hold are those of whoever asks, not of whoever awaits it.
            decided = CURRENT.get() if watch.judge.asks_columns else watch.permit(text)
            return self._run(text, decided, method, *arguments)

        @contextmanager
        async def _run(self, text: str, decided: Permit | Limits, method: Callable[..., Any], *arguments: Any) -> Any:
            if isinstance(decided, Permit):
                permit = decided
            else:
                await self._classify_seat.place()
                token = CURRENT.set(decided)
                try:
                    permit = self._classify_seat.watch.permit(text)
                finally:
                    CURRENT.reset(token)
            if method.__name__ == "executescript" and self.in_transaction:
                await self.commit()  # as the module does itself, unseen
            found = await self._classify_seat.run(permit, method(*arguments))
            if isinstance(found, aiosqlite.Cursor):
                return _guarded(found, self._classify_seat, permit)
            return _counted(found, permit) if method.__name__ == "execute_fetchall" else found

        async def commit(self) -> None:
            await self._classify_seat.fetch(super().commit())
            self._classify_seat.watch.committed()

        async def rollback(self) -> None:
            await self._classify_seat.fetch(super().rollback())
            self._classify_seat.watch.rolled_back()

    for name in ("backup", "enable_load_extension", "iterdump", "load_extension"):
        setattr(Guarded, name, _refusing(name))
    Guarded.__name__ = Guarded.__qualname__ = own.__name__
    return Guarded


def _guarded(cursor: Any, seat: _Seat, permit: Permit | None = None) -> Any:
    cursor.__dict__["_classify_seat"] = seat
    cursor.__dict__["_classify_permit"] = permit
    cursor.__dict__["_classify_rows"] = _rows_of(cursor, permit) if permit is not None else Rows()
    cursor.__class__ = _cursor_class(type(cursor))
    return cursor


def _counted(found: Iterable[Any], permit: Permit) -> list[Any]:
    """As many of the rows as may be handed out."""
    rows = list(found)
    handed: list[Any] = Rows(permit).all(lambda: rows, lambda size: rows[:size])
    return handed


def _rows_of(cursor: Any, permit: Permit) -> Rows:
    found = Rows(permit)
    if cursor.description is None:
        found.end()  # there are no rows to be handed out
    return found


async def _each(cursor: Any) -> AsyncIterator[Any]:
    while rows := await cursor.fetchmany(cursor.iter_chunk_size):
        for row in rows:
            yield row


def _cursor_class(own: Any) -> Any:
    """The class of a cursor, guarded, with the `classification` of the columns of its last result."""

    class Guarded(own):  # type: ignore[misc]  # whose class it is is known when it runs
        _classify_seat: _Seat
        _classify_permit: Permit | None
        _classify_rows: Rows

        @property
        def classification(self) -> tuple[Output, ...] | None:
            permit = self._classify_permit
            return permit.outputs[-1] if permit is not None and self.description is not None else None

        @property
        def connection(self) -> Any:
            return self._classify_seat.connection  # the base hands out the connection of sqlite3 below

        async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Any:
            return await self._run(sql, super().execute, sql, parameters)

        async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Any:
            return await self._run(sql, super().executemany, sql, parameters)

        async def executescript(self, sql_script: str) -> Any:
            return await self._run(sql_script, super().executescript, sql_script)

        async def _run(self, text: str, method: Callable[..., Any], *arguments: Any) -> Any:
            await self._classify_seat.place()
            self._classify_rows.end()
            permit = self._classify_permit = self._classify_seat.watch.permit(text)
            if method.__name__ == "executescript" and self.connection.in_transaction:
                await self.connection.commit()
            found = await self._classify_seat.run(permit, method(*arguments))
            self._classify_rows = _rows_of(self, permit)
            return found

        async def fetchone(self) -> Any:
            return next(iter(await self.fetchmany(1)), None)

        async def fetchmany(self, size: int | None = None) -> Any:
            wanted = self.arraysize if size is None else size
            return await self._classify_seat.fetch(self._classify_rows.many_awaited(super().fetchmany, wanted))

        async def fetchall(self) -> Any:
            found = self._classify_rows.all_awaited(super().fetchall, super().fetchmany)
            return await self._classify_seat.fetch(found)

        async def close(self) -> None:
            self._classify_rows.end()
            await super().close()

        def __aiter__(self) -> AsyncIterator[Any]:
            return _each(self)

    Guarded.__name__ = Guarded.__qualname__ = own.__name__
    return Guarded
