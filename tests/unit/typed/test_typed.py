"""Labelled values while a program runs: nothing prints them, and nothing hands them out by accident."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import io
import json
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import pytest

from classify import Scheme, UsageError, arrow
from classify.typed import (
    Confidential,
    Internal,
    Labeled,
    Public,
    RedactingFilter,
    Restricted,
    ReturnRefused,
    RevealRefused,
    TypedLevel,
    returns,
)

VALUE = "078-05-1120"


@pytest.fixture
def ssn() -> Labeled[str, Restricted]:
    return Labeled(VALUE, Restricted, "pii.ssn", residency="us")


SHOWN: list[Callable[[Any], str]] = [
    str,
    repr,
    "{}".format,
    "{!r:>30}".format,
    lambda one: f"{one:>40} {one!s}",
    lambda one: "%s %r" % (one, [one]),  # noqa: UP031  # as logging does it
    lambda one: json.dumps({"a": one}, default=str),
    lambda one: repr(dataclasses.make_dataclass("Row", ["ssn"])(one)),
    lambda one: repr(attrs.make_class("Row", ["ssn"])(one)),
    lambda one: repr(pickle.dumps(one)),
    lambda one: repr(copy.deepcopy([one])),
    lambda one: str(UsageError(one)),
    lambda one: str(pd.Series([one])),
]


@pytest.mark.parametrize("show", SHOWN)
def test_nothing_shows_the_value(ssn: Labeled[str, Restricted], show: Callable[[Any], str]) -> None:
    found = show(ssn)
    assert "078" not in found
    assert "restricted" in found


@pytest.mark.parametrize("use", [bool, list, len, int, iter, json.dumps, lambda one: one + "x", lambda one: one < "1"])
def test_what_would_tell_of_it_is_an_error(ssn: Labeled[str, Restricted], use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as failed:
        use(ssn)
    assert "078" not in str(failed.value)


def test_a_value_is_equal_to_itself_alone(ssn: Labeled[str, Restricted]) -> None:
    assert ssn == ssn  # noqa: PLR0124
    assert ssn != Labeled(VALUE, Restricted, "pii.ssn", residency="us")
    assert copy.copy(ssn) is copy.deepcopy(ssn) is ssn
    assert {ssn: 1}[ssn] == 1


def test_what_is_made_of_it_has_its_label(ssn: Labeled[str, Restricted]) -> None:
    assert str(ssn.label) == "restricted pii.ssn @us"
    assert ssn.map(len).label == ssn.label
    both = Labeled("Ann", Public, "pii.name").zip(ssn)
    assert str(both.label) == "restricted pii.name pii.ssn @us"
    assert both.reveal(Restricted, "a test") == ("Ann", VALUE)
    assert str(Labeled(1, Public).zip(Labeled(2, Confidential))) == "<confidential>"


def test_it_is_revealed_to_who_may_see_it(ssn: Labeled[str, Restricted], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "classify.reveal")
    assert ssn.reveal(Restricted, reason=" asked for\n") == VALUE
    assert caplog.messages == ["revealed restricted pii.ssn @us with clearance restricted: asked for"]
    with pytest.raises(RevealRefused, match=r"class restricted pii\.ssn @us is above the clearance confidential"):
        ssn.reveal(Confidential, reason="asked for")
    for reason in ("", "  ", None):
        with pytest.raises(UsageError, match="needs a reason"):
            ssn.reveal(Restricted, reason=reason)  # type: ignore[arg-type]
    for clearance in ("restricted", str, TypedLevel, None):
        with pytest.raises(UsageError, match="expected a level as a type"):
            ssn.reveal(clearance, reason="asked for")  # type: ignore[arg-type]
    assert len(caplog.messages) == 1


def test_a_function_that_fails_says_nothing_of_it(ssn: Labeled[str, Restricted]) -> None:
    with pytest.raises(RevealRefused, match="raised ValueError; what it said is left out") as failed:
        ssn.map(int)
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)


def test_what_is_pickled_leaves_its_value_behind(ssn: Labeled[str, Restricted]) -> None:
    found = pickle.loads(pickle.dumps(ssn))
    assert (str(found), found.label) == ("<restricted>", ssn.label)
    uses: tuple[Callable[[], object], ...] = (
        lambda: found.reveal(Restricted, "a test"),
        lambda: found.map(len),
        lambda: found.zip(ssn),
        lambda: ssn.zip(found),
    )
    for use in uses:
        with pytest.raises(RevealRefused, match="its value left behind"):
            use()


def test_levels_of_ones_own() -> None:
    own = Scheme(("low", "mid", "high"), "high", categories=["pii"])

    class High(TypedLevel, level="high", scheme=own): ...

    class Low(High, level="low"): ...

    assert (Low.level, Low.scheme, High.level) == ("low", own, "high")
    found = Labeled(1, High, "pii")
    assert str(found) == "<high>"
    with pytest.raises(UsageError, match="unknown category `pui`"):
        Labeled(1, High, "pui")
    with pytest.raises(UsageError, match="different schemes"):
        found.zip(Labeled(1, Restricted))
    with pytest.raises(UsageError, match="of another scheme than the value"):
        found.reveal(Restricted, "a test")
    with pytest.raises(UsageError, match="its level must be lower, and `mid` is not"):

        class Mid(Low, level="mid"): ...

    with pytest.raises(UsageError, match="unknown level `top`"):

        class Top(TypedLevel, level="top"): ...

    with pytest.raises(UsageError, match="a level of another scheme"):

        class Mixed(Public, level="low", scheme=own): ...

    with pytest.raises(UsageError, match="has no values"):
        High()
    assert str(refused(returns("mid", scheme=own)(lambda: found))).endswith("above its ceiling mid")
    assert str(refused(returns("public")(lambda: found)).label) == "restricted * @*"


def refused(call: Callable[[], object]) -> ReturnRefused:
    with pytest.raises(ReturnRefused) as failed:
        call()
    return failed.value


@attrs.frozen
class Row:
    value: object


@dataclasses.dataclass
class Data:
    value: object


class Model(pydantic.BaseModel, arbitrary_types_allowed=True):
    value: Any


TAGGED = arrow.tag(pa.table({"id": [1]}), {"id": "internal"})


@pytest.mark.parametrize(
    "value",
    [
        Labeled(1, Internal), TAGGED, TAGGED.schema, arrow.to_pandas(TAGGED), [TAGGED], {"a": (Labeled(1, Public),)},
        Row(Labeled(1, Internal)), "text", None, [], {}, 3, [1, "x"],
    ],
)  # fmt: skip
def test_what_is_within_the_ceiling_is_returned(value: Any) -> None:
    assert returns("internal")(lambda: value)() is value


@pytest.mark.parametrize(
    "value",
    [
        Labeled(1, Restricted), pa.table({"a": [1]}), arrow.tag(pa.table({"a": [1]}), label="confidential"),
        pa.table({"a": [1]}).to_batches()[0], pa.array([1]), pd.DataFrame({"a": [1]}), pd.Series([1]),
        pl.DataFrame({"a": [1]}),
        [Labeled(1, Restricted)], {Labeled(1, Restricted): 1}, {"a": {"b": (frozenset([Labeled(1, Restricted)]),)}},
        Row([Labeled(1, Restricted)]), Data(Labeled(1, Restricted)), Model(value=Labeled(1, Restricted)),
        [[[[[[[[[[Labeled(1, Restricted)]]]]]]]]]],
        pa.schema([pa.field("a", pa.int8(), metadata={"classify:label": "{"})]),
    ],
)  # fmt: skip
def test_what_is_above_it_is_not(value: Any) -> None:
    error = refused(returns("internal")(lambda: value))
    assert error.ceiling == "internal"
    assert str(error).endswith(f"returns class {error.label.level}, which is above its ceiling internal")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_every_kind_of_function_is_held_to_it() -> None:
    log: list[object] = []

    @returns("internal")
    def plain(value: Any) -> Any:
        return value

    @returns("internal")
    async def coroutine(value: Any) -> Any:
        return value

    @returns("internal")
    def generator(value: Any) -> Generator[Any, str, Any]:
        try:
            sent = yield 1
            log.append(sent)
            try:
                yield value
            except KeyError as error:
                log.append(error)
                yield 3
            return value
        finally:
            log.append("closed")

    @returns("internal")
    async def stream(value: Any) -> AsyncIterator[Any]:
        try:
            yield 1
            yield value
        finally:
            log.append("closed")

    async def all_of(value: Any) -> list[Any]:
        return [one async for one in stream(value)]

    high = Labeled(1, Restricted)
    assert (plain(2), asyncio.run(coroutine(2)), asyncio.run(all_of(2))) == (2, 2, [1, 2])
    assert plain.__name__ == "plain"
    refused(lambda: plain(high))
    refused(lambda: asyncio.run(coroutine(high)))
    log.clear()
    refused(lambda: asyncio.run(all_of(high)))
    refused(lambda: list(generator(high)))
    assert log == ["closed", None, "closed"]
    log.clear()
    steps = generator(2)
    error = KeyError("x")
    assert (next(steps), steps.send("sent"), steps.throw(error)) == (1, 2, 3)
    with pytest.raises(StopIteration) as ended:
        next(steps)
    assert (ended.value.value, log) == (2, ["sent", error, "closed"])
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(plain, range(9))) == list(range(9))


def test_an_unknown_level_is_told_at_once() -> None:
    with pytest.raises(UsageError, match="unknown level `secret`"):
        returns("secret")


def logged(*arguments: Any, **options: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s %(more)s", defaults={"more": ""}))
    handler.addFilter(RedactingFilter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning(*arguments, **options)
    return stream.getvalue().strip()


def test_the_filter_keeps_values_and_tables_out_of_logs(ssn: Labeled[str, Restricted]) -> None:
    frame = pd.DataFrame({"ssn": [VALUE]})
    assert logged("ssn %s of %d", ssn, 3) == "ssn <restricted> of 3"
    assert logged("number %d", ssn.map(len)) == "number %d ('<restricted>',)"
    assert logged("%(who)s", {"who": ssn}) == "<restricted>"
    assert logged(ssn) == "<restricted>"
    assert logged("%s %s %s", frame, pa.table({"a": [VALUE]}), [frame]) == "<table> <table> ['<table>']"
    assert logged(frame) == "<table>"
    assert logged("x", extra={"more": {"a": [frame, ssn]}}) == "x {'a': ['<table>', '<restricted>']}"
    assert logged("100 % done") == "100 % done"
    assert logged("%s", "plain") == "plain"


def test_the_filter_leaves_other_records_as_they_are() -> None:
    arguments = ([1, "a"], {"b": 2})
    record = logging.LogRecord("n", logging.INFO, "p", 1, "%s %s", arguments, None)
    assert RedactingFilter().filter(record)
    assert record.args is arguments
    assert record.msg == "%s %s"
