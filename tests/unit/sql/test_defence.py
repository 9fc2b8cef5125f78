"""What goes wrong inside counts as top, whenever it is asked for."""

from __future__ import annotations

import importlib

import pytest

from classify.catalog import Catalog
from classify.exposure import Cause
from classify.sql import analyse
from classify.sql.names.relation import Relation
from tests.unit.sql.warehouse import catalog

MODULE = importlib.import_module("classify.sql.analyse")


@pytest.mark.invariant("no-input-raises")
@pytest.mark.parametrize("fault", [TypeError, KeyError, AssertionError, ZeroDivisionError])
@pytest.mark.parametrize("step", ["run", "account"])
def test_a_fault_of_the_analysis_is_unresolved(
    step: str, fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> object:
        raise fault("'078-05-1120'")

    monkeypatch.setattr(MODULE, step, fail)
    found = analyse("select country from users", catalog(), dialect="postgres", default_schema="app")
    assert found.label.level == "restricted"
    [one] = found.unresolved
    assert one.cause is Cause.INTERNAL
    assert fault.__name__ in one.detail
    assert "078" not in one.detail


@pytest.mark.invariant("no-input-raises")
def test_a_fault_of_spelling_out_is_unresolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> object:
        raise TypeError

    found = analyse("select country from users", catalog(), dialect="postgres", default_schema="app")
    monkeypatch.setattr(MODULE, "spell_out", fail)
    [statement] = found.statements
    assert statement.label.level == statement.result_label.level == "restricted"
    assert [one.cause for one in statement.unresolved] == [Cause.INTERNAL]


@pytest.mark.invariant("no-input-raises")
def test_a_fault_of_the_label_counts_as_top(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> object:
        raise IndexError

    monkeypatch.setattr(MODULE, "label_of", fail)
    found = analyse("select country from users", catalog(), dialect="postgres", default_schema="app")
    assert found.label.level == "restricted"


VIEW = {
    "app.t": {"id": "public", "ssn": "restricted", "day": "internal"},
    "app.w": {"id": "public"},
}


@pytest.mark.parametrize(
    "definition",
    [
        "select id from t where ssn = '1'",
        "select id from (select id from t where ssn = '1') x",
        "select w.id from w join t on t.ssn = w.id",
        "select id from w union all select id from t where ssn = '1'",
        "select count(*) as n from t group by ssn",
        "select id from t order by ssn limit 1",
    ],
)
def test_what_decides_the_rows_of_a_view_is_not_lost(definition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that forgets the indirect flows of every clause."""
    known = Catalog.from_mapping(VIEW, views={"app.v": definition}, default_schema="app", dialect="postgres")
    assert analyse("select 1 from v", known, dialect="postgres").label.level == "restricted"
    for name in ("queries.select", "sources.tables", "sources.joins", "sources.table_functions", "queries.setops"):
        monkeypatch.setattr(importlib.import_module(f"classify.sql.{name}"), "indirect", lambda flow: 0)
    again = Catalog.from_mapping(VIEW, views={"app.v": definition}, default_schema="app", dialect="postgres")
    found = analyse("select 1 from v", again, dialect="postgres")
    assert [one.cause for one in found.unresolved] == [Cause.VIEW]


def test_a_star_over_a_view_is_held_against_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Catalog.from_mapping(
        VIEW, views={"app.v": "select id, ssn from t"}, default_schema="app", dialect="postgres"
    )
    monkeypatch.setattr(Relation, "whole", lambda relation: 0)
    found = analyse("select * from v", known, dialect="postgres")
    assert [one.cause for one in found.unresolved] == [Cause.INTERNAL]
