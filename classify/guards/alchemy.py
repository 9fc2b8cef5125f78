"""Guarded engines of SQLAlchemy 2: every connection of the driver's is guarded as the pool hands it out.

So nothing that an engine, a session or the ORM does, and no cursor that a program takes from the driver's connection,
goes past the guard.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, sessionmaker

from classify.catalog import database
from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.errors import ErrorPolicy
from classify.guards.judge import Judge

_ASYNC_DRIVERS = ("aiosqlite", "psycopg")
_MARK = "_classify_guarded"


def engine_of(subject: Any) -> Engine:
    """The engine that a session, a connection or an asynchronous engine works with.

    Raises:
        UsageError: it has none, or several.
    """
    if isinstance(subject, Engine):
        return subject
    if isinstance(subject, AsyncEngine):
        return subject.sync_engine
    if isinstance(subject, Connection):
        return subject.engine
    if isinstance(subject, sessionmaker):
        return _only_engine(subject.kw.get("bind"), subject.kw.get("binds"))
    if isinstance(subject, AsyncSession):
        subject = subject.sync_session
    if isinstance(subject, Session):
        if subject.in_transaction():
            raise UsageError("this session is in a transaction, whose connection is out already: guard it before")
        # SQLAlchemy 2.0 keeps them under its own name.
        return _only_engine(subject.bind, getattr(subject, "binds", None) or getattr(subject, "_Session__binds", None))
    raise UsageError(f"expected an engine or a session that is bound to one, found {type(subject).__name__}")


def _only_engine(bind: Any, others: Any) -> Engine:
    if others:
        raise UsageError("this session works with several engines: guard each of them")
    return engine_of(bind)


def is_async(subject: Any) -> bool:
    """Whether nobody can ask the database before its first query."""
    return engine_of(subject).dialect.is_async


def own_dialect(subject: Any) -> str:
    """Sqlglot's name of the engine's dialect."""
    return database.dialect_of(engine_of(subject).dialect.name)


def columns_of(subject: Any) -> list[tuple[tuple[str, ...], str]]:
    """The tables and views of the database of a synchronous engine, each as its name's parts, with a column."""
    found = database.columns_of(inspect(engine_of(subject)))
    # What SQLite calls its own.
    return [((parts[1:] if parts[0] == "main" else parts), column) for parts, column in found]


def guard(subject: Any, judge: Judge, errors: ErrorPolicy) -> Any:
    """The same engine or session, guarded from now on; a connection that is out already stays as it is.

    Raises:
        UsageError: it is guarded already, or its driver cannot be.
    """
    engine = engine_of(subject)
    if getattr(engine.pool, _MARK, False):
        raise UsageError("this engine is guarded already")
    driver = engine.dialect.driver
    if engine.dialect.is_async and driver not in _ASYNC_DRIVERS:
        raise UsageError(f"the driver `{driver}` cannot be guarded, use one of {', '.join(_ASYNC_DRIVERS)}")

    def check_out(dbapi_connection: Any, record: Any, fairy: Any) -> None:
        guarded = _guarded(dbapi_connection, driver, judge, errors)
        if guarded is not dbapi_connection:
            record.dbapi_connection = fairy.dbapi_connection = guarded

    def after(_connection: Any, cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: Any) -> None:
        if context is not None:
            context.classification = _columns_of(cursor)

    event.listen(engine, "checkout", check_out)
    event.listen(engine, "after_cursor_execute", after)
    setattr(engine.pool, _MARK, True)
    if isinstance(subject, Connection):
        fairy: Any = subject.connection
        check_out(fairy.dbapi_connection, fairy._connection_record, fairy)
    return subject


def _columns_of(cursor: Any) -> tuple[Output, ...] | None:
    """The columns of what a cursor ran, with their labels: of the driver's own, which an adapter has inside."""
    if not cursor.description:
        return None
    found = getattr(getattr(cursor, "_cursor", cursor), "classification", None)
    if found is None:  # SQLAlchemy 2.0 lets go of aiosqlite's cursors
        found = getattr(getattr(getattr(cursor, "_connection", None), "_classify_seat", None), "outputs", None)
    return found


def classification(result: Any) -> tuple[Output, ...] | None:
    """The columns of a result of a guarded engine or session, each with its label.

    Args:
        result: of `execute`; None is returned for one that has no rows.
    """
    found: Any = getattr(result, "raw", result)  # the ORM's result stands before the one of the cursor
    return getattr(found.context, "classification", None)


def _guarded(raw: Any, driver: str, judge: Judge, errors: ErrorPolicy) -> Any:
    """The connection of the driver's, guarded; the same object where that can be done in place."""
    inner = getattr(raw, "driver_connection", raw)
    if driver == "pysqlite":
        from classify.guards import sqlite

        return raw if isinstance(raw, sqlite.GuardedConnection) else sqlite.guard(raw, judge, errors)
    if driver == "psycopg":
        from classify.guards import postgres

        if "_classify_seat" not in inner.__dict__:
            postgres.guard(inner, judge, errors)
        return raw
    if driver == "aiosqlite":
        from classify.guards import aio

        if "_classify_seat" not in inner.__dict__:
            aio.guard(inner, judge, errors)
        return raw
    from classify.guards import dbapi

    return raw if isinstance(raw, dbapi.GuardedConnection) else dbapi.guard(raw, judge, errors)
