"""CLS105: a statement reads a view whose declassification has expired.

## What it does
Reports each view that a statement names and in which the catalog declassifies a column until a day that is over. Its
columns count with the labels of what they are made of again.

## Why it is bad
Somebody accepted the lower label for a time, and the time is over: what the query returns is as sensitive as before.

## Example
With `declassify: {email: {to: public, reason: …, owner: …, until: 2020-01-31}}` on the view `app.contacts`:

```sql
select email from app.contacts
```

## What to do
Have the owner of the declassification renew it in the catalog, or read the view no longer.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.catalog is None:
        return
    for statement in subject.exposure.statements:
        for dataset in statement.datasets:
            declared = subject.catalog.get(dataset.name)
            for one in declared.declassify if declared is not None else ():
                if one.until is None or one.until >= subject.today:
                    continue
                column = f"{dataset.name}.{one.column}"
                yield Finding(
                    code=RULE.code,
                    message=f"the declassification of `{column}` to {one.to} ended on {one.until}",
                    help=f"have {one.owner or 'its owner'} renew it in the catalog, or leave `{dataset.name}` out",
                    span=dataset.spans[0] if dataset.spans else statement.span,
                    statement=statement.span,
                    label=statement.label,
                    parts=(Part(column, ("declassified",), None, dataset.spans),),
                )


RULE = Rule("CLS105", "expired-declassification", _check)
