"""`classify check --diff`: what a change brings, on repositories of git that the test makes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.cli.program import classify

ROOT = Path(__file__).resolve().parents[3]
CATALOG = (
    "version: 1\ndatasets:\n  - name: app.users\n    columns: {id: internal, email: confidential, ssn: restricted}\n"
)
SETTINGS = '[tool.classify]\ncatalog = ["schemas/catalog.yaml"]\ndialect = "postgres"\nceiling = "internal"\n'
OLD = "select ssn from app.users"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
            "HOME": str(folder.parent),
        }
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.email", "nobody@example.org")
        self.git("config", "user.name", "Nobody")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")

    def check(self, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        return classify(self.folder / folder, "check", *arguments, **self.environment)

    def new(self, *arguments: str) -> list[str]:
        run = self.check("--diff", "main", *arguments)
        assert run.returncode == (1 if run.stdout else 0), run.stderr
        return [
            ":".join(line.split(":")[:2]) + line.split(":")[3][:7] for line in run.stdout.splitlines() if line[0] != " "
        ]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "r"
    folder.mkdir()
    found = Repository(folder)
    found.write("schemas/catalog.yaml", CATALOG)
    found.write("pyproject.toml", SETTINGS)
    found.write("old.sql", OLD)
    found.write("a b/ü.sql", "select id from app.users;\n" + OLD)
    found.commit()
    found.git("checkout", "--quiet", "-b", "topic")
    return found


def test_what_was_there_is_not_new(repository: Repository) -> None:
    assert repository.new() == []
    repository.write("old.sql", f"-- moved\n\n{OLD} limit 10")
    assert repository.new() == []


def test_what_is_added_is_new_committed_or_not(repository: Repository) -> None:
    repository.write("new.sql", "select email from app.users")
    repository.write("old.sql", f"{OLD};\nselect email from app.users")
    assert repository.new() == ["new.sql:1 CLS101", "old.sql:2 CLS101"]
    repository.commit()
    assert repository.new() == ["new.sql:1 CLS101", "old.sql:2 CLS101"]


def test_a_file_that_has_moved_is_not_new(repository: Repository) -> None:
    text = "".join(f"-- remark {at} on what follows\n" for at in range(9)) + OLD
    repository.write("a b/ä.sql", text)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.git("mv", "a b/ä.sql", "moved.sql")
    assert repository.new() == []
    repository.write("moved.sql", f"{text} limit 3")
    assert repository.new() == []


def test_a_changed_catalog_brings_findings_in_files_that_did_not_change(repository: Repository) -> None:
    repository.write("schemas/catalog.yaml", CATALOG.replace("id: internal", "id: confidential"))
    assert repository.new() == ["a b/ü.sql:1 CLS101"]


def test_a_changed_ceiling_does_too(repository: Repository) -> None:
    repository.write("pyproject.toml", SETTINGS.replace("internal", "public"))
    assert repository.new() == ["a b/ü.sql:1 CLS101"]


def test_a_changed_policy_does_too(repository: Repository) -> None:
    rules = "version: 1\nrules:\n  - {id: all, effect: allow, when: {}}\n"
    repository.write("policy.yaml", rules)
    repository.write("groups.yaml", "version: 1\ngroups: {security: [sam]}\n")
    repository.write(
        "pyproject.toml",
        SETTINGS + 'policy = "policy.yaml"\ngroups = "groups.yaml"\nrequest = { requester = "sam" }\n',
    )
    repository.commit()
    repository.git("branch", "--force", "main")
    assert repository.new() == []
    when = "{data: {level_at_least: internal}, requester: {groups_any: [security]}}"
    repository.write("policy.yaml", f"{rules}  - {{id: ids, effect: deny, when: {when}}}\n")
    assert sorted(repository.new()) == ["a b/ü.sql:1 CLS107", "a b/ü.sql:2 CLS107", "old.sql:1 CLS107"]
    repository.write("groups.yaml", "version: 1\ngroups: {security: [sue]}\npeople: {sam: {region: us}}\n")
    assert repository.new() == []


def test_a_taken_out_suppression_brings_the_finding_back(repository: Repository) -> None:
    repository.write("s.sql", f'-- classify: allow[CLS101] ceiling=restricted reason="x"\n{OLD}')
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("s.sql", OLD)
    assert repository.new() == ["s.sql:1 CLS101"]


def test_lines_are_a_filter_by_whole_statements(repository: Repository) -> None:
    two = "select id,\n  email\nfrom app.users;\nselect email, id from app.users where ssn = '1'"
    repository.write("x.sql", two)
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.write("schemas/catalog.yaml", CATALOG.replace("id: internal", "id: confidential"))
    repository.write("x.sql", two.replace("from app.users;", "from app.users where id = 1;"))
    assert repository.new() == ["x.sql:2 CLS101", "x.sql:4 CLS101", "a b/ü.sql:1 CLS101"]
    assert repository.new("--diff-lines") == ["x.sql:2 CLS101"]


def test_a_subfolder_is_compared_alike(repository: Repository) -> None:
    repository.write("a b/new.sql", "select email from app.users")
    run = repository.check("--diff", "main", folder="a b")
    assert [line.split(" ")[0] for line in run.stdout.splitlines() if line[0] != " "] == ["new.sql:1:8:"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--diff", "nope"), "git knows no revision `nope`, fetch it or correct its name"),
        (("--diff", "--help"), "git knows no revision `--help`"),
        (("--diff-lines",), "--diff-lines needs --diff REF"),
        (("--diff", "main", "--baseline", "b", "--update-baseline"), "leave out --diff"),
    ],
)
def test_wrong_use_is_one_line(repository: Repository, arguments: tuple[str, ...], message: str) -> None:
    run = repository.check(*arguments)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert message in run.stderr


def test_without_common_history_it_is_said(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.write("other.sql", OLD)
    repository.commit()
    run = repository.check("--diff", "main")
    assert run.returncode == 2
    assert "have no common history here" in run.stderr
    assert "fetch-depth: 0" in run.stderr


def test_a_missing_object_of_the_base_is_said(repository: Repository) -> None:
    blob = repository.git("rev-parse", "HEAD:old.sql").strip()
    repository.write("old.sql", "select email from app.users")
    kept = repository.folder / ".git" / "objects" / blob[:2] / blob[2:]
    kept.chmod(0o600)
    kept.unlink()
    done = repository.check("--diff", "HEAD")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_repository_it_is_said(tmp_path: Path, repository: Repository) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "pyproject.toml").write_text(SETTINGS.replace("schemas/", ""))
    (tmp_path / "plain" / "catalog.yaml").write_text(CATALOG)
    run = repository.check("--diff", "main", folder="../plain")
    assert run.returncode == 2
    assert "--diff needs a repository of git" in run.stderr


def test_settings_that_went_are_looked_at(repository: Repository) -> None:
    repository.write(
        "sub/pyproject.toml", SETTINGS.replace("schemas/", "../schemas/").replace("internal", "restricted")
    )
    repository.write("sub/q.sql", OLD)
    repository.commit()
    repository.git("branch", "--force", "main")
    assert repository.check("--diff", "main", folder="sub").stdout == ""
    repository.git("rm", "--quiet", "sub/pyproject.toml")
    run = repository.check("--diff", "main", folder="sub")
    assert run.stdout.startswith("q.sql:1:8: CLS101 ")


def test_other_settings_that_are_named_are_looked_at(repository: Repository) -> None:
    other = SETTINGS.replace("schemas/", "../schemas/")
    repository.write("conf/other.toml", other)
    repository.commit()
    repository.git("branch", "--force", "main")
    assert repository.check("--diff", "main", "--config", "conf/other.toml").stdout == ""
    repository.write("conf/other.toml", other.replace("internal", "public"))
    assert "a b/ü.sql:1:8: CLS101 " in repository.check("--diff", "main", "--config", "conf/other.toml").stdout
