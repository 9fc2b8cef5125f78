"""The log told again: what the tables must hold if it is true, and where they hold something else.

The log alone counts. Whoever edits a row to seem granted, or an approver's region, is found here: no event says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from attrs import define, field

from classify.access.journal import CHAIN
from classify.access.states import State
from classify.access.store import Store, Transaction
from classify.access.tables import APPROVALS, DELEGATIONS, DIGESTS, EVENTS, REQUESTS, REVIEWS
from classify.audit import Checkpoint, Event, Verification
from classify.audit.event import spelled_time
from classify.audit.merkle import leaf_hash


@define
class _Story:
    """What the log says of one request."""

    state: State
    made: Event
    begins: str | None = None
    ends: str | None = None
    approvals: dict[str, Event] = field(factory=dict)
    reviews: dict[str, Event] = field(factory=dict)


class Replay:
    """The requests and delegations of a log, as far as it was read."""

    def __init__(self) -> None:
        self._stories: dict[str, _Story] = {}
        self._delegations: dict[tuple[str, str], Event] = {}
        self._digests: dict[str, str] = {}

    def add(self, event: Event) -> None:
        """Go on with the next event."""
        fields, kind = event.fields, event.kind
        if kind == "request.made":
            self._stories[fields["request"]] = _Story(State.PENDING, event)
        elif kind == "break_glass.begun":
            self._stories[fields["request"]] = _Story(State.REVIEW_DUE, event, fields["begins"], fields["ends"])
        elif kind.endswith(".changed"):
            self._digests[kind.partition(".")[0]] = fields["content"]
        elif kind.startswith("delegation."):
            between = fields["by"], fields["delegate"]
            if kind == "delegation.begun":
                self._delegations[between] = event
            else:
                self._delegations.pop(between, None)
        else:
            story = self._stories.get(fields.get("request") or fields.get("grant") or "")
            if story is not None:
                _go_on(story, event)

    def differences(self, step: Transaction) -> Iterator[str]:
        """Where the tables are not as the log says, in words."""
        rows = {row.id: row for row in step.connection.execute(sa.select(REQUESTS))}
        for name in self._stories.keys() - rows.keys():
            yield f"the request {name} is in the log, and not in the store"
        approvals = _by_request(step, APPROVALS)
        reviews = _by_request(step, REVIEWS)
        for name in {*approvals, *reviews} - rows.keys():
            yield f"there are approvals or reviews of a request {name}, which the store does not have"
        for name, row in rows.items():
            story = self._stories.get(name)
            if story is None:
                yield f"the request {name} is in the store, and not in the log"
                continue
            for what in _of_row(story, row, step):
                yield f"the request {name}: {what} is not as the log says"
            for what in _of_approvals(story, approvals.get(name, {}), step):
                yield f"the request {name}: {what} is not as the log says"
            for what in _of_reviews(story, reviews.get(name, {}), step):
                yield f"the request {name}: {what} is not as the log says"
        delegations = {
            (step.journal.pseudonym(row.person), step.journal.pseudonym(row.delegate)): (row.begins, row.ends)
            for row in step.connection.execute(sa.select(DELEGATIONS))
        }
        said = {key: (one.fields["begins"], one.fields["ends"]) for key, one in self._delegations.items()}
        if delegations != said:
            yield "the delegations are not as the log says"
        if {row.name: row.digest for row in step.connection.execute(sa.select(DIGESTS))} != self._digests:
            yield "what policy and catalog were last used is not as the log says"


def _go_on(story: _Story, event: Event) -> None:
    fields = event.fields
    if event.kind == "request.approved":
        story.approvals[fields["approver"]] = event
    elif event.kind == "request.retracted":
        story.approvals.pop(fields["approver"], None)
    elif event.kind == "grant.begun":
        story.state, story.begins, story.ends = State.GRANTED, fields["begins"], fields["ends"]
    elif event.kind == "grant.revoked":
        story.state = State.REVOKED if story.state is State.GRANTED else story.state
        story.ends = fields["ends"]
    elif event.kind == "break_glass.reviewed":
        story.reviews[fields["by"]] = event
        if len(story.reviews) >= story.made.fields["reviewers_needed"]:
            story.state = State.REVIEWED
    elif event.kind in _AFTER:
        story.state = _AFTER[event.kind]


_AFTER = {
    "request.denied": State.DENIED,
    "request.withdrawn": State.WITHDRAWN,
    "request.lapsed": State.LAPSED,
    "grant.expired": State.EXPIRED,
    "break_glass.overdue": State.OVERDUE,
}


def _by_request(step: Transaction, table: sa.Table) -> dict[str, dict[str, Any]]:
    """The rows of a table by request, and in it by person."""
    person = "approver" if table is APPROVALS else "reviewer"
    found: dict[str, dict[str, Any]] = {}
    for row in step.connection.execute(sa.select(table)):
        found.setdefault(row.request, {})[getattr(row, person)] = row
    return found


def _of_row(story: _Story, row: Any, step: Transaction) -> Iterator[str]:
    """What of a row is not as the log says."""
    fields, journal = story.made.fields, step.journal
    is_glass = story.made.kind == "break_glass.begun"
    held = {
        "requester": journal.pseudonym(row.requester),
        "body": journal.digest("body", row.body),
        "rendering": journal.digest("rendering", row.rendering),
        "reason": journal.digest("reason", row.reason) if row.reason else None,
        "state": row.state,
        "made_at": row.made_at,
        "lapses_at": row.lapses_at,
        "begins": row.begins,
        "ends": row.ends,
        "due": row.due,
    }
    said = {
        "requester": fields["requester"],
        "body": fields["body"],
        "rendering": fields["digest"],
        "reason": fields.get("reason"),
        "state": str(story.state),
        "made_at": fields["begins" if is_glass else "made_at"],
        "lapses_at": fields["begins" if is_glass else "lapses_at"],
        "begins": story.begins,
        "ends": story.ends,
        "due": fields.get("due"),
    }
    for name, value in held.items():
        if value != said[name]:
            yield f"its `{name}`"


def _of_approvals(story: _Story, rows: dict[str, Any], step: Transaction) -> Iterator[str]:
    """What of the approvals is not as the log says."""
    known = {step.journal.pseudonym(name): row for name, row in rows.items()}
    if known.keys() != story.approvals.keys():
        yield "who approved it"
        return
    for pseudonym, row in known.items():
        fields = story.approvals[pseudonym].fields
        held = step.journal.digest("body", row.body), row.for_at_most_s, row.at, row.signature is not None
        if held != (fields["body"], fields.get("for_at_most_s"), fields["given_at"], "key" in fields):
            yield f"the approval of {row.approver}"


def _of_reviews(story: _Story, rows: dict[str, Any], step: Transaction) -> Iterator[str]:
    """What of the reviews is not as the log says."""
    known = {step.journal.pseudonym(name): row for name, row in rows.items()}
    if known.keys() != story.reviews.keys():
        yield "who reviewed it"
        return
    for pseudonym, row in known.items():
        fields = story.reviews[pseudonym].fields
        reason = step.journal.digest("reason", row.reason) if row.reason else None
        if (bool(row.is_abuse), row.at, reason) != (fields["is_abuse"], fields["given_at"], fields.get("reason")):
            yield f"the review of {row.reviewer}"


def verify_store(store: Store, checkpoints: tuple[Checkpoint, ...] = ()) -> tuple[Verification, list[str]]:
    """Whether a store's log is whole, its checkpoints are of it, and its tables say what it says.

    Returns:
        the log as it was read, and what else is wrong, in words.
    """
    found, replay, wrong = Verification(checkpoints), Replay(), list[str]()
    with store.reading() as step:
        query = sa.select(EVENTS).where(EVENTS.c.chain == CHAIN).order_by(EVENTS.c.seq)
        result = step.connection.execute(query, execution_options={"yield_per": 1_000})
        with contextlib.closing(result):
            for row in result:
                body = bytes(row.body)
                event = found.add(body)
                if event is None:
                    break
                said = event.seq, spelled_time(event.at), event.kind, leaf_hash(body)
                if (row.seq, row.at, row.kind, bytes(row.hash)) != said:
                    wrong.append(f"event {event.seq}: its columns are not what it holds")
                replay.add(event)
        if found.end() is None:
            wrong += replay.differences(step)
    return found, wrong
