"""SQL Server's words that the parser does not know: FROM behind DELETE FROM, hints of a table that INSERT writes."""

from __future__ import annotations

from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.rewording.tokens import Rewording, is_word


def _behind_name(tokens: list[Token], at: int) -> int:
    """Where a table's name ends that begins at a token."""
    at += 1
    while at + 1 < len(tokens) and tokens[at].token_type is TokenType.DOT:
        at += 2
    return at


def _drop_from_of_delete(tokens: list[Token]) -> list[Token]:
    """SQL Server, "DELETE": `DELETE FROM u FROM users u …` by the form without the first FROM.

    Upstream: no issue found.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if token.token_type is TokenType.FROM and at and tokens[at - 1].token_type is TokenType.DELETE:
            behind = _behind_name(tokens, at + 1)
            if behind < len(tokens) and tokens[behind].token_type is TokenType.FROM:
                continue
        found.append(token)
    return found if len(found) < len(tokens) else tokens


# "Table hints": those that INSERT takes.
_HINTS = ("HOLDLOCK", "IGNORE_CONSTRAINTS", "IGNORE_TRIGGERS", "KEEPDEFAULTS", "KEEPIDENTITY", "NOWAIT", "PAGLOCK",
          "READCOMMITTED", "READPAST", "REPEATABLEREAD", "ROWLOCK", "SERIALIZABLE", "SNAPSHOT", "TABLOCK", "TABLOCKX",
          "UPDLOCK", "XLOCK")  # fmt: skip


def _drop_insert_hints(tokens: list[Token]) -> list[Token]:
    """`INSERT INTO t WITH (TABLOCK) …` ("Table hints") says how to lock, and reads nothing.

    Upstream: no issue found.
    """
    for at, token in enumerate(tokens):
        if token.token_type is not TokenType.INSERT:
            continue
        into = at + 1 < len(tokens) and tokens[at + 1].token_type is TokenType.INTO
        start = end = _behind_name(tokens, at + 1 + into)
        if [one.token_type for one in tokens[start : start + 2]] != [TokenType.WITH, TokenType.L_PAREN]:
            continue
        end += 2
        while end < len(tokens) and (is_word(tokens[end], *_HINTS) or tokens[end].token_type is TokenType.COMMA):
            end += 1
        if end < len(tokens) and tokens[end].token_type is TokenType.R_PAREN:
            return [*tokens[:start], *tokens[end + 1 :]]
    return tokens


RULES: tuple[Rewording, ...] = (_drop_from_of_delete, _drop_insert_hints)
