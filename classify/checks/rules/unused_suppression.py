"""CLS401: a suppression covers nothing.

## What it does
Reports each `classify: allow[…]` comment that no finding of its statement needs: the rule does not object any more, or
the comment names another rule or stands at another statement.

## Why it is bad
It would cover what comes later, unseen.

## Example
```sql
-- classify: allow[CLS101] ceiling=restricted reason="asked for by finance"
select country from app.users
```

## What to do
Take the comment out, or put it above the statement that it is meant for.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding
from classify.checks.rules.rule import Rule, about
from classify.checks.suppress import Use


def _check(use: Use) -> Iterator[Finding]:
    if not (use.covered or use.outgrown or use.expired):
        codes = ", ".join(use.suppression.codes)
        yield about(
            RULE, use, f"nothing here needs `allow[{codes}]`", "take the comment out, or move it to its statement"
        )


RULE = Rule("CLS401", "unused-suppression", _check)
