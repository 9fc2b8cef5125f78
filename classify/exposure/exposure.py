"""What a text of SQL touches: the statements in it, their reads, writes, outputs, and what could not be resolved."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from classify.exposure.span import Span
from classify.labels import Label


class FlowKind(enum.Enum):
    """How a column is read, in OpenLineage's words (column lineage facet: direct and indirect subtypes)."""

    IDENTITY = "identity"
    TRANSFORMATION = "transformation"
    AGGREGATION = "aggregation"
    JOIN = "join"
    GROUP_BY = "group_by"
    FILTER = "filter"
    SORT = "sort"
    WINDOW = "window"
    CONDITIONAL = "conditional"


class Cause(enum.Enum):
    """Why something is unresolved."""

    UNKNOWN_DATASET = "unknown-dataset"
    UNKNOWN_COLUMN = "unknown-column"
    AMBIGUOUS_NAME = "ambiguous-name"
    STATEMENT = "unsupported-statement"
    CONSTRUCT = "unsupported-construct"
    UNACCOUNTED = "unaccounted-name"
    FUNCTION = "opaque-function"
    DYNAMIC_SQL = "dynamic-sql"
    HIDDEN_TEXT = "hidden-text"
    LIMIT = "limit"
    SYNTAX = "syntax-error"
    VIEW = "unresolved-view"
    DECLASSIFICATION = "declassification"
    INTERNAL = "internal-error"


@frozen
class Unresolved:
    """One thing that could not be modelled, and so counts as the top class.

    Attributes:
        cause: why.
        name: what the text calls it; no literal ever stands here.
        span: where, or None for the whole text.
        detail: one line for a person, with the next step.
    """

    cause: Cause
    name: str
    span: Span | None
    detail: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "cause": self.cause.value,
            "name": self.name,
            "span": self.span.to_dict() if self.span else None,
            "detail": self.detail,
        }


@frozen
class Read:
    """One base column that a statement asks for.

    Attributes:
        column: canonical name, as `app.users.ssn`.
        label: its label.
        kinds: how it is read, in the order of `FlowKind`.
        in_result: whether it is a direct or indirect origin of some output.
        spans: where it is named, in the order of the text.
        via: where it flows on under another name, as a column of a common table expression or a derived table.
    """

    column: str
    label: Label
    kinds: tuple[FlowKind, ...]
    in_result: bool
    spans: tuple[Span, ...]
    via: tuple[Span, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "label": self.label.to_dict(),
            "kinds": [kind.value for kind in self.kinds],
            "in_result": self.in_result,
            "spans": [span.to_dict() for span in self.spans],
        }


@frozen
class DatasetRead:
    """One dataset that a statement touches: its canonical name, the label of its rows, and where it is named."""

    name: str
    rows: Label
    spans: tuple[Span, ...]


@frozen
class Declassified:
    """One call of a function that the scheme trusts to lower what it is given.

    Attributes:
        function: its name, as the scheme has it.
        label: that it leaves.
        columns: that it is given (canonical names).
        span: where, or None inside a view.
    """

    function: str
    label: Label
    columns: tuple[str, ...]
    span: Span | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "function": self.function,
            "label": self.label.to_dict(),
            "columns": list(self.columns),
            "span": self.span.to_dict() if self.span else None,
        }


@frozen
class Write:
    """One sink column, and the columns that flow into it (canonical names).

    Attributes:
        declassified: those of them that flow in through a declassifying function alone.
    """

    column: str
    label: Label
    direct: tuple[str, ...]
    indirect: tuple[str, ...]
    declassified: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "label": self.label.to_dict(),
            "direct": list(self.direct),
            "indirect": list(self.indirect),
        }


@frozen
class Output:
    """One result column: its name, the columns it is made of, and those that decide whether or how often it appears."""

    name: str
    label: Label
    direct: tuple[str, ...]
    indirect: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": self.label.to_dict(),
            "direct": list(self.direct),
            "indirect": list(self.indirect),
        }


@frozen
class Statement:
    """What one statement touches.

    Attributes:
        kind: `select`, `insert`, `update`, … in lower case; `unknown` where the text was not understood.
        label: the highest class touched: reads, writes, the datasets' rows, and top with anything unresolved.
        result_label: the class of what the statement returns.
        declassified: each call of a function that the scheme trusts to lower what it is given.
    """

    kind: str
    span: Span
    label: Label
    result_label: Label
    datasets: tuple[DatasetRead, ...]
    reads: tuple[Read, ...]
    writes: tuple[Write, ...]
    outputs: tuple[Output, ...]
    unresolved: tuple[Unresolved, ...]
    declassified: tuple[Declassified, ...] = ()

    def dataset_of(self, column: str) -> str:
        """The dataset of a column, or of a field in one, that the statement reads or writes; both by canonical name."""
        fitting = [dataset.name for dataset in self.datasets if column.startswith(f"{dataset.name}.")]
        return max(fitting, key=len, default=column.rpartition(".")[0])

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "span": self.span.to_dict(),
            "label": self.label.to_dict(),
            "result_label": self.result_label.to_dict(),
            "datasets": [dataset.name for dataset in self.datasets],
            "reads": [read.to_dict() for read in self.reads],
            "writes": [write.to_dict() for write in self.writes],
            "outputs": [output.to_dict() for output in self.outputs],
            "unresolved": [unresolved.to_dict() for unresolved in self.unresolved],
            "declassified": [declassified.to_dict() for declassified in self.declassified],
        }


class _Lazy:
    """The statements of an exposure, spelled out on first use: most callers only ask for the label."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], tuple[Statement, ...]]) -> None:
        self._make: Callable[[], tuple[Statement, ...]] | None = make
        self._made: tuple[Statement, ...] = ()

    def get(self) -> tuple[Statement, ...]:
        make = self._make
        if make is not None:
            self._made = make()
            self._make = None
        return self._made


@frozen(eq=False)
class Exposure:
    """What a text of SQL touches.

    Attributes:
        dialect: the dialect it was read in.
        label: the highest class that any statement touches.
        statements: one entry per statement, in order.
    """

    dialect: str
    label: Label
    _lazy: _Lazy = field(repr=False)

    @classmethod
    def of(cls, dialect: str, label: Label, statements: tuple[Statement, ...]) -> Exposure:
        return cls(dialect, label, _Lazy(lambda: statements))

    @classmethod
    def deferred(cls, dialect: str, label: Label, make: Callable[[], tuple[Statement, ...]]) -> Exposure:
        """An exposure whose statements `make` spells out when someone asks for them."""
        return cls(dialect, label, _Lazy(make))

    def __reduce__(self) -> tuple[Callable[..., Exposure], tuple[str, Label, tuple[Statement, ...]]]:
        """What is pickled and copied: the value alone, spelled out."""
        return Exposure.of, (self.dialect, self.label, self.statements)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Exposure):
            return NotImplemented
        return (self.dialect, self.label, self.statements) == (other.dialect, other.label, other.statements)

    def __hash__(self) -> int:
        return hash((self.dialect, self.label))

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self._lazy.get()

    @property
    def reads(self) -> tuple[Read, ...]:
        """The reads of all statements, in order; a column read by two statements stands twice."""
        return tuple(read for statement in self.statements for read in statement.reads)

    @property
    def writes(self) -> tuple[Write, ...]:
        return tuple(write for statement in self.statements for write in statement.writes)

    @property
    def outputs(self) -> tuple[Output, ...]:
        return tuple(output for statement in self.statements for output in statement.outputs)

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        return tuple(unresolved for statement in self.statements for unresolved in statement.unresolved)

    @property
    def result_label(self) -> Label:
        """The class of what the statements return."""
        labels = [statement.result_label for statement in self.statements]
        return functools.reduce(Label.join, labels) if labels else self.label

    def arrow_schema(self, schema: Any) -> Any:
        """The schema of the result, with the label of each column that the last statement with a result returns.

        Args:
            schema: a `pyarrow.Schema`, of the result as an engine hands it out.

        Raises:
            UsageError: it is another query's, with other columns; or pyarrow is not installed.
        """
        from classify.exposure.arrow_result import labelled_schema

        return labelled_schema(self, schema)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as `classify analyse --format json` prints it."""
        return {
            "version": 1,
            "dialect": self.dialect,
            "label": self.label.to_dict(),
            "statements": [statement.to_dict() for statement in self.statements],
        }
