"""The hooks, run by the real pre-commit in a repository of git that the test makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

CATALOG = """\
version: 1
datasets:
  - name: app.users
    columns: {id: internal, ssn: restricted}
"""
SETTINGS = """\
[tool.classify]
catalog = ["catalog.yaml"]
dialect = "postgres"
ceiling = "internal"
exclude = ["old/"]
"""


def _pre_commit() -> str | None:
    return shutil.which("pre-commit", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


needs_tools = pytest.mark.skipif(
    _pre_commit() is None or shutil.which("git") is None, reason="pre-commit or git is not installed"
)


class Repository:
    """A repository of git with our hooks, which run the interpreter of the test instead of one of their own."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        home = str(folder.parent)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "HOME": home,
            "PRE_COMMIT_HOME": str(cache),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
        }
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.email", "nobody@example.org")
        self.git("config", "user.name", "Nobody")
        # The manifest as it is, but that no environment is made for each test.
        hooks = [{**hook, "language": "system"} for hook in HOOKS]
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
        self.write("catalog.yaml", CATALOG)
        self.write("pyproject.toml", SETTINGS)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.git("add", name)

    def git(self, *arguments: str) -> str:
        return self._run("git", *arguments).stdout

    def hook(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        found = _pre_commit()
        assert found is not None
        return self._run(found, "run", *arguments, check=False)

    def _run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=check
        )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder, tmp_path / "cache")


@needs_tools
def test_a_query_above_its_ceiling_is_not_committed(repository: Repository) -> None:
    repository.write("queries/a.sql", "select ssn from app.users")
    repository.write("service.py", 'c.execute("select id from app.users where ssn = %s")')
    run = repository.hook("classify-check")
    assert run.returncode == 1
    assert "queries/a.sql:1:8: CLS101 " in run.stdout
    assert "service.py:1:43: CLS101 " in run.stdout


@needs_tools
def test_what_is_within_is_committed_without_a_word(repository: Repository) -> None:
    repository.write("queries/a.sql", "select id from app.users")
    repository.write("service.py", "x = 1")
    run = repository.hook("classify-check", "--verbose")
    assert run.returncode == 0
    assert "CLS" not in run.stdout


@needs_tools
def test_what_is_excluded_is_left_out_though_pre_commit_names_it(repository: Repository) -> None:
    repository.write("old/a.sql", "select ssn from app.users")
    assert repository.hook("classify-check").returncode == 0


@needs_tools
def test_a_changed_catalog_has_every_query_checked(repository: Repository) -> None:
    repository.write("queries/a.sql", "select id from app.users")
    repository.git("commit", "--quiet", "--message", "first", "--no-verify")
    repository.write("catalog.yaml", CATALOG.replace("id: internal", "id: confidential"))
    assert "(no files to check)" in repository.hook("classify-check").stdout
    run = repository.hook("classify-check-all")
    assert run.returncode == 1
    assert "queries/a.sql:1:8: CLS101 " in run.stdout


def test_the_manifest_says_what_pre_commit_needs() -> None:
    assert [hook["id"] for hook in HOOKS] == ["classify-check", "classify-check-all"]
    assert all(hook["language"] == "python" and hook["require_serial"] for hook in HOOKS)
    assert "--force-exclude" in HOOKS[0]["entry"]
