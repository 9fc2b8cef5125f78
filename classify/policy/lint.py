"""What is odd in a policy that loads: words that nobody has, rules that never decide, people who do not suffice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from classify.catalog import Catalog, Column
from classify.policy.facts import ACTIONS
from classify.policy.policy import Policy
from classify.policy.regions import Regions
from classify.policy.requirement import unfilled
from classify.policy.rules import Effect, Rule, When, has_category


@frozen
class Oddity:
    """Something odd.

    Attributes:
        place: of the rule, or an empty text.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def odd(policy: Policy, catalog: Catalog | None) -> Iterator[Oddity]:
    """What is odd, in the order of the policy; what only a catalog can tell is left out without one."""
    for rule in policy.rules:
        if rule.effect is Effect.ALLOW:
            for other in policy.rules:
                if other.effect is Effect.DENY and implies(rule.when, other.when, policy):
                    yield Oddity(rule.place, f"`{rule.id}` allows nothing: `{other.id}` denies all that it meets")
        if rule.requirement.approvals and policy.members is not None:
            missing = unfilled(rule.requirement.approvals, list(policy.best()), frozenset(), policy.admits)
            for who, count in missing.items():
                yield Oddity(rule.place, f"`{rule.id}` asks for more people than there are: {count} of {who} too few")
    if catalog is not None:
        yield from _unheard(policy, catalog)


def implies(allow: When, deny: When, policy: Policy) -> bool:
    """Whether every request and label that meets an `allow` meets a `deny`, as far as one `deny` can tell alone.

    What the data has at least is never implied by what it has at most, but for a level that all data has.
    """
    terms = policy.terms
    if deny.level is not None and terms.scheme.level(deny.level).rank > 0:
        return False
    if deny.categories or deny.residency or deny.together or deny.unresolved:
        return False
    if deny.groups_none is not None or deny.clearance is not None or deny.identity is not None:
        return False
    if deny.datasets is not None and not set(allow.datasets or ("*",)) <= {*deny.datasets}:
        return False
    if deny.purpose_not is not None and (allow.purpose is None or allow.purpose & deny.purpose_not):
        return False
    return (
        all(_is_there(allow, deny, *names, terms.regions) for names in _PLACES)
        and _is_within(allow.groups_any, deny.groups_any, None)
        and _is_within(allow.employment, deny.employment, None)
        and _is_within(allow.sink_kind, deny.sink_kind, None)
        and _is_within(allow.environment, deny.environment, None)
        and _is_within(allow.purpose, deny.purpose, policy.purposes)
        and _is_within(allow.action, deny.action, ACTIONS)
    )


_PLACES = (("region_in", "outside"), ("execution_in", "execution_outside"), ("sink_in", "sink_outside"))


def _is_within(own: frozenset[str] | None, wanted: frozenset[str] | None, every: Iterable[str] | None) -> bool:
    """Whether one of some words is always one of those wanted; `every` word that there is stands for no test."""
    if wanted is None:
        return True
    words = own if own is not None else every
    return words is not None and wanted.issuperset(words)


def _is_there(allow: When, deny: When, within: str, outside: str, regions: Regions) -> bool:
    """Whether every place that an `allow` names is where a `deny` wants it."""
    wanted, without = getattr(deny, within), getattr(deny, outside)
    if wanted is None and without is None:
        return True
    named = getattr(allow, within)
    if named is None:
        return False
    places = {place for place in (*regions.known, *named) if regions.is_in(place, named)}
    return all(
        (wanted is None or regions.is_in(place, wanted)) and (without is None or not regions.is_in(place, without))
        for place in places
    )


def _unheard(policy: Policy, catalog: Catalog) -> Iterator[Oddity]:
    """Categories that no column has, and residencies that no rule names."""
    labels = {column.label for dataset in catalog.datasets for column in _all(dataset.columns)}
    for rule in policy.rules:
        for category in sorted(_categories(rule)):
            if not any(has_category(label, category) for label in labels):
                yield Oddity(rule.place, f"`{rule.id}` names the category `{category}`, which no column has")
    named = {region for rule in policy.rules for region in rule.when.residency or ()}
    for region in sorted({region for label in labels for region in label.residency}):
        if not policy.terms.regions.is_in(region, named):
            yield Oddity("", f"no rule names the residency `{region}`, which columns have")


def _all(columns: Iterable[Column]) -> Iterator[Column]:
    for column in columns:
        yield column
        yield from _all(column.fields)


def _categories(rule: Rule) -> set[str]:
    when = rule.when
    return {*(when.categories or ()), *(one for some in when.together or () for one in some)}
