"""CLS202: the text is not SQL of its dialect.

## What it does
Reports where the parser stopped. The whole text has no known class then, so it is above every ceiling.

## Why it is bad
Either the query is broken, or it is written in another dialect than the settings say, and a check of it would be worth
nothing.

## Example
```sql
select id from app.users where
```

## What to do
Correct the text, or name its dialect:

```sql
-- classify: dialect=bigquery
```
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject
from classify.exposure import Cause


def _check(subject: Subject) -> Iterator[Finding]:
    dialect = subject.exposure.dialect
    for statement in subject.exposure.statements:
        for unresolved in () if subject.has_hole(statement) else statement.unresolved:
            if unresolved.cause is Cause.SYNTAX:
                yield Finding(
                    code=RULE.code,
                    message=f"not SQL of the dialect `{dialect}`",
                    help=unresolved.detail,
                    span=unresolved.span or statement.span,
                    statement=statement.span,
                    parts=(Part("", (unresolved.cause.value,), None, (unresolved.span,) if unresolved.span else ()),),
                )


RULE = Rule("CLS202", "syntax-error", _check)
