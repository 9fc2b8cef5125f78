"""The line of a place, underlined, whatever stands in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.exposure import Position, Span
from classify.exposure.excerpt import excerpt


def span_of(text: str, word: str) -> Span:
    start = text.index(word)
    end = start + len(word)
    return Span(_position(text, start), _position(text, end), start, end)


def _position(text: str, offset: int) -> Position:
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def lines(text: str, word: str, width: int = 80) -> list[str]:
    return list(excerpt(text, span_of(text, word), width).lines())


def test_the_place_is_underlined() -> None:
    assert lines("select id\nfrom users\nwhere ssn = 1", "ssn") == [
        "3 | where ssn = 1",
        "  |       ^^^",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_end_of_line_ends_the_excerpt(end: str) -> None:
    text = f"select id,{end}ssn{end}from users"
    assert excerpt(text, span_of(text, "ssn"), 80).line == "ssn"


def test_tabs_are_spread() -> None:
    assert lines("\ta\tssn", "ssn") == ["1 |     a   ssn", "  |         ^^^"]


def test_wide_characters_fill_two_cells_and_marks_none() -> None:
    assert lines("select 名前, e\u0301x from t", "x")[1] == "  |" + " " * 15 + "^"
    assert lines("select 🙂 from t", "🙂")[1] == "  |        ^^"


def test_a_span_over_lines_is_underlined_to_the_end_of_the_first() -> None:
    assert lines("select (\n1\n)", "(\n1\n)") == ["1 | select (", "  |        ^"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = lines("select '\x1b[2J\x00\u202e', ssn from t", "ssn")
    assert shown[0] == "1 | select '\ufffd[2J\ufffd\ufffd', ssn from t"
    assert shown[1].index("^") == shown[0].index("ssn")


def test_a_long_line_is_clipped_around_the_place() -> None:
    text = "select " + "a, " * 300_000 + "ssn" + ", b" * 300_000
    line, underline = lines(text, "ssn", width=40)
    assert line.startswith("1 | …")
    assert line.endswith("…")
    assert underline.index("^") == line.index("ssn")
    assert len(line) <= 40 + len("1 | ")


def test_a_place_at_the_end_of_the_text_is_shown() -> None:
    text = "select"
    assert excerpt(text, Span(Position(1, 7), Position(1, 7), 6, 6), 80).lines() == ("1 | select", "  |       ^")


@given(
    text=st.text(st.sampled_from("ab \t名🙂\u0301\r\n\x1b'"), max_size=1000),
    start=st.integers(0, 1000),
    length=st.integers(0, 50),
    width=st.integers(20, 120),
)
def test_an_excerpt_never_is_wider_than_asked_for(text: str, start: int, length: int, width: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    found = excerpt(text, Span(_position(text, start), _position(text, end), start, end), width)
    assert sum(_cells(char) for char in found.line) <= width
    assert found.indent + found.length <= width + 2
    assert found.length >= 1


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
