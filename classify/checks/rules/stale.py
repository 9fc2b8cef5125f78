"""CLS303: a dataset of the catalog that no query names.

Off by default: select `CLS3` where the catalog is checked with its queries. It only counts where folders are checked,
not single files.

## What it does
Reports each dataset that no statement in the checked files reads or writes, and no other dataset's view does.

## Why it is bad
It may have gone or been renamed: then its tags protect nothing, and the new name has none.

## Example
With no query that names `app.events`:

```yaml
version: 1
datasets:
  - name: app.events
    label: internal
    columns: {id: internal}
```

## What to do
Take it out of the catalog, correct its name, or leave the rule out where queries live in other repositories.
"""

from __future__ import annotations

from collections.abc import Iterator

from classify.checks.finding import Finding, Part
from classify.checks.rules.rule import CatalogUse, Rule, at_place


def _check(use: CatalogUse) -> Iterator[tuple[str, Finding]]:
    for dataset in use.catalog.datasets:
        name = str(dataset.name)
        if name not in use.named and dataset.place:
            yield at_place(
                RULE.code,
                dataset.place,
                f"no query names `{name}`",
                "take it out of the catalog, or correct its name",
                Part(name, ("unused",)),
            )


RULE = Rule("CLS303", "stale", _check, by_default=False)
