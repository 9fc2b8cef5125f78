"""A second opinion on what a statement reads: every name in its text must be accounted for.

The walk is trusted to visit all that reads. This is not: it holds the statement's tokens against the places of what was
resolved, and knows nothing of the handlers. A token that spells a column of a dataset that the statement touches, or
the name of a source, must stand where the walk resolved a reference, or where a name is no value (`roles.py`). Any
other is unresolved, so that a fault in a handler, or in the parser, raises an alarm and not a leak.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from classify.exposure import Cause
from classify.sql.report.lost import loses
from classify.sql.report.roles import TEXTS, Roles, may_name, starts_statement
from classify.sql.session.compiled import MOST_WORDS_TOGETHER
from classify.sql.text.inside import start_of, starts_of

if TYPE_CHECKING:
    from classify.sql.names.relation import Relation
    from classify.sql.walk.walk import Walk

_IDENTIFIER = exp.Identifier


def account(walk: Walk, tree: exp.Expr, tokens: Sequence[Token], result: Relation | None) -> None:
    """Note every name in a statement's text that nothing accounts for.

    Args:
        tokens: of the statement, as the text has them.
        result: what it returns, or None.

    Assumes: nothing else of the statement is unresolved, since then it counts as top anyway.
    """
    if tree.__class__ is exp.Command:
        return  # its words are one text to most parsers: it is unresolved but for closed forms that read nothing
    found = walk.found
    places = found.places
    words = set(found.made_words)
    _add_sources(walk, words)
    places |= starts_of(found.names)
    if loses(walk, result):
        walk.failed(Cause.INTERNAL, "the analysis lost a column that it had found; please report it", *_span(tokens))
    left = _left(words, walk, tokens)
    if left and found.aliased:
        left = [token for token in left if not _is_alias(walk, token, tokens)]
    if left:
        words.update(*[table.words for _, table in found.touched])
        for token in Roles(walk, words, tree, tokens).unaccounted(left):
            walk.unaccounted(token.text, (token.start, token.end + 1))


def _left(words: set[str], walk: Walk, tokens: Sequence[Token]) -> list[Token]:
    """The tokens that spell one of those words, a column, a dataset or a star, at no place that is accounted for."""
    places = walk.found.places
    compiled = walk.session.compiled
    wanted = compiled.words_beside(frozenset([table for _, table in walk.found.touched])).union(words)
    datasets = compiled.words
    if len(datasets) <= MOST_WORDS_TOGETHER:
        spelled = [token for token in tokens if token.text.lower() in wanted]
    else:
        spelled = [token for token in tokens if (word := token.text.lower()) in wanted or word in datasets]
    left = [token for token in spelled if token.start not in places and token.token_type not in TEXTS]
    # Behind a value, and in `count(*)`, a star stands for no columns.
    return [token for token in left if token.token_type is not TokenType.STAR or _is_star(token, tokens)]


def _is_star(token: Token, tokens: Sequence[Token]) -> bool:
    at = bisect_left(tokens, token.start, key=_start)
    if not at or tokens[at - 1].token_type in _VALUES:
        return False
    if tokens[at - 1].token_type is not TokenType.L_PAREN:
        return True
    return at < 2 or tokens[at - 2].text.lower() != "count"


def _start(token: Token) -> int:
    return token.start


_VALUES = frozenset(
    (TokenType.IDENTIFIER, TokenType.VAR, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END)
) | TEXTS  # fmt: skip


def _is_alias(walk: Walk, token: Token, tokens: Sequence[Token]) -> bool:
    """Whether a token is the alias of an output."""
    for alias in walk.found.aliased:
        if start_of(alias) == token.start:
            return may_name(walk.row, alias, tokens, bisect_left(tokens, token.start, key=_start))
    return False


def _span(tokens: Sequence[Token]) -> tuple[int, int]:
    return (tokens[0].start, tokens[-1].end + 1) if tokens else (0, 0)


def _add_sources(walk: Walk, words: set[str]) -> None:
    """Add the names that sources have and are given to the words, and account for those that stand where names do."""
    account = walk.account
    for node in walk.found.sources:
        args = node.args
        this = args.get("this")
        if this.__class__ is _IDENTIFIER:
            words.add(this.args["this"].lower())
            account(this)
            if args.get("db") is not None:
                for part in (args["db"], args.get("catalog")):
                    if part.__class__ is _IDENTIFIER:
                        account(part)
        alias = args.get("alias")
        if alias:
            for one in _defined(alias):
                words.add(one.args["this"].lower())
                if not starts_statement(one, walk.row):
                    account(one)


def _defined(alias: exp.Expr) -> Iterable[exp.Expr]:
    """The names that a source's alias gives, to it and to its columns."""
    if alias.__class__ is _IDENTIFIER:
        return (alias,)
    found = [alias.args.get("this"), *(alias.args.get("columns") or ())]
    return [one for one in found if one.__class__ is _IDENTIFIER]
