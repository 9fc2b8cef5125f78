"""CLS402: a suppression has expired.

## What it does
Reports each `classify: allow[…]` comment whose `until` is over. It covers nothing any more, so what it covered is
reported again beside it.

## Why it is bad
Somebody accepted the finding for a time, and the time is over.

## Example
```sql
-- classify: allow[CLS101] ceiling=restricted until=2020-01-31 reason="quarterly audit"
select ssn from app.users
```

## What to do
Mend the query, or have the exception granted anew, with a new day.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding
from classify.checks.rules.rule import Rule, about
from classify.checks.suppress import Use


def _check(use: Use) -> Iterator[Finding]:
    if use.expired:
        message = f"this suppression ended on {use.suppression.until}"
        yield about(RULE, use, message, "mend the query, or have the exception granted anew with a new `until`")


RULE = Rule("CLS402", "expired-suppression", _check)
