"""CLS104: data leaves the region where it must stay.

## What it does
Compares where the data must stay that flows into a column, or into the dataset that the setting `sink` names, with the
residency of what it flows into, as CLS103 does with levels and categories: each region of the data must be one of the
sink's. Where the settings name a policy, its table says which region is inside which: what must stay in `us` may flow
into a dataset in `us-east`.

## Why it is bad
From then on the data is kept, backed up and read in places where it may not be.

## Example
With `app.users` in `us`, and `eu_mart.contacts` in `eu`:

```sql
insert into eu_mart.contacts (country) select country from app.users
```

## What to do
Write into a dataset of the same region, or bring over only what has no residency.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from classify.checks.finding import Finding
from classify.checks.rules.downgrade import Downgrade, downgrades, joined, parts
from classify.checks.rules.rule import Rule, Subject, listed
from classify.exposure import Statement
from classify.labels import Label


def _check(subject: Subject) -> Iterator[Finding]:
    bottom = (subject.catalog.scheme.bottom if subject.catalog is not None else subject.exposure.label).level

    def narrow(label: Label) -> Label:
        return Label(bottom, frozenset(), label.residency)

    def widen(label: Label) -> Label:
        """What is kept in a region is kept in every region that it is inside of."""
        around = subject.regions.around(label.residency) if subject.regions is not None else label.residency
        return Label(bottom, frozenset(), around)

    for found, statement in downgrades(subject, narrow, widen):
        yield _finding(found, statement)


def _finding(found: list[Downgrade], statement: Statement) -> Finding:
    first = found[0].reads[0]
    about = parts(found, statement)
    needed = functools.reduce(Label.join, (read.label for one in found for read in one.reads))
    sinks = sorted({one.column for one in found})
    moved = listed(f"`{read.column}`{_regions(read.label)}" for read in found[0].reads)
    span = next((one.spans[0] for one in statement.reads if one.column == first.column and one.spans), statement.span)
    return Finding(
        code=RULE.code,
        message=f"`{sinks[0]}`{_regions(found[0].label) or ' (no region)'} takes what must stay elsewhere: {moved}",
        help=f"write into a dataset of{_regions(needed)}, or leave these columns out",
        span=span,
        statement=statement.span,
        label=joined(about),
        parts=about,
        sink=", ".join(sinks),
    )


def _regions(label: Label) -> str:
    return f" @{','.join(sorted(label.residency))}" if label.residency else ""


RULE = Rule("CLS104", "residency-leaves", _check)
