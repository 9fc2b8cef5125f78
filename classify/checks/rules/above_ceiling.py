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
Leave the column out, or read a dataset that does not hold it. If the query is right, raise the file's ceiling:

```sql
-- classify: ceiling=restricted
```
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from classify.checks.finding import Finding
from classify.checks.rules.rule import Rule, Subject, above, listed
from classify.checks.settings import Touch
from classify.exposure import Span, Statement
from classify.labels import Label, Level


@frozen
class _Touched:
    """A thing that a statement touches: its text in the message, its label, and its first place."""

    text: str
    label: Label
    span: Span


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.touch is not Touch.ASKED:
        return
    for statement in subject.exposure.statements:
        if above(statement.label, subject.ceiling):
            over = sorted(_over(statement, subject.ceiling), key=lambda touched: -touched.label.level.rank)
            if over:
                yield _finding(over, subject.ceiling)
            elif not statement.unresolved:  # what is unresolved is CLS201's
                yield _finding([_Touched("the statement", statement.label, statement.span)], subject.ceiling)


def _over(statement: Statement, ceiling: Level) -> Iterator[_Touched]:
    """Everything above the ceiling, in the order of the exposure."""
    named: list[str] = []
    for read in statement.reads:
        if above(read.label, ceiling):
            named.append(read.column)
            kinds = ", ".join(kind.value for kind in read.kinds)
            yield _Touched(f"`{read.column}` ({kinds})", read.label, read.spans[0] if read.spans else statement.span)
    for dataset in statement.datasets:
        # Whoever reads a column sees the rows: they are worth a word only on their own.
        if above(dataset.rows, ceiling) and not any(column.startswith(f"{dataset.name}.") for column in named):
            span = dataset.spans[0] if dataset.spans else statement.span
            yield _Touched(f"the rows of `{dataset.name}`", dataset.rows, span)
    for write in statement.writes:
        if above(write.label, ceiling):
            yield _Touched(f"`{write.column}` (written)", write.label, statement.span)


def _finding(over: list[_Touched], ceiling: Level) -> Finding:
    level = over[0].label.level
    highest = [touched.text for touched in over if touched.label.level == level]
    lower = len(over) - len(highest)
    rest = f", and {lower} of a lower class above it" if lower else ""
    return Finding(
        code=RULE.code,
        message=f"class {level} is above the ceiling {ceiling}: {listed(highest)}{rest}",
        help=f"leave it out, or raise the ceiling of the file with `-- classify: ceiling={level}`",
        span=over[0].span,
    )


RULE = Rule("CLS101", "class-above-ceiling", _check)
