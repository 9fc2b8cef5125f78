"""What labels in Arrow metadata cost beside pyarrow's own calls, in one run: `python -m tests.benchmarks.arrow`.

Each pair is run in turn; the quickest round of each counts. Only ratios are printed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

import pyarrow as pa

from classify import arrow
from tests.benchmarks.guards import quickest

FIELDS = 10_000
LEVELS = ("public", "internal", "confidential", "restricted")
SCHEMA = pa.schema([(f"column_{at}", pa.string()) for at in range(FIELDS)])
TAGS = {f"column_{at}": LEVELS[at % 4] for at in range(FIELDS)}
TAGGED = arrow.tag(SCHEMA, TAGS)


def write_plainly() -> pa.Schema:
    return pa.schema([field.with_metadata({b"key": b"value"}) for field in SCHEMA], {b"key": b"value"})


def read_plainly() -> list[object]:
    return [(field.name, field.metadata) for field in TAGGED]


def start(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    found = quickest(
        {
            "tag": (lambda: arrow.tag(SCHEMA, TAGS), 1),
            "write": (write_plainly, 1),
            "labels": (lambda: arrow.column_labels(TAGGED), 1),
            "read": (read_plainly, 1),
            "import": (lambda: start("import classify"), 5),
            "pass": (lambda: start("pass"), 5),
        },
        options.rounds,
    )
    print(f"tagging {FIELDS:,} fields, over giving each of them metadata: {found['tag'] / found['write']:.2f}")
    print(f"reading their labels, over reading their metadata: {found['labels'] / found['read']:.2f}")
    print(f"`import classify`, over `pass`: {found['import'] / found['pass']:.2f}")


if __name__ == "__main__":
    main()
