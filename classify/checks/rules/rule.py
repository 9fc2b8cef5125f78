"""What a rule is, and what it looks at."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import field, frozen

from classify.catalog import Catalog, Dataset
from classify.checks.finding import Finding, Part
from classify.checks.settings import Touch
from classify.exposure import Exposure, Position, Span, Statement
from classify.labels import Label, Level

if TYPE_CHECKING:  # a policy is loaded where the settings name one
    from classify.checks.asked import Asked  # noqa: TC004  # loaded where it is used
    from classify.checks.suppress import Use
    from classify.policy import Decision
    from classify.policy.regions import Regions  # noqa: TC004  # loaded where it is used

T = TypeVar("T")
F = TypeVar("F")  # a finding, or one with the file that it is in


@frozen(eq=False, repr=False)
class PlacedHole:
    """A hole of a text: what the host writes there, if it is a plain name, and where it is in the text."""

    name: str
    span: Span
    is_template: bool = False


@frozen(eq=False, repr=False)
class Subject:
    """What a rule looks at: one text of SQL, with what its settings ask of it.

    Attributes:
        ceiling: the highest level that a statement may touch.
        touch: which class is held against the ceiling.
        sink: the dataset into which the statements' results go, or None.
        holes: of the text, where only the running program knows what is named.
        catalog: that the text was read with; None where no rule needs it.
        asked: the policy that decides for the text, and what it is asked; None where the settings ask none.
        regions: which is inside which; None where no policy says so.
        today: the day on which declassifications must hold.
    """

    exposure: Exposure
    ceiling: Level
    touch: Touch
    sink: Dataset | None
    holes: tuple[PlacedHole, ...] = ()
    catalog: Catalog | None = None
    today: datetime.date = field(factory=datetime.date.today)
    asked: Asked | None = None
    regions: Regions | None = None

    def decisions(self) -> Iterator[tuple[Statement, Decision]]:
        """What a policy decides of each statement; nothing of one that only the running program knows."""
        if self.asked is None or self.catalog is None:
            return
        for statement in self.exposure.statements:
            if not self.has_hole(statement):
                for decision in self.asked.decisions(statement, self.exposure.dialect, self.sink, self.catalog):
                    yield statement, decision

    def statement_at(self, offset: int) -> Statement | None:
        """The statement that an offset of the text is in."""
        for statement in self.exposure.statements:
            if statement.span.start_offset <= offset < statement.span.end_offset:
                return statement
        return None

    def has_hole(self, statement: Statement) -> bool:
        """Whether only the running program knows what a statement names: then a rule of its own says so."""
        return any(
            statement.span.start_offset <= hole.span.start_offset < statement.span.end_offset for hole in self.holes
        )


@frozen(eq=False, repr=False)
class Rule(Generic[T, F]):
    """One rule: about a text of SQL, about what became of a suppression, or about a ceiling that a file raises.

    What it looks at says where its places are: a `Subject`'s in its text, the others' in the file.

    Attributes:
        code: `CLS` and three digits: 1 for classes, 2 for what could not be understood, 4 for what files say to us.
        name: a few words, joined by `-`.
        check: its findings, in order.
        by_default: whether it counts where the settings do not select it.
    """

    code: str
    name: str
    check: Callable[[T], Iterable[F]]
    by_default: bool = True

    @property
    def page(self) -> str:
        """What it does, why that is bad, an example and what to do, as Markdown: its file's docstring."""
        return sys.modules[self.check.__module__].__doc__ or ""

    @property
    def summary(self) -> str:
        """What it objects to, in one line."""
        return self.page.partition("\n")[0].partition(": ")[2].removesuffix(".")


def about(rule: Rule[Use, Finding], use: Use, message: str, advice: str) -> Finding:
    """A finding about a suppression; its places are in the file."""
    suppression = use.suppression
    parts = tuple(Part(code, ("suppressed",)) for code in suppression.codes)
    return Finding(rule.code, message, advice, suppression.span, suppression.span, None, suppression.ceiling, parts)


@frozen
class Raise:
    """A ceiling that a file or code in it sets above its settings' own.

    Attributes:
        ceiling: the level that it sets.
        settings: the level that the settings give it.
        reason: why, or an empty text.
        span: in the file.
    """

    ceiling: str
    settings: str
    reason: str
    span: Span


def above(label: Label, ceiling: Level) -> bool:
    """Whether a label's level is above a ceiling."""
    return label.level.rank > ceiling.rank


@frozen(eq=False, repr=False)
class CatalogUse:
    """A catalog, and what the checked files use of it.

    Attributes:
        named: canonical names of the datasets that some query reads or writes.
        dialect: of the views that name none, or None.
    """

    catalog: Catalog
    named: frozenset[str]
    dialect: str | None


def at_place(code: str, place: str, message: str, advice: str, part: Part) -> tuple[str, Finding]:
    """The file of a place `file:line:col`, and a finding there."""
    path, line, column = place.rsplit(":", 2)
    start = Position(int(line), int(column))
    span = Span(start, Position(int(line), int(column) + 1), 0, 0)
    return path, Finding(code, message, advice, span, span, part.label, "", (part,))


def accepting(code: str, level: Level) -> str:
    """The comment that accepts a finding."""
    return f'`-- classify: allow[{code}] ceiling={level} reason="…"`'


def listed(words: Iterable[str], most: int = 3) -> str:
    """The first few of some words, and how many more there are.

    >>> listed(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    found = list(words)
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"
