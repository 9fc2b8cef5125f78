"""Many random statements for one engine: `python -m tests.oracles.long sqlite|duckdb|postgres [--count N] [--seed N]`.

Goes on until the engine has accepted so many; prints what was missed, and how often each verdict came. Exit status 1
where anything was missed.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from contextlib import ExitStack

from tests.oracles.engines import Duckdb, Oracle, Postgres, Sqlite, postgres_server
from tests.oracles.statements import Maker


def run(oracle: Oracle, count: int, seed: int, seconds: float = float("inf")) -> tuple[Counter[str], list[str]]:
    """How often each verdict came until so many statements were accepted, and what was missed."""
    maker = Maker(oracle.engine, random.Random(seed))
    verdicts: Counter[str] = Counter()
    missed: list[str] = []
    accepted = 0
    end = time.monotonic() + seconds
    while accepted < count and time.monotonic() < end:
        sql = maker.script() if maker.maybe(0.1) else maker.statement()
        kind, detail = oracle.judge(sql)
        verdicts[kind] += 1
        accepted += kind != "refused"
        if kind == "missed":
            missed.append(f"{detail}\n    {sql}")
        elif kind == "unresolved":
            verdicts[f"unresolved: {detail}"] += 1
    return verdicts, missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("sqlite", "duckdb", "postgres"))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    with ExitStack() as stack:
        oracle: Oracle
        if options.engine == "postgres":
            oracle = Postgres(stack.enter_context(postgres_server()))
        else:
            oracle = Sqlite() if options.engine == "sqlite" else Duckdb()
        stack.callback(oracle.close)
        verdicts, missed = run(oracle, options.count, options.seed, options.seconds)
    for one in missed[:20]:
        print(f"missed: {one}")
    print(", ".join(f"{kind} {count}" for kind, count in verdicts.most_common(15)))
    return bool(missed)


if __name__ == "__main__":
    raise SystemExit(main())
