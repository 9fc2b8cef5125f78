"""Events: one way of writing each, and nothing in it that its kind does not hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from classify.audit import Event, EventError, canonical, event_of
from classify.audit.event import FIELDS, KINDS
from tests.unit.audit.logs import ANN, DIGEST, log


def changed(body: bytes, **values: Any) -> bytes:
    return canonical({**json.loads(body), **values})


def test_an_event_is_read_as_it_was_written() -> None:
    for body in log():
        event = event_of(body)
        assert event.body() == body
        assert body == rfc8785.dumps(json.loads(body))
    assert event_of(log()[1]).kind == "request.made"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abz_", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcxyz_.", max_size=4), VALUES, max_size=5))
def test_the_form_is_that_of_rfc_8785(document: dict[str, Any]) -> None:
    assert canonical(document) == rfc8785.dumps(document)


BODY = log()[4]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is no JSON"),
        (b"[]", "is no JSON object"),
        (b"[" * 100_000, "is no JSON"),
        (BODY + b" ", "is not in its canonical form"),
        (BODY.replace(b'"v":1', b'"v":1.0'), "is no JSON: `1.0` is no whole number"),
        (BODY.replace(b'"v":1', b'"v":1,"v":1'), "is no JSON: a key is there twice"),
        (BODY.replace(b'"v":1', b'"v":NaN'), "is no JSON: `NaN` is no whole number"),
        (BODY.replace("größte".encode(), b"gr\\u00f6\\u00dfte"), "is not in its canonical form"),
        (BODY.replace("größte".encode(), b"\\ud800"), "`query.decided` has a `rules` that is none"),
        (BODY.replace("größte".encode(), b"\xff"), "is no JSON"),
        (changed(BODY, v=2), "has a `v` that is none"),
        (changed(BODY, v=True), "has a `v` that is none"),
        (changed(BODY, seq=-1), "has a `seq` that is none"),
        (changed(BODY, seq=2**53), "has a `seq` that is none"),
        (changed(BODY, at="2026-02-30T00:00:00.000000Z"), "has a `at` that is none"),
        (changed(BODY, type="query.leaked"), "has a `type` that is none"),
        (changed(BODY, literal="123-45-6789"), "`query.decided` has no `literal`"),
        (changed(BODY, requester="ann@example.org"), "`query.decided` has a `requester` that is none"),
        (changed(BODY, statement="select 1"), "`query.decided` has a `statement` that is none"),
        (changed(BODY, rules=["a\nb"]), "`query.decided` has a `rules` that is none"),
        (changed(BODY, columns=[{"name": "a"}]), "`query.decided` has a `columns` that is none"),
        (canonical({key: value for key, value in json.loads(BODY).items() if key != "grants"}),
         "`query.decided` needs `grants`"),
        (canonical({key: value for key, value in json.loads(BODY).items() if key != "prev"}), "has no `prev`"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(EventError) as caught:
        event_of(body)
    assert str(caught.value).startswith(message)


def test_nothing_is_written_that_could_not_be_read() -> None:
    event = event_of(BODY)
    with pytest.raises(EventError):
        evolve(event, fields={**event.fields, "row": "123-45-6789"}).body()
    with pytest.raises(EventError):
        Event("main", 0, "x", event.at, "store.created", {"origin": "o"}).body()


def test_each_kind_holds_fields_that_are_known_and_each_field_is_held() -> None:
    held = {name.rstrip("?") for kind in KINDS.values() for name in kind.split()}
    assert held == set(FIELDS)
    assert FIELDS["requester"](ANN)
    assert FIELDS["digest"](DIGEST)
