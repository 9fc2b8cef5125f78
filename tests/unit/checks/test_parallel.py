"""Several processes say what one says, in the same order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classify.checks.parallel import check_files
from tests.unit.checks.repository import checker

ROOT = Path(__file__).resolve().parents[3]
QUERIES = [
    "select id from users",
    "select ssn from users",
    "select nope from users",
    '-- classify: allow[CLS101] ceiling=restricted reason="x"\nselect ssn from users',
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = []
    for at in range(60):
        path = tmp_path / f"{at:03}.sql"
        path.write_text(QUERIES[at % len(QUERIES)])
        found.append(path)
    return [*found, tmp_path / "gone.sql"]


def test_two_processes_say_what_one_says(files: list[Path]) -> None:
    one, two = (list(check_files(checker(), files, jobs)) for jobs in (1, 2))
    assert [report.path for report in two] == [str(path) for path in files]
    assert [(a.findings, a.problems, a.suppressed, a.named) for a in one] == [
        (b.findings, b.problems, b.suppressed, b.named) for b in two
    ]
    assert [report.text for report in two if report.findings] == [report.text for report in one if report.findings]


def test_who_wants_no_more_reports_ends_the_others(files: list[Path]) -> None:
    reports = check_files(checker(), files, 2)
    assert next(reports).path == str(files[0])
    reports.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_stops_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text("version: 1\ndatasets:\n  - name: t\n    columns: {a: public}\n")
    query = "select " + ", ".join(["case when a = 1 then a else a end"] * 3000) + " from t"
    for at in range(200):
        (tmp_path / f"{at}.sql").write_text(query)
    command = [sys.executable, "-m", "classify", "check", "-c", "catalog.yaml", "-d", "postgres", "--ceiling", "public"]
    process = subprocess.Popen(
        [*command, "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == "interrupted"
    assert "Traceback" not in said
