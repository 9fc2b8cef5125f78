"""The rows of one result as they are handed out: counted, and no more of them than the policy lets be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from classify.errors import UsageError
from classify.guards.judge import Permit

FetchSome = Callable[[int], Awaitable[Any]]
"""Takes a number of rows."""


class Rows:
    """What is left of one result.

    Attributes:
        is_free: whether nobody counts, and all may be handed out.
    """

    __slots__ = ("_handed", "_limit", "_receipt", "is_free")

    def __init__(self, permit: Permit | None = None) -> None:
        """The rows of a text that was allowed; without one there are none yet."""
        self._limit = permit.rows_at_most if permit is not None else 0
        self._receipt = permit.receipt if permit is not None else None
        self._handed = 0
        self.is_free = self._limit is None and self._receipt is None

    def left(self, size: int) -> int:
        """How many rows may be handed out where so many are asked for."""
        return size if self._limit is None else max(min(size, self._limit - self._handed), 0)

    def took(self, count: int) -> None:
        """Take note of rows that were handed out; none of them is the end."""
        self._handed += count
        if not count:
            self.end()

    def one(self, fetch: Callable[[], Any]) -> Any:
        """The next row, or None behind the last."""
        row = fetch() if self.left(1) else None
        self.took(row is not None)
        return row

    def many(self, fetch: Callable[[int], Any], size: int) -> Any:
        """So many rows, or those that are left."""
        wanted = self.left(size)
        rows = fetch(wanted) if wanted else []
        if size:  # who asks for none is not at the end
            self.took(len(rows))
        return rows

    def all(self, fetch: Callable[[], Any], fetch_some: Callable[[int], Any]) -> Any:
        """All rows that are left."""
        if self._limit is None:
            rows = fetch()
            self._handed += len(rows)
        else:
            rows = self.many(fetch_some, self._limit)
        self.end()
        return rows

    def table(self, fetch: Callable[[], Any], *, is_part: bool = False) -> Any:
        """All rows that are left, or a part of them, as one object, of a driver that does not stop after so many.

        Of a reader nobody knows how many rows there will be, so that nobody is told.

        Raises:
            UsageError: there is a limit, or no row is left of what was counted.
        """
        if self._limit is not None:
            raise UsageError(
                f"the policy lets {self._limit} rows of it be handed out at most: take them by fetchone, fetchmany or "
                "fetchall"
                if self._handed < self._limit
                else "all rows that may be handed out were taken: run the query again"
            )
        found = fetch()
        count = _length(found)
        if count is None:
            self._receipt = None
        else:
            self.took(count)
        if not is_part:
            self.end()
        return found

    async def many_awaited(self, fetch: FetchSome, size: int) -> Any:
        """As `many`, of who may wait alone."""
        wanted = self.left(size)
        self._handed += wanted  # before anyone waits, so that two who ask at once get no more together
        rows: Any = []
        try:
            rows = await fetch(wanted) if wanted else []
        finally:
            self._handed -= wanted - len(rows)
        if size and not rows:
            self.end()
        return rows

    async def all_awaited(self, fetch: Callable[[], Awaitable[Any]], fetch_some: FetchSome) -> Any:
        """As `all`, of who may wait alone."""
        if self._limit is None:
            rows = await fetch()
            self._handed += len(rows)
        else:
            rows = await self.many_awaited(fetch_some, self._limit)
        self.end()
        return rows

    def end(self) -> None:
        """Nothing more is handed out of this result; say how many rows were, once."""
        receipt, self._receipt = self._receipt, None
        if self._limit is not None or receipt is not None:
            self._limit = self._handed
        if receipt is not None:
            receipt(self._handed)


def _length(table: Any) -> int | None:
    """How many rows there are in a table, a frame, a list, or a dictionary of columns; None where it does not tell."""
    if isinstance(table, Mapping):
        table = next(iter(table.values()), ())
    try:
        return len(table)
    except TypeError:
        return None
