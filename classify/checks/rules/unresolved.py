"""CLS201: something in a statement could not be resolved, so its class is not known.

## What it does
Reports each table, column, function or construct that the analyser could not resolve, with its cause. Such a statement
has no known class, so it is above every ceiling, the highest level included.

## Why it is bad
What is not known may be anything. A guess would let a query pass that reads the most sensitive column.

## Example
With no `app.user` in the catalog:

```sql
select ssn from app.user
```

## What to do
Follow the cause: correct the name, add the dataset to the catalog, name the right dialect, or write the statement in a
form that the analyser models.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject
from classify.exposure import Cause


def _check(subject: Subject) -> Iterator[Finding]:
    for statement in subject.exposure.statements:
        for unresolved in () if subject.has_hole(statement) else statement.unresolved:
            if unresolved.cause is not Cause.SYNTAX:  # CLS202's
                name = f" `{unresolved.name}`" if unresolved.name else ""
                yield Finding(
                    code=RULE.code,
                    message=f"the class is not known: {unresolved.cause.value}{name}",
                    help=unresolved.detail,
                    span=unresolved.span or statement.span,
                    statement=statement.span,
                    parts=(
                        Part(
                            unresolved.name,
                            (unresolved.cause.value,),
                            None,
                            (unresolved.span,) if unresolved.span else (),
                        ),
                    ),
                )


RULE = Rule("CLS201", "unresolved", _check)
