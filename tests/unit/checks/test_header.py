"""The settings that a text carries itself."""

from __future__ import annotations

import pytest

from classify.checks.header import read_header
from classify.checks.settings import Overrides
from classify.errors import FileError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", Overrides()),
        ("-- classify: dialect=bigquery ceiling=internal\nselect 1", Overrides("bigquery", "internal")),
        ("\n\n  --classify:ceiling=internal\r\nselect 1", Overrides(ceiling="internal")),
        ("/* licence\n * of ours */\n-- a title\n-- classify: ceiling=internal", Overrides(ceiling="internal")),
        ("-- classify: ceiling=internal\n-- classify: ceiling=public", Overrides(ceiling="public")),
        ('-- classify: sink="app.Feed" default-schema=app\nselect 1', Overrides(default_schema="app", sink="app.Feed")),
        ("select 'classify:' -- see classify: above", Overrides()),
    ],
    ids=["none", "two", "no space, crlf", "below comments", "the last wins", "quoted", "not on a line of its own"],
)
def test_lines_above_the_first_statement_count(text: str, expected: Overrides) -> None:
    assert read_header(text, "q.sql") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- classify: cieling=internal", "q.sql:1:14: unknown setting `cieling` (did you mean `ceiling`?)"),
        ("-- classify: ceiling", "q.sql:1:14: `ceiling` has no value, expected `ceiling=…`"),
        ("-- classify: ceiling=", "q.sql:1:14: `ceiling` has no value, expected `ceiling=…`"),
        (
            "select 1;\n  -- classify: ceiling=restricted",
            "q.sql:2:1: a `-- classify:` line must stand above the first statement, move it there",
        ),
        (
            "/*! select ssn */\n-- classify: ceiling=restricted",
            "q.sql:2:1: a `-- classify:` line must stand above the first statement, move it there",
        ),
    ],
    ids=["unknown", "no value", "empty value", "below", "below what mysql executes"],
)
def test_what_would_not_count_is_refused(text: str, message: str) -> None:
    """A line that is ignored in silence would let its author believe in a ceiling that does not hold."""
    with pytest.raises(FileError) as caught:
        read_header(text, "q.sql")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "line",
    [
        "-- Classify: ceiling=public",
        "-- CLASSIFY: ceiling=public",
        "-- clasify: ceiling=public",
        "-- classfy : ceiling=public",
        "---- classify: ceiling=public",
        "/* classify: ceiling=public */",
        "# classify: ceiling=public",
        "// classify: ceiling=public",
        "{# classify: ceiling=public #}",
    ],
)
def test_what_looks_like_such_a_line_and_is_none_is_refused(line: str) -> None:
    with pytest.raises(FileError, match=r"in this comment is not read, write it as a line `-- classify: …`"):
        read_header(f"{line}\nselect 1", "q.sql")


@pytest.mark.parametrize(
    "line",
    ["-- classified: secret", "-- class: a", "-- see classify: above", "-- clarify: why", "select 1 -- Classify: done"],
)
def test_other_words_are_comments(line: str) -> None:
    assert read_header(f"{line}\nselect 1", "q.sql") == Overrides()
