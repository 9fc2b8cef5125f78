"""What names mean across the statements of a script, where it takes a catalog of its own to tell, and how quickly."""

from __future__ import annotations

import pytest

from classify import Catalog
from classify.sql import analyse
from classify.sql.followed import Analyser
from tests.work import bounded

CATALOG = Catalog.from_mapping(
    {
        "one.t": {"id": "public", "a": "restricted"},
        "two.t": {"id": "internal", "a": "confidential"},
        "two.u": {"id": "internal"},
    }
)


def levels(sql: str, dialect: str = "postgres", catalog: Catalog = CATALOG) -> list[str]:
    exposure = analyse(sql, catalog, dialect=dialect, default_schema="one")
    return [str(statement.label) for statement in exposure.statements]


def reads(sql: str, dialect: str = "postgres") -> list[str]:
    return [read.column for read in analyse(sql, CATALOG, dialect=dialect, default_schema="one").statements[-1].reads]


def test_a_dropped_table_uncovers_the_one_behind_it_in_the_search_path() -> None:
    path = "set search_path to one, two; "
    assert reads(path + "select a from t") == ["one.t.a"]
    assert reads(path + "drop table t; select a from t") == ["two.t.a"]
    assert reads(path + "alter table t rename to gone; select a from t") == ["two.t.a"]
    assert reads(path + "alter table t rename to gone; select a from gone") == ["one.t.a"]


def test_a_new_table_covers_the_one_behind_it_in_the_search_path() -> None:
    path = "set search_path to one, two; "
    assert reads(path + "create table u as select a as id from t; select id from u") == ["one.t.a"]
    assert reads(path + "create table u as select a as id from t; select id from two.u") == ["two.u.id"]
    assert reads(path + "create table u (id int); drop table u; select id from u") == ["two.u.id"]


def test_a_table_of_another_database_is_another_table() -> None:
    catalog = Catalog.from_mapping({"prod.one.t": {"a": "restricted"}, "test.one.t": {"a": "public"}})
    sql = "create table test.one.x as select a from test.one.t; select a from prod.one.x; select a from test.one.x"
    assert levels(sql, catalog=catalog) == ["public", "restricted * @*", "public"]


def test_a_name_that_leaves_out_the_database_may_be_either() -> None:
    catalog = Catalog.from_mapping({"prod.one.t": {"a": "public"}})
    sql = "create table one.x as select a from prod.one.t; select a from prod.one.x"
    assert levels(sql, catalog=catalog) == ["public", "public"]


def test_case_counts_where_the_server_may_say_so() -> None:
    sql = "create table T2 as select a from t; create table t2 as select id from t; select * from T2; select * from t2"
    assert levels(sql, "mysql") == ["restricted", "public", "restricted", "public"]
    assert levels("create table T2 as select a from t; select * from t2", "mysql") == ["restricted", "restricted"]


@pytest.mark.parametrize(
    "sql",
    [
        "".join(f"create view v{n + 1} as select x.a from v{n} x join v{n} y on x.a = y.a; " for n in range(40))
        + "select a from v40",
        "".join(f"create or replace view v0 as select a from v0 where a > {n}; " for n in range(150))
        + "select a from v0",
    ],
    ids=["each names the one before it twice", "each over the one that it replaces"],
)
def test_views_over_views_take_no_time(sql: str) -> None:
    with bounded():
        found = levels(f"create view v0 as select a from t; {sql}")
        assert set(found) <= {"restricted", "restricted * @*"}


def test_a_script_of_thousands_of_names_takes_no_time() -> None:
    with bounded():
        statements = "".join(
            f"create table t{n} as select id from t; create view v{n} as select id from t{n}; " for n in range(1500)
        )
        assert set(levels(statements + "select id from v7")) == {"public"}


def test_a_view_that_may_be_gone_is_of_what_later_statements_depend_on() -> None:
    """So a guard holds the next statement against it, though no name has another meaning."""
    followed = Analyser(CATALOG, "postgres", default_schema="one")
    view = "create temp view u as select id as a from t"
    dropped = "drop function if exists f cascade"
    _, steps = followed.analyse(f"{view}; {dropped}")
    assert [step.text for step in steps if step.changes] == [view, dropped]
    exposure, _ = followed.analyse("select a from u", (view, dropped))
    assert exposure.unresolved
