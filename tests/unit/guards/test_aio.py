"""Guarded connections of aiosqlite, on a real SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiosqlite
import pytest

from classify import Catalog, QueryRefused, UsageError, ceiling, guard
from tests.unit.guards.shop import DDL

OVER = "select ssn from users"


async def _in_block(one: Any, sql: str) -> Any:
    async with one.execute(sql) as cursor:
        return await cursor.fetchall()


async def _cursor(one: Any) -> Any:
    return await one.cursor()


async def _of_cursor(one: Any, name: str, *arguments: Any) -> Any:
    return await getattr(await _cursor(one), name)(*arguments)


async def _connection_of_cursor(one: Any, sql: str) -> Any:
    return await (await _cursor(one)).connection.execute(sql)


WAYS: dict[str, Callable[[Any, str], Awaitable[Any]]] = {
    "execute": lambda one, sql: one.execute(sql),
    "in a block": _in_block,
    "executemany": lambda one, sql: one.executemany(sql, [()]),
    "executescript": lambda one, sql: one.executescript(sql),
    "execute_fetchall": lambda one, sql: one.execute_fetchall(sql),
    "execute_insert": lambda one, sql: one.execute_insert(sql),
    "cursor.execute": lambda one, sql: _of_cursor(one, "execute", sql),
    "cursor.executemany": lambda one, sql: _of_cursor(one, "executemany", sql, [()]),
    "cursor.executescript": lambda one, sql: _of_cursor(one, "executescript", sql),
    "a cursor's connection": _connection_of_cursor,
}


def run(catalog: Catalog, body: Callable[[Any], Coroutine[Any, Any, None]], level: str = "internal") -> None:
    async def main() -> None:
        async with aiosqlite.connect(":memory:") as connection:
            await connection.executescript(";".join(DDL))
            await body(guard(connection, catalog, ceiling=level))

    asyncio.run(main())


@pytest.mark.parametrize("way", WAYS)
def test_what_is_above_the_ceiling_is_refused(catalog: Catalog, way: str) -> None:
    async def body(connection: Any) -> None:
        with pytest.raises(QueryRefused):
            await WAYS[way](connection, OVER)
        with ceiling("public"), pytest.raises(QueryRefused, match="above the ceiling public"):
            await WAYS[way](connection, "select name from users")

    run(catalog, body)


def test_what_is_allowed_works_as_before(catalog: Catalog) -> None:
    async def body(connection: Any) -> None:
        assert issubclass(type(connection), aiosqlite.Connection)
        cursor = await connection.execute("select id, name from users where id = ?", (1,))
        assert await cursor.fetchall() == [(1, "Ann")]
        assert [one.name for one in cursor.classification] == ["id", "name"]
        async with connection.execute("select id from orders order by id") as cursor:
            assert [row async for row in cursor] == [(1,), (2,), (3,)]
        assert await connection.execute_insert("insert into orders values (9, 1, 1)") == (9,)
        assert await connection.execute_fetchall("select id from orders where id = 9") == [(9,)]
        await connection.executemany("insert into orders values (?, 1, 1)", [(10,), (11,)])
        connection.row_factory = aiosqlite.Row
        row = await (await connection.execute("select name as n from users")).fetchone()
        assert row["n"] == "Ann"
        assert len(await (await connection.execute("select id from orders")).fetchmany(2)) == 2
        await connection.executescript("create temp table t (a); insert into t values (1)")
        assert not connection.in_transaction

    run(catalog, body)


def test_the_session_is_followed(catalog: Catalog) -> None:
    async def body(connection: Any) -> None:
        await connection.execute("insert into orders values (9, 9, 9)")
        await connection.execute("create temp table users as select 1 as ssn")
        assert await connection.execute_fetchall(OVER) == [(1,)]
        await connection.rollback()
        with pytest.raises(QueryRefused):
            await connection.execute(OVER)
        await connection.execute("begin")
        await connection.execute("create temp table users as select 1 as ssn")
        await connection.commit()
        assert await connection.execute_fetchall(OVER) == [(1,)]

    run(catalog, body)


@pytest.mark.parametrize("name", ["backup", "iterdump", "load_extension", "enable_load_extension"])
def test_ways_past_the_texts_are_closed(catalog: Catalog, name: str) -> None:
    async def body(connection: Any) -> None:
        with pytest.raises(UsageError, match=f"`{name}`"):
            getattr(connection, name)()

    run(catalog, body)


def test_errors_quote_no_data(catalog: Catalog) -> None:
    async def body(connection: Any) -> None:
        with pytest.raises(sqlite3.OperationalError, match="left out") as caught:
            await connection.execute_fetchall("select cast(x'ff' as text)")
        assert caught.value.__context__ is None
        with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: users\.id"):
            await connection.execute("insert into users (id) values (1)")
        cursor = await connection.execute("select cast(x'ff' as text) from users")
        with pytest.raises(sqlite3.OperationalError, match="left out"):
            await cursor.fetchall()

    run(catalog, body, "restricted")


def test_what_cannot_be_guarded(catalog: Catalog) -> None:
    async def body(connection: Any) -> None:
        with pytest.raises(UsageError, match="guarded already"):
            guard(connection, catalog, ceiling="internal")

    run(catalog, body)


def test_columns_of_the_database_complete_the_catalog() -> None:
    async def main() -> None:
        raw = await aiosqlite.connect(":memory:")
        for statement in DDL:
            await raw.execute(statement)
        known = Catalog.from_mapping({"users": {"ssn": "restricted"}})
        guarded = guard(raw, known, ceiling="restricted", columns="database")
        # Several at once, one of which changes what a name means: none of them forgets it.
        first = guarded.execute("create temp table orders as select ssn as id from users")
        others = [guarded.execute_fetchall("select name from users order by id") for _ in range(5)]
        _, *found = await asyncio.gather(first, *others)
        assert found == [[("Ann",), ("Bob",)]] * 5
        with ceiling("internal"), pytest.raises(QueryRefused, match="class restricted"):
            await guarded.execute("select id from orders")
        async with guarded.execute("select name from users where id = 1") as cursor:
            assert await cursor.fetchone() == ("Ann",)
        await raw.close()

    asyncio.run(main())


def test_a_ceiling_around_the_first_question_holds_though_the_database_is_asked_first() -> None:
    async def main() -> None:
        raw = await aiosqlite.connect(":memory:")
        for statement in DDL:
            await raw.execute(statement)
        known = Catalog.from_mapping({"users": {"ssn": "restricted"}})
        guarded = guard(raw, known, ceiling="restricted", columns="database")
        with ceiling("internal"):
            asked = guarded.execute("select ssn from users")
        with pytest.raises(QueryRefused, match="above the ceiling internal"):
            await asked
        cursor = await guarded.cursor()
        await cursor.execute("select name from users")
        await raw.close()

    asyncio.run(main())


def test_one_that_is_not_open(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="await it first"):
        guard(aiosqlite.connect(":memory:"), catalog, ceiling="internal")


def test_many_tasks_with_ceilings_of_their_own(catalog: Catalog) -> None:
    queries = {"public": "select id from orders", "internal": "select name from users", "restricted": OVER}
    levels = list(queries)
    wrong: list[str] = []

    async def body(connection: Any) -> None:
        async def work(at: int) -> None:
            own = at % len(levels)
            with ceiling(levels[own]):
                for turn in range(5):
                    asked = (at + turn) % len(levels)
                    try:
                        await connection.execute_fetchall(queries[levels[asked]])
                        ran = True
                    except QueryRefused:
                        ran = False
                    if ran != (asked <= own):
                        wrong.append(f"{levels[asked]} below {levels[own]}: {ran}")

        await asyncio.gather(*map(work, range(200)))

    run(catalog, body, "restricted")
    assert wrong == []
