"""What findings say of a policy's decision: which rules met which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classify.checks.finding import Part
from classify.checks.rules.rule import listed
from classify.exposure import Span, Statement

if TYPE_CHECKING:
    from classify.labels import Label
    from classify.policy import Decision

NO_RULE = "no-rule-allows"
"""Stands among the rules for what none allows."""


def parts_of(statement: Statement, decision: Decision, effect: str) -> tuple[Part, ...]:
    """What the rules with an effect met, the highest first: each column, or dataset for its rows, with those rules.

    What is unresolved is left out: CLS201 says it.
    """
    rules: dict[str, list[str]] = {}
    labels: dict[str, Label] = {}
    for reason in decision.reasons:
        if reason.effect != effect or (statement.unresolved and not reason.columns):
            continue
        for name in reason.columns or (reason.dataset or "",):
            known = rules.setdefault(name, [])
            known += [one for one in reason.rules or (NO_RULE,) if one not in known]
            labels[name] = labels[name].join(reason.label) if name in labels else reason.label
    reads = {read.column: read for read in statement.reads}
    rows = {dataset.name: dataset.spans for dataset in statement.datasets}
    found = [
        Part(
            name,
            tuple(known),
            labels[name],
            reads[name].spans if name in reads else rows.get(name, ()),
            reads[name].via if name in reads else (),
        )
        for name, known in rules.items()
    ]
    return tuple(sorted(found, key=lambda part: -labels[part.name].level.rank))


def span_of(parts: tuple[Part, ...], statement: Statement) -> Span:
    """Where the first of them stands that the text names, else the statement."""
    return next((part.spans[0] for part in parts if part.spans), statement.span)


def by_rules(parts: tuple[Part, ...]) -> str:
    """The rules that met them, and what these are.

    >>> by_rules((Part("app.users.ssn", ("no-ssn",)), Part("app.users.email", ("no-ssn", "no-mail"))))
    '(`no-ssn`, `no-mail`): `app.users.ssn`, `app.users.email`'
    """
    rules = listed(f"`{rule}`" for rule in dict.fromkeys(one for part in parts for one in part.roles))
    return f"({rules}): {listed(f'`{part.name}`' if part.name else 'the statement' for part in parts)}"
