"""What the walk over a statement has found: a value that only grows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.relation import Found
from classify.sql.session.tables import Table

if TYPE_CHECKING:
    from classify.sql.sources.made import Made, MadeView
    from classify.sql.values.declassify import Use


class Note(NamedTuple):
    """Something unresolved, with the node whose place is told, or the place itself as 0-based offsets."""

    cause: Cause
    name: str
    node: exp.Expr | None
    detail: str
    place: tuple[int, int] | None = None


class Sink(NamedTuple):
    """One written column: the catalog's columns that it is, as direct bits (0 if it knows none), and what flows in."""

    mask: int
    flow: int


class Findings:
    """What a statement touches, as far as the walk over it has come. Nothing is ever taken out.

    Attributes:
        asked: flow of the base columns that are asked for beside the references.
        references: each resolved reference, its flow, and whether it names base columns itself.
        names: names that are accounted for, of references and of sources.
        places: where other names begin that are accounted for; None for one without a place.
        stars: the stars that were read.
        touched: each table named, with the node that names it, or None inside a view.
        made_words: the names, in lower case, of the columns of tables and views that the script made.
        aliased: the names that outputs are given.
        sources: each node in FROM and WITH that names a source.
        sinks: what it writes, by canonical name.
        filled: tables that the script itself made and that it writes.
        variables: names of the variables that it assigns.
        declassified: calls of functions that the scheme trusts.
        notes: what could not be resolved.
    """

    __slots__ = (
        "_counted", "aliased", "asked", "declassified", "filled", "made_words", "names", "notes", "places",
        "references", "sinks", "sources", "stars", "touched", "variables",
    )  # fmt: skip

    def __init__(self) -> None:
        self.asked = 0
        self.references: list[tuple[exp.Expr, Found]] = []
        self.names: list[exp.Expr] = []
        self.places: set[int | None] = set()
        self.stars: list[exp.Expr] = []
        self.touched: list[tuple[exp.Expr | None, Table]] = []
        self.made_words: set[str] = set()
        self.aliased: list[exp.Expr] = []
        self.sources: list[exp.Expr] = []
        self.sinks: dict[str, Sink] = {}
        self.filled: list[Made | MadeView] = []
        self.variables: set[str] = set()
        self.declassified: list[Use] = []
        self.notes: list[Note] = []
        self._counted = 0

    @property
    def reads(self) -> int:
        """Flow of every base column asked for, directly or through a view: what any reference names is among them."""
        flow = self.asked
        for _, (named, _) in islice(self.references, self._counted, None):
            flow |= named
        self._counted = len(self.references)
        self.asked = flow
        return flow
