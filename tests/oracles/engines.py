"""What three engines say that a statement reads, held against our reads."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from classify import Catalog, Exposure, analyse
from tests.oracles.statements import DUCKDB, POSTGRES, SQLITE, Engine


class Verdict(NamedTuple):
    """What an engine says: `refused` (it does not take the statement), `unresolved`, `missed` or `fine`."""

    kind: str
    detail: str = ""


class Oracle(Protocol):
    """An engine that is asked about one statement, or a script, after another."""

    engine: Engine

    def judge(self, sql: str) -> Verdict: ...

    def close(self) -> None: ...


def catalog_of(engine: Engine, schema: str) -> Catalog:
    return Catalog.from_mapping(
        {f"{schema}.{table}": {name: "internal" for name, _ in columns} for table, columns in engine.tables.items()},
        dialect=engine.name,
        default_schema=schema,
    )


def reads_of(exposure: Exposure, schema: str) -> dict[str, set[str]]:
    """The columns read, as SQL spells them, by table."""
    found: dict[str, set[str]] = {}
    for read in exposure.reads:
        _, table, column = read.column.split(".")
        found.setdefault(table, set()).add(column)
    return found


def _unresolved(exposure: Exposure) -> Verdict | None:
    for one in exposure.unresolved:
        return Verdict("unresolved", f"{one.cause.value} {one.name}")
    return None


def _created(engine: Engine) -> Iterator[str]:
    for table, columns in engine.tables.items():
        yield f"create table {table} ({', '.join(f'{name} {engine.types[kind]}' for name, kind in columns)})"


class Sqlite:
    """SQLite's authorizer: it is told of every column that a statement names ("Compile-Time Authorization Callbacks").

    Not of those that USING merges, and not of what the optimiser drops before; so the check goes one way only.
    """

    engine = SQLITE

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._catalog = catalog_of(self.engine, "main")
        for sql in _created(self.engine):
            self._connection.execute(sql)

    def close(self) -> None:
        self._connection.close()

    def judge(self, sql: str) -> Verdict:
        found: set[tuple[str, str]] = set()
        known = {(table, name.lower()) for table, columns in self.engine.tables.items() for name, _ in columns}

        def note(action: int, table: str | None, column: str | None, _database: str | None, _inner: str | None) -> int:
            if action == sqlite3.SQLITE_READ and table and column:
                found.add((table, column.lower()))
            return sqlite3.SQLITE_OK

        self._connection.set_authorizer(note)
        try:
            for part in sql.split("; "):
                prefix = "" if part.startswith("create") else "explain "
                self._connection.execute(prefix + part).fetchall()
        except sqlite3.Error as error:
            return Verdict("refused", str(error))
        finally:
            self._connection.set_authorizer(None)
            self._connection.execute("drop table if exists temp.made" if "temporary table" in sql else "select 1")
            self._connection.execute("drop view if exists temp.made" if "temporary view" in sql else "select 1")
        exposure = analyse(sql, self._catalog, dialect="sqlite")
        reads = reads_of(exposure, "main")
        missed = {(table, column) for table, column in found & known if column not in reads.get(table, ())}
        return _unresolved(exposure) or (Verdict("missed", str(sorted(missed))) if missed else Verdict("fine"))


class Duckdb:
    """Non-interference on DuckDB: what is no read may change, all of it at once, and the answer stays the same."""

    engine = DUCKDB
    _ROWS = 5

    def __init__(self) -> None:
        import duckdb

        self._error = duckdb.Error
        self._catalog = catalog_of(self.engine, "main")
        self._connection = duckdb.connect()
        self._connection.execute("set threads = 1; create schema made")
        for table, columns in self.engine.tables.items():
            # Each column twice: as it is, and changed.
            listed = ", ".join(f"v{at} {self.engine.types[kind]}" for at, (_, kind) in enumerate((*columns, *columns)))
            dice = random.Random(table)
            rows = ", ".join(
                f"({', '.join(_literal(dice, kind) for _, kind in (*columns, *columns))})" for _ in range(self._ROWS)
            )
            self._connection.execute(f"create table made.{table} ({listed}); insert into made.{table} values {rows}")

    def _show(self, reads: dict[str, set[str]] | None) -> None:
        """Give the tables their values, those of columns that are no reads changed; None changes nothing."""
        for table, columns in self.engine.tables.items():
            kept = reads.get(table, set()) if reads is not None else {name for name, _ in columns}
            listed = ", ".join(
                f"v{at if name in kept else at + len(columns)} as {name}" for at, (name, _) in enumerate(columns)
            )
            self._connection.execute(f"create or replace view {table} as select {listed} from made.{table}")

    def _answer(self, sql: str) -> list[str]:
        return sorted(map(repr, self._connection.execute(sql).fetchall()))

    def close(self) -> None:
        self._connection.close()

    def judge(self, sql: str) -> Verdict:
        try:
            self._show(None)
            before = self._answer(sql)
            if self._answer(sql) != before:
                return Verdict("refused", "the answer is another each time")
            exposure = analyse(sql, self._catalog, dialect="duckdb")
            unresolved = _unresolved(exposure)
            if unresolved is not None:
                return unresolved
            self._show(reads_of(exposure, "main"))
            after = self._answer(sql)
        except self._error as error:
            return Verdict("refused", str(error))
        return Verdict("fine") if after == before else Verdict("missed", "the answer depends on what is no read")


def _literal(dice: random.Random, kind: str) -> str:
    if dice.random() < 0.1:
        return "null"
    letters = [dice.choice("pqrs") for _ in range(dice.randint(1, 3))]
    if kind == "int":
        return str(dice.randint(1, 4))
    if kind == "text":
        return f"'{letters[0]}'"
    if kind == "json":
        return f"""'{{"a": {dice.randint(1, 3)}, "items": ["{'", "'.join(letters)}"]}}'"""
    return str(letters)


class Postgres:
    """PostgreSQL's column privileges: a role that may read our reads alone runs the statement (manual, "GRANT").

    Of a table of which nothing is read some column must be readable, so such a statement is tried with one and with
    another.
    """

    engine = POSTGRES

    def __init__(self, socket: Path) -> None:
        import psycopg

        self._psycopg = psycopg
        self._catalog = catalog_of(self.engine, "public")
        self._connection = psycopg.connect(host=str(socket), dbname="postgres", user="postgres", autocommit=False)
        self._execute("drop role if exists probe")
        for sql in ("create role probe", *_created(self.engine)):
            self._execute(sql)
        for table in self.engine.tables:
            self._execute(f"grant insert, update, delete on {table} to probe")
        self._connection.commit()

    def _execute(self, sql: Any) -> None:
        self._connection.execute(sql, prepare=False)

    def _run(self, sql: str) -> None:
        for part in sql.split("; "):
            self._execute(part if part.startswith("create") else f"explain {part}")

    def close(self) -> None:
        self._connection.close()

    def judge(self, sql: str) -> Verdict:
        try:
            self._run(sql)
        except self._psycopg.Error as error:
            return Verdict("refused", str(error).partition("\n")[0])
        finally:
            self._connection.rollback()
        exposure = analyse(sql, self._catalog, dialect="postgres")
        unresolved = _unresolved(exposure)
        if unresolved is not None:
            return unresolved
        reads = reads_of(exposure, "public")
        unread = [table for table in self.engine.tables if table not in reads]
        for at in (0, -1) if unread else (0,):
            try:
                for table, columns in self.engine.tables.items():
                    granted = sorted(reads.get(table, ())) or [columns[at][0]]
                    self._execute(f"grant select ({', '.join(granted)}) on {table} to probe")
                self._execute("set local role probe")
                self._run(sql)
            except self._psycopg.errors.InsufficientPrivilege as error:
                return Verdict("missed", str(error).partition("\n")[0])
            finally:
                self._connection.rollback()
        return Verdict("fine")


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: float(path.parent.name))


@contextmanager
def postgres_server() -> Iterator[Path]:
    """A server of our own in a new folder, reached by a Unix socket alone; yields the socket's folder.

    PostgreSQL does not run as root, so there it runs as the user that its package makes.
    """
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed"
    as_user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="classify-pg-", dir="/tmp"))  # the path of a socket must be short
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", data, *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield folder
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
