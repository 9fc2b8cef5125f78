"""What changes in a query or a catalog, and what may not change in the answer with it."""

from __future__ import annotations

import re

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from classify import Catalog, Exposure, analyse
from tests.laws.queries import LEVELS, TABLES, Query, catalog, levels, queries

DIALECTS = st.sampled_from(("postgres", "sqlite", "duckdb"))
COLUMNS = st.sampled_from([(table, column) for table, columns in TABLES.items() for column in columns])
CLASSES = catalog({(t, c): LEVELS[at % 4] for t, columns in TABLES.items() for at, c in enumerate(columns)})

FEW = settings(max_examples=40)  # each example is several analyses


def _reads(exposure: Exposure) -> set[str]:
    assert not exposure.unresolved, exposure.unresolved
    return {read.column for read in exposure.reads}


def _same(sql: str, other: str, dialect: str, known: Catalog = CLASSES) -> None:
    one, two = analyse(sql, known, dialect=dialect), analyse(other, known, dialect=dialect)
    assert _reads(one) == _reads(two)
    assert one.label == two.label
    assert [statement.result_label for statement in one.statements] == [
        statement.result_label for statement in two.statements
    ]


@FEW
@given(queries(), DIALECTS, levels, COLUMNS)
def test_a_raised_tag_never_lowers_an_exposure(
    query: Query, dialect: str, known: dict[tuple[str, str], str], column: tuple[str, str]
) -> None:
    before = analyse(str(query), catalog(known), dialect=dialect)
    after = analyse(str(query), catalog({**known, column: "restricted"}), dialect=dialect)
    assert after.label.dominates(before.label)
    for low, high in zip(before.outputs, after.outputs, strict=True):
        assert high.label.dominates(low.label)


@FEW
@given(queries(), queries(), DIALECTS)
def test_another_statement_never_lowers_the_label(query: Query, other: Query, dialect: str) -> None:
    alone = analyse(str(query), CLASSES, dialect=dialect)
    for script in (f"{query}; {other}", f"{other}; {query}"):
        both = analyse(script, CLASSES, dialect=dialect)
        assert both.label.dominates(alone.label)
        assert _reads(both) >= _reads(alone)


@FEW
@given(queries(), queries(), DIALECTS)
def test_another_branch_never_lowers_the_label(query: Query, other: Query, dialect: str) -> None:
    first, second = query.columns[0], other.columns[0]
    branch = f"select {first} from ({query}) a union all select {second} from ({other}) b"
    alone = analyse(f"select {first} from ({query}) a", CLASSES, dialect=dialect)
    both = analyse(branch, CLASSES, dialect=dialect)
    assert both.label.dominates(alone.label)
    assert both.outputs[0].label.dominates(alone.outputs[0].label)
    assert _reads(both) >= _reads(alone)


@FEW
@given(queries(), COLUMNS, DIALECTS)
def test_another_predicate_never_lowers_the_label(query: Query, column: tuple[str, str], dialect: str) -> None:
    more = query.filtered(f"exists (select 1 from main.{column[0]} p where p.{column[1]} = 'x')")
    before = analyse(str(query), CLASSES, dialect=dialect, default_schema="main")
    after = analyse(str(more), _in_main(), dialect=dialect)
    assert after.label.dominates(before.label)
    assert {read.removeprefix("main.") for read in _reads(after)} >= _reads(before)


def _in_main() -> Catalog:
    tables = {
        f"main.{table}": {column: LEVELS[at % 4] for at, column in enumerate(columns)}
        for table, columns in TABLES.items()
    }
    return Catalog.from_mapping(tables, default_schema="main")


@FEW
@given(queries(), DIALECTS)
def test_the_order_of_predicates_does_not_count(query: Query, dialect: str) -> None:
    _same(str(query), str(evolve(query, where=query.where[::-1])), dialect)


@FEW
@given(queries(), DIALECTS)
def test_an_alias_does_not_count(query: Query, dialect: str) -> None:
    _same(str(query), re.sub(r"\bs(\d+_\d+)\b", r"other\1", str(query)), dialect)


@FEW
@given(queries(), DIALECTS)
def test_a_wrapped_query_is_the_query(query: Query, dialect: str) -> None:
    listed = ", ".join(query.columns)
    for wrapped in (
        f"with w as ({query}) select * from w",
        f"select * from ({query}) w",
        f"select {listed} from ({query}) w",
        f"with w ({listed}) as ({query}) select w.* from w",
    ):
        _same(str(query), wrapped, dialect)


@FEW
@given(st.sampled_from(sorted(TABLES)), DIALECTS)
def test_a_star_is_the_listed_columns(table: str, dialect: str) -> None:
    _same(f"select * from {table}", f"select {', '.join(TABLES[table])} from {table}", dialect)
    _same(f"select t.* from {table} t", f"select {', '.join(TABLES[table])} from {table}", dialect)


@FEW
@given(queries(), DIALECTS)
def test_an_answer_does_not_depend_on_what_was_asked_before(query: Query, dialect: str) -> None:
    first = analyse(str(query), CLASSES, dialect=dialect).to_dict()
    assert analyse(str(query), CLASSES, dialect=dialect).to_dict() == first
