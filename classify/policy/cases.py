"""Cases of a policy: what a team expects of it, and whether it decides so."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from classify.documents import Items, Node, Report, Scalar, Table, check, read_document, shown_path, whole_of
from classify.documents.node import spelled
from classify.errors import FileError
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
    report = Report(shown_path(Path(path)))
    document = check(read_document(Path(path)), CASES_FILE, report)
    if report.problems or document is None:
        raise FileError(report.problems)
    cases = document.get("cases")
    return tuple(
        _case(one, report.file) for one in (cases.items if isinstance(cases, Items) else ()) if isinstance(one, Table)
    )


def _case(node: Table, file: str) -> Case:
    requester, sink, references = node.get("requester"), node.get("sink"), node.get("references")
    approvals = node.get("approvals")
    assert isinstance(requester, Table), "the form requires one"
    request = Request(
        _person(requester),
        _text(node, "action") or "read",
        _text(node, "purpose"),
        _text(node, "environment"),
        _text(node, "execution"),
        Sink(_text(sink, "kind"), _text(sink, "region")) if isinstance(sink, Table) else Sink("person"),
        _text(node, "author"),
        {key.text: value.text for key, value in references.entries.values() if isinstance(value, Scalar)}
        if isinstance(references, Table)
        else {},
        _NOW if _truth(node.get("break_glass")) else None,
        None,
        _STATEMENT,
    )
    given = [one for one in approvals.items if isinstance(one, Table)] if isinstance(approvals, Items) else []
    return Case(
        _text(node, "name") or "",
        _text(node, "sql") or "",
        request,
        tuple(Approval(_person(one), _text(one, "acting_for"), bool(_truth(one.get("signed")))) for one in given),
        _text(node, "expect") or "",
        _texts(node.get("rules")) or (),
        whole_of(node.get("missing")),
        spelled(file, node.at),
    )


def _person(node: Table) -> Principal:
    groups = _texts(node.get("groups"))
    return Principal(
        _text(node, "id") or "",
        groups,
        _text(node, "region"),
        _text(node, "employment"),
        _text(node, "clearance"),
        _text(node, "identity"),
        _truth(node.get("review_overdue")),
    )


def _text(node: Table, key: str) -> str | None:
    found = node.get(key)
    return found.text if isinstance(found, Scalar) else None


def _texts(node: Node | None) -> tuple[str, ...] | None:
    return tuple(one.text for one in node.items if isinstance(one, Scalar)) if isinstance(node, Items) else None


def _truth(node: Node | None) -> bool | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else None


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
