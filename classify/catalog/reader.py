"""Turns the entries of a catalog file into datasets, and reports everything that is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from classify.catalog.dataset import Column, Dataset, Declassification
from classify.catalog.form import CATALOG_FILE
from classify.catalog.tags import Identity, identity, identity_of, tagged
from classify.documents import Entry, Node, Problems, check, expected
from classify.labels import Label, Scheme
from classify.labels.scheme_file import read_categories, read_label, read_level
from classify.names import DialectFolding, Name, Part, parse_name

Seen: TypeAlias = dict[tuple[Identity, ...], str]
"""The datasets read so far, with their places."""


def read_datasets(
    document: Node, scheme: Scheme, problems: Problems, seen: Seen, folding: DialectFolding | None = None
) -> tuple[Dataset, ...]:
    """The datasets of a catalog file, as far as they are right; what is not is reported.

    Args:
        folding: by which names are the same, where all are of one dialect.
    """
    found = check(document, CATALOG_FILE, problems)
    return tuple(_Reader(scheme, seen, folding).datasets(found)) if found is not None else ()


class _Reader:
    """Reads entries that have the form of a catalog file's."""

    def __init__(self, scheme: Scheme, seen: Seen, folding: DialectFolding | None) -> None:
        self._scheme = scheme
        self._seen = seen
        self._folding = folding
        self._labels: dict[object, Label] = {}  # one value for each: most columns share theirs with many

    def datasets(self, catalog: Entry) -> Iterator[Dataset]:
        for entry in catalog.entries("datasets"):
            found = self._dataset(entry)
            if found is not None:
                yield found

    def _dataset(self, entry: Entry) -> Dataset | None:
        name = self._name(entry)
        above = self._label(self._scheme.untagged, None, (), _residency(entry))
        label = self._label_inside(entry, "label", above)
        columns = self._columns(entry, "columns", label, "column", is_tagged="label" in entry)
        declassify = tuple(self._declassifications(entry, columns))
        rows = self._label_inside(entry, "rows", above) if "rows" in entry else None
        if name is None:
            return None
        return Dataset(
            name,
            columns,
            label,
            declared_rows=rows,
            owner=entry.optional("owner"),
            view=entry.optional("view"),
            dialect=entry.optional("dialect"),
            declassify=declassify,
            place=entry.place,
        )

    def _name(self, entry: Entry) -> Name | None:
        if "name" not in entry:
            return None
        name = parse_name(entry.text("name"))
        key = identity_of(name, self._folding.datasets if self._folding is not None else None)
        first = self._seen.get(key)
        if first is not None:
            where = f", first at {first}" if first else ""
            entry.value("name").wrong(f"`{name}` is there twice{where}, remove one")
        else:
            self._seen[key] = entry.value("name").place
        return name

    def _label_inside(self, around: Entry, key: str, above: Label) -> Label:
        """The label that an entry spells, with the residency of `above` unless it names one; else `above`."""
        found = read_label(around, key, self._scheme)
        if found is None:
            return above
        entry = around.entry(key)
        own = found.residency if entry is not None and "residency" in entry else None
        return self._label(above, found.level, found.categories, own)

    def _columns(self, around: Entry, key: str, above: Label, kind: str, *, is_tagged: bool) -> tuple[Column, ...]:
        table = around.entry(key)
        if table is None:
            return ()
        found: list[Column] = []
        first: dict[Identity, str] = {}
        for name in table.names():
            part = parse_name(name).parts[0]
            other = first.setdefault(self._column_identity(part), name)
            if other != name:
                message = f"{kind} `{part}` is there twice, first as `{other}`; remove one, or quote both"
                table.key(name).wrong(message)
            found.append(self._column(part, table, name, above, is_tagged=is_tagged))
        return tuple(found)

    def _column(self, name: Part, around: Entry, key: str, above: Label, *, is_tagged: bool) -> Column:
        entry = around.entry(key)
        if entry is None:
            level = read_level(around, key, self._scheme)
            return Column(name, self._label(above, level), is_tagged=is_tagged or level is not None)
        level = read_level(entry, "level", self._scheme)
        label = self._label(above, level, read_categories(entry, self._scheme), _residency(entry))
        is_tagged = is_tagged or level is not None
        fields = self._columns(entry, "fields", label, "field", is_tagged=is_tagged)
        return Column(name, label, entry.optional("type"), fields, is_tagged)

    def _declassifications(self, around: Entry, columns: tuple[Column, ...]) -> Iterator[Declassification]:
        table = around.entry("declassify")
        if table is None:
            return
        known = {self._column_identity(column.name) for column in columns}
        for name in table.names():
            part = parse_name(name).parts[0]
            if columns and self._column_identity(part) not in known:
                hint = expected(name, (str(column.name) for column in columns))
                table.key(name).wrong(f"unknown column `{part}`{hint}")
            entry = table.entry(name)
            to = read_label(entry, "to", self._scheme) if entry is not None else None
            if entry is not None and to is not None:
                yield Declassification(
                    part, to, reason=entry.text("reason"), owner=entry.text("owner"), until=entry.day("until")
                )

    def _column_identity(self, name: Part) -> Identity:
        return identity(name, self._folding.columns if self._folding is not None else None)

    def _label(
        self,
        above: Label,
        level: str | None,
        categories: frozenset[str] | tuple[str, ...] = (),
        residency: frozenset[str] | tuple[str, ...] | None = None,
    ) -> Label:
        key = (above, level, categories, residency)
        found = self._labels.get(key)
        if found is None:
            found = self._labels[key] = tagged(self._scheme, above, level, categories, residency)
        return found


def _residency(entry: Entry) -> tuple[str, ...] | None:
    return entry.texts("residency") if "residency" in entry else None
