"""Laws of deciding, on generated policies, and a second implementation that decides the same.

`python -m tests.unit.policy.test_laws --count 1000000` tries the second implementation on many more.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any, TypeVar

from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from classify.labels import Label
from classify.policy import (
    Allow,
    Approval,
    Decision,
    Deny,
    Effect,
    Grant,
    NeedsApproval,
    Policy,
    Request,
    Requirement,
    Rule,
)
from classify.policy.facts import Touch, Touched
from classify.policy.requirement import unfilled
from tests.unit.policy import generated, oracle
from tests.unit.policy.generated import CATEGORIES, NOW, SCHEME, TERMS, drawn

T = TypeVar("T")
World = tuple[Policy, Request, Touched, list[Grant]]
WORLDS, LABELS = drawn(generated.world), drawn(generated.label)
REQUIREMENTS = drawn(generated.requirement)
QUICK = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def decided(world: World) -> Decision:
    policy, request, touched, grants = world
    return policy.decide_touched(request, touched, grants, NOW)


def strictness(decision: Decision) -> int:
    return {Allow: 0, NeedsApproval: 1, Deny: 2}[type(decision)]


def never_loosens(before: Decision, after: Decision) -> None:
    assert strictness(before) <= strictness(after)
    if isinstance(before, Allow) and isinstance(after, Allow) and not before.reviews and not after.reviews:
        assert before.obligations.join(after.obligations) == after.obligations
    if isinstance(before, NeedsApproval) and isinstance(after, NeedsApproval):
        assert before.requirement.join(after.requirement) == after.requirement


def told(decision: Decision) -> set[tuple[str, Touch]]:
    return {
        (rule, Touch(reason.label, reason.dataset, reason.columns))
        for reason in decision.reasons
        for rule in reason.rules or ("none",)
    }


def agrees(world: World) -> None:
    policy, request, touched, grants = world
    found, expected = decided(world), oracle.decide(policy, request, touched, grants, NOW)
    assert found.kind == expected.kind
    effects = {rule.id: rule.effect for rule in policy.rules}
    shown = {"deny": (Effect.DENY,), "needs_approval": (Effect.REQUIRE, Effect.ALLOW)}.get(
        found.kind, (Effect.REQUIRE, Effect.ALLOW, *((Effect.BREAK_GLASS,) if expected.by_break_glass else ()))
    )
    at = {touch: position for position, touch in enumerate(touched.touches)}
    reasons = {
        (rule, at[Touch(reason.label, reason.dataset, reason.columns)])
        for reason in found.reasons
        for rule in reason.rules
    }
    assert reasons == {(rule, position) for rule, position in expected.met if effects[rule] in shown}
    if isinstance(found, NeedsApproval):
        assert sum(one.count for one in found.missing) == expected.missing
        assert found.references == expected.references
    if isinstance(found, Allow):
        assert bool(found.reviews) == expected.by_break_glass


@QUICK
@given(WORLDS)
def test_a_second_implementation_decides_the_same(world: World) -> None:
    agrees(world)


@QUICK
@given(WORLDS, st.sampled_from(SCHEME.names))
def test_more_clearance_never_denies_more(world: World, clearance: str) -> None:
    policy, request, touched, grants = world
    own = request.principal.clearance
    if own in SCHEME.names and SCHEME.level(clearance).rank < SCHEME.level(str(own)).rank:
        return
    better = evolve(request, principal=evolve(request.principal, clearance=clearance))
    assert strictness(decided((policy, better, touched, grants))) <= strictness(decided(world))


@QUICK
@given(WORLDS, LABELS, st.sampled_from(CATEGORIES))
def test_a_higher_label_never_loosens(world: World, label: Label, category: str) -> None:
    policy, request, touched, grants = world
    first, *rest = touched.touches
    for other in (label, SCHEME.label("public", [category])):
        higher = first.label.join(other)
        touches = (evolve(first, label=higher), *rest)
        columns = {**touched.columns, **dict.fromkeys(first.columns, higher)}
        never_loosens(
            decided(world), decided((policy, request, evolve(touched, touches=touches, columns=columns), grants))
        )


@QUICK
@given(WORLDS, LABELS)
def test_touching_more_never_loosens(world: World, label: Label) -> None:
    policy, request, touched, grants = world
    more = Touch(label, "app.more", ("app.more.x",))
    columns = {**touched.columns, "app.more.x": more.label}
    wider = evolve(touched, touches=(*touched.touches, more), columns=columns)
    never_loosens(decided(world), decided((policy, request, wider, grants)))


FACTS = ("purpose", "environment", "execution_region", "break_glass", "template", "statement")
OF_PERSON = ("groups", "region", "employment", "clearance", "identity", "review_overdue")


@QUICK
@given(WORLDS, st.sampled_from((*FACTS, *OF_PERSON)))
def test_a_fact_less_never_loosens(world: World, fact: str) -> None:
    policy, request, touched, grants = world
    unknown: dict[str, Any] = {fact: None}
    if fact in FACTS:
        less = evolve(request, **unknown)
    else:
        less = evolve(request, principal=evolve(request.principal, **unknown))
    before, after = decided(world), decided((policy, less, touched, grants))
    assert strictness(before) <= strictness(after)


@QUICK
@given(WORLDS, drawn(generated.tightening_rule), st.integers(0, 9))
def test_one_more_rule_that_tightens_never_loosens(world: World, rule: Rule, at: int) -> None:
    policy, request, touched, grants = world
    own = list(policy.rules)
    own.insert(at, evolve(rule, id="more"))
    never_loosens(decided(world), decided((evolve(policy, rules=tuple(own)), request, touched, grants)))


@QUICK
@given(WORLDS, st.randoms(use_true_random=False))
def test_order_is_irrelevant(world: World, random: Random) -> None:
    policy, request, touched, grants = world

    def mixed(values: Iterable[T]) -> list[T]:
        found = list(values)
        random.shuffle(found)
        return found

    turned = evolve(policy, rules=tuple(mixed(policy.rules)))
    grants_turned = [evolve(grant, approvals=tuple(mixed(grant.approvals))) for grant in mixed(grants)]
    touched_turned = evolve(touched, touches=tuple(mixed(touched.touches)))
    before, after = decided(world), decided((turned, request, touched_turned, grants_turned))
    assert type(before) is type(after)
    assert told(before) == told(after)
    assert set(before.advice) == set(after.advice)
    if isinstance(before, NeedsApproval) and isinstance(after, NeedsApproval):
        assert before.missing == after.missing
        assert before.requirement == after.requirement
    if isinstance(before, Allow) and isinstance(after, Allow) and not before.reviews:
        assert before.obligations == after.obligations


def satisfies(requirement: Requirement, approvals: list[Approval]) -> bool:
    policy = Policy((), TERMS)
    return not unfilled(requirement.approvals, approvals, frozenset(("ann",)), policy.admits)


@QUICK
@given(REQUIREMENTS, REQUIREMENTS, REQUIREMENTS, drawn(generated.approvals), drawn(generated.approval))
def test_requirements_are_a_lattice(
    one: Requirement, other: Requirement, third: Requirement, approvals: list[Approval], more: Approval
) -> None:
    both = one.join(other)
    assert both == other.join(one)
    assert one.join(one) == one
    assert both.join(third) == one.join(other.join(third))
    if satisfies(both, approvals):
        assert satisfies(one, approvals)
        assert satisfies(other, approvals)
    if satisfies(one, approvals):
        # A person who is already there in another's name makes two people one; another person makes none less.
        known = {person for approval in approvals for person in (approval.approver.id, approval.acting_for)}
        if not known & {more.approver.id, more.acting_for} - {None}:
            assert satisfies(one, [*approvals, more])
    own = evolve(more, approver=evolve(more.approver, id="ann"))
    assert satisfies(one, approvals) == satisfies(one, [*approvals, own])


@QUICK
@given(WORLDS)
def test_a_grant_covers_every_smaller_query(world: World) -> None:
    policy, request, touched, grants = world
    if not isinstance(decided(world), Allow) or len(touched.touches) < 2:
        return
    kept = touched.touches[1:]
    columns = {column: touch.label for touch in kept for column in touch.columns}
    smaller = evolve(touched, touches=kept, columns=columns)
    assert isinstance(decided((policy, request, smaller, grants)), Allow)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Tries the second implementation on policies made by chance.")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    kinds: Counter[str] = Counter()
    for at in range(options.seed, options.seed + options.count):
        made = generated.world(Random(at))
        try:
            agrees(made)
        except AssertionError:
            print(f"--seed {at} --count 1")
            raise
        kinds[decided(made).kind] += 1
    print(f"{options.count:,} worlds, all decided the same: {', '.join(f'{n:,} {kind}' for kind, n in kinds.items())}")
