"""What a guarded query costs beside what it cannot do without, in one run: `python -m tests.benchmarks.guards`.

Each pair is run in turn, in short rounds; the quickest round of each counts. Only ratios are printed.
"""

from __future__ import annotations

import argparse
import sqlite3
import timeit
import tracemalloc
from collections.abc import Callable
from typing import Any

from classify import Catalog, analyse, guard

CATALOG = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
QUERY = "select id, name from users where id = ?"


def connected() -> sqlite3.Connection:
    found = sqlite3.connect(":memory:")
    found.execute("create table users (id integer primary key, name text, ssn text)")
    found.executemany("insert into users values (?, ?, ?)", [(at, f"name {at}", str(at)) for at in range(100)])
    found.commit()
    return found


def quickest(works: dict[str, tuple[Callable[[], Any], int]], rounds: int) -> dict[str, float]:
    """The quickest round of each, in seconds per call; the rounds are run in turn."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, (work, number) in works.items():
            took = timeit.timeit(work, number=number) / number
            found[name] = min(took, found.get(name, took))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    plain, guarded = connected().cursor(), guard(connected(), CATALOG, ceiling="internal").cursor()

    def query(cursor: sqlite3.Cursor) -> Callable[[], object]:
        return lambda: cursor.execute(QUERY, (7,)).fetchone()

    found = quickest(
        {
            "guarded": (query(guarded), 20_000),
            "plain": (query(plain), 20_000),
            "analysis": (lambda: analyse(QUERY, CATALOG, dialect="sqlite"), 200),
        },
        options.rounds,
    )
    print(f"an exact repeat, over the same query of sqlite3 alone: {found['guarded'] / found['plain']:.2f}")
    added = found["guarded"] - found["plain"]
    print(f"what the guard adds to it, over an analysis: {added / found['analysis']:.4f}")
    tracemalloc.start()
    for at in range(10_000):
        guarded.execute(f"select id, name from users where id = {at}")
    print(f"10,000 different texts: {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB are kept")


if __name__ == "__main__":
    main()
