"""Names are split into parts, and fold as each dialect's manual says."""

from __future__ import annotations

import pytest

from classify.errors import UsageError
from classify.names import FOLDING, Folding, Part, loosest, parse_name
from classify.sql.names.dialects import dialect_names


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("users", [Part("users")]),
        ("app.users", [Part("app"), Part("users")]),
        ('db."My ""own"" Schema".t', [Part("db"), Part('My "own" Schema', True), Part("t")]),
        (' app . "Users" ', [Part("app"), Part("Users", True)]),
        ("größe.日本", [Part("größe"), Part("日本")]),
        ('"a.b"', [Part("a.b", True)]),
    ],
)
def test_a_name_is_its_parts(text: str, parts: list[Part]) -> None:
    assert list(parse_name(text).parts) == parts


@pytest.mark.parametrize("text", ["", " ", ".", "app.", ".users", "a..b", '"a', 'a"b"', '"a"b', "a b", '""'])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a name: expected parts joined by dots"):
        parse_name(text)


@pytest.mark.parametrize("text", ["users", 'app."Users"', '"a.b"."c""d"', '"1st"', '"with space"'])
def test_the_canonical_spelling_means_the_same_name(text: str) -> None:
    assert str(parse_name(text)) == text


def test_a_part_that_is_no_plain_word_is_quoted_in_its_canonical_spelling() -> None:
    assert str(Part("Weird Name")) == '"Weird Name"'
    assert str(Part("1st")) == '"1st"'


@pytest.mark.parametrize(
    ("folding", "plain", "quoted"),
    [
        (Folding.LOWER, "abc", "aBc"),
        (Folding.UPPER, "ABC", "aBc"),
        (Folding.INSENSITIVE, "abc", "abc"),
        (Folding.SENSITIVE, "aBc", "aBc"),
        (Folding.PREFER_EXACT, "aBc", "aBc"),
    ],
)
def test_folding(folding: Folding, plain: str, quoted: str) -> None:
    assert (folding.fold("aBc", False), folding.fold("aBc", True)) == (plain, quoted)


def test_the_analyser_knows_exactly_the_dialects_that_have_a_folding() -> None:
    assert set(dialect_names()) == set(FOLDING)


def test_columns_are_never_stricter_than_datasets_where_the_server_decides() -> None:
    loose = {Folding.PREFER_EXACT: {Folding.PREFER_EXACT, Folding.INSENSITIVE}}
    for dialect, row in FOLDING.items():
        assert row.columns in loose.get(row.datasets, {row.datasets}), dialect


@pytest.mark.invariant("one-loosest-key")
@pytest.mark.parametrize("folding", list(Folding))
def test_names_that_a_folding_takes_for_one_have_one_loosest_key(folding: Folding) -> None:
    texts = ["aBc", "abc", "ABC", "Straße", "STRASSE", "strasse", "İ", "i", "ı", "I", "ſ", "s", "S", "Ω", "ω", "K", "k"]
    for one in texts:
        key = folding.fold(one, False)
        assert loosest(key) == loosest(one)
        for other in texts:
            if folding.fold(other, False) == key:
                assert loosest(other) == loosest(one), (one, other)
