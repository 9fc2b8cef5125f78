"""Places of nodes in the text they were parsed from."""

from __future__ import annotations

from sqlglot import exp

from classify.exposure import Lines, Span
from classify.sql.text.inside import bounds_of


class Places(Lines):
    """A text of SQL, and where its nodes stand."""

    __slots__ = ()

    def of(self, node: exp.Expr) -> Span | None:
        """The span of a node: from the first to the last of its parts that have a place, else its parent's start."""
        bounds = _bounds(node)
        at: exp.Expr | None = node
        while bounds is None and at is not None and at.parent is not None:
            at = at.parent
            bounds = _bounds(at)
        return None if bounds is None else self.span(bounds[0], min(bounds[1] + 1, len(self.text)))


def _bounds(node: exp.Expr) -> tuple[int, int] | None:
    first = last = None
    pending: list[exp.Expr] = [node]
    seen = 0
    while pending:
        one = pending.pop()
        seen += 1
        if seen > 2000:
            break
        bounds = bounds_of(one)
        if bounds is not None:
            first = bounds[0] if first is None else min(first, bounds[0])
            last = bounds[1] if last is None else max(last, bounds[1])
        else:
            pending.extend(one.iter_expressions())
    return None if first is None or last is None else (first, last)
