"""Policies, requests, queries and grants, by chance: small worlds in which much meets.

Each is made of a `Random`, which may be one of Hypothesis' own: then it finds small worlds that fail.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from attrs import evolve
from hypothesis import strategies as st

from classify.labels import Label, Scheme
from classify.policy import (
    Approval,
    Approvers,
    Effect,
    Grant,
    Obligations,
    Policy,
    Principal,
    Request,
    Requirement,
    Review,
    Rule,
    Scope,
    Sink,
)
from classify.policy.facts import Touch, Touched
from classify.policy.regions import Regions
from classify.policy.rules import Terms, When

T = TypeVar("T")

NOW = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
SCHEME = Scheme(("public", "internal", "restricted"), "restricted")
REGIONS = Regions({"us": ("us-east",), "eea": ("de", "fr")})
TERMS = Terms(SCHEME, REGIONS, ("password", "token"))
REFERENCES = {"ticket": re.compile(r"SEC-\d+")}

PLACES = ("us", "us-east", "de", "fr", "cn")
GROUPS = ("security", "privacy", "on-call")
CATEGORIES = ("pii", "pii.ssn", "pii.email", "health")
PEOPLE = ("ann", "bob", "cat", "dan", "eve")


TEXTS: tuple[dict[str, str], ...] = (
    {"basis": "x", "ticket": "SEC-2"},
    {},
    {"ticket": "SEC-1"},
    {"ticket": "no"},
    {"basis": " "},
)
DATASETS = ("app.users", "app.orders", None)


def drawn(make: Callable[[Random], T]) -> st.SearchStrategy[T]:
    """What Hypothesis makes of a function that makes something by chance."""
    return st.randoms(use_true_random=False).map(make)


def some(random: Random, values: Sequence[str], least: int = 0) -> frozenset[str]:
    """A few of some words, seldom more than one."""
    return frozenset(random.sample(values, min(len(values), random.randint(least, 2))))


def maybe(random: Random, values: Sequence[T]) -> T | None:
    return random.choice(values) if random.random() < 0.6 else None


def mostly(random: Random, value: T, others: Sequence[T]) -> T:
    """That value, but for one time in four."""
    return random.choice(others) if random.randrange(4) == 0 else value


def label(random: Random) -> Label:
    if random.randrange(8) == 0:
        return SCHEME.top
    return SCHEME.label(random.choice(SCHEME.names), some(random, CATEGORIES), some(random, ("us", "us-east", "de")))


def person(random: Random) -> Principal:
    return Principal(
        random.choice(PEOPLE),
        some(random, GROUPS) if random.random() < 0.6 else None,
        maybe(random, PLACES),
        maybe(random, ("staff", "vendor")),
        maybe(random, (*SCHEME.names, "unheard-of")),
        maybe(random, ("password", "token", "unheard-of")),
        mostly(random, False, (None, True)),
    )


def references(random: Random) -> dict[str, str]:
    return mostly(random, TEXTS[0], TEXTS[1:])


def request(random: Random) -> Request:
    return Request(
        person(random),
        random.choice(("read", "export")),
        maybe(random, ("fraud", "ads")),
        maybe(random, ("production", "test")),
        maybe(random, PLACES),
        Sink(maybe(random, ("person", "table")), maybe(random, PLACES)),
        maybe(random, PEOPLE),
        references(random),
        maybe(random, (NOW - HOUR / 2, NOW - HOUR / 2, NOW, NOW - 5 * HOUR, NOW + HOUR)),
        maybe(random, ("t1", "t2")),
        maybe(random, ("s1", "s2")),
    )


def when(random: Random, effect: Effect) -> When:
    """The tests of a rule: each rule makes few, or hardly any would meet anything."""
    tight = effect.tightens

    def seldom(value: Callable[[], T]) -> T | None:
        return value() if random.randrange(10) == 0 else None

    def if_tight(value: Callable[[], T]) -> T | None:
        return seldom(value) if tight else None

    def words(*values: str, least: int = 1) -> Callable[[], frozenset[str]]:
        return lambda: some(random, values, least)

    def one(*values: T) -> Callable[[], T]:
        return lambda: random.choice(values)

    return When(
        level=seldom(one(*SCHEME.names)),
        categories=seldom(words(*CATEGORIES, least=1 if tight else 0)),
        residency=seldom(words("us", "eea", least=1 if tight else 0)),
        datasets=seldom(one(("app.users",), ("*",))),
        together=if_tight(lambda: (frozenset(("pii.ssn", "health")),)),
        unresolved=effect is Effect.REQUIRE and random.randrange(2) == 0,
        groups_any=seldom(words(*GROUPS)),
        groups_none=if_tight(words(*GROUPS)),
        employment=seldom(words("staff", "vendor")),
        clearance=seldom(one(*SCHEME.names)),
        identity=seldom(one(*TERMS.identities)),
        region_in=seldom(words(*PLACES)),
        outside=if_tight(one(frozenset(("us",)), frozenset(("eea",)))),
        execution_in=seldom(words(*PLACES)),
        execution_outside=if_tight(one(frozenset(("us",)))),
        sink_in=seldom(words(*PLACES)),
        sink_outside=if_tight(one(frozenset(("us",)))),
        sink_kind=seldom(words("person", "table")),
        action=seldom(words("read", "write", "export")),
        purpose=seldom(words("fraud", "ads")),
        purpose_not=if_tight(words("fraud", "ads")),
        environment=seldom(words("production", "test")),
    )


def obligations(random: Random) -> Obligations:
    return Obligations(
        some(random, CATEGORIES),
        maybe(random, range(101)),
        random.randrange(2) == 0,
        some(random, GROUPS),
    )


def approvers(random: Random) -> Approvers:
    return Approvers(
        some(random, GROUPS, 1),
        random.choice(("us", "eea")) if random.randrange(10) == 0 else None,
        random.choice(SCHEME.names) if random.randrange(10) == 0 else None,
        mostly(random, False, (True,)),
        random.choice(TERMS.identities) if random.randrange(10) == 0 else None,
    )


def requirement(random: Random) -> Requirement:
    return Requirement(
        {approvers(random): random.randint(1, 2) for _ in range(random.randrange(3))},
        maybe(random, (HOUR, 8 * HOUR)),
        random.choice((frozenset(), frozenset(("ticket",)), frozenset(("basis",)))),
        mostly(random, Scope.COLUMNS, tuple(Scope)),
        obligations(random),
    )


def rule(random: Random, effect: Effect) -> Rule:
    required, review = Requirement({}), None
    if effect is Effect.REQUIRE:
        required = requirement(random)
    if effect is Effect.BREAK_GLASS:
        required = Requirement({}, HOUR, some(random, ("ticket",)), obligations=obligations(random))
        review = Review(random.randint(1, 2), some(random, GROUPS, 1), HOUR)
    return Rule("r", effect, when(random, effect), required, review, random.choice(("", "try x")))


def tightening_rule(random: Random) -> Rule:
    return rule(random, random.choice((Effect.DENY, Effect.REQUIRE)))


def policy(random: Random) -> Policy:
    counts = {
        Effect.ALLOW: random.randint(1, 3),
        Effect.DENY: mostly(random, 0, (0, 1)),
        Effect.REQUIRE: random.randrange(3),
        Effect.BREAK_GLASS: random.randrange(2),
    }
    effects = [effect for effect, count in counts.items() for _ in range(count)]
    rules = tuple(evolve(rule(random, effect), id=f"r{at}") for at, effect in enumerate(effects))
    return Policy(rules, TERMS, REFERENCES, purposes=mostly(random, None, (("fraud",), ("fraud", "ads"))))


def touched(random: Random) -> Touched:
    unique = dict.fromkeys((label(random), random.choice(DATASETS)) for _ in range(random.randint(1, 3)))
    is_unresolved = random.randrange(4) == 0
    if is_unresolved:
        unique[(SCHEME.top, None)] = None
    touches = tuple(
        Touch(found, dataset, () if dataset is None else (f"{dataset}.c{at}",))
        for at, (found, dataset) in enumerate(unique)
    )
    columns = {column: touch.label for touch in touches for column in touch.columns}
    done = some(random, ("write", "export", "read")) if random.randrange(4) == 0 else frozenset[str]()
    return Touched(touches, columns, is_unresolved, done)


def approval(random: Random) -> Approval:
    approver = Principal(
        random.choice(PEOPLE),
        mostly(random, frozenset(GROUPS), (None, some(random, GROUPS))),
        maybe(random, PLACES),
        None,
        maybe(random, SCHEME.names),
        maybe(random, ("password", "token", "unheard-of")),
    )
    return Approval(approver, mostly(random, None, PEOPLE), random.randrange(2) == 0)


def approvals(random: Random, least: int = 0, most: int = 6) -> list[Approval]:
    return [approval(random) for _ in range(random.randint(least, most))]


def grant(random: Random, asked: Request, over: Touched) -> Grant:
    """A grant that is nearly for that request: mostly one thing differs at most."""
    found = Grant(
        "g",
        asked.principal.id,
        asked.action,
        asked.purpose,
        asked.execution_region,
        asked.sink,
        tuple(approvals(random, 1, 4)),
        NOW - 2 * HOUR,
        NOW + HOUR,
        random.choice(tuple(Scope)),
        dict(over.columns),
        asked.template,
        asked.statement,
        references(random),
    )
    changes: list[dict[str, Any]] = [
        {}, {}, {}, {"requester": "eve"}, {"action": "write"}, {"purpose": "other"}, {"execution_region": "cn"},
        {"sink": Sink("share", "fr")}, {"begins": NOW + HOUR}, {"begins": NOW - HOUR}, {"ends": NOW},
        {"is_revoked": True}, {"columns": {}}, {"columns": dict.fromkeys(over.columns, SCHEME.bottom)},
        {"template": None}, {"statement": "s3"},
    ]  # fmt: skip
    return evolve(found, **random.choice(changes))


def world(random: Random) -> tuple[Policy, Request, Touched, list[Grant]]:
    asked, over = request(random), touched(random)
    grants = [grant(random, asked, over) for _ in range(random.choice((0, 1, 1, 2, 2)))]
    return policy(random), asked, over, grants
