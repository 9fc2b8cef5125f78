"""Suppressions: what a comment covers, up to which class and day, and what is said of one that does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.checks import Selection, Settings
from tests.unit.checks.repository import codes, report

ALLOW = '-- classify: allow[CLS101] ceiling=restricted reason="audit"'
QUERY = "select ssn from users"


@pytest.mark.parametrize(
    "text",
    [
        f"{ALLOW}\n{QUERY}",
        f"{QUERY} {ALLOW}",
        f"{QUERY}; {ALLOW}",
        f"select ssn\n{ALLOW}\nfrom users",
        f"select id from users;\n{ALLOW}\n{QUERY};\nselect id from users",
        f'/* classify: allow[CLS101] ceiling=restricted reason="audit" */\n{QUERY}',
        f"{ALLOW.replace('CLS101', 'CLS1')}\n{QUERY}",
        f"{ALLOW.replace('CLS101', 'CLS201, CLS101')}\n{QUERY}",
        f"{ALLOW} until=2026-06-01\n{QUERY}",
    ],
)
def test_a_comment_covers_its_statement(text: str) -> None:
    found = report(text)
    assert found.findings == ()
    assert [finding.code for finding, _ in found.suppressed] == ["CLS101"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ALLOW}\nselect id from users;\n{QUERY}", ["CLS401", "CLS101"]),
        (f"{ALLOW.replace('CLS101', 'CLS102')}\n{QUERY}", ["CLS401", "CLS101"]),
        (f"{ALLOW}\nselect id from users", ["CLS401"]),
        (f"{ALLOW} until=2026-05-31\n{QUERY}", ["CLS402", "CLS101"]),
        (f"{ALLOW} until=2026-05-31\nselect id from users", ["CLS402"]),
        (f"{ALLOW.replace('restricted', 'confidential')}\n{QUERY}", ["CLS403", "CLS101"]),
        (f"{ALLOW.replace('restricted', 'confidential')}\nselect email from users", []),
        # What is not resolved has the top class.
        ("-- classify: allow[CLS201] ceiling=confidential reason=x\nselect nope from users", ["CLS403", "CLS201"]),
        ("-- classify: allow[CLS201] ceiling=restricted reason=x\nselect nope from users", []),
    ],
)
def test_what_it_does_not_cover_is_said(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("-- classify: allow", "q.sql:1:13: names no rule, write `allow[CLS101]`"),
        ("-- classify: allow[]", "names no rule"),
        ("-- classify: allow[E501] ceiling=restricted reason=x", "`E501` is no code of a rule, expected one as CLS101"),
        ("-- classify: allow[CLS101] reason=x", "has no `ceiling=…`, name the level up to which it covers"),
        ("-- classify: allow[CLS101] ceiling=restricted", 'has no `reason="…"`, say why this is right'),
        ('-- classify: allow[CLS101] ceiling=restricted reason=" "', 'has no `reason="…"`'),
        (
            "-- classify: allow[CLS101] ceiling=restrict reason=x",
            "unknown ceiling `restrict` (did you mean `restricted`?)",
        ),
        ("-- classify: allow[CLS101] ceiling=restricted reason=x until=soon", "`soon` is no day"),
        ("-- classify: allow[CLS101] ceiling=restricted reason=x owner=me", "unknown key `owner`, expected one of"),
        ("-- classify: allow[CLS101] ceiling= reason=x", "`ceiling` has no value, expected `ceiling=…`"),
    ],
)
def test_one_that_is_not_understood_covers_nothing_and_is_an_error(comment: str, message: str) -> None:
    found = report(f"{comment}\n{QUERY}")
    assert found.findings == ()
    assert any(message in str(problem) for problem in found.problems)


PYTHON = '# classify: allow[CLS101] ceiling=restricted reason="audit"'


@pytest.mark.parametrize(
    "source",
    [
        f'{PYTHON}\nc.execute("{QUERY}")',
        f'c.execute("{QUERY}")  {PYTHON}',
        f'c.execute(\n    "{QUERY}",  {PYTHON}\n    (),\n)',
        f'c.execute("""\n    {ALLOW}\n    {QUERY}\n""")',
        f'{PYTHON}\n# and a remark\n\nc.execute("{QUERY}")',
        f'{PYTHON}\nQ = "{QUERY}"\nc.execute(Q)',
        f'Q = "{QUERY}"\nc.execute(Q)  {PYTHON}',
        f'def f():\n    with x:\n        {PYTHON}\n        c.execute("{QUERY}")',
    ],
)
def test_pythons_comments_cover_their_statement(source: str) -> None:
    assert codes(source, "m.py") == []


@pytest.mark.parametrize(
    "source",
    [
        f'{PYTHON}\nx = 1\nc.execute("{QUERY}")',
        f'c.execute("{QUERY}")\n{PYTHON}',
        f'c.execute("select id from users")  {PYTHON}\nc.execute("{QUERY}")',
    ],
)
def test_and_no_other(source: str) -> None:
    assert sorted(codes(source, "m.py")) == ["CLS101", "CLS401"]


def test_another_comment_of_ours_is_an_error() -> None:
    found = report(f'# classify: ceiling=public\nc.execute("{QUERY}")', "m.py")
    assert "only `allow[…]` may stand in such a comment" in str(found.problems[0])


# -- ceilings that files raise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"-- classify: ceiling=restricted\n{QUERY}", ["CLS404"]),
        (f'-- classify: ceiling=restricted reason="audit"\n{QUERY}', []),
        ("-- classify: ceiling=public\nselect country from users", []),
    ],
)
def test_a_raised_ceiling_needs_a_reason(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_raised_ceiling_is_reported_with_its_reason() -> None:
    [raised] = report(f'-- classify: ceiling=restricted reason="audit"\n{QUERY}').raised
    assert (raised.ceiling, raised.settings, raised.reason) == ("restricted", "internal", "audit")


CODE = 'import classify\n\n@classify.ceiling({})\ndef f():\n    c.execute("select email from users")\n'


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('"internal"', ["CLS101"]),
        ('"public"', ["CLS101"]),
        ('"confidential"', ["CLS404"]),
        ('"confidential", reason="newsletter"', []),
    ],
)
def test_code_is_held_to_its_own_ceiling(arguments: str, expected: list[str]) -> None:
    assert codes(CODE.format(arguments), "m.py") == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('"secret"', "m.py:3:2: unknown ceiling `secret`"),
        ("level()", "the ceiling is no constant text, expected one of public, internal"),
    ],
)
def test_a_ceiling_that_is_none_is_an_error(arguments: str, message: str) -> None:
    found = report(CODE.format(arguments), "m.py")
    assert message in str(found.problems[0])


# -- which rules count


def selecting(**lists: tuple[str, ...]) -> Settings:
    return Settings(Path.cwd(), selection=Selection(**lists))


BOTH = "insert into mart.contacts select email from users where nope = 1"


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({}, ["CLS201"]),
        ({"select": ("CLS1",)}, []),
        ({"ignore": ("CLS201",)}, []),
        ({"select": ("ALL",), "ignore": ("CLS1", "CLS2")}, []),
    ],
)
def test_the_settings_select_rules(lists: dict[str, tuple[str, ...]], expected: list[str]) -> None:
    found = codes("select nope from users", settings=selecting(**lists))
    assert found == expected


def test_a_warning_is_a_finding_of_less_weight() -> None:
    [finding] = report(QUERY, settings=selecting(warn=("CLS1",))).findings
    assert finding.severity.value == "warning"


@pytest.mark.invariant("no-ceiling-is-dropped")
def test_a_setting_in_a_text_in_code_is_an_error() -> None:
    """A ceiling that would not count may be the lower one."""
    found = report('c.execute("""\n-- classify: ceiling=public\nselect id from users\n""")', "m.py")
    assert "m.py:2:1: settings do not count in a text in code" in str(found.problems[0])
