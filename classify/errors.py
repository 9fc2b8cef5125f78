"""The package's exceptions: what is wrong in a call. What is wrong in the data is a value, never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen


class ClassifyError(Exception):
    """Base of every exception that this package raises on purpose: each line has a place and a next step."""


class UsageError(ClassifyError):
    """A wrong argument: an unknown dialect, level or setting."""


@frozen
class Problem:
    """One thing that is wrong in a file.

    Attributes:
        place: `file:line:col` (1-based), or the file alone; empty where there is none.
        path: where in the document, as `$.datasets[3].columns.ssn`.
        message: what was expected, and the nearest known name.
    """

    place: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.path, self.message) if part)


class FileError(ClassifyError):
    """A catalog, scheme or settings file with one or more problems, all of them reported at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean `x`?)` for the nearest known word, or nothing."""
    found = nearest_word(word, known)
    return f" (did you mean `{found}`?)" if found is not None else ""


_MANY_WORDS = 2_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is spelled most like that, if one is; of very many, one that differs in a letter."""
    words = list(known)
    if len(words) > _MANY_WORDS:
        return next(filter(set(words).__contains__, _one_letter_off(word)), None)
    import difflib  # only once something is wrong

    found = difflib.get_close_matches(word, words, n=1)
    return found[0] if found else None


def _one_letter_off(word: str) -> Iterator[str]:
    """The words with a letter swapped with the next, left out, put in or replaced."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1)
    yield from (left + right[1:] for left, right in halves if right)
    yield from (left + letter + right for left, right in halves for letter in _LETTERS)
    yield from (left + letter + right[1:] for left, right in halves if right for letter in _LETTERS)
