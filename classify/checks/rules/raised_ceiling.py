"""CLS404: a file raises its own ceiling, and does not say why.

## What it does
Reports a file, or code in it, that sets a ceiling above the one that the settings give it, without a reason. With a
reason there is no finding, and the file is listed among those that raise their ceiling.

## Why it is bad
Whoever writes a query could lift the limit that others set for it, and nobody would see it.

## Example
Where the settings give the file the ceiling `internal`:

```sql
-- classify: ceiling=restricted
select ssn from app.users
```

## What to do
Say why, `-- classify: ceiling=restricted reason="…"`, or leave the ceiling to the settings.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding
from classify.checks.rules.rule import Raise, Rule


def _check(raised: Raise) -> Iterator[Finding]:
    if not raised.reason:
        yield Finding(
            code=RULE.code,
            message=f"the ceiling {raised.ceiling} is above the settings' {raised.settings}, and no reason is given",
            help='add `reason="…"`, or leave the ceiling to the settings',
            span=raised.span,
            statement=raised.span,
            ceiling=raised.settings,
        )


RULE = Rule("CLS404", "raised-ceiling", _check)
