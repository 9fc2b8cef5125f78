"""The index of a catalog's datasets: which one a name means, by one dialect's rules for identifiers."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from classify.catalog.dataset import Dataset
from classify.catalog.shelf import Shelf
from classify.errors import nearest_word
from classify.names import Folding, Part, loosest

_Entry = tuple[tuple[str, ...], Dataset]


@frozen(eq=False, repr=False)
class Ambiguous:
    """A name that means one of several datasets, and nothing says which.

    Attributes:
        datasets: those it may mean, in the order of the catalog.
    """

    datasets: tuple[Dataset, ...]


class DatasetIndex:
    """Datasets by name, as a dialect that folds names so compares them. Never changes.

    Attributes:
        folding: how the parts of a name are compared.

    Assumes: the catalog holds every dataset that a name could mean in the search path; a schema there that it does not
    hold is passed over.
    """

    __slots__ = ("_entries", "_shelf", "folding")

    def __init__(self, shelf: Shelf, folding: Folding) -> None:
        self.folding = folding
        self._shelf = shelf
        self._entries: dict[str, list[_Entry]] = {}

    def lookup(
        self, parts: Sequence[Part], search_path: Sequence[str] = (), default_database: str | None = None
    ) -> Dataset | Ambiguous | None:
        """The dataset that a name means.

        Args:
            parts: of the name, the table's own last.
            search_path: the schemas in which a name of one part is looked up, in order; without any, the name means
                a dataset that has no schema either.
            default_database: in which a name of two parts is looked up; without one, in all of them.
        """
        fold = self.folding.fold
        return self.lookup_folded(
            tuple(fold(part.text, part.quoted) for part in parts),
            tuple(fold(schema, False) for schema in search_path),
            fold(default_database, False) if default_database is not None else None,
        )

    def lookup_folded(
        self, parts: tuple[str, ...], search_path: tuple[str, ...], database: str | None
    ) -> Dataset | Ambiguous | None:
        """The same for names that are folded already."""
        hits = self._candidates(parts, search_path, database)
        if not hits:
            return None
        return hits[0] if len(hits) == 1 else Ambiguous(tuple(hits))

    def nearest(self, part: str) -> Dataset | None:
        """The dataset whose own name is spelled most like that, if one is."""
        near = nearest_word(loosest(part), self._shelf.keys())
        return self._shelf.named(near)[0] if near is not None else None

    def _entries_of(self, part: str) -> list[_Entry]:
        """The datasets whose own name is that folded one, or differs in case alone where that may not count."""
        wanted = self._loose(part)
        found = self._entries.get(wanted)
        if found is None:
            fold = self.folding.fold
            found = []
            for dataset in self._shelf.named(loosest(part)):
                parts = tuple(fold(one.text, one.quoted) for one in dataset.name.parts)
                if self._loose(parts[-1]) == wanted:
                    found.append((parts, dataset))
            if found:  # what is unknown may be anything, and so is not remembered
                self._entries[wanted] = found
        return found

    def _candidates(self, parts: tuple[str, ...], search_path: tuple[str, ...], database: str | None) -> list[Dataset]:
        entries = self._entries_of(parts[-1])
        if len(parts) > 1:
            return self._in_one_place(entries, parts, database)
        loose: list[Dataset] = []
        for schema in search_path:
            wanted = (schema, *parts)
            hits = self._in_one_place(entries, wanted, database)
            if not hits:
                continue
            exact = any(_agrees(known, wanted, database) for known, _ in entries)
            if not loose or exact:
                # A server that tells case apart takes the exact match of a later schema, another one the first match.
                loose += hits
            if exact:
                return loose
        if loose:
            return loose
        return _prefer_exact([entry for entry in entries if len(entry[0]) == 1], parts)

    def elsewhere(self, part: str) -> tuple[Dataset, ...]:
        """The datasets of that folded name in whatever schema, which a name without one does not mean."""
        return tuple(_prefer_exact(self._entries_of(part), (part,)))

    def _in_one_place(self, entries: list[_Entry], wanted: tuple[str, ...], database: str | None) -> list[Dataset]:
        """The datasets that a name of two or three parts means, an exact match before those that differ in case."""
        exact = [dataset for known, dataset in entries if _agrees(known, wanted, database)]
        if exact or self.folding is not Folding.PREFER_EXACT:
            return exact
        lowered = tuple(map(str.lower, wanted))
        lowered_database = database.lower() if database is not None else None
        return [
            dataset for known, dataset in entries if _agrees(tuple(map(str.lower, known)), lowered, lowered_database)
        ]

    def _loose(self, part: str) -> str:
        return part.lower() if self.folding is Folding.PREFER_EXACT else part


def _prefer_exact(entries: list[_Entry], parts: tuple[str, ...]) -> list[Dataset]:
    exact = [dataset for known, dataset in entries if known[-1:] == parts]
    return exact or [dataset for _, dataset in entries]


def _agrees(known: tuple[str, ...], wanted: tuple[str, ...], database: str | None) -> bool:
    """Whether a name may mean the known one: the same, or the database that one of them leaves out is the default."""
    if len(known) == 2 and len(wanted) == 3:
        return database is not None and wanted[0] == database and known == wanted[1:]
    if len(known) == 3 and len(wanted) == 2:
        return known[1:] == wanted and (database is None or known[0] == database)
    return known == wanted
