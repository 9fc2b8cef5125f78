"""What is required before a query may run: a lattice, whose join asks for all that both sides do."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from classify.labels import Scheme
from classify.policy.facts import Approval, Principal, Scope
from classify.policy.regions import Regions


@frozen(cache_hash=True)
class Approvers:
    """Who may stand for a slot.

    Attributes:
        groups: of which they are in one.
        region: that they are in, or None for any.
        clearance: that they have at least, or None.
        signed: whether their approval must have a signature.
        identity: how well it must be known at least that it is them, or None.
    """

    groups: frozenset[str]
    region: str | None = None
    clearance: str | None = None
    signed: bool = False
    identity: str | None = None

    def __str__(self) -> str:
        said = " or ".join(sorted(self.groups))
        said += f" in {self.region}" if self.region else ""
        said += f" with clearance {self.clearance}" if self.clearance else ""
        said += f" known by {self.identity}" if self.identity else ""
        return said + (", signed" if self.signed else "")

    @property
    def order(self) -> tuple[Any, ...]:
        return sorted(self.groups), self.region or "", self.clearance or "", self.signed, self.identity or ""

    def admits(self, person: Principal, regions: Regions, scheme: Scheme, identities: Sequence[str] = ()) -> bool:
        """Whether a person may stand for it; what is not known of them does not.

        Args:
            identities: how well somebody can be known, the weakest first.
        """
        if self.identity is not None and not _is_known(person.identity, self.identity, identities):
            return False
        if person.groups is None or self.groups.isdisjoint(person.groups):
            return False
        if self.region is not None and (person.region is None or not regions.is_in(person.region, (self.region,))):
            return False
        return self.clearance is None or _has_clearance(person.clearance, self.clearance, scheme)


def _is_known(own: str | None, least: str, identities: Sequence[str]) -> bool:
    return own in identities and least in identities and identities.index(own) >= identities.index(least)


def _has_clearance(own: str | None, least: str, scheme: Scheme) -> bool:
    return own is not None and own in scheme.names and scheme.level(own).rank >= scheme.level(least).rank


@frozen
class Obligations:
    """What whoever runs the query must do, or it may not run.

    Attributes:
        mask: categories whose columns are masked.
        rows_at_most: how many rows are handed out, or None for all.
        watermark: whether the result is marked.
        notify: groups that are told.
    """

    mask: frozenset[str] = frozenset()
    rows_at_most: int | None = None
    watermark: bool = False
    notify: frozenset[str] = frozenset()

    def join(self, other: Obligations) -> Obligations:
        return Obligations(
            self.mask | other.mask,
            _least(self.rows_at_most, other.rows_at_most),
            self.watermark or other.watermark,
            self.notify | other.notify,
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "mask": sorted(self.mask),
            "rows_at_most": self.rows_at_most,
            "watermark": self.watermark,
            "notify": sorted(self.notify),
        }


def _least(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


@frozen
class Requirement:
    """What is required; the empty one requires nothing.

    Attributes:
        approvals: how many people of each kind, in the order of `Approvers.order`: it says who is missing first.
        longest: how long a grant holds at most, or None.
        references: names of those that must be given.
        scope: what a grant may cover at most.
    """

    approvals: Mapping[Approvers, int]
    longest: datetime.timedelta | None = None
    references: frozenset[str] = frozenset()
    scope: Scope = Scope.COLUMNS
    obligations: Obligations = Obligations()

    def join(self, other: Requirement) -> Requirement:
        """The least that asks for all that both do."""
        approvals = dict(self.approvals)
        for who, count in other.approvals.items():
            approvals[who] = max(count, approvals.get(who, 0))
        return Requirement(
            dict(sorted(approvals.items(), key=lambda one: one[0].order)),
            _least(self.longest, other.longest),
            self.references | other.references,
            max(self.scope, other.scope),
            self.obligations.join(other.obligations),
        )

    @property
    def asks(self) -> bool:
        """Whether somebody must agree, or something be referred to."""
        return bool(self.approvals or self.references)


NONE = Requirement({})


def unfilled(
    needed: Mapping[Approvers, int],
    approvals: Iterable[Approval],
    excluded: frozenset[str],
    admits: Callable[..., bool],
) -> dict[Approvers, int]:
    """The slots that nobody can be found for, so many of each kind: people are assigned one to one, whoever helps most.

    Args:
        excluded: people who count for nothing, nor does who acts for them.
        admits: whether an approval may stand for a slot.
    """
    people = _people([one for one in approvals if excluded.isdisjoint(_persons(one))])
    if not people:
        return dict(needed)
    slots = [who for who, count in needed.items() for _ in range(count)]
    fits = [[at for at, own in enumerate(people) if any(admits(who, one) for one in own)] for who in slots]
    holder: dict[int, int] = {}  # by person, the slot

    def place(slot: int, tried: set[int]) -> bool:
        for person in fits[slot]:
            if person in tried:
                continue
            tried.add(person)
            if person not in holder or place(holder[person], tried):
                holder[person] = slot
                return True
        return False

    missing: dict[Approvers, int] = {}
    for slot, who in enumerate(slots):
        if not place(slot, set()):
            missing[who] = missing.get(who, 0) + 1
    return missing


def _persons(approval: Approval) -> frozenset[str]:
    """The people whom an approval is of: a delegate is the same person as who they act for."""
    acting = () if approval.acting_for is None else (approval.acting_for,)
    return frozenset((approval.approver.id, *acting))


def _people(approvals: Iterable[Approval]) -> list[list[Approval]]:
    """The approvals, those of one person together."""
    found: list[tuple[set[str], list[Approval]]] = []
    for one in approvals:
        ids = set(_persons(one))
        own = [one]
        rest = []
        for others, theirs in found:
            if ids.isdisjoint(others):
                rest.append((others, theirs))
            else:
                ids |= others
                own += theirs
        found = [*rest, (ids, own)]
    return [own for _, own in found]
