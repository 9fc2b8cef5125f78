"""CLS103: data lands in a sink whose label is too low for it.

## What it does
Compares the label of every column that a statement writes with the labels of what flows into it, and the columns of
the dataset that the setting `sink` names with what the results hold. The sink's label must dominate them: its level at
least as high, and all their categories and residencies in it.

What decides *which* rows are written counts too, if it comes from another dataset than the sink. A deletion puts
nothing into its sink.

## Why it is bad
From then on everyone who may read the sink reads the data under the lower label: the tag is lost, and with it every
check.

## Example
With `app.users.email` tagged `confidential` and `mart.contacts.email` tagged `internal`:

```sql
insert into mart.contacts (email) select email from app.users
```

## What to do
Leave the column out, raise the label of the sink's column in the catalog, or write elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from classify.checks.finding import Finding
from classify.checks.rules.rule import Rule, Subject, listed
from classify.exposure import Read, Statement
from classify.labels import Label

if TYPE_CHECKING:
    from classify.catalog import Dataset

# Statements that take rows away: which rows they are is decided by columns, but no value lands anywhere.
_LAND_NOTHING = frozenset(("delete", "truncate", "drop"))


@frozen
class _Downgrade:
    """A sink column, with its label and the reads that it does not dominate."""

    column: str
    label: Label
    reads: tuple[Read, ...]


def _check(subject: Subject) -> Iterator[Finding]:
    reads: dict[str, Read] = {}
    for statement in subject.exposure.statements:
        # A script's later statement may write what an earlier one read, through a table that it made in between.
        reads.update((read.column, read) for read in statement.reads)
        found = [*_into_writes(statement, reads)]
        if subject.sink is not None:
            found += _into_sink(statement, subject.sink, reads)
        if found:
            yield _finding(found, statement)


def _into_writes(statement: Statement, reads: dict[str, Read]) -> Iterator[_Downgrade]:
    if statement.kind in _LAND_NOTHING:
        return
    for write in statement.writes:
        dataset = write.column.rpartition(".")[0]
        decisive = (column for column in write.indirect if not column.startswith(f"{dataset}."))
        low = _not_dominated(write.label, (*write.direct, *decisive), reads)
        if low:
            yield _Downgrade(write.column, write.label, low)


def _into_sink(statement: Statement, sink: Dataset, reads: dict[str, Read]) -> Iterator[_Downgrade]:
    labels = {column.name.text.lower(): column.label for column in sink.columns}
    for output in statement.outputs:
        label = labels.get(output.name.lower(), sink.label)
        low = _not_dominated(label, (*output.direct, *output.indirect), reads)
        if low:
            yield _Downgrade(f"{sink.name}.{output.name}", label, low)


def _not_dominated(label: Label, columns: Iterable[str], reads: dict[str, Read]) -> tuple[Read, ...]:
    """The reads among some columns that a label does not dominate, each once, the highest first."""
    found = [reads[column] for column in dict.fromkeys(columns) if column in reads]
    low = [read for read in found if not label.dominates(read.label)]
    return tuple(sorted(low, key=lambda read: -read.label.level.rank))


def _finding(found: list[_Downgrade], statement: Statement) -> Finding:
    first = found[0].reads[0]
    described = listed(
        f"`{downgrade.column}` ({downgrade.label}) takes "
        + listed((f"`{read.column}` ({read.label})" for read in downgrade.reads), most=1)
        for downgrade in found
    )
    return Finding(
        code=RULE.code,
        message=f"the label of the sink does not dominate what flows into it: {described}",
        help="leave it out, or raise the label of the sink in the catalog",
        span=first.spans[0] if first.spans and first in statement.reads else statement.span,
    )


RULE = Rule("CLS103", "downgrade", _check)
