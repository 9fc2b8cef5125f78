"""What the access tests share: each runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from classify.access import Access, Store
from tests.oracles.engines import postgres_programs, postgres_server
from tests.unit.access.office import office


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The folder of the socket of a PostgreSQL of our own."""
    if postgres_programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with postgres_server() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new store is, with its tables."""
    if request.param == "sqlite":
        return str(tmp_path / "access.db")
    folder: Path = request.getfixturevalue("server")
    name = f"access_{uuid.uuid4().hex}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql+psycopg://postgres@/{name}?host={folder}"
    store = Store.at(url)
    store.migrate("example.org/audit")
    store.close()
    return url


@pytest.fixture
def access(tmp_path: Path, where: str) -> Iterator[Access]:
    found = office(tmp_path, where)
    yield found
    found.store.close()
