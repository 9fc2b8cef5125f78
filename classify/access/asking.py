"""To ask: for how long and what for a request is, and how it begins."""

from __future__ import annotations

import datetime

from classify.access.entry import missing_text, rendering
from classify.access.standing import AccessRefused
from classify.access.states import State, Step, require_step
from classify.access.store import Transaction
from classify.access.tables import REQUESTS
from classify.access.told import asked_fields, keyed, references_of
from classify.access.weigh import Weigher
from classify.access.written import request_to_dict, touched_to_dict, written
from classify.audit.event import spelled_time
from classify.errors import UsageError
from classify.policy import NeedsApproval, Request, Scope
from classify.policy.facts import Touched

LAPSES_AFTER = datetime.timedelta(days=7)
"""How long a request waits for its approvals."""

USUAL = datetime.timedelta(hours=8)
"""How long a grant holds where nobody says, unless the policy allows less."""


def limits(
    decision: NeedsApproval,
    request: Request,
    touched: Touched,
    for_at_most: datetime.timedelta | None,
    scope: Scope | None,
) -> tuple[datetime.timedelta, Scope]:
    """How long and what for a request is, as far as the policy lets it be."""
    requirement = decision.requirement
    if decision.references:
        raise AccessRefused(f"a reference is needed: {', '.join(decision.references)}")
    if decision.unsatisfiable:
        missing = "; ".join(missing_text(decision))
        raise AccessRefused(f"nobody could grant it: there are not enough people, {missing}")
    longest = requirement.longest
    length = for_at_most or (min(longest, USUAL) if longest is not None else USUAL)
    if length <= datetime.timedelta(0):
        raise UsageError("a request is for some time")
    if longest is not None and length > longest:
        raise AccessRefused(f"the policy grants it for {longest} at most, ask for no longer")
    least = max(requirement.scope, Scope.STATEMENT if touched.is_unresolved else Scope.COLUMNS)
    wanted = scope if scope is not None else least
    if wanted < least:
        why = "what was not understood" if touched.is_unresolved else "the policy"
        raise AccessRefused(f"{why} lets a grant cover a {least.name.lower()} at most, not {wanted.name.lower()}")
    if wanted is Scope.TEMPLATE and request.template is None:
        raise UsageError("a request for a template needs its digest")
    if wanted is Scope.STATEMENT and request.statement is None:
        raise UsageError("a request for a statement needs its digest")
    return length, wanted


def insert(
    step: Transaction,
    weigher: Weigher,
    name: str,
    request: Request,
    touched: Touched,
    decision: NeedsApproval,
    asked_for: tuple[datetime.timedelta, Scope],
    reason: str,
) -> None:
    length, scope = asked_for
    require_step(None, Step.REQUEST, State.PENDING)
    shown = rendering(name, request, touched, scope, length, reason, decision.requirement)
    body = {
        "request": request_to_dict(request),
        "touched": touched_to_dict(touched),
        "scope": scope.name.lower(),
        "for_at_most_s": int(length.total_seconds()),
    }
    is_new = step.insert_new(
        REQUESTS,
        {
            "id": name,
            "state": str(State.PENDING),
            "requester": request.principal.id,
            "made_at": spelled_time(step.now),
            "lapses_at": spelled_time(step.now + LAPSES_AFTER),
            "body": written(body),
            "rendering": shown,
            "reason": reason,
        },
    )
    if not is_new:
        return  # the same was sent twice, at the same time
    step.journal.append(
        "request.made",
        {
            "request": name,
            **asked_fields(step, weigher, request, touched),
            "made_at": spelled_time(step.now),
            "lapses_at": spelled_time(step.now + LAPSES_AFTER),
            "scope": scope.name.lower(),
            "for_at_most_s": body["for_at_most_s"],
            "references": references_of(request),
            "body": step.journal.digest("body", written(body)),
            "digest": step.journal.digest("rendering", shown),
            "statement": keyed(step, "statement", request.statement),
            "template": keyed(step, "template", request.template),
            "reason": keyed(step, "reason", reason or None),
            "missing": list(missing_text(decision)),
        },
    )
