"""Guarded connections of DuckDB, on a real DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import duckdb
import pandas as pd
import polars as pl
import pytest

from classify import Catalog, QueryRefused, UsageError, ceiling, guard
from tests.unit.guards.shop import DDL

OVER = "select ssn from users"


@pytest.fixture
def raw() -> Iterator[Any]:
    found = duckdb.connect()
    for statement in DDL:
        found.execute(statement)
    yield found
    found.close()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "main.users": {"id": "internal", "name": "internal", "ssn": "restricted"},
            "main.orders": {"id": "public", "user_id": "internal", "total": "internal"},
            "other.users": {"ssn": "public"},
        },
        dialect="duckdb",
        default_schema="main",
    )


@pytest.fixture
def guarded(raw: Any, catalog: Catalog) -> Any:
    return guard(raw, catalog, ceiling="internal")


WAYS: dict[str, Callable[[Any], Any]] = {
    "execute": lambda one: one.execute(OVER),
    "several": lambda one: one.execute(f"select 1; {OVER}"),
    "executemany": lambda one: one.executemany("insert into orders select 1, 1, ssn from users where id = ?", [[1]]),
    "sql": lambda one: one.sql(OVER),
    "query": lambda one: one.query(OVER),
    "from_query": lambda one: one.from_query(OVER),
    "table": lambda one: one.table("users"),
    "cursor": lambda one: one.cursor().execute(OVER),
    "duplicate": lambda one: one.duplicate().execute(OVER),
    "filter": lambda one: one.sql("select id from users").filter("id = (select max(length(ssn)) from users)"),
    "filter that ends": lambda one: one.sql("select id from users").filter(f"1 = 1) union ({OVER}"),
    "project": lambda one: one.sql("select id from users").project(f"({OVER} limit 1)"),
    "aggregate": lambda one: one.sql("select id from users").aggregate(f"max(id), ({OVER} limit 1)"),
    "order": lambda one: one.sql("select id from users").order(f"({OVER} limit 1)"),
    "join": lambda one: one.sql("select id from users").join(
        one.sql("select 1 as a"), "a = (select 1 from users where ssn = '')"
    ),
    "query of a relation": lambda one: one.sql("select id from users").query("v", OVER),
    "create": lambda one: one.sql("select id from users").create(f"x as {OVER}; create table y"),
    "insert_into": lambda one: one.sql("select id from users").insert_into("users (ssn)"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_above_the_ceiling_is_refused(guarded: Any, way: str) -> None:
    with pytest.raises(QueryRefused):
        WAYS[way](guarded)


PAST: dict[str, Callable[[Any], Any]] = {
    "statements": lambda one: one.extract_statements(OVER),
    "a statement": lambda one: one.execute(duckdb.extract_statements(OVER)[0]),
    "files": lambda one: one.read_csv("x.csv"),
    "parquet": lambda one: one.from_parquet("x.parquet"),
    "an extension": lambda one: one.load_extension("httpfs"),
    "an appender": lambda one: one.append("users", pd.DataFrame()),
    "a table function": lambda one: one.table_function("duckdb_tables"),
    "map": lambda one: one.sql("select id from users").map(lambda frame: frame),
    "an expression": lambda one: one.sql("select id from users").filter(duckdb.ColumnExpression("id")),
    "a file that is written": lambda one: one.sql("select id from users").to_parquet("x"),
    "what is not in the catalog": lambda one: one.register("frame", pd.DataFrame()),
    "settings": lambda one: one.execute("set python_enable_replacements = true"),
}


@pytest.mark.parametrize("way", PAST)
def test_ways_past_the_texts_are_closed(guarded: Any, way: str) -> None:
    with pytest.raises((UsageError, QueryRefused)):
        PAST[way](guarded)
    with pytest.raises(AttributeError):
        _ = guarded.nothing


def test_the_programs_objects_are_no_tables(guarded: Any, catalog: Catalog) -> None:
    local_frame = pd.DataFrame({"ssn": ["078"]})
    assert len(local_frame)
    completed = guard(duckdb.connect(), Catalog.from_mapping({"local_frame": {"ssn": "public"}}), ceiling="public")
    with pytest.raises(duckdb.CatalogException):
        completed.execute("select ssn from local_frame")
    completed.register("Local_Frame", local_frame)  # names are compared as DuckDB does
    with pytest.raises(UsageError, match="expected a name as text, found int"):
        cast("Any", completed).register(7, local_frame)
    assert completed.execute("select ssn from local_frame").fetchall() == [("078",)]
    completed.unregister("local_frame")
    completed.close()


def test_what_is_allowed_works_as_before(guarded: Any) -> None:
    assert guarded.execute("select id, name from users where id = ?", [1]).fetchall() == [(1, "Ann")]
    assert [(one.name, one.label.level) for one in guarded.classification] == [("id", "internal"), ("name", "internal")]
    assert guarded.execute("select $a::int + 1", {"a": 1}).fetchall() == [(2,)]
    relation = guarded.sql("select * from orders where total > ?", params=[10])
    assert relation.filter("user_id = 1").project("id, total").fetchall() == [(2, 20)]
    assert relation.aggregate("sum(total) as s").fetchone() == (50,)
    assert relation.order("id desc").limit(1).fetchmany(5) == [(3, 1 + 1, 30)]
    assert relation.columns == ["id", "user_id", "total"]
    assert len(relation) == 2
    assert relation.shape == (2, 3)
    assert [one.name for one in relation.classification] == ["id", "user_id", "total"]
    names = guarded.sql("select id as user_id, name from users").set_alias("u")
    assert names.join(relation, "user_id").project("name, total").order("total").fetchall() == [
        ("Ann", 20),
        ("Bob", 30),
    ]
    assert names.project("user_id").union(names.project("user_id")).distinct().sort("user_id").fetchall() == [
        (1,),
        (2,),
    ]
    assert names.query("v", "select count(*) from v").fetchall() == [(2,)]
    assert names.project("user_id").except_(guarded.sql("select 1")).fetchall() == [(2,)]
    assert guarded.sql("insert into orders values (9, 9, 9)") is None
    assert names.df()["name"].tolist() == ["Ann", "Bob"]
    assert guarded.sql("select 1 as a").to_arrow_table().num_rows == 1
    guarded.execute("select 1")
    assert guarded.df().shape == (1, 1)
    names.create("copied")
    assert guarded.table("copied").fetchall() == [(1, "Ann"), (2, "Bob")]
    with guarded as same:
        assert same.execute("select 1").description


def test_a_relation_is_allowed_each_time_that_it_runs(guarded: Any) -> None:
    guarded.execute("create temp table users as select 1 as ssn")
    relation = guarded.sql(OVER)
    assert relation.fetchall() == [(1,)]
    guarded.execute("drop table temp.users")
    with pytest.raises(QueryRefused):
        relation.fetchall()
    with pytest.raises(QueryRefused):
        relation.df()
    allowed = guarded.sql("select name from users")
    with ceiling("public"), pytest.raises(QueryRefused):
        allowed.fetchone()
    assert allowed.fetchone() == ("Ann",)


@pytest.mark.parametrize(
    ("statements", "runs"),
    [
        (["create schema other", "create table other.users as select 1 as ssn", "use other", OVER], True),
        (["create schema other", "create table other.users as select 1 as ssn", "use other", "use main", OVER], False),
        (["begin", "create temp table users as select 1 as ssn", "rollback", OVER], False),
        (["begin", "create temp table users as select 1 as ssn", "commit", OVER], True),
        (["create schema other", "begin", "use other", "rollback", "select id from users"], False),
    ],
)
def test_the_session_is_followed(raw: Any, catalog: Catalog, statements: list[str], runs: bool) -> None:
    guarded = guard(raw, catalog, ceiling="internal")
    for statement in statements[:-1]:
        if statement.startswith(("create schema", "create table other")):
            raw.execute(statement)
        else:
            guarded.execute(statement)
    if runs:
        guarded.execute(statements[-1]).fetchall()
    else:
        with pytest.raises(QueryRefused):
            guarded.execute(statements[-1])


def test_names_are_looked_up_where_the_database_does(raw: Any, catalog: Catalog) -> None:
    raw.execute("create schema private; create table private.users as select 1 as id, 'x' as name; use private")
    known = catalog | Catalog.from_mapping({"private.users": {"id": "restricted", "name": "restricted"}})
    with pytest.raises(QueryRefused, match=r"private\.users\.name"):
        guard(raw, known, ceiling="internal").execute("select name from users")


def test_transactions_by_method_and_sessions_of_cursors(guarded: Any) -> None:
    guarded.begin()
    guarded.execute("create temp table users as select 1 as ssn")
    assert guarded.execute(OVER).fetchall() == [(1,)]
    with pytest.raises(QueryRefused):
        guarded.cursor().execute(OVER)  # it does not see another's temporary tables
    guarded.rollback()
    with pytest.raises(QueryRefused):
        guarded.execute(OVER)
    guarded.begin()
    guarded.execute("create temp table users as select 1 as ssn")
    guarded.commit()
    assert guarded.execute(OVER).fetchone() == (1,)


def test_errors_quote_no_data(raw: Any, catalog: Catalog) -> None:
    guarded = guard(raw, catalog, ceiling="restricted")
    for statement, kind in (
        ("select ssn::int from users", duckdb.ConversionException),
        ("insert into users values (1, 'x', '078-05-1120')", duckdb.ConstraintException),
        ("select error('078') where 1 = 1", duckdb.InvalidInputException),
    ):
        with pytest.raises((kind, QueryRefused)) as caught:
            guarded.execute(statement).fetchall()
        assert "078" not in str(caught.value)
        assert "(1)" not in str(caught.value)
        assert caught.value.__context__ is None
    with pytest.raises(duckdb.ConversionException, match="left out") as caught:
        guarded.sql("select ssn::int from users").fetchall()
    assert "078" not in str(caught.value)


def test_what_cannot_be_guarded(guarded: Any, catalog: Catalog) -> None:
    closed = duckdb.connect()
    closed.close()
    with pytest.raises(UsageError, match="is closed"):
        guard(closed, catalog, ceiling="internal")
    locked = duckdb.connect(config={"lock_configuration": True})
    with pytest.raises(UsageError, match="before the settings are locked"):
        guard(locked, catalog, ceiling="internal")
    locked.close()
    for wrong in (None, 1, b"select 1"):
        with pytest.raises(UsageError, match="expected a text"):
            guarded.execute(wrong)
        with pytest.raises(UsageError):
            guarded.sql(wrong)
    with pytest.raises(UsageError, match="parameters"):
        guarded.sql("select ?", params=[1]).union(guarded.sql("select ?", params=[2]))
    with pytest.raises(UsageError, match="unknown join"):
        guarded.sql("select 1 as a").join(guarded.sql("select 1 as a"), "a", how="odd")
    with pytest.raises(UsageError, match="expected a relation"):
        guarded.sql("select 1 as a").cross("users")


def test_columns_of_the_database_complete_the_catalog(raw: Any) -> None:
    catalog = Catalog.from_mapping({"main.users": {"ssn": "restricted"}}, default_schema="main")
    completed = guard(raw, catalog, ceiling="restricted", columns="database")
    assert completed.execute("select name from users order by id").fetchall() == [("Ann",), ("Bob",)]


@pytest.mark.filterwarnings("ignore:pandas only supports SQLAlchemy:UserWarning")
def test_pandas_and_polars_read_through_it(guarded: Any) -> None:
    assert pd.read_sql("select id from users order by id", guarded)["id"].tolist() == [1, 2]
    frame = pl.read_database("select id from users order by id", guarded)
    assert frame.schema == {"id": pl.Int32}
    for read in (pd.read_sql, pl.read_database):
        with pytest.raises((QueryRefused, pd.errors.DatabaseError), match="above the ceiling internal"):
            read(OVER, guarded)
