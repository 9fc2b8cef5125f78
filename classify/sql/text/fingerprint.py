"""What a statement is, whatever its layout: one digest of the statement, and one of it with other values in it.

Both are of the tokens: comments and white space are no part of them, and names and keywords are compared as the dialect
compares them. A digest of a statement with its values can be guessed back to the values, so that it is no secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from attrs import frozen
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from classify.names import FOLDING, DialectFolding
from classify.sql.text.masking import LITERALS
from classify.sql.text.parse import MOST_CHARACTERS

_VERSION = "v1"
_COMPARING = frozenset(
    (TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.NULLSAFE_EQ)
)
# What may stand behind a value that is compared; anything else makes it a part of something larger.
_ENDING = frozenset(
    (TokenType.AND, TokenType.OR, TokenType.R_PAREN, TokenType.SEMICOLON, TokenType.GROUP_BY, TokenType.ORDER_BY,
     TokenType.HAVING, TokenType.LIMIT, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.THEN,
     TokenType.WHERE, TokenType.FETCH, TokenType.WINDOW)
)  # fmt: skip
# What stands before a comparison; before an argument's name or a column that is assigned stands something else.
_BEGINNING = frozenset(
    (TokenType.WHERE, TokenType.ON, TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.HAVING, TokenType.WHEN,
     TokenType.QUALIFY)
)  # fmt: skip
_NAMES = frozenset((TokenType.VAR, TokenType.IDENTIFIER))
_VALUE = "a value"


@frozen
class Fingerprints:
    """The digests of a text of SQL.

    Attributes:
        template: the same for texts that differ in the values that columns are compared with alone.
        statement: the same for texts that differ in layout alone.
    """

    template: str
    statement: str


def fingerprints(
    sql: str, dialect: str, *, default_schema: str | None = None, datasets: Iterable[str] = ()
) -> Fingerprints | None:
    """The digests of a text; None for one that has none, since it is not understood even as a row of words.

    >>> one = fingerprints("SELECT a FROM t WHERE a = 1 LIMIT 5", "postgres")
    >>> other = fingerprints("select a from t  where a = 2 limit 5;", "postgres")
    >>> one.template == other.template, one.statement == other.statement
    (True, False)

    Values are dropped from a template where a column is compared with them: `a = 1`, `a in (1, 2)` (each value counts),
    `a between 1 and 2`. Limits, ordinals, intervals, arguments, patterns and what is assigned stay: other ones ask for
    something else.

    Args:
        default_schema: where a name without a schema is looked up.
        datasets: canonical names of what the text touches: another catalog may mean something else by the same words.
    """
    if len(sql) > MOST_CHARACTERS:
        return None
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    except (SqlglotError, ValueError, IndexError):
        return None
    head = [dialect, default_schema or "", *sorted(datasets), "text"]
    # What some engines run although it stands in a comment is no token, and may stand behind the last semicolon.
    head += [one for token in tokens for one in token.comments if one.lstrip().startswith(("!", "M!", "+"))]
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        return None  # a text of comments alone, which nobody tells apart here
    words = [_word(token, FOLDING[dialect]) for token in tokens]
    dropped = set(_dropped(tokens))
    template = [_VALUE if at in dropped else word for at, word in enumerate(words)]
    return Fingerprints(_digest("template", *head, "words", *template), _digest("statement", *head, "words", *words))


def _digest(*parts: str) -> str:
    found = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogatepass")
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return f"{_VERSION}:{found.hexdigest()}"


def _word(token: Token, folding: DialectFolding) -> str:
    """A token as it is compared, behind what kind it is."""
    text = token.text
    if token.token_type in LITERALS:
        return f"{token.token_type.name} {text}"
    is_quoted = token.token_type is TokenType.IDENTIFIER
    kinds = folding.datasets, folding.columns
    plain = {kind.fold(text, False) for kind in kinds}
    if is_quoted and not all(kind.fold(text, True) in plain for kind in kinds):
        return f"quoted {text}"
    # Where datasets and columns are compared in two ways, nobody knows here which one it is.
    return f"name {plain.pop() if len(plain) == 1 else text}"


def _dropped(tokens: list[Token]) -> Iterable[int]:
    """The places of the values that columns are compared with."""

    def kind(at: int) -> TokenType | None:
        return tokens[at].token_type if 0 <= at < len(tokens) else None

    def ends(at: int) -> bool:
        return at >= len(tokens) or kind(at) in _ENDING

    def begins(at: int) -> bool:
        """Whether the name whose last part stands there is the first of a comparison."""
        while kind(at - 1) is TokenType.DOT and kind(at - 2) in _NAMES:
            at -= 2
        at -= 1
        while kind(at) is TokenType.L_PAREN:
            at -= 1
        return kind(at) in _BEGINNING

    for at in range(len(tokens)):
        if kind(at) not in _NAMES or not begins(at):
            continue
        after = at + 1
        if kind(after) in _COMPARING and kind(after + 1) in LITERALS and ends(after + 2):
            yield after + 1
        after += kind(after) is TokenType.NOT
        if kind(after) is TokenType.BETWEEN and kind(after + 1) in LITERALS and kind(after + 2) is TokenType.AND:
            if kind(after + 3) in LITERALS and ends(after + 4):
                yield from (after + 1, after + 3)
        elif kind(after) is TokenType.IN and kind(after + 1) is TokenType.L_PAREN:
            values = [after + 2]
            while kind(values[-1]) in LITERALS and kind(values[-1] + 1) is TokenType.COMMA:
                values.append(values[-1] + 2)
            if kind(values[-1]) in LITERALS and kind(values[-1] + 1) is TokenType.R_PAREN:
                yield from values
