"""A request as people see it: who wants what, who agreed, who is missing."""

from __future__ import annotations

import datetime
import hashlib
import re
from typing import Any

from attrs import field, frozen

from classify.access.states import State
from classify.access.written import plain
from classify.audit.event import canonical, spelled_time
from classify.errors import UsageError
from classify.policy import Approval, Grant, NeedsApproval, Request, Requirement, Scope
from classify.policy.facts import Touched


@frozen
class Given:
    """One person's agreement, as it is kept.

    Attributes:
        at: when it was given.
        for_at_most: for how long they agreed at most, or None for as long as was asked.
        signature: of `approval_text`, in base64, or None.
    """

    approval: Approval
    at: datetime.datetime
    for_at_most: datetime.timedelta | None = None
    signature: str | None = field(default=None, repr=False)


@frozen
class Entry:
    """A request, with all that became of it.

    Attributes:
        id: 32 hexadecimal digits.
        state: as of now: what ended meanwhile has ended.
        touched: what the query touches, as it was when it was asked.
        scope: what a grant covers.
        for_at_most: how long it is asked for.
        reason: of the requester, in their words.
        rendering: what approvers are shown and agree to.
        begins, ends: of the grant, or None before there is one.
        due: when the review of a broken glass must be there, or None.
        missing: who must agree yet, in words.
        reviews: of a broken glass: how many of which groups look at it.
    """

    id: str
    state: State
    request: Request
    touched: Touched
    scope: Scope
    for_at_most: datetime.timedelta
    reason: str
    rendering: str
    made_at: datetime.datetime
    lapses_at: datetime.datetime
    begins: datetime.datetime | None = None
    ends: datetime.datetime | None = None
    due: datetime.datetime | None = None
    given: tuple[Given, ...] = ()
    missing: tuple[str, ...] = ()
    reviews: tuple[dict[str, Any], ...] = ()

    @property
    def requester(self) -> str:
        """The person's id."""
        return self.request.principal.id

    def grant(self, begins: datetime.datetime, ends: datetime.datetime, given: tuple[Given, ...]) -> Grant:
        """The evidence that it is, or would be with some approvals."""
        request = self.request
        return Grant(
            self.id,
            request.principal.id,
            request.action,
            request.purpose,
            request.execution_region,
            request.sink,
            tuple(one.approval for one in given),
            begins,
            ends,
            self.scope,
            self.touched.columns,
            request.template,
            request.statement,
            request.references,
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "id": self.id,
            "state": str(self.state),
            "requester": self.requester,
            "action": self.request.action,
            "purpose": self.request.purpose,
            "scope": self.scope.name.lower(),
            "columns": {name: label.to_dict() for name, label in self.touched.columns.items()},
            "unresolved": self.touched.is_unresolved,
            "for_at_most_s": int(self.for_at_most.total_seconds()),
            "made_at": spelled_time(self.made_at),
            "lapses_at": spelled_time(self.lapses_at),
            "begins": spelled_time(self.begins) if self.begins else None,
            "ends": spelled_time(self.ends) if self.ends else None,
            "due": spelled_time(self.due) if self.due else None,
            "approvals": [
                {"approver": one.approval.approver.id, "acting_for": one.approval.acting_for,
                 "signed": one.approval.signed, "at": spelled_time(one.at)}
                for one in self.given
            ],
            "missing": list(self.missing),
            "reason": self.reason,
            "rendering": self.rendering,
        }  # fmt: skip


def rendering(
    name: str,
    request: Request,
    touched: Touched,
    scope: Scope,
    for_at_most: datetime.timedelta,
    reason: str,
    requirement: Requirement | None,
) -> str:
    """What approvers are shown: everything that they agree to, and nothing else.

    Args:
        name: the request's id.
        requirement: of the policy, or None of a broken glass.
    """
    person, sink = request.principal, request.sink
    facts = [
        f"request {name}",
        f"who       {person.id}: {_or_unknown(person.employment)}, in {_or_unknown(person.region)}",
        f"does      {', '.join(sorted(touched.actions(request.action)))}",
        f"for       {_or_unknown(request.purpose)}, {_or_unknown(request.environment)}",
        f"runs in   {_or_unknown(request.execution_region)}",
        f"goes to   {_or_unknown(sink.kind)}, {_or_unknown(request.sink_region)}",
        f"how long  {duration_text(for_at_most)}",
        f"covers    {_COVERS[scope]}",
    ]
    if request.author is not None:
        facts.append(f"author    {request.author}")
    facts += [f"{key}: {value}" for key, value in sorted(request.references.items())]
    facts.append("touches")
    facts += [f"  {plain(column)}: {label}" for column, label in sorted(touched.columns.items())]
    facts += [f"  {plain(one.dataset or 'somewhere')}: {one.label}" for one in touched.touches if not one.columns]
    if touched.is_unresolved:
        facts.append("  and what nobody could tell: the query was not understood in full")
    if requirement is not None:
        facts.append("needs")
        facts += [f"  {count} of {who}" for who, count in requirement.approvals.items()]
    return "\n".join([*facts, f"because   {reason}" if reason else "because   (no reason is given)"]) + "\n"


_COVERS = {
    Scope.COLUMNS: "any query of these columns, none of a higher class than here",
    Scope.TEMPLATE: "this statement, with any values in it",
    Scope.STATEMENT: "this very statement",
}


def _or_unknown(value: str | None) -> str:
    return value if value is not None else "unknown"


def duration_text(length: datetime.timedelta) -> str:
    """A duration as policies have it.

    >>> duration_text(datetime.timedelta(hours=8))
    '8h'
    """
    minutes = int(length.total_seconds() // 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


_DURATION = re.compile(r"([1-9]\d{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def duration_of(text: str) -> datetime.timedelta:
    """The duration that a text spells as policies do.

    Raises:
        UsageError: it spells none.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise UsageError(f"`{text[:20]}` is no duration, expected one as 30m, 8h or 7d")
    return datetime.timedelta(**{_UNITS[found[2]]: int(found[1])})


def approval_text(
    entry: Entry, approver: str, acting_for: str | None = None, for_at_most: datetime.timedelta | None = None
) -> bytes:
    """What an approver signs: the request, what they were shown of it, and their own words about it."""
    found: dict[str, Any] = {
        "v": 1,
        "request": entry.id,
        "rendering": hashlib.sha256(entry.rendering.encode()).hexdigest(),
        "approver": approver,
    }
    if acting_for is not None:
        found["acting_for"] = acting_for
    if for_at_most is not None:
        found["for_at_most_s"] = int(for_at_most.total_seconds())
    return canonical(found)


def missing_text(decision: NeedsApproval) -> tuple[str, ...]:
    """Who is missing, in words."""
    return tuple(map(str, decision.missing))
