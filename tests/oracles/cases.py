"""The databases of `tests/cases` in three engines, which say whether a case is valid there and what it reads."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlglot

Types = dict[str, str]
_TABLES: dict[str, dict[str, str]] = {
    "app.users": {
        "id": "int primary key",
        "name": "text",
        "email": "text",
        "ssn": "text",
        "country": "text",
        "manager_id": "int",
        "created_at": "timestamp",
    },
    "app.orders": {
        "id": "int primary key",
        "user_id": "int",
        "amount": "int",
        "status": "text",
        "created_at": "timestamp",
    },
    "app.countries": {"code": "text unique", "name": "text"},
    "app.events": {
        "id": "int primary key",
        "user_id": "int",
        "kind": "text",
        "payload": "JSON",
        "tags": "LIST",
        "seen_at": "timestamp",
    },
    "app.profiles": {"user_id": "int", "bio": "text", "home": "HOME"},
    "app.archive": {"id": "int primary key", "name": "text", "email": "text", "ssn": "text"},
    "app.keyed": {"number": "integer primary key", "note": "text", '"interval"': "text"},
    "app.daily": {"day": "date", "country": "text", "total": "int"},
    "hr.salaries": {"user_id": "int", "month": "date", "amount": "int"},
    'app."Mixed"': {"id": "int", '"Case"': "text", "plain": "text"},
}
_VIEWS = (
    "people as select id, name, country from app.users where created_at is not null",
    "swapped (country, ssn) as select ssn, country from app.users",
    """spend as select u.id, u.country, sum(o.amount) as total from app.users u join app.orders o on o.user_id = u.id
    where o.status = 'paid' group by u.id, u.country""",
    "contacts as select id as contact_id, p.name as label from app.people p",
)


class Answer(NamedTuple):
    """What an engine says of a case.

    Attributes:
        refused: why it does not take the statement, or an empty text.
        missed: what it reads beyond what is stated.
        needless: columns that are stated and that it does not need, where it can tell.
    """

    refused: str = ""
    missed: frozenset[str] = frozenset()
    needless: frozenset[str] = frozenset()


class Database(Protocol):
    """An engine with the tables of the cases."""

    def ask(self, sql: str, stated: frozenset[str]) -> Answer:
        """What it says of a script, of which some columns are stated to be read, as `app.users.id`."""

    def close(self) -> None: ...


def _created(types: Types) -> Iterator[str]:
    for table, columns in _TABLES.items():
        listed = ", ".join(f"{name} {types.get(kind, kind)}" for name, kind in columns.items() if types.get(kind, kind))
        yield f"create table {table} ({listed})"


def _columns() -> frozenset[str]:
    return frozenset(f"{table}.{name}".replace('"', "") for table, columns in _TABLES.items() for name in columns)


_COLUMNS = _columns()
_ENDS_TRANSACTION = re.compile(r"(?i)\b(commit|rollback)\b|^end\b")


def split(sql: str, dialect: str) -> list[str]:
    """The statements of a script."""
    tokens = sqlglot.tokenize(sql, read=dialect)
    ends = [token.start for token in tokens if token.token_type is sqlglot.TokenType.SEMICOLON]
    starts = [0, *(at + 1 for at in ends)]
    return [part for start, end in zip(starts, [*ends, len(sql)], strict=True) if (part := sql[start:end].strip())]


class Sqlite:
    """SQLite's authorizer is told of every column that a statement names, but not of those that USING merges."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        for schema in ("app", "hr"):
            self._connection.execute(f"attach ':memory:' as {schema}")
        for sql in _created({"JSON": "text", "LIST": "text", "HOME": "text"}):
            self._connection.execute(sql)
        for view in _VIEWS:
            self._connection.execute(f"create view app.{view.replace('app.', '')}")

    def close(self) -> None:
        self._connection.close()

    def ask(self, sql: str, stated: frozenset[str]) -> Answer:
        found: set[str] = set()

        def note(action: int, table: str | None, column: str | None, database: str | None, _: str | None) -> int:
            if action == sqlite3.SQLITE_READ and table and column:
                found.add(f"{database}.{table}.{column}")
            return sqlite3.SQLITE_OK

        self._connection.set_authorizer(note)
        try:
            for part in split(sql, "sqlite"):
                self._connection.execute(part, [None] * len(re.findall(r"\?", part))).fetchall()
        except sqlite3.Error as error:
            return Answer(str(error))
        finally:
            self._connection.close()
            self._begin()
        known = {column.lower(): column for column in _COLUMNS}
        read = frozenset(known[name.lower()] for name in found if name.lower() in known)
        return Answer("", read - stated, stated - read)


class Duckdb:
    """DuckDB's plan: with no optimizer but the one that drops columns, each scan lists what is needed of its table."""

    def __init__(self) -> None:
        import duckdb

        self._duckdb = duckdb
        self._begin()

    def _begin(self) -> None:
        self._connection = self._duckdb.connect()
        execute = self._connection.execute
        execute("create schema app; create schema hr; set schema = 'app'")
        for sql in _created({"JSON": "json", "LIST": "varchar[]", "HOME": "struct(city text, street text)"}):
            execute(sql)
        for view in _VIEWS:
            execute(f"create view app.{view}")
        others = "SELECT string_agg(name, ',') FROM duckdb_optimizers() WHERE name <> 'unused_columns'"
        [(names,)] = execute(others).fetchall()
        execute(f"set disabled_optimizers = '{names}'")

    def close(self) -> None:
        self._connection.close()

    def ask(self, sql: str, stated: frozenset[str]) -> Answer:
        read: set[str] = set()
        try:
            for part in split(sql, "duckdb"):
                numbers = [int(one) for one in re.findall(r"\$(\d+)", part)]
                named = dict.fromkeys(re.findall(r"\$([a-z]\w*)", part))
                bound = named or [None] * max([*numbers, part.count("?")], default=0)
                if _EXPLAINED.match(part):
                    [(_, plan)] = self._connection.execute(f"explain (format json) {part}", bound).fetchall()
                    read.update(_scanned(json.loads(plan)))
                if not part.startswith("copy"):  # which would write a file
                    self._connection.execute(part, bound).fetchall()
        except self._duckdb.Error as error:
            return Answer(str(error))
        finally:
            self._connection.close()
            self._begin()
        return Answer("", frozenset(read) - stated)  # what the plan needs not, the statement may still ask for


_EXPLAINED = re.compile(
    r"(?i)\(*\s*(select|with|from|insert|update|delete|merge|values|copy|create\s+(or\s+replace\s+)?table)\b"
)


def _scanned(plan: Any) -> Iterator[str]:
    for node in plan:
        told = node.get("extra_info", {})
        if "Table" in told:
            names = told.get("Projections", [])
            for name in [names] if isinstance(names, str) else names:
                column = f"{told['Table'].partition('.')[2]}.{name}"
                if column in _COLUMNS:
                    yield column
        yield from _scanned(node.get("children", ()))


class Postgres:
    """PostgreSQL's column privileges: a role that may read what is stated runs it, and with one less it may not."""

    def __init__(self, socket: Path) -> None:
        import psycopg

        self._psycopg = psycopg
        self._connection = psycopg.connect(
            host=str(socket), dbname="postgres", user="postgres", options="-c search_path=app"
        )
        self._begin()

    def _begin(self) -> None:
        for sql in (
            "drop schema if exists app cascade",
            "drop schema if exists hr cascade",
            "drop role if exists reader",
            "create role reader",
            "create schema app",
            "create schema hr",
            "create type app.place as (city text, street text)",
            *_created({"JSON": "jsonb", "LIST": "text[]", "HOME": "app.place"}),
            *(f"create view app.{view}" for view in _VIEWS),
            "grant usage, create on schema app to reader",
            "grant usage on schema hr to reader",
            "grant insert, update, delete, truncate on all tables in schema app, hr to reader",
            *(f"grant select on app.{view.split()[0]} to reader" for view in _VIEWS),
        ):
            self._execute(sql)
        self._connection.commit()

    def _execute(self, sql: str) -> None:
        self._connection.execute(sql, prepare=False)

    def close(self) -> None:
        self._connection.close()

    def ask(self, sql: str, stated: frozenset[str]) -> Answer:
        parts = split(sql, "postgres")
        if refused := self._run(parts):
            return Answer(refused)
        missed = self._run_reading(parts, stated)
        if missed:
            # Only who owns a table may alter it, and who owns it may read it.
            return Answer() if missed.startswith("must be owner") else Answer("", frozenset((missed,)))
        return Answer("", frozenset(), frozenset(one for one in stated if not self._run_reading(parts, stated - {one})))

    def _run_reading(self, parts: Sequence[str], columns: frozenset[str]) -> str:
        """Why who may read those columns alone cannot run it, or an empty text.

        Of a table of which nothing is read some column must be readable, so it is tried with one and with another.
        """
        for at in (0, -1):
            if any(map(_ENDS_TRANSACTION.search, parts)):
                self._begin()  # what it did stayed
            for table, known in _TABLES.items():
                plain = table.replace('"', "")
                names = [one.rpartition(".")[2] for one in sorted(columns) if one.rpartition(".")[0] == plain]
                listed = ", ".join(f'"{name}"' for name in names) or list(known)[at]
                self._execute(f"grant select ({listed}) on {table} to reader")
            self._execute("set local role reader")
            if denied := self._run(parts):
                return denied
        return ""

    def _run(self, parts: Iterable[str]) -> str:
        """Run it and undo it; why it could not be, or an empty text."""
        try:
            for part in parts:
                numbers = [int(one) for one in re.findall(r"\$(\d+)", part)]
                if numbers:
                    self._execute(f"prepare asked as {part}")
                    self._execute(f"execute asked({', '.join(['null'] * max(numbers))})")
                    self._execute("deallocate asked")
                elif re.match(r"(?i)\s*copy\b", part):
                    with self._connection.cursor().copy(part) as copy:
                        if re.search(r"(?i)\bto\s+stdout\b", part):
                            list(copy)
                else:
                    self._execute(part)
        except self._psycopg.Error as error:
            return str(error).partition("\n")[0]
        finally:
            self._connection.rollback()
            self._execute("reset search_path")  # what a commit left
        return ""
