"""From bits to names: what a statement touches, spelled out when someone asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlglot import exp

from classify.exposure import DatasetRead, Declassified, FlowKind, Output, Read, Span, Statement, Unresolved, Write
from classify.labels import Label
from classify.sql.names.flows import DIRECT, asked, members
from classify.sql.names.relation import Relation
from classify.sql.report.kinds import Kinds
from classify.sql.session.compiled import CompiledCatalog
from classify.sql.session.session import Numbering
from classify.sql.session.tables import Lowered
from classify.sql.text.spans import Places
from classify.sql.walk.findings import Findings, Note, Sink

_MOST_PLACES = 10_000
"""After so many places in one statement only columns that have none yet get another."""

_ORDER = {kind: at for at, kind in enumerate(FlowKind)}


class Outcome(NamedTuple):
    """One statement as the walk left it: what `Statement` is spelled out from."""

    kind: str
    found: Findings
    result: Relation | None
    start: int
    end: int


class Columns:
    """The names and labels of the base columns' numbers."""

    __slots__ = ("_tables", "compiled")

    def __init__(self, numbering: Numbering, compiled: CompiledCatalog) -> None:
        self._tables = numbering.tables
        self.compiled = compiled

    def find(self, number: int) -> tuple[str, Label]:
        low, high = 0, len(self._tables)
        while high - low > 1:
            middle = (low + high) // 2
            if self._tables[middle][0] <= number:
                low = middle
            else:
                high = middle
        first, table = self._tables[low]
        return table.names[number - first], table.number_labels[number - first]

    def names(self, mask: int) -> tuple[str, ...]:
        """The names of the columns whose direct bits are set, in order of name."""
        return tuple(sorted({self.find(number)[0] for number in members(mask & DIRECT)}))

    @property
    def lowers(self) -> bool:
        """Whether a declassifying function was called."""
        return bool(self.compiled.declassifying) and any(isinstance(table, Lowered) for _, table in self._tables)

    def lowered_names(self, flow: int) -> tuple[str, ...]:
        """The names of the columns that flow through declassifying functions alone, in order of name."""
        through: set[str] = set()
        plain: set[str] = set()
        for first, table in self._tables:
            part = asked(flow >> 2 * first & (1 << 2 * table.width) - 1)
            into = through if isinstance(table, Lowered) else plain
            into.update(table.names[number] for number in members(part))
        return tuple(sorted(through - plain))

    def settled(self, flow: int, reads: int) -> int:
        """The flow with each declassified column as the column itself, where that one is among the reads too."""
        if not self.lowers:
            return flow
        for first, table in self._tables:
            if isinstance(table, Lowered):
                own = asked(reads) >> 2 * table.base & (1 << 2 * table.width) - 1
                moved = flow >> 2 * first & (own | own << 1)
                flow = flow & ~(moved << 2 * first) | moved << 2 * table.base
        return flow

    def label(self, mask: int) -> Label:
        """The join of the labels of the columns whose direct bits are set."""
        return self.compiled.join(self.label_numbers(mask))

    def label_numbers(self, mask: int) -> set[int]:
        """The numbers of the labels of the columns whose direct bits are set."""
        found: set[int] = set()
        for first, table in self._tables:
            part = mask >> 2 * first
            if not part:
                break
            if table.__class__ is Lowered:
                found.update(self.compiled.number(label) for label, bits in table.labels if part & bits)
            else:
                found.update([number for number, bits in table.label_bits if part & bits])
        return found


def label_of(findings: Findings, columns: Columns) -> Label:
    """The highest class that a statement touches."""
    if findings.notes:
        return columns.compiled.catalog.scheme.top
    numbers = columns.label_numbers(asked(findings.reads))
    numbers.update([table.rows_number for _, table in findings.touched])
    for sink in findings.sinks.values():
        numbers |= columns.label_numbers(sink.mask or asked(sink.flow))
    return columns.compiled.join(numbers)


def _sink_label(sink: Sink, columns: Columns) -> Label:
    return columns.label(sink.mask or asked(sink.flow))


def spell_out(outcome: Outcome, columns: Columns, text: Places) -> Statement:
    """The statement with names, kinds and places."""
    findings = outcome.found
    scheme = columns.compiled.catalog.scheme
    reads = columns.settled(asked(findings.reads), findings.reads)
    # INVARIANT outputs-cover-the-result: the outputs' labels together dominate the result's: what is not resolved is
    # low for none of them.
    outputs = _outputs(outcome.result, columns, scheme.top if findings.notes else None)
    in_result = 0
    if outcome.result is not None:
        in_result = asked(outcome.result.rows | outcome.result.whole())
    result_label = scheme.top if findings.notes else columns.label(in_result)
    unresolved = tuple(
        dict.fromkeys(_unresolved(note, text) for note in findings.notes)
    )  # what was walked twice is there twice
    if (findings.reads | findings.reads >> 1) & DIRECT and not reads:
        # INVARIANT what-is-asked-is-answered: what was asked for is in the answer.
        raise AssertionError("the answer lacks what the statement asks for")
    return Statement(
        kind=outcome.kind,
        span=text.span(outcome.start, outcome.end),
        label=label_of(findings, columns),
        result_label=result_label,
        datasets=_datasets(findings, text),
        reads=_reads(outcome, reads, in_result | columns.settled(in_result, findings.reads), columns, text),
        writes=tuple(_write(name, sink, columns) for name, sink in findings.sinks.items()),
        outputs=outputs,
        unresolved=unresolved,
        declassified=_declassified(findings, columns, text),
    )


def _reads(outcome: Outcome, reads: int, in_result: int, columns: Columns, text: Places) -> tuple[Read, ...]:
    findings = outcome.found
    whole = (text.span(outcome.start, outcome.end),)  # a variable has no place that the parser keeps
    kinds: dict[int, set[FlowKind]] = {number: set() for number in members(reads)}
    spans: dict[int, dict[Span, None]] = {number: {} for number in kinds}
    via: dict[int, dict[Span, None]] = {}
    kind_of = Kinds().of
    places = 0
    for node, (named, asks) in findings.references:
        kind = kind_of(node)
        flow = columns.settled(named, findings.reads) if columns.lowers else named
        # What flows into a reference directly is read the way the reference is; the rest only decides its rows.
        span = text.of(node) if places < _MOST_PLACES or (asks and _unplaced(flow, spans)) else None
        places += span is not None
        for number in members(flow & DIRECT):
            if number in kinds:
                kinds[number].add(kind)
                if span is not None:
                    (spans if asks else via).setdefault(number, {})[span] = None
        if asks and flow & ~DIRECT:
            for number in members(flow >> 1 & DIRECT):
                if number in kinds:
                    kinds[number].add(FlowKind.FILTER)
                    if span is not None:
                        spans[number][span] = None
    found = []
    for number, of in kinds.items():
        name, label = columns.find(number)
        if not of:
            of.add(FlowKind.FILTER)
        found.append(
            Read(
                name,
                label,
                tuple(sorted(of, key=_ORDER.__getitem__)),
                bool(in_result >> 2 * number & 1),
                tuple(sorted(spans[number])) or _dataset_spans(findings, name, text) or whole,
                tuple(sorted(via.get(number, ()))),
            )
        )
    return tuple(sorted(_merged(found) if columns.lowers else found, key=lambda read: read.column))


def _merged(reads: list[Read]) -> list[Read]:
    """The reads with one for each column: a script may have left it behind several declassifying functions."""
    found: dict[str, Read] = {}
    for one in reads:
        other = found.get(one.column, one)
        found[one.column] = Read(
            one.column,
            one.label.join(other.label),
            tuple(sorted({*one.kinds, *other.kinds}, key=_ORDER.__getitem__)),
            one.in_result or other.in_result,
            tuple(sorted({*one.spans, *other.spans})),
            tuple(sorted({*one.via, *other.via})),
        )
    return list(found.values())


def _unplaced(flow: int, spans: Mapping[int, Mapping[Span, None]]) -> bool:
    return any(number in spans and not spans[number] for number in members(asked(flow)))


def _dataset_spans(findings: Findings, column: str, text: Places) -> tuple[Span, ...]:
    """Where the datasets are named, for a column that no text names: a view's own filter, or what a script wrote."""
    named = [(text.of(node), table) for node, table in findings.touched if node is not None]
    own = [span for span, table in named if column in table.names or table.dataset.view]
    found = own or [span for span, _ in named]
    return tuple(dict.fromkeys(span for span in found if span is not None))


def _outputs(result: Relation | None, columns: Columns, top: Label | None) -> tuple[Output, ...]:
    if result is None:
        return ()
    found = []
    for out in result.outs():
        flow = out.flow | result.rows
        label = top or columns.label(asked(flow))
        found.append(Output(out.name, label, columns.names(flow), columns.names(flow >> 1)))
    if result.loose:
        # One stands for all the columns whose names and number the text does not tell.
        flow = result.loose | result.rows
        label = top or columns.label(asked(flow))
        found.append(Output("", label, columns.names(flow), columns.names(flow >> 1)))
    return tuple(found)


def _write(name: str, sink: Sink, columns: Columns) -> Write:
    return Write(
        name,
        _sink_label(sink, columns),
        columns.names(sink.flow),
        columns.names(sink.flow >> 1),
        columns.lowered_names(sink.flow) if columns.lowers else (),
    )


def _declassified(findings: Findings, columns: Columns, text: Places) -> tuple[Declassified, ...]:
    found = []
    for node, function, flow in findings.declassified:
        span = text.of(node) if node is not None else None
        found.append(Declassified(function.function, function.label, columns.names(asked(flow)), span))
    return tuple(sorted(found, key=lambda use: use.span.start_offset if use.span else -1))


def _datasets(findings: Findings, text: Places) -> tuple[DatasetRead, ...]:
    found: dict[str, tuple[Label, dict[Span, None]]] = {}
    for node, table in findings.touched:
        _, spans = found.setdefault(str(table.dataset.name), (table.rows, {}))
        span = _table_span(node, text) if node is not None else None
        if span is not None:
            spans[span] = None
    return tuple(DatasetRead(name, rows, tuple(spans)) for name, (rows, spans) in sorted(found.items()))


def _table_span(node: exp.Expr, text: Places) -> Span | None:
    this = node.args.get("this") if node.__class__ is exp.Table else None
    return text.of(this if isinstance(this, exp.Expr) else node)


def _unresolved(note: Note, text: Places) -> Unresolved:
    span = text.span(*note.place) if note.place else text.of(note.node) if note.node is not None else None
    return Unresolved(note.cause, _one_line(note.name), span, _one_line(note.detail))


_MOST_TEXT = 500


def _one_line(text: str) -> str:
    """The text as one line that a terminal shows as it is: a quoted name may hold a line break, or more."""
    if len(text) > _MOST_TEXT:
        text = text[: _MOST_TEXT // 2] + "…" + text[-_MOST_TEXT // 2 :]
    return text if text.isprintable() else "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
