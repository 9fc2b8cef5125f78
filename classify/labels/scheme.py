"""A scheme: the levels and categories that labels are made of."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable

from attrs import field, frozen

from classify.errors import UsageError
from classify.labels.label import EVERY, Label
from classify.labels.level import Level


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean `x`?)` for the nearest known word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean `{found[0]}`?)" if found else ""


@frozen
class Scheme:
    """An ordered set of levels, and the categories that labels may name.

    Attributes:
        names: the levels' names, lowest first.
        default: the level of what nobody tagged.
        categories: the known categories, with their ancestors; None where any dotted name may be used.
    """

    names: tuple[str, ...]
    default: str
    categories: frozenset[str] | None = None
    levels: tuple[Level, ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.names or len(set(self.names)) != len(self.names):
            raise UsageError("a scheme needs at least one level, each named once")
        highest = len(self.names) - 1
        object.__setattr__(self, "levels", tuple(Level(name, rank, highest) for rank, name in enumerate(self.names)))
        self.level(self.default)

    def level(self, name: str) -> Level:
        """The level of that name.

        Raises:
            UsageError: no such level.
        """
        for level in self.levels:
            if level == name:
                return level
        raise UsageError(f"unknown level `{name}`{nearest(name, self.names)}, expected one of {', '.join(self.names)}")

    def label(self, level: str, categories: Iterable[str] = (), residency: Iterable[str] = ()) -> Label:
        """The label of those names.

        Raises:
            UsageError: an unknown level or category.
        """
        found = tuple(categories)
        if self.categories is not None:
            for category in found:
                if category not in self.categories and category != EVERY:
                    hint = nearest(category, self.categories)
                    raise UsageError(f"unknown category `{category}`{hint}, expected one that the scheme lists")
        return Label(self.level(level), frozenset(found), frozenset(residency))

    @property
    def untagged(self) -> Label:
        """The label of what nobody tagged."""
        return Label(self.level(self.default))

    @property
    def bottom(self) -> Label:
        return Label(self.levels[0])

    @property
    def top(self) -> Label:
        return Label(self.levels[-1], frozenset((EVERY,)), frozenset((EVERY,)))

    def high_water_mark(self, labels: Iterable[Label]) -> Label:
        """The join over a collection: bottom for an empty one."""
        return functools.reduce(Label.join, labels, self.bottom)


DEFAULT_SCHEME = Scheme(("public", "internal", "confidential", "restricted"), default="restricted")
