"""What type checkers say of labelled values: mypy and pyright, plain, on lines that must and must not pass."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = """\
import asyncio
from collections.abc import Iterator

from classify.labels import Scheme
from classify.typed import Confidential, Internal, Labeled, Public, Restricted, TypedLevel, returns

ssn = Labeled("078-05-1120", Restricted, "pii.ssn", residency="us")
name = Labeled("Ann", Internal)
city = Labeled("Rome", Public)


def send(value: Labeled[str, Internal]) -> None: ...


def count(value: Labeled[int, Restricted]) -> None: ...


send(name)
send(city)
send(ssn)  # error
send(Labeled("x", Confidential))  # error
send(Labeled(3, Internal))  # error
send("Ann")  # error
count(ssn.map(len))
count(city.map(len))
count(ssn.map(str.upper))  # error
send(ssn.map(str.upper))  # error
send(city.map(str.upper))
both: Labeled[tuple[str, str], Restricted] = ssn.zip(city)
low: Labeled[tuple[str, str], Internal] = city.zip(name)
wrong: Labeled[tuple[str, str], Internal] = city.zip(ssn)  # error
text: str = ssn.reveal(Restricted, reason="asked for")
number: int = ssn.reveal(Restricted, reason="asked for")  # error
ssn.reveal(Restricted)  # error
ssn.reveal("restricted", reason="asked for")  # error
Labeled("x", "restricted")  # error
Labeled("x", str)  # error

OWN = Scheme(("low", "high"), default="high")


class High(TypedLevel, level="high", scheme=OWN): ...


class Low(High, level="low"): ...


def show(value: Labeled[str, Low]) -> None: ...


show(Labeled("x", Low))
show(Labeled("x", High))  # error
show(city)  # error


@returns("internal")
def greet(who: str) -> str:
    return who


@returns("internal")
async def fetch(number: int) -> Labeled[str, Internal]:
    return name


@returns("internal")
def numbers() -> Iterator[int]:
    yield 1


greet("Ann").upper()
greet(3)  # error
asyncio.run(fetch(1)).map(str.upper)
asyncio.run(fetch("x"))  # error
next(numbers()).bit_length()
"""

EXPECTED = [at for at, line in enumerate(EXAMPLE.splitlines(), 1) if line.endswith("# error")]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("typing") / "example.py"
    path.write_text(EXAMPLE)
    return path


def test_mypy_finds_what_is_wrong_and_nothing_else(example: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", str(example)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = sorted({int(line) for line in re.findall(r"example\.py:(\d+): error", done.stdout)})
    assert found == EXPECTED, done.stdout


def test_pyright_finds_what_is_wrong_and_nothing_else(example: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(example)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(done.stdout)["generalDiagnostics"]
    found = sorted({one["range"]["start"]["line"] + 1 for one in said if one["severity"] == "error"})
    assert found == EXPECTED, said
