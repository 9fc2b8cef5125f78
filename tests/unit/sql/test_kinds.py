from __future__ import annotations

import pytest

from classify.exposure import FlowKind
from classify.sql import analyse
from tests.unit.sql.warehouse import catalog
from tests.work import bounded


@pytest.mark.parametrize("operator", ["and ssn =", "+ ", "|| name ||"])
def test_a_chain_of_ten_thousand_terms_is_climbed_once(operator: str) -> None:
    """Without the memo it is fifty million steps."""
    sql = "select id from users where ssn = " + f" {operator} ".join(["name"] * 10_000)
    with bounded():
        found = analyse(sql, catalog(), dialect="postgres", default_schema="app")
        assert {read.column for read in found.reads} == {"app.users.id", "app.users.ssn", "app.users.name"}


def test_the_same_column_in_two_clauses_has_both_kinds() -> None:
    sql = "select max(amount) filter (where id = 1), amount + 1 from orders where amount > 1 order by amount"
    found = analyse(sql, catalog(), dialect="postgres", default_schema="app")
    kinds = {read.column: set(read.kinds) for read in found.reads}
    assert kinds["app.orders.amount"] == {
        FlowKind.AGGREGATION,
        FlowKind.TRANSFORMATION,
        FlowKind.FILTER,
        FlowKind.SORT,
    }
    assert kinds["app.orders.id"] == {FlowKind.CONDITIONAL}
