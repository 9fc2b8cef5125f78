"""SQLite says, while it compiles a statement, which columns it reads: each of them must be among our reads.

SQLite's authorizer is told of every column that a statement names (SQLite, "Compile-Time Authorization Callbacks").
Known exceptions: it does not tell of the columns that USING merges, and it leaves out what its own optimiser drops
before; so the check goes one way only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from classify import analyse
from tests.laws.queries import TABLES, Query, catalog, queries

CATALOG = catalog({})


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as connection:
        for table, columns in TABLES.items():
            connection.execute(f"create table {table} ({', '.join(columns)})")
        yield connection
    connection.close()


def _read_by_sqlite(database: sqlite3.Connection, sql: str) -> set[str]:
    found: set[str] = set()

    def note(action: int, table: str | None, column: str | None, _database: str | None, _inner: str | None) -> int:
        if action == sqlite3.SQLITE_READ and column and table in TABLES:
            found.add(f"{table}.{column.lower()}")
        return sqlite3.SQLITE_OK

    database.set_authorizer(note)
    try:
        database.execute(f"explain {sql}").fetchall()
    finally:
        database.set_authorizer(None)
    return {column for column in found if column.split(".")[1] in TABLES[column.split(".")[0]]}


@settings(max_examples=150)
@given(queries())
def test_no_column_that_sqlite_reads_is_missed(database: sqlite3.Connection, query: Query) -> None:
    exposure = analyse(str(query), CATALOG, dialect="sqlite")
    assert not exposure.unresolved
    assert _read_by_sqlite(database, str(query)) <= {read.column for read in exposure.reads}


def test_the_oracle_sees_what_a_statement_reads(database: sqlite3.Connection) -> None:
    assert _read_by_sqlite(database, "select name from users where ssn = 'x'") == {"users.name", "users.ssn"}
