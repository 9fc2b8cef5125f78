"""Each handler, each flow and each role is missed by a case where it is taken away."""

from __future__ import annotations

from tests.laws.removed import is_missed, parts

# What no case misses, and why.
_NOT_MISSED = {
    "function queries.plain:sum_flows": "the table's columns are asked for by the relation too",
    "function queries.select:_outside": "what it finds is asked for, and the row that HAVING decides takes it too",
    "function report.detail:Columns.settled": "what is declassified: tests/unit/sql/test_declassify.py",
    "function report.lost:_whole": "a second look at what was found: tests/unit/sql/test_defence.py",
    "function session.session:Numbering.lower": "what is declassified",
    "function sources.arrays:ElementRelation.whole": "of a statement that is nothing but the elements of an array",
    "function values.expressions:_placeholder": "a name that the caller gives is not accounted for either",
    "function walk.walk:Walk.lower": "what is declassified",
    "expressions Introducer is made of its arguments": "it stands before a text",
    "expressions LimitOptions is made of its arguments": "it has words alone",
    "expressions Placeholder _placeholder": "a name that the caller gives is not accounted for either",
    "expressions RowNumber is made of its arguments": "it has none",
}


def test_every_part_is_missed_by_a_case() -> None:
    """`python -m tests.laws.removed` lists those that are not."""
    assert {part.name for part in parts() if not is_missed(part)} == set(_NOT_MISSED)
