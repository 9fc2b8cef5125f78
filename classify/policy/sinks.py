"""Where a statement's data goes."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from classify.catalog import Catalog, Dataset
from classify.exposure import Statement
from classify.labels.label import EVERY
from classify.policy.facts import Sink, does


@frozen
class Places:
    """Where data goes by itself, and where tables are.

    Attributes:
        dataset: into which results go, or None.
        kind, region: of what takes results, where it is neither a dataset nor the requester.
        tables: where tables are that have no residency of their own: the region in which queries run.
    """

    dataset: Dataset | None = None
    kind: str | None = None
    region: str | None = None
    tables: str | None = None

    def of(self, statement: Statement, catalog: Catalog) -> Iterator[Sink]:
        """The tables that a statement writes, and what takes its results: each once."""
        names = dict.fromkeys(map(statement.dataset_of, (write.column for write in statement.writes)))
        found = [self._table(catalog.get(name)) for name in names]
        if not statement.writes or statement.outputs:
            found.append(self._result(statement))
        yield from dict.fromkeys(found)

    def _result(self, statement: Statement) -> Sink:
        if self.dataset is not None:
            return self._table(self.dataset)
        if self.kind is not None:
            return Sink(self.kind, self.region)
        if "export" in does(statement):
            return Sink(None, self.region)  # a file or a share, and nobody said which
        return Sink("person")

    def _table(self, dataset: Dataset | None) -> Sink:
        """A table, where its data must stay if that is one place."""
        labels = (dataset.label, *(column.label for column in dataset.columns)) if dataset is not None else ()
        residency = frozenset[str]().union(*(label.residency for label in labels))
        is_one = len(residency) == 1 and EVERY not in residency
        return Sink("table", next(iter(residency)) if is_one else self.region or self.tables)
