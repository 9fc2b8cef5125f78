"""A policy that a guard asks, with the grants that there are, before a query runs."""

from __future__ import annotations

import datetime
import functools
import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from classify.catalog import Catalog
from classify.exposure import Exposure, Statement
from classify.guards.acting import CURRENT
from classify.guards.refusal import Refusal
from classify.policy import Allow, Decision, NeedsApproval, Obligations, Policy, Principal, Request, Sink
from classify.policy.facts import Touched, touched_by
from classify.policy.rules import has_category
from classify.policy.sinks import Places
from classify.sql import Fingerprints, fingerprints

if TYPE_CHECKING:  # a database is loaded where grants are kept in one
    from classify.access import Access  # noqa: TC004  # loaded where it is used


@frozen
class Notice:
    """A query that runs, told to the groups that the policy has told.

    Attributes:
        groups: that are told.
        requester: the person's id.
        purpose: what the data is for, or None.
        datasets: canonical names of those that it touches.
    """

    groups: tuple[str, ...]
    requester: str
    purpose: str | None
    datasets: tuple[str, ...]


@frozen(eq=False, repr=False)
class Asked:
    """What a policy is asked of a text, whoever runs it.

    Attributes:
        exposure: of it.
        cases: each place that its data goes to, with what it touches.
        prints: of the text, or None where it has none.
    """

    exposure: Exposure
    cases: tuple[tuple[Sink, Touched], ...]
    prints: Fingerprints | None


@frozen(eq=False, repr=False)
class Ruling:
    """What was decided of a text.

    Attributes:
        refusal: why it may not run, or None.
        rows_at_most: how many rows may be handed out, or None for all.
        receipt: is told how many rows were handed out, or None where nobody asks.
    """

    refusal: Refusal | None
    rows_at_most: int | None = None
    receipt: Callable[[int], object] | None = None


@frozen(eq=False, repr=False)
class Policing:
    """What a guard asks, and of whom it knows without being told by the code around.

    Attributes:
        access: where grants and the log are, or None: then nothing is granted.
        principal: whom the connection is for, where no `acting` says so.
        environment, execution_region: as the deployment says; no code around changes them.
        notify: tells groups; without it a query that they are to be told of does not run.
    """

    policy: Policy
    access: Access | None = None
    principal: Principal | None = None
    environment: str | None = None
    execution_region: str | None = None
    notify: Callable[[Notice], object] | None = None

    def asked(self, text: str, exposure: Exposure, catalog: Catalog, dialect: str, schema: str | None) -> Asked:
        """What there is to decide of a text; it stays the same until the catalog changes."""
        whole = Exposure.of(exposure.dialect, exposure.label, exposure.statements)  # the trees need not be kept
        places = Places(tables=self.execution_region)
        bottom = self.policy.terms.scheme.bottom
        cases = [
            (sink, touched_by(Exposure.of(dialect, one.label, (one,)), bottom))
            for one in whole.statements
            for sink in places.of(one, catalog)
        ]
        if not cases:
            cases = [(Sink("person"), touched_by(whole, bottom))]
        names = {dataset.name for statement in whole.statements for dataset in statement.datasets}
        prints = fingerprints(text, dialect, default_schema=schema, datasets=names)
        return Asked(whole, tuple(cases), prints)

    def rule(self, asked: Asked, dialect: str) -> Ruling:
        """Whether a text may run for whom the code acts now.

        A grant that was needed is in the log before the query runs; what is refused is there too.

        Raises:
            StoreError: the log cannot be written, so that it does not run.
        """
        request = self._request(asked)
        obligations = Obligations()
        used: list[tuple[Request, Touched, Allow]] = []
        for sink, touched in asked.cases:
            here = evolve(request, sink=sink)
            decision = self._decide(here, touched)
            if not isinstance(decision, Allow):
                return self._refused(here, touched, decision, asked, dialect)
            undone = self._undone(decision.obligations, asked, touched)
            if undone:
                self._log(here, touched, decision, asked, dialect, "deny")
                return Ruling(_refusal(f"the policy lets it run {undone}, which this guard cannot see to", asked))
            obligations = obligations.join(decision.obligations)
            if decision.grants or decision.reviews:
                used.append((here, touched, decision))
        receipt: Callable[[int], object] | None = None
        for here, touched, decision in used:
            event = self._log(here, touched, decision, asked, dialect, "allow")
            if self.access is not None and event is not None:
                receipt = functools.partial(self.access.log_returned, event)
        if obligations.notify and self.notify is not None:
            names = dict.fromkeys(one.name for statement in asked.exposure.statements for one in statement.datasets)
            self.notify(Notice(tuple(sorted(obligations.notify)), request.principal.id, request.purpose, tuple(names)))
        return Ruling(None, obligations.rows_at_most, receipt)

    def _request(self, asked: Asked) -> Request:
        around = CURRENT.get()
        principal = around.principal if around.principal is not None else self.principal
        return Request(
            principal if principal is not None else Principal(""),
            purpose=around.purpose,
            environment=self.environment,
            execution_region=self.execution_region,
            author=around.author,
            references=around.references,
            template=asked.prints.template if asked.prints is not None else None,
            statement=asked.prints.statement if asked.prints is not None else None,
        )

    def _decide(self, request: Request, touched: Touched) -> Decision:
        """What the policy decides, with the grants that there are where some are needed."""
        with_action = evolve(request, action=touched.action)
        now = self._now()
        decision = self.policy.decide_touched(with_action, touched, (), now)
        if self.access is None or not isinstance(decision, NeedsApproval):
            return decision
        with_action = self.access.with_broken_glass(with_action)
        return self.policy.decide_touched(with_action, touched, self.access.grants(request.principal.id), self._now())

    def _now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    def _undone(self, obligations: Obligations, asked: Asked, touched: Touched) -> str:
        """What the policy obliges to and this guard cannot do, in words, or an empty text."""
        if obligations.watermark:
            return "with a watermark"
        counts = "export" not in touched.does and not any(map(_copies, asked.exposure.statements))
        if obligations.rows_at_most is not None and not counts:
            return f"for {obligations.rows_at_most} rows at most"
        if obligations.notify and self.notify is None:
            return f"if {', '.join(sorted(obligations.notify))} are told"
        handed_out = [one.label for statement in asked.exposure.statements for one in statement.outputs]
        if touched.does:
            handed_out += touched.columns.values()
        masked = [one for one in sorted(obligations.mask) if any(has_category(label, one) for label in handed_out)]
        return f"with {', '.join(masked)} masked" if masked else ""

    def _refused(self, request: Request, touched: Touched, decision: Decision, asked: Asked, dialect: str) -> Ruling:
        self._log(request, touched, decision, asked, dialect, decision.kind)
        message = str(decision)
        if isinstance(decision, NeedsApproval):
            message += f"\n  help: {_command(request, touched, decision, dialect)}"
        return Ruling(_refusal(message, asked, decision))

    def _log(
        self, request: Request, touched: Touched, decision: Decision, asked: Asked, dialect: str, outcome: str
    ) -> int | None:
        """Have it in the log, if there is one; which event it is."""
        if self.access is None:
            return None
        statements = asked.exposure.statements if outcome == "allow" else ()
        asked_as = evolve(request, action=touched.action)
        return self.access.log_decision(asked_as, touched, decision, outcome, dialect, statements)


def _copies(statement: Statement) -> bool:
    """Whether a statement writes one dataset's data into another, as many rows as there are."""
    return any(
        statement.dataset_of(column) != statement.dataset_of(write.column)
        for write in statement.writes
        for column in write.direct
    )


def _refusal(message: str, asked: Asked, decision: Decision | None = None) -> Refusal:
    return Refusal(message, asked.exposure, "", (), decision)


def _command(request: Request, touched: Touched, decision: NeedsApproval, dialect: str) -> str:
    """The command line that would ask for what is missing; the query itself is not shown, it may hold literals."""
    said = {
        "--action": touched.action if touched.action != "read" else None,
        "--purpose": request.purpose,
        "--environment": request.environment,
        "--execution": request.execution_region,
        "--sink": request.sink.kind if request.sink.kind != "person" else None,
        "--sink-region": request.sink.region,
        "--dialect": dialect,
    }
    words = ["classify", "access", "request", "-f", "QUERY.sql"]
    words += [word for option, value in said.items() if value is not None for word in (option, shlex.quote(value))]
    given = {**request.references, **dict.fromkeys(decision.references, "…")}
    words += [word for name, text in given.items() for word in ("--reference", shlex.quote(f"{name}={text}"))]
    return f"ask for it with `{' '.join(words)}`"


def strictest(rulings: Iterable[Ruling]) -> Ruling:
    """The one that lets least happen."""
    found = list(rulings)
    refused = next((one for one in found if one.refusal is not None), None)
    if refused is not None:
        return refused
    limits = [one.rows_at_most for one in found if one.rows_at_most is not None]
    receipt = next((one.receipt for one in found if one.receipt is not None), None)
    return Ruling(None, min(limits, default=None), receipt)
