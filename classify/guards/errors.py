"""Drivers' errors that may quote data, in words that do not."""

from __future__ import annotations

from typing import NoReturn, TypeVar

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
        """The error that is shown instead of the driver's.

        INVARIANT errors-quote-no-data: it is raised behind the `except` block, or by `raise_alone`: the driver's own
        would be its context otherwise, and be told with it.
        """
        if self.is_chained:
            made.__cause__ = error
        made.__dict__[_SHOWN] = True
        return made


def raise_alone(error: BaseException) -> NoReturn:
    """Raise an error without the one that is being handled as its context."""
    try:
        raise error
    except BaseException:
        error.__context__ = None
        raise


_SHOWN = "_classify_shown"


def is_shown(error: BaseException) -> bool:
    """Whether an error was replaced already, further below."""
    return _SHOWN in error.__dict__


def left_out(name: str, known: str = "") -> str:
    """The message of an error whose own may quote data.

    Args:
        name: of the error.
        known: what is known to be none, as the name of a constraint.
    """
    return f"{name}{f' ({known})' if known else ''}: the driver's message is left out, since it may quote data"
