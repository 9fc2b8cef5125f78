"""Where a catalog has its datasets: all of them at hand, or in a file out of which those that are named are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from functools import cached_property

from classify.catalog.dataset import Dataset
from classify.names import Name, Part, loosest


class Shelf:
    """The datasets of a catalog by the loosest key of their own name. Never changes.

    Datasets have numbers, which are their places in the catalog.
    """

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        self._datasets = tuple(datasets)

    def __len__(self) -> int:
        return len(self._datasets)

    def all(self) -> tuple[Dataset, ...]:
        """Every dataset, in the order of the catalog."""
        return self._datasets

    def named(self, key: str) -> Sequence[Dataset]:
        """The datasets whose own name, the last part, has that loosest key, in the order of the catalog."""
        return self._by_key.get(key, ())

    def keys(self) -> Iterable[str]:
        """The loosest keys of all datasets' own names."""
        return self._by_key

    def number(self, name: Name) -> int:
        """The number of a dataset that was taken from here."""
        return self._numbers[name]

    @cached_property
    def words(self) -> Set[str]:
        """The datasets' own names in lower case; others may be taken for one, never the other way round."""
        return frozenset(dataset.name.parts[-1].text.lower() for dataset in self.all())

    @cached_property
    def prefixes(self) -> frozenset[tuple[Part, ...]]:
        """What stands before the last part of the datasets' names."""
        return frozenset(dataset.name.parts[:-1] for dataset in self.all())

    def has_column(self, key: str) -> bool:
        """Whether some dataset has a column whose name has that loosest key."""
        return key in self.column_keys

    @cached_property
    def _by_key(self) -> dict[str, list[Dataset]]:
        found: dict[str, list[Dataset]] = {}
        for dataset in self.all():
            found.setdefault(loosest(dataset.name.parts[-1].text), []).append(dataset)
        return found

    @cached_property
    def _numbers(self) -> dict[Name, int]:
        return {dataset.name: number for number, dataset in enumerate(self.all())}

    @cached_property
    def column_keys(self) -> frozenset[str]:
        """The loosest keys of all columns' names."""
        return frozenset(loosest(column.name.text) for dataset in self.all() for column in dataset.columns)
