"""What lasts across the statements of one text: the catalog as the dialect sees it, and what the script has made."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.catalog import Dataset
from classify.exposure import Cause
from classify.sql.dialects import DialectRow
from classify.sql.flows import indirect
from classify.sql.relation import Out, Relation
from classify.sql.tables import Table

if TYPE_CHECKING:
    from classify.sql.compiled import CompiledCatalog


class Missing(NamedTuple):
    """A dataset's name that means nothing, or several things."""

    cause: Cause
    detail: str


class Numbering:
    """The numbers of base columns, shared by the statements of one text so that flows carry over.

    Attributes:
        tables: each table met with its first number, in the order of the numbers.
    """

    __slots__ = ("_first", "next", "tables")

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self.next = 0
        self.tables: list[tuple[int, Table]] = []

    def first(self, table: Table) -> int:
        """The number of the table's first column."""
        identity = id(table.dataset)
        first = self._first.get(identity)
        if first is None:
            first = self._first[identity] = self.next
            self.next += table.width
            self.tables.append((first, table))
        return first


class Session:
    """Names and tables outside the single statement.

    Attributes:
        compiled: the catalog under the dialect's folding.
        row: how the text's dialect resolves names.
        folds: turn the unquoted and the quoted part of a dataset's name into its key.
        search_path, database: where a name with fewer parts is looked up, folded.
        made: relations that earlier statements of the script created, by the table's folded name.
        today: the day on which declassifications must hold.
        carried: flows that earlier statements wrote into a known table's columns: dataset's id, column's key.
    """

    __slots__ = ("carried", "compiled", "database", "folds", "made", "numbering", "row", "search_path", "today")

    def __init__(
        self,
        compiled: CompiledCatalog,
        search_path: Sequence[str],
        database: str | None,
        today: datetime.date,
        numbering: Numbering | None = None,
    ) -> None:
        self.compiled = compiled
        self.row: DialectRow = compiled.row
        self.folds = compiled.row.datasets.folds
        self.search_path = tuple(search_path)
        self.database = database
        self.today = today
        self.numbering = numbering if numbering is not None else Numbering()
        self.made: dict[tuple[str, ...], Relation] = {}
        self.carried: dict[int, dict[str, int]] = {}

    def for_view(self, dataset: Dataset) -> Session:
        """The session in which a view's definition is read: its own dialect, the catalog's defaults, the same bits."""
        compiled = self.compiled.for_dialect(dataset.dialect)
        catalog = compiled.catalog
        fold = compiled.row.datasets.fold
        path = [fold(schema, False) for schema in catalog.search_path]
        own = [part.text for part in dataset.name.parts[-2:-1]]
        database = catalog.default_database
        return Session(compiled, path or own, fold(database, False) if database else None, self.today, self.numbering)

    def parts(self, node: exp.Table) -> tuple[str, ...] | None:
        """The folded parts of a table's name, outermost first; None where a part is no plain name."""
        plain, quoted = self.folds
        args = node.args
        found: list[str] = []
        for key in ("catalog", "db", "this"):
            part = args.get(key)
            if part is None or not part:
                continue
            if part.__class__ is not exp.Identifier:
                return None
            inner = part.args
            found.append(quoted(inner["this"]) if inner.get("quoted") else plain(inner["this"]))
        return tuple(found)

    def made_name(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The name under which the script's own tables are kept: lower case, with the default schema spelled out."""
        lowered = tuple(part.lower() for part in parts)
        if len(lowered) == 1 and self.search_path:
            return (self.search_path[0].lower(), *lowered)
        return lowered[-2:]

    def carry(self, made: tuple[str, ...], key: str, name: str, flow: int) -> None:
        """Let a flow into a column of a table that the script made reach later statements."""
        relation = self.made[made]
        outs = [Out(out.name, out.key, out.flow | flow if out.key == key else out.flow) for out in relation.outs()]
        self.made[made] = Relation(outs, relation.rows | indirect(flow), asks=True, loose=relation.loose)

    def use(self, kind: str, parts: tuple[str, ...]) -> None:
        """Look later names up elsewhere, as USE says."""
        if len(parts) > 1:
            self.database = parts[-2]
            self.search_path = parts[-1:]
        elif kind == "DATABASE" and self.row.use_database:
            self.database = parts[-1]
        else:
            self.search_path = parts[-1:]

    def table(self, parts: tuple[str, ...]) -> Table | Missing:
        """The base table or view of that name."""
        return self.compiled.find(parts, self.search_path, self.database)
