"""Whatever the text: an answer or a one-line cause with a place, in time; never a traceback and never a pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from classify.errors import UsageError
from classify.exposure import Cause
from classify.sql import analyse
from classify.sql.text.nesting import MOST_JOINS
from classify.sql.text.parse import MOST_CHARACTERS, MOST_TOKENS
from tests.unit.sql.warehouse import catalog
from tests.work import bounded

ROOT = Path(__file__).resolve().parents[3]
DEEP = 5_000
TEXTS = {
    "nul": "select ssn\0 from users",
    "control": "select \x01\x1b[31m ssn from users",
    "surrogate": "select '\udc80', ssn from users",
    "binary": bytes(range(256)).decode("latin-1") * 20,
    "open quote": "select 'abc",
    "open comment": "select ssn /* from users",
    "template": "select %s, {{ ref('users') }} from users",
    "parentheses": "select " + "(" * DEEP + "ssn" + ")" * DEEP + " from users",
    "not": "select id from users where " + "not " * DEEP + "ssn = 1",
    "case": "select " + "case when id = 1 then " * DEEP + "ssn" + " end" * DEEP + " from users",
    "calls": "select " + "lower(" * DEEP + "ssn" + ")" * DEEP + " from users",
    "derived tables": "select * from (" * DEEP + "select ssn from users" + ") t" * DEEP,
    "scalars": "select " + "(select " * DEEP + "ssn" + ")" * DEEP + " from users",
    "minus": "select " + "- " * DEEP + "ssn from users",
    "brackets": "select " + "[" * DEEP + "ssn" + "]" * DEEP + " from users",
    "subscripts": "select ssn" + "[1]" * DEEP + " from users",
    "joins in joins": "select * from " + "(" * DEEP + "users" + " join orders on true)" * DEEP,
    "structs": "select cast(ssn as " + "struct<a " * DEEP + "int" + ">" * DEEP + ") from users",
    "any": "select " + "any " * DEEP + "ssn from users",
    "if": "select " + "if " * DEEP + "ssn from users",
    "tables": "select * from users, " + "from users, " * DEEP,
    "stars twice": "select *, * from (" * 25 + "select ssn, id from users" + ") t" * 25,
    "recursion in recursion": "with recursive c0 as (select ssn as a, 1 as b, 2 as c, 3 as d from users)"
    + "".join(
        f", c{i} as (select * from c{i - 1} union all select b, c, d, a from c{i} union all select * from"
        f" (with recursive d as (select * from c{i - 1} union all select b, c, d, a from d) select * from d) e)"
        for i in range(1, 12)
    )
    + " select * from c11",
    "methods": "select ssn" + ".f()" * 1_000 + " from users",
    "marks in texts": "select ssn" + ", '/*!'" * 20_000 + " from users",
    "joins without ON": "select users.ssn from users " + " ".join(f"join users u{i}" for i in range(DEEP)),
    "casts": "select ssn" + "::text" * DEEP + " from users",
    "unloads": "unload ('" + "''" * 200_000 + "x",
    "list": "select id from users where ssn in (" + ",".join(map(str, range(10_000))) + ")",
    "and": "select id from users where " + " and ".join(["ssn = 1"] * 10_000),
    "or": "select id from users where " + " or ".join(["ssn = 1"] * 10_000),
    "plus": "select " + "+".join(["ssn"] * 10_000) + " from users",
    "concat": "select " + "||".join(["ssn"] * 10_000) + " from users",
    "union": " union all ".join(["select ssn from users"] * DEEP),
    "except": " except ".join(["select ssn from users"] * DEEP),
    "joins": "select u0.ssn from users u0 " + " ".join(f"join users u{i} on u{i}.id = u0.id" for i in range(1, 3_000)),
    "aliases": "select ssn a0" + "".join(f", a{i - 1} || a{i - 1} a{i}" for i in range(1, 2_000)) + " from users",
    "expressions in WITH": "with c0 as (select * from users)"
    + "".join(f", c{i} as (select a.* from c{i - 1} a, c{i - 1} b)" for i in range(1, 60))
    + " select ssn from c59",
    "recursion": "with recursive c("
    + ",".join(f"a{i}" for i in range(200))
    + ") as (select ssn"
    + ",1" * 199
    + " from users union all select 1,"
    + ",".join(f"a{i}" for i in range(199))
    + " from c) select * from c",
    "one megabyte": "select ssn from users where name = '" + "x" * 1_000_000 + "'",
    "many tokens": "select " + ",".join(["ssn"] * MOST_TOKENS) + " from users",
    "many characters": "select ssn from users --" + "x" * MOST_CHARACTERS,
}


@pytest.mark.invariant("no-input-raises")
@pytest.mark.parametrize("dialect", ["duckdb", "bigquery"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_no_pass_no_traceback_no_hang(text: str, dialect: str) -> None:
    with bounded():
        found = analyse(text, catalog(), dialect=dialect, default_schema="app")
        assert found.label.level == "restricted"
        for one in found.unresolved:
            assert one.detail.isprintable()
            assert one.name.isprintable()
            assert one.span is not None
            assert one.cause is not Cause.INTERNAL
        found.to_dict()


@pytest.mark.parametrize(
    "text", ["alter default privileges " + "on tables " * 80_000 + "(", "vacuum " + "a . " * 80_000]
)
def test_long_statements_of_words_are_told_at_once(text: str) -> None:
    with bounded():
        assert analyse(text, catalog(), dialect="postgres", default_schema="app").unresolved


_IN_SMALL_STACKS = """
import threading
from classify import analyse
from tests.unit.sql.test_bad_input import TEXTS
from tests.unit.sql.warehouse import catalog
from tests.work import bounded

def try_all():
    for name, text in TEXTS.items():
        if len(text) < 200_000:
            assert analyse(text, catalog(), dialect="duckdb", default_schema="app").label.level == "restricted", name
    done.append(True)

done = []
for size in 64, 512:
    threading.stack_size(size << 10)
    thread = threading.Thread(target=try_all)
    thread.start()
    thread.join()
print(len(done))
"""


def test_a_thread_with_a_small_stack_does_not_end_the_process() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _IN_SMALL_STACKS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "2\n"), run.stderr[-2000:]


def test_joins_without_on_are_answered_up_to_the_limit_and_then_refused_at_once() -> None:
    """The parser's time doubles with each."""
    for count, known in ((MOST_JOINS, True), (MOST_JOINS + 1, False), (40, False)):
        sql = "select u0.ssn from users u0 " + " ".join(f"join users u{i}" for i in range(1, count + 1))
        found = analyse(sql, catalog(), dialect="mysql", default_schema="app")
        assert [one.cause for one in found.unresolved] == ([] if known else [Cause.LIMIT])


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("mysql", "select * from " + "{oj " * DEEP + "users" + "}" * DEEP),
        ("mysql", "replace into users (ssn) values " + "(" * DEEP + "ssn" + ")" * DEEP),
        ("mysql", "replace into users (ssn) values (ssn" + "[1]" * DEEP + ")"),
        ("mysql", "insert low_priority " * DEEP),
        ("postgres", "insert into users (ssn, " * DEEP),
        ("postgres", "merge into users using users join users on " * DEEP + " when"),
        ("postgres", "select ssn <<| " * DEEP),
        ("duckdb", "(pivot users on ssn order by " * DEEP),
    ],
)
def test_other_words_for_a_statement_keep_the_limits(dialect: str, text: str) -> None:
    with bounded():
        found = analyse(text, catalog(), dialect=dialect, default_schema="app")
        assert found.label.level == "restricted"
        assert found.unresolved


@pytest.mark.parametrize("text", ["", " ", "-- ssn", "/* ssn */", ";;;"])
def test_nothing_touches_nothing(text: str) -> None:
    assert analyse(text, catalog(), dialect="postgres").statements == ()


@pytest.mark.parametrize("before", ["", "create temporary table made as select 1 as a; "])
def test_views_over_views_are_looked_through_once(before: str) -> None:
    views = {"app.v0": "select id, ssn from app.users"}
    for i in range(1, 25):
        views[f"app.v{i}"] = f"select a.id, b.ssn from app.v{i - 1} a join app.v{i - 1} b on a.id = b.id"
    with bounded():
        found = analyse(f"{before}select id from v24", catalog(views=views), dialect="postgres", default_schema="app")
        assert {read.column for read in found.reads} == {"app.users.id"}


def test_whatever_is_asked_for_later_is_inside_the_last_line_of_defence() -> None:
    """The parser makes up a name without an end for BigQuery's `INFORMATION_SCHEMA` in one pair of backticks."""
    found = analyse("select table_name from `p.app.INFORMATION_SCHEMA.TABLES`", catalog(), dialect="bigquery")
    assert [one.cause for one in found.unresolved] == [Cause.UNKNOWN_DATASET]
    found.to_dict()


def test_views_that_name_each_other_are_unresolved() -> None:
    own = catalog(views={"app.a": "select * from app.b", "app.b": "select * from app.a"})
    found = analyse("select * from a", own, dialect="postgres", default_schema="app")
    assert {one.cause for one in found.unresolved} == {Cause.VIEW}


def test_five_hundred_columns_through_fifty_expressions() -> None:
    own = catalog({"app.wide": {f"c{i}": "internal" for i in range(499)} | {"ssn": "restricted"}})
    sql = (
        "with c0 as (select * from wide)"
        + "".join(f", c{i} as (select * from c{i - 1})" for i in range(1, 50))
        + " select * from c49"
    )
    with bounded():
        found = analyse(sql, own, dialect="postgres", default_schema="app")
        assert len(found.outputs) == len(found.reads) == 500


def test_an_unknown_dialect_is_a_mistake_in_the_call() -> None:
    with pytest.raises(UsageError, match="unknown dialect `postgress`"):
        analyse("select 1", catalog(), dialect="postgress")


@pytest.mark.invariant("no-literal-told")
@pytest.mark.parametrize(
    "sql", ["select * from a.b.c.'078-05'", "select cast(a as '078-05')", "select 1 '078-05' 2", "insert '078-05' x y"]
)
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "bigquery", "duckdb"])
def test_a_syntax_error_does_not_quote_a_literal(sql: str, dialect: str) -> None:
    for one in analyse(sql, catalog(), dialect=dialect).unresolved:
        if one.cause is Cause.SYNTAX:
            assert "078" not in one.detail
