"""Baselines: what is the same finding, what comes back, and what a merge may leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.checks.baseline import HEADER, Entry, compare, entry_of, load_baseline, updated, write_baseline
from classify.errors import FileError
from classify.labels import DEFAULT_SCHEME
from tests.unit.checks.repository import run

QUERY = "select ssn, email\nfrom users\nwhere country = 'us'"


def entries(text: str, name: str = "q.sql") -> list[Entry]:
    return [entry_of(one, DEFAULT_SCHEME) for one in run({name: text}).found]


def left(text: str, accepted: list[Entry], name: str = "q.sql") -> list[str]:
    """The codes of the findings in a text that a baseline does not accept."""
    found = run({name: text}).found
    return [one.finding.code for one in compare(found, accepted, DEFAULT_SCHEME, {name}).new]


@pytest.mark.parametrize(
    "text",
    [
        f"\n\n-- a remark\n{QUERY}",
        QUERY.replace("\n", " "),
        QUERY.upper().replace("'US'", "'us'"),
        QUERY.replace("'us'", "'eu'"),
        f"{QUERY} limit 10",
        QUERY.replace("ssn, email", "email, ssn"),
    ],
)
def test_layout_case_literals_and_other_clauses_make_no_new_finding(text: str) -> None:
    assert left(text, entries(QUERY)) == []


@pytest.mark.parametrize(
    "text",
    [
        QUERY.replace("country", "id = 1 and ssn"),  # another role
        QUERY.replace("ssn, ", ""),
        f"{QUERY};\n{QUERY}",
    ],
)
def test_other_columns_roles_and_more_of_the_same_come_back(text: str) -> None:
    assert left(text, entries(QUERY)) == ["CLS101"]


def test_another_file_is_another_finding() -> None:
    assert left(QUERY, entries(QUERY, "other.sql")) == ["CLS101"]


@pytest.mark.invariant("unknown-levels-accept-nothing")
def test_a_class_that_rises_comes_back() -> None:
    [entry] = entries(QUERY)
    assert entry.level == "restricted"
    lower = [Entry(entry.identity, entry.statement, entry.code, entry.path, "confidential", entry.what)]
    assert left(QUERY, lower) == ["CLS101"]
    assert left(QUERY, [Entry(entry.identity, entry.statement, entry.code, entry.path, "secret", entry.what)]) == [
        "CLS101"
    ]


def test_of_several_alike_the_same_statement_is_accepted_first() -> None:
    other = f"{QUERY} and id = 1"
    found = run({"q.sql": f"{other};\n{QUERY}"}).found
    compared = compare(found, entries(QUERY), DEFAULT_SCHEME, {"q.sql"})
    assert [one.finding.span.start.line for one in compared.new] == [1]
    assert [one.finding.span.start.line for one in compared.accepted] == [4]


def test_what_nothing_needs_is_stale_and_an_update_takes_it_out() -> None:
    old = entries(QUERY)
    compared = compare([], old, DEFAULT_SCHEME, {"q.sql"})
    assert list(compared.stale) == old
    assert updated(old, [], DEFAULT_SCHEME, {"q.sql"}) == []


def test_a_partial_run_touches_the_entries_of_its_files_alone() -> None:
    other = entries(QUERY, "other.sql")
    found = run({"q.sql": QUERY}).found
    assert compare(found, other, DEFAULT_SCHEME, {"q.sql"}).stale == ()
    assert set(updated(other, found, DEFAULT_SCHEME, {"q.sql"})) == {*other, *entries(QUERY)}


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "baseline.txt"
    found = [*entries(QUERY, "a b/ü.sql"), *entries("select nope from users"), *entries("select id from")]
    write_baseline(path, found)
    text = path.read_text(encoding="utf-8")
    assert sorted(load_baseline(path)) == sorted(found)
    assert text.startswith(f"{HEADER}\n")
    assert text.endswith("\n")
    assert text.splitlines()[1:] == sorted(text.splitlines()[1:])
    assert [entry.name for entry in tmp_path.iterdir()] == ["baseline.txt"]


def test_a_line_that_a_merge_doubles_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "baseline.txt"
    write_baseline(path, entries(QUERY) * 2)
    assert left(QUERY, list(load_baseline(path))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no baseline, expected `# classify baseline v1`"),
        ("# classify baseline v9\n", "is a baseline of another version"),
        (f"{HEADER}\n<<<<<<< ours\n=======\n>>>>>>> theirs\n", ":2: a conflict of a merge is left, resolve it"),
        (f"{HEADER}\nwhat\n", ":2: is no entry"),
    ],
)
def test_what_is_wrong_in_a_baseline_is_said(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "baseline.txt"
    path.write_text(text)
    with pytest.raises(FileError) as raised:
        load_baseline(path)
    assert message in str(raised.value)


def test_a_missing_baseline_and_a_folder_without_room_are_errors(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="make it with --update-baseline"):
        load_baseline(tmp_path / "none")
    with pytest.raises(FileError, match="cannot be written"):
        write_baseline(tmp_path / "none" / "b", [])
