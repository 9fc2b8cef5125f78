"""No column that an engine reads is missed, over statements made at random; `long.py` tries many more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import evolve

from classify.exposure import Exposure, Statement
from classify.sql import analyse
from tests.oracles import engines
from tests.oracles.engines import Duckdb, Oracle, Postgres, Sqlite, postgres_programs, postgres_server
from tests.oracles.long import run


@pytest.fixture(scope="module", params=["sqlite", "duckdb", "postgres"])
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    if request.param == "sqlite":
        yield from _open(Sqlite())
    elif request.param == "duckdb":
        pytest.importorskip("duckdb", reason="the oracle needs DuckDB: install `classify-sdk[dev]`")
        yield from _open(Duckdb())
    elif postgres_programs() is None:
        pytest.skip("the oracle needs PostgreSQL's server programs: install its package")
    else:
        with postgres_server() as socket:
            yield from _open(Postgres(socket))


def _open(oracle: Oracle) -> Iterator[Oracle]:
    yield oracle
    oracle.close()


def test_no_column_that_an_engine_reads_is_missed(oracle: Oracle) -> None:
    verdicts, missed = run(oracle, count=400, seed=1)
    assert missed == []
    assert verdicts["fine"] > 250, verdicts


def test_the_oracle_notices_what_is_missed(oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "select name from users where ssn = 'p'"
    assert oracle.judge(sql).kind == "fine"

    def without_ssn(*arguments: object, **named: object) -> Exposure:
        found = analyse(*arguments, **named)  # type: ignore[arg-type]
        kept: list[Statement] = []
        for one in found.statements:
            reads = tuple(read for read in one.reads if not read.column.endswith(".ssn"))
            kept.append(evolve(one, reads=reads))
        return Exposure.deferred(found.dialect, found.label, lambda: tuple(kept))

    monkeypatch.setattr(engines, "analyse", without_ssn)
    assert oracle.judge(sql).kind == "missed"
