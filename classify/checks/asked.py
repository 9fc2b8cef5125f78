"""What a policy decides of the statements of a file, for whom the settings say that they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from classify.checks.settings import RequestSettings
from classify.exposure import Cause, Exposure, Statement
from classify.labels.label import EVERY
from classify.policy import Policy, Principal, Request, Sink
from classify.policy.facts import does

if TYPE_CHECKING:
    from classify.catalog import Catalog, Dataset
    from classify.policy import Decision


@frozen(eq=False, repr=False)
class Asked:
    """A policy, and what it is asked of each statement of a file.

    Attributes:
        said: of the file by the settings; what they do not say is not known.
    """

    policy: Policy
    said: RequestSettings
    _request: Request = field(init=False)

    def __attrs_post_init__(self) -> None:
        said = self.said
        person = next((one for one in self.policy.members or () if one.id == said.requester), Principal(""))
        request = Request(
            evolve(person, identity=said.identity),
            said.action or "read",
            said.purpose,
            said.environment,
            said.execution_region,
        )
        object.__setattr__(self, "_request", request)

    def decisions(self, statement: Statement, dialect: str, sink: Dataset | None, catalog: Catalog) -> list[Decision]:
        """What is decided of a statement: a decision for each place that its data goes to, those that differ.

        No grant is counted: what is said is who would have to agree. A text that is not SQL of its dialect is not
        decided, since nobody knows what will run.

        Args:
            dialect: that it is written in.
            sink: the dataset into which the settings say that results go.
        """
        if any(one.cause is Cause.SYNTAX for one in statement.unresolved):
            return []
        exposure = Exposure.of(dialect, statement.label, (statement,))
        found: list[Decision] = []
        for place in dict.fromkeys(self._sinks(statement, sink, catalog)):
            decision = self.policy.decide(evolve(self._request, sink=place), exposure)
            if decision not in found:
                found.append(decision)
        return found

    def _sinks(self, statement: Statement, sink: Dataset | None, catalog: Catalog) -> Iterator[Sink]:
        """Where a statement's data goes: the tables that it writes, and what takes its results."""
        said = self.said
        for name in dict.fromkeys(map(statement.dataset_of, (write.column for write in statement.writes))):
            yield self._table(catalog.get(name))
        if statement.writes and not statement.outputs:
            return
        if sink is not None:
            yield self._table(sink)
        elif said.sink_kind is not None:
            yield Sink(said.sink_kind, said.sink_region)
        elif "export" in does(statement):
            yield Sink(None, said.sink_region)  # a file or a share, and nobody said which
        else:
            yield Sink("person")

    def _table(self, dataset: Dataset | None) -> Sink:
        """A table, where its data must stay if that is one place, else where the settings say that tables are."""
        labels = (dataset.label, *(column.label for column in dataset.columns)) if dataset is not None else ()
        residency = frozenset().union(*(label.residency for label in labels))
        is_one = len(residency) == 1 and EVERY not in residency
        return Sink("table", next(iter(residency)) if is_one else self.said.sink_region)
