"""Guarded connections of psycopg, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types import TypeInfo
from psycopg_pool import ConnectionPool

from classify import Catalog, QueryRefused, UsageError, ceiling, guard

OVER = "select ssn from users"

Guarded = Any
Make = Callable[..., Any]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "public.users": {"id": "internal", "name": "internal", "ssn": "restricted"},
            "public.orders": {"id": "public", "user_id": "internal", "total": "internal"},
        }
    )


@pytest.fixture
def make(postgres: str, catalog: Catalog) -> Iterator[Make]:
    """Makes guarded connections, and closes them in the end."""
    made = []

    def connect(level: str = "internal", options: dict[str, Any] | None = None, **arguments: Any) -> Guarded:
        found = psycopg.connect(postgres, **arguments)
        made.append(found)
        return guard(found, catalog, ceiling=level, default_schema="public", **(options or {}))

    yield connect
    for one in made:
        one.close()


def _copied(one: Guarded, query: Any) -> Any:
    with one.cursor().copy(query) as found:
        return list(found)


def _in_block(one: Guarded, query: Any) -> Any:
    with one.cursor() as cursor:
        return cursor.execute(query).fetchall()


def _in_pipeline(one: Guarded, query: Any) -> Any:
    with one.pipeline():
        return one.execute(query).fetchall()


def _named(one: Guarded, query: Any) -> Any:
    with one.cursor("named") as cursor:
        return cursor.execute(query)


def _with_factory(one: Guarded, query: Any) -> Any:
    one.cursor_factory = psycopg.ClientCursor
    return one.execute(query)


WAYS: dict[str, Callable[[Guarded, Any], Any]] = {
    "connection.execute": lambda one, query: one.execute(query),
    "cursor.execute": lambda one, query: one.cursor().execute(query),
    "executemany": lambda one, query: one.cursor().executemany(query, [()]),
    "stream": lambda one, query: list(one.cursor().stream(query)),
    "named cursor": _named,
    "copy": lambda one, query: _copied(one, f"copy ({query}) to stdout"),
    "in a block": _in_block,
    "in a pipeline": _in_pipeline,
    "bytes": lambda one, query: one.execute(query.encode()),
    "composed": lambda one, query: one.execute(sql.SQL(query) + sql.SQL(" limit 1")),
    "several": lambda one, query: one.execute(f"select 1; {query}"),
    "a cursor's connection": lambda one, query: one.cursor().connection.execute(query),
    "a factory that is put there later": _with_factory,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("factory", [psycopg.Cursor, psycopg.ClientCursor, psycopg.RawCursor])
def test_what_is_above_the_ceiling_never_reaches_the_server(make: Make, way: str, factory: Any) -> None:
    connection = make(cursor_factory=factory, autocommit=True)
    asked: list[str] = []
    connection.wait = lambda generator, *_: asked.append(generator.__qualname__)
    for _ in range(2):
        with pytest.raises(QueryRefused) as refused:
            WAYS[way](connection, OVER)
        assert refused.value.label.level == "restricted"
    assert not [one for one in asked if "execut" in one or "stream" in one or "copy" in one]


def test_what_is_allowed_works_as_before(make: Make) -> None:
    connection = make()
    assert (isinstance(connection, psycopg.Connection), type(connection).__name__) == (True, "Connection")
    cursor = connection.execute("select id, name from users where id = %s and name like %s", (1, "A%"))
    assert (isinstance(cursor, psycopg.Cursor), type(cursor).__name__) == (True, "Cursor")
    assert cursor.fetchall() == [(1, "Ann")]
    assert [(one.name, one.label.level) for one in cursor.classification] == [("id", "internal"), ("name", "internal")]
    assert connection.execute("select %(a)s::int, 5 %% 2", {"a": 7}).fetchone() == (7, 1)
    assert connection.execute("select 5 % 2").fetchone() == (1,)
    cursor = connection.execute("select id from orders; select name from users")
    assert [one.name for one in cursor.classification] == ["id"]
    assert cursor.nextset()
    assert [one.name for one in cursor.classification] == ["name"]
    assert TypeInfo.fetch(connection, "text") is not None
    with connection.cursor("named") as named:
        assert named.execute("select id from users order by id").fetchmany(1) == [(1,)]
    with connection.cursor().copy("copy orders (id, user_id, total) from stdin") as copy:
        copy.write_row((100, 1, 5))
    with connection.cursor().copy("copy (select id from orders where id = 100) to stdout") as copy:
        assert list(copy.rows()) == [("100",)]
    assert list(connection.cursor().stream("select id from orders where id = 100")) == [(100,)]
    assert list(connection.execute("show server_encoding")) == [("UTF8",)]
    connection.rollback()


SESSIONS = [
    (["create temp table users as select 1 as ssn", OVER], True),
    (["set search_path to other", OVER], False),
    (["create temp table users as select 1 as ssn", "drop table pg_temp.users", OVER], False),
    (["begin", "create temp table users as select 1 as ssn", "rollback", OVER], False),
    (["begin", "create temp table users as select 1 as ssn", "commit", OVER], True),
    (["begin", "savepoint a", "create temp table users as select 1 as ssn", "rollback to a", OVER], False),
    (["begin", "savepoint a", "create temp table users as select 1 as ssn", "release savepoint a", OVER], True),
    (["begin", "set local search_path to other", "select id from users"], False),
    (["begin", "set local search_path to other", "commit", "select id from users"], True),
    (["begin", "set search_path to other", "rollback", "select id from users"], True),
    (
        [
            "create temp table users as select 1 as ssn",
            "begin",
            "set local search_path to public",
            "drop table pg_temp.users",
            "commit",
            OVER,
        ],
        False,
    ),
    (["begin", "set search_path to other", "commit", "select id from users"], False),
]


@pytest.mark.parametrize(("statements", "runs"), SESSIONS)
def test_the_session_is_followed(make: Make, statements: list[str], runs: bool) -> None:
    connection = make(autocommit=True)
    for statement in statements[:-1]:
        connection.execute(statement)
    if runs:
        connection.execute(statements[-1]).fetchall()
    else:
        with pytest.raises(QueryRefused):
            connection.execute(statements[-1])


def test_names_are_looked_up_where_the_server_does(postgres: str, catalog: Catalog) -> None:
    with psycopg.connect(postgres, autocommit=True) as plain:
        plain.execute("create schema if not exists private")
        plain.execute("create table if not exists private.users (id int, name text)")
    known = catalog | Catalog.from_mapping({"private.users": {"id": "restricted", "name": "restricted"}})
    with psycopg.connect(postgres, options="-c search_path=private,public") as connection:
        guarded = guard(connection, known, ceiling="internal")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with pytest.raises(QueryRefused, match=r"private\.users\.name"):
            guarded.execute("select name from users")
        guarded.execute("select id from orders")
        guarded.execute("set search_path to public")
        guarded.execute("select name from users")

    async def main() -> None:
        async with await psycopg.AsyncConnection.connect(postgres, options="-c search_path=private") as connection:
            guarded = guard(connection, known, ceiling="internal")
            with pytest.raises(QueryRefused, match=r"private\.users\.name"):
                await guarded.execute("select name from users")
            assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE

    asyncio.run(main())
    with psycopg.connect(postgres) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute("select 1 / 0")
        with pytest.raises(UsageError, match="roll back"):
            guard(connection, known, ceiling="internal")


def _roll_back() -> None:
    raise psycopg.Rollback


@pytest.mark.parametrize("autocommit", [False, True])
def test_transactions_by_method_are_followed(make: Make, autocommit: bool) -> None:
    connection = make(autocommit=autocommit)

    def is_allowed() -> bool:
        try:
            connection.execute(OVER)
        except QueryRefused:
            return False
        return True

    make_table = "create temp table users as select 1 as ssn"
    with contextlib.suppress(ZeroDivisionError), connection.transaction():
        connection.execute(make_table)
        assert is_allowed()
        raise ZeroDivisionError
    assert not is_allowed()
    with connection.transaction(force_rollback=True):
        connection.execute(make_table)
    assert not is_allowed()
    with connection.transaction():
        with connection.transaction():
            connection.execute(make_table)
            _roll_back()
        assert not is_allowed()
    with connection.transaction(), connection.transaction():
        connection.execute(make_table)
    assert is_allowed()
    connection.execute("drop table pg_temp.users")
    if not autocommit:
        connection.commit()
        connection.execute(make_table)
        assert is_allowed()
        connection.rollback()
        assert not is_allowed()
        connection.execute(make_table)
        connection.commit()
        assert is_allowed()


def test_an_end_that_nobody_saw_may_be_either(make: Make) -> None:
    connection = make()
    connection.execute("create temp table users as select 1 as ssn")
    psycopg.Connection.rollback(connection)
    with pytest.raises(QueryRefused):
        connection.execute(OVER)


def test_in_a_pipeline_nobody_knows_yet_what_ran(make: Make) -> None:
    connection = make(autocommit=True)
    with contextlib.suppress(psycopg.Error), connection.pipeline():
        connection.execute("create temp table users as select 1 / 0 as ssn")
    with pytest.raises(QueryRefused):
        connection.execute(OVER)


@pytest.mark.parametrize("way", ["stream", "copy"])
def test_what_streams_and_copies_write_is_followed(make: Make, way: str) -> None:
    connection = make("restricted", autocommit=True)
    connection.execute("create temp table held (value text)")
    moved = "insert into held select ssn from users returning 1"
    if way == "stream":
        rows = connection.cursor().stream(moved)
        next(rows)
        rows.close()  # nobody takes the rest
    else:
        _copied(connection, f"copy (with moved as ({moved}) select * from moved) to stdout")
    with ceiling("internal"), pytest.raises(QueryRefused):
        connection.execute("select value from held")


def test_a_pool_hands_the_session_on_as_it_is(postgres: str, catalog: Catalog) -> None:
    def configure(connection: psycopg.Connection[Any]) -> None:
        guard(connection, catalog, ceiling="internal", default_schema="public")

    with ConnectionPool(postgres, min_size=1, max_size=1, configure=configure, open=True) as pool:
        with pool.connection() as connection:
            connection.execute("create temp table users as select 1 as ssn")
            assert connection.execute(OVER).fetchall() == [(1,)]
        with pool.connection() as connection:
            assert connection.execute(OVER).fetchall() == [(1,)]
            connection.execute("drop table pg_temp.users")
        with pool.connection() as connection, pytest.raises(QueryRefused):
            connection.execute(OVER)


def test_a_refused_query_leaves_the_transaction_usable(make: Make) -> None:
    connection = make()
    connection.execute("insert into orders values (200, 1, 1)")
    with pytest.raises(QueryRefused):
        connection.execute(OVER)
    assert connection.execute("select count(*) from orders where id = 200").fetchone() == (1,)
    connection.rollback()


@pytest.mark.parametrize(
    ("statement", "kind", "kept"),
    [
        ("insert into users values (1, 'x', '078-05-1120')", psycopg.errors.UniqueViolation, "users_pkey"),
        ("insert into orders values (null, 78, 1120)", psycopg.errors.NotNullViolation, "column id"),
        ("select '078-05-1120'::int", psycopg.errors.InvalidTextRepresentation, "22P02"),
        ("select cast(ssn as int) from users", psycopg.errors.InvalidTextRepresentation, "22P02"),
    ],
)
def test_errors_quote_no_data(make: Make, statement: str, kind: type[psycopg.Error], kept: str) -> None:
    connection = make("restricted", autocommit=True)
    with pytest.raises(kind) as caught:
        connection.execute(statement)
    error = caught.value
    assert kept in str(error)
    assert "0000" not in repr(vars(error))
    for quoted in ("078", "1120", "(1)"):
        assert quoted not in str(error)
        assert quoted not in repr(error.diag.message_detail)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert isinstance(pickle.loads(pickle.dumps(error)), kind)
    chained = make("restricted", {"chain_errors": True}, autocommit=True)
    with pytest.raises(kind) as caught:
        chained.execute(statement)
    assert isinstance(caught.value.__cause__, kind)


def test_errors_that_come_late_quote_no_data_either(make: Make, postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as plain:
        plain.execute("drop table if exists late")
        plain.execute("create table late (id int unique deferrable initially deferred)")
    catalog = Catalog.from_mapping({"public.late": {"id": "internal"}, "public.users": {"ssn": "restricted"}})
    connection = guard(psycopg.connect(postgres), catalog, ceiling="restricted", default_schema="public")
    ways: list[Callable[[], Any]] = [
        lambda: _deferred(connection),
        lambda: _copied(connection, "copy (select ssn::int from users) to stdout"),
        lambda: list(connection.cursor().stream("select ssn::int from users")),
    ]
    for way in ways:
        with pytest.raises(psycopg.Error, match="left out") as caught:
            way()
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        assert "078" not in str(caught.value) + repr(caught.value.diag.message_detail)
        connection.rollback()
    connection.execute("insert into late values (78), (78)")
    with pytest.raises(psycopg.errors.UniqueViolation, match=r"\(23505, constraint late_id_key, table late\)"):
        connection.commit()
    connection.close()


def _deferred(connection: Guarded) -> None:
    with connection.transaction():
        connection.execute("insert into late values (78), (78)")


def test_errors_of_the_module_say_what_they_say(make: Make) -> None:
    connection = make()
    with pytest.raises(psycopg.ProgrammingError, match="parameter"):
        connection.execute("select %s", ())
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="closed"):
        connection.execute("select 1")


@pytest.mark.parametrize("wrong", [None, 1, b"select \xff"])
def test_what_is_no_text_is_refused(make: Make, wrong: Any) -> None:
    with pytest.raises(UsageError):
        make().execute(wrong)


def test_what_cannot_be_guarded(make: Make, postgres: str, catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="guarded already"):
        guard(make(), catalog, ceiling="internal")
    closed = psycopg.connect(postgres)
    closed.close()
    with pytest.raises(UsageError, match="is closed"):
        guard(closed, catalog, ceiling="internal")


def test_columns_of_the_database_complete_the_catalog(postgres: str) -> None:
    catalog = Catalog.from_mapping({"public.users": {"ssn": "restricted"}})
    with psycopg.connect(postgres) as connection:
        completed = guard(connection, catalog, ceiling="restricted", default_schema="public", columns="database")
        assert completed.execute("select name from users order by id").fetchall() == [("Ann",), ("Bob",)]


# -- asynchronous


@pytest.mark.parametrize("schema", ["public", None])
def test_an_asynchronous_connection_asks_before_its_first_query(postgres: str, schema: str | None) -> None:
    async def main() -> None:
        async with await psycopg.AsyncConnection.connect(postgres) as raw:
            known = Catalog.from_mapping({"public.users": {"ssn": "restricted"}})
            one = guard(raw, known, ceiling="restricted", default_schema=schema, columns="database")
            assert raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            # Several at once, one of which changes what a name means: none of them forgets it.
            asked = [one.execute("select name from users where id = 1") for _ in range(4)]
            await asyncio.gather(one.execute("create temp table orders as select ssn as id from users"), *asked)
            with ceiling("internal"), pytest.raises(QueryRefused, match="class restricted"):
                await one.execute("select id from orders")
            with pytest.raises(QueryRefused, match="unknown-column"):
                await one.execute("select nothing from users")

    asyncio.run(main())


async def _async_copied(one: Guarded, query: str) -> Any:
    async with one.cursor().copy(f"copy ({query}) to stdout") as found:
        return [row async for row in found]


async def _async_named(one: Guarded, query: str) -> Any:
    async with one.cursor("named") as cursor:
        return await cursor.execute(query)


async def _async_streamed(one: Guarded, query: str) -> Any:
    return [row async for row in one.cursor().stream(query)]


ASYNC_WAYS: dict[str, Callable[[Guarded, str], Awaitable[Any]]] = {
    "connection.execute": lambda one, query: one.execute(query),
    "cursor.execute": lambda one, query: one.cursor().execute(query),
    "executemany": lambda one, query: one.cursor().executemany(query, [()]),
    "named cursor": _async_named,
    "stream": _async_streamed,
    "copy": _async_copied,
}


@contextlib.asynccontextmanager
async def _connected(postgres: str, catalog: Catalog, level: str = "internal") -> AsyncIterator[Guarded]:
    async with await psycopg.AsyncConnection.connect(postgres) as connection:
        yield guard(connection, catalog, ceiling=level, default_schema="public")


@pytest.mark.parametrize("way", ASYNC_WAYS)
def test_asynchronous_connections(postgres: str, catalog: Catalog, way: str) -> None:
    async def main() -> None:
        async with _connected(postgres, catalog) as connection:
            with pytest.raises(QueryRefused):
                await ASYNC_WAYS[way](connection, OVER)
            cursor = await connection.execute("select id from users where id = %s", (1,))
            assert await cursor.fetchall() == [(1,)]
            assert [one.name for one in cursor.classification] == ["id"]
            await connection.execute("create temp table users as select 1 as ssn")
            assert await (await connection.execute(OVER)).fetchone() == (1,)
            await connection.rollback()
            with pytest.raises(QueryRefused):
                await connection.execute(OVER)
            assert [row async for row in await connection.execute("select id from users order by id")] == [(1,), (2,)]
            async with connection.cursor("named") as named:
                assert [row async for row in await named.execute("select id from users order by id")] == [(1,), (2,)]
            async with connection.transaction():
                await connection.execute("create temp table users as select 1 as ssn")
            assert await (await connection.execute(OVER)).fetchmany(1) == [(1,)]

    asyncio.run(main())


def test_many_tasks_with_ceilings_of_their_own(postgres: str, catalog: Catalog) -> None:
    queries = {"public": "select id from orders", "internal": "select name from users", "restricted": OVER}
    levels = list(queries)
    wrong: list[str] = []

    async def work(at: int, connections: list[Guarded], locks: list[asyncio.Lock]) -> None:
        own = at % len(levels)
        with ceiling(levels[own]):
            for turn in range(5):
                asked, seat = (at + turn) % len(levels), (at + turn) % len(connections)
                async with locks[seat]:
                    try:
                        await connections[seat].execute(queries[levels[asked]])
                        ran = True
                    except QueryRefused:
                        ran = False
                if ran != (asked <= own):
                    wrong.append(f"{levels[asked]} below {levels[own]}: {ran}")

    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            connections = [
                await stack.enter_async_context(_connected(postgres, catalog, "restricted")) for _ in range(3)
            ]
            locks = [asyncio.Lock() for _ in connections]
            await asyncio.gather(*(work(at, connections, locks) for at in range(200)))

    asyncio.run(main())
    assert wrong == []
