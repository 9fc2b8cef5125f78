"""Lines and characters of any text."""

from __future__ import annotations

import pytest

from classify.lines import LineTable, printable


@pytest.mark.parametrize("text", ["", "a", "\n", "ab\ncd", "a\n\nb\n", "a\r\nb\x0bc\x85d\u2028e\nf"])
def test_a_place_counts_line_feeds_alone(text: str) -> None:
    table = LineTable(text)
    for offset in range(len(text) + 1):
        line, column = table.place(offset)
        before = text[:offset].split("\n")
        assert (line, column) == (len(before), len(before[-1]) + 1)
        assert table.start(line) + column - 1 == offset
    assert table.start(text.count("\n") + 2) == len(text)


def test_names_cannot_move_the_cursor_or_end_the_line() -> None:
    assert printable("a\x1b[2J\nb\u202ec\u2028d") == "a\ufffd[2J\ufffdb\ufffdc\ufffdd"
    assert printable("naïve 名前\u3000e\u0301\xa0") == "naïve 名前\u3000e\u0301\xa0"
