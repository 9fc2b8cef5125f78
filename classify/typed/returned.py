"""`returns`: what a function returns is held to a ceiling."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from classify.arrow import from_pandas, label_of
from classify.errors import ClassifyError, UsageError
from classify.labels import DEFAULT_SCHEME, Label, Scheme
from classify.typed.labeled import Labeled

P = ParamSpec("P")
R = TypeVar("R")

_DEEPEST = 8  # of containers in containers: values are in the first few


class ReturnRefused(ClassifyError):
    """A function was about to return something above its ceiling.

    Attributes:
        label: of what it was about to return.
        ceiling: the level that holds.
    """

    def __init__(self, message: str, label: Label, ceiling: str) -> None:
        super().__init__(message)
        self.label = label
        self.ceiling = ceiling

    def __reduce__(self) -> tuple[Callable[..., ReturnRefused], tuple[Any, ...]]:
        return ReturnRefused, (str(self), self.label, self.ceiling)


def returns(ceiling: str, *, scheme: Scheme = DEFAULT_SCHEME) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that lets a function return nothing above a level: no `Labeled` value and no table.

    Of a generator each value that it yields is held to it, of a coroutine what it comes to; of containers and objects
    with declared fields, what is in them. A table without labels is top; other values have none, and pass.

    >>> from classify.typed import Internal, Labeled, Restricted, returns
    >>> @returns("internal")
    ... def contact(known: bool) -> Labeled[str, Restricted]:
    ...     return Labeled("a desk", Internal) if known else Labeled("078-05-1120", Restricted)
    >>> contact(True)
    <internal>
    >>> contact(False)
    Traceback (most recent call last):
    classify.typed.returned.ReturnRefused: `contact` returns class restricted, which is above its ceiling internal

    Raises:
        UsageError: an unknown level.
        ReturnRefused: when the function is called, and returns more.
    """
    highest = scheme.level(ceiling)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = getattr(function, "__qualname__", type(function).__qualname__)

        def checked(value: Any) -> Any:
            label = _label(value, scheme, _DEEPEST)
            if label is not None and label.level.rank > highest.rank:
                said = f"`{name}` returns class {label.level}, which is above its ceiling {ceiling}"
                raise ReturnRefused(said, label, ceiling)
            return value

        return functools.wraps(function)(_wrapped(function, checked))

    return decorate


def _wrapped(function: Callable[..., Any], checked: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of the same kind whose values are checked."""
    if inspect.iscoroutinefunction(function):

        async def coroutine(*arguments: Any, **named: Any) -> Any:
            return checked(await function(*arguments, **named))

        return coroutine
    if inspect.isasyncgenfunction(function):

        def asynchronous(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
            return _async_steps(function(*arguments, **named), checked)

        return asynchronous
    if inspect.isgeneratorfunction(function):

        def generator(*arguments: Any, **named: Any) -> Generator[Any, Any, Any]:
            return _steps(function(*arguments, **named), checked)

        return generator

    def plain(*arguments: Any, **named: Any) -> Any:
        return checked(function(*arguments, **named))

    return plain


def _steps(inner: Generator[Any, Any, Any], checked: Callable[[Any], Any]) -> Generator[Any, Any, Any]:
    """What a generator yields and returns, checked; what is sent and thrown goes to it."""
    step: Callable[[], Any] = functools.partial(next, inner)
    try:
        while True:
            try:
                value = step()
            except StopIteration as end:
                return checked(end.value)
            try:
                sent = yield checked(value)
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is the generator's
                step = functools.partial(inner.throw, error)
            else:
                step = functools.partial(inner.send, sent)
    finally:
        inner.close()


async def _async_steps(inner: Any, checked: Callable[[Any], Any]) -> AsyncIterator[Any]:
    """The same of an asynchronous one."""
    step: Callable[[], Any] = inner.__anext__
    try:
        while True:
            try:
                value = await step()
            except StopAsyncIteration:
                return
            try:
                sent = yield checked(value)
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is the generator's
                step = functools.partial(inner.athrow, error)
            else:
                step = functools.partial(inner.asend, sent)
    finally:
        await inner.aclose()


def _label(value: Any, scheme: Scheme, depth: int) -> Label | None:
    """The label of what is returned, or None where it has none."""
    if isinstance(value, Labeled):
        # A level of another scheme is compared by nobody, and so is above every ceiling.
        return value.label if value._level.scheme == scheme else scheme.top
    kinds = {one.__module__.partition(".")[0] for one in type(value).__mro__}
    if "pyarrow" in kinds:
        return _label_of_table(value, scheme)
    if "pandas" in kinds:
        frame = value if hasattr(value, "columns") else None
        return _label_of_table(from_pandas(frame, scheme=scheme), scheme) if frame is not None else scheme.top
    if "polars" in kinds:
        return scheme.top  # its frames keep no metadata
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = list(value)
    else:
        parts = [getattr(value, name, None) for name in _field_names(type(value))]
    if not parts:
        return None
    if depth == 0:
        return scheme.top
    found = [one for one in (_label(part, scheme, depth - 1) for part in parts) if one is not None]
    return scheme.high_water_mark(found) if found else None


def _field_names(kind: Any) -> Iterable[str]:
    """The fields of an attrs class, a dataclass or a pydantic model; of others none."""
    for name in ("__attrs_attrs__", "__dataclass_fields__", "model_fields"):
        found = getattr(kind, name, None)
        if found is not None:
            return [one.name for one in found] if name == "__attrs_attrs__" else list(found)
    return ()


def _label_of_table(value: Any, scheme: Scheme) -> Label:
    try:
        return label_of(value, scheme=scheme)
    except UsageError:  # an array, which has no schema, or labels that nobody can read
        return scheme.top
