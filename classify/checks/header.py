"""The settings that a text of SQL carries itself: `-- classify: dialect=bigquery ceiling=internal`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classify.checks.directives import WORD, is_suppression
from classify.checks.settings import Overrides
from classify.errors import FileError, Problem
from classify.lines import LineTable

_KEYS = ("dialect", "ceiling", "default-schema", "sink", "reason")
_LINE = re.compile(r"^[ \t]*--[ \t]*classify:(.*)$", re.MULTILINE)
# What may stand above such a line: blank lines and comments, but not those that MySQL executes.
_ABOVE = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*(?![!+]|M!)(?:(?!\*/).)*\*/)*", re.DOTALL)


def read_header(text: str, shown: str) -> Overrides:
    """The settings of the `-- classify:` lines above the first statement; a later line wins.

    >>> read_header("-- classify: dialect=bigquery ceiling=internal" + chr(10) + "select 1", "q.sql").ceiling
    'internal'

    Args:
        text: of SQL.
        shown: what messages call the text: its file's name.

    Raises:
        FileError: a word that is no setting, or a line below the first statement's start, where it would not count.
    """
    if not _LIKE.search(text):
        return Overrides()
    above = _ABOVE.match(text)
    end = above.end() if above else 0
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for line in _LINE.finditer(text):
        if is_suppression(line[1]):
            continue
        if line.start() >= end:
            message = "a `-- classify:` line must stand above the first statement, move it there"
            problems.append(Problem(_place(shown, text, line.start()), "", message))
            continue
        for word in WORD.finditer(line[1].rstrip("\r")):
            value = word[2] if word[2] is not None else word[3]
            if word[1] in _KEYS and value:
                found[word[1].replace("-", "_")] = value
            else:
                place = _place(shown, text, line.start(1) + word.start())
                problems.append(Problem(place, "", _complaint(word[1], known=word[1] in _KEYS)))
    problems += [Problem(_place(shown, text, at), "", message) for at, message in _near_misses(text)]
    if problems:
        raise FileError(problems)
    return Overrides(**found)


# A comment of any kind that begins with a word and a colon.
_LIKE = re.compile(r"(?:--+|#+|//+|/\*+|\{#)[ \t!+]*([A-Za-z]{6,11})[ \t]*:", re.IGNORECASE)
_CLOSE = 0.8
"""How like `classify` a word is that is taken for it: one letter more, less or another; not `classified`."""


def header_place(text: str) -> tuple[int, int]:
    """Where the last line that sets a ceiling stands, as 0-based offsets; the start of the text where none does."""
    found = [line for line in _LINE.finditer(text) if "ceiling=" in line[1] and not is_suppression(line[1])]
    return found[-1].span() if found else (0, 0)


def _near_misses(text: str) -> Iterator[tuple[int, str]]:
    """The comments that look like such a line and are none, so that what they say would not count."""
    for found in _LIKE.finditer(text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        if _LINE.match(text, line_start) or not _is_close(found[1].lower()):
            continue
        if found[1] == "classify" and found[0].startswith("/*") and is_suppression(text[found.end() :]):
            continue
        if text[line_start : found.start()].strip():
            continue  # behind code it is a remark
        yield found.start(), f"`{found[1]}:` in this comment is not read, write it as a line `-- classify: …`"


def _is_close(word: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, word, "classify").ratio() > _CLOSE


def _complaint(key: str, *, known: bool) -> str:
    from classify.errors import nearest

    if known:
        return f"`{key}` has no value, expected `{key}=…`"
    hint = nearest(key, _KEYS) or f", expected one of {', '.join(_KEYS)}"
    return f"unknown setting `{key}`{hint}"


def _place(shown: str, text: str, offset: int) -> str:
    line, column = LineTable(text).place(offset)
    return f"{shown}:{line}:{column}"
