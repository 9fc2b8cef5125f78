"""Colour, and whether to use it."""

from __future__ import annotations

import pytest

from classify.cli.style import level_colour, use_colour
from classify.labels import DEFAULT_SCHEME, Scheme


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        ("auto", {}, None),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, None),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
    ],
    ids=[
        "left to the stream",
        "no colour",
        "an empty value counts as unset",
        "dumb terminal",
        "asked for",
        "not wanted",
    ],
)
def test_what_is_asked_for_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], expected: bool | None
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert use_colour(choice) is expected


def test_colours_run_from_green_to_red() -> None:
    assert [level_colour(level) for level in DEFAULT_SCHEME.levels] == ["green", "cyan", "yellow", "red"]
    assert [level_colour(level) for level in Scheme(("low", "high"), "high").levels] == ["green", "red"]
    assert [level_colour(level) for level in Scheme(("only",), "only").levels] == ["red"]
