"""To break glass: to begin without the approvals, and to be answered for afterwards."""

from __future__ import annotations

import sqlalchemy as sa

from classify.access.entry import Entry, rendering
from classify.access.requests import Requests
from classify.access.standing import AccessRefused
from classify.access.states import State, Step, require_step
from classify.access.store import Transaction
from classify.access.tables import REQUESTS, REVIEWS
from classify.access.told import asked_fields, keyed, references_of
from classify.access.weigh import Weigher
from classify.access.written import request_to_dict, touched_to_dict, written
from classify.audit.event import spelled_time
from classify.policy import Allow, Principal, Request, Scope
from classify.policy.facts import Touched


def begin(
    step: Transaction, weigher: Weigher, name: str, request: Request, touched: Touched, decision: Allow, reason: str
) -> None:
    rules = weigher.policy.glass_rules(decision)
    length = min(rule.requirement.longest for rule in rules if rule.requirement.longest is not None)
    within = min(one.within for one in decision.reviews)
    require_step(None, Step.BREAK_GLASS, State.REVIEW_DUE)
    reviews = [{"count": one.count, "groups": sorted(one.groups)} for one in decision.reviews]
    body = {
        "request": request_to_dict(request),
        "touched": touched_to_dict(touched),
        "scope": "columns",
        "for_at_most_s": int(length.total_seconds()),
        "reviews": reviews,
    }
    shown = rendering(name, request, touched, Scope.COLUMNS, length, reason, None)
    times = {
        "begins": spelled_time(step.now),
        "ends": spelled_time(step.now + length),
        "due": spelled_time(step.now + within),
    }
    is_new = step.insert_new(
        REQUESTS,
        {
            "id": name,
            "state": str(State.REVIEW_DUE),
            "requester": request.principal.id,
            "made_at": times["begins"],
            "lapses_at": times["begins"],
            **times,
            "body": written(body),
            "rendering": shown,
            "reason": reason,
        },
    )
    if not is_new:
        raise AccessRefused(f"there is a request {name} already, take another name")
    step.journal.append(
        "break_glass.begun",
        {
            "request": name,
            **asked_fields(step, weigher, request, touched),
            **times,
            "reviewers_needed": max(one.count for one in decision.reviews),
            "references": references_of(request),
            "body": step.journal.digest("body", written(body)),
            "digest": step.journal.digest("rendering", shown),
            "reason": step.journal.digest("reason", reason),
            "rules": [rule.id for rule in rules],
        },
    )


def review(
    step: Transaction, weigher: Weigher, entry: Entry, reviewer: Principal, *, is_abuse: bool, reason: str
) -> None:
    groups = [frozenset(one["groups"]) for one in entry.reviews]
    person = weigher.known(reviewer)
    if reviewer.id == entry.requester or not any((person.groups or frozenset()) & one for one in groups):
        wanted = " or ".join(sorted(frozenset().union(*groups)))
        raise AccessRefused(f"{reviewer.id} may not review it: somebody else of {wanted} does")
    before = step.connection.execute(sa.select(REVIEWS.c.reviewer).where(REVIEWS.c.request == entry.id)).scalars()
    by = set(before)
    if reviewer.id in by:
        raise AccessRefused(f"{reviewer.id} has reviewed it already")
    step.connection.execute(
        sa.insert(REVIEWS),
        [
            {
                "request": entry.id,
                "reviewer": reviewer.id,
                "at": spelled_time(step.now),
                "is_abuse": int(is_abuse),
                "reason": reason,
            }
        ],
    )
    step.journal.append(
        "break_glass.reviewed",
        {
            "request": entry.id,
            "by": step.journal.person(reviewer.id),
            "given_at": spelled_time(step.now),
            "is_abuse": is_abuse,
            "reason": keyed(step, "reason", reason or None),
        },
    )
    enough = len(by) + 1 >= max(one["count"] for one in entry.reviews)
    after = State.REVIEWED if enough else entry.state
    Requests(step, weigher).move(entry, Step.REVIEW, after, begins=entry.begins, ends=entry.ends)
