"""Decisions a second on a dense policy, beside Cedar and CEL on an equal one: `python -m tests.benchmarks.policy`.

The other engines get all facts of one touched label at a time, and answer which rules deny, allow and require: what a
decision is made of. All must decide the same. Needs `pip install cedarpy common-expression-language`; without them the
policy is measured alone. Rates are of this machine; the ratios are of one run.
"""

from __future__ import annotations

import argparse
import datetime
import random
import time
from collections.abc import Callable
from typing import Any

from classify import DEFAULT_SCHEME, Policy, Principal, Request
from classify.policy import Approvers, Effect, Requirement, Rule, Sink
from classify.policy.facts import Touch, Touched
from classify.policy.regions import Regions
from classify.policy.rules import Terms, When

NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
CATEGORIES = tuple(f"kind{at}" for at in range(20))
REGIONS = ("us", "de", "fr", "cn")
PURPOSES = ("fraud", "ads", "safety", "support")
LEVELS = DEFAULT_SCHEME.names


def policy_of(count: int, seed: int) -> Policy:
    """A policy in which each rule tests four facts, and about one in ten meets a query."""
    chance = random.Random(seed)

    def some(values: tuple[str, ...], most: int) -> frozenset[str]:
        return frozenset(chance.sample(values, chance.randint(1, most)))

    rules = [Rule("everyone", Effect.ALLOW, When(employment=frozenset(["staff"])))]
    for at in range(count - 1):
        effect = Effect.REQUIRE if at % 10 < 7 else Effect.ALLOW if at % 10 < 9 else Effect.DENY
        when = When(
            level=chance.choice(LEVELS),
            categories=some(CATEGORIES, 10) if effect.tightens else None,
            region_in=some(REGIONS, 2 if effect is not Effect.DENY else 1),
            purpose=some(PURPOSES, 2 if effect is not Effect.DENY else 1),
            groups_any=frozenset(["rare"]) if effect is Effect.DENY else None,
        )
        approvers = {Approvers(frozenset([f"group{at % 7}"])): 1 + at % 3}
        requirement = Requirement(approvals=approvers if effect is Effect.REQUIRE else {})
        rules.append(Rule(f"r{at}", effect, when, requirement))
    return Policy(tuple(rules), Terms(DEFAULT_SCHEME, Regions(dict.fromkeys(REGIONS, ()))))


def asked(count: int, labels: int, seed: int) -> list[tuple[Request, Touched]]:
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        groups = ["rare"] if chance.random() < 0.1 else ["common"]
        person = Principal("ann", groups, chance.choice(REGIONS), "staff", "restricted")
        request = Request(person, "read", chance.choice(PURPOSES), None, "us", Sink("person"))
        touches = tuple(
            Touch(DEFAULT_SCHEME.label(chance.choice(LEVELS), chance.sample(CATEGORIES, 2)), "app.t", (f"app.t.c{at}",))
            for at in range(labels)
        )
        found.append((request, Touched(touches, {one.columns[0]: one.label for one in touches}, is_unresolved=False)))
    return found


Decider = Callable[[Request, Touched], str]


def own(policy: Policy) -> Decider:
    def decide(request: Request, touched: Touched) -> str:
        decision = policy.decide_touched(request, touched, (), NOW)
        assert decision.reasons
        return decision.kind

    return decide


def facts(request: Request, touch: Touch) -> dict[str, Any]:
    return {
        "level": touch.label.level.rank,
        "categories": sorted(touch.label.categories),
        "region": request.principal.region,
        "purpose": request.purpose,
        "employment": request.principal.employment,
        "groups": sorted(request.principal.groups or ()),
    }


def _terms(rule: Rule, any_of: Callable[[str, frozenset[str]], str], root: str) -> str:
    """The tests of a rule as an expression; `root` stands before the names of facts."""
    when = rule.when
    parts = []
    if when.level is not None:
        parts.append(f"{root}level {'>=' if rule.effect.tightens else '<='} {LEVELS.index(when.level)}")
    if when.categories is not None:
        parts.append(any_of(f"{root}categories", when.categories))
    for name, values in (("region", when.region_in), ("purpose", when.purpose), ("employment", when.employment)):
        if values is not None:
            parts.append(f"{_list(values)}.contains({root}{name})" if root else f"{name} in {_list(values)}")
    if when.groups_any is not None:
        parts.append(any_of(f"{root}groups", when.groups_any))
    return " && ".join(f"({part})" for part in parts)


def _joined(kinds: list[set[Effect]]) -> str:
    """What the rules that meet each label come to."""
    if any(Effect.DENY in one for one in kinds) or not all(Effect.ALLOW in one for one in kinds):
        return "deny"
    return "needs_approval" if any(Effect.REQUIRE in one for one in kinds) else "allow"


def _list(values: frozenset[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in sorted(values)) + "]"


def cedar(policy: Policy) -> Decider:
    import cedarpy

    effects = {rule.id: rule.effect for rule in policy.rules}
    texts = [
        f'@id("{rule.id}") permit(principal, action, resource) when '
        f"{{ {_terms(rule, lambda name, values: f'{name}.containsAny({_list(values)})', 'context.')} }};"
        for rule in policy.rules
    ]
    parsed = cedarpy.PolicySet.from_str("\n".join(texts))
    ids = {f"policy{at}": rule.id for at, rule in enumerate(policy.rules)} | {rule.id: rule.id for rule in policy.rules}
    entities = cedarpy.Entities.from_json_str("[]")

    def decide(request: Request, touched: Touched) -> str:
        asked_for = [
            {
                "principal": 'User::"ann"',
                "action": 'Action::"read"',
                "resource": 'Data::"t"',
                "context": facts(request, touch),
            }
            for touch in touched.touches
        ]
        answers = cedarpy.is_authorized_batch(asked_for, parsed, entities)
        return _joined([{effects[ids[one]] for one in answer.diagnostics.reasons} for answer in answers])

    return decide


def cel(policy: Policy) -> Decider:
    import cel as language

    def any_of(name: str, values: frozenset[str]) -> str:
        return " || ".join(f'"{one}" in {name}' for one in sorted(values))

    def program(effect: Effect) -> Any:
        met = [f"({_terms(rule, any_of, '')})" for rule in policy.rules if rule.effect is effect]
        # An expression that is one long `||` nests too deep to be read.
        return language.compile("[" + ", ".join(met) + "].exists(one, one)")

    programs = {effect: program(effect) for effect in (Effect.DENY, Effect.ALLOW, Effect.REQUIRE)}

    def decide(request: Request, touched: Touched) -> str:
        kinds = []
        for touch in touched.touches:
            context = language.Context()
            for name, value in facts(request, touch).items():
                context.add_variable(name, value)
            kinds.append({effect for effect, one in programs.items() if one.execute(context)})
        return _joined(kinds)

    return decide


def measured(decide: Decider, worlds: list[tuple[Request, Touched]], seconds: float) -> tuple[float, list[float]]:
    """Decisions per second, and how long each took."""
    took: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for request, touched in worlds:
            begun = time.perf_counter()
            decide(request, touched)
            took.append(time.perf_counter() - begun)
            if time.perf_counter() >= until:
                break
    return len(took) / sum(took), sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument("--labels", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    policy, worlds = policy_of(options.rules, 7), asked(2_000, options.labels, 11)
    deciders: dict[str, Decider] = {"classify": own(policy)}
    for name, make in (("Cedar", cedar), ("CEL", cel)):
        try:
            deciders[name] = make(policy)
        except ImportError as error:
            print(f"{name}: left out, {error}")
    expected = [deciders["classify"](*world) for world in worlds[:200]]
    print({kind: expected.count(kind) for kind in sorted(set(expected))})
    rates: dict[str, float] = {}
    for name, decide in deciders.items():
        if [decide(*world) for world in worlds[:200]] != expected:
            raise SystemExit(f"{name} decides otherwise")
        rates[name], took = measured(decide, worlds, options.seconds)
        p99 = 1e6 * took[int(len(took) * 0.99)]
        beside = f", {rates['classify'] / rates[name]:.1f} times slower" if name != "classify" else ""
        print(f"{name}: {rates[name]:,.0f} decisions a second, p99 {p99:,.0f} µs{beside}")


if __name__ == "__main__":
    main()
