"""Levels, labels and schemes, by example."""

from __future__ import annotations

import pytest

from classify.errors import UsageError
from classify.labels import DEFAULT_SCHEME, DeclassifyingFunction, Label, Scheme

SCHEME = DEFAULT_SCHEME


def label(level: str, *categories: str, residency: tuple[str, ...] = ()) -> Label:
    return SCHEME.label(level, categories, residency)


def test_the_default_scheme_treats_what_nobody_tagged_as_its_highest() -> None:
    assert SCHEME.names == ("public", "internal", "confidential", "restricted")
    assert SCHEME.untagged.level == "restricted"


def test_a_kind_of_a_category_implies_it() -> None:
    assert label("public", "pii", "pii.ssn") == label("public", "pii.ssn")
    assert label("public", "pii.ssn").dominates(label("public", "pii"))
    assert not label("public", "pii").dominates(label("public", "pii.ssn"))
    assert not label("public", "pii.ssn").dominates(label("public", "pii.s"))


def test_what_two_kinds_have_in_common_is_their_category() -> None:
    assert label("internal", "pii.ssn").meet(label("public", "pii.email")) == label("public", "pii")


def test_data_of_two_regions_may_stay_in_neither_alone() -> None:
    both = label("public", residency=("eu",)).join(label("public", residency=("us",)))
    assert both.residency == {"eu", "us"}
    assert not label("public", residency=("eu",)).dominates(both)


def test_every_category_is_more_than_any_list_of_them() -> None:
    assert label("public", "*", "pii").categories == {"*"}
    assert label("public", "*").dominates(label("public", "pii.ssn"))
    assert not label("public", "pii.ssn").dominates(label("public", "*"))


def test_the_high_water_mark_of_nothing_is_the_bottom() -> None:
    assert SCHEME.high_water_mark([]) == label("public")


def test_spelling() -> None:
    assert str(label("restricted", "pii.ssn", "finance", residency=("us", "eu"))) == "restricted finance pii.ssn @eu,us"
    assert label("restricted", "pii.ssn").to_dict() == {
        "level": "restricted",
        "categories": ["pii.ssn"],
        "residency": [],
    }


@pytest.mark.invariant("levels-compare-by-rank")
def test_levels_never_compare_by_their_spelling() -> None:
    assert SCHEME.level("public") < SCHEME.level("internal")
    assert max(SCHEME.levels) == "restricted"
    with pytest.raises(TypeError, match="a level has no order with str"):
        _ = SCHEME.level("public") < "internal"
    with pytest.raises(TypeError, match="a level has no order with str"):
        _ = "public" < SCHEME.level("internal")  # noqa: SIM300  # the other side is asked first


def test_an_unknown_level_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"unknown level `confidental` \(did you mean `confidential`\?\)"):
        SCHEME.label("confidental")


@pytest.mark.parametrize("category", ["", ".pii", "pii.", "pii..ssn", "a b", 'pii"', "pii,ssn"])
def test_what_is_no_category_is_refused(category: str) -> None:
    with pytest.raises(UsageError, match="is no category, expected words joined by dots"):
        SCHEME.label("public", [category])


def test_a_scheme_that_lists_categories_knows_no_others() -> None:
    scheme = Scheme(("low", "high"), "high", frozenset(("pii.ssn", "finance")))
    assert set(scheme.categories or ()) == {"pii", "pii.ssn", "finance"}
    assert scheme.label("low", ["pii"]).categories == {"pii"}
    assert scheme.label("low", ["*"]).categories == {"*"}
    with pytest.raises(UsageError, match=r"unknown category `pii.snn` \(did you mean `pii.ssn`\?\)"):
        scheme.label("low", ["pii.snn"])


@pytest.mark.parametrize(
    ("names", "default"),
    [
        ((), "x"),
        (("a", "a"), "a"),
        (("a", "b"), "c"),
        (("a b",), "a b"),
        (("*",), "*"),
    ],
)
def test_what_is_no_scheme_is_refused(names: tuple[str, ...], default: str) -> None:
    with pytest.raises(UsageError):
        Scheme(names, default)


@pytest.mark.parametrize(
    "function", "min MAX any_value array_agg substring substr left SUBSTR pg_catalog.substr lower coalesce".split()
)
def test_what_returns_its_input_cannot_declassify(function: str) -> None:
    with pytest.raises(UsageError, match=r"cannot declassify: it returns .*, remove it"):
        DeclassifyingFunction(function, SCHEME.bottom, owner="privacy", reason="trust me")


def test_a_declassifying_function_is_known_by_its_name_in_lower_case() -> None:
    found = DeclassifyingFunction("Privacy.Noise", SCHEME.bottom, owner="privacy", reason="epsilon is 0.1")
    assert found.function == "privacy.noise"
