"""The ceiling of a piece of code: the highest level that the SQL inside may touch, at commit and while it runs."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType, TracebackType
from typing import Any, TypeVar, cast

from classify.errors import UsageError

T = TypeVar("T")


class Limits:
    """The ceilings that hold in a context, each set inside the one before.

    Attributes:
        levels: their names; all of them hold.
        purpose: why the code asks, as the innermost ceiling that says so does.
    """

    __slots__ = ("_outer", "levels", "purpose")

    def __init__(self, levels: tuple[str, ...], purpose: str, outer: Limits | None) -> None:
        self.levels = levels
        self.purpose = purpose
        self._outer = outer

    def inside(self, level: str, purpose: str) -> Limits:
        """These, and one more."""
        levels = self.levels if level in self.levels else (*self.levels, level)
        return Limits(levels, purpose or self.purpose, self)

    @property
    def outer(self) -> Limits:
        """Those around the innermost one."""
        return self._outer if self._outer is not None else self


UNLIMITED = Limits((), "", None)
"""Where no code around sets a ceiling."""

CURRENT: ContextVar[Limits] = ContextVar("classify ceiling", default=UNLIMITED)


class ceiling:  # noqa: N801  # it is used like a function
    """The highest level that the SQL inside may touch: over a function, a class, or the body of WITH.

    `classify check` holds the SQL to it without importing the code. While the program runs, a guarded connection does,
    whatever the connection's own ceiling is: the lowest of all that hold counts, so that one inside another only
    narrows. Threads that a pool has started before do not inherit it; there the connection's own ceiling holds.

    >>> @ceiling("internal")
    ... def top_countries() -> str:
    ...     return "select country from app.users"
    >>> with ceiling("public"):
    ...     top_countries()
    'select country from app.users'

    Attributes:
        level: its name, a constant text, since the check reads the source alone.
        reason: why it is above the ceiling of the settings, where it is.
        purpose: why the code asks, for those who look at events.
    """

    __slots__ = ("level", "purpose", "reason")

    def __init__(self, level: str, reason: str = "", *, purpose: str = "") -> None:
        for name, value in (("level", level), ("reason", reason), ("purpose", purpose)):
            if not isinstance(value, str):
                raise UsageError(f"expected a text as `{name}` of a ceiling, found {type(value).__name__}")
        self.level = level
        self.reason = reason
        self.purpose = purpose

    def __repr__(self) -> str:
        return f"ceiling({self.level!r})"

    def __call__(self, decorated: T) -> T:
        if isinstance(decorated, type):
            for name, member in list(vars(decorated).items()):
                if (held := _held_member(self, member)) is not member:
                    setattr(decorated, name, held)
            return decorated
        if isinstance(decorated, (staticmethod, classmethod, property)):
            return cast("T", _held_member(self, decorated))
        if not callable(decorated):
            raise UsageError(f"a ceiling stands over a function or a class, found {type(decorated).__name__}")
        return cast("T", _held(self, decorated))

    def __enter__(self) -> None:
        if sys._getframe(1).f_code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
            raise UsageError(
                "`with ceiling(…)` in a generator would hold in its caller between two values: put @ceiling over it"
            )
        CURRENT.set(CURRENT.get().inside(self.level, self.purpose))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        CURRENT.set(CURRENT.get().outer)


def _held_member(own: ceiling, member: Any) -> Any:
    """A member of a class, held to the ceiling where it is a method or a property."""
    if isinstance(member, (staticmethod, classmethod)):
        return type(member)(_held(own, member.__func__))
    if isinstance(member, property):
        get, put, delete = (one and _held(own, one) for one in (member.fget, member.fset, member.fdel))
        return property(get, put, delete, member.__doc__)
    return _held(own, member) if isinstance(member, FunctionType) else member


def _held(own: ceiling, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose body runs below the ceiling, of whatever kind it is.

    INVARIANT a-ceiling-stays-inside: the ceiling is set and taken back within one step of the body, so that it never
    shows outside.
    """
    inner = function.func if isinstance(function, functools.partial) else function
    called = inner if inspect.isroutine(inner) else vars(type(inner)).get("__call__", inner)
    if inspect.iscoroutinefunction(called):

        @functools.wraps(function)
        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            return await _Stepped(own, function(*args, **kwargs))

        return coroutine
    if inspect.isasyncgenfunction(called):
        return functools.wraps(function)(_stepping(own, function))
    if inspect.isgeneratorfunction(called):

        @functools.wraps(function)
        def generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            with _step(own):
                body = function(*args, **kwargs)
            return (yield from _steps(own, body))

        return generator

    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        with _step(own):
            found = function(*args, **kwargs)
        return _held_result(own, found)

    return plain


def _held_result(own: ceiling, found: Any) -> Any:
    """What a function that is none of the known kinds returned: a body that has yet to run is held too."""
    if inspect.iscoroutine(found):
        return _awaited(own, found)
    if inspect.isgenerator(found):
        return _steps(own, found)
    if inspect.isasyncgen(found):
        return _stepping(own, lambda: found)()
    return found


async def _awaited(own: ceiling, body: Awaitable[Any]) -> Any:
    return await _Stepped(own, body)


@contextmanager
def _step(own: ceiling) -> Iterator[None]:
    token = CURRENT.set(CURRENT.get().inside(own.level, own.purpose))
    try:
        yield
    finally:
        CURRENT.reset(token)


class _Stepped:
    """An awaitable, each of whose steps runs below the ceiling."""

    def __init__(self, own: ceiling, body: Awaitable[Any]) -> None:
        self._own = own
        self._body = body

    def __await__(self) -> Generator[Any, Any, Any]:
        return _steps(self._own, self._body.__await__())


def _steps(own: ceiling, body: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """The same generator, each of whose steps runs below the ceiling."""
    sent: Any = None
    thrown: BaseException | None = None
    while True:
        try:
            with _step(own):
                found = body.send(sent) if thrown is None else body.throw(thrown)
        except StopIteration as stop:
            return stop.value
        sent = thrown = None
        try:
            sent = yield found
        except GeneratorExit:
            with _step(own):
                body.close()
            raise
        except BaseException as error:  # noqa: BLE001  # it is the body's to handle
            thrown = error


def _stepping(own: ceiling, make: Callable[..., AsyncGenerator[Any, Any]]) -> Callable[..., AsyncGenerator[Any, Any]]:
    """A function that makes the same asynchronous generators, each of whose steps runs below the ceiling."""

    async def stepped(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        body = make(*args, **kwargs)
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            try:
                step = body.asend(sent) if thrown is None else body.athrow(thrown)
                found = await _Stepped(own, step)
            except StopAsyncIteration:
                return
            sent = thrown = None
            try:
                sent = yield found
            except GeneratorExit:
                await _Stepped(own, body.aclose())
                raise
            except BaseException as error:  # noqa: BLE001  # it is the body's to handle
                thrown = error

    return stepped
