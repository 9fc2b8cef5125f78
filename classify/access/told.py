"""What the log holds of a request, and what people may write into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from classify.access.store import Transaction
from classify.access.weigh import Weigher
from classify.access.written import CONTROL, columns_of_event, plain, touched_to_dict
from classify.errors import UsageError
from classify.exposure import Output, Statement, Write
from classify.policy import Allow, Decision, Request
from classify.policy.facts import Touched

_LONGEST_TEXT = 500
_MOST_OUTPUTS = 1_000


def asked_fields(step: Transaction, weigher: Weigher, request: Request, touched: Touched) -> dict[str, Any]:
    person = request.principal
    return {
        "requester": step.journal.person(person.id),
        "region": person.region,
        "region_source": weigher.source(person),
        "identity": person.identity,
        "action": request.action,
        "purpose": request.purpose,
        "environment": request.environment,
        "execution_region": request.execution_region,
        "execution_region_source": "deployment" if request.execution_region is not None else None,
        "sink_kind": request.sink.kind,
        "sink_region": request.sink_region,
        "columns": columns_of_event(touched_to_dict(touched)),
        "is_unresolved": touched.is_unresolved,
    }


def log_decision(
    step: Transaction,
    weigher: Weigher,
    request: Request,
    touched: Touched,
    decision: Decision,
    outcome: str | None = None,
    dialect: str | None = None,
    statements: Sequence[Statement] = (),
) -> int:
    """Append what was decided of a query, and say which event that is.

    Args:
        outcome: what became of it, where that is not what the policy decided.
        statements: of the query, where it runs.
    """
    effects = _DECISIVE[decision.kind]
    rules = {rule for one in decision.reasons if one.effect in effects for rule in one.rules}
    return step.journal.append(
        "query.decided",
        {
            **asked_fields(step, weigher, request, touched),
            "decision": outcome or decision.kind,
            "rules": sorted(rules),
            "grants": list(decision.grants) if isinstance(decision, Allow) else [],
            "dialect": dialect,
            "statement": keyed(step, "statement", request.statement),
            "policy": weigher.policy.digests.get("policy"),
            "outputs": outputs_of(statements) or None,
        },
    )


def outputs_of(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """The columns that a query returns and writes, each with those that it is made of and that decide about it."""
    found: list[tuple[str, str, Output | Write]] = []
    for statement in statements:
        found += [("", one.name, one) for one in statement.outputs]
        for one in statement.writes:
            dataset = statement.dataset_of(one.column)
            found.append((dataset, one.column.removeprefix(f"{dataset}."), one))
    return [
        {
            "dataset": plain(dataset),
            "name": plain(name),
            "direct": sorted(map(plain, one.direct)),
            "indirect": sorted(map(plain, one.indirect)),
        }
        for dataset, name, one in found[:_MOST_OUTPUTS]
    ]


_DECISIVE: Mapping[str, frozenset[str]] = {
    "deny": frozenset(("deny",)),
    "needs_approval": frozenset(("require",)),
    "allow": frozenset(("require", "break_glass")),
}


def require_plain(texts: Iterable[str | None]) -> None:
    """Nothing, if each text is one line: approvers read them between lines that are ours.

    Raises:
        UsageError: one is not, or is long.
    """
    for text in texts:
        if text is not None and (len(text) > _LONGEST_TEXT or CONTROL.search(text)):
            raise UsageError(f"expected one line of at most {_LONGEST_TEXT} characters, found `{text[:40]!r}`")


def texts_of(request: Request, reason: str) -> Iterable[str | None]:
    person = request.principal
    yield from (request.purpose, request.environment, request.execution_region, request.author, reason)
    yield from (request.sink.kind, request.sink.region, request.template, request.statement)
    yield from (person.id, person.region, person.employment, person.clearance, person.identity, *(person.groups or ()))
    for name, text in request.references.items():
        yield from (name, text)


def is_for(asked: Request, request: Request) -> bool:
    """Whether what was asked for is what is done now."""
    return (asked.action, asked.purpose, asked.environment, asked.execution_region, asked.sink) == (
        request.action,
        request.purpose,
        request.environment,
        request.execution_region,
        request.sink,
    )


def references_of(request: Request) -> list[str]:
    return [f"{name}={text}" for name, text in sorted(request.references.items())]


def keyed(step: Transaction, kind: str, text: str | None) -> str | None:
    return step.journal.digest(kind, text) if text is not None else None
