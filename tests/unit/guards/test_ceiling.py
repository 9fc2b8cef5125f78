"""The ceiling of a piece of code, while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import inspect
import threading
from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest

import classify
from classify import UsageError, ceiling
from classify.guards.ceiling import CURRENT


def levels() -> tuple[str, ...]:
    return CURRENT.get().levels


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    assert levels() == ()


def test_over_a_function_and_in_a_block() -> None:
    @ceiling("internal", purpose="reports")
    def inside(one: int, *, two: int) -> tuple[Any, ...]:
        """Its docstring."""
        return one, two, levels(), CURRENT.get().purpose

    assert inside(1, two=2) == (1, 2, ("internal",), "reports")
    assert (inside.__name__, inside.__doc__) == ("inside", "Its docstring.")
    with ceiling("public"):
        assert levels() == ("public",)
        assert inside(1, two=2)[2:] == (("public", "internal"), "reports")
        with ceiling("public"):
            assert levels() == ("public",)
    with contextlib.suppress(ZeroDivisionError), ceiling("public"):
        raise ZeroDivisionError


def test_over_methods_and_whole_classes() -> None:
    @ceiling("internal")
    class Service:
        name = "service"

        def method(self) -> tuple[str, ...]:
            return levels()

        @classmethod
        def of_class(cls) -> tuple[str, ...]:
            assert cls is Service
            return levels()

        @staticmethod
        def static() -> tuple[str, ...]:
            return levels()

        @property
        def value(self) -> tuple[str, ...]:
            return levels()

        @ceiling("public")
        def lower(self) -> tuple[str, ...]:
            return levels()

    found = Service()
    assert found.method() == found.of_class() == found.static() == found.value == ("internal",)
    assert found.lower() == ("internal", "public")
    assert found.name == "service"


@pytest.mark.invariant("a-ceiling-stays-inside")
def test_over_a_generator_each_step_is_inside_and_the_caller_never() -> None:
    seen: list[Any] = []

    @ceiling("internal")
    def rows(first: int) -> Generator[int, str, str]:
        try:
            seen.append(levels())
            seen.append((yield first))
            seen.append(levels())
            try:
                yield first + 1
            except KeyError:
                seen.append(("thrown", levels()))
            yield first + 2
        finally:
            seen.append(("closed", levels()))
        return "end"

    assert inspect.isgeneratorfunction(rows)
    body = rows(1)
    assert levels() == ()
    with ceiling("public"):
        assert next(body) == 1
        assert levels() == ("public",)
    assert levels() == ()
    assert body.send("sent") == 2
    assert body.throw(KeyError()) == 3
    assert list(body) == []
    assert seen == [
        ("public", "internal"), "sent", ("internal",), ("thrown", ("internal",)), ("closed", ("internal",))
    ]  # fmt: skip
    seen.clear()
    another = rows(1)
    next(another)
    thread = threading.Thread(target=another.close)
    thread.start()
    thread.join()
    assert seen[-1] == ("closed", ("internal",))
    third = rows(1)
    next(third)
    del third
    gc.collect()
    assert seen[-1] == ("closed", ("internal",))


def test_what_a_generator_returns_is_kept() -> None:
    @ceiling("internal")
    def inner() -> Generator[int, None, str]:
        yield 1
        return "end"

    def outer() -> Generator[int, None, None]:
        assert (yield from inner()) == "end"

    assert list(outer()) == [1]


def test_over_coroutines_and_their_tasks() -> None:
    @ceiling("internal")
    async def inside() -> tuple[str, ...]:
        await asyncio.sleep(0)
        assert await asyncio.create_task(below()) == ("internal",)
        assert await asyncio.to_thread(levels) == ("internal",)
        return levels()

    async def below() -> tuple[str, ...]:
        return levels()

    async def main() -> None:
        assert inspect.iscoroutinefunction(inside)
        first, second = await asyncio.gather(inside(), inside())
        assert first == second == ("internal",)
        task = asyncio.create_task(inside())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert levels() == ()

    asyncio.run(main())


def test_over_asynchronous_generators() -> None:
    seen: list[Any] = []

    @ceiling("internal")
    async def rows() -> AsyncGenerator[int, str]:
        try:
            seen.append((yield 1))
            await asyncio.sleep(0)
            seen.append(levels())
            try:
                yield 2
            except KeyError:
                seen.append("thrown")
            yield 3
        finally:
            seen.append(("closed", levels()))

    async def main() -> None:
        assert inspect.isasyncgenfunction(rows)
        body = rows()
        assert await anext(body) == 1
        assert levels() == ()
        assert await body.asend("sent") == 2
        assert await body.athrow(KeyError()) == 3
        await asyncio.create_task(_close(body))
        assert seen == ["sent", ("internal",), "thrown", ("closed", ("internal",))]
        async for one in rows():
            assert levels() == ()
            assert one

    async def _close(body: AsyncGenerator[int, str]) -> None:
        await body.aclose()

    asyncio.run(main())


def test_over_functions_that_hand_out_a_body_that_has_yet_to_run() -> None:
    async def body() -> tuple[str, ...]:
        await asyncio.sleep(0)
        return levels()

    def numbers() -> Iterator[tuple[str, ...]]:
        yield levels()

    async def later() -> AsyncGenerator[tuple[str, ...], None]:
        yield levels()

    class Callable:
        async def __call__(self) -> tuple[str, ...]:
            return levels()

    held = ceiling("internal")
    assert asyncio.run(held(lambda *_: body())()) == ("internal",)
    assert list(held(lambda *_: numbers())()) == [("internal",)]
    assert asyncio.run(held(functools.partial(body))()) == ("internal",)
    assert asyncio.run(held(Callable())()) == ("internal",)

    async def main() -> None:
        assert [one async for one in held(lambda *_: later())()] == [("internal",)]

    asyncio.run(main())


def test_a_pool_thread_loses_it_unless_it_is_carried_over() -> None:
    with ThreadPoolExecutor(1) as pool, ceiling("internal"):
        assert pool.submit(levels).result() == ()
        assert pool.submit(copy_context().run, levels).result() == ("internal",)


def test_a_block_in_a_generator_is_refused() -> None:
    def rows() -> Iterator[int]:
        with ceiling("internal"):
            yield 1

    with pytest.raises(UsageError, match="in a generator"):
        list(rows())

    async def more() -> AsyncGenerator[int, None]:
        with ceiling("internal"):
            yield 1

    async def main() -> None:
        with pytest.raises(UsageError, match="in a generator"):
            await anext(more())

    asyncio.run(main())


@pytest.mark.parametrize("wrong", [1, None, "text"])
def test_what_it_cannot_stand_over(wrong: Any) -> None:
    with pytest.raises(UsageError, match="stands over"):
        ceiling("internal")(wrong)
    with pytest.raises(UsageError, match="expected a text as `level`"):
        ceiling(1)  # type: ignore[arg-type]  # wrong on purpose
    assert repr(classify.ceiling("internal")) == "ceiling('internal')"
