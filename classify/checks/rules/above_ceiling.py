"""CLS101: a statement touches a higher class than its ceiling allows.

## What it does
Holds the class of everything that a statement reads and writes against the file's ceiling, where the setting `touch` is
`asked` (the default). A column counts wherever it stands: in the result, in a filter, in a join, in a sort.

## Why it is bad
Whoever may run a query may see what it touches. A filter on a column tells about its values as surely as the column
itself.

## Example
With the ceiling `internal`, and `app.users.ssn` tagged `restricted`:

```sql
select id from app.users where ssn like '1%'
```

## What to do
Leave the column out, or read a dataset that does not hold it. If the query is right, accept it, with
the reason, above the statement or on one of its lines:

```sql
-- classify: allow[CLS101] ceiling=restricted reason="…"
```
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject, above, accepting, listed
from classify.checks.settings import Touch
from classify.exposure import Statement
from classify.labels import Label, Level


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.touch is not Touch.ASKED:
        return
    for statement in subject.exposure.statements:
        if above(statement.label, subject.ceiling):
            over = sorted(_over(statement, subject.ceiling), key=lambda touched: -_rank(touched))
            if over:
                yield _finding(over, statement, subject.ceiling)
            elif not statement.unresolved:  # what is unresolved is CLS201's
                yield _finding([Part("", ("statement",), statement.label)], statement, subject.ceiling)


def _rank(part: Part) -> int:
    return part.label.level.rank if part.label else 0


def _over(statement: Statement, ceiling: Level) -> Iterator[Part]:
    """Everything above the ceiling, in the order of the exposure."""
    named: list[str] = []
    for read in statement.reads:
        if above(read.label, ceiling):
            named.append(read.column)
            yield Part(read.column, tuple(kind.value for kind in read.kinds), read.label, read.spans, read.via)
    for dataset in statement.datasets:
        # Whoever reads a column sees the rows: they are worth a word only on their own.
        if above(dataset.rows, ceiling) and not any(column.startswith(f"{dataset.name}.") for column in named):
            yield Part(dataset.name, ("rows",), dataset.rows, dataset.spans)
    for write in statement.writes:
        if above(write.label, ceiling):
            yield Part(write.column, ("written",), write.label)


def _finding(over: list[Part], statement: Statement, ceiling: Level) -> Finding:
    first = over[0]
    level = first.label.level if first.label else statement.label.level
    highest = [_described(touched) for touched in over if _rank(touched) == _rank(first)]
    lower = len(over) - len(highest)
    rest = f", and {lower} of a lower class above it" if lower else ""
    return Finding(
        code=RULE.code,
        message=f"class {level} is above the ceiling {ceiling}: {listed(highest)}{rest}",
        help=f"leave it out, or accept it with {accepting(RULE.code, level)} above the statement",
        span=first.spans[0] if first.spans else statement.span,
        statement=statement.span,
        label=functools.reduce(Label.join, (part.label for part in over if part.label)),
        ceiling=str(ceiling),
        parts=tuple(over),
    )


def _described(part: Part) -> str:
    if not part.name:
        return "the statement"
    return f"the rows of `{part.name}`" if part.roles == ("rows",) else f"`{part.name}` ({', '.join(part.roles)})"


RULE = Rule("CLS101", "class-above-ceiling", _check)
