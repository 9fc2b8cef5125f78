"""CLS301: a column of the catalog has no tag.

Off by default: select `CLS3` where the catalog is checked with its queries.

## What it does
Reports each dataset with columns that have no level of their own and whose dataset has none either. They count with
the scheme's default, the highest level as a rule.

## Why it is bad
Every query of such a column is above every other ceiling, and nobody has decided that it should be.

## Example
```yaml
version: 1
datasets:
  - name: app.events
    columns: {id: {}, day: {type: date}}
```

## What to do
Give the columns a level, or the dataset a `label`, which holds for all columns that have none.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import CatalogUse, Rule, at_place, listed


def _check(use: CatalogUse) -> Iterator[tuple[str, Finding]]:
    for dataset in use.catalog.datasets:
        untagged = [column for column in dataset.columns if not column.is_tagged]
        if untagged and dataset.place and dataset.view is None:
            names = listed(f"`{column.name}`" for column in untagged)
            yield at_place(
                RULE.code,
                dataset.place,
                f"`{dataset.name}` has columns without a tag: {names}",
                "give them a level, or the dataset a `label`",
                Part(str(dataset.name), tuple(str(column.name) for column in untagged)),
            )


RULE = Rule("CLS301", "untagged", _check, by_default=False)
