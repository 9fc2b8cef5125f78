"""Placeholders: a value is a parameter, and what may name anything is a hole."""

from __future__ import annotations

import pytest

from classify.hosts.placeholders import HOLE, settle

H = HOLE


@pytest.mark.parametrize(
    "text",
    [
        "select a from t where b = %s",
        "select a from t where b = %(name)s and c in (%s, %s)",
        f"select a from t where b = {H}",
        f"select a from t where b in ({H}, {H})",
        f"select a from t where b between {H} and {H}",
        f"select a from t where b like {H} limit {H} offset {H}",
        f"insert into t (a) values ({H}, 1), ({H}, 2)",
        f"update t set a = {H} where b <> {H}",
        f"select a from t where b = '{H}' or c like '%{H}%'",
        f"select a * {H} from t",
        "select a from t where b = ${x} and c = {{ x }}",
        f"select a from t -- {H}",
        f"select a from t where b = $$ {H} $$",
    ],
)
def test_a_value_is_a_parameter(text: str) -> None:
    settled = settle(text)
    assert settled.holes == ()
    assert len(settled.text) == len(text)
    assert HOLE not in settled.text
    assert "%s" not in settled.text


@pytest.mark.invariant("a-division-is-no-value")
@pytest.mark.parametrize(
    ("text", "holes"),
    [
        (f"select {H} from t", 1),
        (f"select a, {H} from t", 1),
        (f"select a from {H}", 1),
        (f"select a from {H}.users", 1),
        (f"select a from users_{H}", 1),
        (f"select a from {H}{H}", 2),
        (f"select a from t where {H}", 1),
        (f"select a from t where b = 1 and {H}", 1),
        (f"select a from t where b between 1 and 2 and {H}", 1),
        (f"select a from t {H}", 1),
        (f"select * {H} from t", 1),
        (f"select max({H}) from t", 1),
        (f"select a from t order by {H}", 1),
        (f"insert into t ({H}) values (1)", 1),
        (f"update t set {H}", 1),
        (f'select "{H}" from t', 1),
        (f"select a from t where b = {H}.c", 1),
        (f"select a from t where b = {H}(c)", 1),
        (f"select a::{H} from t", 1),
        ("select a %s from t", 1),  # what is left of a division by a column `s`
        ("select a from ${table} where {{ condition }}", 2),
        ("{% if x %} select a from t {% endif %}", 2),
        (f"select 'it\\'s' {H} from t", 1),
        (f"select a # it's\n, {H} from t", 1),
    ],
)
def test_what_may_name_anything_is_a_hole(text: str, holes: int) -> None:
    settled = settle(text)
    assert len(settled.holes) == holes
    assert len(settled.text) == len(text)


def test_psql_puts_values_and_names_into_its_texts() -> None:
    assert settle("select a from t where b = :'x'", psql=True).holes == ()
    assert len(settle('select a from t where b = :"x"', psql=True).holes) == 1
    assert settle("select v:'x' from t").text == "select v:'x' from t"


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ("select a from t where %s", 1),
        ("select a from t where b = 1 and %s", 1),
        ("select a from t order by %s", 1),
        ("select a from t where b = %s and c between %s and %s", 0),
        ("select a from t where b = lower(%s)", 0),
    ],
)
def test_what_may_be_filled_in_before_it_runs_may_be_a_clause(text: str, holes: int) -> None:
    assert settle(text).holes == ()
    assert len(settle(text, bound=False).holes) == holes


def test_a_template_is_told_from_the_programs_own_text() -> None:
    holes = settle("select a from {{ ref('t') }} {% if x %} where ${y}").holes
    assert [hole.is_template for hole in holes] == [True, True, False]


@pytest.mark.invariant("a-value-in-every-reading")
def test_engines_differ_in_where_a_text_ends_and_a_hole_is_one_however_they_read_it() -> None:
    """MySQL reads a backslash before a quote as one in the text, PostgreSQL as its last character."""
    assert len(settle(f"select 'x\\', {H} -- '").holes) == 1


def test_a_hole_has_the_name_that_the_host_writes() -> None:
    assert [hole.name for hole in settle(f"select a from {H}", {14: "table"}).holes] == ["table"]
    assert [hole.name for hole in settle(f"select a from {H}", {14: "f('secret')"}).holes] == [""]
