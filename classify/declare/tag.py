"""A tag: what a field's annotation says about the data in it."""

from __future__ import annotations

from collections.abc import Iterable

from classify.errors import UsageError


def residencies(residency: str | Iterable[str], where: str) -> tuple[str, ...]:
    """One residency or several, as a tuple.

    Raises:
        UsageError: one that is no text; `where` says whose it is.
    """
    found = (residency,) if isinstance(residency, str) else tuple(residency)
    if not _are_texts(found):
        raise UsageError(f"{where}: expected a residency or several as texts, found {found!r}")
    return found


def _are_texts(words: Iterable[object]) -> bool:
    return all(isinstance(word, str) and word.strip() for word in words)


class Tag:
    """What data a field holds, for `Annotated[str, Tag("restricted", "pii.ssn")]`.

    >>> Tag("confidential", "pii.email", residency="eu")
    Tag('confidential', 'pii.email', residency=('eu',))

    Attributes:
        level: the level's name; which ones there are, a scheme says when the classes are collected.
        categories: dotted names.
        residency: where the data must stay; None for where the dataset's must.

    Raises:
        UsageError: an argument that is no text.
    """

    __slots__ = ("categories", "level", "residency")

    def __init__(self, level: str, *categories: str, residency: str | Iterable[str] | None = None) -> None:
        if not _are_texts((level, *categories)):
            raise UsageError(f"a tag takes a level and categories as texts, found {(level, *categories)!r}")
        self.level = level
        self.categories = categories
        self.residency = None if residency is None else residencies(residency, f"tag `{level}`")

    def __repr__(self) -> str:
        words = ", ".join(map(repr, (self.level, *self.categories)))
        return f"Tag({words})" if self.residency is None else f"Tag({words}, residency={self.residency!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tag):
            return NotImplemented
        return (self.level, self.categories, self.residency) == (other.level, other.categories, other.residency)

    def __hash__(self) -> int:
        return hash((self.level, self.categories, self.residency))
