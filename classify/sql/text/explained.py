"""EXPLAIN before a statement, which the parser keeps as text with all that is behind it: what is explained is parsed.

`EXPLAIN (ANALYZE, COSTS off) SELECT a FROM t` is read as the SELECT, with blanks where EXPLAIN and its options stood,
so that all other tokens keep their places.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

# PostgreSQL, DuckDB, SQLite, Spark, Hive, Trino, Snowflake, ClickHouse and Oracle, "EXPLAIN": the options that say how
# a plan is made and shown.
_EXPLAIN = re.compile(
    r"""
    explain \b
    (?: \s+ (?: analyze | analyse | verbose | extended | formatted | codegen | cost | logical | query\s+plan
              | plan\s+for | plan | syntax | ast | pipeline | estimate | using\s+(?: tabular | json | text ) ) \b )*
    (?: \s* \( \s* _option (?: \s*,\s* _option )* \s* \) )?
    \s* (?= (?: select | with | values | table | from | insert | update | delete | merge ) \b | \( )
    """.replace(
        "_option",
        r"(?: analyze | verbose | costs | settings | generic_plan | buffers | serialize | wal | timing | summary "
        r"| memory | format | type ) (?: \s+ [a-z]+ )?",
    ),
    re.IGNORECASE | re.VERBOSE,
)
STYLE = "EXPLAIN"
"""The style of what is explained, where the parser did not read it."""


class Unprefixed(NamedTuple):
    """A text without EXPLAIN or UNLOAD, of the same length.

    Attributes:
        spans: where each EXPLAIN stood with its options, or each UNLOAD, as 0-based offsets, end exclusive.
    """

    sql: str
    tokens: list[Token]
    spans: tuple[tuple[int, int], ...]


def without_explain(sql: str, tokens: list[Token], tokenize: Callable[[str], list[Token]]) -> Unprefixed:
    """A text and its tokens without the EXPLAIN before its statements."""
    found = [
        match
        for token in tokens
        if token.token_type is TokenType.COMMAND and (match := _EXPLAIN.match(sql, token.start)) is not None
    ]
    if not found:
        return Unprefixed(sql, tokens, ())
    parts: list[str] = []
    end = 0
    for match in found:
        parts += sql[end : match.start()], " " * (match.end() - match.start())
        end = match.end()
    plain = "".join((*parts, sql[end:]))
    fresh = tokenize(plain)
    # The first reading ends a statement at any semicolon, also at one in a text.
    if not begin_statements(fresh, {match.end() for match in found}):
        return Unprefixed(sql, tokens, ())
    return Unprefixed(plain, fresh, tuple(match.span() for match in found))


def begin_statements(tokens: list[Token], places: set[int]) -> bool:
    """Whether a statement begins at each of those places."""
    firsts = {
        token.start
        for before, token in itertools.pairwise((None, *tokens))
        if token is not None and (before is None or before.token_type is TokenType.SEMICOLON)
    }
    return places <= firsts


def explained(tree: exp.Expr) -> exp.Describe:
    """A statement that is explained."""
    return exp.Describe(this=tree, style=STYLE)
