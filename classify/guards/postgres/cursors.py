"""Cursors of psycopg's whose queries are allowed before the database sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
from psycopg.pq import PipelineStatus

from classify.exposure import Output
from classify.guards.judge import Permit
from classify.guards.postgres.seat import COLUMNS, PATH, Seat, async_rows_of, awaited, call, shown, watch_of


class GuardedCursor:
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
        seat: Seat = self.connection._classify_seat
        self._permit = permit = seat.permit(query, parameters, self)
        return permit


def _ran(cursor: Any, permit: Permit) -> None:
    """Take note of a query that ran; in a pipeline it may still fail."""
    seat: Seat = cursor.connection._classify_seat
    watch = seat.watch
    if seat.was_failed and any(step.boundary for step in permit.steps):
        watch.rolled_back()  # PostgreSQL, "COMMIT": of a transaction that failed it is a rollback
    elif cursor.connection.pgconn.pipeline_status == PipelineStatus.OFF:
        watch.ran(permit)
    else:
        watch.may_have_run(permit)


def _failed(cursor: Any, permit: Permit, error: psycopg.Error) -> psycopg.Error:
    """Take note of a query that failed; the error to raise."""
    seat: Seat = cursor.connection._classify_seat
    seat.watch.failed(permit)
    return seat.shown(error)


@contextmanager
def noted(cursor: Any, permit: Permit) -> Iterator[None]:
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


class Cursor(GuardedCursor):
    """What stands before a synchronous class of cursors."""

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
        with noted(self, permit), shown(self.connection):
            yield from above.stream(query, params, **options)

    @contextmanager
    def copy(self: Any, statement: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        above: Any = super()
        permit = self._ask(statement, params)
        with noted(self, permit), shown(self.connection), above.copy(statement, params, **options) as found:
            yield found

    def fetchone(self: Any) -> Any:
        above: Any = super()
        return call(self.connection, above.fetchone)

    def fetchmany(self: Any, size: int = 0) -> Any:
        above: Any = super()
        return call(self.connection, above.fetchmany, size)

    def fetchall(self: Any) -> Any:
        above: Any = super()
        return call(self.connection, above.fetchall)

    def __iter__(self: Any) -> Iterator[Any]:
        above: Any = super()
        rows: Iterator[Any] = above.__iter__()
        return rows if rows is self else _rows(self, rows)  # as the version has it

    def __next__(self: Any) -> Any:
        above: Any = super()
        return call(self.connection, above.__next__)


def _rows(cursor: Any, rows: Iterator[Any]) -> Iterator[Any]:
    with shown(cursor.connection):
        yield from rows


class AsyncCursor(GuardedCursor):
    """What stands before an asynchronous class of cursors."""

    async def _place(self) -> None:
        """Ask where the session looks names up, and what there is, before the first text is looked at."""
        connection = self.connection
        seat: Seat = connection._classify_seat
        if seat.has_place():
            return
        judge = seat.watch.judge
        rows = await async_rows_of(connection, COLUMNS) if judge.asks_columns and judge.completed is None else []
        path = None if judge.has_path else await async_rows_of(connection, PATH)
        if seat.has_place():
            return  # by another task, whose statements may have changed the session since
        if judge.asks_columns:
            known = judge.completed or judge.complete([((schema, table), column) for schema, table, column in rows])
            seat.watch = watch_of(connection, known)
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
        with noted(self, permit), shown(self.connection):
            async for row in above.stream(query, params, **options):
                yield row

    @asynccontextmanager
    async def copy(self: Any, statement: Any, params: Any = None, **options: Any) -> AsyncIterator[Any]:
        above: Any = super()
        await self._place()
        permit = self._ask(statement, params)
        with noted(self, permit), shown(self.connection):
            async with above.copy(statement, params, **options) as found:
                yield found

    async def fetchone(self: Any) -> Any:
        above: Any = super()
        return await awaited(self.connection, above.fetchone)

    async def fetchmany(self: Any, size: int = 0) -> Any:
        above: Any = super()
        return await awaited(self.connection, above.fetchmany, size)

    async def fetchall(self: Any) -> Any:
        above: Any = super()
        return await awaited(self.connection, above.fetchall)

    def __aiter__(self: Any) -> AsyncIterator[Any]:
        above: Any = super()
        rows: AsyncIterator[Any] = above.__aiter__()
        return rows if rows is self else _async_rows(self, rows)  # as the version has it

    async def __anext__(self: Any) -> Any:
        above: Any = super()
        return await awaited(self.connection, above.__anext__)


async def _async_rows(cursor: Any, rows: AsyncIterator[Any]) -> AsyncIterator[Any]:
    with shown(cursor.connection):
        async for row in rows:
            yield row
