"""A rule: what it tests, and what it does where all of its tests are met.

Whatever tightens tests "at least", and counts what is not known as met; whatever loosens tests "at most", and counts it
as not met. So a higher label, one more category or one fact less never loosens a decision.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from attrs import field, frozen

from classify.labels import Label, Scheme
from classify.labels.label import EVERY
from classify.policy.facts import Request
from classify.policy.regions import Regions
from classify.policy.requirement import NONE, Obligations, Requirement


class Effect(enum.StrEnum):
    """What a rule does."""

    ALLOW = "allow"
    DENY = "deny"
    REQUIRE = "require"
    BREAK_GLASS = "break_glass"

    @property
    def tightens(self) -> bool:
        return self in (Effect.DENY, Effect.REQUIRE)


@frozen
class Review:
    """What a break-glass is followed by.

    Attributes:
        count, groups: how many people of which groups look at it.
        within: how soon.
    """

    count: int
    groups: frozenset[str]
    within: datetime.timedelta


@frozen
class When:
    """The tests of a rule; each that is None is not made.

    Attributes:
        level: the name of the level that the data has at least where the rule tightens, and at most where it loosens.
        categories, residency: of which the data has one (tightens), or no others (loosens).
        datasets: patterns of names.
        together: lists of categories that a query touches all of.
        unresolved: whether the query was not understood.
        groups_none: groups that the requester is in none of.
        clearance, identity: that the requester is below (tightens), or has at least (loosens).
    """

    level: str | None = None
    categories: frozenset[str] | None = None
    residency: frozenset[str] | None = None
    datasets: tuple[str, ...] | None = None
    together: tuple[frozenset[str], ...] | None = None
    unresolved: bool = False
    groups_any: frozenset[str] | None = None
    groups_none: frozenset[str] | None = None
    employment: frozenset[str] | None = None
    clearance: str | None = None
    identity: str | None = None
    region_in: frozenset[str] | None = None
    outside: frozenset[str] | None = None
    execution_in: frozenset[str] | None = None
    execution_outside: frozenset[str] | None = None
    sink_in: frozenset[str] | None = None
    sink_outside: frozenset[str] | None = None
    sink_kind: frozenset[str] | None = None
    action: frozenset[str] | None = None
    purpose: frozenset[str] | None = None
    purpose_not: frozenset[str] | None = None
    environment: frozenset[str] | None = None


@frozen
class Rule:
    """One rule of a policy.

    Attributes:
        requirement: what it requires; of a break-glass how long it holds, its references and its obligations.
        review: of a break-glass.
        advice: a line for who asks, or an empty text.
        place: `file:line:col`, or an empty text.
    """

    id: str
    effect: Effect
    when: When
    requirement: Requirement = NONE
    review: Review | None = None
    advice: str = ""
    place: str = ""

    @property
    def obligations(self) -> Obligations:
        """What it obliges to."""
        return self.requirement.obligations


@frozen
class Terms:
    """What the words of rules mean.

    Attributes:
        identities: how well it is known who somebody is, the weakest first.
    """

    scheme: Scheme
    regions: Regions = field(factory=Regions)
    identities: tuple[str, ...] = ()


def meets_label(rule: Rule, label: Label, terms: Terms) -> bool:
    """Whether a rule's tests of the data are met by a label."""
    when, tightens = rule.when, rule.effect.tightens
    if when.level is not None:
        rank = terms.scheme.level(when.level).rank
        if label.level.rank < rank if tightens else label.level.rank > rank:
            return False
    if when.categories is not None:
        if tightens:
            if not any(has_category(label, one) for one in when.categories):
                return False
        elif not all(_is_kind_of(one, when.categories) for one in label.categories):
            return False
    if when.residency is not None:
        if tightens:
            if EVERY not in label.residency and not any(
                terms.regions.is_in(one, when.residency) for one in label.residency
            ):
                return False
        elif not all(terms.regions.is_in(one, when.residency) for one in label.residency):
            return False
    return True


def _is_in(label: Label, regions: frozenset[str], terms: Terms) -> Iterator[bool]:
    """Whether each residency of a label is in one of some regions."""
    return (terms.regions.is_in(one, regions) for one in label.residency)


def has_category(label: Label, category: str) -> bool:
    """Whether a label has a category, or a kind of it."""
    return any(own in (category, EVERY) or own.startswith(f"{category}.") for own in label.categories)


def _is_kind_of(category: str, known: frozenset[str]) -> bool:
    return category in known or any(category.startswith(f"{one}.") for one in known)


def meets_dataset(rule: Rule, dataset: str | None, _terms: Terms) -> bool:
    """Whether a rule's test of datasets is met by a name; None for one that nobody knows."""
    patterns = rule.when.datasets
    if patterns is None:
        return True
    if dataset is None:
        return rule.effect.tightens
    return any(fnmatchcase(dataset, pattern) for pattern in patterns)


def meets_whole(rule: Rule, whole: tuple[frozenset[Label], bool], _terms: Terms) -> bool:
    """Whether a rule's tests of the whole query are met: all labels that it touches, and whether it was understood."""
    labels, is_unresolved = whole
    when = rule.when
    if when.unresolved and not is_unresolved:
        return False
    if when.together is None:
        return True
    return any(
        all(any(has_category(label, category) for label in labels) for category in categories)
        for categories in when.together
    )


def _is_one_of(rule: Rule, known: frozenset[str] | None, value: str | None) -> bool:
    if known is None:
        return True
    return rule.effect.tightens if value is None else value in known


def _is_there(
    rule: Rule, inside: frozenset[str] | None, outside: frozenset[str] | None, value: str | None, terms: Terms
) -> bool:
    if value is None:
        return rule.effect.tightens or (inside is None and outside is None)
    if inside is not None and not terms.regions.is_in(value, inside):
        return False
    return outside is None or not terms.regions.is_in(value, outside)


def _meets_groups(rule: Rule, groups: frozenset[str] | None, _terms: Terms) -> bool:
    when = rule.when
    if when.groups_any is None and when.groups_none is None:
        return True
    if groups is None:
        return rule.effect.tightens
    if when.groups_any is not None and groups.isdisjoint(when.groups_any):
        return False
    return when.groups_none is None or groups.isdisjoint(when.groups_none)


def _meets_clearance(rule: Rule, clearance: str | None, terms: Terms) -> bool:
    wanted = rule.when.clearance
    if wanted is None:
        return True
    if clearance is None or clearance not in terms.scheme.names:
        return rule.effect.tightens
    has = terms.scheme.level(clearance).rank >= terms.scheme.level(wanted).rank
    return not has if rule.effect.tightens else has


def _meets_identity(rule: Rule, identity: str | None, terms: Terms) -> bool:
    wanted = rule.when.identity
    if wanted is None:
        return True
    if identity is None or identity not in terms.identities:
        return rule.effect.tightens
    has = terms.identities.index(identity) >= terms.identities.index(wanted)
    return not has if rule.effect.tightens else has


def _meets_purpose(rule: Rule, purpose: str | None, _terms: Terms) -> bool:
    if not _is_one_of(rule, rule.when.purpose, purpose):
        return False
    return rule.when.purpose_not is None or purpose is None or purpose not in rule.when.purpose_not


def meets_actions(rule: Rule, actions: frozenset[str], _terms: Terms) -> bool:
    """Whether a rule's test of actions is met: by one of what is done (tightens), or by all of it (loosens)."""
    wanted = rule.when.action
    if wanted is None:
        return True
    return not actions.isdisjoint(wanted) if rule.effect.tightens else actions <= wanted


Test = Callable[[Rule, Any, Terms], bool]

REQUEST_TESTS: tuple[tuple[str, Callable[[Request], Any], Test], ...] = (
    ("groups", lambda request: request.principal.groups, _meets_groups),
    (
        "region",
        lambda request: request.principal.region,
        lambda rule, value, terms: _is_there(rule, rule.when.region_in, rule.when.outside, value, terms),
    ),
    (
        "employment",
        lambda request: request.principal.employment,
        lambda rule, value, _: _is_one_of(rule, rule.when.employment, value),
    ),
    ("clearance", lambda request: request.principal.clearance, _meets_clearance),
    ("identity", lambda request: request.principal.identity, _meets_identity),
    ("purpose", lambda request: request.purpose, _meets_purpose),
    (
        "environment",
        lambda request: request.environment,
        lambda rule, value, _: _is_one_of(rule, rule.when.environment, value),
    ),
    (
        "execution",
        lambda request: request.execution_region,
        lambda rule, value, terms: _is_there(rule, rule.when.execution_in, rule.when.execution_outside, value, terms),
    ),
    (
        "sink",
        lambda request: request.sink_region,
        lambda rule, value, terms: _is_there(rule, rule.when.sink_in, rule.when.sink_outside, value, terms),
    ),
    (
        "sink kind",
        lambda request: request.sink.kind,
        lambda rule, value, _: _is_one_of(rule, rule.when.sink_kind, value),
    ),
)
"""What rules test of a request: what it is called, the fact, and whether a rule's tests of it are met.

A fact can be kept in a dict.
"""
