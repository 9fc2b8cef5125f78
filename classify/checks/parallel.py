"""Checks many files by several processes, in the order of the files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve

from classify.checks.check import Checker, Report
from classify.errors import UsageError

_FEW = 40
"""So many files one process has done before others are ready to help."""

_AT_ONCE = 8
"""The files that a process takes at a time: it costs as much to hand one over as to check a small one."""


def check_files(checker: Checker, files: Sequence[Path], jobs: int) -> Iterator[Report]:
    """The reports of some files, in their order.

    Args:
        jobs: how many processes may work; 0 for as many as the machine has for us.

    Raises:
        UsageError: one of the processes was killed.
    """
    number = min(jobs or _cores(), -(-len(files) // _AT_ONCE))
    if number < 2 or len(files) < _FEW:
        yield from map(checker.check_file, files)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    import classify.sql  # noqa: F401  # loaded once, before the processes part

    # A forked process shares what is loaded; elsewhere it may not be done safely.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    executor = ProcessPoolExecutor(number, mp_context=context, initializer=_begin, initargs=(checker,))
    try:
        yield from executor.map(_check, files, chunksize=_AT_ONCE)
    except BrokenProcessPool:
        raise UsageError(
            "a process that checked files was killed, maybe for want of memory; try --jobs 1, or fewer files"
        ) from None
    finally:
        # Also where nobody wants the rest: Ctrl-C, or a reader that has gone.
        executor.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_checker: Checker | None = None


def _begin(checker: Checker) -> None:
    """Prepares a process; the terminal's Ctrl-C is the first process's business."""
    import gc
    import signal

    global _checker  # noqa: PLW0603  # a process's own
    _checker = checker
    gc.set_threshold(100_000)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check(path: Path) -> Report:
    assert _checker is not None, "the process was prepared"
    report = _checker.check_file(path)
    if report.findings or report.suppressed:
        return report
    return evolve(report, text="", snippets=())  # nobody shows it: it need not travel
