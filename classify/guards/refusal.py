"""A query that is refused: why, told as `classify check` tells it, and what would be allowed instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from classify.checks.finding import Finding
from classify.checks.rules import RULES, Subject
from classify.checks.settings import Touch
from classify.errors import ClassifyError
from classify.exposure import Exposure
from classify.exposure.excerpt import excerpt
from classify.labels import Label, Level, Scheme

if TYPE_CHECKING:  # a policy is loaded where a guard has one
    from classify.policy import Decision  # noqa: TC004  # loaded where it is used

_WIDTH = 120
_MOST_SHOWN = 5

# The rules that say that a statement is above a ceiling, or that its class is not known.
_DECISIVE = tuple(rule for rule in RULES if rule.code in ("CLS101", "CLS201", "CLS202"))


class QueryRefused(ClassifyError):
    """A query was refused before it ran. Its text names columns, levels and places, and never a literal.

    Attributes:
        exposure: what the query touches.
        ceiling: the level that holds.
        findings: each reason, with its place in the text.
        decision: the policy's, where that is what refuses it.
    """

    def __init__(
        self,
        message: str,
        exposure: Exposure,
        ceiling: str,
        findings: Sequence[Finding],
        decision: Decision | None = None,
    ) -> None:
        super().__init__(message)
        self.exposure = exposure
        self.ceiling = ceiling
        self.findings = tuple(findings)
        self.decision = decision

    @property
    def label(self) -> Label:
        """The class that the query touches."""
        return self.exposure.label

    def __reduce__(self) -> tuple[Callable[..., QueryRefused], tuple[Any, ...]]:
        return QueryRefused, (str(self), self.exposure, self.ceiling, self.findings, self.decision)


class QueryAboveCeiling(UserWarning):
    """A query above its ceiling ran, since the guard only warns."""


@frozen(eq=False, repr=False)
class Refusal:
    """What a refused query's exception is made of: each refusal raises a new one."""

    message: str
    exposure: Exposure
    ceiling: str
    findings: tuple[Finding, ...]
    decision: Decision | None = None

    def error(self) -> QueryRefused:
        return QueryRefused(self.message, self.exposure, self.ceiling, self.findings, self.decision)


def refusal_of(sql: str, exposure: Exposure, ceiling: Level, scheme: Scheme) -> Refusal | None:
    """Why a query may not run below a ceiling; None where it may.

    INVARIANT the-label-decides: the label alone decides; what the rules find only explains it.
    """
    is_known = not exposure.unresolved
    if is_known and exposure.label.level.rank <= ceiling.rank:
        return None
    whole = Exposure.of(exposure.dialect, exposure.label, exposure.statements)  # the trees need not be kept
    subject = Subject(whole, ceiling, Touch.ASKED, None)
    findings = tuple(finding for rule in _DECISIVE for finding in rule.check(subject))
    lines = [_told(finding, text) for text in [_shown(sql, exposure.dialect)] for finding in findings[:_MOST_SHOWN]]
    if len(findings) > _MOST_SHOWN:
        lines.append(f"and {len(findings) - _MOST_SHOWN} more")
    message = "\n".join(lines) or f"the class {exposure.label.level} is above the ceiling {ceiling}"
    return Refusal(message, whole, str(ceiling), findings)


def advice(finding: Finding) -> str:
    """The next step of a finding, where no comment in the text can accept it."""
    if finding.code == "CLS101":
        return "leave it out, or read a dataset within the ceiling"
    return finding.help


def _told(finding: Finding, text: str) -> str:
    """A finding in three lines and its next step, as the check prints them."""
    start = finding.span.start
    underlined = excerpt(text, finding.span, _WIDTH).lines()
    lines = [f"{start.line}:{start.column}: {finding.code} {finding.message}", *(f"  {line}" for line in underlined)]
    return "\n".join([*lines, f"  help: {advice(finding)}"])


def _shown(sql: str, dialect: str) -> str:
    from classify.sql.text.masking import masked

    return masked(sql, dialect)
