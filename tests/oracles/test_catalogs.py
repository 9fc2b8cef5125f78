"""No operand of an engine's operators and functions is missed; `catalogs.py` tries all of them."""

from __future__ import annotations

import pytest

from tests.oracles.catalogs import of_duckdb, of_postgres
from tests.oracles.engines import postgres_programs, postgres_server


def test_no_operand_of_postgresqls_is_missed() -> None:
    psycopg = pytest.importorskip("psycopg", reason="the oracle needs psycopg: install `classify-sdk[dev]`")
    if postgres_programs() is None:
        pytest.skip("the oracle needs PostgreSQL's server programs: install its package")
    with postgres_server() as socket, psycopg.connect(host=str(socket), dbname="postgres", user="postgres") as found:
        counts, lost = of_postgres(found, every=25)
    assert lost == []
    assert counts["fine"] > 300


def test_no_operand_of_duckdbs_is_missed() -> None:
    duckdb = pytest.importorskip("duckdb", reason="the oracle needs DuckDB: install `classify-sdk[dev]`")
    with duckdb.connect() as found:
        counts, lost = of_duckdb(found, every=25)
    assert lost == []
    assert counts["fine"] > 150
