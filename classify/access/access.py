"""Requests, approvals and grants: each step is one transaction, and is in the log if it happened."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from attrs import evolve

from classify.access import glass
from classify.access.asking import insert, limits
from classify.access.changes import digest_of, note_changes
from classify.access.entry import Entry, Given, missing_text
from classify.access.requests import Requests
from classify.access.standing import AccessRefused, delegate, end_delegation, standing
from classify.access.states import State, Step, require_step
from classify.access.store import Store, Transaction
from classify.access.tables import APPROVALS, EVENTS, REQUESTS
from classify.access.told import is_for, keyed, log_decision, require_plain, texts_of
from classify.access.weigh import Weigher
from classify.access.written import approval_to_dict, request_to_dict, written
from classify.audit.event import spelled_time
from classify.catalog import Catalog
from classify.errors import UsageError
from classify.exposure import Exposure, Statement
from classify.policy import Allow, Approval, Decision, Deny, Grant, NeedsApproval, Policy, Principal, Request, Scope
from classify.policy.facts import Touched, touched_by

_ID = re.compile(r"[0-9a-f]{32}")


class Access:
    """A store, and the policy by which its requests are decided.

    Attributes:
        policy: of now; each step and each use weighs the approvals anew by it.
    """

    def __init__(self, store: Store, policy: Policy) -> None:
        self.store = store
        self.policy = policy
        self._weigher = Weigher(policy)

    # -- to ask

    # -- to ask

    def request(
        self,
        request: Request,
        query: Exposure,
        *,
        for_at_most: datetime.timedelta | None = None,
        scope: Scope | None = None,
        reason: str = "",
        name: str | None = None,
    ) -> Entry:
        """Ask for what the policy lets somebody do once others agree.

        Args:
            query: what it touches.
            for_at_most: how long; as long as the policy has it, at most eight hours, if None.
            scope: what is asked for; what the policy has at most, if None.
            reason: for those who are to agree.
            name: 32 hexadecimal digits of one's own, so that a request that is sent twice is one.

        Raises:
            AccessRefused: nobody needs to agree, or it is denied, or nobody could agree to it.
            UsageError: a text that is too long or not one line, or a name that is none.
        """
        touched = touched_by(query, self.policy.terms.scheme.bottom)
        require_plain(texts_of(request, reason))
        name = name if name is not None else uuid.uuid4().hex
        if not _ID.fullmatch(name):
            raise UsageError(f"`{name}` is no name of a request: 32 hexadecimal digits")
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            known = at.row(name)
            decision = self.policy.decide_touched(evolve(request, break_glass=None), touched, (), step.now)
            if known is None and isinstance(decision, Deny):
                log_decision(step, self._weigher, request, touched, decision)
            if known is None and isinstance(decision, NeedsApproval):
                asked_for = limits(decision, request, touched, for_at_most, scope)
                insert(step, self._weigher, name, request, touched, decision, asked_for, reason)
            if known is not None or isinstance(decision, NeedsApproval):
                found = at.required(name)
                if request_to_dict(found.request) != request_to_dict(request) or found.touched != touched:
                    raise UsageError(f"the request {name} is there already, and is another one")
                return found
        if isinstance(decision, Deny):
            raise AccessRefused(f"nobody can agree to it: {decision}")
        raise AccessRefused("the policy allows it as it is, nobody needs to agree")

    # -- to agree, or not

    def approve(
        self,
        name: str,
        approver: Principal,
        *,
        acting_for: str | None = None,
        for_at_most: datetime.timedelta | None = None,
        signature: str | None = None,
    ) -> Entry:
        """Agree to a request.

        Args:
            acting_for: the person whose delegate they are in this.
            for_at_most: for how long, if not for as long as was asked: an approver may shorten, never widen.
            signature: of `approval_text`, in base64.

        Raises:
            AccessRefused: they may not agree to it, or have done so already.
            StepRefused: it is decided, withdrawn or lapsed.
        """
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.state is State.PENDING:
                self._approve(step, entry, approver, acting_for, for_at_most, signature)
                return at.required(name)
        require_step(entry.state, Step.APPROVE, entry.state)
        raise AssertionError("a state with approvals is pending")

    def _approve(
        self,
        step: Transaction,
        entry: Entry,
        approver: Principal,
        acting_for: str | None,
        for_at_most: datetime.timedelta | None,
        signature: str | None,
    ) -> None:
        if for_at_most is not None and not datetime.timedelta(0) < for_at_most <= entry.for_at_most:
            raise AccessRefused(f"it is asked for {entry.for_at_most}: an approver may shorten that, and not widen it")
        person = standing(step, self._weigher, entry, approver, acting_for)
        signed = signature is not None and self._weigher.is_signed(
            entry, approver.id, acting_for, for_at_most, signature
        )
        if signature is not None and not signed:
            raise AccessRefused(f"the signature is not one of {approver.id}'s over this request as it is")
        approval = Approval(person, acting_for, signed)
        if any(one.approval.approver.id == approver.id for one in entry.given):
            raise AccessRefused(f"{approver.id} has agreed to it already")
        given = (*entry.given, Given(approval, step.now, for_at_most, signature))
        body = written(approval_to_dict(approval))
        row = {
            "request": entry.id,
            "approver": approver.id,
            "at": spelled_time(step.now),
            "for_at_most_s": int(for_at_most.total_seconds()) if for_at_most is not None else None,
            "body": body,
            "signature": signature,
        }
        step.connection.execute(sa.insert(APPROVALS), [row])
        length = min([entry.for_at_most, *(one.for_at_most for one in given if one.for_at_most is not None)])
        ends = step.now + length
        decision = self._weigher.weighed(entry, step.now, ends, given)
        if isinstance(decision, Deny):
            raise AccessRefused(f"the policy denies it by now: {decision}")
        missing = missing_text(decision) if isinstance(decision, NeedsApproval) else ()
        step.journal.append(
            "request.approved",
            {
                "request": entry.id,
                "approver": step.journal.person(approver.id),
                "acting_for": step.journal.person(acting_for) if acting_for is not None else None,
                "groups": sorted(person.groups or ()),
                "region": person.region,
                "region_source": self._weigher.source(person),
                "identity": person.identity,
                "given_at": spelled_time(step.now),
                "for_at_most_s": int(for_at_most.total_seconds()) if for_at_most is not None else None,
                "body": step.journal.digest("body", body),
                "digest": step.journal.digest("rendering", entry.rendering),
                "key": self.policy.keys[approver.id] if signed else None,
                "missing": list(missing),
            },
        )
        if isinstance(decision, Allow):
            Requests(step, self._weigher).move(entry, Step.APPROVE, State.GRANTED, begins=step.now, ends=ends)
            step.journal.append(
                "grant.begun",
                {
                    "request": entry.id,
                    "grant": entry.id,
                    "requester": step.journal.person(entry.requester),
                    "begins": spelled_time(step.now),
                    "ends": spelled_time(ends),
                },
            )
        else:
            Requests(step, self._weigher).move(entry, Step.APPROVE, State.PENDING)

    def retract(self, name: str, approver: Principal) -> Entry:
        """Take one's approval back, while others are missing.

        Raises:
            AccessRefused: they have not agreed to it.
            StepRefused: it is no longer pending.
        """
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.state is State.PENDING:
                kept = tuple(one for one in entry.given if one.approval.approver.id != approver.id)
                if len(kept) == len(entry.given):
                    raise AccessRefused(f"{approver.id} has not agreed to it")
                step.connection.execute(
                    sa.delete(APPROVALS).where(APPROVALS.c.request == name, APPROVALS.c.approver == approver.id)
                )
                Requests(step, self._weigher).move(entry, Step.RETRACT, State.PENDING)
                found = at.required(name)
                step.journal.append(
                    "request.retracted",
                    {
                        "request": name,
                        "approver": step.journal.person(approver.id),
                        "missing": list(found.missing),
                    },
                )
                return found
        require_step(entry.state, Step.RETRACT, entry.state)
        raise AssertionError("a state with approvals is pending")

    def deny(self, name: str, approver: Principal, *, acting_for: str | None = None, reason: str = "") -> Entry:
        """Refuse a request, for good: whoever could agree to it can end it.

        Raises:
            AccessRefused: they could not agree to it either.
            StepRefused: it is no longer pending.
        """
        require_plain((reason,))
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.state is State.PENDING:
                standing(step, self._weigher, entry, approver, acting_for)
                Requests(step, self._weigher).move(entry, Step.DENY, State.DENIED)
                step.journal.append(
                    "request.denied",
                    {
                        "request": name,
                        "approver": step.journal.person(approver.id),
                        "acting_for": step.journal.person(acting_for) if acting_for is not None else None,
                        "reason": keyed(step, "reason", reason or None),
                    },
                )
                return at.required(name)
        require_step(entry.state, Step.DENY, State.DENIED)
        raise AssertionError("a state with denials is pending")

    def withdraw(self, name: str, requester: Principal) -> Entry:
        """Take one's own request back.

        Raises:
            AccessRefused: it is somebody else's.
            StepRefused: it is no longer pending.
        """
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.requester != requester.id:
                raise AccessRefused(f"the request is of {entry.requester}, who alone can withdraw it")
            if entry.state is State.PENDING:
                Requests(step, self._weigher).move(entry, Step.WITHDRAW, State.WITHDRAWN)
                fields = {"request": name, "requester": step.journal.person(requester.id)}
                step.journal.append("request.withdrawn", fields)
                return at.required(name)
        require_step(entry.state, Step.WITHDRAW, State.WITHDRAWN)
        raise AssertionError("a state that can be withdrawn is pending")

    def revoke(self, name: str, by: Principal, *, reason: str = "") -> Entry:
        """End a grant before its time: its requester, and whoever could agree to it, can.

        Raises:
            AccessRefused: they could not agree to it.
            StepRefused: there is no grant, or it has ended.
        """
        require_plain((reason,))
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.state in (State.GRANTED, State.REVIEW_DUE):
                if by.id != entry.requester:
                    standing(step, self._weigher, entry, by, None)
                after = State.REVOKED if entry.state is State.GRANTED else State.REVIEW_DUE
                Requests(step, self._weigher).move(entry, Step.REVOKE, after, begins=entry.begins, ends=step.now)
                step.journal.append(
                    "grant.revoked",
                    {
                        "grant": name,
                        "by": step.journal.person(by.id),
                        "ends": spelled_time(step.now),
                        "reason": keyed(step, "reason", reason or None),
                    },
                )
                return at.required(name)
        require_step(entry.state, Step.REVOKE, entry.state)
        raise AssertionError("a state with a grant is granted")

    # -- for others

    def delegate(self, person: Principal, to: str, ends: datetime.datetime) -> None:
        """Let somebody agree in one's place until a time. They cannot pass it on.

        Raises:
            AccessRefused: it ends before it begins, or is to oneself.
        """
        with self.store.writing() as step:
            delegate(step, person, to, ends)

    def end_delegation(self, person: Principal, to: str) -> None:
        """Take it back.

        Raises:
            AccessRefused: there is none.
        """
        with self.store.writing() as step:
            end_delegation(step, person, to)

    # -- in an emergency

    # -- in an emergency

    def break_glass(self, request: Request, query: Exposure, *, reason: str, name: str | None = None) -> Entry:
        """Begin to do without the approvals, where the policy lets somebody, and answer for it afterwards.

        Raises:
            AccessRefused: the policy does not let them, or a review of theirs is overdue.
        """
        touched = touched_by(query, self.policy.terms.scheme.bottom)
        require_plain(texts_of(request, reason))
        if not reason:
            raise UsageError("whoever breaks glass says why")
        name = name if name is not None else uuid.uuid4().hex
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            overdue = at.has_overdue(request.principal.id)
            asked = evolve(request, break_glass=step.now, principal=evolve(request.principal, review_overdue=overdue))
            decision = self.policy.decide_touched(asked, touched, (), step.now)
            if isinstance(decision, Allow) and decision.reviews:
                glass.begin(step, self._weigher, name, request, touched, decision, reason)
                return at.required(name)
            if isinstance(decision, Deny):
                log_decision(step, self._weigher, request, touched, decision)
        if isinstance(decision, Allow):
            raise AccessRefused("the policy allows it as it is, no glass needs to be broken")
        if overdue:
            raise AccessRefused(f"a review of {request.principal.id}'s is overdue, have it made first")
        raise AccessRefused(f"no glass can be broken for it: {decision}")

    def review(self, name: str, reviewer: Principal, *, is_abuse: bool = False, reason: str = "") -> Entry:
        """Say of a broken glass whether it was right.

        Raises:
            AccessRefused: they may not review it, or have done so.
            StepRefused: there is nothing to review.
        """
        require_plain((reason,))
        with self.store.writing() as step:
            at = Requests(step, self._weigher)
            entry = at.required(name)
            if entry.state in (State.REVIEW_DUE, State.OVERDUE):
                glass.review(step, self._weigher, entry, reviewer, is_abuse=is_abuse, reason=reason)
                return at.required(name)
        require_step(entry.state, Step.REVIEW, State.REVIEWED)
        raise AssertionError("a state with reviews has one due")

    # -- to use

    def weighed(self, entry: Entry) -> Decision:
        """What the policy says of a request now, with the approvals that it has."""
        with self.store.reading() as step:
            return self._weigher.weighed(entry, step.now, step.now + entry.for_at_most, entry.given)

    def log_decision(
        self,
        request: Request,
        touched: Touched,
        decision: Decision,
        outcome: str,
        dialect: str,
        statements: Sequence[Statement] = (),
    ) -> int:
        """Append what was decided of a query that is about to run, or will not, and say which event that is.

        Raises:
            StoreError: it cannot be, so that the query must not run.
        """
        with self.store.writing() as step:
            return log_decision(step, self._weigher, request, touched, decision, outcome, dialect, statements)

    def log_returned(self, event: int, rows: int) -> None:
        """Append how many rows were handed out by a query that ran.

        Args:
            event: that let it run.
        """
        with self.store.writing() as step:
            step.journal.append("query.returned", {"event": event, "returned_rows": rows})

    def restored(self, by: Principal, reason: str) -> int:
        """Append that the store was restored from a copy, and say which event that is.

        Whoever signs checkpoints finds a copy that is older by themselves, and signs nothing until they are told.
        """
        require_plain((reason,))
        with self.store.writing() as step:
            size = step.connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one()
            fields = {"size": size, "by": step.journal.person(by.id), "reason": keyed(step, "reason", reason or None)}
            return step.journal.append("store.restored", fields)

    def note(self, catalog: Catalog | None = None, by: str | None = None) -> None:
        """Append whether the policy, its groups or the catalog are others than when they were last looked at.

        Args:
            by: the person who uses them first, or None.
        """
        digests = dict(self.policy.digests)
        if catalog is not None:
            digests["catalog"] = digest_of(catalog)
        note_changes(self.store, digests, by)

    def grants(self, requester: str) -> tuple[Grant, ...]:
        """The grants that somebody has now: evidence, for `Policy.decide` to weigh."""
        with self.store.reading() as step:
            at = Requests(step, self._weigher)
            rows = step.connection.execute(
                sa.select(REQUESTS).where(
                    REQUESTS.c.requester == requester,
                    REQUESTS.c.state == str(State.GRANTED),
                    REQUESTS.c.ends > spelled_time(step.now),
                )
            ).all()
            entries = [at.entry(row) for row in rows]
        return tuple(
            entry.grant(entry.begins, entry.ends, entry.given)
            for entry in entries
            if entry.begins is not None and entry.ends is not None
        )

    def with_broken_glass(self, request: Request) -> Request:
        """The same request, with when its requester broke glass for it, and whether a review of theirs is overdue."""
        principal = request.principal
        with self.store.reading() as step:
            at = Requests(step, self._weigher)
            rows = step.connection.execute(
                sa.select(REQUESTS).where(
                    REQUESTS.c.requester == principal.id,
                    REQUESTS.c.due.is_not(None),
                    REQUESTS.c.ends > spelled_time(step.now),
                )
            ).all()
            broken = [one for one in (at.entry(row) for row in rows) if is_for(one.request, request)]
            overdue = at.has_overdue(principal.id)
        latest = max(broken, key=lambda one: one.made_at, default=None)
        return evolve(
            request,
            break_glass=latest.begins if latest is not None else None,
            references={**(latest.request.references if latest is not None else {}), **request.references},
            principal=evolve(principal, review_overdue=overdue),
        )

    def entries(self, *, requester: str | None = None, states: Iterable[State] = ()) -> tuple[Entry, ...]:
        """Requests, the newest first.

        Args:
            states: of which they are in one now; all if there are none.
        """
        wanted = frozenset(states)
        query = sa.select(REQUESTS).order_by(REQUESTS.c.made_at.desc(), REQUESTS.c.id)
        if requester is not None:
            query = query.where(REQUESTS.c.requester == requester)
        with self.store.reading() as step:
            at = Requests(step, self._weigher)
            found = [at.entry(row) for row in step.connection.execute(query).all()]
        return tuple(entry for entry in found if not wanted or entry.state in wanted)

    def entry(self, name: str) -> Entry:
        """One request, by its name or by how it begins.

        Raises:
            UsageError: there is none, or several begin so.
        """
        with self.store.reading() as step:
            at = Requests(step, self._weigher)
            if not re.fullmatch(r"[0-9a-f]{4,32}", name):
                raise UsageError(f"`{name}` is no name of a request: at least four hexadecimal digits of it")
            rows = step.connection.execute(sa.select(REQUESTS).where(REQUESTS.c.id.startswith(name))).all()
            if len(rows) > 1:
                raise UsageError(f"{len(rows)} requests begin with {name}, name more of it")
            if not rows:
                raise UsageError(f"there is no request {name}, `classify access list` shows them")
            return at.entry(rows[0])

    # -- what all steps do
