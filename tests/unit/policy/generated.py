"""Policies, requests, queries and grants, made by Hypothesis: small worlds in which much meets."""

from __future__ import annotations

import datetime
import re
from typing import Any

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


def some(values: tuple[str, ...], least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=least, max_size=2)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def mostly(value: Any, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """That value, but for one time in four."""
    return st.integers(0, 3).flatmap(lambda chance: strategy if chance == 0 else st.just(value))


LABELS = st.builds(
    SCHEME.label,
    st.sampled_from(SCHEME.names),
    some(CATEGORIES),
    some(("us", "us-east", "de")),
) | st.just(SCHEME.top)

PERSONS = st.builds(
    Principal,
    st.sampled_from(PEOPLE),
    maybe(some(GROUPS)),
    maybe(st.sampled_from(PLACES)),
    maybe(st.sampled_from(("staff", "vendor"))),
    maybe(st.sampled_from((*SCHEME.names, "unheard-of"))),
    maybe(st.sampled_from(("password", "token", "unheard-of"))),
    mostly(False, maybe(st.booleans())),
)
SINKS = st.builds(Sink, maybe(st.sampled_from(("person", "table"))), maybe(st.sampled_from(PLACES)))
TEXTS = mostly(
    {"basis": "x", "ticket": "SEC-2"}, st.sampled_from(({}, {"ticket": "SEC-1"}, {"ticket": "no"}, {"basis": " "}))
)
REQUESTS = st.builds(
    Request,
    PERSONS,
    st.sampled_from(("read", "export")),
    maybe(st.sampled_from(("fraud", "ads"))),
    maybe(st.sampled_from(("production", "test"))),
    maybe(st.sampled_from(PLACES)),
    SINKS,
    maybe(st.sampled_from(PEOPLE)),
    TEXTS,
    maybe(mostly(NOW - HOUR / 2, st.sampled_from((NOW, NOW - 5 * HOUR, NOW + HOUR)))),
    maybe(st.sampled_from(("t1", "t2"))),
    maybe(st.sampled_from(("s1", "s2"))),
)

# Each test is made by few rules, or hardly any rule would meet anything.
_SELDOM = st.integers(0, 9)


def seldom(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _SELDOM.flatmap(lambda chance: strategy if chance == 0 else st.none())


def whens(effect: Effect) -> st.SearchStrategy[When]:
    tight = effect.tightens
    only_tight = seldom if tight else lambda _: st.none()
    return st.builds(
        When,
        level=seldom(st.sampled_from(SCHEME.names)),
        categories=seldom(some(CATEGORIES, least=1 if tight else 0)),
        residency=seldom(some(("us", "eea"), least=1 if tight else 0)),
        datasets=seldom(st.sampled_from((("app.users",), ("*",)))),
        together=only_tight(st.just((frozenset(("pii.ssn", "health")),))),
        unresolved=st.booleans() if tight and effect is Effect.REQUIRE else st.just(False),
        groups_any=seldom(some(GROUPS, least=1)),
        groups_none=only_tight(some(GROUPS, least=1)),
        employment=seldom(some(("staff", "vendor"), least=1)),
        clearance=seldom(st.sampled_from(SCHEME.names)),
        identity=seldom(st.sampled_from(TERMS.identities)),
        region_in=seldom(some(PLACES, least=1)),
        outside=only_tight(st.sampled_from((frozenset(("us",)), frozenset(("eea",))))),
        execution_in=seldom(some(PLACES, least=1)),
        execution_outside=only_tight(st.just(frozenset(("us",)))),
        sink_in=seldom(some(PLACES, least=1)),
        sink_outside=only_tight(st.just(frozenset(("us",)))),
        sink_kind=seldom(some(("person", "table"), least=1)),
        action=seldom(some(("read", "write", "export"), least=1)),
        purpose=seldom(some(("fraud", "ads"), least=1)),
        purpose_not=only_tight(some(("fraud", "ads"), least=1)),
        environment=seldom(some(("production", "test"), least=1)),
    )


APPROVERS = st.builds(
    Approvers,
    some(GROUPS, least=1),
    seldom(st.sampled_from(("us", "eea"))),
    seldom(st.sampled_from(SCHEME.names)),
    mostly(False, st.booleans()),
)
OBLIGATIONS = st.builds(Obligations, some(CATEGORIES), maybe(st.integers(0, 100)), st.booleans(), some(GROUPS))
REQUIREMENTS = st.builds(
    Requirement,
    st.dictionaries(APPROVERS, st.integers(1, 2), max_size=2),
    maybe(st.sampled_from((HOUR, 8 * HOUR))),
    some(("ticket", "basis")).map(lambda names: names if len(names) < 2 else frozenset()),
    mostly(Scope.COLUMNS, st.sampled_from(Scope)),
    OBLIGATIONS,
)
REVIEWS = st.builds(Review, st.integers(1, 2), some(GROUPS, least=1), st.just(HOUR))


def rules(effect: Effect) -> st.SearchStrategy[Rule]:
    requirement = REQUIREMENTS if effect is Effect.REQUIRE else st.just(Requirement({}))
    if effect is Effect.BREAK_GLASS:
        requirement = st.builds(
            lambda longest, references, obligations: Requirement({}, longest, references, obligations=obligations),
            st.just(HOUR),
            some(("ticket",)),
            OBLIGATIONS,
        )
    review = REVIEWS if effect is Effect.BREAK_GLASS else st.none()
    return st.builds(
        Rule, st.just("r"), st.just(effect), whens(effect), requirement, review, st.sampled_from(("", "try x"))
    )


def _policy(allow: list[Rule], deny: list[Rule], require: list[Rule], glass: list[Rule]) -> Policy:
    named = [evolve(rule, id=f"r{at}") for at, rule in enumerate((*allow, *deny, *require, *glass))]
    return Policy(tuple(named), TERMS, REFERENCES)


POLICIES = st.builds(
    _policy,
    st.lists(rules(Effect.ALLOW), min_size=1, max_size=3),
    mostly([], st.lists(rules(Effect.DENY), max_size=1)),
    st.lists(rules(Effect.REQUIRE), max_size=2),
    st.lists(rules(Effect.BREAK_GLASS), max_size=1),
)

DATASETS = ("app.users", "app.orders", None)


def _touched(found: list[tuple[Label, str | None]], is_unresolved: bool, done: frozenset[str]) -> Touched:
    unique = dict.fromkeys(found)
    if is_unresolved:
        unique[(SCHEME.top, None)] = None
    touches = tuple(
        Touch(label, dataset, () if dataset is None else (f"{dataset}.c{at}",))
        for at, (label, dataset) in enumerate(unique)
    )
    columns = {column: touch.label for touch in touches for column in touch.columns}
    return Touched(touches, columns, is_unresolved, done)


TOUCHED = st.builds(
    _touched,
    st.lists(st.tuples(LABELS, st.sampled_from(DATASETS)), min_size=1, max_size=3),
    st.sampled_from((False, False, False, True)),
    mostly(frozenset(), some(("write", "export"))),
)

APPROVERS_THEN = st.builds(
    Principal,
    st.sampled_from(PEOPLE),
    mostly(frozenset(GROUPS), maybe(some(GROUPS))),
    maybe(st.sampled_from(PLACES)),
    st.none(),
    maybe(st.sampled_from(SCHEME.names)),
)
APPROVALS = st.builds(Approval, APPROVERS_THEN, mostly(None, st.sampled_from(PEOPLE)), st.booleans())


@st.composite
def grants(draw: st.DrawFn, request: Request, touched: Touched) -> Grant:
    """A grant that is nearly for that request: mostly one thing differs at most."""
    found = Grant(
        "g",
        request.principal.id,
        request.action,
        request.purpose,
        request.execution_region,
        request.sink,
        tuple(draw(st.lists(APPROVALS, min_size=1, max_size=4))),
        NOW - 2 * HOUR,
        NOW + HOUR,
        draw(st.sampled_from(Scope)),
        dict(touched.columns),
        request.template,
        request.statement,
        draw(TEXTS),
    )
    changes: list[dict[str, Any]] = [
        {}, {}, {}, {"requester": "eve"}, {"action": "write"}, {"purpose": "other"}, {"execution_region": "cn"},
        {"sink": Sink("share", "fr")}, {"begins": NOW + HOUR}, {"begins": NOW - HOUR}, {"ends": NOW},
        {"is_revoked": True}, {"columns": {}}, {"columns": dict.fromkeys(touched.columns, SCHEME.bottom)},
        {"template": None}, {"statement": "s3"},
    ]  # fmt: skip
    return evolve(found, **draw(st.sampled_from(changes)))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Policy, Request, Touched, list[Grant]]:
    request, touched = draw(REQUESTS), draw(TOUCHED)
    found = draw(st.lists(grants(request, touched), min_size=1, max_size=2))
    return draw(POLICIES), request, touched, draw(st.sampled_from((found, found, [])))
