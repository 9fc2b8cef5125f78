"""A quick part of what `tests.oracles.sessions` runs."""

from __future__ import annotations

import pytest

from tests.oracles.engines import postgres_programs, postgres_server
from tests.oracles.sessions import prepare_postgres, run_session


@pytest.mark.parametrize(("dialect", "number"), [("sqlite", 300), ("duckdb", 60)])
def test_no_session_brings_the_secret_out(dialect: str, number: int) -> None:
    for seed in range(number):
        log, leaked = run_session(dialect, seed)
        assert not leaked, log


def test_no_session_of_postgres_does() -> None:
    if postgres_programs() is None:
        pytest.skip("the oracle needs PostgreSQL's server programs: install its package")
    with postgres_server() as folder:
        address = f"host={folder} user=postgres dbname=postgres"
        prepare_postgres(address)
        for seed in range(150):
            log, leaked = run_session("postgres", seed, address)
            assert not leaked, log
