"""Functions that a scheme trusts: what they lower, what they never lower, and how each call is reported."""

from __future__ import annotations

import pytest

from classify import Catalog, Exposure
from classify.checks import Touch
from classify.checks.rules import Subject, downgrade
from classify.labels import DeclassifyingFunction, Scheme
from classify.sql import analyse

_PLAIN = Scheme(("public", "internal", "confidential", "restricted"), default="restricted")
SCHEME = Scheme(
    _PLAIN.names,
    default="restricted",
    declassify=(
        DeclassifyingFunction("privacy.noisy_count", _PLAIN.label("internal"), "privacy", "a budget per team"),
        DeclassifyingFunction("noisy", _PLAIN.label("internal", ["statistics"]), "privacy", "noise is added"),
    ),
)
CATALOG = Catalog.from_mapping(
    {
        "app.users": {"id": "internal", "code": "public", "email": "confidential", "ssn": "restricted"},
        "mart.totals": {"n": "internal", "shown": "public"},
    },
    views={"app.counted": "select privacy.noisy_count(ssn) as n, id from app.users"},
    dialect="postgres",
    default_schema="app",
    scheme=SCHEME,
)


def run(sql: str) -> Exposure:
    return analyse(sql, CATALOG, dialect="postgres")


@pytest.mark.parametrize(
    ("sql", "asked", "result"),
    [
        ("select privacy.noisy_count(ssn) from users", "restricted", "internal"),
        ("select PRIVACY.Noisy_Count(ssn) from users", "restricted", "internal"),
        ("select noisy(ssn) + 1 from users", "restricted", "internal statistics"),
        ("select noisy(case when email = 'x' then ssn end) from users", "restricted", "internal statistics"),
        ("select x from (select noisy(ssn) as x from users) as t", "restricted statistics", "internal statistics"),
        (
            "with t as (select noisy(ssn) as x from users) select x from t",
            "restricted statistics",
            "internal statistics",
        ),
        ("select n from counted", "restricted", "internal"),
        ("select count(*) from users having noisy(ssn) > 2", "restricted", "internal statistics"),
        ("select noisy(u) from users as u", "restricted", "internal statistics"),
        ("select noisy(privacy.noisy_count(ssn)) from users", "restricted", "internal statistics"),
    ],
)
def test_a_call_lowers_the_result_and_never_what_is_asked_for(sql: str, asked: str, result: str) -> None:
    exposure = run(sql)
    assert (str(exposure.label), str(exposure.result_label)) == (asked, result)
    read = {read.column: read for read in exposure.reads}["app.users.ssn"]
    assert (str(read.label), read.in_result) == ("restricted", True)


@pytest.mark.parametrize(
    "sql",
    [
        "select noisy(ssn), ssn from users",
        "select noisy(id) from users where ssn is null",
        "select noisy(id) filter (where ssn is null) from users",
        "select noisy(id) over (partition by ssn) from users",
        "select noisy(id) from users group by ssn",
        "select privacy.noisy(ssn) from users",
        "select noisy_count(ssn) from users",
        'select "Noisy"(ssn) from users',
        "select max(ssn), count(ssn), md5(ssn) from users",
        "select x from users, noisy(ssn) as t(x)",
    ],
)
def test_what_stands_outside_a_call_or_in_another_functions_is_not_lowered(sql: str) -> None:
    assert run(sql).result_label.level == "restricted"


def test_a_method_of_a_column_is_no_function_with_a_schema() -> None:
    catalog = Catalog.from_mapping({"t": {"privacy": "restricted", "a": "public"}}, scheme=SCHEME)
    exposure = analyse("select privacy.noisy_count(a) from t", catalog, dialect="duckdb")
    assert exposure.label.level == "restricted"
    assert not exposure.statements[0].declassified


def test_nothing_is_raised() -> None:
    assert str(run("select noisy(code) from users").result_label) == "public"


def test_each_call_is_reported_with_its_place() -> None:
    (statement,) = run("select noisy(ssn),\n  privacy.noisy_count(email || id) from users").statements
    assert [(use.function, str(use.label), use.columns) for use in statement.declassified] == [
        ("noisy", "internal statistics", ("app.users.ssn",)),
        ("privacy.noisy_count", "internal", ("app.users.email", "app.users.id")),
    ]
    spans = {use.function: use.span for use in statement.declassified}
    span = spans["privacy.noisy_count"]
    assert span is not None
    assert (span.start.line, span.start.column) == (2, 11)
    assert statement.to_dict()["declassified"][0]["label"]["level"] == "internal"


def test_a_call_inside_a_view_is_reported_without_a_place_each_time() -> None:
    first, second, third = run(
        "create view v as select noisy(ssn) as x from users; select x from v; select x from v"
    ).statements
    assert [use.span is None for use in first.declassified] == [False]
    for statement in (second, third):
        assert [(use.function, use.span) for use in statement.declassified] == [("noisy", None)]
        assert (str(statement.label), str(statement.result_label)) == ("restricted statistics", "internal statistics")


def test_a_table_keeps_what_was_lowered() -> None:
    statement = run("create table t as select noisy(ssn) as x from users; select x from t").statements[1]
    assert (str(statement.label), str(statement.result_label)) == ("internal statistics", "internal statistics")
    (read,) = statement.reads
    assert (read.column, str(read.label)) == ("app.users.ssn", "internal statistics")


def test_two_functions_leave_one_read_of_a_column() -> None:
    sql = "insert into mart.totals select privacy.noisy_count(ssn), noisy(ssn) from users; select * from mart.totals"
    statement = run(sql).statements[1]
    assert [(read.column, str(read.label)) for read in statement.reads] == [
        ("app.users.ssn", "internal statistics"),
        ("mart.totals.n", "internal"),
        ("mart.totals.shown", "public"),
    ]


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("insert into mart.totals (n) select privacy.noisy_count(ssn) from users", []),
        ("insert into mart.totals (shown) select noisy(code) from users", []),
        ("insert into mart.totals (n) select noisy(ssn) from users", ["mart.totals.n"]),
        ("insert into mart.totals (n) select privacy.noisy_count(ssn) || ssn from users", ["mart.totals.n"]),
        ("insert into mart.totals (shown) select privacy.noisy_count(ssn) from users", ["mart.totals.shown"]),
        ("create table t as select privacy.noisy_count(ssn) x from users; insert into mart.totals (n) table t", []),
    ],
)  # fmt: skip
def test_a_sink_is_held_against_the_label_that_is_left(sql: str, columns: list[str]) -> None:
    subject = Subject(run(sql), SCHEME.level("restricted"), Touch.ASKED, None)
    messages = [finding.message for finding in downgrade.RULE.check(subject)]
    assert [f"`{column}`" in message for column, message in zip(columns, messages, strict=True)] == [True] * len(
        columns
    )
