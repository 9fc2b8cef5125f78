"""A finding: one thing in a text of SQL that a rule objects to."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from classify.exposure import Span


@frozen
class Finding:
    """One thing in a text of SQL that a rule objects to.

    Attributes:
        code: of the rule, as `CLS101`.
        message: one line that names levels, columns and clauses; no literal ever stands here.
        help: the next step.
        span: where.
    """

    code: str
    message: str
    help: str
    span: Span

    def to_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "help": self.help, "span": self.span.to_dict()}
