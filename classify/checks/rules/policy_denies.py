"""CLS107: the policy denies a statement to whom the settings say that it runs for.

## What it does
Asks the policy of the settings about each statement, for the requester, the purpose and the places that
`[tool.classify.request]` says for the file. A statement is denied where a `deny` rule meets it, or where no `allow`
rule meets something that it touches. What the settings do not say is not known, and counts against it.

## Why it is bad
No approval helps: it would be refused when it runs, or data would go where the company has said that it may not.

## Example
With the purpose `analytics`, and a rule that denies `pii.birth_date` for other purposes than `safety`:

```sql
select birth_date from app.profiles
```

## What to do
Do as the rule advises, or leave the columns out. `classify policy explain` tells rule by rule why. Where the settings
say less than is known, say it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classify.checks.finding import Finding, Part
from classify.checks.rules.decided import NO_RULE, by_rules, parts_of, span_of
from classify.checks.rules.downgrade import joined
from classify.checks.rules.rule import Rule, Subject
from classify.exposure import Statement

if TYPE_CHECKING:
    from classify.policy import Deny


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.asked is None:
        return
    from classify.policy import Deny  # which is loaded where one is asked

    for statement, decision in subject.decisions():
        if isinstance(decision, Deny):
            parts = parts_of(statement, decision, "deny")
            if parts:
                yield _finding(statement, decision, parts)


def _finding(statement: Statement, decision: Deny, parts: tuple[Part, ...]) -> Finding:
    advice = " ".join(decision.advice)
    if not advice and any(NO_RULE in part.roles for part in parts):
        advice = "say in [tool.classify.request] for whom it runs and what for, or leave it out"
    return Finding(
        code=RULE.code,
        message=f"the policy denies it {by_rules(parts)}",
        help=advice or "leave it out, or see with `classify policy explain` what would be allowed",
        span=span_of(parts, statement),
        statement=statement.span,
        label=joined(parts) or statement.label,
        parts=parts,
    )


RULE = Rule("CLS107", "policy-denies", _check)
