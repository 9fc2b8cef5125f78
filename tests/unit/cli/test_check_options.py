"""What `classify check` takes beside files: rules, baselines, forms of the answer, the standard input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.unit.cli.program import classify

ROOT = Path(__file__).resolve().parents[3]
OVER = "select ssn from app.users"
ACCEPTING = '`-- classify: allow[CLS101] ceiling=restricted reason="…"`'
CLEAN = "select id from app.users"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog.yaml").write_text(
        "version: 1\ndatasets:\n  - name: app.users\n"
        "    columns: {id: internal, email: confidential, ssn: restricted}\n"
    )
    (tmp_path / "pyproject.toml").write_text(
        '[tool.classify]\ncatalog = ["catalog.yaml"]\ndialect = "postgres"\nceiling = "internal"\nexclude = ["old/"]\n'
        '[[tool.classify.paths]]\nmatch = "loose/"\nignore = ["CLS101"]\n'
    )
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def check(folder: Path, *arguments: str, given: str = "") -> CompletedProcess[str]:
    return classify(folder, "check", *arguments, given=given)


def codes(run: CompletedProcess[str]) -> list[str]:
    return [line.split()[1] for line in run.stdout.splitlines() if line[:1] not in (" ", "")]


def test_sql_in_python_is_found_in_its_place(folder: Path) -> None:
    write(folder, "service.py", f'def f(c):\n    c.execute("{OVER} where id = %s")\n')
    run = check(folder)
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        "service.py:2:23: CLS101 class restricted is above the ceiling internal: `app.users.ssn` (identity)",
        '  2 |     c.execute("select ssn from app.users where id = %s")',
        "    |                       ^^^",
        f"  help: leave it out, or accept it with {ACCEPTING} above the statement",
    ]


def test_python_that_cannot_be_read_is_an_error_and_the_others_are_checked(folder: Path) -> None:
    write(folder, "broken.py", 'c.execute("select 1"')
    write(folder, "q.sql", OVER)
    run = check(folder)
    assert run.returncode == 2
    assert codes(run) == ["CLS101"]
    assert "error: broken.py:1:10: is not Python as this interpreter reads it, correct it, or exclude it" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        ((), 1, ["CLS101"]),
        (("--ignore", "CLS101"), 0, []),
        (("--select", "CLS2,CLS4"), 0, []),
        (("--select", "CLS1", "--select", "CLS2"), 1, ["CLS101"]),
        (("--warn", "CLS1"), 0, ["CLS101"]),
        (("--exit-zero",), 0, ["CLS101"]),
    ],
)
def test_rules_are_selected(folder: Path, arguments: tuple[str, ...], status: int, expected: list[str]) -> None:
    write(folder, "q.sql", OVER)
    write(folder, "loose/q.sql", OVER)
    run = check(folder, *arguments)
    assert (run.returncode, codes(run)) == (status, expected)


def test_a_baseline_accepts_what_is_there_and_tells_what_is_new(folder: Path) -> None:
    write(folder, "q.sql", OVER)
    assert check(folder, "--baseline", "b.txt").returncode == 2  # it is not there yet
    made = check(folder, "--baseline", "b.txt", "--update-baseline")
    assert (made.returncode, made.stdout) == (0, "")
    assert "1 finding accepted in b.txt" in made.stderr
    assert check(folder, "--baseline", "b.txt").returncode == 0
    write(folder, "q.sql", f"-- moved\n\n{OVER};\nselect email from app.users")
    new = check(folder, "--baseline", "b.txt")
    assert new.returncode == 1
    assert new.stdout.startswith("q.sql:4:8: CLS101 class confidential ")
    assert len(codes(new)) == 1


def test_stale_entries_are_told_and_taken_out(folder: Path) -> None:
    write(folder, "q.sql", OVER)
    write(folder, "gone.sql", OVER)
    check(folder, "--baseline", "b.txt", "--update-baseline")
    write(folder, "q.sql", CLEAN)
    (folder / "gone.sql").unlink()
    run = check(folder, "--baseline", "b.txt")
    assert run.returncode == 0
    assert "2 stale entries in the baseline" in run.stderr
    # A run over one file leaves the entries of the others alone.
    check(folder, "--baseline", "b.txt", "--update-baseline", "q.sql")
    assert len((folder / "b.txt").read_text().splitlines()) == 2
    check(folder, "--baseline", "b.txt", "--update-baseline")
    assert (folder / "b.txt").read_text() == "# classify baseline v1\n"


def test_several_answers_at_once(folder: Path) -> None:
    write(folder, "q.sql", OVER)
    run = check(folder, "--output-file", "json=a.json", "--output-file", "sarif=a.sarif", "--output-file", "text=a.txt")
    assert codes(run) == ["CLS101"]
    assert json.loads((folder / "a.json").read_text())["findings"][0]["code"] == "CLS101"
    assert json.loads((folder / "a.sarif").read_text())["version"] == "2.1.0"
    assert (folder / "a.txt").read_text() == run.stdout


def test_a_file_without_a_format_takes_the_place_of_what_is_printed(folder: Path) -> None:
    write(folder, "q.sql", OVER)
    run = check(folder, "--format", "junit", "--output-file", "a.xml")
    assert run.stdout == ""
    assert (folder / "a.xml").read_text().startswith("<?xml")


def test_a_file_that_cannot_be_written_is_one_line(folder: Path) -> None:
    write(folder, "q.sql", OVER)
    run = check(folder, "--output-file", "nowhere/a.txt")
    assert run.returncode == 2
    assert run.stderr.startswith("error: nowhere/a.txt: cannot be written: ")


def test_statistics_count_by_rule(folder: Path) -> None:
    write(folder, "q.sql", f"{OVER}; select nope from app.users; {OVER}")
    assert check(folder, "--statistics").stderr.splitlines()[:2] == ["     2 CLS101", "     1 CLS201"]


def test_the_standard_input_may_stand_for_a_file(folder: Path) -> None:
    run = check(folder, "-", "--stdin-filename", "src/m.py", given=f'c.execute("{OVER}")')
    assert run.stdout.startswith("src/m.py:1:19: CLS101 ")
    assert check(folder, "-", "--stdin-filename", "loose/a.sql", given=OVER).returncode == 0
    assert check(folder, "-", given=OVER).stdout.startswith("<stdin>:1:8: CLS101 ")
    assert check(folder, "-", "q.sql", given=OVER).returncode == 2
    assert check(folder, "--stdin-filename", "q.sql").returncode == 2


def test_what_is_excluded_is_left_out_by_force_alone(folder: Path) -> None:
    write(folder, "old/q.sql", OVER)
    assert check(folder, "old/q.sql").returncode == 1
    assert check(folder, "--force-exclude", "old/q.sql").returncode == 0


def test_what_git_ignores_is_not_walked(folder: Path) -> None:
    write(folder, "built/q.sql", OVER)
    write(folder, "src/gen/q.sql", OVER)
    write(folder, "src/gen/kept.sql", CLEAN)
    write(folder, ".gitignore", "built/\n")
    write(folder, "src/.gitignore", "gen/*\n!gen/kept.sql\n")
    assert len(codes(check(folder))) == 2  # no repository of git, so nothing is ignored
    (folder / ".git").mkdir()
    run = check(folder, "--format", "json")
    document = json.loads(run.stdout)
    assert (document["files"], document["findings"]) == (1, [])
    assert json.loads(check(folder / "src", "--format", "json").stdout)["files"] == 1
    assert check(folder, "built/q.sql").returncode == 1  # it is named


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "E501"), "`E501` is no rule, expected a code as CLS101"),
        (("--update-baseline",), "--update-baseline needs --baseline FILE"),
    ],
)
def test_wrong_use_is_one_line(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    run = check(folder, *arguments)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert message in run.stderr


def test_rules_have_pages(folder: Path) -> None:
    def ask(*arguments: str) -> CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "classify", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert ask("rule", "CLS101").stdout.startswith("CLS101: a statement touches")
    assert ask("rule", "hole").stdout.startswith("CLS203: ")
    assert len(ask("rule").stdout.splitlines()) > 10
    assert json.loads(ask("rule", "CLS203", "--format", "json").stdout)[0]["name"] == "hole"
    assert "unknown rule `CLS999`" in ask("rule", "CLS999").stderr
    assert "postgres     tried on the engine" in ask("dialects").stdout


def test_the_catalog_is_checked_with_its_queries_where_that_is_selected(folder: Path) -> None:
    catalog = (folder / "catalog.yaml").read_text()
    more = "  - name: app.events\n    columns: {day: {}}\n  - name: app.v\n    view: select id from app.users\n"
    write(folder, "catalog.yaml", catalog + more)
    write(folder, "q.sql", "select id from app.v")
    assert check(folder).returncode == 0
    run = check(folder, "--select", "CLS3")
    assert run.stdout.splitlines()[:3] == [
        "catalog.yaml:5:5: CLS301 `app.events` has columns without a tag: `day`",
        "  5 |   - name: app.events",
        "    |     ^^^^^^^^^^^^^^^^",
    ]
    assert codes(run) == ["CLS301", "CLS303"]
    assert codes(check(folder, "--select", "CLS3", "q.sql")) == []  # one file says nothing of what no query names


def test_the_path_of_a_column_is_explained(folder: Path) -> None:
    write(
        folder, "q.sql", "with a as (select ssn as x from app.users)\nselect upper(b.y)\nfrom (select x as y from a) b"
    )
    run = check(folder, "--explain")
    assert run.stdout.splitlines()[4:] == [
        "  app.users.ssn restricted: identity, transformation",
        "    1:19 ssn",
        "    2:14 b.y (under another name)",
        "    3:14 x (under another name)",
    ]


def test_where_a_ceiling_comes_from_is_told(folder: Path) -> None:
    settings = (folder / "pyproject.toml").read_text()
    write(folder, "pyproject.toml", f'{settings}[[tool.classify.paths]]\nmatch = "public/"\nceiling = "public"\n')
    write(folder, "a.sql", OVER)
    write(folder, "public/b.sql", OVER)
    write(folder, "c.sql", f"-- classify: ceiling=public\n{OVER}")
    write(folder, "d.py", f'import classify\n\nwith classify.ceiling("public"):\n    c.execute("{OVER}")\n')

    def sources(*arguments: str) -> dict[str, str]:
        document = json.loads(check(folder, "--format", "json", *arguments).stdout)
        return {finding["file"]: finding["ceiling_source"] for finding in document["findings"]}

    assert sources() == {
        "a.sql": "[tool.classify]",
        "c.sql": "the file",
        "d.py": "the code around it",
        "public/b.sql": "[[tool.classify.paths]] public/",
    }
    assert sources("--ceiling", "internal")["a.sql"] == "--ceiling"
