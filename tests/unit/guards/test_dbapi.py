"""Guarded connections of any other driver, tried on pg8000 and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pg8000.dbapi
import pytest

from classify import Catalog, QueryRefused, UsageError, ceiling, guard

OVER = "select ssn from users"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "public.users": {"id": "internal", "name": "internal", "ssn": "restricted"},
            "public.orders": {"id": "public", "user_id": "internal", "total": "internal"},
        }
    )


@pytest.fixture
def raw(postgres: str) -> Iterator[Any]:
    folder = postgres.partition("host=")[2].partition(" ")[0]
    found = pg8000.dbapi.connect("postgres", database="postgres", unix_sock=f"{folder}/.s.PGSQL.5432")
    yield found
    found.close()


@pytest.fixture
def guarded(raw: Any, catalog: Catalog) -> Any:
    return guard(raw, catalog, ceiling="internal", default_schema="public")


def test_columns_of_the_database_complete_the_catalog(raw: Any) -> None:
    known = Catalog.from_mapping({"public.users": {"ssn": "restricted"}})
    completed = guard(raw, known, ceiling="restricted", default_schema="public", columns="database")
    cursor = completed.cursor()
    cursor.execute("select name from users where id = 1")
    assert [tuple(row) for row in cursor.fetchall()] == [("Ann",)]
    with pytest.raises(UsageError, match="a database of oracle has no list of columns"):
        guard(raw, known, ceiling="restricted", dialect="oracle", columns="database")


WAYS: dict[str, Callable[[Any], Any]] = {
    "execute": lambda one: one.cursor().execute(OVER),
    "with parameters": lambda one: one.cursor().execute("select id from users where ssn = %s", ("1",)),
    "executemany": lambda one: one.cursor().executemany("update users set name = ssn where id = %s", [(1,)]),
    "several": lambda one: one.cursor().execute(f"select 1; {OVER}"),
    "a cursor's connection": lambda one: one.cursor().connection.cursor().execute(OVER),
    "in a block": lambda one: one.cursor().__enter__().execute(OVER),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_above_the_ceiling_is_refused(guarded: Any, way: str) -> None:
    with pytest.raises(QueryRefused):
        WAYS[way](guarded)


PAST: dict[str, Callable[[Any], Any]] = {
    "a statement of its own": lambda one: one.execute_simple(OVER),
    "another": lambda one: one.prepare_statement(OVER, [], []),
    "a procedure": lambda one: one.cursor().callproc("users"),
    "an attribute that is set": lambda one: setattr(one, "cursor_factory", None),
}


@pytest.mark.parametrize("way", PAST)
def test_a_method_that_is_not_known_is_refused(guarded: Any, way: str) -> None:
    with pytest.raises(UsageError):
        PAST[way](guarded)
    with pytest.raises(AttributeError):
        _ = guarded.nothing
    with pytest.raises(AttributeError):
        _ = guarded.cursor().nothing


def test_what_is_allowed_works_as_before(guarded: Any) -> None:
    cursor = guarded.cursor()
    cursor.execute("select id, name from users where id = %s and name like 'A%%'", (1,))
    assert list(cursor) == [[1, "Ann"]] or cursor.fetchall() == ([1, "Ann"],)
    assert [(one.name, one.label.level) for one in cursor.classification] == [("id", "internal"), ("name", "internal")]
    assert [one[0] for one in cursor.description] == ["id", "name"]
    cursor.arraysize = 2
    cursor.execute("select id from orders where id < 4 order by id")
    assert [tuple(row) for row in cursor.fetchmany()] == [(1,), (2,)]
    assert tuple(cursor.fetchone()) == (3,)
    assert cursor.rowcount == 3
    assert guarded.autocommit is False
    guarded.autocommit = True
    assert guarded.autocommit is True
    with guarded.cursor() as inside:
        inside.execute("select 1")
    guarded.autocommit = False
    guarded.rollback()


def test_the_session_is_followed(guarded: Any) -> None:
    def is_allowed() -> bool:
        try:
            guarded.cursor().execute(OVER)
        except QueryRefused:
            return False
        return True

    cursor = guarded.cursor()
    cursor.execute("create temp table users as select 1 as ssn")
    assert is_allowed()
    guarded.rollback()
    assert not is_allowed()
    cursor.execute("create temp table users as select 1 as ssn")
    guarded.commit()
    assert is_allowed()
    cursor.execute("drop table pg_temp.users")
    guarded.commit()
    assert not is_allowed()
    with ceiling("public"), pytest.raises(QueryRefused):
        cursor.execute("select name from users")


@pytest.mark.invariant("errors-quote-no-data")
def test_errors_quote_no_data(raw: Any, catalog: Catalog) -> None:
    guarded = guard(raw, catalog, ceiling="restricted", default_schema="public")
    with pytest.raises(pg8000.dbapi.DatabaseError) as caught:
        guarded.cursor().execute("insert into users values (1, 'x', '078-05-1120')")
    assert "left out" in str(caught.value)
    assert "(1)" not in repr(caught.value)
    assert caught.value.__context__ is None


def test_a_dialect_that_cannot_be_told(catalog: Catalog) -> None:
    class Connection:
        def cursor(self) -> None: ...

        def commit(self) -> None: ...

    with pytest.raises(UsageError, match="pass dialect=NAME"):
        guard(Connection(), catalog, ceiling="internal")
    found: Any = guard(Connection(), catalog, ceiling="internal", dialect="mysql")
    assert found.cursor().connection is found
