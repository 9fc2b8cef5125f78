"""Text to trees: one tree per statement, and every way in which a text may fail to parse as a value."""

from __future__ import annotations

import logging
import re
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlglot.errors
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from classify.exposure import Cause
from classify.lines import LineTable
from classify.sql.names.dialect_row import DialectRow
from classify.sql.names.dialects import dialect_row
from classify.sql.text.explained import explained, without_explain
from classify.sql.text.hidden import Hidden, hidden_text
from classify.sql.text.inside import dropped, start_of, watch
from classify.sql.text.nesting import MOST_JOINS, Room, nesting, opens_few
from classify.sql.text.rewording.postgres import UNTIL_COMMIT, without_drop
from classify.sql.text.rewording.rules import meant, reworded
from classify.sql.text.unloaded import unloaded, without_unload

MOST_CHARACTERS = 1 << 20
"""The longest text that is split into tokens; a longer one is unresolved. The pure tokeniser takes up to 4 s for it."""

MOST_TOKENS = 250_000
"""The most tokens of a text that are parsed; with more it is unresolved. The pure parser takes up to 2 s for them."""


Spans = tuple[tuple[int, int], ...]


class TooDeep(Exception):
    """A text nests deeper than it can be parsed; the message says what is too much."""


class Failure(NamedTuple):
    """Why a stretch of text has no tree; offsets are 0-based, end exclusive."""

    cause: Cause
    detail: str
    start: int
    end: int


class Parsed(NamedTuple):
    """One statement: its tree or its failure, its place as 0-based offsets, end exclusive, and what its tree lacks.

    Attributes:
        dropped: arguments of functions that the parser dropped.
        tokens: as the text has them.
        hidden: text that the engine alone reads.
    """

    tree: exp.Expr | None
    failure: Failure | None
    start: int
    end: int
    dropped: tuple[exp.Expr, ...] = ()
    tokens: Sequence[Token] = ()
    hidden: tuple[Hidden, ...] = ()


def _not_ours(record: logging.LogRecord) -> bool:
    """The parser logs the text of statements that it does not know; while we parse, literals stay out of the log."""
    return dropped.get() is None


logging.getLogger("sqlglot").addFilter(_not_ours)


class _Engine(NamedTuple):
    """One dialect's tokeniser and parser. To make them costs a twentieth of a short statement's parse."""

    dialect: str
    tokenizer: Tokenizer
    parser: Parser
    room: Room

    def trees(self, tokens: list[Token], sql: str, joins: int | None = None) -> list[exp.Expr | None]:
        """The parser's trees.

        Args:
            joins: how often the text has that word, where that is known.

        INVARIANT one-way-to-the-parser: nothing else calls the parser, so nothing nests deeper than its stack takes.

        Raises:
            TooDeep: before anything is parsed.
        """
        if joins is None:
            joins = sql.lower().count("join")
        if joins <= MOST_JOINS and opens_few(tokens, self.room.levels):
            return self.parser.parse(tokens, sql)
        found = nesting(tokens)
        if found.excess:
            raise TooDeep(found.excess)
        return self.room.run(lambda: self.parser.parse(tokens, sql), found.levels)


class _Engines(threading.local):
    """Each thread's own: both hold the text that they are reading."""

    def __init__(self) -> None:
        self._by_dialect: dict[str, _Engine] = {}
        self._room = Room()

    def of(self, dialect: str) -> _Engine:
        found = self._by_dialect.get(dialect)
        if found is None:
            made = Dialect.get_or_raise(dialect)
            watch(made.parser_class)
            found = self._by_dialect[dialect] = _Engine(dialect, made.tokenizer(), made.parser(), self._room)
        return found

    def forget(self) -> None:
        """Make new ones from now on."""
        self._by_dialect.clear()


_engines = _Engines()


def parse(sql: str, dialect: str) -> list[Parsed]:
    """The statements of a text.

    INVARIANT no-tree-lost: no tree is lost: each stretch between semicolons that holds a token is a tree or a failure,
    and so is what stands outside them for the engine alone.
    """
    if len(sql) > MOST_CHARACTERS:
        return [_too_much(sql, f"is longer than {MOST_CHARACTERS} characters")]
    engine = _engines.of(dialect)
    lost: list[exp.Expr] = []
    mark = dropped.set(lost)
    try:
        row = dialect_row(dialect)
        tokens = engine.tokenizer.tokenize(sql)
        lowered = sql.lower()
        explains: Spans = ()
        unloads: Spans = ()
        if "explain" in lowered:
            sql, tokens, explains = without_explain(sql, tokens, engine.tokenizer.tokenize)
        if "unload" in lowered:
            sql, tokens, unloads = without_unload(sql, tokens, engine.tokenizer.tokenize)
        tokens = meant(tokens, sql, row)
        found = [
            _read_again(engine, sql, one) if one.tree.__class__ is exp.Command else one
            for one in _statements(sql, tokens, engine, lowered.count("join"))
        ]
        found = _completed(found, sql, row, tokens, lost)
        if explains:
            _wrap(found, explains, explained)
        if unloads:
            _wrap(found, unloads, unloaded)
        return found
    except Exception as error:  # noqa: BLE001  # the tokenizer's own errors, and faults of ours
        return [_failed(error, sql, [])]
    except BaseException:
        _engines.forget()  # an interrupt may have left the parser at work in another thread
        raise
    finally:
        dropped.reset(mark)


def _completed(
    found: list[Parsed], sql: str, row: DialectRow, tokens: list[Token], lost: list[exp.Expr]
) -> list[Parsed]:
    """The statements, each with what its tree lacks."""
    if "->" in sql:
        _mend_arrows(found, tokens)
    if lost:
        found = [_with_dropped(one, lost) for one in found]
    hidden = hidden_text(sql, row, tokens)
    return _with_hidden(found, hidden) if hidden else found


def _wrap(found: list[Parsed], spans: Spans, wrapped: Callable[[exp.Expr], exp.Expr]) -> None:
    """Put what stood around it back around each statement behind the beginning of such a span."""
    starts = [start for start, _ in spans]
    ended = 0
    for at, one in enumerate(found):
        before = bisect_left(starts, one.start) - 1
        if before >= 0 and starts[before] >= ended and one.tree is not None:
            end = max(one.end, spans[before][1])
            found[at] = one._replace(tree=wrapped(one.tree), start=starts[before], end=end)
        ended = one.end


def _mend_arrows(found: list[Parsed], tokens: list[Token]) -> None:
    """Turn back into texts those that the parser took for a lambda's parameters: `f('{}' -> 'a')`."""
    texts = {token.start for token in tokens if token.token_type is TokenType.STRING}
    for parsed in found:
        for arrow in parsed.tree.find_all(exp.Lambda) if parsed.tree is not None else ():
            for one in arrow.expressions:
                if isinstance(one, exp.Identifier) and start_of(one) in texts:
                    one.replace(exp.Literal.string(one.name))


def _with_hidden(found: list[Parsed], hidden: list[Hidden]) -> list[Parsed]:
    """The statements, each with the hidden text in it or behind it; what stands before the first is one of its own."""
    own: list[list[Hidden]] = [[] for _ in found]
    alone: list[Parsed] = []
    for one in hidden:
        at = max((at for at, parsed in enumerate(found) if parsed.start <= one.start), default=None)
        if at is None:
            failure = Failure(one.cause, one.detail, one.start, one.end)
            alone.append(Parsed(None, failure, one.start, one.end))
        else:
            own[at].append(one)
    return alone + [parsed._replace(hidden=tuple(inside)) for parsed, inside in zip(found, own, strict=True)]


def _with_dropped(parsed: Parsed, lost: list[exp.Expr]) -> Parsed:
    """The statement with those dropped arguments that stand in it; one without a place stands in each."""
    own: dict[int, exp.Expr] = {}
    for one in lost:
        at = min((place for part in one.walk() if (place := start_of(part)) is not None), default=parsed.start)
        if parsed.start <= at < parsed.end:
            own.setdefault(at, one)
    return parsed._replace(dropped=tuple(own.values()))


def _statements(sql: str, tokens: list[Token], engine: _Engine, joins: int) -> list[Parsed]:
    if not tokens:
        return []
    if len(tokens) > MOST_TOKENS:
        return [_too_much(sql, f"has more than {MOST_TOKENS} tokens")]
    try:
        trees = engine.trees(tokens, sql, joins)
    except Exception as error:  # noqa: BLE001  # every kind is told apart in _failure, and all of them are unresolved
        chunks = _chunks(tokens, sql, dialect_row(engine.dialect))
        if len(chunks) < 2:
            return [_second_try(engine, sql, tokens, error)]
        return [_one(engine, sql, chunk) for chunk in chunks]
    if len(trees) == 1 and trees[0] is not None and ";" not in sql:
        return [Parsed(trees[0], None, tokens[0].start, tokens[-1].end + 1, (), tokens)]
    chunks = _chunks(tokens, sql, dialect_row(engine.dialect))
    found = [tree for tree in trees if tree is not None]
    if len(found) != len(chunks):
        return [_one(engine, sql, chunk) for chunk in chunks]
    return [
        Parsed(tree, None, chunk[0].start, chunk[-1].end + 1, tokens=chunk)
        for tree, chunk in zip(found, chunks, strict=True)
    ]


def _read_again(engine: _Engine, sql: str, parsed: Parsed) -> Parsed:
    """A statement that the parser keeps as text, in words that it knows; as it is where there are none."""
    if dialect_row(engine.dialect).wording == "postgres":
        return _until_commit(engine, sql, parsed)
    return _replacing(engine, sql, parsed)


def _until_commit(engine: _Engine, sql: str, parsed: Parsed) -> Parsed:
    """`CREATE TEMP TABLE … ON COMMIT DROP`, as one whose rows go then, with a mark (PostgreSQL, "CREATE TABLE").

    Upstream: no issue found.
    """
    tokens = without_drop(parsed.tokens)
    if tokens is None:
        return parsed
    try:
        trees = engine.trees(tokens, sql)
    except (sqlglot.errors.SqlglotError, TooDeep):
        return parsed
    found = trees[0].find(exp.OnCommitProperty) if len(trees) == 1 and trees[0] is not None else None
    if found is None:
        return parsed
    found.set("delete", UNTIL_COMMIT)
    return parsed._replace(tree=trees[0])


_REPLACE = re.compile(r"replace(?=\s+into\b)", re.IGNORECASE)


def _replacing(engine: _Engine, sql: str, parsed: Parsed) -> Parsed:
    """`REPLACE INTO …`, which the parser keeps as text, as the INSERT that it is (MySQL and SQLite, "REPLACE").

    INVARIANT comments-may-run: a comment in it may be text that the server runs, so with one it stays unresolved.
    """
    text = sql[parsed.start : parsed.end]
    if not _REPLACE.match(text) or "/*" in text:
        return parsed
    start = parsed.start
    try:
        # The same length, so that each token has its place.
        tokens = [
            Token(token.token_type, token.text, token.line, token.col, token.start + start, token.end + start)
            for token in engine.tokenizer.tokenize(_REPLACE.sub("INSERT ", text, count=1))
        ]
        trees = engine.trees(tokens, sql)
    except (sqlglot.errors.SqlglotError, TooDeep):
        return parsed
    return parsed._replace(tree=trees[0], tokens=tokens) if len(trees) == 1 and trees[0] is not None else parsed


def _too_much(sql: str, what: str) -> Parsed:
    return Parsed(None, Failure(Cause.LIMIT, f"the text {what}; split it", 0, len(sql)), 0, len(sql))


def _chunks(tokens: list[Token], sql: str, row: DialectRow) -> list[list[Token]]:
    """The tokens of each statement of a text."""
    if not row.semicolons_optional:  # else some tokens are not in the text
        end = len(tokens)
        while end and tokens[end - 1].token_type is TokenType.SEMICOLON:
            end -= 1
        if sql.count(";") == len(tokens) - end:  # as in most texts: behind the statement alone
            return [tokens[:end]] if end else []
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            found.append([])
        else:
            found[-1].append(token)
    return [chunk for chunk in found if chunk]


def _one(engine: _Engine, sql: str, chunk: list[Token]) -> Parsed:
    start, end = chunk[0].start, chunk[-1].end + 1
    try:
        trees = engine.trees(chunk, sql)
    except Exception as error:  # noqa: BLE001  # every kind is told apart in _failure, and all of them are unresolved
        return _second_try(engine, sql, chunk, error)
    if len(trees) == 1 and trees[0] is not None:
        return Parsed(trees[0], None, start, end, tokens=chunk)
    detail = "the parser drops this statement; rewrite it or have it reviewed"
    return Parsed(None, Failure(Cause.STATEMENT, detail, start, end), start, end)


def _second_try(engine: _Engine, sql: str, chunk: list[Token], error: Exception) -> Parsed:
    """The statement in other words, where it has such and they parse; else the first failure."""
    other = reworded(chunk, dialect_row(engine.dialect)) if isinstance(error, sqlglot.errors.ParseError) else None
    if other is not None:
        try:
            trees = engine.trees(other, sql)
        except Exception:  # noqa: BLE001  # the failure that is told is that of the text as it stands
            trees = []
        if len(trees) == 1 and trees[0] is not None:
            return Parsed(trees[0], None, chunk[0].start, chunk[-1].end + 1, tokens=chunk)
    return _failed(error, sql, chunk)


def _failed(error: Exception, sql: str, tokens: list[Token]) -> Parsed:
    start, end = (tokens[0].start, tokens[-1].end + 1) if tokens else (0, len(sql))
    return Parsed(None, _failure(error, sql, start, end), start, end)


def _failure(error: Exception, sql: str, start: int, end: int) -> Failure:
    if isinstance(error, TooDeep):
        return Failure(Cause.LIMIT, f"the statement {error}; split it", start, end)
    if isinstance(error, RecursionError):
        return Failure(Cause.LIMIT, "the statement nests too deeply to be parsed; split it", start, end)
    if isinstance(error, sqlglot.errors.ParseError) and error.errors:
        first = error.errors[0]
        line, column, mark = first.get("line"), first.get("col"), first.get("highlight") or ""
        what = _described(str(first.get("description") or ""))
        if line and column:
            # The parser tells the place of a token's last character (1-based).
            at = _offset(sql, line, column) - max(len(mark) - 1, 0)
            return Failure(Cause.SYNTAX, f"{what}; correct it or check the dialect", at, at + max(len(mark), 1))
        return Failure(Cause.SYNTAX, f"{what}; correct it or check the dialect", start, end)
    if isinstance(error, sqlglot.errors.SqlglotError):
        return Failure(Cause.SYNTAX, "the text cannot be split into tokens; close its quotes and comments", start, end)
    return Failure(
        Cause.SYNTAX, f"the parser fails on it ({type(error).__name__}); rewrite it or have it reviewed", start, end
    )


_LACKS = re.compile(r"Required keyword: '(\w+)' missing for <class '[\w.]*?(\w+)'>")
_WORDS = re.compile(r"[A-Za-z][A-Za-z /(),_-]*")


def _described(text: str) -> str:
    """The parser's description without what it quotes of the text. INVARIANT no-literal-told: no literal is printed."""
    lacks = _LACKS.match(text)
    if lacks:
        return f"a part of `{lacks[2]}` is missing"
    words = _WORDS.match(text.partition(" but got ")[0].partition(" Got ")[0])
    return words[0].rstrip(" -,(").lower() if words else "the parser does not understand it"


def _offset(sql: str, line: int, column: int) -> int:
    return max(0, min(LineTable(sql).start(line) + column - 1, len(sql)))


class Definition(NamedTuple):
    """A view's query, its definition's tree and tokens, and the names that CREATE VIEW lists for the first columns."""

    query: exp.Expr
    tree: exp.Expr
    tokens: Sequence[Token]
    names: tuple[exp.Identifier, ...] = ()


# Of CREATE VIEW, what says nothing of the rows beside the query.
_CREATE_VIEW = frozenset("this kind expression replace exists properties no_schema_binding".split())


def parse_view(sql: str, dialect: str) -> Definition | str:
    """What a view's definition is, a query or CREATE VIEW with one, or what is wrong with it."""
    found = parse(sql, dialect)
    if len(found) != 1:
        return "is not one query"
    tree, failure = found[0].tree, found[0].failure
    if tree is None:
        return f"does not parse: {failure.detail}" if failure else "does not parse"
    if found[0].dropped:
        return "holds an argument that the parser drops"
    if found[0].hidden:
        return f"holds text that the engine alone reads: {found[0].hidden[0].detail}"
    if not isinstance(tree, exp.Create):
        return Definition(tree, tree, found[0].tokens)
    query, this = tree.args.get("expression"), tree.args.get("this")
    if query is None or any(value and key not in _CREATE_VIEW for key, value in tree.args.items()):
        return "is not one query"
    listed = this.args.get("expressions") or () if isinstance(this, exp.Schema) else ()
    names = tuple(one.this if isinstance(one, exp.ColumnDef) else one for one in listed)
    if not all(isinstance(name, exp.Identifier) for name in names):
        return "lists a column in a way that is not modelled"
    return Definition(query, tree, found[0].tokens, names)
