"""`[tool.classify]`: what it says, what it comes to for a file, and what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.checks.settings import Overrides, RequestSettings, Settings, Touch
from classify.checks.settings_file import find_settings, load_settings
from classify.errors import FileError

_FULL = """\
[project]
name = "shop"

[tool.classify]
catalog = ["tags", "more.yaml"]
scheme = "scheme.yaml"
policy = "policy.yaml"
dialect = "postgres"
ceiling = "internal"
touch = "result"
exclude = ["vendor/", "*.gen.sql"]

[[tool.classify.paths]]
match = "reports/"
dialect = "bigquery"
ceiling = "public"

[[tool.classify.paths]]
match = "reports/finance/*.sql"
ceiling = "confidential"
default-schema = "finance"
sink = "mart.feed"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path) -> list[str]:
    with pytest.raises(FileError) as caught:
        load_settings(path)
    return [str(problem).replace(str(path), "pyproject.toml") for problem in caught.value.problems]


@pytest.fixture
def full(tmp_path: Path) -> Settings:
    return load_settings(_write(tmp_path, _FULL))


def test_paths_are_relative_to_the_file(full: Settings, tmp_path: Path) -> None:
    assert full.catalog == (tmp_path / "tags", tmp_path / "more.yaml")
    assert full.scheme == tmp_path / "scheme.yaml"
    assert full.policy == tmp_path / "policy.yaml"
    assert full.touch is Touch.RESULT


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a.sql", Overrides("postgres", "internal")),
        ("reports/a.sql", Overrides("bigquery", "public")),
        ("reports/finance/a.sql", Overrides("bigquery", "confidential", "finance", "mart.feed")),
        ("old/reports/a.sql", Overrides("bigquery", "public")),
        ("../reports/a.sql", Overrides("postgres", "internal")),
    ],
    ids=["default", "one pattern", "each from the last that has it", "deeper", "outside of the root"],
)
def test_the_last_pattern_that_has_a_setting_wins(
    full: Settings, tmp_path: Path, file: str, expected: Overrides
) -> None:
    assert full.of_file(tmp_path / file) == expected


def test_options_win_over_defaults_and_patterns_over_options(full: Settings, tmp_path: Path) -> None:
    settings = full.with_defaults(Overrides(dialect="duckdb", ceiling="restricted"))
    assert settings.of_file(tmp_path / "a.sql") == Overrides("duckdb", "restricted")
    assert settings.of_file(tmp_path / "reports/a.sql") == Overrides("bigquery", "public")


@pytest.mark.parametrize(
    ("file", "excluded"), [("vendor/a.sql", True), ("x/vendor/a.sql", True), ("a.gen.sql", True), ("a.sql", False)]
)
def test_exclude_is_read_as_gitignore(full: Settings, tmp_path: Path, file: str, excluded: bool) -> None:
    assert full.excludes(tmp_path / file) is excluded


def test_the_nearest_file_with_the_table_is_found(tmp_path: Path) -> None:
    _write(tmp_path, _FULL)
    inner = tmp_path / "package" / "src"
    inner.mkdir(parents=True)
    _write(tmp_path / "package", "[project]\nname = 'classify-user'\n")
    assert find_settings(inner).root == tmp_path
    _write(tmp_path / "package", "[tool.classify]\n")
    assert find_settings(inner).root == tmp_path / "package"


def test_without_a_file_there_are_no_defaults(tmp_path: Path) -> None:
    assert find_settings(tmp_path) == Settings(root=tmp_path)


def test_all_problems_are_reported_at_once_with_their_places(tmp_path: Path) -> None:
    text = """\
[tool.classify]
catalogue = "tags"
dialect = 3
  exclude = ["a", 1]
touch = "results"

[[tool.classify.paths]]
ceiling = true

[[tool.classify.paths]]
match = ""
sinks = "x"
"""
    assert _problems(_write(tmp_path, text)) == [
        "pyproject.toml:2:1: $.tool.classify.catalogue: unknown key `catalogue` (did you mean `catalog`?)",
        "pyproject.toml:3:1: $.tool.classify.dialect: expected a text, found `3`, put it in quotes",
        "pyproject.toml:4:19: $.tool.classify.exclude[1]: expected a text, found `1`, put it in quotes",
        "pyproject.toml:5:1: $.tool.classify.touch: unknown touch `results` (did you mean `result`?)",
        "pyproject.toml:7:1: $.tool.classify.paths[0]: no `match`, every `paths` entry has one",
        "pyproject.toml:8:1: $.tool.classify.paths[0].ceiling: expected a text, found `true`, put it in quotes",
        (
            "pyproject.toml:11:1: $.tool.classify.paths[1].match: "
            "expected the gitignore pattern of its files, found an empty text"
        ),
        "pyproject.toml:12:1: $.tool.classify.paths[1].sinks: unknown key `sinks` (did you mean `sink`?)",
    ]


def test_what_a_policy_is_asked_is_said_by_path(tmp_path: Path) -> None:
    text = """\
[tool.classify]
policy = "policy.yaml"
groups = "groups.yaml"
request = { environment = "production", execution-region = "us-east" }

[[tool.classify.paths]]
match = "fraud/"
request = { requester = "fraud-job", purpose = "fraud", sink-kind = "file", sink-region = "us-east" }

[[tool.classify.paths]]
match = "fraud/abroad/"

[tool.classify.paths.request]
requester = "dan"
identity = "oidc"
action = "export"
"""
    settings = load_settings(_write(tmp_path, text))
    assert settings.groups == tmp_path / "groups.yaml"
    assert settings.request_of(tmp_path / "a.sql") == RequestSettings(
        environment="production", execution_region="us-east"
    )
    assert settings.request_of(tmp_path / "fraud/abroad/a.sql") == RequestSettings(
        "dan", "oidc", "export", "fraud", "production", "us-east", "file", "us-east"
    )
    with pytest.raises(FileError) as caught:
        settings.require({"requester": ["ann", "dan"], "identity": (), "execution-region": ["us-east"]})
    assert [str(one).partition(": ")[2] for one in caught.value.problems] == [
        "$.tool.classify.paths[0].request.requester: unknown requester `fraud-job`, expected one of ann, dan",
        "$.tool.classify.paths[1].request.identity: unknown identity `oidc`, there is none",
    ]


def test_a_request_without_a_policy_is_told(tmp_path: Path) -> None:
    text = """\
[tool.classify]
groups = "groups.yaml"
request = { purpos = "fraud", action = "exprot" }
[[tool.classify.paths]]
match = "a"
request = { requester = "ann" }
"""
    assert _problems(_write(tmp_path, text)) == [
        "pyproject.toml:2:1: $.tool.classify.groups: `groups` is of a policy, add `policy`",
        "pyproject.toml:3:1: $.tool.classify.request: `request` is what a policy is asked, add `policy`",
        "pyproject.toml:3:13: $.tool.classify.request.purpos: unknown key `purpos` (did you mean `purpose`?)",
        "pyproject.toml:3:31: $.tool.classify.request.action: unknown action `exprot` (did you mean `export`?)",
        "pyproject.toml:6:1: $.tool.classify.paths[0].request: `request` is what a policy is asked, add `policy`",
    ]
    text = '[tool.classify]\npolicy = "p.yaml"\nrequest = { requester = "ann" }\n'
    assert _problems(_write(tmp_path, text)) == [
        "pyproject.toml:3:13: $.tool.classify.request.requester: `requester` is one of the groups file, add `groups`"
    ]
    text = '[tool.classify]\npolicy = "p.yaml"\nrequest = "ann"\n'
    assert _problems(_write(tmp_path, text)) == [
        "pyproject.toml:3:1: $.tool.classify.request: expected a table, found `ann`"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool.classify\n", "pyproject.toml:1:15: not TOML: expected ']' at the end of a table declaration"),
        ("[tool]\nclassify = 3", "pyproject.toml:2:1: $.tool.classify: expected a table, found `3`"),
        (
            "[tool.classify]\npaths = 'a'",
            "pyproject.toml:2:1: $.tool.classify.paths: expected a list, found `a`",
        ),
        (
            "tool.classify.paths = [{match = 'a', cieling = 'x'}]",
            "pyproject.toml:1:38: $.tool.classify.paths[0].cieling: unknown key `cieling` (did you mean `ceiling`?)",
        ),
        ("[project]", "pyproject.toml: no table `[tool.classify]`, add one"),
    ],
    ids=["syntax", "no table", "no list", "in one line", "nothing"],
)
def test_each_problem_is_one_line(tmp_path: Path, text: str, problem: str) -> None:
    assert _problems(_write(tmp_path, text)) == [problem]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"[tool.classify]\ndialect = '\xe9'")
    assert _problems(path) == ["pyproject.toml: is not UTF-8 at byte 27, save it as UTF-8"]


def test_words_that_only_others_know_keep_their_places(full: Settings, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        full.require({"ceiling": ("internal", "publik")})
    assert [problem.message for problem in caught.value.problems] == [
        "unknown ceiling `public` (did you mean `publik`?)",
        "unknown ceiling `confidential`, expected one of internal, publik",
    ]
    assert [problem.place.rpartition("pyproject.toml")[2] for problem in caught.value.problems] == [":16:1", ":20:1"]


@pytest.mark.parametrize("name", ["clasify", "classfy", "Classify"])
def test_a_table_that_is_nearly_ours_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "x"\n\n[tool.{name}]\nceiling = "public"\n')
    with pytest.raises(FileError, match=rf"pyproject.toml:4:1: unknown table `\[tool.{name}\]` \(did you mean"):
        find_settings(tmp_path)


@pytest.mark.parametrize("name", ["classifier", "coverage", "classify-other"])
def test_a_table_of_another_tool_is_none_of_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.{name}]\nx = 1\n")
    assert find_settings(tmp_path).defaults == Overrides()
