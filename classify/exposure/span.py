"""Places in a text."""

from __future__ import annotations

from bisect import bisect_right

from attrs import frozen


@frozen(order=True)
class Position:
    """A 1-based line and column."""

    line: int
    column: int


@frozen(order=True)
class Span:
    """A stretch of text, end exclusive.

    Attributes:
        start, end: 1-based positions.
        start_offset, end_offset: 0-based offsets in characters into the whole text.
    """

    start: Position
    end: Position
    start_offset: int
    end_offset: int

    def to_dict(self) -> dict[str, list[int]]:
        return {"start": [self.start.line, self.start.column], "end": [self.end.line, self.end.column]}


class Lines:
    """Where the lines of a text start. A line feed alone ends a line, as git, editors and the parsers count them."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._starts = starts

    def position(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """The span from `start` up to, not including, `end`; both 0-based offsets."""
        return Span(self.position(start), self.position(end), start, end)

    def start(self, line: int) -> int:
        """The offset at which a 1-based line starts; the end of the text for one behind it."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)
