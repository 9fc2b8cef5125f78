"""The pages say what is true: their examples run, their links lead somewhere, and CI runs what the README promises."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from classify import Catalog
from classify.checks.rules import ALL_RULES
from classify.exposure import Cause
from tests.cases.case import read_cases

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")


@frozen
class Block:
    """A fenced block of a page.

    Attributes:
        place: `file:line` of its fence.
    """

    place: str
    language: str
    text: str


def _blocks(page: Path, language: str) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        if match["language"] == language:
            line = text.count("\n", 0, match.start()) + 1
            yield Block(f"{page.name}:{line}", language, match["text"])


def _all(language: str) -> list[object]:
    """The blocks of all pages but the walkthrough, whose steps depend on each other: a test of its own does them."""
    pages = [page for page in PAGES if page.name != "walkthrough.md"]
    return [pytest.param(block, id=block.place) for page in pages for block in _blocks(page, language)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = [match["target"] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("block", _all("python"))
def test_python_prints_what_its_comments_say(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `print(…)  # text` in an example prints that text."""
    printed = io.StringIO()
    example = types.ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", example)
    with contextlib.redirect_stdout(printed), contextlib.chdir(ROOT):
        exec(compile(block.text, block.place, "exec", dont_inherit=True), vars(example))
    stated = re.findall(r"^\s*print\(.*\)  # (.*)$", block.text, re.MULTILINE)
    assert stated
    assert printed.getvalue().splitlines() == stated


@pytest.mark.parametrize("block", _all("console"))
def test_a_command_prints_what_stands_below_it(block: Block) -> None:
    line, expected = block.text.removeprefix("$ ").split("\n", maxsplit=1)
    command, *arguments = shlex.split(line)
    assert command == "classify"
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "classify", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.rstrip() == expected.rstrip()


@pytest.mark.parametrize("name", ["main job", "tests"])
def test_ci_finds_its_lines_in_the_readme(name: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _, marker, rest = text.partition(f"<!-- ci: {name} -->\n")
    block = _BLOCK.match(rest)
    assert marker
    assert block is not None
    assert len(block["text"].splitlines()) == 1
    assert f"readme_line '{name}'" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_catalog_of_the_formats_page_loads(tmp_path: Path) -> None:
    first = next(_blocks(ROOT / "docs" / "formats.md", "yaml"))
    path = tmp_path / "catalog.yaml"
    path.write_text(first.text, encoding="utf-8")
    names = [str(dataset.name) for dataset in Catalog.load(path).datasets]
    assert names == ["app.users", "app.active_users"]


def test_the_case_of_the_contributing_page_is_a_case(tmp_path: Path) -> None:
    [block] = _blocks(ROOT / "docs" / "contributing.md", "")
    (tmp_path / "x.sql").write_text("-- dialect: postgres\n\n" + block.text, encoding="utf-8")
    [case] = read_cases(tmp_path)
    assert case.value("reads", "postgres") == "users.name users.ssn"


def test_the_specification_lists_every_cause() -> None:
    text = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \| ", text, re.MULTILINE)) >= {cause.value for cause in Cause}


def test_the_architecture_page_lists_the_analysers_files() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([\w/]+\.py)`", text[text.index("| file | idea |") :]))
    folder = ROOT / "classify" / "sql"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if path.name != "__init__.py"}
    assert listed == files


def test_the_contributing_page_names_files_that_exist() -> None:
    text = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:classify|tests|docs|schemas)/[\w/.]*)`", text))
    assert len(named) > 5
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_the_page_of_checks_lists_every_rule() -> None:
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (CLS\d{3}) \| ([a-z-]+) \| (.*) \|$", text, re.MULTILINE)
    off = " (off by default)"
    assert listed == [
        (rule.code, rule.name, rule.summary + ("" if rule.by_default else off))
        for rule in sorted(ALL_RULES, key=lambda rule: rule.code)
    ]


def test_each_file_of_handlers_begins_with_an_example() -> None:
    """A statement, and what it comes to; `pytest` runs it."""
    folder = ROOT / "classify" / "sql"
    for room in ("statements", "queries", "sources", "values"):
        for path in (folder / room).glob("*.py"):
            head = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert path.name == "__init__.py" or ">>> " in head, path.name
