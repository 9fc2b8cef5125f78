"""Placeholders: what stands in a text of SQL for what only the program knows, and whether a value may stand there.

A value is sent beside the text, or put into it where nothing but a value fits: then the statement reads what it reads
whatever the value is. Anywhere else (a table's name, a column, a clause) it may name anything, and is a hole.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

from classify.hosts.snippet import Hole

HOLE = "\ue000"
"""Stands for a stretch that the program puts into the text; of Unicode's private use, so no text has it."""


class Settled(NamedTuple):
    """A text whose placeholders are `?`, as long as before, and the holes in it."""

    text: str
    holes: tuple[Hole, ...]


class _Mark(NamedTuple):
    """A placeholder: where it ends, whether a value stands there, and what is read in its place."""

    end: int
    is_value: bool
    stand_in: str


def settle(text: str, names: Mapping[int, str] | None = None, *, bound: bool = True, psql: bool = False) -> Settled:
    """The text with `?` where a value stands, and the holes.

    >>> settle("select a from t where b = %s and c in (${x})").text
    'select a from t where b = ?  and c in (?   )'
    >>> [hole.name for hole in settle("select a from ${table}").holes]
    ['table']

    Args:
        text: of SQL; what the program puts into it may stand as `HOLE`.
        names: what the host writes at a `HOLE`, by its offset.
        bound: whether `%s` is a driver's parameter for sure; else it may be filled in before, so that a clause may
            stand there too.
        psql: whether the text is one of psql's, in which `:'x'` is a value and `:"x"` a name.
    """
    if not _MAY_HOLD.search(text):
        return Settled(text, ())
    readings = [_marks(text, tokens, bound=bound, psql=psql) for tokens in _tokens_for(text)]
    pieces: list[str] = []
    holes: list[Hole] = []
    at = 0
    for start in sorted({start for reading in readings for start in reading}):
        if start < at:
            continue
        marks = [reading[start] for reading in readings if start in reading]
        # INVARIANT a-value-in-every-reading: engines differ in where a text or a comment ends; a value is one however
        # they read it.
        is_value = len(marks) == len(readings) and all(mark.is_value for mark in marks)
        end = marks[0].end
        if not is_value:
            token = text[start:end]
            is_template = token.startswith(("{{", "{%"))
            holes.append(Hole(_name(token, (names or {}).get(start, "")), start, end, is_template))
        pieces += [text[at:start], marks[0].stand_in]
        at = end
    pieces.append(text[at:])
    return Settled("".join(pieces), tuple(holes))


_MAY_HOLD = re.compile(r"""\ue000|\$\{|\{\{|\{%|\{\#|%s|%\(|:['"]""")


@functools.cache
def _pattern(*, escapes: bool, hashes: bool) -> re.Pattern[str]:
    """The tokens of SQL, as far as placeholders need them.

    Args:
        escapes: whether a backslash takes the character behind it into a text.
        hashes: whether `#` begins a comment.
    """
    inside = r"(?:[^'\\]|''|\\.)*" if escapes else r"(?:[^']|'')*"
    comment = r"|\#[^\n]*" if hashes else ""
    return re.compile(
        rf"""
          (?P<comment> --[^\n]* | /\*.*?(?:\*/|\Z) | \{{\#.*?(?:\#\}}|\Z) {comment} )
        | (?P<string> '{inside}(?:'|\Z) | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z) )
        | (?P<logic> \{{%.*?(?:%\}}|\Z) )
        | (?P<filled> \ue000 | \$\{{[^}}]{{0,500}}\}} | \{{\{{.{{0,2000}}?\}}\}} )
        | (?P<psql> (?<!:):"[^"]{{0,200}}" | (?<!:):'[^']{{0,200}}' )
        | (?P<quoted> "(?:[^"]|"")*(?:"|\Z) | `[^`]*(?:`|\Z) )
        | (?P<bound> %s | %\([^)]{{0,200}}\)s )
        | (?P<word> [^\W\d]\w* )
        | (?P<space> \s+ )
        | (?P<other> \d[\w.]* | . )
        """,
        re.VERBOSE | re.DOTALL,
    )


def _tokens_for(text: str) -> list[re.Pattern[str]]:
    """Each way in which an engine may read the text."""
    escapes = (False, True) if "\\" in text else (False,)
    hashes = (False, True) if "#" in text else (False,)
    return [_pattern(escapes=one, hashes=other) for one in escapes for other in hashes]


# Behind these words, and behind an operator, stands a value.
_BEFORE_VALUES = frozenset(
    "LIKE ILIKE RLIKE REGEXP GLOB BETWEEN LIMIT OFFSET FIRST NEXT TOP INTERVAL THEN ELSE ESCAPE IN".split()
)
_LISTS = frozenset(("IN", "VALUES", "VALUE"))
_SIGNS = frozenset("-+/%<>=!~|&^@#")
# Words that no operand is, so that a sign behind them is no operator.
_NO_OPERANDS = frozenset(
    "SELECT DISTINCT ALL WHERE AND OR NOT ON HAVING WHEN CASE BY SET RETURNING IS FROM INTO JOIN TABLE UPDATE USING AS "
    "CALL WITH VALUES".split()
)
# Behind these stands a condition, a name or a list of them, not a value alone.
_BEFORE_CLAUSES = frozenset(
    "SELECT DISTINCT WHERE AND OR NOT ON HAVING BY SET FROM JOIN INTO TABLE UPDATE USING RETURNING".split()
)
_BOUND_AND = "BETWEEN … AND"


class _Before(NamedTuple):
    """The last two tokens, in capitals."""

    last: str
    earlier: str


def _marks(text: str, tokens: re.Pattern[str], *, bound: bool, psql: bool) -> dict[int, _Mark]:
    """The placeholders of a text, by where they start."""
    found: dict[int, _Mark] = {}
    before = _Before("", "")
    lists = [""]  # per parenthesis: the word before it
    closed = ""  # the one before the parenthesis that was closed last
    between = [False]  # per parenthesis: whether BETWEEN waits for its AND
    for match in tokens.finditer(text):
        kind, token, (start, end) = _kind(match), match[0], match.span()
        if kind == "logic":
            found[start] = _Mark(end, False, " " * len(token))
            continue
        if kind in ("comment", "string", "quoted"):
            for at in [start + at for at, char in enumerate(token) if char == HOLE]:
                found[at] = _Mark(at + 1, kind != "quoted", "x")
        if kind in ("comment", "space"):
            continue
        if kind in ("filled", "bound") or (kind == "psql" and psql):
            found[start] = _mark(text, match, kind, before, lists[-1], bound=bound)
            before = _Before("?", before.last)
            continue
        word = token.upper()
        if word == "(":
            lists.append(closed if before == (",", ")") else before.last)
            between.append(False)
        elif word == ")" and len(lists) > 1:
            closed = lists.pop()
            between.pop()
        elif word == "BETWEEN":
            between[-1] = True
        elif word == "AND" and between[-1]:
            between[-1] = False
            word = _BOUND_AND
        before = _Before(word, before.last)
    return found


def _kind(match: re.Match[str]) -> str:
    return "string" if match.lastgroup == "tag" else match.lastgroup or "other"


def _mark(text: str, match: re.Match[str], kind: str, before: _Before, inside: str, *, bound: bool) -> _Mark:
    start, end = match.span()
    length = end - start
    if kind == "bound":
        # INVARIANT a-division-is-no-value: `a %s` may be what is left of a division by a column `s`.
        sure = match[0] != "%s" or not _is_operand(before.last)
        return _Mark(end, sure and (bound or before.last not in _BEFORE_CLAUSES), "?".ljust(length))
    if kind == "psql":
        return _Mark(end, match[0][1] == "'", "?".ljust(length))
    glued = bool(re.match(r"""[\w."`\]\ue000$}]""", text[start - 1 : start] if start else "")) or bool(
        re.match(r"""[\w."`(\[\ue000{$]""", text[end : end + 1])
    )
    if glued:
        return _Mark(end, False, "x" * length)
    return _Mark(end, _takes_value(before, inside), "?".ljust(length))


def _takes_value(before: _Before, inside: str) -> bool:
    """Whether nothing but a value may stand behind those tokens, in parentheses behind that word."""
    last = before.last
    if last in _BEFORE_VALUES or last == _BOUND_AND:
        return True
    if last in ("(", ","):
        return inside in _LISTS
    return last in _SIGNS or (last == "*" and _is_operand(before.earlier))


def _is_operand(token: str) -> bool:
    """Whether an operator may stand behind a token."""
    if token in _BEFORE_VALUES or token in _NO_OPERANDS or token == _BOUND_AND:
        return False
    return bool(re.match(r"""[\w)\]"'`?$]""", token))


def _name(token: str, known: str) -> str:
    """What stands in a placeholder, if it is a plain name."""
    inside = known or token.removeprefix("%(").removesuffix(")s").strip('${}: "')
    return inside if re.fullmatch(r"[\w.]+", inside) else ""
