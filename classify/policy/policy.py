"""A policy, and what it decides."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from classify.errors import UsageError, nearest
from classify.exposure import Exposure
from classify.labels import DEFAULT_SCHEME, Scheme
from classify.policy.decision import Allow, Decision, Deny, Missing, NeedsApproval, Reason
from classify.policy.facts import Approval, Grant, Principal, Request, Scope, Touch, Touched, touched_by
from classify.policy.index import Index
from classify.policy.requirement import Approvers, Requirement, unfilled
from classify.policy.rules import Effect, Rule, Terms

_LONGEST_REFERENCE = 200


@frozen(eq=False)
class Policy:
    """Rules, and what their words mean. Build one with `Policy.load`.

    Attributes:
        references: by name, the pattern that one must fit whole.
        members: the people who are there now, or None where nobody knows: whether approvals can be had at all.
        purposes: every one that there is, or None where any may be named.
        digests: of the files that it was read from: `policy`, and `groups` where there is one.
        keys: by person, the public key that their approvals are signed by, as `name+id+key`.
    """

    rules: tuple[Rule, ...]
    terms: Terms = field(factory=lambda: Terms(DEFAULT_SCHEME))
    references: Mapping[str, re.Pattern[str]] = field(factory=dict)
    members: tuple[Principal, ...] | None = None
    purposes: tuple[str, ...] | None = None
    keys: Mapping[str, str] = field(factory=dict)
    digests: Mapping[str, str] = field(factory=dict)
    _index: Index = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_index", Index(self.rules, self.terms))

    def __reduce__(self) -> tuple[type[Policy], tuple[Any, ...]]:
        """What is pickled: what it was made of; the index is made anew."""
        return type(self), (
            self.rules,
            self.terms,
            self.references,
            self.members,
            self.purposes,
            self.keys,
            self.digests,
        )

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, groups: str | os.PathLike[str] | None = None, scheme: Scheme | None = None
    ) -> Policy:
        """The policy of a YAML, TOML or JSON file.

        Args:
            groups: a file of the groups and the people in them.
            scheme: of the labels; the default one if None.

        Raises:
            FileError: with everything that is wrong in both files; nothing is decided with half a policy.
        """
        from classify.policy.reader import load_policy

        return load_policy(path, groups, scheme if scheme is not None else DEFAULT_SCHEME)

    def person(self, name: str, identity: str | None = None) -> Principal:
        """Somebody, with what the groups file knows of them.

        Args:
            identity: how well it is known that it is them: one of the policy's `identities`.

        Raises:
            UsageError: the policy has no groups file, or nobody of that name is in it.
        """
        if self.members is None:
            raise UsageError("the policy has no groups file, so that nobody is known")
        found = next((one for one in self.members if one.id == name), None)
        if found is None:
            known = nearest(name, (one.id for one in self.members))
            raise UsageError(f"`{name}` is not in the groups file{known}")
        return evolve(found, identity=identity)

    @property
    def named_purposes(self) -> tuple[str, ...]:
        """Every purpose that there is, as far as the policy says: those that it lists, else those that rules name."""
        if self.purposes is not None:
            return self.purposes
        named = {one for rule in self.rules for one in (*(rule.when.purpose or ()), *(rule.when.purpose_not or ()))}
        return tuple(sorted(named))

    def decide(
        self, request: Request, exposure: Exposure, grants: Iterable[Grant] = (), now: datetime.datetime | None = None
    ) -> Decision:
        """Whether a query may run.

        Args:
            request: who asks for what.
            exposure: what the query touches.
            grants: what was agreed to before; those of others, and those that ended, count for nothing.
            now: with its time zone; the present if None.

        Raises:
            UsageError: a time without a time zone, something else than a request or an exposure, or an exposure of
                another scheme than the policy.
        """
        if not isinstance(request, Request):
            raise UsageError(f"expected a Request, found {type(request).__name__}")
        if not isinstance(exposure, Exposure):
            raise UsageError(f"expected an Exposure, as `analyse` returns it, found {type(exposure).__name__}")
        moment = now if now is not None else datetime.datetime.now(datetime.UTC)
        _require_zone(moment)
        return self.decide_touched(request, touched_by(exposure, self.terms.scheme.bottom), grants, moment)

    def decide_touched(
        self, request: Request, touched: Touched, grants: Iterable[Grant], now: datetime.datetime
    ) -> Decision:
        """The same of what a query touches."""
        if self.purposes is not None and request.purpose is not None and request.purpose not in self.purposes:
            request = evolve(request, purpose=None)  # what nobody listed is not known
        index = self._index
        of_effect = index.of_effect
        labels = frozenset(touch.label for touch in touched.touches)
        actions = touched.actions(request.action)
        here = index.of_request(request, actions) & index.of_whole(labels, touched.is_unresolved)
        met = [here & index.of_touch(touch.label, touch.dataset) for touch in touched.touches]
        whole = 0
        allowed = broken = True
        for mask in met:
            whole |= mask
            allowed = allowed and bool(mask & of_effect[Effect.ALLOW])
            broken = broken and bool(mask & of_effect[Effect.BREAK_GLASS])
        if whole & of_effect[Effect.DENY] or not allowed:
            denied = self._reasons(touched.touches, met, (Effect.DENY,))
            reasons = (*self._unallowed(touched.touches, met), *denied)
            return Deny(reasons, index.advice(whole & of_effect[Effect.DENY]), touched.is_unresolved)
        requirement = index.requirement(whole & of_effect[Effect.REQUIRE])
        obligations = requirement.obligations
        reasons = self._reasons(touched.touches, met, (Effect.REQUIRE, Effect.ALLOW))
        advice = self._index.advice(whole & (of_effect[Effect.REQUIRE] | of_effect[Effect.ALLOW]))
        if not requirement.asks:
            return Allow(reasons, advice, touched.is_unresolved, obligations, (), ())
        covering = [grant for grant in grants if self._covers(grant, request, touched, requirement, now)]
        said = (request.references, *(grant.references for grant in covering))
        lacking = tuple(
            name for name in sorted(requirement.references) if not any(self._fits(name, one.get(name)) for one in said)
        )
        excluded = frozenset((request.principal.id, *((request.author,) if request.author is not None else ())))
        given = [approval for grant in covering for approval in grant.approvals]
        missing = unfilled(requirement.approvals, given, excluded, self.admits)
        if not missing and not lacking:
            return Allow(reasons, advice, touched.is_unresolved, obligations, (), tuple(one.id for one in covering))
        if request.break_glass is not None and broken:
            found = self._break_glass(request, touched, met, whole, now)
            if found is not None:
                return found
        return NeedsApproval(
            reasons,
            advice,
            touched.is_unresolved,
            requirement,
            tuple(Missing(who, count) for who, count in missing.items()),
            lacking,
            self._is_unsatisfiable(requirement, given, excluded),
        )

    def glass_rules(self, decision: Allow) -> tuple[Rule, ...]:
        """The rules by which glass was broken, where it was."""
        met = {rule for one in decision.reasons if one.effect is Effect.BREAK_GLASS for rule in one.rules}
        return tuple(rule for rule in self.rules if rule.id in met)

    def _covers(
        self, grant: Grant, request: Request, touched: Touched, requirement: Requirement, now: datetime.datetime
    ) -> bool:
        """Whether a grant is evidence for this query, as the requirement of today has it."""
        if grant.is_revoked or grant.requester != request.principal.id or grant.scope < requirement.scope:
            return False
        if (grant.action, grant.purpose) != (request.action, request.purpose):
            return False
        if (grant.execution_region, grant.sink) != (request.execution_region, request.sink):
            return False
        ends = grant.ends if requirement.longest is None else min(grant.ends, grant.begins + requirement.longest)
        if not grant.begins <= now < ends:
            return False
        if grant.scope is Scope.STATEMENT:
            return grant.statement is not None and grant.statement == request.statement
        if touched.is_unresolved:
            return False  # what is hidden was not agreed to
        if not touched.does <= {grant.action, "read"}:
            return False  # who agreed that it is read did not agree that it is changed, or handed out
        if grant.scope is Scope.TEMPLATE and (grant.template is None or grant.template != request.template):
            return False
        known = grant.columns
        return all(column in known and known[column].dominates(label) for column, label in touched.columns.items())

    def _fits(self, name: str, text: str | None) -> bool:
        pattern = self.references.get(name)
        if text is None or len(text) > _LONGEST_REFERENCE:
            return False
        return bool(text.strip()) if pattern is None else pattern.fullmatch(text) is not None

    def admits(self, who: Approvers, approval: Approval) -> bool:
        """Whether an approval may stand for a slot."""
        if who.signed and not approval.signed:
            return False
        return who.admits(approval.approver, self.terms.regions, self.terms.scheme, self.terms.identities)

    def best(self) -> tuple[Approval, ...]:
        """An approval of each member, as well known as anybody can be, and signed: what could be had at best."""
        identity = self.terms.identities[-1] if self.terms.identities else None
        return tuple(Approval(evolve(one, identity=identity), signed=True) for one in self.members or ())

    def _is_unsatisfiable(self, requirement: Requirement, given: list[Approval], excluded: frozenset[str]) -> bool:
        if self.members is None:
            return False
        could = [*given, *self.best()]
        return bool(unfilled(requirement.approvals, could, excluded, self.admits))

    def _break_glass(
        self, request: Request, touched: Touched, met: list[int], whole: int, now: datetime.datetime
    ) -> Allow | None:
        """What break-glass allows, or None: each label is met by a rule of it whose terms hold."""
        index = self._index
        begun = request.break_glass
        if begun is None or request.principal.review_overdue is not False:
            return None
        _require_zone(begun)
        used: list[Rule] = []
        for mask in met:
            rule = next(
                (
                    rule
                    for rule in index.rules(mask & index.of_effect[Effect.BREAK_GLASS])
                    if rule.requirement.longest is not None
                    and begun <= now < begun + rule.requirement.longest
                    and all(self._fits(name, request.references.get(name)) for name in rule.requirement.references)
                ),
                None,
            )
            if rule is None:
                return None
            used.append(rule)
        obligations = index.requirement(whole & index.of_effect[Effect.REQUIRE]).obligations
        for rule in used:
            obligations = obligations.join(rule.obligations)
        reviews = tuple(dict.fromkeys(rule.review for rule in used if rule.review is not None))
        reasons = self._reasons(touched.touches, met, (Effect.BREAK_GLASS, Effect.REQUIRE, Effect.ALLOW))
        advice = tuple(dict.fromkeys(rule.advice for rule in used if rule.advice))
        return Allow(reasons, advice, touched.is_unresolved, obligations, reviews, ())

    def _reasons(self, touches: tuple[Touch, ...], met: list[int], effects: tuple[Effect, ...]) -> tuple[Reason, ...]:
        index = self._index
        found = []
        for effect in effects:
            wanted = index.of_effect[effect]
            for touch, mask in zip(touches, met, strict=True):
                if mask & wanted:
                    found.append(Reason(index.ids(mask & wanted), effect, touch.label, touch.dataset, touch.columns))
        return tuple(found)

    def _unallowed(self, touches: tuple[Touch, ...], met: list[int]) -> tuple[Reason, ...]:
        allowing = self._index.of_effect[Effect.ALLOW]
        return tuple(
            Reason((), Effect.DENY, touch.label, touch.dataset, touch.columns)
            for touch, mask in zip(touches, met, strict=True)
            if not mask & allowing
        )


def _require_zone(moment: Any) -> None:
    if not isinstance(moment, datetime.datetime) or moment.tzinfo is None:
        raise UsageError("expected a time with a time zone, as datetime.now(timezone.utc) gives")
