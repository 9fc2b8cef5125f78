"""A name that nobody knows is told, wherever in a statement it stands: no note is lost on the way to the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from classify import Catalog, Exposure
from classify.sql import analyse
from tests.cases.case import Case
from tests.cases.test_cases import CASES, FOLDER

CATALOG = Catalog.load(FOLDER / "catalog.yaml")
UNKNOWN = "nosuch_zz"

# Where such a name may be what the catalog does not list, by the title of the case.
MAY_BE = {
    **dict.fromkeys(
        (
            "a field of a column that the catalog does not know hides no source outside",
            "a condition sees the sources of its join first",
            "a field of a struct",
            "a field of a struct through an alias",
            "a field of a composite",
            "one field of a struct may land in any field",
            "a field is read with what was written around it",
            "lateral view explode",
            "unnest with a name for the value",
        ),
        "a field, for which its whole column is read",
    ),
    **dict.fromkeys(("a method call", "a plain XQuery over a column"), "the schema of a function"),
    "a function's alias hides no source outside": "a hidden column of a function's rows, which hold no data",
}


def _answer(sql: str, dialect: str) -> Exposure:
    return analyse(sql, CATALOG, dialect=dialect, default_schema="app")


def _with_an_unknown_name(case: Case, dialect: str) -> Iterator[str]:
    """The case with each reference's own name replaced in turn."""
    exposure = _answer(case.sql, dialect)
    if exposure.unresolved:
        return
    for read in exposure.reads:
        name = read.column.rpartition(".")[2].strip('"').lower()
        for span in read.spans:
            text = case.sql[span.start_offset : span.end_offset]
            start = span.end_offset - len(text.rpartition(".")[2])
            if case.sql[start : span.end_offset].strip('"`[]').lower() == name:
                yield f"{case.sql[:start]}{UNKNOWN}{case.sql[span.end_offset :]}"


@pytest.mark.invariant("notes-stay")
def test_a_name_that_nobody_knows_is_unresolved_wherever_it_stands() -> None:
    tried = 0
    silent: set[str] = set()
    for case, dialect in CASES:
        for sql in _with_an_unknown_name(case, dialect):
            tried += 1
            if not _answer(sql, dialect).unresolved:
                silent.add(case.title)
    assert silent == set(MAY_BE)
    assert tried > 2_000
