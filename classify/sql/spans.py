"""Places of nodes in the text they were parsed from."""

from __future__ import annotations

from bisect import bisect_right

from sqlglot import exp

from classify.exposure import Position, Span


class Text:
    """A text and where its lines start."""

    __slots__ = ("_starts", "sql")

    def __init__(self, sql: str) -> None:
        self.sql = sql
        starts = [0]
        at = sql.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = sql.find("\n", at + 1)
        self._starts = starts

    def position(self, offset: int) -> Position:
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def span(self, start: int, end: int) -> Span:
        """The span from `start` up to, not including, `end`; both 0-based offsets."""
        return Span(self.position(start), self.position(end), start, end)

    def of(self, node: exp.Expr) -> Span | None:
        """The span of a node: from the first to the last of its parts that have a place, else its parent's start."""
        bounds = _bounds(node)
        at: exp.Expr | None = node
        while bounds is None and at is not None and at.parent is not None:
            at = at.parent
            bounds = _bounds(at)
        return None if bounds is None else self.span(bounds[0], min(bounds[1] + 1, len(self.sql)))


def _bounds(node: exp.Expr) -> tuple[int, int] | None:
    first = last = None
    pending: list[exp.Expr] = [node]
    seen = 0
    while pending:
        one = pending.pop()
        seen += 1
        if seen > 2000:
            break
        meta = one._meta
        start, end = (meta.get("start"), meta.get("end")) if meta else (None, None)
        if start is not None and end is not None:  # the parser makes up some names, which have no place
            first = start if first is None else min(first, start)
            last = end if last is None else max(last, end)
        else:
            pending.extend(one.iter_expressions())
    return None if first is None or last is None else (first, last)
