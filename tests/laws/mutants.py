"""Faults put into the analyser on purpose: `python -m tests.laws.mutants [--only TEXT]` tries every one.

A mutant is the analyser with one function that returns a flow turned off: what it would visit is never read. Each runs
over the cases of `tests/cases`; a case leaks where a column that it states, and that its text names, is not among the
reads and nothing is unresolved. Exit status 1 where one leaks.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "classify" / "sql"


def mutants() -> Iterator[str]:
    """The functions that return a flow, each as `module:function`."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "int":
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                yield f"{module}:{node.name}"


def leaks(mutant: str, *, accounting: bool = True) -> list[str]:
    """The places of the cases that leak under a mutant, tried in a process of its own; with names accounted for or not.

    Raises:
        RuntimeError: the process ended without an answer.
    """
    command = [sys.executable, "-m", "tests.laws.mutants", "--worker", mutant]
    if not accounting:
        command.append("--without-accounting")
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    if run.returncode:
        raise RuntimeError(f"{mutant}: {run.stderr[-500:]}")
    found: list[str] = json.loads(run.stdout)
    return found


class _Turned(importlib.machinery.SourceFileLoader):
    """Loads a module with one function turned off."""

    function = ""

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        tree = ast.parse(data)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == self.function:
                node.body.insert(0, ast.Return(ast.Constant(0)))
        return compile(ast.fix_missing_locations(tree), path, "exec")

    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)  # never the cached one


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: str) -> None:
        self._module, _, self._function = mutant.partition(":")

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != self._module:
            return None
        loader = _Turned(name, str(ROOT / Path(*name.split(".")).with_suffix(".py")))
        loader.function = self._function
        return importlib.machinery.ModuleSpec(name, loader, origin=loader.path)


def _work(mutant: str, accounting: bool) -> list[str]:
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant))
    if not accounting:
        sys.meta_path.insert(0, _Finder("classify.sql.report.accounting:account"))
    from classify import Catalog, analyse
    from tests.cases.case import read_cases

    cases = ROOT / "tests" / "cases"
    catalog = Catalog.load(cases / "catalog.yaml")
    found: list[str] = []
    for case in read_cases(cases):
        dialect = case.dialects[0]
        stated = set((case.value("reads", dialect) or "").split())
        exposure = analyse(case.sql, catalog, dialect=dialect, default_schema="app")
        missed = stated - {read.column.removeprefix("app.") for read in exposure.reads}
        # What a number or a pattern means has no name in the text that could be accounted for.
        if not exposure.unresolved and any(name.rpartition(".")[2].lower() in case.sql.lower() for name in missed):
            found.append(case.place)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="the mutants whose name has this text")
    parser.add_argument(
        "--without-accounting", action="store_true", help="what leaks where names are not accounted for"
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker is not None:
        print(json.dumps(_work(options.worker, not options.without_accounting)))
        return 0
    tried = leaking = cases = 0
    for mutant in mutants():
        if options.only in mutant:
            tried += 1
            found = leaks(mutant, accounting=not options.without_accounting)
            if found:
                leaking += 1
                cases += len(found)
                print(mutant, len(found), *found[:5], flush=True)
    print(f"{tried} mutants, {leaking} leak, {cases} cases in all")
    return int(leaking > 0)


if __name__ == "__main__":
    raise SystemExit(main())
