"""A guard that asks a policy, with the grants and the log of a store."""

from __future__ import annotations

import asyncio
import json
import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiosqlite
import duckdb
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from classify import Catalog, Policy, QueryRefused, UsageError, acting, guard
from classify.access import Access, State, Store, StoreError
from classify.access.tables import EVENTS
from classify.guards.policing import Notice
from classify.policy import NeedsApproval, Principal, Request
from classify.sql import analyse
from tests.unit.access.office import RULES, office, person, policy

CATALOG = Catalog.from_mapping(
    {
        "users": {
            "id": "internal",
            "email": {"level": "confidential", "categories": ["pii.email"]},
            "ssn": "restricted",
        },
        "copies": {"email": "restricted"},
    },
    dialect="sqlite",
)
DUCKS = Catalog.from_mapping(
    {
        "main.users": {"id": "internal", "email": "confidential", "ssn": "restricted"},
        "main.copies": {"email": "restricted"},
    },
    dialect="duckdb",
    default_schema="main",
)
CATALOGS = {"sqlite": CATALOG, "duckdb": DUCKS}
TICKET = {"ticket": "T-1"}


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table users (id, email, ssn)")
    connection.execute("create table copies (email)")
    connection.executemany("insert into users values (?, 'e', 's')", [(at,) for at in range(10)])
    connection.commit()
    yield connection
    connection.close()


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    found = office(tmp_path)
    yield found
    found.store.close()


def events(access: Access) -> list[dict[str, Any]]:
    with access.store.reading() as step:
        bodies = step.connection.execute(sa.select(EVENTS.c.body).order_by(EVENTS.c.seq)).scalars()
        return [json.loads(one) for one in bodies]


def granted(access: Access, sql: str, action: str = "read", dialect: str = "sqlite", **facts: Any) -> str:
    """A grant for that query, as the approvers gave it."""
    request = Request(person("ann"), action, "fraud", references=TICKET, **facts)
    entry = access.request(request, analyse(sql, CATALOGS[dialect], dialect=dialect))
    access.approve(entry.id, person("sam"))
    return access.approve(entry.id, person("sue")).id


def test_who_asks_what_for_decides(raw: sqlite3.Connection, tmp_path: Path) -> None:
    connection = guard(raw, CATALOG, policy=policy(tmp_path))
    with pytest.raises(QueryRefused, match="no rule allows internal"):
        connection.execute("select id from users")
    with acting(person("sam")):
        assert len(connection.execute("select email from users").fetchall()) == 10
    with acting(person("ann"), purpose="fraud"), pytest.raises(QueryRefused) as caught:
        connection.execute("select email from users where email = 'ann@example.org'")
    assert isinstance(caught.value.decision, NeedsApproval)
    assert "ann@example.org" not in str(caught.value)
    assert str(caught.value).splitlines()[-1] == (
        "  help: ask for it with `classify access request -f QUERY.sql --purpose fraud "
        "--dialect sqlite --reference 'ticket=…'`"
    )
    assert str(pickle.loads(pickle.dumps(caught.value)).decision) == str(caught.value.decision)
    mine = guard(sqlite3.connect(":memory:"), CATALOG, policy=policy(tmp_path), principal=person("sam"))
    assert mine.execute("select 1").fetchall() == [(1,)]
    mine.close()


def test_a_grant_is_used_and_in_the_log_before_the_query_runs(raw: sqlite3.Connection, access: Access) -> None:
    connection = guard(raw, CATALOG, access=access)
    grant = granted(access, "select email from users")
    before = len(events(access))
    with acting(person("ann"), purpose="fraud"):
        assert len(connection.execute("select email from users").fetchall()) == 10
        decided, returned = events(access)[before:]
        assert (decided["decision"], decided["grants"], decided["rules"]) == ("allow", [grant], ["two"])
        assert decided["outputs"] == [{"dataset": "", "name": "email", "direct": ["users.email"], "indirect": []}]
        assert decided["policy"] == access.policy.digests["policy"]
        assert (returned["event"], returned["returned_rows"]) == (decided["seq"], 10)
        # Each use is one.
        cursor = connection.execute("select email from users")
        assert len(events(access)) == before + 3
        assert cursor.fetchmany(3)
        cursor.close()
        assert [one.get("returned_rows") for one in events(access)[before + 2 :]] == [None, 3]
        connection.execute("select id from users")  # needs nobody
        assert len(events(access)) == before + 4
        with pytest.raises(QueryRefused, match="needs approval"):
            connection.execute("select ssn from users")
        assert events(access)[-1]["decision"] == "needs_approval"
    with acting(person("ann"), purpose="ads"), pytest.raises(QueryRefused):
        connection.execute("select email from users")
    access.revoke(grant, person("sid"))
    with acting(person("ann"), purpose="fraud"), pytest.raises(QueryRefused):
        connection.execute("select email from users")
    assert access.entry(grant).state is State.REVOKED


def test_what_cannot_be_logged_does_not_run(raw: sqlite3.Connection, access: Access) -> None:
    connection = guard(raw, CATALOG, access=access)
    granted(access, "select email from users")
    ran: list[str] = []
    raw.set_trace_callback(ran.append)
    with access.store.writing() as step:
        step.connection.exec_driver_sql("ALTER TABLE classify_events RENAME TO gone")
        step.connection.exec_driver_sql("CREATE VIEW classify_events AS SELECT * FROM gone")
    with acting(person("ann"), purpose="fraud"), pytest.raises(StoreError):
        connection.execute("select email from users")
    assert ran == []


def test_writing_is_asked_for_as_writing(raw: sqlite3.Connection, access: Access) -> None:
    connection = guard(raw, CATALOG, access=access, execution_region="us")
    text = "insert into copies select email from users"
    granted(access, "select email from users", execution_region="us")
    with acting(person("ann"), purpose="fraud"), pytest.raises(QueryRefused) as caught:
        connection.execute(text)
    assert "--action write" in str(caught.value)
    assert "--sink table --sink-region us" in str(caught.value)


def test_an_obligation_that_the_guard_cannot_see_to_denies(raw: sqlite3.Connection, tmp_path: Path) -> None:
    def run(sql: str, **obligations: Any) -> list[Any]:
        rule = {"id": "so", "effect": "require", "when": {"data": {"level_at_least": "confidential"}}}
        rules = policy(tmp_path, [RULES[0], {**rule, "obligations": obligations}])
        connection = guard(raw, CATALOG, policy=rules, principal=person("sam"))
        found: list[Any] = connection.execute(sql).fetchall()
        return found

    email = "select email from users"
    with pytest.raises(QueryRefused, match="with a watermark, which this guard cannot see to"):
        run(email, watermark=True)
    with pytest.raises(QueryRefused, match="with pii masked"):
        run(email, mask=["pii"])
    assert run("select id from users where email = 'e'", mask=["pii.ssn"])
    with pytest.raises(QueryRefused, match="with pii masked"):
        run("insert into copies select email from users", mask=["pii"])
    with pytest.raises(QueryRefused, match="if privacy are told"):
        run_told(raw, tmp_path, None)
    told: list[Notice] = []
    assert run_told(raw, tmp_path, told.append)
    assert told == [Notice(("privacy",), "sam", None, ("users",))]


def run_told(raw: sqlite3.Connection, folder: Path, notify: Any) -> list[Any]:
    rule = {"id": "so", "effect": "require", "when": {}, "obligations": {"notify": ["privacy"]}}
    connection = guard(raw, CATALOG, policy=policy(folder, [RULES[0], rule]), principal=person("sam"), notify=notify)
    found: list[Any] = connection.execute("select email from users").fetchall()
    return found


def test_rows_are_handed_out_up_to_the_limit(raw: sqlite3.Connection, tmp_path: Path) -> None:
    rule = {"id": "few", "effect": "require", "when": {}, "obligations": {"rows_at_most": 3}}
    rules = policy(tmp_path, [RULES[0], rule])
    connection = guard(raw, CATALOG, policy=rules, principal=person("sam"))
    query = "select id from users order by id"
    assert connection.execute(query).fetchall() == [(0,), (1,), (2,)]
    assert list(connection.execute(query)) == [(0,), (1,), (2,)]
    assert connection.execute(query).fetchmany(2) == [(0,), (1,)]
    cursor = connection.execute(query)
    assert cursor.fetchmany(0) == []
    assert [cursor.fetchone() for _ in range(5)] == [(0,), (1,), (2,), None, None]
    assert cursor.fetchmany(5) == cursor.fetchall() == list(cursor) == []
    cursor.execute(query)
    assert (cursor.fetchmany(2), cursor.fetchone(), cursor.fetchone()) == ([(0,), (1,)], (2,), None)
    for copying in ("insert into copies select email from users", "create table more as select email from users"):
        with pytest.raises(QueryRefused, match="for 3 rows at most, which this guard cannot see to"):
            connection.execute(copying)
    connection.execute("insert into copies values ('e')")
    connection.execute("update users set ssn = email where id = 1")
    assert connection.execute("delete from users returning id").fetchall() == [(0,), (1,), (2,)]


@pytest.fixture
def ducks() -> Iterator[Any]:
    connection = duckdb.connect()
    connection.execute("create table users as select range as id, 'e' as email, 's' as ssn from range(10)")
    connection.execute("create table copies (email text)")
    yield connection
    connection.close()


def test_duckdb_hands_out_rows_up_to_the_limit(ducks: Any, few: Policy) -> None:
    connection: Any = guard(ducks, DUCKS, policy=few, principal=person("sam"))
    assert connection.execute(FIRST).fetchall() == [(0,), (1,), (2,)]
    connection.execute(FIRST)
    assert (connection.fetchmany(2), connection.fetchone()) == ([(0,), (1,)], (2,))
    assert connection.begin().commit().fetchone() is None  # nothing is left to be run
    with pytest.raises(UsageError, match="all rows that may be handed out were taken"):
        connection.df()
    for taken in ("df", "fetchnumpy", "fetch_df_chunk", "to_arrow_table", "to_arrow_reader", "torch"):
        if hasattr(duckdb.DuckDBPyConnection, taken):
            with pytest.raises(UsageError, match="3 rows of it be handed out at most: take them by fetchone"):
                getattr(connection.execute(FIRST), taken)()
            assert connection.fetchall() == [(0,), (1,), (2,)]
    relation = connection.sql(FIRST)
    assert relation.fetchall() == [(0,), (1,), (2,)]
    assert relation.df()["id"].tolist() == relation.fetchnumpy()["id"].tolist() == [0, 1, 2]
    assert relation.to_arrow_table().num_rows == 3
    assert (relation.fetchmany(2), relation.fetchone(), relation.fetchone()) == ([(0,), (1,)], (2,), None)
    assert connection.sql("select id from users where id > ? order by id", params=[5]).fetchall() == [(6,), (7,), (8,)]
    for copying in ("insert into copies select email from users", "copy users to 'users.csv'"):
        with pytest.raises(QueryRefused, match="for 3 rows at most, which this guard cannot see to"):
            connection.execute(copying)
    with pytest.raises(QueryRefused, match="for 3 rows at most"):
        connection.sql("select email from users").insert_into("copies")
    assert connection.execute("delete from users where id > 5 returning id").fetchall() == [(6,), (7,), (8,)]


READERS = ("to_arrow_reader", "fetch_arrow_reader")  # as releases of DuckDB name it


def test_duckdb_says_how_many_rows_it_returned(ducks: Any, access: Access) -> None:
    connection: Any = guard(ducks, DUCKS, access=access)
    text = "select email from users"
    granted(access, text, dialect="duckdb")

    def returned(take: Callable[[], object]) -> list[int]:
        before = len(events(access))
        take()
        return [one["returned_rows"] for one in events(access)[before:] if "returned_rows" in one]

    def in_chunks() -> None:
        connection.execute(text)
        while len(connection.fetch_df_chunk()):
            pass

    with acting(person("ann"), purpose="fraud"):
        assert returned(lambda: connection.execute(text).fetchall()) == [10]
        assert returned(lambda: connection.execute(text).df()) == [10]
        assert returned(lambda: connection.execute(text).fetchnumpy()) == [10]
        assert returned(in_chunks) == [10]
        assert returned(lambda: connection.execute(text).fetchmany(3)) == []
        assert returned(lambda: connection.execute("select 1").fetchall()) == [3]
        relation = connection.sql(text)
        assert returned(relation.fetchone) == [10]  # all are taken, since names may mean something else later
        assert returned(relation.fetchall) == []
        assert returned(relation.to_arrow_table) == [10]
        assert returned(lambda: relation.columns) == []
        reader = next(one for one in READERS if hasattr(duckdb.DuckDBPyRelation, one))
        assert returned(lambda: getattr(relation, reader)().read_all()) == []  # nobody knows how many it gave


def test_facts_come_from_the_nearest_that_says_them(tmp_path: Path) -> None:
    when = {"purpose": ["fraud"], "requester": {"employment": ["staff"]}}
    purposes = [{"id": "fraud", "effect": "allow", "when": when}]
    shared = sqlite3.connect(":memory:", check_same_thread=False)
    connection = guard(shared, CATALOG, policy=policy(tmp_path, purposes))
    with acting(person("sam"), purpose="fraud"):
        connection.execute("select 1")
        with acting(purpose="ads"), pytest.raises(QueryRefused):
            connection.execute("select 1")
        with acting(Principal("nobody")), pytest.raises(QueryRefused):
            connection.execute("select 1")
        connection.execute("select 1")
        refused: list[BaseException] = []

        def elsewhere() -> None:
            with acting(purpose="fraud"):
                try:
                    connection.execute("select 2")
                except (QueryRefused, sqlite3.ProgrammingError) as error:
                    refused.append(error)

        thread = threading.Thread(target=elsewhere)  # does not inherit who acts
        thread.start()
        thread.join()
        assert isinstance(refused[0], QueryRefused)
    with pytest.raises(QueryRefused):
        connection.execute("select 1")

    def generator() -> Iterator[int]:
        with acting(person("sam")):
            yield 1

    with pytest.raises(UsageError, match="in a generator"):
        next(generator())
    connection.close()


def test_a_ceiling_holds_beside_a_policy(raw: sqlite3.Connection, tmp_path: Path) -> None:
    connection = guard(raw, CATALOG, ceiling="internal", policy=policy(tmp_path), principal=person("sam"))
    connection.execute("select id from users")
    with pytest.raises(QueryRefused, match="CLS101"):
        connection.execute("select email from users")


def test_what_is_not_understood_is_for_the_policy_to_decide(raw: sqlite3.Connection, tmp_path: Path) -> None:
    connection = guard(raw, CATALOG, policy=policy(tmp_path), principal=person("sam"))
    with pytest.raises(sqlite3.OperationalError):  # allowed in the US, and refused by SQLite
        connection.execute("select nope from users")
    with acting(person("ann")), pytest.raises(QueryRefused, match="the query was not understood in full"):
        connection.execute("select nope from users")


def test_wrong_use_is_told(raw: sqlite3.Connection, tmp_path: Path) -> None:
    from classify import Scheme

    with pytest.raises(UsageError, match="expected a ceiling, a policy or an access"):
        guard(raw, CATALOG)
    access = office(tmp_path)
    with pytest.raises(UsageError, match="a policy of its own: leave `policy` out"):
        guard(raw, CATALOG, policy=policy(tmp_path), access=access)
    access.store.close()
    with pytest.raises(UsageError, match="are for a policy"):
        guard(raw, CATALOG, ceiling="internal", principal=person("sam"))
    with pytest.raises(UsageError, match="expected a Policy"):
        guard(raw, CATALOG, policy="policy.yaml")  # type: ignore[arg-type]  # wrong on purpose
    (tmp_path / "other.json").write_text(
        json.dumps({"version": 1, "rules": [{"id": "a", "effect": "allow", "when": {}}]})
    )
    other = Policy.load(tmp_path / "other.json", scheme=Scheme(("low", "high"), "high"))
    with pytest.raises(UsageError, match="of another scheme"):
        guard(raw, CATALOG, policy=other)
    with pytest.raises(UsageError, match=r"`samm` is not in the groups file \(did you mean `sam`\?\)"):
        policy(tmp_path).person("samm")
    assert policy(tmp_path).person("sam", "os").groups == frozenset(("security", "privacy"))
    Store.open(tmp_path / "x.db").close()


class Driver:
    """A driver of PEP 249 that is none of the known ones: SQLite's, behind names of its own."""

    class Cursor:
        def __init__(self, raw: sqlite3.Cursor) -> None:
            self._raw = raw
            self.arraysize = 2

        def __getattr__(self, name: str) -> Any:
            return getattr(self._raw, name)

        def fetchmany(self, size: int = 2) -> list[Any]:
            return self._raw.fetchmany(size)

        def nextset(self) -> bool:
            return True

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def cursor(self) -> Driver.Cursor:
        return Driver.Cursor(self._raw.cursor())

    def commit(self) -> None:
        self._raw.commit()

    def rollback(self) -> None:
        self._raw.rollback()

    def close(self) -> None:
        self._raw.close()


def test_any_driver_hands_out_rows_up_to_the_limit(raw: sqlite3.Connection, tmp_path: Path) -> None:
    rule = {"id": "few", "effect": "require", "when": {}, "obligations": {"rows_at_most": 3}}
    rules = policy(tmp_path, [RULES[0], rule])
    connection: Any = guard(Driver(raw), CATALOG, policy=rules, principal=person("sam"), dialect="sqlite")
    cursor = connection.cursor()
    query = "select id from users order by id"
    cursor.execute(query)
    assert cursor.fetchall() == [(0,), (1,), (2,)]
    assert cursor.fetchall() == []
    cursor.execute(query)
    assert (cursor.fetchmany(), cursor.fetchone(), cursor.fetchone()) == ([(0,), (1,)], (2,), None)
    cursor.execute(query)
    assert list(cursor) == [(0,), (1,), (2,)]
    with pytest.raises(UsageError, match="run one statement at a time"):
        cursor.nextset()
    free: Any = guard(Driver(raw), CATALOG, ceiling="restricted", dialect="sqlite")
    with free.cursor() as unlimited:
        unlimited.execute(query)
        assert (len(unlimited.fetchmany(4)), unlimited.nextset(), len(unlimited.fetchall())) == (4, True, 6)


def test_any_driver_says_how_many_rows_it_returned(raw: sqlite3.Connection, access: Access) -> None:
    connection: Any = guard(Driver(raw), CATALOG, access=access, dialect="sqlite")
    granted(access, "select email from users")
    with acting(person("ann"), purpose="fraud"):
        cursor = connection.cursor()
        for size, expected in ((4, 4), (20, 10)):
            cursor.execute("select email from users")
            cursor.fetchmany(size)
            cursor.execute("select id from users")
            assert events(access)[-1]["returned_rows"] == expected
        cursor.execute("select email from users")
        cursor.close()
        assert events(access)[-1]["returned_rows"] == 0


def _run_psycopg(rules: Policy, where: str) -> Any:
    raw = psycopg.connect(where, autocommit=True)
    raw.execute("create table if not exists people (id int, email text)")
    known = Catalog.from_mapping({"public.people": COLUMNS}, dialect="postgres", default_schema="public")
    connection = guard(raw, known, policy=rules)
    return lambda sql: connection.execute(sql).fetchall(), raw.close


def _run_duckdb(rules: Policy, _: str) -> Any:
    raw = duckdb.connect()
    raw.execute("create table people (id int, email text)")
    known = Catalog.from_mapping({"main.people": COLUMNS}, dialect="duckdb", default_schema="main")
    connection = guard(raw, known, policy=rules)
    return lambda sql: connection.sql(sql).fetchall(), raw.close


def _run_sqlalchemy(rules: Policy, _: str) -> Any:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table people (id int, email text)")
    guarded = guard(engine, Catalog.from_mapping({"people": COLUMNS}), policy=rules)

    def run(sql: str) -> list[Any]:
        with guarded.connect() as connection:
            return list(connection.execute(sa.text(sql)).fetchall())

    return run, engine.dispose


def _run_aiosqlite(rules: Policy, _: str) -> Any:
    async def asked(sql: str) -> list[Any]:
        async with aiosqlite.connect(":memory:") as raw:
            await raw.execute("create table people (id int, email text)")
            connection = guard(raw, Catalog.from_mapping({"people": COLUMNS}), policy=rules)
            return list(await (await connection.execute(sql)).fetchall())

    return lambda sql: asyncio.run(asked(sql)), lambda: None


COLUMNS = {"id": "internal", "email": "confidential"}


@pytest.mark.parametrize("driver", [_run_psycopg, _run_duckdb, _run_sqlalchemy, _run_aiosqlite])
def test_every_driver_asks_the_policy_at_each_query(driver: Any, tmp_path: Path, postgres: str) -> None:
    run, close = driver(policy(tmp_path), postgres)
    id_, email = "select id from people", "select email from people"
    with acting(person("ann"), purpose="fraud"):
        assert run(id_) == []
        with pytest.raises(QueryRefused, match="needs approval: 2 of security in us"):
            run(email)
    with acting(person("sam")):
        assert run(email) == []
    for sql in (id_, email):  # what was allowed just now is asked for again
        with pytest.raises(QueryRefused, match="no rule allows"):
            run(sql)
    close()


@pytest.fixture
def few(tmp_path: Path) -> Policy:
    """A policy by which three rows may be returned at most."""
    rule = {"id": "few", "effect": "require", "when": {}, "obligations": {"rows_at_most": 3}}
    return policy(tmp_path, [RULES[0], rule])


FIRST = "select id from users order by id"


def test_aiosqlite_hands_out_rows_up_to_the_limit(few: Policy, access: Access) -> None:
    async def main() -> None:
        async with aiosqlite.connect(":memory:") as raw:
            await raw.executescript("create table users (id, email, ssn)")
            await raw.executemany("insert into users values (?, 'e', 's')", [(at,) for at in range(10)])
            await raw.commit()
            connection: Any = guard(raw, CATALOG, policy=few, principal=person("sam"))
            assert list(await connection.execute_fetchall(FIRST)) == [(0,), (1,), (2,)]
            async with connection.execute(FIRST) as cursor:
                assert (await cursor.fetchmany(2), await cursor.fetchone()) == ([(0,), (1,)], (2,))
                assert (await cursor.fetchone(), await cursor.fetchall()) == (None, [])
                await cursor.execute(FIRST)
                assert [row async for row in cursor] == [(0,), (1,), (2,)]
                await cursor.execute(FIRST)
                assert await cursor.fetchmany(0) == []
                assert await cursor.fetchall() == [(0,), (1,), (2,)]
                await cursor.execute(FIRST)
                at_once = await asyncio.gather(cursor.fetchmany(3), cursor.fetchmany(3), cursor.fetchall())
                assert sum(map(len, at_once)) == 3
        async with aiosqlite.connect(":memory:") as raw:
            await raw.executescript("create table users (id, email, ssn); insert into users values (1, 'e', 's')")
            connection = guard(raw, CATALOG, access=access)
            with acting(person("ann"), purpose="fraud"):
                assert list(await connection.execute_fetchall("select email from users")) == [("e",)]
                async with connection.execute("select email from users") as cursor:
                    assert await cursor.fetchone() == ("e",)
                async with connection.execute("select email from users"):
                    pass

    granted(access, "select email from users")
    asyncio.run(main())
    assert [one["returned_rows"] for one in events(access) if "returned_rows" in one] == [1, 1, 0]


def test_sqlalchemy_hands_out_rows_up_to_the_limit(few: Policy) -> None:
    engine = sa.create_engine("sqlite://")
    users = sa.table("users", sa.column("id"))
    with engine.begin() as made:
        made.exec_driver_sql("create table users (id, email, ssn)")
        made.execute(sa.insert(users), [{"id": at} for at in range(10)])
    guarded = guard(engine, CATALOG, policy=few, principal=person("sam"))
    with guarded.connect() as connection:
        assert connection.execute(sa.text(FIRST)).fetchall() == [(0,), (1,), (2,)]
        assert connection.execute(sa.select(users.c.id).order_by(users.c.id)).scalars().all() == [0, 1, 2]
        assert [list(part) for part in connection.execute(sa.text(FIRST)).partitions(2)] == [[(0,), (1,)], [(2,)]]
        streamed = connection.execution_options(stream_results=True).execute(sa.text(FIRST))
        assert list(streamed) == [(0,), (1,), (2,)]
    engine.dispose()


def test_sqlalchemy_over_psycopg_hands_out_rows_up_to_the_limit(few: Policy, postgres: str) -> None:
    known = Catalog.from_mapping({"public.limited": {"id": "internal"}}, dialect="postgres", default_schema="public")
    text = sa.text("select id from limited order by id")
    with psycopg.connect(postgres, autocommit=True) as raw:
        raw.execute("create table limited as select n as id from generate_series(0, 9) n")
        url = sa.URL.create("postgresql+psycopg", query=raw.info.get_parameters() | {"host": raw.info.host})

        async def asynchronously() -> None:
            engine = create_async_engine(url)
            guarded = guard(engine, known, policy=few, principal=person("sam"))
            async with guarded.connect() as connection:
                assert (await connection.execute(text)).fetchall() == [(0,), (1,), (2,)]
                assert [row async for row in await connection.stream(text)] == [(0,), (1,), (2,)]
            await engine.dispose()

        engine = sa.create_engine(url)
        guarded = guard(engine, known, policy=few, principal=person("sam"))
        with guarded.connect() as connection:
            assert connection.execute(text).fetchall() == [(0,), (1,), (2,)]
            assert list(connection.execution_options(stream_results=True).execute(text)) == [(0,), (1,), (2,)]
        engine.dispose()
        asyncio.run(asynchronously())
        raw.execute("drop table limited")
