"""Drivers' errors that may quote data, in words that do not."""

from __future__ import annotations

from typing import TypeVar

from attrs import frozen

E = TypeVar("E", bound=BaseException)


@frozen(eq=False, repr=False)
class ErrorPolicy:
    """What becomes of a driver's error.

    Attributes:
        is_chained: whether the original is the new one's cause.
    """

    is_chained: bool = False

    def replaced(self, error: BaseException, made: E) -> E:
        """The error that is shown instead of the driver's. It must be raised behind the `except` block."""
        if self.is_chained:
            made.__cause__ = error
        return made


def left_out(name: str, known: str = "") -> str:
    """The message of an error whose own may quote data.

    Args:
        name: of the error.
        known: what is known to be none, as the name of a constraint.
    """
    return f"{name}{f' ({known})' if known else ''}: the driver's message is left out, since it may quote data"
