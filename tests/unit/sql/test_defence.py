"""What goes wrong inside counts as top, whenever it is asked for."""

from __future__ import annotations

import importlib

import pytest

from classify.exposure import Cause
from classify.sql import analyse
from tests.unit.sql.warehouse import catalog

MODULE = importlib.import_module("classify.sql.analyse")


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


def test_a_fault_of_spelling_out_is_unresolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> object:
        raise TypeError

    found = analyse("select country from users", catalog(), dialect="postgres", default_schema="app")
    monkeypatch.setattr(MODULE, "spell_out", fail)
    [statement] = found.statements
    assert statement.label.level == statement.result_label.level == "restricted"
    assert [one.cause for one in statement.unresolved] == [Cause.INTERNAL]
