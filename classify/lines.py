"""Lines and characters of any text: where an offset is, and what of it may be shown."""

from __future__ import annotations

from bisect import bisect_right


class LineTable:
    """Where the lines of a text start. A line feed alone ends a line, as git, editors and the parsers count them.

    Attributes:
        text: the whole of it.
    """

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._starts = starts

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a 0-based offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """The offset at which a 1-based line starts; the end of the text for one behind it."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)


_SPACES = frozenset(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
"""Unicode's category Zs: Python calls only the plain space printable."""


def printable(text: str) -> str:
    """A text without what would move a terminal's cursor, end the line or reorder it: each such character is a mark."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in _SPACES else "\N{REPLACEMENT CHARACTER}" for char in text)
