"""What is odd in a policy: an `allow` that a `deny` takes back."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

from classify.policy import Effect, Policy, Rule
from classify.policy.facts import ACTIONS
from classify.policy.lint import implies, odd
from classify.policy.rules import When
from tests.unit.policy import generated, oracle
from tests.unit.policy.generated import REFERENCES, TERMS

US, EEA, DE, FR = (frozenset((name,)) for name in ("us", "eea", "de", "fr"))
ADS, FRAUD, BOTH = frozenset(("ads",)), frozenset(("fraud",)), frozenset(("ads", "fraud"))


def made(allow: When, deny: When, purposes: tuple[str, ...] | None = None) -> Policy:
    rules = (Rule("a", Effect.ALLOW, allow), Rule("d", Effect.DENY, deny))
    return Policy(rules, TERMS, REFERENCES, purposes=purposes)


@pytest.mark.parametrize(
    ("allow", "deny", "shadowed"),
    [
        (When(), When(), True),
        (When(level="internal"), When(level="public"), True),
        (When(level="internal"), When(level="internal"), False),
        (When(region_in=DE), When(outside=US), True),
        (When(region_in=EEA), When(outside=DE), False),
        (When(region_in=DE), When(region_in=EEA), True),
        (When(region_in=EEA), When(region_in=DE), False),
        (When(), When(outside=US), False),
        (When(execution_in=DE), When(execution_outside=US), True),
        (When(sink_in=US), When(sink_outside=US), False),
        (When(purpose=ADS), When(purpose_not=FRAUD), True),
        (When(purpose=BOTH), When(purpose_not=FRAUD), False),
        (When(purpose=ADS), When(purpose=BOTH), True),
        (When(), When(purpose=BOTH), False),
        (When(), When(action=frozenset(ACTIONS)), True),
        (When(), When(action=frozenset(("read", "write"))), False),
        (When(datasets=("app.users",)), When(datasets=("app.users", "app.orders")), True),
        (When(datasets=("app.*",)), When(datasets=("app.users",)), False),
        (When(), When(datasets=("*",)), True),
        (When(clearance="restricted"), When(clearance="internal"), False),
        (When(groups_any=frozenset(("security",))), When(groups_none=frozenset(("privacy",))), False),
        (When(), When(categories=frozenset(("pii",))), False),
        (When(), When(unresolved=True), False),
    ],
)
def test_an_allow_that_a_deny_takes_back(allow: When, deny: When, shadowed: bool) -> None:
    assert [str(one) for one in odd(made(allow, deny), None)] == (
        ["`a` allows nothing: `d` denies all that it meets"] if shadowed else []
    )


def test_purposes_that_are_listed_are_all_there_are() -> None:
    assert list(odd(made(When(), When(purpose=BOTH), ("ads", "fraud")), None))
    assert not list(odd(made(When(), When(purpose=ADS), ("ads", "fraud")), None))


def test_what_is_called_shadowed_is() -> None:
    random, found = Random(0), 0
    for _ in range(20_000):
        allow = generated.when(random, Effect.ALLOW)
        deny = generated.when(random, Effect.DENY)
        # Nearly the same tests, or hardly any would imply another.
        deny = evolve(deny, purpose=deny.purpose and allow.purpose, region_in=deny.region_in and allow.region_in)
        policy = made(allow, deny)
        if not implies(allow, deny, policy):
            continue
        found += 1
        for _ in range(3):
            request, touched = generated.request(random), generated.touched(random)
            first, second = policy.rules
            for touch in touched.touches:
                if oracle.meets(policy, first, request, touched, touch.label, touch.dataset):
                    assert oracle.meets(policy, second, request, touched, touch.label, touch.dataset)
    assert found > 1_000
