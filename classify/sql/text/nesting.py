"""How deep a text nests, told from its tokens before it is parsed, and a stack that is deep enough to parse it.

The parser calls itself for each level. Compiled, it asks nobody whether the stack still has room: where it has not, the
process dies. So nothing is parsed that could nest deeper than the stack at hand takes.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

T = TypeVar("T")

MOST_NESTED = 200
"""The deepest text that is parsed."""

MOST_BRACKETS = 300
"""The most subscripts in a row, `a[1][2]…`, and method calls, `x.f().g()…`: the parser works through all before each
anew, so they cost their square."""

MOST_JOINS = 14
"""The most joins in a row whose ON does not come: the parser tries each with and without those behind it."""

_LEVEL = 3 << 10
"""The most stack that the compiled parser takes for a level, in bytes: 2,980 were measured, and 2,200 for a token."""

_MOST_UNMEASURED = 1_000
"""The most tokens that may open a level and are parsed without a look at how they nest."""

_OWN_STACK = 4 * MOST_NESTED * _LEVEL
"""The stack of a thread of our own, in bytes."""

_SMALL_STACK = 96 << 10
"""The stack that a thread is taken to have where the system does not tell, in bytes: few systems give less."""

_CALLERS = 2 << 20
"""What is left of the main thread's stack to those who called us, in bytes; of a small one, half of it."""

_STEPS = {
    TokenType.L_PAREN: 1,
    TokenType.L_BRACKET: 1,
    TokenType.L_BRACE: 1,
    TokenType.CASE: 1,
    TokenType.R_PAREN: -1,
    TokenType.R_BRACKET: -1,
    TokenType.R_BRACE: -1,
    TokenType.END: -1,
}
_OF_TYPES = frozenset(Parser.NESTED_TYPE_TOKENS)
# A run of words and signs may nest, each standing before the next: `not not not x`, `- - - x`. These end it.
_OPERANDS = frozenset(
    (TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER, TokenType.COMMA, TokenType.DOT,
     TokenType.SEMICOLON, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END)
)  # fmt: skip
# A keyword that may be a name ends it too where an operator follows, but for words that take an operand themselves.
_OPERATORS = frozenset(
    (*Parser.CONJUNCTION, *Parser.DISJUNCTION, *Parser.EQUALITY, *Parser.COMPARISON, *Parser.BITWISE, *Parser.TERM,
     *Parser.FACTOR, TokenType.DPIPE)
)  # fmt: skip
_NAMES = frozenset(Parser.ID_VAR_TOKENS) - {
    TokenType.ALL, TokenType.ANY, TokenType.ARRAY, TokenType.CASE, TokenType.DESCRIBE, TokenType.EXISTS,
    TokenType.INTERVAL, TokenType.MAP, TokenType.SOME,
}  # fmt: skip
# Words that no token type tells from names, and that take an operand without parentheses.
_TAKING = frozenset("APPROXIMATE CONNECT_BY_ROOT IF NEXT PRIOR TRANSFORM VARIADIC".split())
# Behind these a join takes no ON, and the parser looks for none.
_METHODS = frozenset((TokenType.CROSS, TokenType.NATURAL, TokenType.ASOF))
_NEXT_QUERY = frozenset((TokenType.UNION, TokenType.INTERSECT, TokenType.EXCEPT, TokenType.SEMICOLON))
# All that opens or closes a level.
_MARKS = frozenset(
    (*_STEPS, *_METHODS, *_NEXT_QUERY, TokenType.LT, TokenType.GT, TokenType.JOIN, TokenType.STRAIGHT_JOIN,
     TokenType.ON, TokenType.USING, TokenType.FROM)
)  # fmt: skip


# None of these opens a level.
_OPENING_NONE = frozenset(
    (TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER, TokenType.COMMA, TokenType.SEMICOLON, TokenType.R_PAREN,
     TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END)
)  # fmt: skip


def opens_few(tokens: Sequence[Token], levels: int) -> bool:
    """Whether no more tokens than that may open a level, so that none nests deeper, and few of them are subscripts."""
    if len(tokens) <= levels:
        return True
    kinds = [token.token_type for token in tokens]
    closing = sum(map(_OPENING_NONE.__contains__, kinds))
    return len(kinds) - closing <= levels and kinds.count(TokenType.L_BRACKET) <= MOST_BRACKETS


class Nesting(NamedTuple):
    """How tokens nest: how deep at most, subscripts or method calls in a row, and joins whose ON is still to come."""

    levels: int
    subscripts: int
    joins: int

    @property
    def excess(self) -> str:
        """What there is too much of to be parsed, or an empty text."""
        if self.levels > MOST_NESTED:
            return f"nests more than {MOST_NESTED} deep"
        if self.subscripts > MOST_BRACKETS:
            return f"has more than {MOST_BRACKETS} subscripts or method calls in a row"
        if self.joins > MOST_JOINS:
            return f"has more than {MOST_JOINS} joins in a row without ON"
        return ""


def nesting(tokens: Sequence[Token]) -> Nesting:
    """How deep tokens nest at most: brackets, CASE, types, joins whose ON is still to come, words in front of words."""
    kinds = [token.token_type for token in tokens]
    deepest = level = angles = pending = most_pending = begun = 0
    joins = [0]
    froms = [0]
    method = False
    for at, kind in enumerate(kinds):
        if kind not in _MARKS:
            continue
        step = _STEPS.get(kind)
        if step is not None:
            level = max(level + step, 0)
            if step > 0:
                joins.append(0)
                froms.append(0)
            elif len(joins) > 1:
                pending -= joins.pop()
                begun -= froms.pop()
        elif kind is TokenType.LT:
            angles += at > 0 and kinds[at - 1] in _OF_TYPES
        elif kind is TokenType.GT:
            angles = max(angles - 1, 0)
        elif kind in _METHODS:
            method = True
        elif kind is TokenType.JOIN or kind is TokenType.STRAIGHT_JOIN:
            if not method:
                joins[-1] += 1
                pending += 1
                most_pending = max(most_pending, pending)
            method = False
        elif kind is TokenType.ON or kind is TokenType.USING:
            if joins[-1]:
                joins[-1] -= 1
                pending -= 1
        elif kind is TokenType.FROM:
            froms[-1] += 1  # DuckDB: `FROM a, FROM b`
            begun += 1
        else:
            pending -= joins[-1]
            begun -= froms[-1]
            joins[-1] = froms[-1] = 0
            if kind is TokenType.SEMICOLON:
                level = angles = pending = begun = 0
                joins, froms = [0], [0]
        deepest = max(deepest, level + pending + begun + angles)
    return Nesting(deepest + _words(tokens, kinds), _subscripts(kinds), most_pending)


def _words(tokens: Sequence[Token], kinds: list[TokenType]) -> int:
    """The longest run of words and signs that may each stand before the next."""
    longest = run = 0
    for at, kind in enumerate(kinds):
        if kind in _OPERANDS:
            ends = kind is not TokenType.VAR or tokens[at].text.upper() not in _TAKING
        else:
            ends = kind in _OPERATORS and at > 0 and kinds[at - 1] in _NAMES
        if ends:
            run = 0
            continue
        run += 1
        longest = max(longest, run)
    return longest


def _subscripts(kinds: list[TokenType]) -> int:
    """The longest run of subscripts, each behind the one before it, or the number of method calls."""
    if TokenType.L_BRACKET not in kinds and TokenType.DOT not in kinds:
        return 0
    longest = 0
    calls = 0
    runs = [0]
    closed = called = False
    for kind in kinds:
        if kind is TokenType.L_BRACKET:
            runs[-1] = runs[-1] + 1 if closed else 1
            longest = max(longest, runs[-1])
            runs.append(0)
        elif kind is TokenType.DOT:
            calls += called
        called = kind is TokenType.R_PAREN
        closed = kind is TokenType.R_BRACKET
        if closed and len(runs) > 1:
            runs.pop()
    return max(longest, calls)


class Room:
    """How much one thread's stack takes.

    Attributes:
        levels: how deep a text may nest that is parsed on this stack.
    """

    __slots__ = ("levels",)

    def __init__(self) -> None:
        stack = _stack()
        self.levels = min(max(stack - _CALLERS, stack // 2) // _LEVEL, _MOST_UNMEASURED)

    def run(self, parse: Callable[[], T], levels: int) -> T:
        """What the call returns or raises, made on this stack if so many levels fit, else on one that has room.

        Raises:
            RecursionError: no thread could be started.
        """
        return parse() if levels <= self.levels else _elsewhere(parse)


def _stack() -> int:
    """The size of this thread's stack, in bytes, as far as it can be told."""
    if threading.current_thread() is not threading.main_thread():
        return _of_thread() or _SMALL_STACK
    if sys.platform == "win32":
        return 1 << 20  # the interpreter's own, by its linker
    import resource

    soft = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return 8 << 20 if soft == resource.RLIM_INFINITY else soft


def _of_thread() -> int:
    """The size of the stack that the system gave this thread, in bytes; 0 where it does not tell.

    Linux, "pthread_getattr_np"; macOS, "pthread_get_stacksize_np".
    """
    try:
        import ctypes

        system = ctypes.CDLL(None)
        system.pthread_self.restype = ctypes.c_void_p
        this = ctypes.c_void_p(system.pthread_self())
        if sys.platform == "darwin":
            system.pthread_get_stacksize_np.restype = ctypes.c_size_t
            return int(system.pthread_get_stacksize_np(this))
        attributes = ctypes.create_string_buffer(256)  # more than any system's pthread_attr_t
        if system.pthread_getattr_np(this, attributes) != 0:
            return 0
        start, size = ctypes.c_void_p(), ctypes.c_size_t()
        told = system.pthread_attr_getstack(attributes, ctypes.byref(start), ctypes.byref(size))
        system.pthread_attr_destroy(attributes)
        return size.value if told == 0 else 0
    except (ImportError, OSError, AttributeError, TypeError):
        return 0


_starting = threading.Lock()


def _elsewhere(parse: Callable[[], T]) -> T:
    """The same in a thread of our own."""
    found: list[T] = []
    failed: list[BaseException] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            found.append(context.run(parse))
        except BaseException as error:  # noqa: BLE001  # it is raised again where it was asked for
            failed.append(error)

    thread = threading.Thread(target=run, name="classify-parser", daemon=True)
    # The size is the process's: other threads that start in this moment get more stack than they ask for, never less.
    with _starting:
        before = threading.stack_size()
        try:
            threading.stack_size(max(before, _OWN_STACK))
            thread.start()
        except (RuntimeError, ValueError) as error:
            raise RecursionError("no thread with a deep stack could be started") from error
        finally:
            threading.stack_size(before)
    thread.join()
    if failed:
        raise failed[0]
    return found[0]
