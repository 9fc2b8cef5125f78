"""Decides whether a text may run below a ceiling, and remembers what it decided."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from classify.catalog import Catalog
from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.ceiling import Limits
from classify.guards.complete import Found, complete
from classify.guards.events import Action, Event, Mode
from classify.guards.refusal import Refusal, refusal_of
from classify.guards.state import State
from classify.guards.system import with_system_tables
from classify.labels import Label, Level
from classify.sql.followed import Analyser, Step

if TYPE_CHECKING:  # a policy is loaded where a guard has one
    from classify.guards.policing import Asked, Policing  # noqa: TC004  # loaded where it is used

MOST_TEXTS = 2_000
"""How many texts are remembered for one ceiling and one state of a session."""
_MOST_STATES = 20
"""How many states are remembered: each connection with temporary tables of its own may be in another."""
FOREVER = float("inf")
_SCHEMAS = {"sqlite": "main"}  # in which a name without one is made, unless it is temporary ("CREATE TABLE")

Reader = Callable[[str], str]
"""Turns a text as the driver takes it into one as the engine reads it, as long as before."""


@frozen(eq=False, repr=False)
class Permit:
    """What was decided of a text.

    Attributes:
        label: the class that it touches.
        outputs: the columns that each of its statements returns, with their labels.
        datasets: that it touches.
        kinds: of its statements.
        steps: what each of its statements does to those behind it.
        refusal: why it may not run, or None.
        ceiling: the level that it was held to.
        is_plain: whether it runs, and nothing is to be asked, told or noted of it.
        changes: whether one of its statements changes what others mean.
        asked: what a policy is asked of it at each use, or None.
        rows_at_most: how many rows may be handed out this time, or None for all.
        receipt: is told how many rows were handed out this time, or None where nobody asks.
    """

    label: Label
    outputs: tuple[tuple[Output, ...], ...]
    datasets: tuple[str, ...]
    kinds: tuple[str, ...]
    steps: tuple[Step, ...]
    refusal: Refusal | None
    ceiling: str
    is_plain: bool
    changes: bool
    asked: Asked | None = None
    rows_at_most: int | None = None
    receipt: Callable[[int], object] | None = None


class Decisions:
    """The decisions for one state, by the ceilings that hold and by the text.

    A lookup takes no lock; only what is put in does.
    """

    __slots__ = ("_lock", "by_levels", "plain", "until")

    def __init__(self, until: float) -> None:
        self._lock = threading.Lock()
        self.by_levels: dict[tuple[str, ...], dict[str, Permit]] = {}
        self.plain: dict[str, Permit] = {}  # what just runs, where no code around sets a ceiling
        self.until = until

    def keep(self, levels: tuple[str, ...], text: str, permit: Permit) -> None:
        with self._lock:
            known = self.by_levels.setdefault(levels, {})
            if len(known) >= MOST_TEXTS:
                for oldest in list(known)[: MOST_TEXTS // 2]:
                    del known[oldest]
                    self.plain.pop(oldest, None)
            known[text] = permit
            if not levels and permit.is_plain:
                self.plain[text] = permit


class Judge:
    """Decides for the connections of one guard.

    Attributes:
        ceiling: the highest level that a statement may touch; None where a policy alone decides.
        policing: the policy that is asked at each use, or None.
        mode: what happens to one that touches more.
        who, on_event: whom events are about, and who is told of each query.
        has_path: whether the guard was told where names are looked up at first, whatever the server says.
        asks_columns: whether the database is to be asked for its columns before anything is decided.
    """

    def __init__(
        self,
        catalog: Catalog,
        dialect: str,
        ceiling: str | None,
        *,
        policing: Policing | None = None,
        default_schema: str | None = None,
        default_database: str | None = None,
        mode: Mode = Mode.ENFORCE,
        on_event: Callable[[Event], object] | None = None,
        who: str = "",
        reader: Reader | None = None,
        asks_columns: bool = False,
    ) -> None:
        self.catalog = catalog
        self.asks_columns = asks_columns
        self._completed: Judge | None = None
        self._options: dict[str, Any] = {
            "policing": policing,
            "default_schema": default_schema,
            "default_database": default_database,
            "mode": mode,
            "on_event": on_event,
            "who": who,
            "reader": reader,
        }
        self.dialect = dialect
        self.ceiling = catalog.scheme.level(ceiling) if ceiling is not None else None
        self.policing = policing
        self._schema = default_schema
        self.mode = mode
        self.on_event = on_event
        self.who = who
        self.has_path = default_schema is not None
        self._reader = reader
        self._analyser = Analyser(
            with_system_tables(catalog, dialect),
            dialect,
            default_schema=default_schema or (None if catalog.search_path else _SCHEMAS.get(dialect)),
            default_database=default_database,
        )
        self._tables: dict[tuple[tuple[str, ...], bool], Decisions] = {}
        self._lock = threading.Lock()
        # What is declassified until a day counts anew on the next.
        self._ends = any(one.until is not None for dataset in catalog.datasets for one in dataset.declassify)

    @property
    def completed(self) -> Judge | None:
        """Who decides instead, once the database was asked: the same for all connections of the guard."""
        return self._completed

    def complete(self, found: Iterable[Found]) -> Judge:
        """Who decides with the columns that the database has, too."""
        catalog = complete(self.catalog, found)
        ceiling = str(self.ceiling) if self.ceiling is not None else None
        self._completed = Judge(catalog, self.dialect, ceiling, **self._options)
        return self._completed

    def first_path(self) -> tuple[str, ...]:
        """The schemas in which a name without one is looked up at first, folded."""
        return self._analyser.first_path()

    def table(self, state: State) -> Decisions:
        """The decisions for a state; made anew at midnight where one may end with the day."""
        key = state.texts, bool(state.marks)
        found = self._tables.get(key)
        if found is None or found.until <= time.time():
            with self._lock:
                if len(self._tables) >= _MOST_STATES:
                    del self._tables[next(iter(self._tables))]
                found = self._tables[key] = Decisions(_midnight() if self._ends else FOREVER)
        return found

    def level_below(self, limits: Limits) -> Level | None:
        """The lowest of the guard's own ceiling and those of the code around; None where there is neither.

        Raises:
            UsageError: a level that the scheme does not have.
        """
        own = (self.ceiling,) if self.ceiling is not None else ()
        return min((*own, *map(self.catalog.scheme.level, limits.levels)), key=lambda level: level.rank, default=None)

    def decide(self, text: str, state: State, limits: Limits) -> Permit:
        """The decision for a text in a state, made or remembered."""
        table = self.table(state)
        found = table.by_levels.get(limits.levels, {}).get(text)
        if found is None:
            found = self._decide(text, state, self.level_below(limits))
            table.keep(limits.levels, text, found)
        return found

    def _decide(self, text: str, state: State, ceiling: Level | None) -> Permit:
        read = self._reader(text) if self._reader is not None else text
        exposure, steps = self._analyser.analyse(read, state.texts, in_transaction=bool(state.marks))
        refusal = refusal_of(read, exposure, ceiling, self.catalog.scheme) if ceiling is not None else None
        asked: Asked | None = None
        if self.policing is not None:
            asked = self.policing.asked(read, exposure, self.catalog, self.dialect, self._schema)
        touched = (
            *(dataset.name for statement in exposure.statements for dataset in statement.datasets),
            *(write.column.rpartition(".")[0] for write in exposure.writes),
        )
        changes = any(step.changes or step.boundary is not None for step in steps)
        return Permit(
            exposure.label,
            tuple(statement.outputs for statement in exposure.statements) or ((),),
            tuple(dict.fromkeys(touched)),
            tuple(statement.kind for statement in exposure.statements),
            steps,
            refusal,
            str(ceiling) if ceiling is not None else "",
            refusal is None and asked is None and not changes and self.on_event is None,
            changes,
            asked,
        )

    def ruled(self, permits: Sequence[Permit]) -> Permit:
        """The strictest of some decisions about one text, with what the policy says of it now.

        Raises:
            StoreError: what is decided cannot be written into the log.
        """
        found = max(permits, key=lambda permit: (permit.refusal is not None, permit.label.level.rank))
        if found.refusal is not None or self.policing is None:
            return found
        from classify.guards.policing import strictest

        asked = {id(permit.asked): permit.asked for permit in permits if permit.asked is not None}
        ruling = strictest(self.policing.rule(one, self.dialect) for one in asked.values())
        if ruling.refusal is None and ruling.rows_at_most is None and ruling.receipt is None:
            return found
        return evolve(found, refusal=ruling.refusal, rows_at_most=ruling.rows_at_most, receipt=ruling.receipt)

    def tell(self, action: Action, permit: Permit, text: str, limits: Limits) -> None:
        """Tell of a query, where someone asked for it."""
        if self.on_event is None:
            return
        from classify.checks.fingerprint import statement_fingerprint

        self.on_event(
            Event(
                action,
                self.who,
                limits.purpose,
                permit.label,
                permit.ceiling,
                permit.datasets,
                statement_fingerprint(text, self.dialect),
                self.dialect,
            )
        )


def _midnight() -> float:
    day = datetime.date.today() + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, datetime.time()).timestamp()


def read_mode(mode: str | Mode) -> Mode:
    """The mode of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Mode(mode)
    except ValueError:
        known = ", ".join(one.value for one in Mode)
        raise UsageError(f"unknown mode `{mode}`, expected one of {known}") from None
