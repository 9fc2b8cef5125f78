"""From tags to labels: what an entry says of itself, and what it takes from the one around it."""

from __future__ import annotations

from collections.abc import Iterable

from classify.labels import Label, Scheme
from classify.names import Name, Part


def tagged(
    scheme: Scheme,
    above: Label,
    level: str | None = None,
    categories: Iterable[str] = (),
    residency: Iterable[str] | None = None,
) -> Label:
    """The label of a column or field with those tags, inside of something that is labelled `above`.

    Without a level it is untagged: it has the level and the categories of `above`, and its own categories with them.
    With a level it has the categories that it names and no others, so that a column of a `pii` dataset may be none.
    Where the data must stay does not depend on what it is: the residency is that of `above` unless it names its own.

    Args:
        above: the dataset's label for a column, the column's for a field in it, the scheme's default for a dataset.

    Raises:
        UsageError: an unknown level or category.
    """
    own = frozenset(categories)
    stays = above.residency if residency is None else frozenset(residency)
    if level is None:
        return scheme.label(above.level, own | above.categories, stays)
    return scheme.label(level, own, stays)


def identity(part: Part) -> tuple[str, bool]:
    """The key under which two parts of names are the same in every dialect; a quoted one is only the same as itself."""
    return (part.text if part.quoted else part.text.lower(), part.quoted)


def identity_of(name: Name) -> tuple[tuple[str, bool], ...]:
    """The key under which two datasets' names are the same in every dialect."""
    return tuple(map(identity, name.parts))
