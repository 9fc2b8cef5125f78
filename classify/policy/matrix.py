"""A policy as a table to look at: what it decides of each level, for each region and purpose."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from classify.policy.decision import Decision, NeedsApproval
from classify.policy.facts import Request, Touch, Touched
from classify.policy.policy import Policy

_NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)  # no grant is given, so that no time matters


@frozen
class Matrix:
    """The decisions for one purpose.

    Attributes:
        purpose: it, or None for one that nobody knows.
        regions: of the requester, a column each; None for one that nobody knows.
        rows: by level, a decision for each region.
    """

    purpose: str | None
    regions: tuple[str | None, ...]
    rows: tuple[tuple[str, tuple[Decision, ...]], ...]


def matrix(
    policy: Policy,
    like: Request,
    regions: Sequence[str | None],
    purposes: Sequence[str | None],
    categories: Iterable[str] = (),
    residency: Iterable[str] = (),
) -> Iterator[Matrix]:
    """A table for each purpose.

    Args:
        like: who asks, but for their region and purpose.
        categories, residency: of the data, at every level.

    Raises:
        UsageError: a category that the scheme does not have.
    """
    scheme = policy.terms.scheme
    labels = [scheme.label(level, categories, residency) for level in scheme.names]
    for purpose in purposes:
        rows = []
        for label in labels:
            touched = Touched((Touch(label, None, ()),), {}, is_unresolved=False)
            found = [
                policy.decide_touched(
                    evolve(like, purpose=purpose, principal=evolve(like.principal, region=region)), touched, (), _NOW
                )
                for region in regions
            ]
            rows.append((str(label.level), tuple(found)))
        yield Matrix(purpose, tuple(regions), tuple(rows))


def brief(decision: Decision) -> str:
    """A decision in a word or two."""
    if isinstance(decision, NeedsApproval):
        return (
            " + ".join([f"{one.count} {'/'.join(sorted(one.approvers.groups))}" for one in decision.missing])
            or "reference"
        )
    return decision.kind


def as_text(tables: Iterable[Matrix]) -> Iterator[str]:
    """The tables as lines."""
    for at, table in enumerate(tables):
        if at:
            yield ""
        yield f"purpose: {table.purpose or 'not known'}"
        cells = [["", *(region or "not known" for region in table.regions)]]
        cells += [[level, *map(brief, decisions)] for level, decisions in table.rows]
        widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
        for row in cells:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def as_html(tables: Iterable[Matrix], title: str) -> str:
    """The tables as a page of its own, each cell with its whole decision as its title."""
    parts = [_HEAD.replace("TITLE", html.escape(title))]
    for table in tables:
        parts.append(f"<table><caption>purpose: {html.escape(table.purpose or 'not known')}</caption>")
        names = "".join(f'<th scope="col">{html.escape(region or "not known")}</th>' for region in table.regions)
        parts.append(f"<thead><tr><th>class</th>{names}</tr></thead><tbody>")
        for level, decisions in table.rows:
            cells = "".join(
                f'<td class="{decision.kind}" title="{html.escape(str(decision), quote=True)}">'
                f"{html.escape(brief(decision))}</td>"
                for decision in decisions
            )
            parts.append(f'<tr><th scope="row">{html.escape(level)}</th>{cells}</tr>')
        parts.append("</tbody></table>")
    return "\n".join([*parts, "</main></html>", ""])


_HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>TITLE</title>
<style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin: 0 0 2rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { border: 1px solid #bbb; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { white-space: nowrap; }
td.allow { background: #dff3e3; } td.needs_approval { background: #fff3cd; } td.deny { background: #f8d7da; }
</style>
<main><h1>TITLE</h1>
"""
