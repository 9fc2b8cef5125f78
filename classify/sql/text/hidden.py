"""Text that an engine reads and the parser does not, told from the text and its tokens, before there is a tree."""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from classify.exposure import Cause
from classify.sql.names.dialect_row import DialectRow


class Hidden(NamedTuple):
    """What a tree lacks of its text; offsets are 0-based, end exclusive."""

    cause: Cause
    name: str
    detail: str
    start: int
    end: int


def hidden_text(sql: str, row: DialectRow, tokens: Sequence[Token]) -> list[Hidden]:
    """What stands in the text for the engine alone, in order.

    Where an engine's comments begin or end elsewhere than the parser's: MySQL's executable comments (MySQL manual, 11.7
    "Comments"), comments in comments, a line that a backslash continues. And pipe operators that the parser drops.
    """
    found: list[Hidden] = []
    if row.executable_comments or row.continued_comments or row.nested_comments is not _parser_nests(row.name):
        found += _comments(sql, row, tokens)
    if "|>" in sql:
        found += _pipes(tokens)
    if row.semicolons_optional:
        found += _swallowed(tokens)
    return sorted(found, key=lambda one: one.start) if found else found


@functools.cache
def _parser_nests(dialect: str) -> bool:
    """Whether the parser gives a comment in a comment an end of its own."""
    return bool(Dialect.get_or_raise(dialect).tokenizer_class.NESTED_COMMENTS)


def _comments(sql: str, row: DialectRow, tokens: Sequence[Token]) -> Iterator[Hidden]:
    marks = [mark for mark in row.executable_comments if mark in sql]
    doubtful = row.nested_comments is not _parser_nests(row.name) and sql.count("/*") > 1
    continued = row.continued_comments and "\\" in sql
    if not marks and not doubtful and not continued:
        return
    starts = [token.start for token in tokens]

    def in_token(at: int) -> bool:
        """Whether a place is inside a text or a quoted name, where marks start no comment."""
        before = bisect_right(starts, at) - 1
        return before >= 0 and at <= tokens[before].end

    for mark in marks:
        for at in _occurrences(sql, mark):
            if not in_token(at):
                yield _comment(sql, at, "the server runs the text of this comment; write it as plain SQL")
    if doubtful:
        end = -1
        for at in _occurrences(sql, "/*"):
            if not in_token(at):
                if at < end:
                    yield _comment(sql, at, "engines differ in where a comment in a comment ends; write one, not both")
                else:
                    end = sql.find("*/", at + 2)
                    end = len(sql) if end < 0 else end
    if continued:
        for match in _CONTINUED.finditer(sql):
            if not in_token(match.start()):
                detail = "the backslash continues this comment in the next line; end the line without it"
                yield Hidden(Cause.HIDDEN_TEXT, "comment", detail, match.start(), match.end())


_CONTINUED = re.compile(r"--[^\n]*\\\r?\n")


def _comment(sql: str, at: int, detail: str) -> Hidden:
    end = sql.find("*/", at)
    return Hidden(Cause.HIDDEN_TEXT, "comment", detail, at, end + 2 if end >= 0 else len(sql))


def _occurrences(sql: str, mark: str) -> Iterator[int]:
    at = sql.find(mark)
    while at >= 0:
        yield at
        at = sql.find(mark, at + 1)


def _swallowed(tokens: Sequence[Token]) -> Iterator[Hidden]:
    """SQL Server: a query behind CREATE TABLE (…) is the next statement, not what the table is made of."""
    depth = 0
    making = named = False
    for at, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if at == 0 or tokens[at - 1].token_type is TokenType.SEMICOLON:
            making = kind is TokenType.CREATE and any(one.token_type is TokenType.TABLE for one in tokens[at : at + 3])
            named = False
        elif kind is TokenType.ALIAS and depth == 0:
            named = True
        elif kind is TokenType.SELECT and depth == 0 and making and not named:
            making = False
            detail = "this begins the next statement; end the one before it with a semicolon"
            yield Hidden(Cause.STATEMENT, token.text.lower(), detail, token.start, token.end + 1)


# BigQuery, "Pipe query syntax": the operators of which the parser keeps all.
_PIPES = frozenset(
    "select distinct extend set drop rename as where aggregate order union intersect except limit tablesample pivot "
    "unpivot join left right full inner cross".split()
)


def _pipes(tokens: Sequence[Token]) -> Iterator[Hidden]:
    """Pipe operators of which the parser may keep nothing."""
    for token, after in itertools.pairwise(tokens):
        if token.token_type is not TokenType.PIPE_GT or not after.text[:1].isalpha():
            continue
        if after.text.lower().partition(" ")[0] not in _PIPES:
            detail = f"the pipe operator `{after.text.upper()}` is not modelled; write a subquery instead"
            yield Hidden(Cause.CONSTRUCT, after.text.upper(), detail, token.start, after.end + 1)
