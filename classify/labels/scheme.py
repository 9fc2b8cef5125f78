"""A scheme: the levels and categories that labels are made of."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable

from attrs import field, frozen

from classify.errors import UsageError, nearest
from classify.labels.declassify import DeclassifyingFunction
from classify.labels.label import EVERY, Label, ancestors
from classify.labels.level import Level

__all__ = ["CATEGORY", "DEFAULT_SCHEME", "LEVEL", "Scheme", "nearest"]

# None has a control character: a terminal would obey it.
_WORD = r"""[^\s.,=*"'`\x00-\x1f\x7f-\x9f]+"""
LEVEL = r"""^[^\s,=*"'`\x00-\x1f\x7f-\x9f]+$"""
"""What a level's name looks like: it stands in settings and comments as `ceiling=internal`."""
CATEGORY = rf"^(\*|{_WORD}(\.{_WORD})*)$"
"""What a category looks like; `*` is every one."""


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


def _with_ancestors(categories: Iterable[str] | None) -> frozenset[str] | None:
    if categories is None:
        return None
    found = frozenset(categories)
    return found.union(*(frozenset(ancestors(category)) for category in found))


@frozen
class Scheme:
    """An ordered set of levels, and the categories that labels may name.

    Attributes:
        names: the levels' names, lowest first.
        default: the level of what nobody tagged.
        categories: the known categories, with their ancestors; None where any dotted name may be used.
        declassify: the functions trusted to lower what they are given.
        levels: lowest first.

    Raises:
        UsageError: no levels, one named twice, a name that is none, or a default that is no level.
    """

    names: tuple[str, ...] = field(converter=_texts)
    default: str
    categories: frozenset[str] | None = field(default=None, converter=_with_ancestors)
    declassify: tuple[DeclassifyingFunction, ...] = ()
    levels: tuple[Level, ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.names or len(set(self.names)) != len(self.names):
            raise UsageError("a scheme needs at least one level, each named once")
        for name in self.names:
            if not re.fullmatch(LEVEL, name):
                raise UsageError(f"`{name}` is no name of a level, expected a word without spaces, commas and quotes")
        highest = len(self.names) - 1
        object.__setattr__(self, "levels", tuple(Level(name, rank, highest) for rank, name in enumerate(self.names)))
        self.level(self.default)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Scheme:
        """The scheme of a YAML, TOML or JSON file.

        Raises:
            FileError: with everything that is wrong in the file.
        """
        from classify.labels.scheme_file import load_scheme

        return load_scheme(path)

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
        for category in found:
            self.require_category(category)
        return Label(self.level(level), frozenset(found), frozenset(residency))

    def require_category(self, category: str) -> None:
        """Nothing, if labels may have that category.

        Raises:
            UsageError: they may not.
        """
        if not re.fullmatch(CATEGORY, category):
            raise UsageError(f"`{category}` is no category, expected words joined by dots, as `pii.ssn`")
        if self.categories is not None and category not in self.categories and category != EVERY:
            hint = nearest(category, self.categories)
            raise UsageError(f"unknown category `{category}`{hint}, expected one that the scheme lists")

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
