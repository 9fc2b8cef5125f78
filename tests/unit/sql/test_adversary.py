"""Texts that would have an analyser see less than the engine reads; each is unresolved or reads the column."""

from __future__ import annotations

import pytest

from classify.sql import analyse
from tests.unit.sql.warehouse import catalog

NOT_LOW = [
    ("mysql", "delete from c using countries c join users u on u.ssn = c.code"),
    ("clickhouse", "select users.columns('ss.*') from users"),
    ("clickhouse", "select country from users settings additional_table_filters = {'users': 'ssn = 1'}"),
    ("clickhouse", "select 'x' as ssn, ssn as y from users settings prefer_column_name_to_alias = 1"),
    ("databricks", "select country from users@v1"),
    ("postgres", "select set_config('search_path', 'hr', false); select 1"),
    ("snowflake", "create table z using template (select max(ssn) from users)"),
    ("clickhouse", "create materialized view v to countries as select ssn as name from users"),
    ("snowflake", "select $3 from users"),
    ("duckdb", "select users.ssn.upper().lower() from users"),
    ("postgres", "select code from countries; else; select ssn from users"),
    ("mysql", "select /*! ssn as */ country from users"),
]


@pytest.mark.parametrize(("dialect", "sql"), NOT_LOW)
def test_is_not_passed(dialect: str, sql: str) -> None:
    assert analyse(sql, catalog(), dialect=dialect, default_schema="app").label.level == "restricted"


NOT_EMPTY = [
    ("postgres", "create table if not exists t (a text); select a from t"),
    ("postgres", "create table if not exists t as select 1 as a; select a from t"),
    ("hive", "create external table t (a string) location 's3://x'; select a from t"),
    ("clickhouse", "create table t (a Int32) engine = MySQL('h', 'd', 't'); select a from t"),
    ("sqlite", "create virtual table t using fts5(a); select a from t"),
    ("postgres", "create table t (a int); copy t from '/x'; select a from t"),
]


@pytest.mark.invariant("other-tables-are-not-empty")
@pytest.mark.parametrize(("dialect", "sql"), NOT_EMPTY)
def test_a_table_that_may_hold_data_from_elsewhere_is_not_known(dialect: str, sql: str) -> None:
    assert analyse(sql, catalog(), dialect=dialect, default_schema="app").statements[-1].unresolved


def test_a_new_table_is_known_to_be_empty() -> None:
    found = analyse("create temp table t (a int); select a from t", catalog(), dialect="postgres", default_schema="app")
    assert not found.unresolved


def test_a_date_part_may_be_a_column() -> None:
    own = catalog({"app.t": {"day": "restricted", "at": "public"}})
    found = analyse("select date_trunc(day, at) from t", own, dialect="duckdb", default_schema="app")
    assert {read.column for read in found.reads} == {"app.t.day", "app.t.at"}
    found = analyse("select timestamp_trunc(at, day) from t", own, dialect="bigquery", default_schema="app")
    assert {read.column for read in found.reads} == {"app.t.at"}


def test_what_is_unresolved_returns_the_top_class() -> None:
    for sql in ("select from where", "notice", "select ssn from nowhere"):
        found = analyse(sql, catalog(), dialect="postgres", default_schema="app")
        assert found.result_label == catalog().scheme.top
