"""An excerpt: the line of a text that a span stands in, underlined."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from attrs import frozen

from classify.lines import printable

if TYPE_CHECKING:
    from classify.exposure import Span

_TAB = 4
_NEAR = 400  # characters to each side of a place that can matter: no terminal is wider


@frozen(eq=False, repr=False)
class Excerpt:
    """One line of a text, ready to print, with its underline.

    Attributes:
        number: of the line.
        line: tabs spread, control characters replaced, clipped around the place with `…`.
        indent: cells before the underline.
        length: of the underline in cells, at least one.
    """

    number: int
    line: str
    indent: int
    length: int

    def lines(self) -> tuple[str, str]:
        """The line and its underline, with a gutter."""
        gutter = str(self.number)
        return f"{gutter} | {self.line}", f"{' ' * len(gutter)} | {' ' * self.indent}{'^' * self.length}"


def excerpt(text: str, span: Span, width: int) -> Excerpt:
    """The line in which a span starts, no wider than `width` cells.

    A span over several lines is underlined to the end of its first.

    Args:
        text: the whole text, what must not be shown in it already masked.
        span: in that text.
        width: of the line in cells, without its gutter.
    """
    start = min(span.start_offset, len(text))
    before = _line_start(text, start)
    end = _line_end(text, start)
    stop = max(min(span.end_offset, end), start)
    # Only the part of a very long line that may be shown is measured.
    low, high = max(before, start - _NEAR), min(end, start + _NEAR)
    shown: list[str] = []
    widths: list[int] = []
    column = 0
    for char in text[low:high]:
        if char == "\t":
            shown.append(" " * (_TAB - column % _TAB))
            widths.append(len(shown[-1]))
        else:
            shown.append(printable(char))
            widths.append(_cells(shown[-1]))
        column += widths[-1]
    first, last = start - low, min(stop, high) - low
    left, right = _window(widths, first, last, width, cut_left=low > before, cut_right=high < end)
    head = "…" if left > 0 or low > before else ""
    tail = "…" if right < len(shown) or high < end else ""
    return Excerpt(
        number=span.start.line,
        line=head + "".join(shown[left:right]).rstrip() + tail,
        indent=len(head) + sum(widths[left:first]),
        length=max(1, sum(widths[first : min(last, right)])),
    )


def _window(
    widths: list[int], first: int, last: int, width: int, *, cut_left: bool, cut_right: bool
) -> tuple[int, int]:
    """The part of a line that fits: all of it, or what is around the place, a third of the room before it."""
    if sum(widths) <= width and not cut_left and not cut_right:
        return 0, len(widths)
    room = max(width - 2, 8)  # one cell for each `…`
    left, used = first, 0
    while left > 0 and used + widths[left - 1] <= room // 3:
        left -= 1
        used += widths[left]
    right = first
    while right < len(widths) and used + widths[right] <= room:
        used += widths[right]
        right += 1
    if right >= last:  # the place fits: what room is left at the end goes to what is before it
        while left > 0 and used + widths[left - 1] <= room:
            left -= 1
            used += widths[left]
    return left, right


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    ends = [end for end in (text.find("\n", offset), text.find("\r", offset)) if end >= 0]
    return min(ends, default=len(text))


def _cells(char: str) -> int:
    """How many cells of a terminal a character fills."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
