"""What a policy decides of the statements of a file, for whom the settings say that they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from classify.checks.settings import RequestSettings
from classify.exposure import Cause, Exposure, Statement
from classify.policy import Policy, Principal, Request
from classify.policy.sinks import Places

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
        said = self.said
        exposure = Exposure.of(dialect, statement.label, (statement,))
        places = Places(sink, said.sink_kind, said.sink_region, said.execution_region)
        found: list[Decision] = []
        for place in places.of(statement, catalog):
            decision = self.policy.decide(evolve(self._request, sink=place), exposure)
            if decision not in found:
                found.append(decision)
        return found
