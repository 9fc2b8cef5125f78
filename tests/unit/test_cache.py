"""What was found clean is not looked at again, and is looked at again whenever anything that decides it has changed."""

from __future__ import annotations

import ast
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from classify import cache
from classify.cache import all_clean, folder, read_line
from classify.documents.read import SUFFIXES

ROOT = Path(__file__).resolve().parents[2]
CATALOG = "version: 1\ndatasets:\n  - name: app.users\n    columns: {id: internal, ssn: restricted}\n"
SETTINGS = (
    '[tool.classify]\ncatalog = ["catalog"]\ndialect = "postgres"\nceiling = "internal"\n'
    'policy = "policy.yaml"\ngroups = "groups.yaml"\nrequest = { purpose = "fraud" }\n'
)
POLICY = "version: 1\nrules: [{id: all, effect: allow, when: {}}]\n"
GROUPS = "version: 1\ngroups: {security: [sam]}\n"
CLEAN, OVER = "select id from app.users", "select ssn from app.users"


class Folder:
    """A folder with files, and a cache of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path / "repository"
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), "CLASSIFY_CACHE_DIR": str(path / "cache")}
        self.write("catalog/users.yaml", CATALOG)
        self.write("pyproject.toml", SETTINGS)
        self.write("policy.yaml", POLICY)
        self.write("groups.yaml", GROUPS)
        self.write("a.sql", CLEAN)
        self.write("b.sql", OVER)

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "classify", "check", *arguments)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.path, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def learned(repository: Folder) -> Folder:
    assert repository.check("a.sql").returncode == 0
    return repository


@pytest.mark.parametrize(
    "arguments",
    [("a.sql",), ("--force-exclude", "a.sql"), ("--dialect", "postgres", "a.sql"), ("--dialect=postgres", "a.sql")],
)
def test_a_line_is_read_as_the_command_line_reads_it(arguments: tuple[str, ...]) -> None:
    line = read_line(arguments)
    assert line is not None
    assert line.paths == ("a.sql",)
    assert line.is_quick


@pytest.mark.parametrize(
    "arguments", [("--diff", "main"), ("--no-cache", "a.sql"), ("-",), ("--stdin-filename", "a", "-"), ("--help",)]
)
def test_the_cache_has_no_part_in_some_lines(arguments: tuple[str, ...]) -> None:
    assert read_line(arguments) is None


def quick(repository: Folder, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> bool:
    """Whether the quick way answers, in this process."""
    monkeypatch.chdir(repository.path)
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", repository.environment["CLASSIFY_CACHE_DIR"])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    monkeypatch.setattr(cache, "_code", [])  # as a new process has it
    return all_clean(["check", *arguments])


def test_the_quick_way_answers_for_what_was_clean_alone(repository: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not quick(repository, monkeypatch, "a.sql")
    assert repository.check("a.sql", "b.sql").returncode == 1
    assert quick(repository, monkeypatch, "a.sql")
    assert not quick(repository, monkeypatch, "a.sql", "b.sql")
    assert not quick(repository, monkeypatch)
    assert not quick(repository, monkeypatch, ".")
    assert not quick(repository, monkeypatch, "a.sql", "--format", "json")
    assert not quick(repository, monkeypatch, "gone.sql")


CHANGES = {
    "the text": ("a.sql", OVER),
    "the catalog": ("catalog/users.yaml", CATALOG.replace("id: internal", "id: restricted")),
    "another file of the catalog": ("catalog/more.yaml", CATALOG.replace("app.users", "app.more")),
    "the policy": ("policy.yaml", POLICY.replace("{}", "{purpose: [fraud]}")),
    "the groups": ("groups.yaml", GROUPS.replace("sam", "sue")),
    "the settings": ("pyproject.toml", SETTINGS.replace('"internal"', '"public"')),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_whatever_decides_is_looked_at(change: str, repository: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    learned(repository)
    assert quick(repository, monkeypatch, "a.sql")
    repository.write(*CHANGES[change])
    assert not quick(repository, monkeypatch, "a.sql")


@pytest.mark.parametrize(
    "arguments", [("--ceiling", "public"), ("--dialect", "bigquery"), ("--select", "CLS1"), ("-c", "catalog")]
)
def test_options_that_decide_are_part_of_it(
    arguments: tuple[str, ...], repository: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(repository)
    assert not quick(repository, monkeypatch, *arguments, "a.sql")


def test_another_day_or_another_version_is_another_answer(repository: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    learned(repository)
    module = sys.modules["classify.cache"]
    assert quick(repository, monkeypatch, "a.sql")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_versions", lambda: b"another")
        assert not quick(repository, monkeypatch, "a.sql")
    with monkeypatch.context() as patch:
        patch.setattr(module.time, "strftime", lambda *_: "2099-01-01")
        assert not quick(repository, monkeypatch, "a.sql")


@pytest.mark.parametrize(
    "text",
    [
        '-- classify: allow[CLS101] ceiling=restricted reason="x"\n' + OVER,
        '-- classify: ceiling=restricted reason="x"\n' + OVER,
        "select nope from app.users",
        "select id from",
    ],
)
def test_what_is_accepted_or_wrong_is_looked_at_each_time(
    text: str, repository: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("a.sql", text)
    repository.check("a.sql")
    assert not quick(repository, monkeypatch, "a.sql")


def test_a_run_over_a_folder_looks_at_what_is_not_known(repository: Folder) -> None:
    first, second, without = repository.check(), repository.check(), repository.check("--no-cache")
    assert first.stdout == second.stdout == without.stdout != ""
    assert [run.returncode for run in (first, second, without)] == [1, 1, 1]


@pytest.mark.parametrize("damage", ["garbage", "empty", "folder"])
def test_a_damaged_cache_is_none(damage: str, repository: Folder) -> None:
    learned(repository)
    [path] = Path(repository.environment["CLASSIFY_CACHE_DIR"]).glob("*.sqlite")
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database" * 500 if damage == "garbage" else b"")
    for _ in range(2):
        run = repository.check("a.sql", "b.sql")
        assert (run.returncode, run.stderr) == (1, "1 finding in 1 of 2 files\n")


def test_a_cache_that_cannot_be_written_is_none(repository: Folder) -> None:
    repository.environment["CLASSIFY_CACHE_DIR"] = os.devnull
    assert repository.check("a.sql").returncode == 0


def test_processes_at_the_same_time_do_no_harm(repository: Folder) -> None:
    for at in range(20):
        repository.write(f"q{at}.sql", CLEAN)
    command = [sys.executable, "-m", "classify", "check"]
    running = [
        subprocess.Popen(
            [*command, *(f"q{at}.sql" for at in range(start, 20))],
            cwd=repository.path,
            env=repository.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for start in range(8)
    ]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert (process.returncode, output) == (0, b"")
    [path] = Path(repository.environment["CLASSIFY_CACHE_DIR"]).glob("*.sqlite")
    connection = sqlite3.connect(path)
    assert connection.execute("select count(*) from clean").fetchone()[0] >= 20
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.close()


def test_what_is_old_is_forgotten(repository: Folder) -> None:
    learned(repository)
    [path] = Path(repository.environment["CLASSIFY_CACHE_DIR"]).glob("*.sqlite")
    connection = sqlite3.connect(path)
    connection.execute("insert into clean values (x'00', '2020-01-01')")
    connection.commit()
    repository.write("c.sql", CLEAN)
    repository.check("c.sql")
    assert connection.execute("select count(*) from clean where day < '2021'").fetchone() == (0,)
    connection.close()


def test_the_folder_is_where_the_platform_keeps_such_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLASSIFY_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setattr(sys, "platform", "linux")
    assert folder() == "/somewhere/classify"


@pytest.mark.invariant("little-is-loaded")
def test_the_quick_way_loads_almost_nothing() -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        "import classify.cli, classify.cache\n"
        "classify.cache.all_clean(['check', 'nowhere.sql'])\n"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout))
    assert loaded.isdisjoint({"attr", "attrs", "click", "sqlglot", "typing", "re", "json", "pathlib", "tomllib"})


def test_the_same_files_may_be_catalogs_for_the_cache_and_for_the_catalog() -> None:
    assert set(cache._CATALOGS) == set(SUFFIXES)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_not_waited_on(repository: Folder) -> None:
    learned(repository)
    os.mkfifo(repository.path / "pipe.sql")
    run = repository.check("a.sql", "pipe.sql")
    assert run.returncode == 2
    assert "pipe.sql: is no regular file" in run.stderr
