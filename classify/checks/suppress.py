"""Which findings the suppressions of a file cover, and which suppressions cover what they should not, or nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from classify.checks.directives import Suppression, covered_statement, covers_host_statement
from classify.checks.finding import Finding
from classify.exposure import Span
from classify.hosts import Snippet
from classify.labels import Scheme


@frozen(eq=False, repr=False)
class Use:
    """What became of one suppression.

    Attributes:
        covered: the findings that it covers.
        outgrown: those that it names and whose class is above its ceiling.
        expired: whether its last day is over; then it covers nothing.
    """

    suppression: Suppression
    covered: tuple[Finding, ...] = ()
    outgrown: tuple[Finding, ...] = ()
    expired: bool = False


@frozen(eq=False, repr=False)
class Checked:
    """A snippet with its findings; all places are in the snippet.

    Attributes:
        statements: the place of each of its statements, in order.
    """

    snippet: Snippet
    findings: tuple[Finding, ...]
    statements: tuple[Span, ...] = field(default=())


def uses(
    suppressions: Iterable[Suppression], checked: Sequence[Checked], text: str, scheme: Scheme, today: datetime.date
) -> list[Use]:
    """What became of each suppression.

    Args:
        text: of the file.
        today: the day on which a suppression must still hold.
    """
    return [_use(one, checked, text, scheme, today) for one in suppressions]


def _use(suppression: Suppression, checked: Sequence[Checked], text: str, scheme: Scheme, today: datetime.date) -> Use:
    meant = [
        finding for one in checked for finding in _reached(suppression, one, text) if suppression.names(finding.code)
    ]
    ceiling = scheme.level(suppression.ceiling)
    within = tuple(one for one in meant if (one.label or scheme.top).level.rank <= ceiling.rank)
    outgrown = tuple(one for one in meant if one not in within)
    if suppression.until is not None and suppression.until < today:
        return Use(suppression, outgrown=outgrown, expired=True)
    return Use(suppression, within, outgrown)


def _reached(suppression: Suppression, checked: Checked, text: str) -> Iterable[Finding]:
    """The findings in the statement that a suppression stands at."""
    snippet = checked.snippet
    if suppression.snippet is None:
        around = snippet.around or ((snippet.start, snippet.end),)
        return checked.findings if any(covers_host_statement(suppression, one, text) for one in around) else ()
    if suppression.snippet is not snippet:
        return ()
    statement = covered_statement(suppression, list(checked.statements), snippet.text)
    return (one for one in checked.findings if statement is not None and one.statement == statement)
