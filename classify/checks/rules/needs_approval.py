"""CLS108: a statement may run only once somebody agrees to it.

## What it does
Asks the policy of the settings about each statement, for the requester, the purpose and the places that
`[tool.classify.request]` says for the file, and says who would have to approve it. Approvals that were given are not
known to a check.

## Why it is bad
It is better to know before the query is needed. Where the approvals are asked for when it runs, have this printed as a
warning: `warn = ["CLS108"]`.

## Example
With a requester in Germany, and a rule that two of the group `us-security` agree before US users' confidential data is
read outside the US:

```sql
select email from app.accounts
```

## What to do
Ask them, or leave the columns out. If they have agreed for good, accept it, with the reason:

```sql
-- classify: allow[CLS108] ceiling=confidential reason="…"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.checks.finding import Finding, Part
from classify.checks.rules.decided import by_rules, parts_of, span_of
from classify.checks.rules.downgrade import joined
from classify.checks.rules.rule import Rule, Subject, accepting
from classify.exposure import Statement

if TYPE_CHECKING:
    from classify.policy import NeedsApproval


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.asked is None:
        return
    from classify.policy import NeedsApproval  # which is loaded where one is asked

    for statement, decision in subject.decisions():
        if isinstance(decision, NeedsApproval):
            parts = parts_of(statement, decision, "require")
            if parts:
                yield _finding(statement, decision, parts)


def _finding(statement: Statement, decision: NeedsApproval, parts: tuple[Part, ...]) -> Finding:
    label = joined(parts) or statement.label
    too_few = ", and there are not enough people for it" if decision.unsatisfiable else ""
    advice = " ".join(decision.advice)
    return Finding(
        code=RULE.code,
        message=f"needs {_wanted(decision)}{too_few} {by_rules(parts)}",
        help=f"{advice or 'ask them before it runs'}, or accept it with {accepting(RULE.code, label.level)}",
        span=span_of(parts, statement),
        statement=statement.span,
        label=label,
        parts=parts,
    )


def _wanted(decision: NeedsApproval) -> str:
    wanted = []
    if decision.missing:
        wanted.append("approval by " + " and ".join(map(str, decision.missing)))
    if decision.references:
        wanted.append("a reference as " + ", ".join(f"`{name}`" for name in decision.references))
    return " and ".join(wanted)


RULE = Rule("CLS108", "needs-approval", _check)
