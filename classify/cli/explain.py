"""An exposure in words: per touched column its label, how it is read, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from classify.cli.style import excerpt_lines, label_text, level_colour, place
from classify.lines import printable

if TYPE_CHECKING:
    from classify.exposure import Declassified, Exposure, Output, Read, Span, Statement, Unresolved, Write

_MOST_PLACES = 3  # of one column: a column of a long text stands in many


def explain(exposure: Exposure, text: str, shown: str) -> Iterator[str]:
    """The lines that explain an exposure.

    Args:
        exposure: of the text.
        text: masked.
        shown: what places call the text: its file's name.
    """
    statements = exposure.statements
    nothing = "" if statements else ": no statements"
    yield f"class {label_text(exposure.label)} ({exposure.dialect}){nothing}"
    for statement in statements:
        if len(statements) > 1:
            yield ""
            yield f"{place(shown, statement.span)}: {statement.kind}, class {label_text(statement.label)}"
        yield from _reads(statement, text, shown)
        yield from _datasets(statement)
        yield from _flows("outputs", [(output.name, output) for output in statement.outputs])
        yield from _flows("writes", [(write.column, write) for write in statement.writes])
        yield from _declassified(statement.declassified, text, shown)
        yield from _unresolved(statement.unresolved, text, shown)


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield click.style(text, bold=True)


def _reads(statement: Statement, text: str, shown: str) -> Iterator[str]:
    reads = sorted(statement.reads, key=lambda read: -read.label.level.rank)
    if not reads:
        return
    yield from _heading("reads")
    width = max(len(str(read.label)) for read in reads)
    for read in reads:
        yield f"  {label_text(read.label, width)}  {printable(read.column)}  {_how(read)}"
        yield from _places(read.spans, text, shown, level_colour(read.label.level))


def _how(read: Read) -> str:
    kinds = ", ".join(kind.value for kind in read.kinds)
    return kinds if read.in_result else f"{kinds} (not in the result)"


def _places(spans: Sequence[Span], text: str, shown: str, colour: str) -> Iterator[str]:
    for span in spans[:_MOST_PLACES]:
        yield f"    {place(shown, span)}"
        yield from excerpt_lines(text, span, colour, "    ")
    if len(spans) > _MOST_PLACES:
        yield f"    and {len(spans) - _MOST_PLACES} more places"


def _datasets(statement: Statement) -> Iterator[str]:
    """The datasets of which only the rows are touched, as by `count(*)`: the others stand with their columns."""
    read = {read.column for read in statement.reads} | {write.column for write in statement.writes}
    rows = [
        dataset for dataset in statement.datasets if not any(column.startswith(f"{dataset.name}.") for column in read)
    ]
    if rows:
        yield from _heading("rows")
        width = max(len(str(dataset.rows)) for dataset in rows)
        for dataset in rows:
            yield f"  {label_text(dataset.rows, width)}  {printable(dataset.name)}"


def _flows(heading: str, flows: Sequence[tuple[str, Output | Write]]) -> Iterator[str]:
    if not flows:
        return
    yield from _heading(heading)
    width = max(len(str(flow.label)) for _, flow in flows)
    for name, flow in flows:
        origins = [("from", flow.direct), ("decided by", flow.indirect)]
        described = "; ".join(f"{word} {_names(columns)}" for word, columns in origins if columns)
        yield f"  {label_text(flow.label, width)}  {printable(name)}" + (f"  {described}" if described else "")


def _names(columns: Iterable[str]) -> str:
    return ", ".join(map(printable, columns))


def _declassified(found: Sequence[Declassified], text: str, shown: str) -> Iterator[str]:
    """Each call of a function that the scheme trusts, with the label that it leaves."""
    if not found:
        return
    yield from _heading("declassified")
    width = max(len(str(use.label)) for use in found)
    for use in found:
        yield f"  {label_text(use.label, width)}  {printable(use.function)}  of {_names(use.columns)}"
        if use.span is not None:
            yield from _places((use.span,), text, shown, level_colour(use.label.level))


def _unresolved(found: Sequence[Unresolved], text: str, shown: str) -> Iterator[str]:
    if not found:
        return
    yield from _heading("unresolved")
    for unresolved in found:
        name = f" `{printable(unresolved.name)}`" if unresolved.name else ""
        yield f"  {click.style(unresolved.cause.value, fg='red')}{name}: {printable(unresolved.detail)}"
        if unresolved.span is not None:
            yield from _places((unresolved.span,), text, shown, "red")
