"""Requests as one transaction sees them: rows read, what time did to them written down, and every step of them."""

from __future__ import annotations

import datetime
import json
from typing import Any

import sqlalchemy as sa
from attrs import evolve

from classify.access.entry import Entry, Given, missing_text
from classify.access.states import State, Step, require_step
from classify.access.store import Transaction
from classify.access.tables import APPROVALS, REQUESTS
from classify.access.weigh import Weigher
from classify.access.written import approval_of, request_of, scope_of, touched_of
from classify.audit.event import parse_time, spelled_time
from classify.errors import UsageError
from classify.policy import NeedsApproval


class Requests:
    """The requests of a store in one transaction."""

    def __init__(self, step: Transaction, weigher: Weigher) -> None:
        self._step = step
        self._weigher = weigher

    def row(self, name: str) -> Any:
        """The row of a request, which nobody else steps on now; None where there is none."""
        return self._step.locked(sa.select(REQUESTS).where(REQUESTS.c.id == name))

    def required(self, name: str) -> Entry:
        """A request that nobody else steps on, with what time did to it written down."""
        row = self.row(name)
        if row is None:
            raise UsageError(f"there is no request {name}, `classify access list` shows them")
        entry = self.entry(row)
        if str(entry.state) != row.state:
            by_time = {State.LAPSED: Step.LAPSE, State.EXPIRED: Step.EXPIRE, State.OVERDUE: Step.FALL_DUE}[entry.state]
            before = evolve(entry, state=State(row.state))
            self.move(before, by_time, entry.state, begins=entry.begins, ends=entry.ends)
            if entry.state is State.LAPSED:
                self._step.journal.append("request.lapsed", {"request": name})
            elif entry.state is State.EXPIRED:
                self._step.journal.append("grant.expired", {"grant": name})
            else:
                fields = {"request": name, "requester": self._step.journal.person(entry.requester)}
                self._step.journal.append("break_glass.overdue", fields)
        return entry

    def entry(self, row: Any) -> Entry:
        body = json.loads(row.body)
        state, now = State(row.state), spelled_time(self._step.now)
        if state is State.PENDING and now >= row.lapses_at:
            state = State.LAPSED
        elif state is State.GRANTED and now >= row.ends:
            state = State.EXPIRED
        elif state is State.REVIEW_DUE and now >= row.due:
            state = State.OVERDUE
        given = self._given(row.id)
        entry = Entry(
            row.id,
            state,
            request_of(body["request"]),
            touched_of(body["touched"], self._weigher.policy.terms.scheme),
            scope_of(body["scope"]),
            datetime.timedelta(seconds=body["for_at_most_s"]),
            row.reason,
            row.rendering,
            parse_time(row.made_at),
            parse_time(row.lapses_at),
            parse_time(row.begins) if row.begins else None,
            parse_time(row.ends) if row.ends else None,
            parse_time(row.due) if row.due else None,
            reviews=tuple(body.get("reviews", ())),
        )
        entry = evolve(entry, given=tuple(self._weigher.checked(entry, one) for one in given))
        if state is State.PENDING:
            decision = self._weigher.weighed(entry, self._step.now, self._step.now + entry.for_at_most, entry.given)
            missing = missing_text(decision) if isinstance(decision, NeedsApproval) else ()
            entry = evolve(entry, missing=missing)
        return entry

    def _given(self, name: str) -> list[Given]:
        rows = self._step.connection.execute(
            sa.select(APPROVALS).where(APPROVALS.c.request == name).order_by(APPROVALS.c.at, APPROVALS.c.approver)
        ).all()
        return [
            Given(
                approval_of(json.loads(row.body), signed=False),
                parse_time(row.at),
                datetime.timedelta(seconds=row.for_at_most_s) if row.for_at_most_s is not None else None,
                row.signature,
            )
            for row in rows
        ]

    def move(
        self,
        entry: Entry,
        what: Step,
        after: State,
        *,
        begins: datetime.datetime | None = None,
        ends: datetime.datetime | None = None,
    ) -> None:
        require_step(entry.state, what, after)
        self._step.connection.execute(
            sa.update(REQUESTS)
            .where(REQUESTS.c.id == entry.id)
            .values(
                state=str(after),
                begins=spelled_time(begins) if begins is not None else None,
                ends=spelled_time(ends) if ends is not None else None,
            )
        )

    def has_overdue(self, person: str) -> bool:
        due = (str(State.REVIEW_DUE), str(State.OVERDUE))
        query = sa.select(REQUESTS.c.id).where(
            REQUESTS.c.requester == person, REQUESTS.c.state.in_(due), REQUESTS.c.due <= spelled_time(self._step.now)
        )
        return self._step.connection.execute(query).first() is not None
