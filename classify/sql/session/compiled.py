"""The catalog as one dialect sees it: datasets by folded name, each turned into bits once."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Set

from classify.catalog import Ambiguous, Catalog, Dataset
from classify.exposure import Cause
from classify.labels import Label, Scheme
from classify.names import loosest
from classify.sql.names.dialect_row import DialectRow
from classify.sql.names.dialects import dialect_row
from classify.sql.session.script import Missing
from classify.sql.session.tables import Table
from classify.sql.text.parse import Definition, parse_view

_MOST_NAMES = 10_000
"""How many names are remembered: texts with ever new names must not fill the memory."""

MOST_WORDS_TOGETHER = 100
"""So many names of datasets are quicker put together with columns' names than looked up apart."""

_MOST_WORDS = 1_000
"""For how many sets of tables their words are remembered."""


class _Labels:
    """The labels of a catalog by number, the same in every dialect: a view may stand in another one than the query."""

    __slots__ = ("_joins", "_labels", "_lock", "_numbers", "_scheme")

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._lock = threading.Lock()
        self._numbers: dict[Label, int] = {}
        self._labels: list[Label] = []
        self._joins: dict[frozenset[int], Label] = {}

    def number(self, label: Label) -> int:
        found = self._numbers.get(label)
        if found is None:
            with self._lock:  # a number that two labels had would lower one of them
                found = self._numbers.get(label)
                if found is None:
                    found = len(self._labels)
                    self._labels.append(label)
                    self._numbers[label] = found
        return found

    def join(self, numbers: Set[int]) -> Label:
        key = frozenset(numbers)
        found = self._joins.get(key)
        if found is None:
            labels = [self._labels[number] for number in key]
            found = self._joins[key] = self._scheme.high_water_mark(labels)
        return found


class CompiledCatalog:
    """A catalog under one dialect's rules for names.

    Attributes:
        catalog, row: what it was made of.
        number: gives a label's number, by which labels go here, for numbers compare at once.
        join: gives the least upper bound of the labels that have some numbers; the same ones are joined once.
        declassifying: the functions that the scheme trusts, by name.
        words: the datasets' own names, in lower case.
    """

    __slots__ = (
        "_definitions",
        "_found",
        "_of_places",
        "_tables",
        "_words",
        "catalog",
        "declassifying",
        "join",
        "number",
        "row",
        "words",
    )

    def __init__(self, catalog: Catalog, row: DialectRow) -> None:
        self.catalog = catalog
        self.row = row
        self.declassifying = {one.function: one for one in catalog.scheme.declassify}
        self.words = catalog.shelf.words
        self._definitions: dict[int, Definition | str] = {}
        self._tables: dict[int, Table] = {}
        self._found: dict[tuple[tuple[str, ...], tuple[str, ...], str | None], Table | Missing] = {}
        labels = catalog.derived.setdefault("labels", _Labels(catalog.scheme))
        assert isinstance(labels, _Labels), "nobody else puts anything there"
        self.number, self.join = labels.number, labels.join
        self._of_places: tuple[frozenset[str], frozenset[str]] | None = None
        self._words: dict[frozenset[Table], frozenset[str]] = {}

    def find(self, parts: tuple[str, ...], search_path: tuple[str, ...], database: str | None) -> Table | Missing:
        """The base table or view that a name means there, or why it means none."""
        place = (parts, search_path, database)
        found = self._found.get(place)
        if found is None:
            if len(self._found) > _MOST_NAMES:
                self._found.clear()
            found = self._found[place] = self._find(parts, search_path, database)
        return found

    def _find(self, parts: tuple[str, ...], search_path: tuple[str, ...], database: str | None) -> Table | Missing:
        index = self.catalog.index(self.row.name)
        hit = index.lookup_folded(parts, search_path, database)
        if isinstance(hit, Dataset):
            return self.compile(hit)
        name = ".".join(parts)
        if isinstance(hit, Ambiguous):
            places = ", ".join(str(dataset.name) for dataset in hit.datasets)
            return Missing(Cause.AMBIGUOUS_NAME, f"`{name}` may be {places}; qualify it or set a default schema")
        there = index.elsewhere(parts[-1]) if len(parts) == 1 and not search_path else ()
        if there:
            places = ", ".join(f"`{dataset.name}`" for dataset in there[:3])
            detail = f"`{name}` has no schema, so it may be {places} or a dataset that is not in the catalog; set"
            return Missing(Cause.UNKNOWN_DATASET, f"{detail} `default-schema`, or write the schema")
        near = index.nearest(parts[-1])
        hint = f" (did you mean `{near.name}`?)" if near is not None else ""
        detail = f"`{name}` is not in the catalog{hint}; add it, or correct the name or the default schema"
        return Missing(Cause.UNKNOWN_DATASET, detail)

    def words_beside(self, tables: frozenset[Table]) -> frozenset[str]:
        """What a token must not spell unaccounted for, in lower case, where those tables are touched.

        Their columns, a star, what begins a statement, and the datasets' names where they are few.
        """
        found = self._words.get(tables)
        if found is None:
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            datasets = self.words if len(self.words) <= MOST_WORDS_TOGETHER else ()
            columns = [table.words for table in tables]
            found = self._words[tables] = self.row.statement_words.union("*", datasets, *columns)
        return found

    def has_column(self, name: str) -> bool:
        """Whether some dataset has a column of that name, in whatever case."""
        return self.catalog.shelf.has_column(loosest(name))

    def has_database(self, name: str) -> bool:
        """Whether a dataset of the catalog is in a database of that folded name."""
        return name in self._places()[0]

    def has_schema(self, name: str) -> bool:
        """Whether a dataset of the catalog is in a schema of that folded name."""
        return name in self._places()[1]

    def _places(self) -> tuple[frozenset[str], frozenset[str]]:
        """The folded names of the databases and the schemas."""
        if self._of_places is None:
            fold = self.row.datasets.fold
            prefixes = self.catalog.shelf.prefixes
            databases = frozenset(fold(parts[-2].text, parts[-2].quoted) for parts in prefixes if len(parts) > 1)
            schemas = frozenset(fold(parts[-1].text, parts[-1].quoted) for parts in prefixes if parts)
            self._of_places = databases, schemas
        return self._of_places

    def for_dialect(self, name: str | None) -> CompiledCatalog:
        """The same catalog as another dialect sees it; None for this one."""
        return self if name is None or name == self.row.name else compiled(self.catalog, dialect_row(name))

    def definition(self, table: Table) -> Definition | str:
        """A view's definition, parsed once, or what is wrong with it."""
        dataset = table.dataset
        found = self._definitions.get(table.number)
        if found is None:
            found = self._definitions[table.number] = parse_view(dataset.view or "", dataset.dialect or self.row.name)
        return found

    def declassified(self, dataset: Dataset, today: datetime.date | None) -> frozenset[str]:
        """The folded names of a view's columns whose declassification holds on that day; None is the present one."""
        if not dataset.declassify:
            return frozenset()
        today = today or datetime.date.today()
        fold = self.row.columns.fold
        return frozenset(
            fold(one.column.text, one.column.quoted)
            for one in dataset.declassify
            if one.until is None or today <= one.until
        )

    def compile(self, dataset: Dataset) -> Table:
        """The dataset with its bits, made once."""
        number = self.catalog.shelf.number(dataset.name)
        found = self._tables.get(number)
        if found is None:
            found = self._tables[number] = Table(dataset, number, self.row.columns)
            if dataset.view is not None and dataset.declared_rows is None and not dataset.columns:
                # Nothing is declared of the view itself: what its rows tell is told by the datasets below it.
                found.rows = self.catalog.scheme.bottom
            found.rows_number = self.number(found.rows)
            found.label_bits = tuple((self.number(label), bits) for label, bits in found.labels)
        return found


def compiled(catalog: Catalog, row: DialectRow) -> CompiledCatalog:
    """The catalog as the dialect sees it, made once per catalog."""
    found = catalog.derived.get(row.name)
    if not isinstance(found, CompiledCatalog):
        found = catalog.derived[row.name] = CompiledCatalog(catalog, row)
    return found
