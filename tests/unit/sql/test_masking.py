"""What an excerpt may show: no literal, no comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.sql.text.masking import masked


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("postgres", "select 'Ann', 12, $$Ann$$", "select '···', ··, ·······"),
        ("postgres", "select 'it''s', E'a\\'b', U&'Ann'", "select '·····', ·······, ·······"),
        ("postgres", 'select "Name" from t -- Ann\n, u', 'select "Name" from t ·· ···\n, u'),
        ("bigquery", "select \"Ann\", r'Ann' from `a.b`", 'select "···", ······ from `a.b`'),
        ("mysql", "select 'a\\'b', ssn # Ann", "select '····', ssn · ···"),
        ("tsql", "select N'Ann' from [my table]", "select ······ from [my table]"),
        ("postgres", "select 'a\nb' from t", "select '·\n·' from t"),
        ("postgres", "select ssn from t where name = 'Ann", "select ssn from t where name = ····"),
    ],
    ids=["text", "escapes", "comment", "bigquery", "mysql", "tsql", "lines", "an open quote"],
)
def test_literals_and_comments_are_dotted_out(dialect: str, sql: str, expected: str) -> None:
    assert masked(sql, dialect) == expected


@given(
    secret=st.text(st.sampled_from("SECRET'\\\n"), max_size=20),
    dialect=st.sampled_from(["postgres", "mysql", "duckdb"]),
)
def test_what_is_hidden_keeps_its_place(secret: str, dialect: str) -> None:
    sql = f"select a, '{secret}', b -- {secret}"
    hidden = masked(sql, dialect)
    assert len(hidden) == len(sql)
    assert [at for at, char in enumerate(hidden) if char == "\n"] == [at for at, char in enumerate(sql) if char == "\n"]


@pytest.mark.invariant("no-literal-shown")
@given(secret=st.text(st.sampled_from("SECRT"), min_size=1, max_size=20))
def test_a_literal_never_shows(secret: str) -> None:
    """INVARIANT: what is shown is a token that is no literal, or white space."""
    hidden = masked(f"select a, '{secret}', $${secret}$$, /* {secret} */ b -- {secret}", "postgres")
    assert not set("SECRT") & set(hidden)


def test_what_is_explained_is_shown_as_it_is_without_explain() -> None:
    sql = "select 1; explain (analyze, costs off)\nselect id from users where ssn = '078'; explain select 'a'"
    assert masked(sql, "postgres") == (
        "select ·; explain (analyze, costs off)\nselect id from users where ssn = '···'; explain select '·'"
    )
    assert masked("explain execute p('078')", "postgres") == "explain ······· ········"
