"""CLS102: a statement returns a higher class than its ceiling allows.

## What it does
Holds the class of what a statement returns against the file's ceiling, where the setting `touch` is `result`. A result
column has the class of what its values are made of, and of what decides which values appear.

## Why it is bad
The result goes to people and programs that the ceiling stands for; the rest of the query stays in the engine.

## Example
With `touch = "result"`, the ceiling `internal`, and `app.users.email` tagged `confidential`:

```sql
select max(email) from app.users
```

## What to do
Take the column out of the result and out of what decides it, or accept it, with the reason:

```sql
-- classify: allow[CLS102] ceiling=confidential reason="…"
```
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject, above, accepting, listed
from classify.checks.settings import Touch
from classify.labels import Label

if TYPE_CHECKING:
    from classify.exposure import Output, Read, Statement
    from classify.labels import Level


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.touch is not Touch.RESULT:
        return
    reads = {read.column: read for read in reversed(subject.exposure.reads)}
    for statement in subject.exposure.statements:
        if above(statement.result_label, subject.ceiling):
            finding = _finding(statement, reads, subject.ceiling)
            if finding is not None:
                yield finding


def _finding(statement: Statement, reads: Mapping[str, Read], ceiling: Level) -> Finding | None:
    """The finding on a statement; None where the class comes from what is unresolved, which is CLS201's."""
    outputs = [output for output in statement.outputs if above(output.label, ceiling)]
    origins = [read for output in outputs for read in _origins(output, reads) if above(read.label, ceiling)]
    if not origins and statement.unresolved:
        return None
    highest = max(origins, key=lambda read: read.label.level.rank) if origins else None
    level = highest.label.level if highest else statement.result_label.level
    found = listed(_described(output, reads, ceiling) for output in outputs)
    return Finding(
        code=RULE.code,
        message=f"result class {level} is above the ceiling {ceiling}" + (f": {found}" if found else ""),
        help=f"take it out of the result, or accept it with {accepting(RULE.code, level)} above the statement",
        span=highest.spans[0] if highest and highest.spans else statement.span,
        statement=statement.span,
        label=functools.reduce(Label.join, (read.label for read in origins)) if origins else statement.result_label,
        ceiling=str(ceiling),
        parts=tuple(_parts(origins)),
    )


def _parts(origins: Iterable[Read]) -> Iterator[Part]:
    for read in {read.column: read for read in origins}.values():
        yield Part(read.column, tuple(kind.value for kind in read.kinds), read.label, read.spans, read.via)


def _described(output: Output, reads: Mapping[str, Read], ceiling: Level) -> str:
    def over(columns: Iterable[str]) -> str:
        found = (reads[column] for column in columns if column in reads)
        return listed(f"`{read.column}`" for read in found if above(read.label, ceiling))

    made, decided = over(output.direct), over(output.indirect)
    parts = [f"made of {made}" if made else "", f"decided by {decided}" if decided else ""]
    return " ".join([f"`{output.name}`", " and ".join(part for part in parts if part)]).rstrip()


def _origins(output: Output, reads: Mapping[str, Read]) -> list[Read]:
    return [reads[column] for column in (*output.direct, *output.indirect) if column in reads]


RULE = Rule("CLS102", "result-above-ceiling", _check)
