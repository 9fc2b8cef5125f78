"""What the statements of one text share: the names that they make, what they write, variables, transactions."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from classify.exposure import Cause
from classify.names import Folding
from classify.sql.names.flows import DIRECT, indirect
from classify.sql.session.tables import Table

if TYPE_CHECKING:
    from classify.sql.sources.made import Made, MadeView


class Boundary(enum.Enum):
    """Where a transaction, or a part of one, begins or ends."""

    BEGIN = "begin"
    COMMIT = "commit"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK = "rollback"


class Missing(NamedTuple):
    """A dataset's name that means nothing, or several things."""

    cause: Cause
    detail: str


Meaning: TypeAlias = "Made | MadeView | Missing | None"
"""What the script says of a name; None where it leaves it to the catalog."""

History: TypeAlias = "list[tuple[int, Meaning]]"
"""A name's meanings, each with its moment."""

Place = tuple[str, str, str]
"""Folded database, schema and name of a table; an empty text where the script does not say."""

TEMPORARY = "\0temporary"
"""Stands for the schema of temporary tables, which is searched first."""


class Names:
    """What names the script gave a meaning.

    The history is kept, for a view sees the names of the time when it was made.

    Attributes:
        count: how many times a name was given a meaning; a moment of the script.
        tables: whether one of them is a table, not a view.
    """

    __slots__ = ("_of", "_of_tables", "_prefer_exact", "count", "tables")

    def __init__(self, folding: Folding) -> None:
        self._of: dict[str, dict[Place, History]] = {}
        self._of_tables: dict[int, History] = {}
        self._prefer_exact = folding is Folding.PREFER_EXACT
        self.count = 0
        self.tables = False

    def define(self, place: Place, meaning: Meaning) -> None:
        """From now on the name has that meaning."""
        self._count(meaning)
        self._of.setdefault(self._loose(place[-1]), {}).setdefault(place, []).append((self.count, meaning))

    def define_table(self, table: Table, meaning: Meaning) -> None:
        """From now on the name of a table of the catalog has that meaning."""
        self._count(meaning)
        self._of_tables.setdefault(table.number, []).append((self.count, meaning))

    def concern(self, name: str) -> bool:
        """Whether some table of that name, in whatever schema, was given a meaning that the catalog does not know."""
        return self._loose(name) in self._of

    def of_table(self, table: Table, moment: int | None) -> Meaning:
        """What the name of a table of the catalog meant at that moment; None is now."""
        return _latest(self._of_tables.get(table.number, ()), moment)

    def find(self, place: Place, moment: int | None) -> Meaning:
        """What a name meant at that moment."""
        known = self._of.get(self._loose(place[-1]))
        if known is None:
            return None
        if place in known or not self._prefer_exact:
            return _latest(known.get(place, ()), moment)
        # The server's setting says whether case counts, so the only name that differs in case may be meant.
        lowered = tuple(map(str.lower, place))
        found = [one for one in known if tuple(map(str.lower, one)) == lowered]
        return self._one([_latest(known[one], moment) for one in found])

    def maybe(self, place: Place, moment: int | None) -> Meaning:
        """What a name may have meant whose database or schema the script left out, there or here."""
        known = self._of.get(self._loose(place[-1]), {})
        found = [
            _latest(history, moment)
            for one, history in known.items()
            if one != place and _compatible(one[:2], place[:2])
        ]
        return self._one(found)

    def latest(self) -> list[Meaning]:
        """What each name means now."""
        histories = [*(one for known in self._of.values() for one in known.values()), *self._of_tables.values()]
        return [history[-1][1] for history in histories]

    def _count(self, meaning: Meaning) -> None:
        self.count += 1
        self.tables = self.tables or bool(meaning is not None and not isinstance(meaning, Missing) and meaning.is_table)

    def _one(self, found: list[Meaning]) -> Meaning:
        kept = [one for one in found if one is not None]
        if len(kept) > 1:
            return Missing(Cause.AMBIGUOUS_NAME, "the script made several tables that this may mean; qualify it")
        return kept[0] if kept else None

    def _loose(self, name: str) -> str:
        return name.lower() if self._prefer_exact else name


def _latest(history: History | tuple[()], moment: int | None) -> Meaning:
    for made, meaning in reversed(history):
        if moment is None or made <= moment:
            return meaning
    return None


def _compatible(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


class Script:
    """What the statements of one text share.

    Attributes:
        names: what the script made of names.
        variables: flow of each variable, by its name in lower case.
        doubted: the variables that hold what is not understood, too.
        doubt: why the statements from here on cannot be told, or an empty text.
        writes: how many flows were carried; with the names' count, a moment of the data.
        local_changes: how many changes end with their transaction.
        boundaries: where transactions and savepoints begin and end: what happens, and the savepoint's name.
    """

    __slots__ = (
        "_carried",
        "_changed",
        "_depth",
        "_local",
        "_names_at_start",
        "_until_commit",
        "boundaries",
        "doubt",
        "doubted",
        "local_changes",
        "names",
        "variables",
        "writes",
    )

    def __init__(self, folding: Folding) -> None:
        self.names = Names(folding)
        self.variables: dict[str, int] = {}
        self.doubted: set[str] = set()
        self.doubt = ""
        self.writes = 0
        self.boundaries: list[tuple[Boundary, str]] = []
        self.local_changes = 0
        self._carried: dict[int, dict[str, int]] = {}
        self._depth = 0
        self._changed = False
        self._local = False
        self._names_at_start = 0
        self._until_commit: list[Made] = []

    def carried(self, table: Table) -> dict[str, int] | None:
        """What earlier statements wrote into a dataset's columns, by the column's key; None where nothing.

        What decides its rows stands under an empty key.
        """
        return self._carried.get(table.number)

    def carry(self, table: Table, key: str, flow: int) -> None:
        """Let a flow into a column reach the statements that read it later."""
        if flow:
            self.writes += 1
            into = self._carried.setdefault(table.number, {})
            into[key] = into.get(key, 0) | flow

    def carry_rows(self, table: Table, flow: int) -> None:
        """Let what decides which rows a table has reach the statements that read it later."""
        self.carry(table, "", indirect(flow))

    def carry_through(self, tables: list[tuple[int, Table]], mask: int, flow: int) -> None:
        """Let a flow into a view's column reach every base column that makes it."""
        for first, table in tables:
            part = mask >> 2 * first
            if part:
                for key, own in table.masks.items():
                    if part & own & DIRECT:
                        self.carry(table, key, flow)

    def assign(self, variable: str, flow: int) -> None:
        """Let a flow into a variable reach the statements that read it later.

        INVARIANT variables-only-grow: it only ever grows.
        """
        self.variables[variable.lower()] = self.variables.get(variable.lower(), 0) | flow

    def decide_variables(self, names: set[str], reads: int) -> None:
        """Let what a statement reads decide the variables that it assigned: which row is the last one, say."""
        for name in names:
            self.assign(name, indirect(reads))

    def changed(self, *, local: bool = False) -> None:
        """Note that names mean something else from here on, which a rollback would undo."""
        self._changed = True
        self._local = self._local or local
        self.local_changes += local

    @property
    def in_transaction(self) -> bool:
        """Whether the script began a transaction that has not ended."""
        return self._depth > 0

    def begin(self) -> None:
        """A transaction begins."""
        self.boundaries.append((Boundary.BEGIN, ""))
        if not self._depth:
            self._changed = self._local = False
            self._names_at_start = self.names.count
        self._depth += 1

    def commit(self) -> None:
        """A transaction ends, and what it did stays."""
        self.boundaries.append((Boundary.COMMIT, ""))
        if self._local:
            self.doubt = "a setting of the transaction before ended with it; set it again for the session"
        self._depth = max(0, self._depth - 1)
        if not self._depth:
            self._changed = self._local = False
            self._names_at_start = self.names.count
            while self._until_commit:
                self._end(self._until_commit.pop())

    def until_commit(self, made: Made) -> None:
        """A table of the script's own is gone when the transaction ends, and so at once where it began none."""
        if self.in_transaction:
            self._until_commit.append(made)
        else:
            self._end(made)

    def made(self) -> list[Made | MadeView]:
        """The tables and views that the script made and that there still are."""
        return [one for one in self.names.latest() if one is not None and not isinstance(one, Missing)]

    def cascade(self) -> None:
        """Something is dropped with all that depends on it, which may be each view that the script made."""
        for meaning in self.made():
            if not meaning.is_table:
                meaning.doubt = "an earlier statement may have dropped it with CASCADE; make it after that"

    def _end(self, made: Made) -> None:
        made.doubt = (
            f"`{made.name}` is gone when its transaction ends, and the name may mean another table; ask before that"
        )

    def save(self, name: str) -> None:
        """A savepoint begins."""
        self.boundaries.append((Boundary.SAVEPOINT, name))

    def release(self, name: str) -> None:
        """A savepoint ends, and what was done since stays."""
        self.boundaries.append((Boundary.RELEASE, name))

    def roll_back(self, savepoint: str = "") -> None:
        """What was done since the savepoint of that name, or the transaction, began is undone."""
        self.boundaries.append((Boundary.ROLLBACK, savepoint))
        if self._changed or self.names.count > self._names_at_start:
            self.doubt = "a rollback before it undoes what names mean; analyse what follows on its own"
        if not savepoint:
            self._depth = 0
            self._changed = self._local = False
            self._names_at_start = self.names.count
