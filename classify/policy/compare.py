"""Where two policies decide otherwise, for the people who are there and the purposes that rules name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from classify.exposure import Exposure
from classify.policy.decision import Decision, NeedsApproval
from classify.policy.facts import ACTIONS, Principal, Request, touched_by
from classify.policy.policy import Policy

_NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)  # no grant is given, so that no time matters


@frozen
class Changed:
    """A query that two policies decide otherwise.

    Attributes:
        query: what it is called.
        request: who asked for what.
    """

    query: str
    request: Request
    old: Decision
    new: Decision

    def __str__(self) -> str:
        purpose = self.request.purpose or "no purpose"
        who = self.request.principal.id
        return f"{self.query}: {who}, {self.request.action}, {purpose}: {_said(self.old)} → {_said(self.new)}"


def _said(decision: Decision) -> str:
    if isinstance(decision, NeedsApproval):
        wanted = [*map(str, decision.missing), *decision.references]
        return f"needs approval ({'; '.join(wanted)})"
    deciding = [one for one in decision.reasons if str(one.effect) == decision.kind]
    rules = dict.fromkeys(rule for one in deciding for rule in one.rules or ("no rule allows it",))
    return f"{decision.kind} ({', '.join(rules)})" if rules else decision.kind


def requests(policies: Iterable[Policy], people: Iterable[Principal], like: Request) -> Iterator[Request]:
    """Each person with each action and each purpose that there is, and with none."""
    purposes = {purpose for policy in policies for purpose in policy.named_purposes}
    for person in people:
        for action in ACTIONS:
            for purpose in (None, *sorted(purposes)):
                yield evolve(like, principal=person, action=action, purpose=purpose)


def changed(
    old: Policy, new: Policy, queries: Iterable[tuple[str, Exposure]], asked: Iterable[Request]
) -> Iterator[Changed]:
    """The decisions that differ in what they are, or in what is required; reasons may differ for the same answer."""
    known = list(asked)
    for name, exposure in queries:
        touched = touched_by(exposure, old.terms.scheme.bottom)
        for request in known:
            before = old.decide_touched(request, touched, (), _NOW)
            after = new.decide_touched(request, touched, (), _NOW)
            if _answer(before) != _answer(after):
                yield Changed(name, request, before, after)


def _answer(decision: Decision) -> tuple[object, ...]:
    if isinstance(decision, NeedsApproval):
        return decision.kind, decision.requirement
    return decision.kind, getattr(decision, "obligations", None)
