"""What is loaded when: whoever only declares tags pays for neither the parser nor Arrow, a check not for rich."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlglot import exp
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token
from sqlglot.tokens import Tokenizer

import classify

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"click", "pyarrow", "rich", "sqlglot", "yaml"}


def _loaded_by(program: str, *, folder: Path = ROOT) -> set[str]:
    """The heavy packages that a program has loaded when it ends."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    assert run.returncode == 0, run.stderr
    assert lines, run.stderr
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines} & HEAVY


@pytest.mark.parametrize("module", ["classify", "classify.cli", "classify.exposure", "classify.checks"])
def test_a_room_loads_nothing_heavy(module: str) -> None:
    assert _loaded_by(f"import {module}") == set()


def test_declaring_tags_loads_nothing_heavy() -> None:
    assert _loaded_by("from classify import Catalog, Label, Tag, dataset") == set()


def test_the_analyser_loads_the_parser_alone() -> None:
    assert _loaded_by("from classify import Catalog, analyse") == {"sqlglot"}


def test_help_needs_no_parser() -> None:
    assert _loaded_by("from classify.cli.app import run; run(['check', '--help'])") == {"click"}


def test_a_check_loads_neither_rich_nor_arrow(tmp_path: Path) -> None:
    (tmp_path / "catalog.json").write_text('{"version": 1, "datasets": [{"name": "t", "columns": {"a": "public"}}]}')
    (tmp_path / "q.sql").write_text("select a from t")
    arguments = ["check", "-c", "catalog.json", "-d", "postgres", "--ceiling", "public", "q.sql"]
    program = f"from classify.cli.app import run; raise SystemExit(run({arguments}))"
    assert _loaded_by(program, folder=tmp_path) == {"click", "sqlglot"}


def test_every_public_name_is_there() -> None:
    for name in classify.__all__:
        assert getattr(classify, name) is not None
    assert set(classify.__all__) <= set(dir(classify))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute `analyze`"):
        _ = classify.analyze


def test_the_parsers_inside_is_touched_in_one_file() -> None:
    """No other file reads a private attribute of sqlglot's, or has a table of its parser's in hand."""
    private = {
        name
        for kind in (exp.Expr, exp.Expression, Parser, Token, Tokenizer)
        for name in dir(kind)
        if name[:1] == "_" and name[:2] != "__"
    }
    assert "_meta" in private
    tables = {"FUNCTIONS", "FUNCTION_PARSERS"}
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "classify" / "sql").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
            if isinstance(node, ast.Attribute) and not own and node.attr in private | tables:
                found.setdefault(path.name, set()).add(node.attr)
    assert set(found) == {"inside.py"}
