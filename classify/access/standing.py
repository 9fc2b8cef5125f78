"""Who may decide on a request: not who asks, nor who acts for them; and delegates until a day."""

from __future__ import annotations

import datetime

import sqlalchemy as sa

from classify.access.entry import Entry
from classify.access.store import Transaction
from classify.access.tables import DELEGATIONS
from classify.access.told import require_plain
from classify.access.weigh import Weigher
from classify.audit.event import spelled_time
from classify.errors import UsageError
from classify.policy import Approval, Principal


class AccessRefused(UsageError):
    """A step that the policy, or who somebody is, does not allow."""


def standing(step: Transaction, weigher: Weigher, entry: Entry, person: Principal, acting_for: str | None) -> Principal:
    """Somebody who may agree to a request, with the facts that count.

    Raises:
        AccessRefused: they may not.
    """
    own = {entry.requester, entry.request.author} - {None}
    if person.id in own or acting_for in own:
        raise AccessRefused(f"{person.id} may not decide on it: it is theirs, or they act for who asks")
    if acting_for is not None:
        ends = step.connection.execute(
            sa.select(DELEGATIONS.c.ends).where(DELEGATIONS.c.person == acting_for, DELEGATIONS.c.delegate == person.id)
        ).scalar_one_or_none()
        if ends is None or spelled_time(step.now) >= ends:
            raise AccessRefused(f"{person.id} is no delegate of {acting_for}, or no more")
    for_requester = step.connection.execute(
        sa.select(DELEGATIONS.c.person).where(
            DELEGATIONS.c.delegate == person.id,
            DELEGATIONS.c.ends > spelled_time(step.now),
            DELEGATIONS.c.person.in_(sorted(one for one in own if one is not None)),
        )
    ).first()
    if for_requester is not None:
        raise AccessRefused(f"{person.id} may not decide on it: they are a delegate of who asks")
    standing = weigher.still(Approval(person, acting_for))
    requirement = weigher.requirement(entry, step.now)
    approval = Approval(standing, acting_for, signed=True)
    if not any(weigher.policy.admits(who, approval) for who in requirement):
        wanted = "; ".join(str(who) for who in requirement) or "nobody"
        raise AccessRefused(f"{person.id} may not decide on it: it is for {wanted}")
    return standing


def delegate(step: Transaction, person: Principal, to: str, ends: datetime.datetime) -> None:
    """Let somebody agree in a person's place until a time.

    Raises:
        AccessRefused: it ends before it begins, or is to oneself.
    """
    require_plain((to,))
    if to == person.id or ends <= step.now:
        raise AccessRefused("a delegation is to somebody else, and ends in the future")
    step.connection.execute(sa.delete(DELEGATIONS).where(_between(person, to)))
    times = {"begins": spelled_time(step.now), "ends": spelled_time(ends)}
    step.connection.execute(sa.insert(DELEGATIONS), [{"person": person.id, "delegate": to, **times}])
    names = {"by": step.journal.person(person.id), "delegate": step.journal.person(to)}
    step.journal.append("delegation.begun", {**names, **times})


def end_delegation(step: Transaction, person: Principal, to: str) -> None:
    """Take it back.

    Raises:
        AccessRefused: there is none.
    """
    if not step.connection.execute(sa.delete(DELEGATIONS).where(_between(person, to))).rowcount:
        raise AccessRefused(f"{to} is no delegate of {person.id}")
    names = {"by": step.journal.person(person.id), "delegate": step.journal.person(to)}
    step.journal.append("delegation.ended", names)


def _between(person: Principal, to: str) -> sa.ColumnElement[bool]:
    return (DELEGATIONS.c.person == person.id) & (DELEGATIONS.c.delegate == to)
