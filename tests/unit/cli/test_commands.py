"""The commands from end to end, over a small warehouse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.unit.cli.program import classify

ROOT = Path(__file__).resolve().parents[3]

_CATALOG = """\
version: 1
datasets:
  - name: app.users
    label: internal
    residency: [us]
    columns:
      id: internal
      country: {level: public, type: varchar}
      email: {level: confidential, categories: [pii.email]}
      ssn: {level: restricted, categories: [pii.ssn]}
  - name: mart.contacts
    label: internal
    columns:
      email: internal
"""

_SETTINGS = """\
[tool.classify]
catalog = ["catalog.yaml"]
dialect = "postgres"
ceiling = "internal"

[[tool.classify.paths]]
match = "admin/"
ceiling = "restricted"
"""

ACCEPTING = '`-- classify: allow[CLS101] ceiling=restricted reason="…"`'


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    write(tmp_path, "catalog.yaml", _CATALOG)
    write(tmp_path, "pyproject.toml", _SETTINGS)
    write(tmp_path, "clean.sql", "select id from app.users")
    write(tmp_path, "over.sql", "select id\nfrom app.users\nwhere ssn like 'SECRET%'")
    write(tmp_path, "admin/ids.sql", "select ssn from app.users")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def error_of(run: CompletedProcess[str]) -> str:
    """The one line of a run that was used wrongly."""
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    lines = run.stderr.splitlines()
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("error: ")
    return lines[0].removeprefix("error: ")


# -- check


def test_findings_have_a_place_a_code_and_an_excerpt(warehouse: Path) -> None:
    run = classify(warehouse, "check")
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        "over.sql:3:7: CLS101 class restricted is above the ceiling internal: `app.users.ssn` (filter)",
        "  3 | where ssn like '·······'",
        "    |       ^^^",
        f"  help: leave it out, or accept it with {ACCEPTING} above the statement",
    ]
    assert run.stderr == "1 finding in 1 of 3 files\n"


def test_a_clean_run_prints_nothing(warehouse: Path) -> None:
    run = classify(warehouse, "check", "clean.sql", "admin")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_help_of_a_finding_makes_it_go_away(warehouse: Path) -> None:
    text = (warehouse / "over.sql").read_text(encoding="utf-8")
    write(warehouse, "over.sql", f'-- classify: allow[CLS101] ceiling=restricted reason="asked for by finance"\n{text}')
    run = classify(warehouse, "check", "over.sql")
    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "file", "status"),
    [
        ((), "select email from app.users", 1),
        (("--ceiling", "confidential"), "select email from app.users", 0),
        (("--ceiling", "confidential"), "-- classify: ceiling=internal\nselect email from app.users", 1),
        (("--dialect", "bigquery"), 'select id from app.users where country = "us"', 0),
        (("--dialect", "bigquery"), '-- classify: dialect=postgres\nselect id from app.users where "ssn" is null', 1),
    ],
    ids=["settings", "an option wins", "the file wins", "dialect", "the file's dialect wins"],
)
def test_a_file_wins_over_options_and_they_over_settings(
    warehouse: Path, arguments: tuple[str, ...], file: str, status: int
) -> None:
    write(warehouse, "q.sql", file)
    assert classify(warehouse, "check", *arguments, "q.sql").returncode == status


def test_a_pattern_wins_over_options(warehouse: Path) -> None:
    assert classify(warehouse, "check", "--ceiling", "public", "admin").returncode == 0


def test_settings_are_found_from_an_inner_folder(warehouse: Path) -> None:
    run = classify(warehouse / "admin", "check", "../over.sql")
    assert run.stdout.startswith("../over.sql:3:7: CLS101 ")


def test_json_holds_what_text_shows(warehouse: Path) -> None:
    write(warehouse, "latin.sql", "")
    (warehouse / "latin.sql").write_bytes(b"select '\xe9'")
    run = classify(warehouse, "check", "--format", "json")
    document = json.loads(run.stdout)
    assert run.returncode == 2
    assert document["version"] == 1
    assert document["files"] == 4
    assert [(finding["file"], finding["code"], finding["span"]) for finding in document["findings"]] == [
        ("over.sql", "CLS101", {"start": [3, 7], "end": [3, 10]})
    ]
    assert [error["place"] for error in document["errors"]] == ["latin.sql"]


def test_a_downgrade_is_found(warehouse: Path) -> None:
    write(
        warehouse,
        "etl.sql",
        "-- classify: ceiling=restricted reason=nightly\ninsert into mart.contacts select email from app.users",
    )
    run = classify(warehouse, "check", "etl.sql")
    assert run.returncode == 1
    assert run.stdout.startswith("etl.sql:2:34: CLS103 the label of the sink does not dominate what flows into it: ")


def test_the_sink_of_the_settings_is_held_to_what_results_hold(warehouse: Path) -> None:
    write(warehouse, "feed.sql", "-- classify: ceiling=restricted sink=mart.contacts\nselect email from app.users")
    assert "feed.sql:2:8: CLS103 " in classify(warehouse, "check", "feed.sql").stdout


def test_unknown_names_and_syntax_errors_are_findings(warehouse: Path) -> None:
    write(warehouse, "bad.sql", "select 1 from app.user;\nselec id from (")
    run = classify(warehouse, "check", "--ceiling", "restricted", "bad.sql")
    assert run.returncode == 1
    codes = [line.split()[1] for line in run.stdout.splitlines() if line.startswith("bad.sql:")]
    assert codes == ["CLS201", "CLS202"]
    assert "did you mean `app.users`?" in run.stdout


def test_files_that_cannot_be_read_are_errors_and_the_others_are_checked(warehouse: Path) -> None:
    (warehouse / "binary.sql").write_bytes(b"\0\1\2")
    (warehouse / "latin.sql").write_bytes(b"select '\xe9'")
    run = classify(warehouse, "check", ".", "gone.sql")
    assert run.returncode == 2
    assert run.stdout.startswith("over.sql:3:7: CLS101 ")
    assert run.stderr.splitlines() == [
        "error: gone.sql: no such file or folder",
        "error: binary.sql: looks like a binary file, not SQL; exclude it",
        "error: latin.sql: is not UTF-8 at byte 8, save it as UTF-8",
        "1 finding in 1 of 5 files, 2 files not checked",
    ]


def test_an_empty_file_is_clean(warehouse: Path) -> None:
    write(warehouse, "empty.sql", "")
    write(warehouse, "comment.sql", "-- nothing here\n")
    run = classify(warehouse, "check", "empty.sql", "comment.sql")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_without_a_ceiling_nothing_passes(warehouse: Path) -> None:
    write(warehouse, "pyproject.toml", _SETTINGS.replace('ceiling = "internal"\n', ""))
    run = classify(warehouse, "check")
    message = "no ceiling, pass --ceiling LEVEL or set `ceiling` in [tool.classify] of pyproject.toml"
    assert run.returncode == 2
    assert run.stderr.splitlines() == [
        f"error: clean.sql: {message} (and in over.sql)",
        "2 of 3 files not checked",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone.sql",), "gone.sql: no such file or folder"),
        (("-c", "gone.yaml"), "gone.yaml: no such catalog file or folder"),
        (("--scheme", "gone.yaml"), "gone.yaml: no such scheme file"),
        (("--config", "gone.toml"), "gone.toml: cannot be read: no such file or directory"),
        (("--ceiling", "intern"), "unknown level `intern` (did you mean `internal`?)"),
        (("--dialect", "postgress", "clean.sql"), "unknown dialect `postgress` (did you mean `postgres`?)"),
        (("--format", "xml"), "'xml' is not one of 'text', 'json'"),
        (("--wrong",), "no such option"),
    ],
    ids=["path", "catalog", "scheme", "settings", "level", "dialect", "format", "option"],
)
def test_wrong_use_is_one_line(warehouse: Path, arguments: tuple[str, ...], message: str) -> None:
    run = classify(warehouse, "check", *arguments)
    errors = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
    assert run.returncode == 2
    assert len(errors) == 1
    assert message in errors[0]
    assert "Traceback" not in run.stderr


def test_settings_are_held_to_the_scheme_and_the_dialects(warehouse: Path) -> None:
    write(warehouse, "pyproject.toml", _SETTINGS.replace('"internal"', '"intern"'))
    assert error_of(classify(warehouse, "check")) == (
        "pyproject.toml:4:1: $.tool.classify.ceiling: unknown ceiling `intern` (did you mean `internal`?)"
    )
    write(warehouse, "pyproject.toml", _SETTINGS.replace("postgres", "postgre"))
    assert error_of(classify(warehouse, "check")) == (
        "pyproject.toml:3:1: $.tool.classify.dialect: unknown dialect `postgre` (did you mean `postgres`?)"
    )


def test_nothing_to_check_is_wrong_use(warehouse: Path) -> None:
    (warehouse / "docs").mkdir()
    assert error_of(classify(warehouse, "check", "docs")) == (
        "no .sql or .py file to check in `docs`, name a file or another folder"
    )


# -- analyse


def test_analyse_explains_each_column(warehouse: Path) -> None:
    run = classify(warehouse, "analyse", "select id from app.users where ssn like 'SECRET%'")
    assert run.returncode == 0
    assert run.stdout.splitlines() == [
        "class restricted pii.ssn @us (postgres)",
        "",
        "reads",
        "  restricted pii.ssn @us  app.users.ssn  filter",
        "    <sql>:1:32",
        "    1 | select id from app.users where ssn like '·······'",
        "      |                                ^^^",
        "  internal @us            app.users.id  identity",
        "    <sql>:1:8",
        "    1 | select id from app.users where ssn like '·······'",
        "      |        ^^",
        "",
        "outputs",
        "  restricted pii.ssn @us  id  from app.users.id; decided by app.users.ssn",
    ]


@pytest.mark.parametrize("arguments", [("-f", "over.sql"), ("-",)], ids=["file", "stdin"])
def test_analyse_reads_files_and_the_standard_input(warehouse: Path, arguments: tuple[str, ...]) -> None:
    run = classify(warehouse, "analyse", *arguments, "--format", "json", given=(warehouse / "over.sql").read_bytes())
    document = json.loads(run.stdout)
    assert document["version"] == 1
    assert document["label"]["level"] == "restricted"
    assert [read["column"] for read in document["statements"][0]["reads"]] == ["app.users.id", "app.users.ssn"]


@pytest.mark.parametrize(
    ("ceiling", "sql", "status"),
    [
        ("restricted", "select ssn from app.users", 0),
        ("confidential", "select ssn from app.users", 1),
        ("restricted", "select 1 from nope", 1),
    ],
    ids=["within", "above", "unresolved is above every ceiling"],
)
def test_analyse_holds_the_class_against_a_ceiling(warehouse: Path, ceiling: str, sql: str, status: int) -> None:
    assert classify(warehouse, "analyse", "--ceiling", ceiling, sql).returncode == status


def test_an_empty_text_touches_nothing(warehouse: Path) -> None:
    run = classify(warehouse, "analyse", "")
    assert (run.returncode, run.stdout) == (0, "class public (postgres): no statements\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected one text of SQL: as an argument, with -f FILE, or - for the standard input"),
        (("select 1", "-f", "over.sql"), "expected one text of SQL"),
        (("over.sql",), "`over.sql` is a file, pass it with -f"),
        (("-f", "gone.sql"), "gone.sql: cannot be read: no such file or directory"),
        (("-f", "."), ".: is no regular file, name a file of SQL"),
        (("--dialect", "nope", "select 1"), "unknown dialect `nope`"),
        (("--ceiling", "intern", "select 1"), "unknown level `intern` (did you mean `internal`?)"),
    ],
    ids=["nothing", "two", "a file's name", "no file", "a folder", "dialect", "level"],
)
def test_wrong_use_of_analyse_is_one_line(warehouse: Path, arguments: tuple[str, ...], message: str) -> None:
    assert message in error_of(classify(warehouse, "analyse", *arguments))


def test_without_a_catalog_or_a_dialect_nothing_is_guessed(tmp_path: Path) -> None:
    assert "no catalog, pass --catalog PATH" in error_of(classify(tmp_path, "analyse", "select 1"))
    write(tmp_path, "catalog.yaml", _CATALOG)
    assert "no dialect, pass --dialect NAME" in error_of(
        classify(tmp_path, "analyse", "-c", "catalog.yaml", "select 1")
    )


def test_literals_never_are_printed(warehouse: Path) -> None:
    """INVARIANT: queries hold personal data, and what a run prints ends up in logs."""
    write(
        warehouse,
        "secret.sql",
        "select email, 'SECRET', \"SECRET\" from app.users where ssn = 'SECRET' -- SECRET\n;\n"
        "select dblink('SECRET'); call p('SECRET'); select 'SECRET",
    )
    for arguments in (
        ("check", "secret.sql"),
        ("analyse", "-f", "secret.sql"),
        ("check", "--format", "json", "secret.sql"),
    ):
        run = classify(warehouse, *arguments)
        assert "SECRET" not in run.stdout.replace('"SECRET"', "").replace('\\"SECRET\\"', "").replace("`SECRET`", "")
        assert "SECRET" not in run.stderr


# -- catalog


def test_catalog_list_shows_labels_and_filters(warehouse: Path) -> None:
    assert classify(warehouse, "catalog", "list").stdout.splitlines() == [
        "internal @us                app.users.id",
        "public @us                  app.users.country  varchar",
        "confidential pii.email @us  app.users.email",
        "restricted pii.ssn @us      app.users.ssn",
        "internal                    mart.contacts.email",
    ]
    filtered = classify(warehouse, "catalog", "list", "app.*", "--level", "confidential", "--format", "json")
    assert [entry["column"] for entry in json.loads(filtered.stdout)["columns"]] == ["email", "ssn"]
    assert "app.users.ssn" in classify(warehouse, "catalog", "list", "--category", "pii.ssn").stdout
    assert len(classify(warehouse, "catalog", "list", "--category", "pii").stdout.splitlines()) == 2


def test_catalog_list_helps_with_names(warehouse: Path) -> None:
    message = error_of(classify(warehouse, "catalog", "list", "app.user"))
    assert message.startswith("no dataset `app.user` (did you mean `app.users`?)")


def test_catalog_validate_finds_views_that_cannot_hold(warehouse: Path) -> None:
    assert classify(warehouse, "catalog", "validate").returncode == 0
    views = """\
  - name: app.good
    view: select id from app.users
  - name: app.gone
    view: select id from app.user
  - name: app.low
    view: select ssn as code from app.users
    columns: {code: internal}
  - name: app.reasoned
    view: select ssn as code from app.users
    columns: {code: internal}
    declassify: {code: {to: internal, reason: "hashed at the source", owner: privacy}}
"""
    write(warehouse, "catalog.yaml", _CATALOG + views)
    run = classify(warehouse, "catalog", "validate")
    assert run.returncode == 1
    gone, low = run.stdout.splitlines()
    assert gone.startswith("catalog.yaml:")
    assert "view `app.gone`: unknown-dataset `app.user`" in gone
    assert "did you mean `app.users`?" in gone
    assert "view `app.low`: `code` is declared internal but its definition yields restricted pii.ssn @us" in low


def test_a_broken_catalog_is_reported_whole(warehouse: Path) -> None:
    write(
        warehouse,
        "catalog.yaml",
        _CATALOG.replace("id: internal", "id: intern").replace("level: public", "level: publik"),
    )
    run = classify(warehouse, "catalog", "validate")
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 2
    assert all(line.startswith("error: catalog.yaml:") for line in run.stderr.splitlines())


# -- the program


def test_version_and_help() -> None:
    assert classify(ROOT, "--version").stdout.startswith("classify ")
    assert "classify check" in classify(ROOT).stdout
    for command in (("analyse",), ("check",), ("catalog",), ("catalog", "list"), ("catalog", "validate")):
        assert classify(ROOT, *command, "--help").stdout.startswith(f"Usage: classify {' '.join(command)} ")


def test_colour_only_where_it_is_wanted(warehouse: Path) -> None:
    assert "\x1b[" not in classify(warehouse, "check").stdout
    assert "\x1b[" in classify(warehouse, "check", "--color", "always").stdout


def test_output_that_the_terminal_cannot_encode_is_no_fault(warehouse: Path) -> None:
    run = classify(warehouse, "check", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert run.returncode == 1
    assert run.stdout.startswith("over.sql:3:7: CLS101 ")


def test_a_fault_of_ours_is_one_line(warehouse: Path) -> None:
    program = (
        "import classify.checks, classify.cli.app as app\n"
        "def fail(*_, **__): raise RuntimeError('SECRET')\n"
        "classify.checks.discover = fail\n"
        "raise SystemExit(app.run(['check']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("CLASSIFY_TRACEBACK", None)
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=warehouse, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert len(run.stderr.splitlines()) == 1
    assert "a fault of classify itself (RuntimeError)" in run.stderr
    assert "SECRET" not in run.stderr
    environment["CLASSIFY_TRACEBACK"] = "1"
    run = subprocess.run(command, cwd=warehouse, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert "Traceback" in run.stderr


def test_a_closed_pipe_is_no_fault(warehouse: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "classify", "check"],
        cwd=warehouse,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert run.returncode == 128 + signal.SIGPIPE
    assert run.stderr == b""


# A shell that starts the tests in the background has them ignore the interrupt, and their children too.
INTERRUPTIBLE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("classify", run_name="__main__")
"""


def test_an_interrupt_is_no_fault(warehouse: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "analyse", "-"],
        cwd=warehouse,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b" " * 1_000_000)  # more than a pipe holds, so this ends when the command reads
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGINT
        assert errors.strip() == b"interrupted"


def test_views_are_listed_with_what_their_definitions_yield(warehouse: Path) -> None:
    text = (warehouse / "catalog.yaml").read_text(encoding="utf-8")
    write(warehouse, "catalog.yaml", f"{text}  - name: app.v\n    view: select id, email as mail from app.users\n")
    run = classify(warehouse, "catalog", "list", "app.v")
    assert [" ".join(line.split()) for line in run.stdout.splitlines()] == [
        "internal @us app.v.id",
        "confidential pii.email @us app.v.mail",
    ]


def test_a_category_that_nobody_has_is_refused(warehouse: Path) -> None:
    run = classify(warehouse, "catalog", "list", "--category", "pii.emial")
    assert run.returncode == 2
    assert "no column has the category `pii.emial` (did you mean `pii.email`?)" in run.stderr


def test_coverage_counts_what_has_a_tag(warehouse: Path) -> None:
    text = (warehouse / "catalog.yaml").read_text(encoding="utf-8")
    write(warehouse, "catalog.yaml", f"{text}  - name: app.events\n    columns: {{id: public, day: {{}}}}\n")
    run = classify(warehouse, "catalog", "coverage")
    assert run.stdout.splitlines()[0].split() == ["app.events", "1", "of", "2"]
    assert run.stdout.splitlines()[-1].endswith("%)")
    document = json.loads(classify(warehouse, "catalog", "coverage", "--format", "json").stdout)
    assert document["columns"] - document["tagged"] == 1


def test_a_class_above_the_ceiling_of_a_text_is_said(warehouse: Path) -> None:
    run = classify(warehouse, "analyse", "--ceiling", "internal", "select ssn from app.users")
    assert (run.returncode, run.stderr) == (1, "the class is restricted, above the ceiling internal\n")
    assert "no such file" in classify(warehouse, "analyse", "nope.sql").stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_a_closed_output_and_a_lost_folder_are_no_fault_of_ours(warehouse: Path, tmp_path: Path) -> None:
    def shell(line: str) -> CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COMMAND": f"{sys.executable} -m classify"}
        return subprocess.run(
            ["sh", "-c", line], cwd=warehouse, env=environment, capture_output=True, text=True, check=False
        )

    full = shell("$COMMAND check >/dev/full")
    assert (full.returncode, full.stderr) == (2, "error: cannot write the output: no space left on device\n")
    closed = shell("$COMMAND check >&-")
    assert (closed.returncode, closed.stderr) == (2, "error: there is no standard output, give it one\n")
    lost = shell("mkdir gone && cd gone && rmdir ../gone && $COMMAND check")
    assert lost.returncode == 2
    assert lost.stderr.endswith("error: the working directory is gone, change to another\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("analyze", "select 1"), "no such command `analyze` (did you mean `analyse`?)"),
        (("check", "-d", "mssql"), "unknown dialect `mssql` (did you mean `tsql`?)"),
        (("check", "-d", "pg"), "unknown dialect `pg` (did you mean `postgres`?)"),
    ],
)
def test_what_is_meant_is_suggested(warehouse: Path, arguments: tuple[str, ...], message: str) -> None:
    run = classify(warehouse, *arguments)
    assert run.returncode == 2
    assert message in run.stderr


def test_a_wrong_word_in_a_header_has_its_place(warehouse: Path) -> None:
    write(warehouse, "q.sql", "-- a remark\n-- classify: ceiling=publik\nselect 1")
    run = classify(warehouse, "check", "q.sql")
    assert "error: q.sql:2:1: unknown ceiling `publik` (did you mean `public`?)" in run.stderr


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "CLICOLOR_FORCE"])
def test_colour_may_be_forced(warehouse: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, "1")
    assert "\x1b[" in classify(warehouse, "check", "over.sql").stdout
