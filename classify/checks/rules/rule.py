"""What a rule is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from classify.catalog import Dataset
from classify.checks.finding import Finding
from classify.checks.settings import Touch
from classify.exposure import Exposure
from classify.labels import Label, Level


@frozen
class Subject:
    """What a rule looks at: one text of SQL, with what its settings ask of it.

    Attributes:
        ceiling: the highest level that a statement may touch.
        touch: which class is held against the ceiling.
        sink: the dataset into which the statements' results go, or None.
    """

    exposure: Exposure
    ceiling: Level
    touch: Touch
    sink: Dataset | None


@frozen
class Rule:
    """One rule.

    Attributes:
        code: `CLS` and three digits: 1 for classes, 2 for what could not be understood, 3 for catalogs.
        name: a few words, joined by `-`.
        check: its findings in a text, in order.
    """

    code: str
    name: str
    check: Callable[[Subject], Iterable[Finding]]


def above(label: Label, ceiling: Level) -> bool:
    """Whether a label's level is above a ceiling."""
    return label.level.rank > ceiling.rank


def listed(words: Iterable[str], most: int = 3) -> str:
    """The first few of some words, and how many more there are.

    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    found = list(words)
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"
