"""A progress bar for long runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")
_PATIENCE = 1.0  # seconds before a bar is worth it


def tracked(items: Iterable[_T], total: int, what: str) -> Iterator[_T]:
    """The items, with a bar on the standard error once they have taken a second; only on a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    start = time.monotonic()
    left = iter(items)
    for done, item in enumerate(left, start=1):
        yield item
        if time.monotonic() - start > _PATIENCE:
            yield from _with_bar(left, done, total, what)


def _with_bar(left: Iterator[_T], done: int, total: int, what: str) -> Iterator[_T]:
    from rich.console import Console  # a tenth of a second to load: only a long run pays it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total, completed=done)
        for item in left:
            yield item
            progress.advance(task)
