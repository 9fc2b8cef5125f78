"""What is the same statement, and what is the same one with other values."""

from __future__ import annotations

import pytest

from classify.sql import fingerprints
from classify.sql.text.fingerprint import Fingerprints

BASE = "select id, email from app.users where email = 'a' and id > 5 order by 1 limit 10"


def of(sql: str, dialect: str = "postgres", **more: object) -> Fingerprints:
    found = fingerprints(sql, dialect, **more)  # type: ignore[arg-type]  # the words of a table of cases
    assert found is not None
    return found


@pytest.mark.parametrize(
    "other",
    [
        BASE + ";",
        BASE.upper().replace("'A'", "'a'"),
        BASE.replace(" ", "\n  "),
        BASE.replace("where", "-- why\nwhere /* here */"),
        BASE.replace("app.users", 'app."users"'),
    ],
)
def test_layout_and_case_are_no_part_of_it(other: str) -> None:
    assert of(other) == of(BASE)


@pytest.mark.parametrize(
    "other",
    [BASE.replace("'a'", "'b'"), BASE.replace("> 5", "> 50"), BASE.replace("'a'", "'it''s'")],
)
def test_a_value_that_a_column_is_compared_with_is_another_statement_of_one_template(other: str) -> None:
    assert of(other).template == of(BASE).template
    assert of(other).statement != of(BASE).statement


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("limit 10", "limit 1000000"),
        BASE.replace("order by 1", "order by 2"),
        BASE.replace("'a'", "lower('a')"),
        BASE.replace("email = 'a'", "email like 'a'"),
        BASE.replace("= 'a'", "= $1"),
        BASE.replace("= 'a'", "= 'a' || email"),
        BASE.replace("> 5", ">= 5"),
        BASE.replace("id,", "ssn,"),
        BASE.replace("app.users", 'app."Users"'),
        BASE.replace("and id > 5", "or id > 5"),
        BASE.replace("'a'", "5"),
        BASE + "; drop table app.users",
    ],
)
def test_anything_else_is_another_template(other: str) -> None:
    if other != BASE.replace("'a'", "5"):
        assert of(other).template != of(BASE).template
    assert of(other).statement != of(BASE).statement


def test_lists_and_ranges() -> None:
    def same(one: str, other: str) -> bool:
        return of(f"select a from t where {one}").template == of(f"select a from t where {other}").template

    assert same("a in (1, 2)", "a in (3, 4)")
    assert same("a not in ('x')", "a not in ('y')")
    assert not same("a in (1, 2)", "a in (1, 2, 3)")
    assert not same("a in (1, f(2))", "a in (1, f(3))")
    assert same("a between 1 and 2 and b = 1", "a between 5 and 6 and b = 2")
    assert not same("a between 1 and 2 + b", "a between 1 and 3 + b")
    assert not same("f(a, 1) = 2", "f(a, 2) = 2")
    assert not same("a -> 'x' = 1", "a -> 'y' = 1")
    assert not same("f(a = 1)", "f(a = 2)")
    assert not same("f((a = 1), b = 1)", "f((a = 1), b = 2)")
    assert same("(a = 1 or (t.a = 2)) and not a = 3", "(a = 4 or (t.a = 5)) and not a = 6")
    assert of("update t set a = 1 where b = 2").template != of("update t set a = 2 where b = 2").template
    assert of("update t set a = 1 where b = 2").template == of("update t set a = 1 where b = 3").template
    assert of("set a = 1").template != of("set a = 2").template
    assert not same("a > interval '1 day'", "a > interval '2 day'")


def test_what_an_engine_runs_in_a_comment_counts() -> None:
    plain, hidden = "select id from t", "select id /*! , ssn */ from t"
    assert of(hidden, "mysql").statement != of(plain, "mysql").statement
    assert of(hidden, "mysql").statement != of(hidden.replace("ssn", "email"), "mysql").statement


def test_the_same_words_elsewhere_are_another_statement() -> None:
    sql = "select id from users"
    assert of(sql, default_schema="app") != of(sql, default_schema="mart")
    assert of(sql, datasets=["app.users"]) != of(sql, datasets=["mart.users"])
    assert of(sql, "mysql") != of(sql)
    # ClickHouse compares names with their case.
    assert of("select Id from t", "clickhouse") != of("select id from t", "clickhouse")


def test_what_an_engine_runs_behind_the_last_semicolon_counts() -> None:
    one, other = (fingerprints(f"select 1; /*! {word} */", "mysql") for word in ("a", "b"))
    assert one is not None
    assert other is not None
    assert one.template != other.template
    assert fingerprints("/*! select a */", "mysql") is None


def test_what_cannot_be_split_into_words_has_none() -> None:
    assert fingerprints("select 'open", "postgres") is None
    assert fingerprints("x" * 10_000_001, "postgres") is None
