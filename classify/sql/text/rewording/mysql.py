"""MySQL's and MariaDB's words that the parser does not know: those that say how fast, `t.*` of DELETE, `{oj …}`."""

from __future__ import annotations

from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.rewording.tokens import Rewording, is_word, like

_CHANGES = frozenset((TokenType.INSERT, TokenType.UPDATE, TokenType.DELETE))
# "Keywords and Reserved Words": none of them can be a name without quotes. Not QUICK, which can.
_OF_CHANGES = ("LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE")
_OF_SELECT = ("HIGH_PRIORITY", "SQL_SMALL_RESULT", "SQL_BIG_RESULT", "SQL_BUFFER_RESULT", "SQL_NO_CACHE",
             "SQL_CALC_FOUND_ROWS")  # fmt: skip


def _drop_modifiers(tokens: list[Token]) -> list[Token]:
    """Words behind INSERT, UPDATE, DELETE and SELECT that say how, and read nothing.

    Upstream: sqlglot 4236 knows those of SELECT alone.
    """
    found: list[Token] = []
    words: tuple[str, ...] = ()
    for token in tokens:
        if words and is_word(token, *words):
            continue
        words = ()
        if token.token_type in _CHANGES:
            words = _OF_CHANGES
        elif token.token_type is TokenType.SELECT:
            words = _OF_SELECT
        found.append(token)
    return found if len(found) < len(tokens) else tokens


def _drop_stars_of_delete(tokens: list[Token]) -> list[Token]:
    """In `DELETE t.*, u.* FROM …` the stars are for the eye.

    Upstream: no issue found.
    """
    found: list[Token] = []
    listing = False
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.DELETE:
            listing = True
        elif kind in (TokenType.WHERE, TokenType.SELECT, TokenType.USING, TokenType.JOIN, TokenType.SEMICOLON):
            listing = False
        if listing and kind is TokenType.STAR and found[-1].token_type is TokenType.DOT:
            found.pop()
            continue
        found.append(token)
    return found if len(found) < len(tokens) else tokens


_GROUPED_UNTIL = frozenset(
    (TokenType.HAVING, TokenType.ORDER_BY, TokenType.LIMIT, TokenType.WINDOW, TokenType.UNION, TokenType.INTO)
)


def _drop_order_of_groups(tokens: list[Token]) -> list[Token]:
    """MariaDB, "GROUP BY": `GROUP BY x DESC` sorts by what it groups by, which decides no more than that does.

    Upstream: no issue found.
    """
    found: list[Token] = []
    depth = 0
    grouping: list[int] = []
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            depth += 1
        elif kind is TokenType.R_PAREN:
            depth -= 1
        elif kind is TokenType.GROUP_BY:
            grouping.append(depth)
        while grouping and (depth < grouping[-1] or (kind in _GROUPED_UNTIL and depth == grouping[-1])):
            grouping.pop()
        if grouping and depth == grouping[-1] and kind in (TokenType.ASC, TokenType.DESC):
            continue
        found.append(token)
    return found if len(found) < len(tokens) else tokens


def _unwrap_odbc_joins(tokens: list[Token]) -> list[Token]:
    """`{oj t LEFT JOIN u ON …}` ("JOIN Clause") is the join, written as ODBC does.

    Upstream: no issue found.
    """
    found: list[Token] = []
    opened: list[bool] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.token_type is TokenType.L_BRACE:
            outer = at + 1 < len(tokens) and is_word(tokens[at + 1], "OJ")
            opened.append(outer)
            if outer:
                found.append(like(token, TokenType.L_PAREN, "("))
                at += 2
                continue
        elif token.token_type is TokenType.R_BRACE and opened and opened.pop():
            found.append(like(token, TokenType.R_PAREN, ")"))
            at += 1
            continue
        found.append(token)
        at += 1
    return found if len(found) < len(tokens) else tokens


RULES: tuple[Rewording, ...] = (_drop_modifiers, _drop_stars_of_delete, _drop_order_of_groups, _unwrap_odbc_joins)
