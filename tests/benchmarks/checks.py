"""What `classify check` costs beside what it cannot do without, in one run: `python -m tests.benchmarks.checks`.

Each pair is run in turn, as whole processes, on files and a cache of its own in a temporary folder; the middle of the
rounds counts. Times depend on the machine, ratios hardly do: only they are printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from classify.catalog import Catalog, Column, Dataset
from classify.catalog.kept import keep, open_kept
from classify.labels import DEFAULT_SCHEME, Label
from classify.names import Name, Part

ROOT = Path(__file__).resolve().parents[2]
_HASHING = """
import hashlib, os
for root, _, names in os.walk("queries"):
    for name in names:
        with open(os.path.join(root, name), "rb") as file:
            hashlib.blake2b(file.read()).digest()
"""


class Bench:
    """A folder with queries of the sample warehouse, and its catalog."""

    def __init__(self, folder: Path, files: int, command: list[str]) -> None:
        self._folder = folder
        self._command = command
        self._environment = {**os.environ, "CLASSIFY_CACHE_DIR": str(folder / "cache")}
        if command[0] == sys.executable:  # else it is installed
            self._environment["PYTHONPATH"] = str(ROOT)
        (folder / "pyproject.toml").write_text(
            f'[tool.classify]\ncatalog = ["{ROOT / "schemas"}"]\ndialect = "postgres"\nceiling = "restricted"\n'
            'default-schema = "app"\n'
        )
        texts = [
            path.read_text(encoding="utf-8")
            for path in sorted((ROOT / "schemas" / "queries" / "services").glob("*.sql"))
            if "classify:" not in path.read_text(encoding="utf-8")
        ]
        for at in range(files):
            path = folder / "queries" / f"{at // 100}" / f"{at}.sql"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{texts[at % len(texts)]}\n-- {at}\n", encoding="utf-8")

    def check(self, *arguments: str) -> Callable[[], None]:
        return lambda: self._run(*self._command, "check", *arguments)

    def changed(self, name: str) -> Callable[[], None]:
        """A check of a file that is another one each time; the catalog is not."""

        def run() -> None:
            path = self._folder / name
            path.write_text(f"{path.read_text(encoding='utf-8')}-- again\n", encoding="utf-8")
            self._run(*self._command, "check", name)

        return run

    def python(self, *arguments: str) -> Callable[[], None]:
        return lambda: self._run(sys.executable, *arguments)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self._folder, env=self._environment, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout.decode()[-500:] + done.stderr.decode()[-500:])


def ratio(ours: Callable[[], None], theirs: Callable[[], None], rounds: int) -> float:
    """The middle of our time over the middle of theirs, run in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(rounds + 1):  # the first one warms up
        for side, run in enumerate((ours, theirs)):
            started = time.perf_counter()
            run()
            if round_:
                times[side].append(time.perf_counter() - started)
    return statistics.median(times[0]) / statistics.median(times[1])


def catalog_of(tables: int) -> Catalog:
    """A catalog of so many tables with 50 columns each."""
    levels = DEFAULT_SCHEME.names
    labels = [Label(DEFAULT_SCHEME.level(level)) for level in levels]
    columns = tuple(Column(Part(f"column_{at}"), labels[at % len(labels)], "text") for at in range(50))
    names = (Name((Part(f"schema_{at // 1_000}"), Part(f"table_{at}"))) for at in range(tables))
    return Catalog(tuple(Dataset(name, columns, labels[0]) for name in names))


def opened(path: Path) -> None:
    """Open a kept catalog and take a dataset out of it."""
    found = open_kept(str(path), DEFAULT_SCHEME, Catalog)
    assert found.find("schema_0.table_7", dialect="postgres").columns


def peak(path: Path) -> float:
    """The most memory that opening takes, in megabytes."""
    tracemalloc.start()
    opened(path)
    found = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="for the runs over many")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--command", default=f"{sys.executable} -m classify", help="how classify is started")
    parser.add_argument("--tables", type=int, default=100_000, help="of the large catalog")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        large, small = Path(name, "large"), Path(name, "small")
        keep(catalog_of(options.tables), str(large))
        keep(catalog_of(100), str(small))
        found = ratio(lambda: opened(large), lambda: opened(small), 200)
        print(f"a catalog of {options.tables} tables opened, over one of 100: {found:.2f}, {peak(large):.2f} MB")
        bench = Bench(Path(name), options.files, options.command.split())
        one = "queries/0/0.sql"
        unchanged = ratio(bench.check(one), bench.python("-c", "pass"), options.rounds)
        print(f"an unchanged file, over `python -c pass`: {unchanged:.2f}")
        changed = ratio(bench.changed(one), bench.python("-c", "import sqlglot, click"), options.rounds)
        print(f"a changed file, over `import sqlglot, click`: {changed:.2f}")
        rounds = max(options.rounds // 5, 1)
        cores = ratio(bench.check("--no-cache", "--jobs", "1"), bench.check("--no-cache", "--jobs", "2"), rounds)
        print(f"{options.files} files, one process over two: {cores:.2f}")
        warm = ratio(bench.check(), bench.python("-c", _HASHING), rounds)
        print(f"{options.files} files, warm, over reading and hashing them: {warm:.2f}")


if __name__ == "__main__":
    main()
