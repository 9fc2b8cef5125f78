"""Which files a check looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.checks.discover import discover
from classify.checks.settings import Settings
from classify.errors import UsageError


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in (
        "b.sql",
        "a.SQL",
        "notes.txt",
        ".hidden.sql",
        ".git/x.sql",
        "vendor/v.sql",
        "etl/z.sql",
        "etl/gen.sql",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("select 1", encoding="utf-8")
    return tmp_path


def _found(root: Path, *paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    settings = Settings(root=root.resolve(), exclude=exclude)
    return [path.relative_to(root).as_posix() for path in discover(paths, settings).files]


def test_folders_are_walked_in_order_of_names(repository: Path) -> None:
    assert _found(repository, repository) == ["a.SQL", "b.sql", "etl/gen.sql", "etl/z.sql", "vendor/v.sql"]


def test_excluded_files_and_folders_are_left_out(repository: Path) -> None:
    assert _found(repository, repository, exclude=("vendor/", "gen.sql")) == ["a.SQL", "b.sql", "etl/z.sql"]


def test_a_pattern_may_take_a_file_back_in(repository: Path) -> None:
    assert _found(repository, repository / "etl", exclude=("*.sql", "!z.sql")) == ["etl/z.sql"]


def test_what_is_named_is_checked_once_and_even_if_excluded(repository: Path) -> None:
    named = (repository / "vendor/v.sql", repository / "notes.txt", repository / "vendor/v.sql")
    assert _found(repository, *named, exclude=("vendor/",)) == ["vendor/v.sql", "notes.txt"]


def test_a_missing_path_is_a_problem_and_the_others_are_found(repository: Path) -> None:
    discovery = discover((repository / "gone", repository / "b.sql"), Settings(root=repository))
    assert discovery.files == (repository / "b.sql",)
    assert [problem.message for problem in discovery.problems] == ["no such file or folder"]


def test_nothing_to_check_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.sql or \.py file to check in"):
        discover((tmp_path,), Settings(root=tmp_path))


def test_linked_folders_are_not_entered(repository: Path) -> None:
    (repository / "etl" / "loop").symlink_to(repository)
    assert "etl/loop/b.sql" not in _found(repository, repository)
