"""What a request comes to by the policy and the people of today: nothing here knows of a database."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import evolve

from classify.access.entry import Entry, Given, approval_text
from classify.audit.note import NoteError, Verifier, decoded
from classify.policy import Approval, Approvers, NeedsApproval, Policy, Principal

if TYPE_CHECKING:
    from classify.policy import Decision


class Weigher:
    """A policy with its people, and what they make of approvals."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._people = {one.id: one for one in policy.members or ()}

    def checked(self, entry: Entry, given: Given) -> Given:
        """An approval that counts as signed if its signature holds today, whatever the store says of it."""
        if given.signature is None:
            return given
        approval = given.approval
        signed = self.is_signed(entry, approval.approver.id, approval.acting_for, given.for_at_most, given.signature)
        return evolve(given, approval=evolve(approval, signed=signed))

    def is_signed(
        self,
        entry: Entry,
        approver: str,
        acting_for: str | None,
        for_at_most: datetime.timedelta | None,
        signature: str,
    ) -> bool:
        """Whether a signature is of the approver's key, over what they were shown and their own words about it."""
        key = self.policy.keys.get(approver)
        if key is None:
            return False
        try:
            return Verifier.parse(key).accepts(
                approval_text(entry, approver, acting_for, for_at_most), decoded(signature, 64)
            )
        except NoteError:
            return False

    def weighed(
        self, entry: Entry, begins: datetime.datetime, ends: datetime.datetime, given: Iterable[Given]
    ) -> Decision:
        """What the policy decides with those approvals, by what is known of everybody now."""
        now_known = tuple(
            evolve(one, approval=evolve(one.approval, approver=self.still(one.approval))) for one in given
        )
        request = evolve(entry.request, principal=self.known(entry.request.principal))
        return self.policy.decide_touched(request, entry.touched, (entry.grant(begins, ends, now_known),), begins)

    def known(self, person: Principal) -> Principal:
        """A person with the facts of today, where the policy's groups have them; with none where they left."""
        if self.policy.members is None:
            return person
        found = self._people.get(person.id)
        if found is None:
            return Principal(person.id, (), identity=person.identity)
        return evolve(
            person,
            groups=found.groups,
            region=found.region or person.region,
            employment=found.employment or person.employment,
            clearance=found.clearance or person.clearance,
        )

    def still(self, approval: Approval) -> Principal:
        """An approver with the facts of today: a delegate has the groups of whom they act for."""
        person = self.known(approval.approver)
        if approval.acting_for is None:
            return person
        return evolve(person, groups=self.known(Principal(approval.acting_for)).groups)

    def requirement(self, entry: Entry, now: datetime.datetime) -> list[Approvers]:
        """Who could agree to a request, by the policy of now."""
        request = evolve(entry.request, principal=self.known(entry.request.principal))
        decision = self.policy.decide_touched(request, entry.touched, (), now)
        return list(decision.requirement.approvals) if isinstance(decision, NeedsApproval) else []

    def source(self, person: Principal) -> str | None:
        """Who says where somebody is."""
        if person.region is None:
            return None
        listed = self._people.get(person.id)
        if listed is not None and listed.region == person.region:
            return "groups"
        return person.identity or "caller"
