"""CLS203: a query's text is built with a hole where a name should stand.

## What it does
Reports each place of a text that only the running program knows and where no value stands: a table's name, a column, a
clause, as in an f-string or a template. A placeholder or a hole where a value stands, as behind `=`, is a parameter and
is no finding.

## Why it is bad
What is put there may name any table or column, so the class of the query is not known. It is also how SQL gets
injected.

## Example
```python
cursor.execute(f"select id from {table} where id = %s", (user,))
```

## What to do
Write the names out, one query for each. A name that is a constant of the same module is put in by the check itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import PlacedHole, Rule, Subject, listed
from classify.exposure import Span


def _check(subject: Subject) -> Iterator[Finding]:
    statements: dict[Span | None, list[PlacedHole]] = {}
    for hole in subject.holes:
        # A template has a meaning as a whole alone, so it is told once.
        statement = None if hole.is_template else subject.statement_at(hole.span.start_offset)
        statements.setdefault(statement.span if statement is not None else None, []).append(hole)
    for span, holes in statements.items():
        yield _finding(span, holes)


def _finding(statement: Span | None, holes: list[PlacedHole]) -> Finding:
    first = holes[0]
    names = listed(f"`{hole.name}`" for hole in holes if hole.name)
    what = f"a hole {names} stands" if len(holes) == 1 and names else "a hole stands"
    if len(holes) > 1:
        what = f"{len(holes)} holes{f' ({names})' if names else ''} stand"
    return Finding(
        code=RULE.code,
        message=f"the class is not known: {what} where a name or a clause should",
        help=_TEMPLATE if first.is_template else _PROGRAM,
        span=first.span,
        statement=statement if statement is not None else first.span,
        parts=tuple(Part(hole.name, ("hole",), None, (hole.span,)) for hole in holes),
    )


_PROGRAM = "write out what may stand there, one query for each, or have the query reviewed"
_TEMPLATE = "this looks like a template: check the text that it makes (dbt: target/compiled), and exclude this one"

RULE = Rule("CLS203", "hole", _check)
