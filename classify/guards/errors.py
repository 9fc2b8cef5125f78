"""Drivers' errors that may quote data, in words that do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from attrs import frozen

E = TypeVar("E", bound=BaseException)

_SAFE = ("sqlite_errorcode", "sqlite_errorname")


@frozen(eq=False, repr=False)
class ErrorPolicy:
    """What becomes of a driver's error.

    Attributes:
        is_chained: whether the original is the new one's cause.
    """

    is_chained: bool = False

    def replaced(self, error: E, message: str | None, keep: Iterable[str] = _SAFE) -> E:
        """An error of the same class that quotes no data. It must be raised behind the `except` block.

        Args:
            message: that is known to quote none, or None.
            keep: attributes that hold none.
        """
        kind = type(error)
        name = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or kind.__name__
        text = message or f"{name}: the driver's message is left out, since it may quote data"
        made: Any = kind.__new__(kind)
        made.args = (text,)
        for one in keep:
            if hasattr(error, one):
                setattr(made, one, getattr(error, one))
        if self.is_chained:
            made.__cause__ = error
        found: E = made
        return found
