"""What the guards' tests share."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from classify import Catalog
from tests.oracles.engines import postgres_programs, postgres_server
from tests.unit.guards.shop import CATALOG, DDL


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return CATALOG


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The connection string of a PostgreSQL of our own, with the shop's tables in it."""
    if postgres_programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with postgres_server() as folder:
        found = f"host={folder} user=postgres dbname=postgres"
        with psycopg.connect(found, autocommit=True) as connection:
            for statement in DDL:
                connection.execute(statement)
        yield found
