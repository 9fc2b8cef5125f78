"""The time to parse and to analyse the sample warehouse's queries: `pytest tests/benchmarks/bench_analyse.py`.

Nothing is asserted: the numbers are for comparing two versions on one machine. The ratio to a bare parse is `ratio.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlglot

from classify import Exposure, analyse
from tests.benchmarks.workload import Statement, load_workload

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.fixture(scope="module")
def workload() -> tuple[Statement, ...]:
    return load_workload()


@pytest.mark.benchmark(group="sample warehouse")
def test_parse(benchmark: BenchmarkFixture, workload: tuple[Statement, ...]) -> None:
    benchmark(lambda: [sqlglot.parse(statement.sql, dialect=statement.dialect) for statement in workload])


@pytest.mark.benchmark(group="sample warehouse")
def test_analyse(benchmark: BenchmarkFixture, workload: tuple[Statement, ...]) -> None:
    benchmark(lambda: [_analyse(statement).label for statement in workload])


@pytest.mark.benchmark(group="sample warehouse")
def test_analyse_and_spell_out(benchmark: BenchmarkFixture, workload: tuple[Statement, ...]) -> None:
    benchmark(lambda: [_analyse(statement).to_dict() for statement in workload])


def _analyse(statement: Statement) -> Exposure:
    return analyse(statement.sql, statement.catalog, dialect=statement.dialect, default_schema=statement.default_schema)
