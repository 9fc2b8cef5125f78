"""CLS106: a statement lowers a class by a function that the scheme trusts.

Off by default: select it where each such use is to be seen.

## What it does
Reports each call of a function that the scheme lists as declassifying, with the columns that it is given and the label
that it leaves.

## Why it is bad
It is not: the scheme says so. But some teams want each use of it reviewed, or counted.

## Example
With `declassify: [{function: privacy.noisy_count, label: internal, …}]` in the scheme:

```sql
select privacy.noisy_count(ssn) from app.users
```

## What to do
Nothing, or accept it with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Finding]:
    for statement in subject.exposure.statements:
        labels = {read.column: read.label for read in statement.reads}
        for use in statement.declassified:
            spans = (use.span,) if use.span else ()
            columns = ", ".join(f"`{column}`" for column in use.columns) or "nothing"
            yield Finding(
                code=RULE.code,
                message=f"`{use.function}` leaves {use.label} of {columns}",
                help="accept it with a reason, or do not select this rule",
                span=use.span or statement.span,
                statement=statement.span,
                label=use.label,
                parts=tuple(Part(column, ("declassified",), labels.get(column), spans) for column in use.columns),
                sink=use.function,
            )


RULE = Rule("CLS106", "declassification-used", _check, by_default=False)
