"""psycopg's cursors hand out as many rows as the policy lets be, and say how many they did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.rows import dict_row, scalar_row

from classify import Catalog, Policy, QueryRefused, UsageError, acting, guard
from classify.access import Access
from classify.access.tables import EVENTS
from classify.policy import Request
from classify.sql import analyse
from tests.unit.access.office import RULES, office, person, policy

TABLE = "classify_counted"
CATALOG = Catalog.from_mapping(
    {f"public.{TABLE}": {"id": "internal", "email": "confidential", "nothing": "internal"}},
    dialect="postgres",
    default_schema="public",
)
QUERY = f"select id from {TABLE} order by id"
EMAIL = f"select email from {TABLE}"


@pytest.fixture
def where(postgres: str) -> Iterator[str]:
    """A server with a table of ten rows."""
    with psycopg.connect(postgres, autocommit=True) as raw:
        raw.execute(f"create table {TABLE} (id int, email text, nothing text)")
        raw.execute(f"insert into {TABLE} select n, 'e' from generate_series(0, 9) n")
        yield postgres
        raw.execute(f"drop table {TABLE}")


@pytest.fixture
def few(tmp_path: Path) -> Policy:
    """A policy by which three rows may be returned at most."""
    rule = {"id": "few", "effect": "require", "when": {}, "obligations": {"rows_at_most": 3}}
    return policy(tmp_path, [RULES[0], rule])


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    found = office(tmp_path)
    yield found
    found.store.close()


def returned(access: Access) -> list[int]:
    """How many rows each result had, by the log."""
    with access.store.reading() as step:
        bodies = step.connection.execute(sa.select(EVENTS.c.body).order_by(EVENTS.c.seq)).scalars()
        found = [json.loads(one) for one in bodies]
    return [one["returned_rows"] for one in found if "returned_rows" in one]


def granted(access: Access) -> None:
    request = Request(person("ann"), "read", "fraud", references={"ticket": "T-1"})
    entry = access.request(request, analyse(EMAIL, CATALOG, dialect="postgres"))
    access.approve(entry.id, person("sam"))
    access.approve(entry.id, person("sue"))


def test_rows_are_handed_out_up_to_the_limit(where: str, few: Policy) -> None:
    with psycopg.connect(where) as raw:
        connection = guard(raw, CATALOG, policy=few, principal=person("sam"))
        assert connection.execute(QUERY).fetchall() == [(0,), (1,), (2,)]
        assert list(connection.execute(QUERY)) == [(0,), (1,), (2,)]
        cursor = connection.execute(QUERY)
        assert (cursor.fetchmany(2), cursor.fetchone(), cursor.fetchone()) == ([(0,), (1,)], (2,), None)
        assert (cursor.fetchall(), list(cursor), cursor.fetchmany(5)) == ([], [], [])
        assert next(connection.execute(QUERY)) == (0,)
        assert list(connection.cursor().stream(QUERY)) == [(0,), (1,), (2,)]
        with connection.cursor("named") as served:
            served.execute(QUERY)
            assert list(served) == [(0,), (1,), (2,)]
        with connection.cursor("again", scrollable=True) as served:
            served.execute(QUERY)
            assert served.fetchall() == [(0,), (1,), (2,)]
            served.scroll(5, mode="absolute")
            assert served.fetchall() == []
        with pytest.raises(UsageError, match="rows of several results are not counted"):
            connection.execute(QUERY).nextset()
        with connection.pipeline(), connection.cursor() as cursor:
            cursor.execute(QUERY)
            with pytest.raises(UsageError, match="rows of several results are not counted"):
                cursor.execute("select 1")  # whose limit may be another
            assert cursor.fetchall() == [(0,), (1,), (2,)]
        for place in ("stdout", "'/tmp/rows'"):
            with pytest.raises(QueryRefused, match="for 3 rows at most, which this guard cannot see to"):
                connection.execute(f"copy ({QUERY}) to {place}")
        with (
            connection.cursor() as copying,
            pytest.raises(QueryRefused, match="for 3 rows at most"),
            copying.copy(f"copy ({QUERY}) to stdout") as copied,
        ):
            list(copied)
        with connection.cursor() as copying, copying.copy(f"copy {TABLE} (id) from stdin") as copied:
            copied.write_row((10,))
        connection.rollback()


def test_a_row_may_be_none_and_is_not_the_end(where: str, few: Policy) -> None:
    with psycopg.connect(where, row_factory=scalar_row) as raw:
        connection: Any = guard(raw, CATALOG, policy=few, principal=person("sam"))
        cursor = connection.execute(f"select nothing from {TABLE}")
        assert [cursor.fetchone(), cursor.fetchone(), cursor.fetchall()] == [None, None, [None]]
        assert list(connection.execute(f"select nothing from {TABLE}")) == [None, None, None]
        free: Any = guard(psycopg.connect(where, row_factory=dict_row), CATALOG, policy=few, principal=person("sam"))
        assert free.execute(QUERY).fetchone() == {"id": 0}
        free.close()


def test_without_a_limit_or_a_log_nobody_counts(where: str, tmp_path: Path) -> None:
    async def asked() -> None:
        async with await psycopg.AsyncConnection.connect(where) as raw:
            connection = guard(raw, CATALOG, policy=policy(tmp_path), principal=person("sam"))
            assert len([row async for row in await connection.execute(QUERY)]) == 10

    with psycopg.connect(where, autocommit=True) as raw:
        connection = guard(raw, CATALOG, policy=policy(tmp_path), principal=person("sam"))
        assert len(list(connection.execute(QUERY))) == 10
        cursor = connection.execute(f"{QUERY}; select 1")
        assert (len(cursor.fetchall()), cursor.nextset(), cursor.fetchall()) == (10, True, [(1,)])
        with connection.pipeline():
            cursor = connection.execute(QUERY)
            assert len(cursor.fetchall()) == 10
    asyncio.run(asked())


def test_each_use_says_how_many_rows_it_returned(where: str, access: Access) -> None:
    granted(access)
    with psycopg.connect(where) as raw, acting(person("ann"), purpose="fraud"):
        connection = guard(raw, CATALOG, access=access)
        cursor = connection.execute(EMAIL)
        assert len(cursor.fetchall()) == 10
        cursor.execute(EMAIL)
        assert cursor.fetchmany(4)
        cursor.execute(EMAIL)
        cursor.close()
        assert len(list(connection.cursor().stream(EMAIL))) == 10
        assert list(connection.cursor().stream(f"{EMAIL} limit 0")) == []
        with connection.cursor("named") as served:
            served.execute(EMAIL)
            assert sum(1 for _ in served) == 10
    assert returned(access) == [10, 4, 0, 10, 0, 10]


def test_asynchronous_cursors_count_too(where: str, few: Policy, access: Access) -> None:
    async def limited() -> None:
        async with await psycopg.AsyncConnection.connect(where) as raw:
            connection = guard(raw, CATALOG, policy=few, principal=person("sam"))
            assert await (await connection.execute(QUERY)).fetchall() == [(0,), (1,), (2,)]
            assert [row async for row in await connection.execute(QUERY)] == [(0,), (1,), (2,)]
            cursor = await connection.execute(QUERY)
            assert await cursor.fetchmany(2) == [(0,), (1,)]
            assert [await cursor.fetchone(), await cursor.fetchone()] == [(2,), None]
            assert [await cursor.fetchall(), await cursor.fetchmany(5)] == [[], []]
            assert [row async for row in connection.cursor().stream(QUERY)] == [(0,), (1,), (2,)]
            async with connection.cursor("named") as served:
                await served.execute(QUERY)
                assert [row async for row in served] == [(0,), (1,), (2,)]
            with pytest.raises(UsageError, match="rows of several results are not counted"):
                cursor.nextset()
            with pytest.raises(QueryRefused, match="for 3 rows at most"):
                async with connection.cursor() as copying, copying.copy(f"copy ({QUERY}) to stdout"):
                    pass

    async def counted() -> None:
        async with await psycopg.AsyncConnection.connect(where) as raw:
            connection = guard(raw, CATALOG, access=access)
            with acting(person("ann"), purpose="fraud"):
                assert len(await (await connection.execute(EMAIL)).fetchall()) == 10
                assert len([row async for row in connection.cursor().stream(EMAIL)]) == 10
                async with connection.cursor() as cursor:
                    await cursor.execute(EMAIL)
                    await cursor.fetchone()

    granted(access)
    asyncio.run(limited())
    asyncio.run(counted())
    assert returned(access) == [10, 10, 1]
