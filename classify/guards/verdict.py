"""`gate`: for SQL that a model wrote, allowed or refused with what would be allowed instead, without any connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from classify.catalog import Catalog
from classify.errors import UsageError
from classify.guards.ceiling import CURRENT
from classify.guards.judge import Judge, Permit
from classify.guards.refusal import Refusal, advice
from classify.guards.state import State
from classify.labels import Label, Level

_MOST_COLUMNS = 50


@frozen
class Reason:
    """One reason why a query is refused.

    Attributes:
        code: of the rule.
        message: one line that names columns, levels and clauses.
        columns: that are above the ceiling.
        clauses: where the first of them stands, as `filter` or `identity`.
        line, column: the place in the text, from 1.
        advice: the next step.
    """

    code: str
    message: str
    columns: tuple[str, ...]
    clauses: tuple[str, ...]
    line: int
    column: int
    advice: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "columns": list(self.columns),
            "clauses": list(self.clauses),
            "line": self.line,
            "column": self.column,
            "advice": self.advice,
        }


@frozen
class Verdict:
    """Whether a query may run.

    Attributes:
        allowed: whether it may.
        label: the class that it touches.
        ceiling: the level that holds.
        reasons: why it may not.
        allowed_columns: of each dataset that it names, the columns within the ceiling.
    """

    allowed: bool
    label: Label
    ceiling: str
    reasons: tuple[Reason, ...] = ()
    allowed_columns: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return self.allowed

    def __str__(self) -> str:
        """One paragraph, for a person or a model: it names columns, and never a literal."""
        if self.allowed:
            return f"Allowed: the query touches the class {self.label.level}, and the ceiling is {self.ceiling}."
        told = [
            f"At line {reason.line}, column {reason.column}: {reason.message} ({reason.advice})."
            for reason in self.reasons
        ]
        offered = [
            f"Of {dataset} these columns are within the ceiling: {', '.join(columns) or 'none'}."
            for dataset, columns in self.allowed_columns
        ]
        return " ".join([f"Refused: the ceiling is {self.ceiling}.", *told, *offered])

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "allowed": self.allowed,
            "label": self.label.to_dict(),
            "ceiling": self.ceiling,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "allowed_columns": {dataset: list(columns) for dataset, columns in self.allowed_columns},
        }


def gate(
    catalog: Catalog,
    *,
    ceiling: str,
    dialect: str,
    default_schema: str | None = None,
    default_database: str | None = None,
) -> Callable[[str], Verdict]:
    """A function that says of a text whether it may run. Whoever runs it must run that very text.

    >>> catalog = Catalog.from_mapping({"app.users": {"id": "internal", "ssn": "restricted"}})
    >>> check = gate(catalog, ceiling="internal", dialect="postgres")
    >>> check("select id from app.users").allowed
    True
    >>> check("select ssn from app.users").allowed_columns
    (('app.users', ('id',)),)

    Args:
        catalog: the datasets that are known.
        ceiling: the highest level that a query may touch; `classify.ceiling` in the code around narrows it.
        dialect: sqlglot's name of the dialect.
        default_schema, default_database: override the catalog's own.

    Raises:
        UsageError: an unknown level or dialect.

    Assumes: what the text does beside reading is not judged: a user who may only read, or a transaction that is rolled
    back, keeps a model from writing.
    """
    if not isinstance(catalog, Catalog):
        raise UsageError(f"expected a Catalog as `catalog`, found {type(catalog).__name__}")
    judge = Judge(catalog, dialect, ceiling, default_schema=default_schema, default_database=default_database)
    begin = State()

    def check(sql: str) -> Verdict:
        if type(sql) is not str:
            raise UsageError(f"expected a text of SQL, found {type(sql).__name__}")
        permit = judge.decide(sql, begin, CURRENT.get())
        if permit.refusal is None:
            return Verdict(True, permit.label, permit.ceiling)
        return _refused(permit, permit.refusal, catalog, catalog.scheme.level(permit.ceiling))

    return check


def _refused(permit: Permit, refusal: Refusal, catalog: Catalog, ceiling: Level) -> Verdict:
    reasons = tuple(
        Reason(
            finding.code,
            finding.message,
            tuple(part.name for part in finding.parts if part.label is not None and part.name),
            finding.parts[0].roles if finding.parts else (),
            finding.span.start.line,
            finding.span.start.column,
            advice(finding),
        )
        for finding in refusal.findings
    )
    offered = []
    for name in permit.datasets:
        dataset = catalog.get(name)
        if dataset is not None:
            within = [str(one.name) for one in dataset.columns if one.label.level.rank <= ceiling.rank]
            offered.append((name, tuple(within[:_MOST_COLUMNS])))
    return Verdict(False, permit.label, permit.ceiling, reasons, tuple(offered))
