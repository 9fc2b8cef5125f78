"""What is odd in a policy that loads: words that nobody has, rules that never decide, people who do not suffice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import fields, frozen

from classify.catalog import Catalog, Column
from classify.policy.facts import Approval
from classify.policy.policy import Policy
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
                if other.effect is Effect.DENY and _implies(rule.when, other.when):
                    yield Oddity(rule.place, f"`{rule.id}` allows nothing: `{other.id}` denies all that it meets")
        if rule.requirement.approvals and policy.members is not None:
            could = [Approval(person, signed=True) for person in policy.members]
            missing = unfilled(rule.requirement.approvals, could, frozenset(), policy.admits)
            for who, count in missing.items():
                yield Oddity(rule.place, f"`{rule.id}` asks for more people than there are: {count} of {who} too few")
    if catalog is not None:
        yield from _unheard(policy, catalog)


def _implies(narrow: When, wide: When) -> bool:
    """Whether all that meets a rule that allows meets one that denies, as far as that can be told from the words."""
    for one in fields(When):
        wanted, own = getattr(wide, one.name), getattr(narrow, one.name)
        if wanted in (None, False):
            continue
        if one.name not in _ALIKE or own is None or not own <= wanted:
            return False
    return True


_ALIKE = frozenset("groups_any employment region_in execution_in sink_in sink_kind action purpose environment".split())
"""Tests that mean the same in every rule: one with fewer words meets less."""


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
