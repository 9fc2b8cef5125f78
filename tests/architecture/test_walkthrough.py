"""The walkthrough is done, command by command, as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"^`([\w.-]+)` ")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_walkthrough_does_what_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "walkthrough.md").read_text(encoding="utf-8")
    here, bin_ = tmp_path / "here", tmp_path / "bin"
    here.mkdir()
    bin_.mkdir()
    for name, words in (("python", [sys.executable]), ("classify", [sys.executable, "-m", "classify"])):
        (bin_ / name).write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n')
        (bin_ / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    environment.pop("CLASSIFY_PRINCIPAL", None)
    count = at = 0
    for block in _BLOCK.finditer(page):
        before = [_NAME.match(line) for line in page[at : block.start()].split("\n\n")]
        named = [found[1] for found in before if found is not None]
        at = block.end()
        if block[1] == "console":
            for command, expected in _steps(block[2]):
                run = subprocess.run(
                    ["bash", "-c", command], cwd=here, env=environment, capture_output=True, text=True, check=False
                )
                assert _fits(run.stdout + run.stderr, expected), f"$ {command}\n{run.stdout}{run.stderr}"
                if command.startswith("export "):
                    name, _, value = command.removeprefix("export ").partition("=")
                    environment[name] = value
                count += 1
        elif block[1] != "sh":
            assert len(named) == 1, block[2]
            (here / named[0]).write_text(block[2])
    assert count > 15


def _steps(text: str) -> list[tuple[str, str]]:
    """Each command of a block, and what it prints."""
    found = []
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        found.append((command, printed))
    return found


def _fits(said: str, expected: str) -> bool:
    """Whether it is what the page says; `…` stands for what is another thing each time."""
    pattern = r"[^\n]+?".join(map(re.escape, expected.strip("\n").split("…")))
    return re.fullmatch(pattern, said.strip("\n")) is not None
