"""The bar on long runs."""

from __future__ import annotations

import io
import sys
import time

import pytest

from classify.cli import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("patience", [-1.0, 60.0], ids=["a long run", "a short run"])
def test_every_item_comes_once_and_in_order(monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    assert list(progress.tracked(range(20), 20, "checking")) == list(range(20))


def test_a_bar_appears_in_the_middle_of_a_long_run(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "_PATIENCE", 0.02)
    found = []
    for item in progress.tracked(range(6), 6, "checking"):
        found.append(item)
        time.sleep(0.01)
    assert found == list(range(6))
    assert "checking" in terminal.getvalue()


def test_a_pipe_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    assert list(progress.tracked(range(3), 3, "checking")) == [0, 1, 2]
    assert pipe.getvalue() == ""
