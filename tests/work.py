"""How much work something is, in calls of functions: the same on every machine and at any load."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import FrameType

MOST_CALLS = 15_000_000
"""What takes more has no end that a user would wait for; the largest text that is answered takes a fifth of it."""


class TooMuchWork(BaseException):
    """Passes every `except Exception` on its way out, so that what never ends fails and does not hang."""


@contextlib.contextmanager
def bounded(most: int = MOST_CALLS) -> Iterator[None]:
    """Fail once the block has called that many functions of Python's."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        if event == "call":
            calls += 1
            if calls > most:
                raise TooMuchWork(f"more than {most:,} calls, the last one of {frame.f_code.co_qualname}")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
