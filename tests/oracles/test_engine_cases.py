"""The cases of `tests/cases` on the engines: each takes the statement, and reads what the case states.

`-- engine[dialect]: no (why)` in a case says that an engine does not take it, `valid (why)` that it takes it and cannot
tell what it reads. Where a case states that something is unresolved, no engine is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.case import Case, read_cases
from tests.oracles.cases import Answer, Database, Duckdb, Postgres, Sqlite
from tests.oracles.engines import postgres_programs, postgres_server

CASES = list(read_cases(Path(__file__).parents[1] / "cases"))


def _asked(dialect: str) -> list[object]:
    return [
        pytest.param(case, id=f"{case.place.partition('.')[0]}/{case.title}")
        for case in CASES
        if dialect in case.dialects
        and case.value("unresolved", dialect) is None
        and not (case.value("engine", dialect) or "").startswith("no ")
    ]


def _stated(case: Case, dialect: str) -> frozenset[str]:
    """The columns that a case states, with their schema; of a field, its column."""
    names = (case.value("reads", dialect) or "").replace('"', "").split()
    whole = (name if name.startswith("hr.") else f"app.{name}" for name in names)
    return frozenset(".".join(name.split(".")[:3]) for name in whole)


def _compare(database: Database, case: Case, dialect: str) -> None:
    answer = database.ask(case.sql, _stated(case, dialect))
    if (case.value("engine", dialect) or "").startswith("valid "):
        answer = Answer(answer.refused)
    assert answer == Answer(), case.place


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Database]:
    yield from _open(Sqlite())


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Database]:
    pytest.importorskip("duckdb", reason="the cases ask DuckDB: install `classify-sdk[dev]`")
    database = Duckdb()
    if not database.ask("select name from users", frozenset()).missed:
        pytest.skip("the plans of this DuckDB do not name a table's schema: install a newer one")
    yield from _open(database)


@pytest.fixture(scope="module")
def postgres_cases() -> Iterator[Database]:
    if postgres_programs() is None:
        pytest.skip("the cases ask PostgreSQL: install its package")
    with postgres_server() as socket:
        yield from _open(Postgres(socket))


def _open(database: Database) -> Iterator[Database]:
    yield database
    database.close()


@pytest.mark.parametrize("case", _asked("sqlite"))
def test_sqlite_reads_what_is_stated(sqlite: Database, case: Case) -> None:
    _compare(sqlite, case, "sqlite")


@pytest.mark.parametrize("case", _asked("duckdb"))
def test_duckdb_reads_no_more_than_is_stated(duckdb: Database, case: Case) -> None:
    _compare(duckdb, case, "duckdb")


@pytest.mark.parametrize("case", _asked("postgres"))
def test_postgres_reads_what_is_stated(postgres_cases: Database, case: Case) -> None:
    _compare(postgres_cases, case, "postgres")


def test_an_engine_notices_what_is_not_stated(sqlite: Database, duckdb: Database, postgres_cases: Database) -> None:
    for database in (sqlite, duckdb, postgres_cases):
        assert database.ask("select name from users where ssn = 'x'", frozenset(("app.users.name",))).missed
        assert database.ask("select name from nowhere", frozenset()).refused
    for database in (sqlite, postgres_cases):
        stated = frozenset(("app.users.name", "app.users.ssn"))
        assert database.ask("select name from users", stated).needless == {"app.users.ssn"}
