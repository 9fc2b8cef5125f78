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
        column: what the column is called where the field is called otherwise, or None.

    Raises:
        UsageError: an argument that is no text.
    """

    __slots__ = ("categories", "column", "level", "residency")

    def __init__(
        self,
        level: str,
        *categories: str,
        residency: str | Iterable[str] | None = None,
        column: str | None = None,
    ) -> None:
        if not _are_texts((level, *categories)):
            raise UsageError(f"a tag takes a level and categories as texts, found {(level, *categories)!r}")
        if column is not None and not _are_texts((column,)):
            raise UsageError(f"tag `{level}`: expected a column's name as text, found {column!r}")
        self.level = level
        self.categories = categories
        self.residency = None if residency is None else residencies(residency, f"tag `{level}`")
        self.column = column

    def _key(self) -> tuple[object, ...]:
        return self.level, self.categories, self.residency, self.column

    def __repr__(self) -> str:
        named = [f"{name}={value!r}" for name, value in zip(("residency", "column"), self._key()[2:], strict=True)]
        words = [*map(repr, (self.level, *self.categories)), *(one for one in named if not one.endswith("=None"))]
        return f"Tag({', '.join(words)})"

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Tag) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())
