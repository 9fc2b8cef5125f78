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
from classify.checks.rules.rule import Rule, Subject


def _check(subject: Subject) -> Iterator[Finding]:
    for hole in subject.holes:
        statement = subject.statement_at(hole.span.start_offset)
        name = f" `{hole.name}`" if hole.name else ""
        yield Finding(
            code=RULE.code,
            message=f"the class is not known: a hole{name} stands where a name or a clause should",
            help=_TEMPLATE if hole.is_template else _PROGRAM,
            span=hole.span,
            statement=statement.span if statement is not None else hole.span,
            parts=(Part(hole.name, ("hole",), None, (hole.span,)),),
        )


_PROGRAM = "write out what may stand there, one query for each, or have the query reviewed"
_TEMPLATE = "this looks like a template: check the text that it makes (dbt: target/compiled), and exclude this one"

RULE = Rule("CLS203", "hole", _check)
