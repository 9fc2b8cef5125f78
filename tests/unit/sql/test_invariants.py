"""What the code calls an invariant and no test of one part says: each would hold if every handler were rewritten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlglot import Dialect
from sqlglot.tokenizer_core import Token

from classify import Catalog, Exposure
from classify.exposure import Cause
from classify.sql import analyse
from classify.sql.names.dialects import dialect_row
from classify.sql.report import detail
from classify.sql.text.rewording import mysql, postgres, rules, tsql
from classify.sql.text.rewording.rules import reworded
from tests.cases.case import Case, read_cases
from tests.unit.sql.warehouse import catalog

CASES = Path(__file__).parents[2] / "cases"
PACKAGE = Path(__file__).parents[3] / "classify"


def found(sql: str, dialect: str = "postgres", known: Catalog | None = None) -> Exposure:
    return analyse(sql, known or catalog(), dialect=dialect, default_schema="app")


def read(sql: str, dialect: str = "postgres", known: Catalog | None = None) -> set[str]:
    return {one.column.removeprefix("app.") for one in found(sql, dialect, known).reads}


def cases() -> Iterator[tuple[Case, str]]:
    for case in read_cases(CASES):
        for dialect in case.dialects:
            yield case, dialect


@pytest.mark.invariant("unknown-columns-hide-nothing")
@pytest.mark.parametrize("inner", ["nowhere", "nowhere n, lateral (select 1 as one) l", "(select * from nowhere) d"])
def test_what_has_unknown_columns_hides_nothing_outside(inner: str) -> None:
    exposure = found(f"select id from users where exists (select 1 from {inner} where ssn is null)")
    assert "app.users.ssn" in {one.column for one in exposure.reads}
    assert exposure.unresolved


@pytest.mark.invariant("no-first-hit")
@pytest.mark.parametrize(
    "sql",
    [
        "select name from countries, users",
        "select name from users, countries",
        "select countries.code from countries where exists (select name from countries c, users)",
    ],
)
def test_a_name_of_several_sources_is_that_of_each(sql: str) -> None:
    assert {"users.name", "countries.name"} <= read(sql)
    assert Cause.AMBIGUOUS_NAME in {one.cause for one in found(sql).unresolved}


@pytest.mark.invariant("no-first-hit")
@pytest.mark.parametrize("sources", ["countries u, users u", "users u, countries u", "users u cross join users u"])
def test_a_name_of_several_aliases_is_none_of_them(sources: str) -> None:
    exposure = found(f"select u.name from {sources}")
    assert Cause.AMBIGUOUS_NAME in {one.cause for one in exposure.unresolved}
    assert exposure.label.level == exposure.outputs[0].label.level == "restricted"


@pytest.mark.invariant("unsure-fields-hide-nothing")
def test_a_field_that_may_be_none_hides_no_table_outside() -> None:
    sql = "select users.id from users where exists (select users.ssn from (select 1 as users) x)"
    for dialect in ("bigquery", "duckdb"):
        exposure = found(sql, dialect)
        assert exposure.unresolved or "app.users.ssn" in {one.column for one in exposure.reads}, dialect


@pytest.mark.invariant("one-way-to-the-parser")
def test_the_parser_is_called_in_one_place() -> None:
    """Where its depth is bounded for the stack that is there."""
    calls = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                inside = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
                calls += [f"{path.stem}.{node.name}" for one in inside if _parses(one)]
    assert set(calls) == {"parse.trees"}


def _parses(call: ast.Call) -> bool:
    """Whether it is a call of the parser's, by whatever way sqlglot has."""
    called = ast.unparse(call.func)
    return called in {"sqlglot.parse", "sqlglot.parse_one", "parse_one", "exp.maybe_parse", "maybe_parse"} or (
        called.endswith((".parse", ".parse_into")) and "parser" in called.lower() and "argparse" not in called
    )


@pytest.mark.invariant("no-tree-lost")
@pytest.mark.parametrize("between", ["select code from countries", "select from where (", "notice", "}", "'"])
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "duckdb", "bigquery", "snowflake", "tsql", "clickhouse"])
def test_whatever_stands_between_two_statements_they_count(between: str, dialect: str) -> None:
    exposure = found(f"select ssn from users; {between}; select amount from orders", dialect)
    columns = {one.column.lower() for one in exposure.reads}
    assert exposure.unresolved or columns == {"app.users.ssn", "app.orders.amount", "app.countries.code"}
    if between != "'":  # the tokens end there
        assert {"app.users.ssn", "app.orders.amount"} <= columns


@pytest.mark.invariant("comments-may-run")
def test_a_comment_in_what_is_read_anew_may_be_run() -> None:
    assert not found("replace into countries (code) select country from users", "mysql").unresolved
    exposure = found("replace into countries (code) select /*! ssn, */ country from users", "mysql")
    assert exposure.label.level == "restricted"


@pytest.mark.invariant("rewording-keeps-names")
def test_other_words_for_a_statement_keep_its_names() -> None:
    """The columns and tables that a statement names, in order, whatever it is put into."""
    known = Catalog.load(CASES / "catalog.yaml")
    names = {part.text for dataset in known.datasets for part in dataset.name.parts}
    names |= {column.name.text for dataset in known.datasets for column in dataset.columns}
    put = 0
    for case, dialect in cases():
        for tokens in _statements(case.sql, dialect):
            other = reworded(tokens, dialect_row(dialect))
            if other is not None:
                put += 1
                assert _names(other, names) == _names(tokens, names), f"{case.place} [{dialect}]"
    assert put > 10


def test_each_rule_says_what_the_parsers_makers_know_of_it() -> None:
    """A rule is a function from tokens to tokens; its docstring names an issue, or says that none was found."""
    said = 0
    for module in (mysql, postgres, rules, tsql):
        for name, rule in vars(module).items():
            types = getattr(rule, "__annotations__", {})
            if types == {"tokens": "list[Token]", "return": "list[Token]"}:
                said += 1
                assert re.search(r"\n *Upstream: (sqlglot \d+|no issue found)\b", rule.__doc__), name
    assert said > 15


def _statements(sql: str, dialect: str) -> Iterator[list[Token]]:
    tokens: list[Token] = []
    for token in Dialect.get_or_raise(dialect).tokenizer().tokenize(sql):
        if token.text != ";":
            tokens.append(token)
        elif tokens:
            yield tokens
            tokens = []
    if tokens:
        yield tokens


def _names(tokens: list[Token], names: set[str]) -> list[str]:
    return [token.text for token in tokens if token.text in names]


@pytest.mark.invariant("outputs-cover-the-result")
def test_the_outputs_together_are_as_high_as_the_result() -> None:
    known = Catalog.load(CASES / "catalog.yaml")
    for case, dialect in cases():
        for statement in analyse(case.sql, known, dialect=dialect, default_schema="app").statements:
            if statement.outputs:
                together = known.scheme.high_water_mark(one.label for one in statement.outputs)
                assert together.dominates(statement.result_label), f"{case.place} [{dialect}]"


@pytest.mark.invariant("what-is-asked-is-answered")
def test_an_answer_that_lacks_what_is_asked_for_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detail.Columns, "settled", lambda *arguments: 0)
    exposure = found("select ssn from users")
    assert [one.cause for one in exposure.unresolved] == [Cause.INTERNAL]
    assert exposure.label.level == "restricted"


@pytest.mark.invariant("variables-only-grow")
def test_a_variable_holds_whatever_it_ever_held() -> None:
    sql = "set @a = (select ssn from users limit 1); set @a = (select code from countries limit 1); select @a"
    assert read(sql, "mysql") == {"users.ssn", "countries.code"}
    last = found(sql, "mysql").statements[-1]
    assert {one.column for one in last.reads} == {"app.users.ssn", "app.countries.code"}


@pytest.mark.invariant("both-meanings-of-a-view")
def test_a_view_means_what_it_meant_and_what_it_means() -> None:
    known = catalog(views={"app.v": "select name from app.countries"})
    sql = "drop table countries; create table countries as select ssn as name, country as code from users;"
    last = found(f"{sql} select name from v", known=known).statements[-1]
    assert {"app.users.ssn", "app.countries.name"} <= {one.column for one in last.reads}


@pytest.mark.invariant("a-view-never-lowers")
def test_a_label_of_a_view_adds_to_what_it_yields() -> None:
    levels = {
        "app.users": {"ssn": "restricted", "country": "public"},
        "app.v": {"ssn": "public", "country": "confidential"},
    }
    views = {"app.v": "select ssn, country from users"}
    known = Catalog.from_mapping(levels, views=views, default_schema="app", dialect="postgres")
    assert found("select ssn from v", known=known).label.level == "restricted"
    assert found("select country from v", known=known).label.level == "confidential"


@pytest.mark.invariant("other-settings-end-what-is-known")
@pytest.mark.parametrize("setting", ["set anything_new = 'x'", "set session_replication_role = replica", "set role hr"])
def test_after_a_setting_that_nobody_knows_nothing_is_resolved(setting: str) -> None:
    assert not found("set statement_timeout = 5; select code from countries").unresolved
    exposure = found(f"{setting}; select code from countries")
    assert exposure.unresolved, setting
    assert exposure.label.level == "restricted"


@pytest.mark.invariant("other-tuning-is-unresolved")
def test_a_clause_of_settings_that_nobody_knows_is_unresolved() -> None:
    assert not found("select code from countries settings max_threads = 2", "clickhouse").unresolved
    assert found("select code from countries settings anything_new = 2", "clickhouse").unresolved


@pytest.mark.invariant("long-chains-do-not-nest")
def test_a_chain_of_thousands_of_queries_has_an_answer() -> None:
    chain = "".join(f", c{i} as (select ssn from c{i - 1})" for i in range(1, 3000))
    exposure = found(f"with c0 as (select ssn from users){chain} select ssn from c2999")
    assert {one.column for one in exposure.reads} == {"app.users.ssn"}
    assert not exposure.unresolved


@pytest.mark.invariant("notes-stay")
def test_what_is_unresolved_is_not_taken_back() -> None:
    """A common table expression that is first named in the rounds of another is worked out once."""
    inner = "select query_to_xml('select ssn from users', true, false, '') as x"
    rounds = "r as (select x from a union all select r.x from r)"
    assert found(f"with recursive a as ({inner}), {rounds} select x from r", "postgres").unresolved
    for path in (PACKAGE / "sql").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Delete):
                assert "notes" not in ast.unparse(node), path.name


@pytest.mark.invariant("doubt-flows-on")
@pytest.mark.parametrize(
    ("dialect", "first", "later"),
    [
        ("postgres", "create temp table t as select query_to_xml('x', true, false, '') as x", "select x from t"),
        ("postgres", "create temp table t as select ssn as x, nosuch from users", "select x from t"),
        ("duckdb", "create table t as select * from read_csv('x.csv')", "from t"),
        ("duckdb", "set variable v = (select max(nosuch) from users)", "select getvariable('v')"),
        ("mysql", "select nosuch into @x from users", "select @x"),
    ],
)
def test_what_is_not_understood_stays_so_where_a_script_keeps_it(dialect: str, first: str, later: str) -> None:
    statements = found(f"{first}; {later}", dialect).statements
    assert [str(one.label.level) for one in statements] == ["restricted", "restricted"]
    assert all(one.unresolved for one in statements)
