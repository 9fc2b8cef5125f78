"""Guarded connections of psycopg 3: the same objects, of classes of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from classify.errors import UsageError
from classify.guards.errors import ErrorPolicy
from classify.guards.judge import Judge
from classify.guards.postgres.counting import AsyncCountingCursor, CountingCursor
from classify.guards.postgres.cursors import AsyncCursor, Cursor, GuardedCursor
from classify.guards.postgres.seat import Seat, awaited, call, path_of, shown, watch_of
from classify.guards.watch import Watch


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
    seat = connection.__dict__["_classify_seat"] = Seat(watch_of(connection, judge), errors, is_placed=is_placed)
    if not waits and not judge.has_path:  # an asynchronous one is asked when it first runs something
        seat.place(path_of(connection))
    for name in _FACTORIES:
        setattr(connection, name, _class_of(connection, getattr(connection, name)))
    make = _async_connection_class if waits else _connection_class
    connection.__class__ = make(type(connection))
    return connection


def is_async(connection: Any) -> bool:
    """Whether the database can be asked by who waits alone."""
    return isinstance(connection, psycopg.AsyncConnection)


def _class_of(connection: Any, factory: Any) -> Any:
    """The user's own class of cursors, guarded."""
    if not isinstance(factory, type):
        raise UsageError("a guarded connection takes a class of cursors as its factory")
    if issubclass(factory, GuardedCursor):
        return factory
    asks_policy = connection._classify_seat.watch.judge.policing is not None
    if is_async(connection):
        mixin: type[GuardedCursor] = AsyncCountingCursor if asks_policy else AsyncCursor
    else:
        mixin = CountingCursor if asks_policy else Cursor
    return type(factory.__name__, (mixin, factory), {})


_FACTORIES = ("cursor_factory", "server_cursor_factory")
"""What stays guarded, whatever is put there."""


def _connection_class(own: Any) -> Any:
    """The class of a connection, guarded. A live object takes a class with one base alone."""

    class Guarded(own):  # type: ignore[misc]  # whose class it is is known when it runs
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, _class_of(self, value) if name in _FACTORIES else value)

        def commit(self: Any) -> None:
            above: Any = super()
            failed = self.pgconn.transaction_status == TransactionStatus.INERROR
            call(self, above.commit)
            _committed(self, failed=failed)

        def rollback(self: Any) -> None:
            above: Any = super()
            call(self, above.rollback)
            self._classify_seat.watch.rolled_back()

        @contextmanager
        def transaction(self: Any, savepoint_name: str | None = None, force_rollback: bool = False) -> Iterator[Any]:
            above: Any = super()
            watch: Watch = self._classify_seat.watch
            before = watch.states()
            try:
                with shown(self), above.transaction(savepoint_name, force_rollback) as found:
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
            super().__setattr__(name, _class_of(self, value) if name in _FACTORIES else value)

        async def commit(self: Any) -> None:
            above: Any = super()
            failed = self.pgconn.transaction_status == TransactionStatus.INERROR
            await awaited(self, above.commit)
            _committed(self, failed=failed)

        async def rollback(self: Any) -> None:
            above: Any = super()
            await awaited(self, above.rollback)
            self._classify_seat.watch.rolled_back()

        @asynccontextmanager
        async def transaction(
            self: Any, savepoint_name: str | None = None, force_rollback: bool = False
        ) -> AsyncIterator[Any]:
            above: Any = super()
            watch: Watch = self._classify_seat.watch
            before = watch.states()
            try:
                with shown(self):
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
