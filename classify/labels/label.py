"""A label: how sensitive something is, of what kind, and where it must stay."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from classify.labels.level import Level

EVERY = "*"  # stands for every category, or every residency, in a top label


def ancestors(category: str) -> Iterable[str]:
    """The kinds that a category is a kind of, itself not included: `pii` of `pii.ssn`."""
    at = category.rfind(".")
    while at > 0:
        category = category[:at]
        yield category
        at = category.rfind(".")


def _most_specific(categories: Iterable[str]) -> frozenset[str]:
    """The set without those that another member implies."""
    found = frozenset(categories)
    if EVERY in found:
        return frozenset((EVERY,))
    if len(found) < 2:
        return found
    return found.difference(*(frozenset(ancestors(category)) for category in found))


def _closed(categories: frozenset[str]) -> frozenset[str]:
    return categories.union(*(frozenset(ancestors(category)) for category in categories))


def _residencies(residency: Iterable[str]) -> frozenset[str]:
    found = frozenset(residency)
    return frozenset((EVERY,)) if EVERY in found else found


@frozen(cache_hash=True)
class Label:
    """A point of the lattice: a level, a set of categories, a set of residencies.

    `pii.ssn` is a kind of `pii`, so it implies it, and only the most specific categories are kept.

    Attributes:
        level: the level.
        categories: dotted names; `*` alone stands for every one.
        residency: where the data must stay; `*` alone stands for everywhere named.
    """

    level: Level
    categories: frozenset[str] = field(default=frozenset(), converter=_most_specific)
    residency: frozenset[str] = field(default=frozenset(), converter=_residencies)

    def join(self, other: Label) -> Label:
        """The least upper bound: the higher level, and the union of the sets."""
        if self is other:
            return self
        level = self.level if self.level.rank >= other.level.rank else other.level
        return Label(level, self.categories | other.categories, self.residency | other.residency)

    def meet(self, other: Label) -> Label:
        """The greatest lower bound: the lower level, and what both imply."""
        level = self.level if self.level.rank <= other.level.rank else other.level
        return Label(level, _meet_categories(self.categories, other.categories), _meet(self.residency, other.residency))

    def dominates(self, other: Label) -> bool:
        """Whether whoever may see this may see the other: its level is at least as high, its sets imply the other's."""
        return (
            self.level.rank >= other.level.rank
            and (EVERY in self.categories or other.categories <= _closed(self.categories))
            and (EVERY in self.residency or other.residency <= self.residency)
        )

    def __str__(self) -> str:
        parts = [str(self.level), *sorted(self.categories)]
        return " ".join(parts) + (f" @{','.join(sorted(self.residency))}" if self.residency else "")

    def to_dict(self) -> dict[str, Any]:
        return {"level": str(self.level), "categories": sorted(self.categories), "residency": sorted(self.residency)}


def _meet(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if EVERY in one:
        return other
    return one if EVERY in other else one & other


def _meet_categories(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if EVERY in one:
        return other
    return one if EVERY in other else _closed(one) & _closed(other)
