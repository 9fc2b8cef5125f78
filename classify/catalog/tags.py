"""From tags to labels: what an entry says of itself, and what it takes from the one around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from classify.labels import Label, Scheme
from classify.names import Folding, Name, Part


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


Identity: TypeAlias = tuple[str, bool]


def identity(part: Part, folding: Folding | None = None) -> Identity:
    """The key under which two parts of names are the same.

    Args:
        folding: by which they are compared; without one, for every dialect: unquoted ones are the same in any case,
            and a quoted one is the same as itself alone.
    """
    if folding is not None:
        return (folding.fold(part.text, part.quoted), False)
    return (part.text if part.quoted else part.text.lower(), part.quoted)


def identity_of(name: Name, folding: Folding | None = None) -> tuple[Identity, ...]:
    """The key under which two datasets' names are the same."""
    return tuple(identity(part, folding) for part in name.parts)
