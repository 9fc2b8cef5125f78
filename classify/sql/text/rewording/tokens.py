"""What rules over tokens share: what a rule is, what a token says, and a token made for the place of another."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.tokenizer_core import Token, TokenType

Rewording = Callable[[list[Token]], list[Token]]
"""Takes a statement's tokens; returns the same list where it has nothing to say in other words."""


def plain_text(token: Token) -> bool:
    """Whether the token's text stands in the SQL as it is, with no quotes around it."""
    return token.end - token.start + 1 == len(token.text)


def is_word(token: Token, *words: str) -> bool:
    """Whether the token is one of these words, unquoted, in any case of letters."""
    return token.text.upper() in words and plain_text(token)


def like(token: Token, kind: TokenType, text: str) -> Token:
    """A token of another kind at the same place."""
    return Token(kind, text, token.line, token.col, token.start, token.end)
