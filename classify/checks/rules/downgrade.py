"""CLS103: data lands in a sink whose label is too low for it.

## What it does
Compares the label of every column that a statement writes with the labels of what flows into it, and the columns of
the dataset that the setting `sink` names with what the results hold. The sink's label must dominate them: its level at
least as high, and all their categories in it; where the data must stay is CLS104's. A column is written with the fields
nested in it, each under its own label; a struct that is copied as a whole keeps its fields apart.

What decides *which* rows are written counts too, if it comes from another dataset than the sink. A deletion puts
nothing into its sink. What flows in through a function that the scheme lists as declassifying has the label that the
scheme states.

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

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import Rule, Subject
from classify.exposure import FlowKind, Read, Statement, Write
from classify.labels import Label

if TYPE_CHECKING:
    from classify.catalog import Dataset

# Statements that take rows away: which rows they are is decided by columns, but no value lands anywhere.
_LAND_NOTHING = frozenset(("delete", "truncate", "drop"))


_DECIDING = frozenset(
    (FlowKind.JOIN, FlowKind.GROUP_BY, FlowKind.FILTER, FlowKind.SORT, FlowKind.WINDOW, FlowKind.CONDITIONAL)
)


@frozen(eq=False, repr=False)
class Downgrade:
    """A sink column, with its label and what it does not dominate.

    Attributes:
        reads: of what flows into it, the highest first.
        direct: names of the columns that its values are made of.
    """

    column: str
    label: Label
    reads: tuple[Read, ...]
    direct: frozenset[str]

    @property
    def needed(self) -> Label:
        """The lowest label that dominates all of it."""
        return functools.reduce(Label.join, (read.label for read in self.reads), self.label)


def downgrades(
    subject: Subject, narrow: Callable[[Label], Label], widen: Callable[[Label], Label] | None = None
) -> Iterator[tuple[list[Downgrade], Statement]]:
    """Each statement that puts data where its label is not dominated, with its sink columns, the highest first.

    Args:
        narrow: the part of a label that is compared.
        widen: the same of a sink's label, where that holds more than it says.
    """
    of_sink = widen or narrow
    reads: dict[str, Read] = {}
    lowered: dict[str, Label] = {}
    for statement in subject.exposure.statements:
        # A script's later statement may write what an earlier one read, through a table that it made in between.
        reads.update((read.column, evolve(read, label=narrow(read.label))) for read in statement.reads)
        for use in statement.declassified:
            for column in use.columns:
                label = narrow(use.label)
                lowered[column] = lowered[column].join(label) if column in lowered else label
        found = [*_into_writes(statement, reads, lowered, of_sink)]
        if subject.sink is not None:
            found += _into_sink(statement, subject.sink, reads, of_sink)
        if found:
            yield sorted(found, key=_height, reverse=True), statement


def _check(subject: Subject) -> Iterator[Finding]:
    for found, statement in downgrades(subject, _without_residency):
        yield _finding(found, statement)


def _without_residency(label: Label) -> Label:
    return Label(label.level, label.categories)


def _height(downgrade: Downgrade) -> tuple[int, bool]:
    """How high a downgrade stands: a value that lands before one that only decides."""
    first = downgrade.reads[0]
    return first.label.level.rank, first.column in downgrade.direct


def _into_writes(
    statement: Statement, reads: dict[str, Read], lowered: dict[str, Label], narrow: Callable[[Label], Label]
) -> Iterator[Downgrade]:
    if statement.kind in _LAND_NOTHING:
        return
    for column, writes in _by_column(statement).items():
        own = f"{statement.dataset_of(column)}."
        direct = [origin for write in writes for origin in write.direct]
        decisive = [origin for write in writes for origin in write.indirect if not origin.startswith(own)]
        known = dict(reads)
        for origin in set.intersection(*(set(write.declassified) for write in writes)):
            if origin in reads and origin in lowered and not lowered[origin].dominates(reads[origin].label):
                known[origin] = evolve(reads[origin], label=lowered[origin])
        yield from _downgrade(column, narrow(writes[0].label), direct, decisive, known)


def _by_column(statement: Statement) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = {}
    for write in statement.writes:
        found.setdefault(write.column, []).append(write)
    return found


def _into_sink(
    statement: Statement, sink: Dataset, reads: dict[str, Read], narrow: Callable[[Label], Label]
) -> Iterator[Downgrade]:
    labels = {column.name.text.lower(): column.label for column in sink.columns}
    for output in statement.outputs:
        label = narrow(labels.get(output.name.lower(), sink.label))
        yield from _downgrade(f"{sink.name}.{output.name}", label, output.direct, output.indirect, reads)


def _downgrade(
    column: str, label: Label, direct: Iterable[str], decisive: Iterable[str], reads: dict[str, Read]
) -> Iterator[Downgrade]:
    """The downgrade of one sink column, if its label does not dominate all that flows into it."""
    made = dict.fromkeys(direct)
    found = [reads[origin] for origin in dict.fromkeys((*made, *decisive)) if origin in reads]
    low = sorted((read for read in found if not label.dominates(read.label)), key=lambda read: -read.label.level.rank)
    if low:
        yield Downgrade(column, label, tuple(low), frozenset(made))


def _finding(found: list[Downgrade], statement: Statement) -> Finding:
    """One finding for a statement: its columns by name while they are few, the highest first."""
    highest = found[0]
    first = highest.reads[0]
    moved = parts(found, statement)
    if len(found) > _MOST_NAMED:
        described = f"{_described(highest)}, and {len(found) - 1} more sink columns"
    else:
        described = ", ".join(map(_described, found))
    return Finding(
        code=RULE.code,
        message=f"the label of the sink does not dominate what flows into it: {described}",
        help=f"leave `{first.column}` out, or raise the label of `{highest.column}` to {highest.needed} in the catalog",
        span=first.spans[0] if first.spans and _is_read(first, statement) else statement.span,
        statement=statement.span,
        label=joined(moved),
        parts=moved,
        sink=", ".join(sorted(downgrade.column for downgrade in found)),
    )


def parts(found: list[Downgrade], statement: Statement) -> tuple[Part, ...]:
    """The columns that flow into sinks which do not dominate them, with their whole labels."""
    own = {read.column: read for read in statement.reads}
    flowing = {read.column: read for downgrade in found for read in downgrade.reads}
    return tuple(
        Part(
            name,
            tuple(kind.value for kind in read.kinds),
            own[name].label if name in own else read.label,
            read.spans if name in own else (),
            read.via if name in own else (),
        )
        for name, read in flowing.items()
    )


def joined(found: tuple[Part, ...]) -> Label | None:
    """The join of the labels of some parts."""
    labels = [part.label for part in found if part.label is not None]
    return functools.reduce(Label.join, labels) if labels else None


def _is_read(read: Read, statement: Statement) -> bool:
    return any(read.column == one.column for one in statement.reads)


_MOST_NAMED = 2


def _described(downgrade: Downgrade) -> str:
    """Which column flows where, and for one that only decides, through which clauses."""
    read = downgrade.reads[0]
    label = str(read.label)
    verb = "takes"
    if read.column not in downgrade.direct:
        verb = "is decided by"
        label = ", ".join([label, *(kind.value for kind in read.kinds if kind in _DECIDING)])
    rest = len(downgrade.reads) - 1
    more = f" and {rest} more" if rest else ""
    return f"`{downgrade.column}` ({downgrade.label}) {verb} `{read.column}` ({label}){more}"


RULE = Rule("CLS103", "downgrade", _check)
