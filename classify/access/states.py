"""The states of a request, and every step from one to another: one table, and nothing steps beside it."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from classify.errors import UsageError


class State(enum.StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REVIEW_DUE = "review_due"
    OVERDUE = "overdue"
    REVIEWED = "reviewed"


class Step(enum.StrEnum):
    """What is done to a request."""

    REQUEST = "request"
    APPROVE = "approve"
    RETRACT = "retract"
    DENY = "deny"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REVOKE = "revoke"
    EXPIRE = "expire"
    BREAK_GLASS = "break glass"
    REVIEW = "review"
    FALL_DUE = "fall due"


STEPS: Mapping[tuple[State | None, Step], frozenset[State]] = {
    (None, Step.REQUEST): frozenset((State.PENDING,)),
    (State.PENDING, Step.APPROVE): frozenset((State.PENDING, State.GRANTED)),
    (State.PENDING, Step.RETRACT): frozenset((State.PENDING,)),
    (State.PENDING, Step.DENY): frozenset((State.DENIED,)),
    (State.PENDING, Step.WITHDRAW): frozenset((State.WITHDRAWN,)),
    (State.PENDING, Step.LAPSE): frozenset((State.LAPSED,)),
    (State.GRANTED, Step.REVOKE): frozenset((State.REVOKED,)),
    (State.GRANTED, Step.EXPIRE): frozenset((State.EXPIRED,)),
    (None, Step.BREAK_GLASS): frozenset((State.REVIEW_DUE,)),
    # A broken glass ends by itself; when it ends early, it is to be reviewed all the same.
    (State.REVIEW_DUE, Step.REVOKE): frozenset((State.REVIEW_DUE,)),
    (State.REVIEW_DUE, Step.REVIEW): frozenset((State.REVIEW_DUE, State.REVIEWED)),
    (State.REVIEW_DUE, Step.FALL_DUE): frozenset((State.OVERDUE,)),
    (State.OVERDUE, Step.REVIEW): frozenset((State.OVERDUE, State.REVIEWED)),
}
"""By state and step, the states that may follow. What has no entry is refused."""

FINAL = frozenset(State) - {state for state, _ in STEPS if state is not None}
"""The states with no way out."""

BY_ITSELF = frozenset((Step.LAPSE, Step.EXPIRE, Step.FALL_DUE))
"""The steps that time takes: each is a comparison whenever somebody looks."""


class StepRefused(UsageError):
    """A step that a request's state does not have."""


def require_step(state: State | None, step: Step, after: State) -> None:
    """Nothing, if a step leads from a state to another.

    Raises:
        StepRefused: it does not.
    """
    possible = STEPS.get((state, step))
    if possible is None:
        raise StepRefused(f"the request is {_said(state)}, so nobody can {step} it any more")
    assert after in possible, f"{state} by {step} to {after}"


def _said(state: State | None) -> str:
    return "not there" if state is None else str(state).replace("_", " ")
