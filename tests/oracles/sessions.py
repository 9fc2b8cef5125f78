"""Random sessions through guarded connections: no row that comes back ever holds the secret that is above the ceiling.

`python -m tests.oracles.sessions sqlite 20000` (or duckdb, postgres) runs many.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from typing import Any

import duckdb
import psycopg

from classify import Catalog, QueryRefused, UsageError, guard
from tests.oracles.engines import postgres_server

SECRET = "SECRET"
_MADE = "create temp table users as select 1 as ssn"
_EVERYWHERE = [
    "begin", "commit", "rollback", _MADE, "create temp table users (ssn int)", "drop table {temp}.users",
    "create temp table t as select name as ssn from users", "create temp table t (ssn text, id int)", "drop table t",
    "insert into t (ssn) select ssn from users", "insert into t select name, id from users", "drop view v",
    "update t set ssn = (select max(ssn) from users)", "create temp view users as select 2 as ssn",
    "create temp view v as select ssn from users", "create temp view v as select id as ssn from users",
    "create temp view v as select * from t", "alter table t rename to users", "alter table {temp}.users rename to t",
    "select ssn from users", "select ssn from users", "select * from users", "select * from t", "select ssn from t",
    "select * from v", "select ssn from {main}.users", "select ssn from {temp}.users",
    f"{_MADE}; select ssn from users", f"begin; {_MADE}; rollback; select ssn from users",
    "with users as (select 1 as ssn) select ssn from users",
]  # fmt: skip
_SAVEPOINTS = ["savepoint a", "savepoint b", "release savepoint a", "release a", "rollback to a", "rollback to b"]
_PATHS = ["set search_path to other", "set search_path to {main}", "set search_path to other, {main}"]
STATEMENTS = {
    "sqlite": [*_EVERYWHERE, *_SAVEPOINTS, "end", "insert or rollback into users (id) values (1)"],
    "duckdb": [*_EVERYWHERE, "use other", "use {main}", "set search_path = 'other'"],
    "postgres": [*_EVERYWHERE, *_SAVEPOINTS, *_PATHS, "set local search_path to other", "reset search_path"],
}
_NAMES = {"sqlite": ("main", "temp"), "duckdb": ("main", "temp"), "postgres": ("public", "pg_temp")}

CATALOGS = {
    "sqlite": Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}}),
    **{
        dialect: Catalog.from_mapping(
            {
                f"{schema}.users": {"id": "internal", "name": "internal", "ssn": "restricted"},
                "other.users": {"id": "internal", "name": "internal", "ssn": "internal"},
            }
        )
        for dialect, schema in (("duckdb", "main"), ("postgres", "public"))
    },
}
_TABLE = "create table {0}users (id int primary key, name text, ssn text)"
_ROW = "insert into {0}users values (1, 'n', '{1}')"


def _sqlite(rng: random.Random) -> Any:
    raw = sqlite3.connect(":memory:", isolation_level=rng.choice([None, "DEFERRED"]))
    for statement in (_TABLE.format(""), _ROW.format("", SECRET)):
        raw.execute(statement)
    raw.commit()
    return raw


def _duckdb() -> Any:
    raw = duckdb.connect()
    raw.execute("create schema other")
    for schema, value in (("main.", SECRET), ("other.", "known")):
        raw.execute(_TABLE.format(schema))
        raw.execute(_ROW.format(schema, value))
    return raw


def prepare_postgres(address: str) -> None:
    """Make the tables that sessions of PostgreSQL share; each session's own are temporary, or rolled back."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create schema other")
        for schema, value in (("public.", SECRET), ("other.", "known")):
            connection.execute(_TABLE.format(schema))
            connection.execute(_ROW.format(schema, value))


def run_session(dialect: str, seed: int, address: str = "") -> tuple[list[tuple[str, str]], bool]:
    """The statements of one random session with what became of each, and whether the secret came out."""
    rng = random.Random(seed)
    main, temp = _NAMES[dialect]
    log: list[tuple[str, str]] = []
    with closing(_connected(dialect, rng, address)) as raw:
        connection = guard(raw, CATALOGS[dialect], ceiling="internal")
        if dialect == "sqlite":
            raw.set_authorizer(None)  # the first line alone is tried
        for _ in range(rng.randint(3, 25)):
            text = rng.choice([*STATEMENTS[dialect], "commit()", "rollback()"]).format(main=main, temp=temp)
            what, rows = _run(connection, text)
            log.append((text, what))
            if any(SECRET in str(row) for row in rows):
                return log, True
    return log, False


def _connected(dialect: str, rng: random.Random, address: str) -> Any:
    if dialect == "postgres":
        return psycopg.connect(address, autocommit=rng.choice([True, False]))
    return _sqlite(rng) if dialect == "sqlite" else _duckdb()


def _run(connection: Any, text: str) -> tuple[str, list[Any]]:
    try:
        if text.endswith("()"):
            getattr(connection, text[:-2])()
            return "ran", []
        if ";" in text and isinstance(connection, sqlite3.Connection):
            connection.executescript(text)
            return "ran", []
        cursor = connection.execute(text)
        rows = cursor.fetchall() if cursor.description else []
    except (QueryRefused, UsageError):
        return "refused", []
    except (sqlite3.Error, duckdb.Error, psycopg.Error):
        return "failed", []
    return "ran", rows


def main() -> None:
    dialect, number = sys.argv[1], int(sys.argv[2])
    counts: Counter[str] = Counter()
    leaks = 0

    def run(address: str) -> None:
        nonlocal leaks
        for seed in range(number):
            log, leaked = run_session(dialect, seed, address)
            counts.update(what for _, what in log)
            if leaked:
                leaks += 1
                print(seed, *log, sep="\n  ")

    if dialect == "postgres":
        with postgres_server() as folder:
            address = f"host={folder} user=postgres dbname=postgres"
            prepare_postgres(address)
            run(address)
    else:
        run("")
    print(f"{dialect}: {number} sessions, {leaks} leak; {dict(counts)}")


if __name__ == "__main__":
    main()
