"""CLS403: a finding has grown above what its suppression covers.

## What it does
Reports each `classify: allow[…]` comment whose statement has a finding of a class above the comment's ceiling. What is
not resolved has the top class.

## Why it is bad
What was accepted was less: a column was added, or its class was raised. The finding is reported beside it.

## Example
```sql
-- classify: allow[CLS101] ceiling=confidential reason="newsletter"
select email, ssn from app.users
```

## What to do
Leave out what is above the ceiling, or have the exception granted for the higher class.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding
from classify.checks.rules.rule import Rule, about
from classify.checks.suppress import Use


def _check(use: Use) -> Iterator[Finding]:
    if use.outgrown:
        codes = ", ".join(sorted({finding.code for finding in use.outgrown}))
        message = f"{codes} is above the ceiling {use.suppression.ceiling} that this suppression covers"
        yield about(RULE, use, message, "leave out what is above it, or have the exception granted for that class")


RULE = Rule("CLS403", "outgrown-suppression", _check)
