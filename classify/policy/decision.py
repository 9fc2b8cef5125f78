"""What a policy decides, with every reason."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from attrs import frozen

from classify.labels import Label
from classify.policy.requirement import Approvers, Obligations, Requirement
from classify.policy.rules import Effect, Review


@frozen
class Reason:
    """Why: rules that met a label, or that none did.

    Attributes:
        rules: their ids, in the order of the policy; none where no rule allows.
        effect: what they do; `deny` where there are none.
        label, dataset, columns: that they met.
    """

    rules: tuple[str, ...]
    effect: Effect
    label: Label
    dataset: str | None
    columns: tuple[str, ...]

    def __str__(self) -> str:
        what = ", ".join(self.columns[:3]) + (f" and {len(self.columns) - 3} more" if len(self.columns) > 3 else "")
        data = f"{self.label}" + (f" ({what})" if what else "")
        return f"{self.effect} by {', '.join(self.rules)}: {data}" if self.rules else f"no rule allows {data}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "rules": list(self.rules),
            "effect": str(self.effect),
            "label": self.label.to_dict(),
            "dataset": self.dataset,
            "columns": list(self.columns),
        }


@frozen
class _Decision:
    """What all decisions have.

    Attributes:
        reasons: every rule that met a label, in the order of the policy, those that decided first.
        advice: lines for who asks.
        is_unresolved: whether the query was not understood, so that the strictest rules met it.
    """

    kind: ClassVar[str]
    reasons: tuple[Reason, ...]
    advice: tuple[str, ...]
    is_unresolved: bool

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "decision": self.kind,
            "unresolved": self.is_unresolved,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "advice": list(self.advice),
        }

    def _lines(self, first: str, effects: tuple[Effect, ...]) -> str:
        said = [f"  {reason}" for reason in self.reasons if reason.effect in effects]
        if self.is_unresolved:
            said.append(
                "  the query was not understood in full, so it counts as the highest class: `classify analyse` says why"
            )
        return "\n".join([first, *said, *(f"  advice: {line}" for line in self.advice)])


@frozen
class Allow(_Decision):
    """It may run.

    Attributes:
        obligations: what must be done with it; who cannot must not run it.
        reviews: that follow, where it runs by break-glass.
        grants: ids of the grants that were needed.
    """

    kind: ClassVar[str] = "allow"
    obligations: Obligations
    reviews: tuple[Review, ...]
    grants: tuple[str, ...]

    def __str__(self) -> str:
        return self._lines("allow" + (" by break-glass, with a review" if self.reviews else ""), (Effect.ALLOW,))

    def to_dict(self) -> dict[str, Any]:
        return {
            **super().to_dict(),
            "obligations": self.obligations.to_dict(),
            "grants": list(self.grants),
            "reviews": [
                {"count": one.count, "groups": sorted(one.groups), "within_s": one.within.total_seconds()}
                for one in self.reviews
            ],
        }


@frozen
class Deny(_Decision):
    """It may not run, whoever agrees."""

    kind: ClassVar[str] = "deny"

    def __str__(self) -> str:
        return self._lines("deny", (Effect.DENY,))


@frozen
class Missing:
    """So many people of a kind who have not agreed yet."""

    approvers: Approvers
    count: int

    def __str__(self) -> str:
        return f"{self.count} of {self.approvers}"


@frozen
class NeedsApproval(_Decision):
    """It may run once somebody agrees.

    Attributes:
        requirement: all that is required.
        missing: who has not agreed yet; grants that cover the query have been counted.
        references: names of those that are missing, or do not look as they must.
        unsatisfiable: whether those who are there now could not agree to it together.
    """

    kind: ClassVar[str] = "needs_approval"
    requirement: Requirement
    missing: tuple[Missing, ...]
    references: tuple[str, ...]
    unsatisfiable: bool

    def __str__(self) -> str:
        wanted = [*map(str, self.missing), *(f"a reference: {name}" for name in self.references)]
        first = f"needs approval: {'; '.join(wanted)}"
        if self.unsatisfiable:
            first += " (there are not enough people for it)"
        return self._lines(first, (Effect.REQUIRE,))

    def to_dict(self) -> dict[str, Any]:
        longest = self.requirement.longest
        return {
            **super().to_dict(),
            "missing": [
                {
                    "count": one.count,
                    "groups": sorted(one.approvers.groups),
                    "region": one.approvers.region,
                    "clearance": one.approvers.clearance,
                    "signed": one.approvers.signed,
                    "identity": one.approvers.identity,
                }
                for one in self.missing
            ],
            "references": list(self.references),
            "for_at_most_s": longest.total_seconds() if longest is not None else None,
            "scope": self.requirement.scope.name.lower(),
            "obligations": self.requirement.obligations.to_dict(),
            "unsatisfiable": self.unsatisfiable,
        }


Decision: TypeAlias = Allow | Deny | NeedsApproval
