"""The time of `analyse` over the time of a bare parse, in one run: `python -m tests.benchmarks.ratio`.

Both sides run in turn on the same statement, each right after a collection of all garbage and with the collector off,
so that neither finds the other's data in the processor's caches; the fastest of the rounds counts. Times depend on the
machine, ratios hardly do: only they are printed.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import sqlglot
from attrs import frozen
from sqlglot import tokenizer_core

from classify import analyse
from tests.benchmarks.workload import QUERIES, ROOT, Statement, load_workload


@frozen
class Timing:
    """The fastest time of each side, in seconds."""

    name: str
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def _measure(name: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> Timing:
    """The two sides in turn: what slows one of them down slows the other down as well."""
    best = [float("inf"), float("inf")]
    for round_ in range(rounds + 1):  # the first one warms up
        for side, run in enumerate((theirs, ours)):
            gc.collect()
            started = time.perf_counter()
            run()
            elapsed = time.perf_counter() - started
            if round_:
                best[side] = min(best[side], elapsed)
    return Timing(name, best[1], best[0])


def measure_statement(statement: Statement, rounds: int) -> Timing:
    """How long the statement takes to analyse up to its label, and how long to parse."""

    def ours() -> object:
        return analyse(
            statement.sql, statement.catalog, dialect=statement.dialect, default_schema=statement.default_schema
        ).label

    def theirs() -> object:
        return sqlglot.parse(statement.sql, dialect=statement.dialect)

    return _measure(statement.name, ours, theirs, rounds)


def measure_cold_start(path: Path, rounds: int) -> Timing:
    """How long `classify check` takes on one file, and how long to import sqlglot and click alone."""

    def ours() -> object:
        return subprocess.run(
            [sys.executable, "-m", "classify", "check", str(path)], cwd=ROOT, capture_output=True, check=False
        )

    def theirs() -> object:
        return subprocess.run(
            [sys.executable, "-c", "import sqlglot, click"], cwd=ROOT, capture_output=True, check=True
        )

    return _measure("classify check", ours, theirs, rounds)


def report(timings: Sequence[Timing]) -> str:
    """The ratio over all statements together, the middle one, the 95th percentile, and the three worst."""
    ratios = sorted(timing.ratio for timing in timings)
    total = sum(timing.ours for timing in timings) / sum(timing.theirs for timing in timings)
    p95 = ratios[max(0, -(-len(ratios) * 95 // 100) - 1)]
    worst = sorted(timings, key=lambda timing: -timing.ratio)[:3]
    build = "compiled" if _is_compiled() else "pure"
    return "\n".join(
        (
            f"{len(timings)} statements, sqlglot {metadata.version('sqlglot')} ({build})",
            f"analyse over parse: total {total:.3f}, p50 {statistics.median(ratios):.3f}, p95 {p95:.3f}",
            "worst: " + ", ".join(f"{timing.name} {timing.ratio:.2f}" for timing in worst),
        )
    )


def _is_compiled() -> bool:
    return not str(tokenizer_core.__file__).endswith(".py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "queries", nargs="?", type=Path, default=QUERIES, help="a folder of .sql files, or a .jsonl file"
    )
    parser.add_argument("--catalog", type=Path, help="instead of the settings' or the lines' own")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold", action="store_true", help="measure the cold start of `classify check` too")
    options = parser.parse_args()
    workload = load_workload(options.queries, options.catalog)
    gc.disable()
    print(report([measure_statement(statement, options.rounds) for statement in workload]))
    if options.cold:
        timing = measure_cold_start(min(QUERIES.rglob("*.sql")), options.rounds)
        print(f"cold start: {timing.ratio:.3f} times importing sqlglot and click")


if __name__ == "__main__":
    main()
