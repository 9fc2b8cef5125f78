"""Cursors of psycopg's that count the rows that they hand out, and stop after as many as the policy lets be.

A row may be None, by the row factory, so that rows are taken as lists. A server-side cursor that is iterated takes as
many at a time as psycopg would; what was taken counts as handed out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from typing import Any

from psycopg.pq import PipelineStatus

from classify.errors import UsageError
from classify.guards.postgres.cursors import AsyncCursor, Cursor
from classify.guards.rows import Rows


class _Counting:
    """What both kinds share.

    Attributes:
        counted: the rows of the result at hand; None before the first query.
    """

    counted: Rows | None = None

    def _end(self: Any, *, for_another: bool = False) -> None:
        if for_another and self.connection.pgconn.pipeline_status != PipelineStatus.OFF:
            self._only("several results")  # those of the query before may wait to be fetched still
        if self.counted is not None:
            self.counted.end()

    def _begin(self: Any) -> None:
        self.counted = Rows(self._permit)
        if self.description is None and self.connection.pgconn.pipeline_status == PipelineStatus.OFF:
            self.counted.end()  # there are no rows to be handed out

    def _only(self, what: str) -> None:
        """Several results have one count.

        Raises:
            UsageError: the rows have to be counted.
        """
        if not self._is_free():
            raise UsageError(f"rows of {what} are not counted, as the policy wants it: run one SELECT at a time")

    def _is_free(self) -> bool:
        return self.counted is None or self.counted.is_free

    def _chunk(self) -> int:
        size: int = getattr(self, "itersize", 1)
        return size


class CountingCursor(_Counting, Cursor):
    """What stands before a synchronous class of cursors."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self._end(for_another=True)
        super().execute(query, params, **options)
        self._begin()
        return self

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        self._end(for_another=True)
        super().executemany(query, params_seq, **options)
        self._begin()

    def stream(self: Any, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        self._end()
        self.counted = None
        above: Any = super()
        with closing(above.stream(query, params, **options)) as rows:
            for row in rows:
                self.counted = self.counted or Rows(self._permit)
                if not self.counted.left(1):
                    break
                self.counted.took(1)
                yield row
        (self.counted or Rows(self._permit)).end()

    def nextset(self: Any) -> Any:
        above: Any = super()
        self._only("several results")
        return above.nextset()

    def set_result(self: Any, index: int) -> Any:
        above: Any = super()
        self._only("several results")
        return above.set_result(index)

    def fetchone(self) -> Any:
        if self.counted is None:
            return super().fetchone()
        rows = self.counted.many(super().fetchmany, 1)
        return rows[0] if rows else None

    def fetchmany(self: Any, size: int = 0) -> Any:
        if self.counted is None:
            return super().fetchmany(size)
        return self.counted.many(super().fetchmany, size or self.arraysize)

    def fetchall(self) -> Any:
        if self.counted is None:
            return super().fetchall()
        return self.counted.all(super().fetchall, super().fetchmany)

    def __iter__(self) -> Iterator[Any]:
        return super().__iter__() if self._is_free() else self._each()

    def _each(self) -> Iterator[Any]:
        while rows := self.fetchmany(self._chunk()):
            yield from rows

    def __next__(self) -> Any:
        if self._is_free():
            return super().__next__()
        rows = self.fetchmany(1)
        if not rows:
            raise StopIteration
        return rows[0]

    def close(self: Any) -> None:
        above: Any = super()
        self._end()
        above.close()


class AsyncCountingCursor(_Counting, AsyncCursor):
    """What stands before an asynchronous class of cursors."""

    async def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self._end(for_another=True)
        await super().execute(query, params, **options)
        self._begin()
        return self

    async def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        self._end(for_another=True)
        await super().executemany(query, params_seq, **options)
        self._begin()

    async def stream(self: Any, query: Any, params: Any = None, **options: Any) -> AsyncIterator[Any]:
        self._end()
        self.counted = None
        above: Any = super()
        async with aclosing(above.stream(query, params, **options)) as rows:
            async for row in rows:
                self.counted = self.counted or Rows(self._permit)
                if not self.counted.left(1):
                    break
                self.counted.took(1)
                yield row
        (self.counted or Rows(self._permit)).end()

    def nextset(self: Any) -> Any:
        above: Any = super()
        self._only("several results")
        return above.nextset()

    async def set_result(self: Any, index: int) -> Any:
        above: Any = super()
        self._only("several results")
        return await above.set_result(index)

    async def fetchone(self) -> Any:
        if self.counted is None:
            return await super().fetchone()
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self: Any, size: int = 0) -> Any:
        if self.counted is None:
            return await super().fetchmany(size)
        return await self.counted.many_awaited(super().fetchmany, size or self.arraysize)

    async def fetchall(self) -> Any:
        if self.counted is None:
            return await super().fetchall()
        return await self.counted.all_awaited(super().fetchall, super().fetchmany)

    def __aiter__(self) -> AsyncIterator[Any]:
        return super().__aiter__() if self._is_free() else self._each()

    async def _each(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(self._chunk()):
            for row in rows:
                yield row

    async def __anext__(self) -> Any:
        if self._is_free():
            return await super().__anext__()
        rows = await self.fetchmany(1)
        if not rows:
            raise StopAsyncIteration
        return rows[0]

    async def close(self: Any) -> None:
        above: Any = super()
        self._end()
        await above.close()
