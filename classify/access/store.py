"""The database that remembers: its connections, its clock, its tables, and transactions of one writer at a time."""

from __future__ import annotations

import contextlib
import datetime
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from classify.access.journal import CHAIN, Journal, StoreError
from classify.access.tables import EVENTS, FACTS, METADATA, PEOPLE, VERSION, VERSION_TABLE
from classify.audit.event import parse_time
from classify.audit.note import KEY_NAME

_LONGEST_WAIT_MS = 30_000  # for another writer of SQLite's
_TRIES, _PAUSE_S = 100, 0.02
_LOCK = 0x636C6173_73696679  # "classify": of PostgreSQL's advisory locks, the one that migrations and appends take
_STEP_BACK = datetime.timedelta(seconds=5)


class ClockError(StoreError):
    """The clock went back behind what is in the log."""


class Store:
    """Where requests, grants and the log are kept. Open one with `Store.open`.

    Attributes:
        place: what messages call it.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.place = place
        self._is_sqlite = engine.dialect.name == "sqlite"

    @classmethod
    def open(cls, where: str | Path) -> Store:
        """The store at a path (SQLite) or a URL (`postgresql+psycopg://…`).

        A SQLite file that is not there is made, its tables too; PostgreSQL's are made by `migrate` alone, so that who
        uses them need not own them.

        Raises:
            StoreError: it cannot be opened, or its tables are missing, or of a newer version.
        """
        store = cls(*_engine(where))
        try:
            with store._told():
                if store._is_sqlite:
                    store.migrate()
                else:
                    store._require_current()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def at(cls, where: str | Path) -> Store:
        """The store there, whatever is in it: to migrate it."""
        return cls(*_engine(where))

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    # -- transactions

    @contextlib.contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that writes: all of it lands, or nothing.

        Raises:
            StoreError: the database cannot be written.
            ClockError: the clock went back by more than five seconds.
        """
        with self._told():
            with self._engine.connect().execution_options(classify_writes=True) as connection, connection.begin():
                transaction = self._begun(connection)
                if transaction.is_late is None:
                    yield transaction
                    return
                transaction.journal.append("clock.stepped_back", {"what": f"by {transaction.is_late}"})
            raise ClockError(
                f"{self.place}: the clock is {transaction.is_late} behind the last event, set it right; "
                "nothing is decided by a clock that went back"
            )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads, and sees one moment of all that it reads."""
        with self._told(), self._engine.connect() as connection:
            if not self._is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield self._begun(connection)

    def _begun(self, connection: Connection) -> Transaction:
        last = connection.execute(
            sa.select(EVENTS.c.at).where(EVENTS.c.chain == CHAIN).order_by(EVENTS.c.seq.desc()).limit(1)
        ).scalar_one_or_none()
        now = self._clock(connection)
        late: datetime.timedelta | None = None
        if last is not None:
            before = parse_time(last)
            if before - now > _STEP_BACK:
                late = before - now
            now = max(now, before)
        return Transaction(connection, now, Journal(connection, now, self._lock_log), late, is_sqlite=self._is_sqlite)

    def _clock(self, connection: Connection) -> datetime.datetime:
        if self._is_sqlite:
            return datetime.datetime.now(datetime.UTC)
        found: datetime.datetime = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(datetime.UTC)

    def _lock_log(self, connection: Connection) -> None:
        """Have the log alone until the transaction ends; SQLite has one writer anyway."""
        if not self._is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    # -- tables

    def migrate(self, origin: str | None = None) -> None:
        """Make the tables, or bring them to this version; nothing where they are.

        Args:
            origin: the name of the log, as its checkpoints have it, where it is begun now; one of its own if None.

        Raises:
            StoreError: they are of a newer version.
        """
        name = origin or f"classify.local/{secrets.token_hex(4)}"
        if not KEY_NAME.fullmatch(name):
            raise StoreError(f"`{name}` is no name of a log: it has no spaces and no `+`, as example.org/audit")
        if self._version() == VERSION:
            return
        with (
            self._told(),
            _ALONE,
            self._engine.connect().execution_options(classify_writes=True) as connection,
            connection.begin(),
        ):
            self._lock_log(connection)
            _upgrade(connection)
            if connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == "key")).first() is None:
                connection.execute(sa.insert(FACTS), [{"name": "key", "value": secrets.token_hex(32)}])
                now = self._clock(connection)
                Journal(connection, now, self._lock_log).append("store.created", {"origin": name})

    def grant(self, role: str) -> None:
        """Let a role of PostgreSQL's use the store: it may add to the log, and change nothing in it.

        Raises:
            StoreError: it is no PostgreSQL, or there is no such role.
        """
        if self._is_sqlite:
            raise StoreError(f"{self.place}: SQLite has no roles, who may use it is said by who may write the file")
        quoted = self._engine.dialect.identifier_preparer.quote(role)
        tables = ", ".join(one.name for one in METADATA.sorted_tables if one not in (EVENTS, FACTS, PEOPLE))
        with self.writing() as step:
            for rights, names in (
                ("SELECT", f"{VERSION_TABLE}, {FACTS.name}"),
                ("SELECT, INSERT", EVENTS.name),
                ("SELECT, INSERT", PEOPLE.name),
                ("SELECT, INSERT, UPDATE, DELETE", tables),
            ):
                step.connection.execute(sa.text(f"GRANT {rights} ON {names} TO {quoted}"))

    def _version(self) -> str | None:
        """The version of the tables; None where there are none.

        Raises:
            StoreError: they are of a newer version.
        """
        with self._told(), self._engine.connect() as connection, connection.begin():
            found: str | None = None
            if sa.inspect(connection).has_table(VERSION_TABLE):
                found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()
        if found is not None and found > VERSION:
            raise StoreError(
                f"{self.place}: the store is of version {found}, this package knows {VERSION}: upgrade classify-sdk"
            )
        return found

    def _require_current(self) -> None:
        found = self._version()
        if found != VERSION:
            what = "has no tables yet" if found is None else f"is of version {found}, this package wants {VERSION}"
            raise StoreError(f"{self.place}: the store {what}, run `classify access migrate`")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What a database says, in one line."""
        try:
            yield
        except (DBAPIError, SQLAlchemyError) as error:
            raise StoreError(f"{self.place}: {_reason(error)}") from error


class Transaction:
    """What a step does its work with.

    Attributes:
        now: the time of all that it does.
        is_late: by how much the clock is behind the log, if too much.
    """

    def __init__(
        self,
        connection: Connection,
        now: datetime.datetime,
        journal: Journal,
        is_late: datetime.timedelta | None,
        *,
        is_sqlite: bool,
    ) -> None:
        self.connection = connection
        self.now = now
        self.journal = journal
        self.is_late = is_late
        self._is_sqlite = is_sqlite

    def insert_new(self, table: sa.Table, values: dict[str, Any]) -> bool:
        """Insert a row, and whether it was: not where another has its key."""
        insert = sqlite_dialect.insert if self._is_sqlite else postgresql.insert
        statement = insert(table).values(values).on_conflict_do_nothing()
        return self.connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1

    def locked(self, query: sa.Select[Any]) -> Any:
        """The row of a query, which nobody else may step on until the transaction ends; None where there is none."""
        # SQLite has one writer; PostgreSQL reads the row anew once it has the lock, which READ COMMITTED is for.
        return self.connection.execute(query if self._is_sqlite else query.with_for_update()).first()


_ALONE = threading.Lock()  # alembic keeps what it works on in globals of its modules


def _engine(where: str | Path) -> tuple[Engine, str]:
    text = str(where)
    if "://" not in text:
        path = Path(text)
        if not path.parent.is_dir():
            raise StoreError(f"{text}: no folder {path.parent}, make it")
        engine = sa.create_engine(sa.URL.create("sqlite", database=text))
        sa.event.listen(engine, "connect", _connected)
        sa.event.listen(engine, "begin", _begin)
        return engine, text
    try:
        url = sa.make_url(text)
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError(f"the store is SQLite or PostgreSQL, not {url.get_backend_name()}")
        if url.get_backend_name() == "sqlite":
            return _engine(url.database or "")
        return sa.create_engine(url, isolation_level="READ COMMITTED"), url.render_as_string(hide_password=True)
    except SQLAlchemyError as error:
        raise StoreError(f"the store's URL is none: {_reason(error)}") from None
    except ImportError as error:
        raise StoreError(f"the store's URL needs a driver that is not installed: {error.name}") from None


def _connected(connection: Any, _record: Any) -> None:
    """Prepare a connection of SQLite's: transactions begin where we say so, and what is committed is on the disk."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_LONGEST_WAIT_MS}")
    connection.execute("PRAGMA synchronous=FULL")
    for left in reversed(range(_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:  # who turns to it waits for nobody, whatever the timeout
            if not left or "locked" not in str(error):
                raise
            time.sleep(_PAUSE_S)


def _begin(connection: Connection) -> None:
    # One that begins to read and then writes fails when another has written in between.
    writes = connection.get_execution_options().get("classify_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: SQLAlchemyError) -> str:
    """What a database says, without the statement and its values."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = str(cause).strip().splitlines() or [type(cause).__name__]
    hint = ""
    if isinstance(error, OperationalError) and "full" in said[0]:
        hint = ", make room"
    elif "readonly" in said[0] or "read-only" in said[0]:
        hint = ", make it writable for whoever runs this"
    return f"{said[0]}{hint}"


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
