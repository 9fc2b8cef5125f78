"""A finding: one thing in a text of SQL that a rule objects to."""

from __future__ import annotations

import enum
from typing import Any

from attrs import frozen

from classify.exposure import Span
from classify.labels import Label


class Severity(enum.Enum):
    """What a finding does to the exit status."""

    ERROR = "error"
    WARNING = "warning"  # nothing: it is only printed


@frozen
class Part:
    """One column, dataset or name that a finding is about.

    Attributes:
        name: canonical, as `app.users.ssn`; of what is unresolved, as the text has it.
        roles: how it is used, as `filter`, `written`, `rows`; of what is unresolved, the cause.
        label: of a column or of a dataset's rows; None where it is not known.
        spans: where it is named, in the order of the text.
        via: where it flows on under another name.
    """

    name: str
    roles: tuple[str, ...]
    label: Label | None = None
    spans: tuple[Span, ...] = ()
    via: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, ",".join(self.roles))))

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "roles": list(self.roles),
            "label": self.label.to_dict() if self.label else None,
            "spans": [span.to_dict() for span in self.spans],
            "via": [span.to_dict() for span in self.via],
        }


@frozen
class Finding:
    """One thing in a text of SQL that a rule objects to.

    Attributes:
        code: of the rule, as `CLS101`.
        message: one line that names levels, columns and clauses; no literal ever stands here.
        help: the next step.
        span: where.
        statement: the whole statement that it is in.
        label: the class that was found; None where it is not known, which counts as the top.
        ceiling: the level that it was held against, or an empty text.
        parts: all that it is about, never cut.
        sink: the column or dataset into which it flows, or an empty text.
        severity: by the settings.
        ceiling_source: where the ceiling is set: the file, the code in it, or what the settings call it.
    """

    code: str
    message: str
    help: str
    span: Span
    statement: Span
    label: Label | None = None
    ceiling: str = ""
    parts: tuple[Part, ...] = ()
    sink: str = ""
    severity: Severity = Severity.ERROR
    ceiling_source: str = ""

    @property
    def what(self) -> tuple[str, ...]:
        """What was found, whatever its place and wording: the parts with their roles in order, and the sink."""
        found = sorted({str(part) for part in self.parts})
        return (*found, f"-> {self.sink}") if self.sink else tuple(found)

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "help": self.help,
            "span": self.span.to_dict(),
            "statement": self.statement.to_dict(),
            "label": self.label.to_dict() if self.label else None,
            "ceiling": self.ceiling or None,
            "ceiling_source": self.ceiling_source or None,
            "sink": self.sink or None,
            "parts": [part.to_dict() for part in self.parts],
        }
