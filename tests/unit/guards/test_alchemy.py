"""Guarded engines and sessions of SQLAlchemy, on a real SQLite and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import StaticPool

from classify import Catalog, QueryRefused, UsageError, ceiling, guard
from classify.guards import classification
from tests.unit.guards.shop import DDL

OVER = "select ssn from users"


class Base(orm.DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    ssn: orm.Mapped[str] = orm.mapped_column(deferred=True)
    orders: orm.Mapped[list[Order]] = orm.relationship(back_populates="user")


class Order(Base):
    __tablename__ = "orders"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    total: orm.Mapped[int]
    user: orm.Mapped[User] = orm.relationship(back_populates="orders")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "public.users": {"id": "internal", "name": "internal", "ssn": "restricted"},
            "public.orders": {"id": "public", "user_id": "internal", "total": "internal"},
        },
        default_schema="public",
    )


def _url(name: str, postgres: str, folder: Path) -> str:
    """The address of a database with the shop's tables: PostgreSQL's has them in `public`."""
    if "sqlite" in name:
        path = folder / "app.db"
        if not path.exists():
            with contextlib.closing(sqlite3.connect(path)) as connection:
                for statement in DDL:
                    connection.execute(statement)
                connection.commit()
        return f"{name}:///{path}"
    socket = postgres.partition("host=")[2].partition(" ")[0]
    return f"{name}://postgres@/postgres?host={socket}"


@pytest.fixture(params=["sqlite", "postgresql+psycopg"])
def engine(request: pytest.FixtureRequest, postgres: str, catalog: Catalog, tmp_path: Path) -> Iterator[sa.Engine]:
    found = sa.create_engine(_url(request.param, postgres, tmp_path))
    yield guard(found, catalog, ceiling="internal")
    found.dispose()


def _with_session(engine: sa.Engine, work: Callable[[orm.Session], Any]) -> Any:
    with orm.Session(engine) as session:
        return work(session)


def _with_connection(engine: sa.Engine, work: Callable[[sa.Connection], Any]) -> Any:
    with engine.connect() as connection:
        return work(connection)


def _raw(engine: sa.Engine) -> Any:
    connection = engine.raw_connection()
    try:
        return connection.cursor().execute(OVER)
    finally:
        connection.close()


def _on(work: Callable[[Any], Any]) -> Callable[[sa.Engine], Any]:
    return lambda engine: _with_connection(engine, work)


def _in(work: Callable[[Any], Any]) -> Callable[[sa.Engine], Any]:
    return lambda engine: _with_session(engine, work)


def _flushed(session: Any) -> None:
    session.add(User(id=9, name="x", ssn="y"))
    session.flush()


def _streamed(connection: Any) -> Any:
    return connection.execution_options(stream_results=True).execute(sa.text(OVER))


def _by_option(engine: sa.Engine) -> Any:
    return _on(lambda one: one.execute(sa.text(OVER)))(engine.execution_options(isolation_level="AUTOCOMMIT"))


WAYS: dict[str, Callable[[sa.Engine], Any]] = {
    "text": _on(lambda one: one.execute(sa.text(OVER))),
    "core": _on(lambda one: one.execute(sa.select(User.ssn))),
    "filter": _on(lambda one: one.scalars(sa.select(User.id).where(User.ssn == "1"))),
    "driver's text": _on(lambda one: one.exec_driver_sql(OVER)),
    "streamed": _on(_streamed),
    "session": _in(lambda one: one.execute(sa.text(OVER))),
    "a deferred column": _in(lambda one: one.get(User, 1).ssn),
    "undeferred": _in(lambda one: one.scalars(sa.select(User).options(orm.undefer(User.ssn)))),
    "flush": _in(_flushed),
    "raw connection": _raw,
    "driver's connection": _on(lambda one: one.connection.cursor().execute(OVER)),
    "the connection below": _on(lambda one: one.connection.dbapi_connection.execute(OVER)),
    "the driver's own": _on(lambda one: one.connection.driver_connection.execute(OVER)),
    "options": _by_option,
    "pandas": lambda one: pd.read_sql_query(OVER, one),
    "polars": lambda one: pl.read_database(OVER, one),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_above_the_ceiling_is_refused(engine: sa.Engine, way: str) -> None:
    for _ in range(2):
        with pytest.raises(QueryRefused) as caught:
            WAYS[way](engine)
        assert caught.value.label.level == "restricted"


def test_what_is_allowed_works_as_before(engine: sa.Engine) -> None:
    with orm.Session(engine) as session:
        user = session.get_one(User, 1)
        assert [order.total for order in user.orders] == [10, 20]
        result = session.execute(sa.select(User.id, User.name).where(User.name.in_(["Ann", "Bob"])).order_by(User.id))
        assert [(one.name, one.label.level) for one in classification(result) or ()] == [
            ("id", "internal"),
            ("name", "internal"),
        ]
        assert result.all() == [(1, "Ann"), (2, "Bob")]
        session.add_all([Order(id=at, user_id=1, total=at) for at in range(50, 60)])
        session.flush()
        assert session.scalar(sa.select(sa.func.count()).where(Order.id >= 50)) == 10
        with contextlib.suppress(ZeroDivisionError), session.begin_nested():
            session.execute(sa.delete(Order).where(Order.id >= 50))
            raise ZeroDivisionError
        assert session.scalar(sa.select(sa.func.count()).where(Order.id >= 50)) == 10
        assert session.scalar(sa.select(sa.literal("x"))) == "x"
        session.rollback()
    assert pd.read_sql_query("select id from users order by id", engine)["id"].tolist() == [1, 2]
    assert pl.read_database("select id from users order by id", engine)["id"].to_list() == [1, 2]


def test_the_ceiling_of_the_code_narrows(engine: sa.Engine) -> None:
    @ceiling("public")
    def names() -> Any:
        return _with_session(engine, lambda session: session.scalars(sa.select(User.name)).all())

    with pytest.raises(QueryRefused, match="above the ceiling public"):
        names()
    assert _with_session(engine, lambda session: session.scalars(sa.select(User.name)).all()) == ["Ann", "Bob"]


def test_a_refused_query_leaves_the_transaction_usable(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("insert into orders values (70, 1, 1)"))
        with pytest.raises(QueryRefused):
            connection.execute(sa.text(OVER))
        assert connection.scalar(sa.text("select count(*) from orders where id = 70")) == 1
        connection.rollback()


def test_the_session_of_a_pooled_connection_is_followed(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("create temp table users as select 1 as ssn"))
        assert connection.execute(sa.text(OVER)).all() == [(1,)]
        nested = connection.begin_nested()
        connection.execute(sa.text("drop table users"))
        nested.rollback()
        connection.commit()
    with engine.connect() as connection:  # the same one, from the pool
        assert connection.execute(sa.text(OVER)).all() == [(1,)]
        connection.execute(sa.text("drop table users"))
        connection.commit()
    with engine.connect() as connection, pytest.raises(QueryRefused):
        connection.execute(sa.text(OVER))


def test_tables_are_reflected_and_made_through_it(engine: sa.Engine) -> None:
    found = sa.inspect(engine)
    assert {"orders", "users"} <= set(found.get_table_names())
    assert [one["name"] for one in found.get_columns("users")] == ["id", "name", "ssn"]
    assert found.get_pk_constraint("users")["constrained_columns"] == ["id"]
    assert (len(found.get_foreign_keys("users")), len(found.get_indexes("orders"))) == (0, 0)
    assert found.has_table("users")
    Base.metadata.create_all(engine)  # they are there
    sa.MetaData().reflect(engine)
    assert pd.read_sql("select id from users order by id", engine)["id"].tolist() == [1, 2]


def test_a_new_pool_is_guarded_as_the_old_one_was(engine: sa.Engine) -> None:
    engine.dispose()
    for one in (engine, engine.execution_options(isolation_level="AUTOCOMMIT")):
        with one.connect() as connection, pytest.raises(QueryRefused):
            connection.execute(sa.text(OVER))


def test_many_threads_on_one_pool(engine: sa.Engine) -> None:
    queries = {"public": "select id from orders", "internal": "select name from users"}
    levels = list(queries)
    wrong: list[str] = []

    def work(at: int) -> None:
        own = at % len(levels)
        with ceiling(levels[own]):
            for turn in range(5):
                asked = (at + turn) % len(levels)
                query = sa.text(queries[levels[asked]])
                try:
                    with engine.connect() as connection:
                        connection.execute(query).all()
                    ran = True
                except QueryRefused:
                    ran = False
                if ran != (asked <= own):
                    wrong.append(f"{levels[asked]} below {levels[own]}: {ran}")

    with ThreadPoolExecutor(200) as pool:
        list(pool.map(work, range(200)))
    assert wrong == []


def test_errors_quote_no_data(postgres: str, catalog: Catalog, tmp_path: Path) -> None:
    engine = guard(sa.create_engine(_url("postgresql+psycopg", postgres, tmp_path), hide_parameters=True), catalog,
                   ceiling="restricted")  # fmt: skip
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
        connection.execute(sa.insert(User).values(id=1, name="x", ssn="078-05-1120"))
    error: BaseException | None = caught.value
    while error is not None:
        assert "078" not in str(error)
        assert "(1)" not in str(error)
        error = error.__cause__ or error.__context__
    engine.dispose()


def test_an_engine_in_memory_that_is_in_use(catalog: Catalog) -> None:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for statement in DDL:
            connection.exec_driver_sql(statement)
    guard(engine, catalog, ceiling="internal")
    with engine.connect() as connection:
        assert connection.execute(sa.text("select name from users where id = 1")).all() == [("Ann",)]
        with pytest.raises(QueryRefused):
            connection.execute(sa.text(OVER))
    engine.dispose()


def test_sessions_and_connections_lead_to_their_engine(catalog: Catalog, tmp_path: Path) -> None:
    engines: list[sa.Engine] = []

    def fresh() -> sa.Engine:
        engines.append(sa.create_engine(_url("sqlite", "", tmp_path)))
        return engines[-1]

    made = orm.sessionmaker(fresh())
    guard(made, catalog, ceiling="internal")
    with made() as session, pytest.raises(QueryRefused):
        session.execute(sa.text(OVER))
    with guard(orm.Session(fresh()), catalog, ceiling="internal") as session, pytest.raises(QueryRefused):
        session.execute(sa.text(OVER))
    with fresh().connect() as connection:
        guard(connection, catalog, ceiling="internal")
        with pytest.raises(QueryRefused):
            connection.execute(sa.text(OVER))
    guarded = guard(fresh(), catalog, ceiling="internal")
    for wrong, message in ((guarded, "guarded already"), (orm.Session(), "bound to one")):
        with pytest.raises(UsageError, match=message):
            guard(wrong, catalog, ceiling="internal")
    several: Any = {User: fresh(), Order: fresh()}
    bound: list[Any] = [orm.Session(fresh(), binds=several), orm.sessionmaker(fresh(), binds=several)]
    for one in bound:
        with pytest.raises(UsageError, match="several engines"):
            guard(one, catalog, ceiling="internal")
    with orm.Session(fresh()) as begun:
        begun.execute(sa.text("select 1"))
        with pytest.raises(UsageError, match="in a transaction"):
            guard(begun, catalog, ceiling="internal")
    with pytest.raises(UsageError, match="`asyncpg` cannot be guarded"):
        guard(_asyncpg(), catalog, ceiling="internal")
    for engine in engines:
        engine.dispose()


def test_an_asynchronous_connection_leads_nowhere(catalog: Catalog) -> None:
    async def main() -> None:
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            with pytest.raises(UsageError, match="expected an engine or a session"):
                guard(connection, catalog, ceiling="internal")
        await engine.dispose()

    asyncio.run(main())


def _asyncpg() -> Any:
    engine = create_async_engine("sqlite+aiosqlite://")
    engine.sync_engine.dialect.driver = "asyncpg"
    return engine


# -- asynchronous


@contextlib.asynccontextmanager
async def _asynchronous(name: str, postgres: str, catalog: Catalog, folder: Path) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(_url(name, postgres, folder))
    yield guard(engine, catalog, ceiling="internal")
    await engine.dispose()


async def _async_connection(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        return await connection.execute(sa.text(OVER))


async def _async_stream(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        return [row async for row in await connection.stream(sa.text(OVER))]


async def _async_session(engine: AsyncEngine) -> Any:
    async with AsyncSession(engine) as session:
        return await session.scalars(sa.select(User.ssn))


async def _run_sync(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        return await connection.run_sync(lambda found: found.execute(sa.text(OVER)))


async def _driver(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        raw: Any = await connection.get_raw_connection()
        return await raw.driver_connection.execute(OVER)


ASYNC_WAYS: dict[str, Callable[[AsyncEngine], Awaitable[Any]]] = {
    "connection": _async_connection,
    "stream": _async_stream,
    "session": _async_session,
    "run_sync": _run_sync,
    "the driver's own": _driver,
}


@pytest.mark.parametrize("way", ASYNC_WAYS)
@pytest.mark.parametrize("name", ["sqlite+aiosqlite", "postgresql+psycopg_async"])
def test_asynchronous_engines(name: str, way: str, postgres: str, catalog: Catalog, tmp_path: Path) -> None:
    async def main() -> None:
        async with _asynchronous(name, postgres, catalog, tmp_path) as engine:
            with pytest.raises(QueryRefused):
                await ASYNC_WAYS[way](engine)
            async with AsyncSession(engine) as session:
                result = await session.execute(sa.select(User.name).order_by(User.id))
                assert [one.name for one in classification(result) or ()] == ["name"]
                assert result.scalars().all() == ["Ann", "Bob"]
                with ceiling("public"), pytest.raises(QueryRefused):
                    await session.execute(sa.select(User.name))

    asyncio.run(main())


@pytest.mark.parametrize("name", ["sqlite", "postgresql+psycopg"])
def test_columns_of_the_database_complete_the_catalog(name: str, postgres: str, tmp_path: Path) -> None:
    catalog = Catalog.from_mapping({"users": {"ssn": "restricted"}})
    engine = sa.create_engine(_url(name, postgres, tmp_path))
    guard(engine, catalog, ceiling="restricted", columns="database")
    with engine.connect() as connection:
        assert connection.execute(sa.text("select name from users where id = 1")).all() == [("Ann",)]
    engine.dispose()


@pytest.mark.parametrize("name", ["sqlite+aiosqlite", "postgresql+psycopg_async"])
def test_an_asynchronous_engine_asks_before_its_first_query(name: str, postgres: str, tmp_path: Path) -> None:
    async def main() -> None:
        engine = create_async_engine(_url(name, postgres, tmp_path))
        guard(engine, Catalog.from_mapping({"users": {"ssn": "restricted"}}), ceiling="restricted", columns="database")
        async with engine.connect() as one, engine.connect() as other:
            for connection in (one, other):
                found = await connection.execute(sa.text("select name from users where id = 1"))
                assert found.all() == [("Ann",)]
                with pytest.raises(QueryRefused, match="unknown-column"):
                    await connection.execute(sa.text("select nothing from users"))
        await engine.dispose()

    asyncio.run(main())


@pytest.mark.parametrize("name", ["sqlite+aiosqlite", "postgresql+psycopg_async"])
def test_many_tasks_on_one_pool(name: str, postgres: str, catalog: Catalog, tmp_path: Path) -> None:
    queries = {"public": "select id from orders", "internal": "select name from users"}
    levels = list(queries)
    wrong: list[str] = []

    async def main() -> None:
        async with _asynchronous(name, postgres, catalog, tmp_path) as engine:

            async def work(at: int) -> None:
                own = at % len(levels)
                with ceiling(levels[own]):
                    asked = at // 2 % len(levels)
                    async with engine.connect() as connection:
                        try:
                            await connection.execute(sa.text(queries[levels[asked]]))
                            ran = True
                        except QueryRefused:
                            ran = False
                    if ran != (asked <= own):
                        wrong.append(f"{levels[asked]} below {levels[own]}: {ran}")

            await asyncio.gather(*map(work, range(200)))

    asyncio.run(main())
    assert wrong == []
