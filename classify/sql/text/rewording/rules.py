"""Statements that the parser does not know, or takes for others, in words that it does: tokens to tokens."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.names.dialect_row import DialectRow
from classify.sql.text.rewording import clickhouse, mysql, postgres, tsql
from classify.sql.text.rewording.tokens import Rewording, is_word, like


def reworded(tokens: list[Token], row: DialectRow) -> list[Token] | None:
    """The statement's tokens in words that the parser knows, or None where there are none.

    INVARIANT rewording-keeps-names: what stands in the result reads what stands in the text: each rule keeps every name
    that is read, in its order.
    """
    found = tokens
    for rule in (*_EVERYWHERE, *_BY_WORDING.get(row.wording, ())):
        found = rule(found)
    return None if found is tokens else found


def meant(tokens: list[Token], sql: str, row: DialectRow) -> list[Token]:
    """The tokens of a text, where the parser would take some for what the dialect does not mean."""
    if "@" in sql and not row.variables:
        tokens = _absolute_values(tokens)
    if row.open_slices and ":" in sql:
        tokens = _open_slices(tokens)
    if "|>" in sql:
        tokens = _distinct_pipes(tokens)
    if row.semicolons_optional:
        tokens = _ended_switches(_without_isolation(tokens) if "isolation" in sql.lower() else tokens)
        if "@" in sql:
            tokens = _ended_declarations(tokens)
    if row.schema_indexes and "." in sql:
        tokens = _indexes_of_schemas(tokens)
    if row.wording == "clickhouse" and "alter" in sql.lower():
        tokens = clickhouse.mutations(tokens)
    return tokens


def _indexes_of_schemas(tokens: list[Token]) -> list[Token]:
    """`CREATE INDEX s.i ON t (…)` by `CREATE INDEX i ON s.t (…)`.

    Upstream: no issue found.
    """
    found = tokens
    for at, token in enumerate(tokens):
        if token.token_type is not TokenType.INDEX or at == 0 or tokens[at - 1].token_type not in _BEFORE_INDEX:
            continue
        name = at + 4 if [one.text.upper() for one in tokens[at + 1 : at + 4]] == ["IF", "NOT", "EXISTS"] else at + 1
        if [one.token_type for one in tokens[name + 1 : name + 4 : 2]] == [TokenType.DOT, TokenType.ON]:
            if found is tokens:
                found = list(tokens)
            schema, dot, index, on = tokens[name : name + 4]
            found[name : name + 4] = index, on, schema, dot
    return found


_BEFORE_INDEX = frozenset((TokenType.CREATE, TokenType.UNIQUE))


def _without_isolation(tokens: list[Token]) -> list[Token]:
    """`SET TRANSACTION ISOLATION LEVEL …` by a switch that changes as little (SQL Server, "SET TRANSACTION …").

    Upstream: no issue found.
    """
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        found.append(token)
        words = [one.text.upper() for one in tokens[at : at + 6]]
        set_ = token.token_type is TokenType.SET and words[:4] == _ISOLATION
        if set_ and (words[4:5] in _LEVELS or words[4:6] in _LEVELS):
            at += 4 if words[4:5] in _LEVELS else 5
            found += like(token, TokenType.VAR, "NOCOUNT"), like(token, TokenType.ON, "ON")
            if at + 1 < len(tokens) and tokens[at + 1].token_type is not TokenType.SEMICOLON:
                found.append(like(tokens[at], TokenType.SEMICOLON, ";"))
        at += 1
    return found


_ISOLATION = ["SET", "TRANSACTION", "ISOLATION", "LEVEL"]
_LEVELS = (["READ", "UNCOMMITTED"], ["READ", "COMMITTED"], ["REPEATABLE", "READ"], ["SNAPSHOT"], ["SERIALIZABLE"])


def _ended_declarations(tokens: list[Token]) -> list[Token]:
    """`DECLARE @x INT = 1 SELECT …`: a declaration ends where the next statement begins (SQL Server, "DECLARE").

    Upstream: sqlglot 6106, open.
    """
    found: list[Token] = []
    depth: int | None = None  # of parentheses in a declaration
    for at, token in enumerate(tokens):
        kind = token.token_type
        if depth == 0 and kind in _BEGINNINGS:
            found.append(like(token, TokenType.SEMICOLON, ";"))
            depth = None
        if kind is TokenType.DECLARE:
            depth = 0 if at + 1 < len(tokens) and tokens[at + 1].token_type is TokenType.PARAMETER else None
        elif kind is TokenType.SEMICOLON or is_word(token, "CURSOR"):
            depth = None
        elif depth is not None:
            depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        found.append(token)
    return found


_BEGINNINGS = frozenset(
    (TokenType.DECLARE, TokenType.DELETE, TokenType.INSERT, TokenType.MERGE, TokenType.SELECT, TokenType.SET,
     TokenType.UPDATE, TokenType.WITH)
)  # fmt: skip


def _ended_switches(tokens: list[Token]) -> list[Token]:
    """`SET NOCOUNT ON SELECT …`: a switch ends with its ON or OFF (SQL Server, "SET statements").

    Upstream: sqlglot 6106, open.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        found.append(token)
        begins = at - 2 if at >= 2 and tokens[at - 2].token_type is TokenType.SET else None
        if begins is None or not is_word(token, "ON", "OFF") or tokens[at - 1].token_type is not TokenType.VAR:
            continue
        # In UPDATE the word before is a table's; a switch begins its statement.
        first = begins == 0 or tokens[begins - 1].token_type in (TokenType.SEMICOLON, TokenType.BEGIN, TokenType.ALIAS)
        follows = tokens[at + 1].token_type if at + 1 < len(tokens) else TokenType.SEMICOLON
        if (first or _is_switch_end(tokens, begins)) and follows is not TokenType.SEMICOLON:
            found.append(like(token, TokenType.SEMICOLON, ";"))
    return found


def _is_switch_end(tokens: list[Token], at: int) -> bool:
    """Whether a switch ends right before that token."""
    return (
        at >= 3
        and tokens[at - 3].token_type is TokenType.SET
        and tokens[at - 2].token_type is TokenType.VAR
        and is_word(tokens[at - 1], "ON", "OFF")
    )


def _absolute_values(tokens: list[Token]) -> list[Token]:
    """`@ x` is made of x, and no parameter; `a @ b`, an operator of extensions, is made of both.

    Upstream: no issue found.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if token.token_type is not TokenType.PARAMETER:
            found.append(token)
        elif at and (tokens[at - 1].token_type in _VALUES and not is_word(tokens[at - 1], *_BEFORE_VALUES)):
            found.append(like(token, TokenType.DPIPE, "||"))
    return found


_VALUES = frozenset(
    (TokenType.IDENTIFIER, TokenType.VAR, TokenType.STRING, TokenType.NUMBER, TokenType.R_PAREN, TokenType.R_BRACKET)
)
# Words that the tokeniser takes for names and that no value ends with.
_BEFORE_VALUES = ("RETURNING", "BY", "ON", "WHEN", "THEN", "ELSE", "LIMIT", "OFFSET", "FILTER")


def _open_slices(tokens: list[Token]) -> list[Token]:
    """`a[:x]` is `a[1:x]`, and `:x` no parameter.

    Upstream: sqlglot 3759, mended for numbers alone.
    """
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if token.token_type is TokenType.COLON and at and tokens[at - 1].token_type is TokenType.L_BRACKET:
            found.append(like(token, TokenType.NUMBER, "1"))
        found.append(token)
    return found


def _distinct_pipes(tokens: list[Token]) -> list[Token]:
    """`|> DISTINCT` and `|> SELECT DISTINCT …` by a condition on all columns, which then decide which rows are left.

    BigQuery, "Pipe query syntax"; the parser drops the one and forgets the word in the other.

    Upstream: no issue found.
    """
    found: list[Token] = []
    due = [False]  # per parenthesis: whether the condition stands at the end of the operator that is being read
    for at, token in enumerate(tokens):
        kind = token.token_type
        before = [one.token_type for one in tokens[max(at - 2, 0) : at]]
        if due[-1] and kind in _PIPE_ENDS:
            found += _of_all_columns(token)
            due[-1] = False
        if kind is TokenType.L_PAREN:
            due.append(False)
        elif kind is TokenType.R_PAREN and len(due) > 1:
            due.pop()
        if kind is TokenType.DISTINCT and before[-1:] == [TokenType.PIPE_GT]:
            found += _of_all_columns(token)[1:]
        elif kind is TokenType.DISTINCT and before == [TokenType.PIPE_GT, TokenType.SELECT]:
            due[-1] = True
        else:
            found.append(token)
    return found + (_of_all_columns(tokens[-1]) if due[-1] else [])


_PIPE_ENDS = frozenset((TokenType.PIPE_GT, TokenType.R_PAREN, TokenType.SEMICOLON))


def _of_all_columns(token: Token) -> list[Token]:
    """`|> AS … |> WHERE STRUCT(*)` at the place of a token: a query of its own, so that the star is of outputs."""
    return [
        like(token, TokenType.PIPE_GT, "|>"),
        like(token, TokenType.ALIAS, "AS"),
        like(token, TokenType.VAR, f"__distinct_{token.start}"),
        like(token, TokenType.PIPE_GT, "|>"),
        like(token, TokenType.WHERE, "WHERE"),
        like(token, TokenType.STRUCT, "STRUCT"),
        like(token, TokenType.L_PAREN, "("),
        like(token, TokenType.STAR, "*"),
        like(token, TokenType.R_PAREN, ")"),
    ]


def _cast_placeholder(tokens: list[Token]) -> list[Token]:
    """`?::int`: the tokeniser makes one token of `?::`, which is Databricks' operator, and of it a parameter's cast.

    Upstream: no issue found.
    """
    if not any(token.token_type is TokenType.QDCOLON for token in tokens):
        return tokens
    found: list[Token] = []
    for token in tokens:
        if token.token_type is TokenType.QDCOLON:
            found.append(like(token, TokenType.PLACEHOLDER, "?"))
            found.append(like(token, TokenType.DCOLON, "::"))
        else:
            found.append(token)
    return found


def _exported_state(tokens: list[Token]) -> list[Token]:
    """DuckDB, "Aggregate functions": `sum(x) EXPORT_STATE` is the aggregate's inner state, made of the same values.

    Upstream: no issue found.
    """
    found = [
        token
        for before, token in zip([None, *tokens], tokens, strict=False)
        if not (before is not None and before.token_type is TokenType.R_PAREN and token.text.upper() == "EXPORT_STATE")
    ]
    return found if len(found) < len(tokens) else tokens


def _ordered_pivot(tokens: list[Token]) -> list[Token]:
    """DuckDB, "PIVOT statement": `PIVOT … ORDER BY x LIMIT n` is `FROM (PIVOT …) ORDER BY x LIMIT n`.

    Upstream: no issue found.
    """
    insertions: dict[int, list[Token]] = {}
    for start, end in _ordered_pivots(tokens):
        first = tokens[start]
        insertions.setdefault(start, []).extend(
            (like(first, TokenType.FROM, "FROM"), like(first, TokenType.L_PAREN, "("))
        )
        insertions.setdefault(end, []).append(like(tokens[end], TokenType.R_PAREN, ")"))
    if not insertions:
        return tokens
    found: list[Token] = []
    for at, token in enumerate(tokens):
        found += insertions.get(at, ())
        found.append(token)
    return found


def _ordered_pivots(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Where each PIVOT or UNPIVOT statement starts and where its ORDER BY or LIMIT does."""
    open_at: list[int | None] = [None]  # per parenthesis: the statement that stands in it, as far as it has been read
    fresh = True  # whether a statement may start here
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            open_at.append(None)
        elif kind is TokenType.R_PAREN:
            if len(open_at) > 1:
                open_at.pop()
        elif kind in _PIVOTS and fresh:
            open_at[-1] = at
        elif kind in _TAILS:
            start, open_at[-1] = open_at[-1], None
            if start is not None:
                yield start, at
        # After `AS` or `WITH x AS (…)` too; a `PIVOT (…)` behind a source has a parenthesis and is none of these.
        follows = tokens[at + 1].token_type if at + 1 < len(tokens) else None
        fresh = (kind is TokenType.L_PAREN or kind is TokenType.R_PAREN or kind is TokenType.ALIAS) and not (
            follows in _PIVOTS and at + 2 < len(tokens) and tokens[at + 2].token_type is TokenType.L_PAREN
        )


_PIVOTS = frozenset((TokenType.PIVOT, TokenType.UNPIVOT))
_TAILS = frozenset((TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET))


def _released(tokens: list[Token]) -> list[Token]:
    """`RELEASE SAVEPOINT s` is `RELEASE s` (SQL:2016, 17.6).

    Upstream: no issue found.
    """
    if len(tokens) == 3 and is_word(tokens[0], "RELEASE") and is_word(tokens[1], "SAVEPOINT"):
        return [tokens[0], tokens[2]]
    return tokens


_EVERYWHERE: tuple[Rewording, ...] = (_cast_placeholder, _released)


# By `DialectRow.wording`.
_BY_WORDING: dict[str, tuple[Rewording, ...]] = {
    "duckdb": (_exported_state, _ordered_pivot),
    "mysql": mysql.RULES,
    "postgres": postgres.RULES,
    "tsql": tsql.RULES,
}
