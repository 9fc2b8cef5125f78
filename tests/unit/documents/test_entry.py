"""What a document that has its form gives: values of the kinds that it says, and places for what is wrong in them."""

from __future__ import annotations

import datetime

import pytest

from classify.documents import (
    Day,
    Either,
    Entry,
    Field,
    Form,
    ListOf,
    MapOf,
    Problems,
    Record,
    Ref,
    Text,
    Truth,
    Whole,
    check,
    parse_document,
)
from classify.errors import FileError

NAME = Text("a name")
FORM = Form(
    "things",
    "Things",
    Record("a file", {"things": Field(MapOf("thing", NAME, Ref("thing")))}),
    {
        "thing": Either(
            "a name or a thing",
            (
                NAME,
                Record(
                    "a thing",
                    {
                        "names": Field(Either("a name or a list of them", (NAME, ListOf(NAME)))),
                        "pairs": Field(ListOf(ListOf(NAME, least=2))),
                        "size": Field(Whole(0, 9)),
                        "old": Field(Truth()),
                        "until": Field(Day()),
                        "parts": Field(ListOf(Record("a part", {"name": Field(NAME)}))),
                        "inside": Field(MapOf("thing", NAME, Ref("thing"))),
                    },
                ),
            ),
        )
    },
)
TEXT = """\
things:
  plain: word
  full:
    names: [a, 7, b]
    pairs: [[c, d], [e, 1], [f, g]]
    size: 3
    old: true
    until: 2027-06-30
    parts: [{name: x}, 5, {name: y}]
    inside: {"deep one": {names: z}}
"""


def _checked() -> tuple[Entry, Problems]:
    problems = Problems("things.yaml")
    found = check(parse_document(TEXT, "things.yaml"), FORM, problems)
    assert found is not None
    things = found.entry("things")
    assert things is not None
    return things, problems


def test_values_are_of_the_kinds_that_the_form_says() -> None:
    things, _ = _checked()
    assert things.names() == ("plain", "full")
    assert (things.text("plain"), things.entry("plain"), things.optional("full"), things.text("none")) == (
        "word", None, None, "")  # fmt: skip
    full = things.entry("full")
    assert full is not None
    assert full.texts("names") == ("a", "b")
    assert full.lists("pairs") == (("c", "d"), ("e",), ("f", "g"))
    assert (full.whole("size"), full.whole("until"), full.whole("none")) == (3, None, None)
    assert (full.truth("old"), full.truth("none"), full.is_true("size")) == (True, None, False)
    assert full.day("until") == datetime.date(2027, 6, 30)
    assert [part.text("name") for part in full.entries("parts")] == ["x", "y"]
    assert "names" in full
    assert "none" not in full


def test_what_the_form_refuses_is_told_and_keeps_the_numbers_of_the_others() -> None:
    things, problems = _checked()
    assert [str(problem) for problem in problems.listed] == [
        "things.yaml:4:16: $.things.full.names[1]: expected a name, found `7`, put it in quotes",
        "things.yaml:5:25: $.things.full.pairs[1][1]: expected a name, found `1`, put it in quotes",
        "things.yaml:9:24: $.things.full.parts[1]: expected a part, found `5`",
    ]
    full = things.entry("full")
    assert full is not None
    assert [said.path for said in full.said("names", "pairs")] == [
        "$.things.full.names[0]",
        "$.things.full.names[2]",
        "$.things.full.pairs[0][0]",
        "$.things.full.pairs[0][1]",
        "$.things.full.pairs[1][0]",
        "$.things.full.pairs[2][0]",
        "$.things.full.pairs[2][1]",
    ]
    assert [part.path for part in full.entries("parts")] == ["$.things.full.parts[0]", "$.things.full.parts[2]"]


def test_what_a_reader_finds_wrong_stands_at_its_place() -> None:
    things, problems = _checked()
    before = set(problems.listed)
    full = things.entry("full")
    assert full is not None
    inside = full.entry("inside")
    assert inside is not None
    deep = inside.entry("deep one")
    assert deep is not None
    assert [said.is_one_of(("y", "zz"), "name") for said in deep.said("names")] == [False]
    assert things.value("plain").is_one_of(["word"], "name")
    deep.wrong("is too deep")
    things.key("plain").wrong("is too plain")
    full.value("size").wrong("is too small")
    assert [str(problem) for problem in problems.listed if problem not in before] == [
        "things.yaml:2:3: $.things.plain: is too plain",
        "things.yaml:6:11: $.things.full.size: is too small",
        'things.yaml:10:26: $.things.full.inside["deep one"]: is too deep',
        'things.yaml:10:34: $.things.full.inside["deep one"].names: unknown name `z` (did you mean `zz`?)',
    ]
    with pytest.raises(FileError, match="is too plain"):
        problems.raise_any()
