"""What is wrong in a document: each thing with its place, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from classify.documents.node import Place, shortened, spelled
from classify.errors import FileError, Problem, nearest

_MOST = 200
_BARE = re.compile(r"[^\W\d][\w-]*\Z")


class Problems:
    """What is wrong in a document.

    Attributes:
        file: the document's name as a person calls it.
        full: whether so much was wrong that the rest was not looked at.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.full = False
        self._found: list[tuple[Place, Problem]] = []

    def add(self, at: Place, path: str, message: str) -> None:
        """Note one problem."""
        if len(self._found) < _MOST:
            self._found.append((at, Problem(spelled(self.file, at), path, message)))
        else:
            self.full = True

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def listed(self) -> tuple[Problem, ...]:
        """Everything noted, in the order of the file."""
        found = [problem for _, problem in sorted(self._found, key=lambda entry: entry[0])]
        if len(found) == _MOST and self.full:
            found.append(Problem(self.file, "", f"more than {_MOST} problems, the rest is not listed"))
        return tuple(found)

    def raise_any(self) -> None:
        """Raise what was noted.

        Raises:
            FileError: something is wrong.
        """
        if self._found:
            raise FileError(self.listed)


def child(path: str, key: str) -> str:
    """The path of a key inside of a path: `$.datasets` and `name`, or `["first name"]`."""
    if _BARE.match(key):
        return f"{path}.{key}"
    return f'{path}["{shortened(key)}"]'


def expected(word: str, known: Iterable[str]) -> str:
    """The nearest known word, else all of them: how a message about an unknown one ends."""
    names = list(known)
    return nearest(word, names) or (f", expected one of {', '.join(names)}" if names else "")
