"""A progress bar for long runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")
_PATIENCE = 1.0  # seconds before a bar is worth it


def tracked(items: Sequence[_T], what: str) -> Iterator[_T]:
    """The items, with a bar on the standard error once they have taken a second; only on a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    start = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - start > _PATIENCE:
            yield from _with_bar(items, done, what)
            return
        yield item


def _with_bar(items: Sequence[_T], done: int, what: str) -> Iterator[_T]:
    from rich.console import Console  # a tenth of a second to load: only a long run pays it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=len(items), completed=done)
        for item in items[done:]:
            yield item
            progress.advance(task)
