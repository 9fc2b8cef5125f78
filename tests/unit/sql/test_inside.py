from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect

from classify.exposure import Exposure
from classify.sql import analyse
from classify.sql.text import inside
from tests.unit.sql.warehouse import catalog

DROPPED = [
    ("postgres", "select initcap(name, country, ssn) from users"),
    ("postgres", "select length(name, country, ssn) from users"),
    ("postgres", "select length(name, country, (ssn)) from users"),
    ("postgres", "select length(name, country, (select ssn from users)) from users"),
    ("postgres", "select length(name, country, f(ssn)) from users"),
    ("mysql", "select date_format(created_at, '%Y', ssn) from users"),
    ("duckdb", "select decode(id, ssn) from users"),
    ("duckdb", "select uuid(ssn) from users"),
    ("spark", "select trunc(created_at, ssn) from users"),
    ("bigquery", "select length(name, ssn) from users"),
]


@pytest.mark.invariant("no-argument-dropped")
@pytest.mark.parametrize(("dialect", "sql"), DROPPED)
def test_an_argument_that_the_parser_drops_is_unresolved(dialect: str, sql: str) -> None:
    found = analyse(sql, catalog(), dialect=dialect, default_schema="app")
    assert found.label == catalog().scheme.top
    places = [sql[one.span.start_offset :] for one in found.unresolved if one.span is not None]
    assert any(place.startswith(("ssn", "f(ssn", "select ssn")) for place in places)


KEPT = [
    ("postgres", "select date_trunc('day', created_at), length(name), substring(name from 2 for 3) from users"),
    ("snowflake", "select dateadd(day, 1, created_at), datediff(month, created_at, created_at) from users"),
    ("bigquery", "select date_trunc(created_at, month), timestamp_add(created_at, interval 1 day) from users"),
    ("tsql", "select dateadd(dd, 1, created_at), convert(varchar(10), created_at, 120) from users"),
    ("mysql", "select date_format(created_at, '%Y'), trim(both 'x' from name) from users"),
    ("clickhouse", "select quantile(0.5)(id), datediff('day', created_at, now()) from users"),
]


@pytest.mark.parametrize(("dialect", "sql"), KEPT)
def test_a_word_or_a_number_is_no_dropped_argument(dialect: str, sql: str) -> None:
    assert not analyse(sql, catalog(), dialect=dialect, default_schema="app").unresolved


def test_the_second_statement_keeps_its_own() -> None:
    sql = "select country from users; select length(name, country, ssn) from users"
    first, second = analyse(sql, catalog(), dialect="postgres", default_schema="app").statements
    assert not first.unresolved
    assert second.unresolved


def test_a_view_that_drops_an_argument_is_unresolved() -> None:
    own = catalog(views={"app.v": "select length(name, country, ssn) as n from app.users"})
    found = analyse("select n from v", own, dialect="postgres", default_schema="app")
    assert [one.cause.value for one in found.unresolved] == ["unresolved-view"]


def _in_a_new_thread(sql: str) -> Exposure:
    """The answer with a parser that is made anew: each thread has its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(analyse, sql, catalog(), dialect="postgres", default_schema="app").result()


DROPS = "select length(name, country, ssn) from users"


@pytest.fixture
def functions() -> Iterator[dict[str, Any]]:
    """The parser's own table, which is put back."""
    table = Dialect.get_or_raise("postgres").parser_class.FUNCTIONS
    before = dict(table)
    yield table
    table.clear()
    table.update(before)


def test_another_version_that_watches_too_does_no_harm(functions: dict[str, Any]) -> None:
    assert _in_a_new_thread(DROPS).unresolved
    spec = importlib.util.spec_from_file_location("another", inside.__file__)
    assert spec is not None
    assert spec.loader is not None
    another = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(another)
    parser = Dialect.get_or_raise("postgres").parser_class
    another.watch(parser)
    both = functions["LENGTH"]
    inside.watch(parser)
    another.watch(parser)
    assert functions["LENGTH"] is both  # once each
    assert _in_a_new_thread(DROPS).unresolved
    theirs: list[Any] = []
    mark = another.dropped.set(theirs)
    parse_one(DROPS, read="postgres")
    another.dropped.reset(mark)
    assert {one.name for one in theirs} == {"ssn"}


def test_who_puts_functions_of_theirs_into_the_table_is_watched_from_then_on(functions: dict[str, Any]) -> None:
    called: list[int] = []
    before = functions["LENGTH"]

    def theirs(args: list[Any], dialect: object = None) -> exp.Expr:
        called.append(len(args))
        return exp.Length(this=args[0])

    functions["LENGTH"] = theirs
    assert _in_a_new_thread(DROPS).unresolved
    assert called == [3]
    assert functions["LENGTH"] not in (theirs, before)
