"""A catalog as it is kept between runs: a file out of which the datasets that are named are taken, and no others.

The form is nobody's business but this file's: it is made anew whenever anything that it was made of has changed.
"""

from __future__ import annotations

import datetime
import json
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path
from typing import Any

from classify.cache import sqlite_module
from classify.catalog.catalog import Catalog
from classify.catalog.dataset import Column, Dataset, Declassification, HeldColumns
from classify.catalog.shelf import Shelf
from classify.labels import Label, Scheme
from classify.names import Name, Part, loosest

_FEW = 1_000
"""So many names are taken at once."""

_MOST_WORDS = 100_000
"""How many words are remembered as a dataset's name or none."""

_TABLES = (
    "CREATE TABLE about (labels TEXT, count INTEGER)",
    "CREATE TABLE datasets (number INTEGER PRIMARY KEY, key TEXT, word TEXT, kept TEXT)",
    "CREATE TABLE prefixes (kept TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE columns (key TEXT PRIMARY KEY) WITHOUT ROWID",
)


def keep(catalog: Catalog, path: str) -> None:
    """Write a catalog, without its scheme, to a file that is not there yet.

    Raises:
        OSError, ValueError: it cannot be written.
    """
    sqlite = sqlite_module()
    try:
        connection = sqlite.connect(path, isolation_level=None)
        try:
            _write(catalog, connection)
        finally:
            connection.close()
    except sqlite.Error as error:
        raise OSError(str(error)) from error


def _write(catalog: Catalog, connection: Any) -> None:
    numbers: dict[Label, int] = {}

    def number(label: Label) -> int:
        return numbers.setdefault(label, len(numbers))

    def rows() -> Iterator[tuple[int, str, str, str]]:
        for at, dataset in enumerate(catalog.datasets):
            own = dataset.name.parts[-1].text
            yield at, loosest(own), own.lower(), _dumped(_dataset(dataset, number))

    # Nobody sees the file before it is whole, and one that is lost is made anew.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("BEGIN")
    for statement in _TABLES:
        connection.execute(statement)
    connection.executemany("INSERT INTO datasets VALUES (?, ?, ?, ?)", rows())
    connection.execute("CREATE INDEX by_key ON datasets (key)")
    shelf = catalog.shelf
    connection.executemany("INSERT INTO prefixes VALUES (?)", [(_dumped(_parts(one)),) for one in shelf.prefixes])
    connection.executemany("INSERT INTO columns VALUES (?)", [(key,) for key in shelf.column_keys])
    labels = [[str(label.level), sorted(label.categories), sorted(label.residency)] for label in numbers]
    connection.execute("INSERT INTO about VALUES (?, ?)", (_dumped(labels), len(catalog.datasets)))
    connection.execute("COMMIT")


def open_kept(path: str, scheme: Scheme, again: Callable[[], Catalog]) -> Catalog:
    """The catalog that a file was made of.

    Args:
        again: reads it from where it came from, should the file fail later.

    Raises:
        ValueError, TypeError, UsageError: it is no such file.
    """
    try:
        return Catalog(_KeptShelf(path, scheme, again), scheme)
    except sqlite_module().Error as error:
        raise ValueError(str(error)) from error


class _KeptShelf(Shelf):
    """The datasets in a file, each made when it is first asked for."""

    def __init__(self, path: str, scheme: Scheme, again: Callable[[], Catalog]) -> None:
        self._path = path
        self._scheme = scheme
        self._again = again
        self._lock = threading.Lock()
        self._made: dict[int, Dataset] = {}
        self._found: dict[str, Sequence[Dataset]] = {}
        self._numbers: dict[Name, int] = {}
        self._open(_connected(path))

    def _open(self, connection: Any) -> None:
        weakref.finalize(self, connection.close)
        [(labels, count)] = connection.execute("SELECT labels, count FROM about").fetchall()
        self._count = int(count)
        self._labels = tuple(
            Label(self._scheme.level(level), frozenset(categories), frozenset(residency))
            for level, categories, residency in json.loads(labels)
        )
        self._connection = connection
        self._process = os.getpid()

    def _ask(self, query: str, *values: str) -> list[Any]:
        """The rows of a query."""
        with self._lock:
            try:
                if self._process != os.getpid():  # a connection is no good in a process that was forked
                    self._open(_connected(self._path))
                return self._rows(query, values)
            except sqlite_module().Error:
                # It was taken away or is damaged: another is made of what it was made of, for this process alone.
                memory = sqlite_module().connect(":memory:", isolation_level=None, check_same_thread=False)
                _write(self._again(), memory)
                self._open(memory)
                return self._rows(query, values)

    def _rows(self, query: str, values: Sequence[str]) -> list[Any]:
        found: list[Any] = self._connection.execute(query, values).fetchall()
        return found

    def __len__(self) -> int:
        return self._count

    def all(self) -> tuple[Dataset, ...]:
        if len(self._made) < self._count:
            self._take(self._ask("SELECT number, kept FROM datasets"))
        return tuple(self._made[number] for number in range(self._count))

    def named(self, key: str) -> Sequence[Dataset]:
        found = self._found.get(key)
        if found is None:
            found = self._take(self._ask("SELECT number, kept FROM datasets WHERE key = ? ORDER BY number", key))
            if found:
                self._found[key] = found
        return found

    def keys(self) -> Iterable[str]:
        return [row[0] for row in self._ask("SELECT DISTINCT key FROM datasets")]

    def number(self, name: Name) -> int:
        return self._numbers[name]

    @cached_property
    def words(self) -> Set[str]:
        if self._count >= _FEW:
            return _Words(self)
        return frozenset(row[0] for row in self._ask("SELECT word FROM datasets"))

    @cached_property
    def prefixes(self) -> frozenset[tuple[Part, ...]]:
        rows = self._ask("SELECT kept FROM prefixes")
        return frozenset(tuple(Part(text, quoted) for text, quoted in json.loads(row[0])) for row in rows)

    def has_column(self, key: str) -> bool:
        return bool(self._ask("SELECT 1 FROM columns WHERE key = ?", key))

    def _take(self, rows: Iterable[tuple[int, str]]) -> list[Dataset]:
        taken = []
        for number, kept in rows:
            dataset = self._made.get(number)
            if dataset is None:
                dataset = _made_dataset(json.loads(kept), self._labels)
                self._numbers[dataset.name] = number
                # One of two threads that make the same one is first, and both go on with its.
                dataset = self._made.setdefault(number, dataset)
            taken.append(dataset)
        return taken


class _Words(Set[str]):
    """Whether a word is a dataset's own name, of so many that they are asked for one by one."""

    def __init__(self, shelf: _KeptShelf) -> None:
        self._shelf = shelf
        self._known: dict[str, bool] = {}

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _MOST_WORDS:
                self._known.clear()
            found = self._known[word] = bool(self._shelf.named(loosest(word)))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf.keys())

    def __len__(self) -> int:
        return len(self._shelf)


def _connected(path: str) -> Any:
    # Nobody writes to it ever again, so that no lock is needed.
    where = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite_module().connect(where, uri=True, check_same_thread=False)


def _dumped(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _parts(parts: Iterable[Part]) -> list[Any]:
    return [[part.text, part.quoted] for part in parts]


def _dataset(dataset: Dataset, number: Callable[[Label], int]) -> list[Any]:
    return [
        _parts(dataset.name.parts),
        # A text in the text: read only where the columns are asked for.
        _dumped([_column(column, number) for column in dataset.columns]),
        number(dataset.label),
        number(dataset.declared_rows) if dataset.declared_rows is not None else None,
        dataset.owner,
        dataset.view,
        dataset.dialect,
        [
            [one.column.text, one.column.quoted, number(one.to), one.reason, one.owner, str(one.until or "")]
            for one in dataset.declassify
        ],
        dataset.place,
    ]


def _column(column: Column, number: Callable[[Label], int]) -> list[Any]:
    return [
        column.name.text,
        column.name.quoted,
        number(column.label),
        column.type,
        [_column(inner, number) for inner in column.fields],
        column.is_tagged,
    ]


def _made_dataset(kept: list[Any], labels: tuple[Label, ...]) -> Dataset:
    name, columns, label, rows, owner, view, dialect, declassify, place = kept
    return Dataset(
        Name(tuple(Part(text, quoted) for text, quoted in name)),
        HeldColumns(columns, labels, _columns),
        labels[label],
        labels[rows] if rows is not None else None,
        owner,
        view,
        dialect,
        tuple(
            Declassification(
                Part(text, quoted),
                labels[to],
                reason,
                by,
                datetime.date.fromisoformat(until) if until else None,
            )
            for text, quoted, to, reason, by, until in declassify
        ),
        place,
    )


def _columns(text: str, labels: tuple[Label, ...]) -> tuple[Column, ...]:
    return tuple(_made_column(one, labels) for one in json.loads(text))


def _made_column(kept: list[Any], labels: tuple[Label, ...]) -> Column:
    text, quoted, label, kind, fields, is_tagged = kept
    inner = tuple(_made_column(one, labels) for one in fields)
    return Column(Part(text, quoted), labels[label], kind, inner, is_tagged)
