"""Hides what a text of SQL says about people and keeps its shape, so that an excerpt may stand in a log."""

from __future__ import annotations

import re

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from classify.sql.text.explained import without_explain
from classify.sql.text.parse import MOST_CHARACTERS

MASK = "·"
LITERALS = frozenset(
    (
        TokenType.STRING,
        TokenType.NUMBER,
        TokenType.BIT_STRING,
        TokenType.BYTE_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.HEX_STRING,
        TokenType.NATIONAL_RAW_STRING,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.UNICODE_STRING,
    )
)
_INSIDE_LINES = re.compile(r"[^\r\n]")
# Where a literal or a comment may begin, in any dialect, or a number.
_MAY_HIDE = re.compile(r"""['"`$#\d]|--|/\*""")


def masked(sql: str, dialect: str) -> str:
    """The text with its literals and comments dotted out, character for character, lines kept.

    INVARIANT no-literal-shown: what is shown is a token that is no literal, or white space; what the tokeniser does not
    name is hidden.

    >>> masked("select id from users where ssn = '078-05' -- Ann's", "postgres")
    "select id from users where ssn = '······' ·· ·····"

    Args:
        sql: any text, of valid SQL or not.
        dialect: that says where a literal begins and ends.
    """
    try:
        if len(sql) > MOST_CHARACTERS:
            raise ValueError  # it is not analysed either, and to split it would take seconds
        tokenize = Dialect.get_or_raise(dialect).tokenize
        plain, tokens, explains = without_explain(sql, tokenize(sql), tokenize)
    except (SqlglotError, ValueError, IndexError):
        # An open quote, mostly, or too long a text: nothing behind the first one can be told apart.
        found = _MAY_HIDE.search(sql)
        at = found.start() if found else len(sql)
        return sql[:at] + _hidden(sql[at:])
    pieces: list[str] = []
    at = 0
    for token in tokens:
        start, end = token.start, token.end + 1
        if start < at:  # tokens that are made of one stretch of text: it stands already
            continue
        pieces.append(_hidden(plain[at:start]))
        text = plain[start:end]
        pieces.append(_literal(text) if token.token_type in LITERALS or text[:1] == "'" else text)
        at = end
    pieces.append(_hidden(plain[at:]))
    shown = "".join(pieces)
    pieces = []
    at = 0
    for start, end in explains:  # a few words, none of them of the user's own
        pieces += shown[at:start], sql[start:end]
        at = end
    return "".join((*pieces, shown[at:]))


def _hidden(text: str) -> str:
    return text if not text or text.isspace() else re.sub(r"[^\s]", MASK, text)


def _literal(text: str) -> str:
    """A literal's text, only its quotes shown."""
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[0] + _INSIDE_LINES.sub(MASK, text[1:-1]) + text[-1]
    return _INSIDE_LINES.sub(MASK, text)
