"""ClickHouse's mutations, which the parser keeps as text or reads without their table."""

from __future__ import annotations

from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.rewording.tokens import is_word, like

_NAME = frozenset((TokenType.VAR, TokenType.IDENTIFIER, TokenType.DOT))


def mutations(tokens: list[Token]) -> list[Token]:
    """`ALTER TABLE t UPDATE a = x WHERE …` and `ALTER TABLE t DELETE WHERE …` by UPDATE and DELETE.

    ClickHouse, "ALTER TABLE … UPDATE" and "… DELETE": they change and take away rows as those do, later. Of two in one
    statement, and of one in a partition, the parser makes nothing.

    Upstream: no issue found.
    """
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        first = not at or tokens[at - 1].token_type is TokenType.SEMICOLON
        if first and [one.token_type for one in tokens[at : at + 2]] == [TokenType.ALTER, TokenType.TABLE]:
            name = at + 2
            end = _end_of_name(tokens, name)
            action = _behind_cluster(tokens, end)
            kind = tokens[action].token_type if action < len(tokens) and end > name else None
            if kind is TokenType.UPDATE:
                found += like(tokens[at], TokenType.UPDATE, "UPDATE"), *tokens[name:end]
                found.append(like(tokens[action], TokenType.SET, "SET"))
                at = action + 1
                continue
            if kind is TokenType.DELETE:
                found += like(tokens[at], TokenType.DELETE, "DELETE"), like(tokens[at + 1], TokenType.FROM, "FROM")
                found += tokens[name:end]
                at = action + 1
                continue
        found.append(tokens[at])
        at += 1
    return found


def _end_of_name(tokens: list[Token], at: int) -> int:
    """Where a table's name ends: names between dots."""
    while at < len(tokens) and tokens[at].token_type in _NAME:
        named = tokens[at].token_type is not TokenType.DOT
        at += 1
        if named and (at >= len(tokens) or tokens[at].token_type is not TokenType.DOT):
            break
    return at


def _behind_cluster(tokens: list[Token], at: int) -> int:
    """Where what is done begins, behind `ON CLUSTER c` if that stands there."""
    words = tokens[at : at + 2]
    on_cluster = len(words) > 1 and words[0].token_type is TokenType.ON and is_word(words[1], "CLUSTER")
    return at + 3 if on_cluster else at
