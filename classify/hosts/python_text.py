"""Texts in Python's source: what a string literal spells, with the place of each of its characters.

The syntax tree tells what a literal spells, but not where each character of it stands: escapes, line continuations and
adjacent literals move them, and before Python 3.12 it has no places inside an f-string at all. So the source of a
literal is read here once more, character by character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from classify.hosts.placeholders import HOLE


class Piece(NamedTuple):
    """Characters of a text with the offset of each in the file, and the sources of the holes among them, in order."""

    text: str
    places: tuple[int, ...]
    holes: tuple[str, ...] = ()


EMPTY = Piece("", ())


def joined(pieces: Iterable[Piece]) -> Piece:
    """The pieces, one behind the other."""
    text: list[str] = []
    places: list[int] = []
    holes: list[str] = []
    for piece in pieces:
        text.append(piece.text)
        places += piece.places
        holes += piece.holes
    return Piece("".join(text), tuple(places), tuple(holes))


def hole(source: str, place: int) -> Piece:
    """A text that only the running program knows.

    Args:
        source: of the expression that makes it.
        place: of that expression in the file.
    """
    return Piece(HOLE, (place,), (source,))


REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""In place of the character that stands for a hole, should a text really have it."""


class NotUnderstood(Exception):
    """A literal is written in a way that is not read here."""


_OPENING = re.compile(r"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_BETWEEN = re.compile(r"(?:\s|\\\r?\n|#[^\n]*|[()])+")


def read_literals(source: str, start: int, end: int) -> Piece:
    r"""The text of one or more adjacent literals.

    >>> piece = read_literals("x = 'a\\tb' f'{c}'", 4, 17)
    >>> piece.text, piece.places, piece.holes
    ('a\tb\ue000', (5, 6, 8, 13), ('c',))

    Args:
        source: of the whole file.
        start, end: of the literals in it; parentheses and comments may stand between them.

    Raises:
        NotUnderstood: something else stands there.
    """
    found: list[Piece] = []
    at = start
    while at < end:
        between = _BETWEEN.match(source, at, end)
        if between:
            at = between.end()
            continue
        opening = _OPENING.match(source, at, end)
        if opening is None:
            raise NotUnderstood
        piece, at = _literal(source, opening.end(), opening[1].lower(), opening[2])
        found.append(piece)
    return joined(found)


def _literal(source: str, at: int, prefix: str, quotes: str) -> tuple[Piece, int]:
    """The text of one literal from behind its opening quotes, and where it ends."""
    if "b" in prefix:
        raise NotUnderstood
    raw, formatted = "r" in prefix, "f" in prefix or "t" in prefix
    text: list[str] = []
    places: list[int] = []
    holes: list[str] = []

    def add(char: str, place: int) -> None:
        text.append(char if char != HOLE else REPLACEMENT)
        places.append(place)

    while not source.startswith(quotes, at):
        if at >= len(source):
            raise NotUnderstood
        char = source[at]
        if char == "\\":
            if raw and source[at + 1 : at + 2] in ("'", '"', "\\"):
                add(char, at)
                add(source[at + 1], at + 1)
                at += 2
                continue
            if not raw:
                spelled, length = _escape(source, at, formatted=formatted)
                for one in spelled:
                    add(one, at)
                at += length
                continue
        elif formatted and char in "{}":
            if source[at + 1 : at + 2] == char:
                add(char, at)
                at += 2
                continue
            if char == "}":
                raise NotUnderstood
            stop, close = _replacement(source, at + 1)
            text.append(HOLE)
            places.append(at)
            holes.append(source[at + 1 : stop].strip())
            at = close + 1
            continue
        if char == "\r":
            at += 1  # Python reads every line end as `\n`
            if source[at : at + 1] != "\n":
                add("\n", at - 1)
            continue
        add(char, at)
        at += 1
    return Piece("".join(text), tuple(places), tuple(holes)), at + len(quotes)


_SIMPLE = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_NUMBERED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))")
_NAMED = re.compile(r"\\N\{([^}]+)\}")


def _escape(source: str, at: int, *, formatted: bool) -> tuple[str, int]:
    """What an escape spells, and how long it is (Python, "String and Bytes literals")."""
    follows = source[at + 1 : at + 2]
    if follows in _SIMPLE:
        return _SIMPLE[follows], 2
    if follows == "\n":
        return "", 2
    if follows == "\r":
        return "", 3 if source[at + 2 : at + 3] == "\n" else 2
    numbered = _NUMBERED.match(source, at)
    if numbered:
        digits = next(group for group in numbered.groups() if group)
        try:
            return chr(int(digits, 8 if numbered[4] else 16)), len(numbered[0])
        except (ValueError, OverflowError):
            raise NotUnderstood from None
    named = _NAMED.match(source, at)
    if named:
        try:
            return unicodedata.lookup(named[1]), len(named[0])
        except KeyError:
            raise NotUnderstood from None
    if formatted and follows in "{}":
        return "\\", 1
    return "\\" + follows, 2  # it is kept as it stands


def _replacement(source: str, at: int) -> tuple[int, int]:
    """Where the expression of a replacement field ends, and where its closing brace stands."""
    depth = 0
    while at < len(source):
        char = source[at]
        if char in "'\"":
            opening = _OPENING.match(source, at)
            assert opening is not None, "a quote opens a literal"
            before = re.search(r"[A-Za-z]{0,2}\Z", source[max(at - 2, 0) : at])
            _, at = _literal(source, opening.end(), before[0].lower() if before else "", opening[2])
            continue
        if char in "([{":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "}":
            if depth == 0:
                return at, at
            depth -= 1
        elif depth == 0 and (char == ":" or (char == "!" and source[at + 1 : at + 2] != "=")):
            return at, _specification(source, at + 1)
        at += 1
    raise NotUnderstood


def _specification(source: str, at: int) -> int:
    """Where the closing brace behind a conversion or a format specification stands; fields may stand in it."""
    while at < len(source):
        if source[at] == "}":
            return at
        if source[at] == "{":
            _, at = _replacement(source, at + 1)
        at += 1
    raise NotUnderstood


_PERCENT = re.compile(r"%(?:%|(?:\(([^)]*)\))?[-#0 +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa])")


def percent(piece: Piece) -> Piece:
    """The text of `text % values`: each conversion is a hole."""
    return _filled(piece, _PERCENT)


_FIELD = re.compile(r"\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(?::(?:[^{}]|\{[^{}]*\})*)?\}")


def formatted(piece: Piece) -> Piece:
    """The text of `text.format(…)`: each replacement field is a hole."""
    return _filled(piece, _FIELD)


_DOUBLED = frozenset(("%%", "{{", "}}"))


def _filled(piece: Piece, pattern: re.Pattern[str]) -> Piece:
    """The text with a hole for each match, named by its first group, but for a sign that is written twice."""
    text: list[str] = []
    places: list[int] = []
    holes: list[str] = []
    own = iter(piece.holes)
    at = 0
    for match in (*pattern.finditer(piece.text), None):
        stop = match.start() if match else len(piece.text)
        text.append(piece.text[at:stop])
        places += piece.places[at:stop]
        holes += [next(own, "") for _ in range(piece.text.count(HOLE, at, stop))]
        if match is None:
            break
        places.append(piece.places[match.start()])
        if match[0] in _DOUBLED:
            text.append(match[0][0])
        else:
            text.append(HOLE)
            holes.append(match[1] or "")
        at = match.end()
    return Piece("".join(text), tuple(places), tuple(holes))


def spliced(piece: Piece, fillings: list[str | None]) -> Piece:
    """The text with those holes filled whose text is known, one for each hole in order; the rest stay."""
    if not any(fillings) or len(fillings) != len(piece.holes):
        return piece
    text: list[str] = []
    places: list[int] = []
    holes: list[str] = []
    left = iter(zip(piece.holes, fillings, strict=True))
    for char, place in zip(piece.text, piece.places, strict=True):
        source, filling = next(left) if char == HOLE else ("", char)
        if filling is None:
            holes.append(source)
            filling = HOLE
        text.append(filling)
        places += [place] * len(filling)
    return Piece("".join(text), tuple(places), tuple(holes))


_SUBQUERY = re.compile(r"\(\s*(?=SELECT\b|WITH\b)", re.IGNORECASE)


def subqueries(piece: Piece) -> list[Piece]:
    """The outermost queries in parentheses in a text; one whose parenthesis does not close goes to the end.

    >>> [found.text for found in subqueries(Piece("id in (select a from (t)) and b", tuple(range(31))))]
    ['select a from (t)']
    """
    found: list[Piece] = []
    at = 0
    while match := _SUBQUERY.search(piece.text, at):
        start = at = match.end()
        depth = 1
        while at < len(piece.text) and depth:
            depth += {"(": 1, ")": -1}.get(piece.text[at], 0)
            at += 1
        stop = at if depth else at - 1
        before = piece.text.count(HOLE, 0, start)
        inside = piece.text.count(HOLE, start, stop)
        found.append(Piece(piece.text[start:stop], piece.places[start:stop], piece.holes[before : before + inside]))
    return found
