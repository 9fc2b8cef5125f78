"""CLS302: what the catalog says of a view is not what its definition yields.

Off by default: select `CLS3` where the catalog is checked with its queries. `classify catalog validate` says the same.

## What it does
Reports each view whose definition does not resolve, and each column of one that is declared lower than what it is made
of, without a declassification.

## Why it is bad
A definition that does not resolve makes every query of the view unresolved. A label that is too low is not believed:
the query counts with what the column is made of, which surprises whoever reads the catalog.

## Example
```yaml
version: 1
datasets:
  - name: app.users
    columns: {email: confidential}
  - name: app.contacts
    view: select email from app.users
    dialect: postgres
    columns: {email: public}
```

## What to do
Correct the definition, raise the label, or declassify the column with a reason, an owner and an end.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import CatalogUse, Rule, at_place
from classify.checks.views import check_views


def _check(use: CatalogUse) -> Iterator[tuple[str, Finding]]:
    for problem in check_views(use.catalog, use.dialect):
        if problem.place:
            name = problem.path.removeprefix("view ").strip("`")
            message, _, advice = problem.message.rpartition(", ")
            advice = advice if message else "correct the definition"
            yield at_place(
                RULE.code, problem.place, f"{problem.path}: {message or problem.message}", advice, Part(name, ("view",))
            )


RULE = Rule("CLS302", "conflicting", _check, by_default=False)
