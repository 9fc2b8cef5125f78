"""Many grants ended at once: what is done first where something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from classify.access.access import Access
from classify.access.entry import Entry
from classify.access.standing import AccessRefused
from classify.access.states import State, StepRefused
from classify.errors import UsageError, nearest
from classify.policy import Policy, Principal


class Recalled(NamedTuple):
    """Grants that were to end.

    Attributes:
        ended: those that did.
        left: those that this person may not end.
    """

    ended: tuple[Entry, ...]
    left: tuple[Entry, ...]


def revoke_all(
    access: Access, by: Principal, *, region: str | None = None, requester: str | None = None, reason: str = ""
) -> Recalled:
    """End every grant before its time, each in a step of its own; what has broken glass too.

    Args:
        region: of those whose grants end, by the groups file. Who has none there may be in it.
        requester: whose grants end; everybody's if it is None.

    Raises:
        UsageError: nobody is known to be in that region.
    """
    concerns = _of_region(access.policy, region) if region is not None else None
    ended: list[Entry] = []
    left: list[Entry] = []
    for entry in access.entries(requester=requester, states=(State.GRANTED, State.REVIEW_DUE)):
        if concerns is not None and not concerns(entry.requester):
            continue
        try:
            ended.append(access.revoke(entry.id, by, reason=reason))
        except AccessRefused:
            left.append(entry)
        except StepRefused:
            continue  # it ended by itself meanwhile
    return Recalled(tuple(ended), tuple(left))


def _of_region(policy: Policy, region: str) -> Callable[[str], bool]:
    """Whether somebody is, or may be, in a region."""
    regions = {one.id: one.region for one in policy.members or ()}
    known = {one for one in regions.values() if one is not None}
    is_in = policy.terms.regions.is_in
    if not any(is_in(one, (region,)) for one in known):
        raise UsageError(f"nobody in the groups file is in `{region}`{nearest(region, sorted(known))}")

    def concerns(requester: str) -> bool:
        at = regions.get(requester)
        return at is None or is_in(at, (region,))

    return concerns
