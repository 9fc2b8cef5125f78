"""What touches the parser's inside: where a node stands, and arguments of functions that the parser drops.

Nothing else reads an attribute of sqlglot's that is private, or changes a table of it.

Dropped arguments are seen while the parser builds the function, for its tree no longer tells. Its own builders take the
arguments that they know and forget the others: `date_format(d, f, ssn)` becomes a node with two. What an engine (or a
user's function of the same name) does with the rest is not known, so each is kept.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import TokenType

dropped: contextvars.ContextVar[list[exp.Expr] | None] = contextvars.ContextVar("classify_dropped", default=None)
"""Where the dropped arguments of the text that is being parsed are kept; None while someone else parses."""


def start_of(node: exp.Expr) -> int | None:
    """Where a node's own token begins in the text; None where the parser kept no place, as of names that it made up."""
    meta = node._meta  # `meta` makes a dictionary for each node that has none
    return meta.get("start") if meta else None


def starts_of(nodes: Sequence[exp.Expr]) -> set[int | None]:
    """Where the nodes' own tokens begin, of those that the parser kept a place of."""
    try:
        return {node._meta["start"] for node in nodes}  # type: ignore[index]  # None, which few have, raises
    except (KeyError, TypeError):
        return {start_of(node) for node in nodes}


def bounds_of(node: exp.Expr) -> tuple[int, int] | None:
    """Where a node's own token begins and where its last character is, or None."""
    meta = node._meta
    start, end = (meta.get("start"), meta.get("end")) if meta else (None, None)
    return None if start is None or end is None else (start, end)


# These have a grammar of their own, with words between their arguments, and refuse what is not in it.
_EXACT = frozenset(
    "CAST TRY_CAST SAFE_CAST CONVERT TRY_CONVERT EXTRACT JSON_ARRAY JSON_ARRAYAGG JSON_EXISTS JSON_OBJECT "
    "JSON_OBJECTAGG JSON_TABLE JSON_VALUE OPENJSON XMLELEMENT XMLTABLE".split()
)


def watch(parser: type[Parser]) -> None:
    """Have a dialect's functions note what they drop. What they build stays the same, for every user of the parser.

    The tables are the process's own (a compiled parser takes no other ones), so whoever else puts functions of theirs
    into them may do so before or after: ours calls theirs, theirs may call ours, and what is new is watched when the
    next parser is made. Another version of this package that watches too notes into a list of its own.
    """
    for table, wrap in ((parser.FUNCTIONS, _watched_builder), (parser.FUNCTION_PARSERS, _watched_parser)):
        for name, build in list(table.items()):
            # A class's own `from_arg_list` drops nothing: the parser counts the arguments then, and refuses surplus.
            watchers: tuple[object, ...] = getattr(build, "noted_in", ())
            if dropped in watchers or getattr(build, "__name__", "") == "from_arg_list" or name in _EXACT:
                continue
            watched: Any = wrap(build)
            watched.noted_in = (*watchers, dropped)
            table[name] = watched


def _watched_builder(build: Callable[..., exp.Expr]) -> Callable[..., exp.Expr]:
    def built(args: list[Any], dialect: object = None) -> exp.Expr:
        # The parser asks with a dialect where a builder without one raises a TypeError.
        node = build(args) if dialect is None else build(args, dialect=dialect)
        for one in args:
            # INVARIANT no-argument-dropped: what is part of a tree has a parent in it.
            if one is not None and one.parent is None and one is not node and one.__class__ not in _CONSTANTS:
                found = dropped.get()
                if found is not None and isinstance(one, exp.Expr):
                    found += _lost(one, node)
        return node

    return built


_CONSTANTS = frozenset((exp.Literal, exp.Null, exp.Boolean, exp.Var, exp.DataType, exp.Interval))


def _lost(argument: exp.Expr, node: exp.Expr) -> list[exp.Expr]:
    """What of an argument the node has no part of: columns, stars and whatever else may read."""
    found: list[exp.Expr] = []
    pending: list[tuple[exp.Expr, exp.Expr | None]] = [(argument, None)]
    kept: set[str] | None = None
    while pending:
        one, parent = pending.pop()
        if one.parent is not parent:
            continue  # the builder took this part
        if isinstance(one, (exp.Column, exp.Star, exp.Query, exp.Anonymous)):
            if kept is None:
                kept = {other.sql() for other in node.find_all(exp.Column, exp.Star, exp.Query, exp.Anonymous)}
                kept |= {word.name.upper() for word in node.find_all(exp.Var)}
            if one.sql() not in kept and not _is_word(one, kept):
                found.append(one)
        else:
            pending += [(child, one) for child in one.iter_expressions()]
    return found


def _is_word(node: exp.Expr, words: set[str]) -> bool:
    """Whether a bare name is a word of the tree, which the walk looks up as a column."""
    return node.__class__ is exp.Column and not node.args.get("table") and node.name.upper() in words


def _watched_parser(parse: Callable[[Any], exp.Expr]) -> Callable[[Any], exp.Expr]:
    def parsed(parser: Any) -> exp.Expr:
        first = parser._index
        node = parse(parser)
        found = dropped.get()
        if found is not None and parser._index - first > 4 and isinstance(node, exp.Expr):
            tokens = parser._tokens[first : parser._index]
            if sum(token.token_type is TokenType.COMMA for token in tokens) > 1:
                found += _unseen(tokens, node)
        return node

    return parsed


def _unseen(tokens: list[Any], node: exp.Expr) -> list[exp.Expr]:
    """A column for each name among the tokens that no part of the node stands for."""
    places: set[int] = set()
    words: set[str] = set()
    for one in node.walk():
        place = start_of(one)
        if place is not None:
            places.add(place)
        if one.__class__ in (exp.Var, exp.DataType):
            words.add(one.name.upper())
    found: list[exp.Expr] = []
    for token in tokens:
        named = token.token_type in (TokenType.VAR, TokenType.IDENTIFIER) and token.start not in places
        if named and token.text.upper() not in words:
            found.append(exp.Column(this=exp.Identifier(this=token.text).update_positions(token)))
    return found
