"""Each rule on exposures made by hand, and what every rule must say of itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

from classify.catalog import Column, Dataset
from classify.checks import Finding, Touch
from classify.checks import rules as rules_room
from classify.checks.rules import ALL_RULES, RULES, Rule, Subject
from classify.exposure import (
    Cause,
    DatasetRead,
    Exposure,
    FlowKind,
    Output,
    Position,
    Read,
    Span,
    Statement,
    Unresolved,
    Write,
)
from classify.labels import DEFAULT_SCHEME, Label
from classify.names import Part, parse_name

LABEL = DEFAULT_SCHEME.label
PUBLIC, INTERNAL, CONFIDENTIAL, RESTRICTED = map(LABEL, DEFAULT_SCHEME.names)
TOP = DEFAULT_SCHEME.top
ABOVE = "class restricted is above the ceiling internal"
NOT_DOMINATED = "the label of the sink does not dominate what flows into it"


def span(column: int) -> Span:
    return Span(Position(1, column), Position(1, column + 3), column - 1, column + 2)


def read(column: str, label: Label, *kinds: FlowKind, at: int = 8) -> Read:
    return Read(column, label, kinds or (FlowKind.IDENTITY,), True, (span(at),))


def statement(
    *,
    kind: str = "select",
    reads: tuple[Read, ...] = (),
    datasets: tuple[DatasetRead, ...] = (),
    writes: tuple[Write, ...] = (),
    outputs: tuple[Output, ...] = (),
    unresolved: tuple[Unresolved, ...] = (),
) -> Statement:
    touched = (
        [read.label for read in reads] + [dataset.rows for dataset in datasets] + [write.label for write in writes]
    )
    returned = [output.label for output in outputs]
    unknown = [TOP] if unresolved else []
    return Statement(
        kind,
        span(1),
        DEFAULT_SCHEME.high_water_mark(touched + unknown),
        DEFAULT_SCHEME.high_water_mark(returned + unknown),
        datasets,
        reads,
        writes,
        outputs,
        unresolved,
    )


def check(
    code: str,
    *statements: Statement,
    ceiling: str = "internal",
    touch: Touch = Touch.ASKED,
    sink: Dataset | None = None,
) -> list[Finding]:
    label = DEFAULT_SCHEME.high_water_mark(statement.label for statement in statements)
    exposure = Exposure.of("postgres", label, statements)
    rule = next(rule for rule in RULES if rule.code == code)
    return list(rule.check(Subject(exposure, DEFAULT_SCHEME.level(ceiling), touch, sink)))


def messages(findings: list[Finding]) -> list[str]:
    return [finding.message for finding in findings]


# -- CLS101


def test_the_highest_columns_are_named_with_their_clauses_and_place() -> None:
    found = check(
        "CLS101",
        statement(
            reads=(
                read("app.users.email", CONFIDENTIAL, at=8),
                read("app.users.ssn", RESTRICTED, FlowKind.JOIN, FlowKind.FILTER, at=40),
                read("app.users.id", INTERNAL, at=20),
            )
        ),
    )
    assert messages(found) == [f"{ABOVE}: `app.users.ssn` (join, filter), and 1 of a lower class above it"]
    assert found[0].span == span(40)
    assert found[0].help == (
        'leave it out, or accept it with `-- classify: allow[CLS101] ceiling=restricted reason="…"` above the statement'
    )


def test_long_lists_are_cut() -> None:
    found = check("CLS101", statement(reads=tuple(read(f"t.c{n}", RESTRICTED) for n in range(9))))
    assert messages(found) == [f"{ABOVE}: `t.c0` (identity), `t.c1` (identity), `t.c2` (identity) and 6 more"]


def test_rows_and_sinks_are_touched_too() -> None:
    found = check(
        "CLS101",
        statement(datasets=(DatasetRead("app.cases", RESTRICTED, (span(22),)),)),
        statement(kind="delete", writes=(Write("app.cases.note", RESTRICTED, (), ()),)),
    )
    assert messages(found) == [
        f"{ABOVE}: the rows of `app.cases`",
        f"{ABOVE}: `app.cases.note` (written)",
    ]


@pytest.mark.parametrize("ceiling", ["restricted", "confidential"])
def test_what_is_within_the_ceiling_is_no_finding(ceiling: str) -> None:
    assert check("CLS101", statement(reads=(read("t.c", CONFIDENTIAL),)), ceiling=ceiling) == []


def test_a_class_that_only_comes_from_what_is_unresolved_is_said_once() -> None:
    unresolved = Unresolved(Cause.UNKNOWN_DATASET, "nope", span(15), "add it to the catalog")
    one = statement(reads=(read("t.c", INTERNAL),), unresolved=(unresolved,))
    assert check("CLS101", one) == []
    assert messages(check("CLS201", one)) == ["the class is not known: unknown-dataset `nope`"]


def test_a_class_without_a_cause_is_still_a_finding() -> None:
    """Fail closed: whatever made the label high, the file does not pass."""
    bare = Statement("select", span(1), RESTRICTED, RESTRICTED, (), (), (), (), ())
    assert messages(check("CLS101", bare)) == [f"{ABOVE}: the statement"]
    assert messages(check("CLS102", bare, touch=Touch.RESULT)) == [
        "result class restricted is above the ceiling internal"
    ]


# -- CLS102


def test_the_result_is_held_against_the_ceiling() -> None:
    one = statement(
        reads=(
            read("u.id", INTERNAL),
            read("u.email", CONFIDENTIAL, at=12),
            read("u.ssn", RESTRICTED, FlowKind.FILTER, at=50),
        ),
        outputs=(
            Output("id", INTERNAL, ("u.id",), ()),
            Output("n", RESTRICTED, ("u.email", "u.id"), ("u.ssn",)),
        ),
    )
    found = check("CLS102", one, touch=Touch.RESULT)
    assert messages(found) == [
        "result class restricted is above the ceiling internal: `n` made of `u.email` and decided by `u.ssn`"
    ]
    assert found[0].span == span(50)


def test_only_one_of_asked_and_result_is_held_against_the_ceiling() -> None:
    one = statement(reads=(read("u.ssn", RESTRICTED),), outputs=(Output("id", INTERNAL, (), ()),))
    assert check("CLS101", one, touch=Touch.RESULT) == []
    assert check("CLS102", one, touch=Touch.RESULT) == []
    assert check("CLS102", one, touch=Touch.ASKED) == []
    assert len(check("CLS101", one, touch=Touch.ASKED)) == 1


def test_a_result_of_what_is_unresolved_is_said_once() -> None:
    unresolved = Unresolved(Cause.UNKNOWN_COLUMN, "x", span(8), "correct the name")
    one = statement(outputs=(Output("x", TOP, (), ()),), unresolved=(unresolved,))
    assert check("CLS102", one, touch=Touch.RESULT) == []
    assert len(check("CLS201", one, touch=Touch.RESULT)) == 1


# -- CLS103

EMAIL = read("app.users.email", LABEL("confidential", ["pii.email"]), at=30)


def insert(write: Write, *reads: Read, kind: str = "insert") -> Statement:
    return statement(kind=kind, reads=reads, writes=(write,))


def test_a_sink_must_dominate_what_flows_into_it() -> None:
    found = check(
        "CLS103", insert(Write("mart.c.email", INTERNAL, ("app.users.email",), ()), EMAIL), ceiling="restricted"
    )
    assert messages(found) == [
        f"{NOT_DOMINATED}: `mart.c.email` (internal) takes `app.users.email` (confidential pii.email)"
    ]
    assert found[0].span == span(30)


@pytest.mark.parametrize(
    ("label", "dominated"),
    [
        (LABEL("confidential", ["pii.email"]), True),
        (LABEL("restricted", ["pii.email"]), True),
        (LABEL("restricted"), False),
        (LABEL("restricted", ["pii"]), False),
    ],
    ids=["the same", "higher", "without the category", "with a wider category"],
)
def test_categories_count_as_levels_do(label: Label, dominated: bool) -> None:
    assert (check("CLS103", insert(Write("m.c", label, ("app.users.email",), ()), EMAIL)) == []) is dominated


def test_what_decides_the_rows_counts_if_it_is_another_datasets() -> None:
    other = Write("mart.c.id", INTERNAL, (), ("app.users.email",))
    own = Write("app.users.country", INTERNAL, (), ("app.users.email",))
    assert len(check("CLS103", insert(other, EMAIL))) == 1
    assert check("CLS103", insert(own, EMAIL, kind="update")) == []


def test_what_decides_a_nested_field_of_its_own_dataset_does_not_count() -> None:
    write = Write("app.users.home.street", INTERNAL, (), ("app.users.email",))
    rows = DatasetRead("app.users", PUBLIC, (span(8),))
    one = statement(kind="update", reads=(EMAIL,), writes=(write,), datasets=(rows,))
    assert check("CLS103", one) == []


@pytest.mark.parametrize("kind", ["delete", "truncate", "drop"])
def test_taking_rows_away_lands_nothing(kind: str) -> None:
    assert check("CLS103", insert(Write("m.c", PUBLIC, (), ("app.users.email",)), EMAIL, kind=kind)) == []


def test_a_script_may_write_what_an_earlier_statement_read() -> None:
    first = insert(Write("temp.t.e", CONFIDENTIAL, (), ()), EMAIL, kind="create")
    second = insert(Write("mart.c.e", INTERNAL, ("app.users.email",), ()))
    found = check("CLS103", first, second)
    assert len(found) == 1
    assert found[0].span == second.span


def test_a_column_that_only_decides_is_told_with_its_clauses() -> None:
    deciding = read("app.users.email", CONFIDENTIAL, FlowKind.IDENTITY, FlowKind.JOIN, FlowKind.FILTER)
    found = check("CLS103", insert(Write("mart.c.id", INTERNAL, (), ("app.users.email",)), deciding))
    assert messages(found) == [
        f"{NOT_DOMINATED}: `mart.c.id` (internal) is decided by `app.users.email` (confidential, join, filter)"
    ]
    assert found[0].help == (
        "leave `app.users.email` out, or raise the label of `mart.c.id` to confidential in the catalog"
    )


def test_branches_that_write_one_column_are_one_finding() -> None:
    """A MERGE updates a column and inserts into it; what flows in both directly and indirectly is said once."""
    writes = (
        Write("mart.c.email", INTERNAL, ("app.users.email",), ("app.users.email",)),
        Write("mart.c.email", INTERNAL, ("app.users.email", "app.users.ssn"), ()),
    )
    one = statement(kind="merge", reads=(EMAIL, read("app.users.ssn", RESTRICTED)), writes=writes)
    assert messages(check("CLS103", one)) == [
        f"{NOT_DOMINATED}: `mart.c.email` (internal) takes `app.users.ssn` (restricted) and 1 more"
    ]


def test_of_many_sinks_the_highest_is_named() -> None:
    writes = [Write(f"mart.c.c{n}", PUBLIC, ("app.users.email",), ()) for n in range(3)]
    writes[1:1] = [Write("mart.c.code", INTERNAL, ("app.users.ssn",), ())]
    one = statement(kind="insert", reads=(EMAIL, read("app.users.ssn", RESTRICTED)), writes=tuple(writes))
    found = check("CLS103", one)
    assert messages(found) == [
        f"{NOT_DOMINATED}: `mart.c.code` (internal) takes `app.users.ssn` (restricted), and 3 more sink columns"
    ]
    assert found[0].help == (
        "leave `app.users.ssn` out, or raise the label of `mart.c.code` to restricted in the catalog"
    )


def test_a_field_is_held_against_its_own_label() -> None:
    street = read("app.users.street", RESTRICTED)
    one = statement(
        kind="update",
        reads=(street,),
        writes=(
            Write("mart.c.address", INTERNAL, ("app.users.street",), ()),
            Write("mart.c.address.street", RESTRICTED, ("app.users.street",), ()),
        ),
    )
    assert messages(check("CLS103", one)) == [
        f"{NOT_DOMINATED}: `mart.c.address` (internal) takes `app.users.street` (restricted)"
    ]


def test_results_flow_into_the_sink_of_the_settings() -> None:
    feed = Dataset(
        parse_name("partner.feed"), (Column(Part("Email"), CONFIDENTIAL), Column(Part("id"), PUBLIC)), PUBLIC
    )
    name = "`app.users.name` (confidential)"
    one = statement(
        reads=(read("app.users.name", CONFIDENTIAL),),
        outputs=(
            Output("email", CONFIDENTIAL, ("app.users.name",), ()),
            Output("id", CONFIDENTIAL, (), ("app.users.name",)),
            Output("other", CONFIDENTIAL, ("app.users.name",), ()),
        ),
    )
    assert messages(check("CLS103", one, ceiling="restricted", sink=feed)) == [
        f"{NOT_DOMINATED}: `partner.feed.other` (public) takes {name}, `partner.feed.id` (public) is decided by {name}"
    ]
    assert check("CLS103", one, ceiling="restricted") == []


# -- CLS201, CLS202


def test_each_unresolved_thing_is_a_finding_even_at_the_highest_ceiling() -> None:
    found = check(
        "CLS201",
        statement(
            unresolved=(
                Unresolved(Cause.FUNCTION, "dblink", span(8), "add its body"),
                Unresolved(Cause.LIMIT, "", None, "split it"),
            )
        ),
        ceiling="restricted",
    )
    assert [(finding.message, finding.help, finding.span) for finding in found] == [
        ("the class is not known: opaque-function `dblink`", "add its body", span(8)),
        ("the class is not known: limit", "split it", span(1)),
    ]


def test_a_syntax_error_is_a_finding_of_its_own() -> None:
    one = statement(kind="unknown", unresolved=(Unresolved(Cause.SYNTAX, "", span(9), "expected a name"),))
    assert check("CLS201", one, ceiling="restricted") == []
    found = check("CLS202", one, ceiling="restricted")
    assert messages(found) == ["not SQL of the dialect `postgres`"]
    assert found[0].help == "expected a name"


# -- every rule


def test_every_rule_file_is_in_the_list() -> None:
    files = {name for _, name, _ in pkgutil.iter_modules(rules_room.__path__)} - {"rule", "decided"}
    modules = [importlib.import_module(f"{rules_room.__name__}.{name}") for name in sorted(files)]
    assert sorted(module.RULE.code for module in modules) == sorted(rule.code for rule in ALL_RULES)
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_every_rule_says_what_it_does_why_it_is_bad_and_what_to_do(rule: Rule[Any, Any]) -> None:
    text = rule.page
    assert text.startswith(f"{rule.code}: ")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## What it does", "## Why it is bad", "## Example", "## What to do"]
    assert re.search(r"^```(sql|python|yaml)$", text, re.MULTILINE)
    assert rule.summary
