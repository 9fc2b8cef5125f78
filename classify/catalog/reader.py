"""Turns the entries of a catalog file into datasets, and reports everything that is wrong in them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TypeAlias

from classify.catalog.dataset import Column, Dataset, Declassification
from classify.catalog.form import CATALOG_FILE
from classify.catalog.tags import Identity, identity, identity_of, tagged
from classify.documents import Items, Key, Node, Report, Scalar, Table, check, child, expected
from classify.documents.node import spelled
from classify.labels import Label, Scheme
from classify.labels.scheme_file import read_categories, read_label, read_level, read_texts, text_of
from classify.names import DialectFolding, Name, Part, parse_name

Seen: TypeAlias = dict[tuple[Identity, ...], str]
"""The datasets read so far, with their places."""


def read_datasets(
    document: Node, scheme: Scheme, report: Report, seen: Seen, folding: DialectFolding | None = None
) -> tuple[Dataset, ...]:
    """The datasets of a catalog file, as far as they are right; what is not is in the report.

    Args:
        folding: by which names are the same, where all are of one dialect.
    """
    found = check(document, CATALOG_FILE, report)
    datasets = found.get("datasets") if found is not None else None
    if not isinstance(datasets, Items):
        return ()
    reader = _Reader(scheme, report, seen, folding)
    return tuple(reader.datasets(datasets))


class _Reader:
    """Reads entries that have the form of a catalog file's."""

    def __init__(self, scheme: Scheme, report: Report, seen: Seen, folding: DialectFolding | None) -> None:
        self._scheme = scheme
        self._report = report
        self._seen = seen
        self._folding = folding
        self._labels: dict[object, Label] = {}  # one value for each: most columns share theirs with many

    def datasets(self, entries: Items) -> Iterator[Dataset]:
        for index, entry in enumerate(entries.items):
            if isinstance(entry, Table):
                found = self._dataset(entry, f"$.datasets[{index}]")
                if found is not None:
                    yield found

    def _dataset(self, entry: Table, path: str) -> Dataset | None:
        name = self._name(entry, path)
        residency = read_texts(entry.get("residency")) if "residency" in entry.entries else None
        above = self._label(self._scheme.untagged, None, (), residency)
        label = self._label_inside(entry.get("label"), above, child(path, "label"))
        is_labelled = entry.get("label") is not None
        columns = self._columns(entry.get("columns"), label, child(path, "columns"), "column", is_tagged=is_labelled)
        declassify = tuple(self._declassifications(entry.get("declassify"), columns, child(path, "declassify")))
        rows = entry.get("rows")
        if name is None:
            return None
        return Dataset(
            name,
            columns,
            label,
            declared_rows=self._label_inside(rows, above, child(path, "rows")) if rows is not None else None,
            owner=text_of(entry.get("owner")) or None,
            view=text_of(entry.get("view")) or None,
            dialect=text_of(entry.get("dialect")) or None,
            declassify=declassify,
            place=spelled(self._report.file, entry.at),
        )

    def _name(self, entry: Table, path: str) -> Name | None:
        node = entry.get("name")
        if node is None:
            return None
        name = parse_name(text_of(node))
        key = identity_of(name, self._folding.datasets if self._folding is not None else None)
        first = self._seen.get(key)
        if first is not None:
            where = f", first at {first}" if first else ""
            self._report.add(node.at, child(path, "name"), f"`{name}` is there twice{where}, remove one")
        else:
            self._seen[key] = spelled(self._report.file, node.at)
        return name

    def _label_inside(self, node: Node | None, above: Label, path: str) -> Label:
        """The label that an entry spells, with the residency of `above` unless it names one; else `above`."""
        if node is None:
            return above
        found = read_label(node, self._scheme, path, self._report)
        if found is None:
            return above
        own = found.residency if isinstance(node, Table) and "residency" in node.entries else None
        return self._label(above, found.level, found.categories, own)

    def _columns(self, node: Node | None, above: Label, path: str, kind: str, *, is_tagged: bool) -> tuple[Column, ...]:
        found: list[Column] = []
        first: dict[Identity, Key] = {}
        for key, value in node.entries.values() if isinstance(node, Table) else ():
            inner = child(path, key.text)
            part = parse_name(key.text).parts[0]
            other = first.setdefault(self._column_identity(part), key)
            if other is not key:
                self._report.add(
                    key.at,
                    inner,
                    f"{kind} `{part}` is there twice, first as `{other.text}`; remove one, or quote both",
                )
            found.append(self._column(part, value, above, inner, is_tagged=is_tagged))
        return tuple(found)

    def _column(self, name: Part, node: Node, above: Label, path: str, *, is_tagged: bool) -> Column:
        if not isinstance(node, Table):
            level = read_level(node, self._scheme, path, self._report)
            return Column(name, self._label(above, level), is_tagged=is_tagged or level is not None)
        level = read_level(node.get("level"), self._scheme, child(path, "level"), self._report)
        categories = read_categories(node.get("categories"), self._scheme, child(path, "categories"), self._report)
        residency = read_texts(node.get("residency")) if "residency" in node.entries else None
        label = self._label(above, level, categories, residency)
        is_tagged = is_tagged or level is not None
        fields = self._columns(node.get("fields"), label, child(path, "fields"), "field", is_tagged=is_tagged)
        return Column(name, label, text_of(node.get("type")) or None, fields, is_tagged)

    def _declassifications(
        self, node: Node | None, columns: tuple[Column, ...], path: str
    ) -> Iterator[Declassification]:
        known = {self._column_identity(column.name) for column in columns}
        for key, value in node.entries.values() if isinstance(node, Table) else ():
            inner = child(path, key.text)
            part = parse_name(key.text).parts[0]
            if columns and self._column_identity(part) not in known:
                hint = expected(key.text, (str(column.name) for column in columns))
                self._report.add(key.at, inner, f"unknown column `{part}`{hint}")
            if not isinstance(value, Table):
                continue
            to = read_label(value.get("to"), self._scheme, child(inner, "to"), self._report)
            until = value.get("until")
            if to is not None:
                yield Declassification(
                    part,
                    to,
                    reason=text_of(value.get("reason")),
                    owner=text_of(value.get("owner")),
                    until=datetime.date.fromisoformat(until.text) if isinstance(until, Scalar) else None,
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
