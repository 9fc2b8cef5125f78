"""INVARIANT: a fault in a handler raises an alarm and not a leak, since every name in the text is accounted for."""

from __future__ import annotations

import pytest

from tests.laws.mutants import leaks, mutants

QUICK = [
    *list(mutants())[::11],
    "classify.sql.values.expressions:column_flow",
    "classify.sql.queries.subqueries:_scalar",
]


@pytest.mark.parametrize("mutant", QUICK)
def test_no_column_that_the_text_names_is_lost(mutant: str) -> None:
    """`python -m tests.laws.mutants` tries all of them."""
    assert leaks(mutant) == []


def test_without_accounting_the_same_fault_leaks() -> None:
    assert len(leaks("classify.sql.values.expressions:column_flow", accounting=False)) > 100
