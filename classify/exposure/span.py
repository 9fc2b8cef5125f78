"""Places in a text."""

from __future__ import annotations

from attrs import frozen

from classify.lines import LineTable


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


class Lines(LineTable):
    """The lines of a text, as positions and spans."""

    __slots__ = ()

    def position(self, offset: int) -> Position:
        return Position(*self.place(offset))

    def span(self, start: int, end: int) -> Span:
        """The span from `start` up to, not including, `end`; both 0-based offsets."""
        return Span(self.position(start), self.position(end), start, end)
