"""PostgreSQL's words that the parser does not know: operators of one's own, typed constants, OVERRIDING, parts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.rewording.tokens import Rewording, is_word, like, plain_text

# "4.1.3 Operators": the marks that an operator is made of, but for `?`, which is a parameter's too.
_MARKS = frozenset("+-*/<>=~!@#%^&|")


def _ordered_using(tokens: list[Token]) -> list[Token]:
    """ORDER BY ("SELECT"): `x USING <` names the operator that sorts, which reads nothing.

    Upstream: no issue found.
    """
    found: list[Token] = []
    skipping = False
    for at, token in enumerate(tokens):
        if token.token_type is TokenType.USING and at + 1 < len(tokens) and _is_mark(tokens, at + 1):
            skipping = True
        elif not (skipping and _is_mark(tokens, at)):
            skipping = False
            found.append(token)
    return found if len(found) < len(tokens) else tokens


def _operators(tokens: list[Token]) -> list[Token]:
    """A run of marks is one operator, `<<|` or `~<~`, whose value is made of both its sides, as that of `||` is.

    Upstream: sqlglot 2940 and 6949, closed: operators of extensions are out of its scope.
    """
    found: list[Token] = []
    run: list[Token] = []
    for at, token in enumerate(tokens):
        if _is_mark(tokens, at) and (not run or run[-1].end + 1 == token.start):
            run.append(token)
            continue
        found += _one_operator(run)
        run = []
        if _is_mark(tokens, at):
            run = [token]
        else:
            found.append(token)
    found += _one_operator(run)
    return found if len(found) < len(tokens) else tokens


def _one_operator(run: list[Token]) -> list[Token]:
    # "4.1.3 Operators": one of several characters ends in + or - only if it holds one of these, and `=>` is none.
    name = "".join(token.text for token in run)
    while len(run) > 1 and ((name[-1] in "+-" and not _ENDING_IN_SIGNS.intersection(name)) or name.startswith("=>")):
        if name.startswith("=>"):
            return [*run[:1], *_one_operator(run[1:])]
        return [*_one_operator(run[:-1]), run[-1]]
    if len(run) < 2:
        return run
    first = run[0]
    return [Token(TokenType.DPIPE, "||", first.line, first.col, first.start, run[-1].end)]


_ENDING_IN_SIGNS = frozenset("~!@#%^&|`?")


def _is_mark(tokens: list[Token], at: int) -> bool:
    """Whether a token is made of marks, and no star that stands for columns."""
    token = tokens[at]
    if not _MARKS.issuperset(token.text) or not plain_text(token):
        return False
    return token.token_type is not TokenType.STAR or (
        at > 0
        and tokens[at - 1].token_type not in (TokenType.DOT, TokenType.L_PAREN, TokenType.COMMA, TokenType.SELECT)
    )


# "Data Types": those that the parser does not take before a constant. Not `path`, which is a word of XMLTABLE.
_TYPES = frozenset(
    "box cidr circle inet line lseg macaddr macaddr8 pg_lsn point polygon tsquery tsvector int4range int8range "
    "numrange tsrange tstzrange daterange".split()
)


def _typed_constants(tokens: list[Token]) -> list[Token]:
    """`box '(3,3,5,5)'` is a constant ("4.1.2.7 Constants of Other Types").

    Upstream: no issue found.
    """
    found = [
        token
        for token, after in zip(tokens, [*tokens[1:], None], strict=True)
        if not (
            after is not None
            and after.token_type is TokenType.STRING
            and token.text.lower() in _TYPES
            and plain_text(token)
        )
    ]
    return found if len(found) < len(tokens) else tokens


def _overriding(tokens: list[Token]) -> list[Token]:
    """OVERRIDING SYSTEM VALUE ("INSERT") says who gives the values of identity columns, and reads nothing.

    Upstream: no issue found.
    """
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        last = found[-3:]
        if (
            is_word(token, "VALUE")
            and len(last) == 3
            and is_word(last[0], "OVERRIDING")
            and is_word(last[1], "SYSTEM", "USER")
        ):
            del found[-3:]
    return found if len(found) < len(tokens) else tokens


_LISTED = frozenset((TokenType.COMMA, TokenType.R_PAREN))
_NAMING = frozenset((TokenType.VAR, TokenType.IDENTIFIER, TokenType.DOT, TokenType.ALIAS))


def _inserted_parts(tokens: list[Token]) -> list[Token]:
    """`(home.zip, tags[1])` lists parts of columns ("INSERT"); to write a part is to write into the column.

    Upstream: no issue found.
    """
    for at, token in enumerate(tokens):
        if token.token_type is not TokenType.INTO:
            continue
        first = at + 1
        while first < len(tokens) and tokens[first].token_type in _NAMING:
            first += 1
        if first == len(tokens) or tokens[first].token_type is not TokenType.L_PAREN:
            continue
        first += 1
        columns = _columns(tokens, first)
        if columns is not None and len(columns[0]) < columns[1] - first:
            return [*tokens[:first], *columns[0], *tokens[columns[1] :]]
    return tokens


def _columns(tokens: list[Token], at: int) -> tuple[list[Token], int] | None:
    """The tokens of a list of columns without their fields and constant subscripts, and where the list ends."""
    kept: list[Token] = []
    while at < len(tokens):
        kept.append(tokens[at])
        at += 1
        while at < len(tokens) and tokens[at].token_type not in _LISTED:
            if tokens[at].token_type is TokenType.DOT:
                at += 2
                continue
            if tokens[at].token_type is not TokenType.L_BRACKET:
                return None
            at += 1
            while at < len(tokens) and tokens[at].token_type in (TokenType.NUMBER, TokenType.COLON):
                at += 1
            if at >= len(tokens) or tokens[at].token_type is not TokenType.R_BRACKET:
                return None
            at += 1
        if at < len(tokens) and tokens[at].token_type is TokenType.R_PAREN:
            return kept, at
        if at < len(tokens):
            kept.append(tokens[at])
        at += 1
    return None


def _merged_join(tokens: list[Token]) -> list[Token]:
    """`USING a JOIN b ON x ON y` ("MERGE") is `USING (a JOIN b ON x) ON y`.

    Upstream: no issue found.
    """
    depth = 0
    using: int | None = None
    ons: list[int] = []
    joined = False
    merging = False
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            depth += 1
        elif kind is TokenType.R_PAREN:
            depth -= 1
        elif depth:
            continue
        elif kind is TokenType.MERGE:
            merging = True
        elif merging and kind is TokenType.USING and using is None:
            using = at
        elif using is not None and kind is TokenType.JOIN:
            joined = True
        elif using is not None and kind is TokenType.ON:
            ons.append(at)
        elif kind is TokenType.WHEN and joined and using is not None and len(ons) > 1:
            first, last = tokens[using + 1], ons[-1]
            return [
                *tokens[: using + 1],
                like(first, TokenType.L_PAREN, "("),
                *tokens[using + 1 : last],
                like(tokens[last], TokenType.R_PAREN, ")"),
                *tokens[last:],
            ]
    return tokens


UNTIL_COMMIT = "DROP"
"""What a table's ON COMMIT says where it is gone then, and not its rows alone."""


def without_drop(tokens: Sequence[Token]) -> list[Token] | None:
    """CREATE … ON COMMIT DROP with DELETE ROWS in its place; None for any other statement."""
    if not tokens or tokens[0].token_type is not TokenType.CREATE:
        return None
    for at in range(2, len(tokens)):
        if is_word(tokens[at], "DROP") and is_word(tokens[at - 1], "COMMIT") and is_word(tokens[at - 2], "ON"):
            drop = tokens[at]
            rows = like(drop, TokenType.DELETE, "DELETE"), like(drop, TokenType.ROWS, "ROWS")
            return [*tokens[:at], *rows, *tokens[at + 1 :]]
    return None


RULES: tuple[Rewording, ...] = (
    _ordered_using,
    _typed_constants,
    _overriding,
    _inserted_parts,
    _merged_join,
    _operators,
)
