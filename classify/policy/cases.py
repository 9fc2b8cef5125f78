"""Cases of a policy: what a team expects of it, and whether it decides so."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from classify.documents import Entry, Problems, check, read_document, shown_path
from classify.exposure import Exposure
from classify.policy.decision import Decision, NeedsApproval
from classify.policy.facts import Approval, Grant, Principal, Request, Scope, Sink, touched_by
from classify.policy.form import CASES_FILE
from classify.policy.policy import Policy

_NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)  # any moment: what a case says of time is relative to it
_STATEMENT = "the case's own"


@frozen
class Case:
    """What a policy must decide.

    Attributes:
        sql: that is asked for.
        approvals: by those who agreed to it.
        rules: that are among the reasons.
        missing: how many people have yet to agree, or None where it does not matter.
    """

    name: str
    sql: str
    request: Request
    approvals: tuple[Approval, ...]
    expect: str
    rules: tuple[str, ...]
    missing: int | None
    place: str


@frozen
class Failed:
    """A case that was decided otherwise.

    Attributes:
        wrong: what differs, in words.
    """

    case: Case
    decision: Decision
    wrong: str

    def __str__(self) -> str:
        return f"{self.case.place}: {self.case.name}: {self.wrong}"


def load_cases(path: str | os.PathLike[str]) -> tuple[Case, ...]:
    """The cases of a file.

    Raises:
        FileError: with everything that is wrong in it.
    """
    problems = Problems(shown_path(Path(path)))
    document = check(read_document(Path(path)), CASES_FILE, problems)
    problems.raise_any()
    return tuple(map(_case, document.entries("cases"))) if document is not None else ()


def _case(entry: Entry) -> Case:
    requester, sink, references = entry.entry("requester"), entry.entry("sink"), entry.entry("references")
    assert requester is not None, "the form requires one"
    request = Request(
        _person(requester),
        entry.text("action") or "read",
        entry.optional("purpose"),
        entry.optional("environment"),
        entry.optional("execution"),
        Sink(sink.optional("kind"), sink.optional("region")) if sink is not None else Sink("person"),
        entry.optional("author"),
        {name: references.text(name) for name in references.names()} if references is not None else {},
        _NOW if entry.is_true("break_glass") else None,
        None,
        _STATEMENT,
    )
    return Case(
        entry.text("name"),
        entry.text("sql"),
        request,
        tuple(
            Approval(_person(one), one.optional("acting_for"), one.is_true("signed"))
            for one in entry.entries("approvals")
        ),
        entry.text("expect"),
        entry.texts("rules"),
        entry.whole("missing"),
        entry.place,
    )


def _person(entry: Entry) -> Principal:
    return Principal(
        entry.text("id"),
        entry.texts("groups") if "groups" in entry else None,
        entry.optional("region"),
        entry.optional("employment"),
        entry.optional("clearance"),
        entry.optional("identity"),
        entry.truth("review_overdue"),
    )


def run(policy: Policy, cases: tuple[Case, ...], analyse: Callable[[str], Exposure]) -> Iterator[Failed]:
    """The cases that are decided otherwise than they say."""
    for case in cases:
        exposure = analyse(case.sql)
        decision = policy.decide(case.request, exposure, _grants(case, policy, exposure), _NOW)
        wrong = _wrong(case, decision)
        if wrong:
            yield Failed(case, decision, wrong)


def _grants(case: Case, policy: Policy, exposure: Exposure) -> list[Grant]:
    """The grant of those who agreed to the case's very query."""
    if not case.approvals:
        return []
    request = case.request
    grant = Grant(
        "the case's own",
        request.principal.id,
        request.action,
        request.purpose,
        request.execution_region,
        request.sink,
        case.approvals,
        _NOW,
        _NOW + datetime.timedelta(minutes=1),
        Scope.STATEMENT,
        touched_by(exposure, policy.terms.scheme.bottom).columns,
        statement=_STATEMENT,
    )
    return [grant]


def _wrong(case: Case, decision: Decision) -> str:
    if decision.kind != case.expect:
        return f"expected {case.expect}, found {decision.kind}"
    met = {rule for reason in decision.reasons for rule in reason.rules}
    lacking = [rule for rule in case.rules if rule not in met]
    if lacking:
        return f"expected {', '.join(lacking)} among the reasons"
    if case.missing is not None:
        found = sum(one.count for one in decision.missing) if isinstance(decision, NeedsApproval) else 0
        if found != case.missing:
            return f"expected {case.missing} people who have yet to agree, found {found}"
    return ""
