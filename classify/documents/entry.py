"""A table that has its form: its values by key, each as what the form says that it is."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from typing import NamedTuple

from classify.documents.node import Items, Key, Map, Node, Place, Scalar, spelled
from classify.documents.problems import Problems, child, expected


class Said(NamedTuple):
    """A text or a key of a document, with its place."""

    text: str
    at: Place
    path: str
    problems: Problems

    @property
    def place(self) -> str:
        """`file:line:col`."""
        return spelled(self.problems.file, self.at)

    def wrong(self, message: str) -> None:
        """Report what is wrong with it."""
        self.problems.add(self.at, self.path, message)

    def is_one_of(self, known: Collection[str], kind: str) -> bool:
        """Whether it is a known word; one that is not is reported."""
        if self.text in known:
            return True
        self.wrong(f"unknown {kind} `{self.text}`{expected(self.text, known)}")
        return False


class Entry:
    """A table of a document that was held against its form.

    A key is asked for as what the form says that it is. One that is not there gives nothing, and so does what was
    reported.

    Attributes:
        at: where it stands.
        problems: of its document.
    """

    __slots__ = ("_above", "_step", "_table", "at", "problems")

    def __init__(self, table: Map, problems: Problems, above: Entry | str, *step: str | int) -> None:
        self._table = table
        self._above = above
        self._step = step
        self.at = table.at
        self.problems = problems

    @property
    def path(self) -> str:
        """Where in the document it is: `$.datasets[3]`. Only messages have it spelled: there are very many entries."""
        return self._above if isinstance(self._above, str) else self._above.path_of(*self._step)

    @property
    def place(self) -> str:
        """`file:line:col`."""
        return spelled(self.problems.file, self.at)

    def path_of(self, *steps: str | int) -> str:
        """The path of a key in it, or of what is behind it: the number of an item."""
        path = self.path
        for step in steps:
            path = f"{path}[{step}]" if isinstance(step, int) else child(path, step)
        return path

    def __contains__(self, key: str) -> bool:
        return key in self._table.entries

    def names(self) -> tuple[str, ...]:
        """Its keys, in the order of the file."""
        return tuple(self._table.entries)

    def keys(self) -> Iterator[Key]:
        """Its keys with their places, in the order of the file."""
        return (key for key, _ in self._table.entries.values())

    def key(self, key: str) -> Said:
        """One of its keys."""
        return Said(key, self._table.entries[key][0].at, self.path_of(key), self.problems)

    def value(self, key: str) -> Said:
        """Whatever stands under one of its keys, for a message about it; its text where it has one."""
        key_, node = self._table.entries[key]
        return Said(node.text if isinstance(node, Scalar) else key_.text, node.at, self.path_of(key), self.problems)

    def wrong(self, message: str) -> None:
        """Report what is wrong with the whole of it."""
        self.problems.add(self.at, self.path, message)

    def text(self, key: str) -> str:
        """A text, or an empty one."""
        return self.optional(key) or ""

    def optional(self, key: str) -> str | None:
        """A text, or None."""
        node = self._table.get(key)
        return node.text if isinstance(node, Scalar) and node.value is not None else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list, or the one that stands in its place."""
        return tuple(node.text for node, _ in self._scalars(key))

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """The texts of each list of a list."""
        found: dict[int, list[str]] = {}
        for node, steps in self._scalars(key):
            found.setdefault(steps[0], []).append(node.text)
        return tuple(tuple(texts) for texts in found.values())

    def said(self, *keys: str) -> Iterator[Said]:
        """Each text under one of some keys, of lists and of lists in them too, with its place."""
        for key in keys:
            for node, steps in self._scalars(key):
                yield Said(node.text, node.at, self.path_of(key, *steps), self.problems)

    def whole(self, key: str) -> int | None:
        """A whole number, or None."""
        node = self._table.get(key)
        found = node.value if isinstance(node, Scalar) else None
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def is_true(self, key: str) -> bool:
        """Whether it says `true`."""
        node = self._table.get(key)
        return isinstance(node, Scalar) and node.value is True

    def truth(self, key: str) -> bool | None:
        """`true`, `false`, or None."""
        return self.is_true(key) if key in self._table.entries else None

    def day(self, key: str) -> datetime.date | None:
        """A date, or None."""
        found = self.optional(key)
        return datetime.date.fromisoformat(found) if found is not None else None

    def entry(self, key: str) -> Entry | None:
        """A table, or None."""
        node = self._table.get(key)
        return Entry(node, self.problems, self, key) if isinstance(node, Map) else None

    def empty(self, key: str) -> Entry:
        """A table without keys, in the place of one that is not there."""
        return Entry(Map({}, self.at), self.problems, self, key)

    def entries(self, key: str) -> Iterator[Entry]:
        """The tables of a list."""
        node = self._table.get(key)
        for at, one in enumerate(node.items if isinstance(node, Items) else ()):
            if isinstance(one, Map):
                yield Entry(one, self.problems, self, key, at)

    def _scalars(self, key: str) -> Iterator[tuple[Scalar, tuple[int, ...]]]:
        """The texts under a key, each with its numbers in the lists around it."""
        node = self._table.get(key)
        pending: list[tuple[Node | None, tuple[int, ...]]] = [(node, ())]
        while pending:
            one, steps = pending.pop()
            if isinstance(one, Items):
                pending += [(inner, (*steps, at)) for at, inner in reversed(list(enumerate(one.items)))]
            elif isinstance(one, Scalar) and one.value is not None:
                yield one, steps
