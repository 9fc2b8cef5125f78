"""UNLOAD, which the parser keeps as text: the query in it is parsed.

Redshift's `UNLOAD ('SELECT a FROM t') TO 's3://…'` and Athena's `UNLOAD (SELECT a FROM t) TO …` are read as the SELECT,
with blanks where the rest stood, so that all of its tokens keep their places.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.explained import Unprefixed, begin_statements

_QUOTED = re.compile(r"unload\s*\(\s*(?:'((?:[^'\\]|'')*)'|\$\$([^$]*)\$\$)\s*\)\s*to\b", re.IGNORECASE)
_PLAIN = re.compile(r"unload\s*\(", re.IGNORECASE)
_TO = re.compile(r"\)\s*to\b", re.IGNORECASE)
_COMMENTS = re.compile(r"--|/\*|#|//")


def without_unload(sql: str, tokens: list[Token], tokenize: Callable[[str], list[Token]]) -> Unprefixed:
    """A text and its tokens with the query of each UNLOAD in its place; the spans are those of the whole statements."""
    spans: list[tuple[int, int]] = []
    firsts: set[int] = set()
    parts: list[str] = []
    ended = 0
    for token, rest in itertools.pairwise(tokens):
        if token.token_type is not TokenType.COMMAND or token.text.upper() != "UNLOAD":
            continue
        end = rest.end + 1
        inside = _inside(sql, token.start, end, tokenize)
        # A comment may reach beyond the query, and hide what stands behind it.
        if inside is None or _COMMENTS.search(sql, inside[0], inside[1]):
            continue
        first, last = inside
        query = sql[first:last]
        if sql[first - 1] == "'":
            query = query.replace("''", "' ")
        parts += sql[ended : token.start], " " * (first - token.start), query, " " * (end - last)
        firsts.add(first + len(query) - len(query.lstrip()))
        spans.append((token.start, end))
        ended = end
    if not spans:
        return Unprefixed(sql, tokens, ())
    plain = "".join((*parts, sql[ended:]))
    fresh = tokenize(plain)
    return Unprefixed(plain, fresh, tuple(spans)) if begin_statements(fresh, firsts) else Unprefixed(sql, tokens, ())


def _inside(sql: str, start: int, end: int, tokenize: Callable[[str], list[Token]]) -> tuple[int, int] | None:
    """Where the query stands in an UNLOAD, or None where that is not told."""
    quoted = _QUOTED.match(sql, start, end)
    if quoted is not None:
        return quoted.span(1 if quoted[1] is not None else 2)
    opened = _PLAIN.match(sql, start, end)
    if opened is None:
        return None
    first = opened.end()
    try:
        tokens = tokenize(sql[first:end])
    except SqlglotError:
        return None
    depth = 1
    for token in tokens:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if not depth:
            last = first + token.start
            return (first, last) if _TO.match(sql, last, end) else None
    return None


def unloaded(tree: exp.Expr) -> exp.Export:
    """A query that is unloaded."""
    return exp.Export(this=tree)
