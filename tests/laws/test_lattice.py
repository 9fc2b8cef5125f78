"""Labels form a lattice: the laws that everything else leans on."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from classify.labels import DEFAULT_SCHEME, Label, Level

SCHEME = DEFAULT_SCHEME
CATEGORIES = ("pii", "pii.name", "pii.name.first", "pii.ssn", "finance", "finance.card", "financeur")

levels = st.sampled_from(SCHEME.levels)
some_labels = st.builds(
    Label, levels, st.sets(st.sampled_from(CATEGORIES)), st.sets(st.sampled_from(("eu", "us", "ch")))
)
labels = st.one_of(some_labels, st.sampled_from((SCHEME.top, SCHEME.bottom, Label(SCHEME.levels[1], frozenset("*")))))


@given(labels, labels, labels)
def test_join_and_meet_are_associative(a: Label, b: Label, c: Label) -> None:
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.meet(b).meet(c) == a.meet(b.meet(c))


@given(labels, labels)
def test_join_and_meet_are_commutative(a: Label, b: Label) -> None:
    assert a.join(b) == b.join(a)
    assert a.meet(b) == b.meet(a)


@given(labels)
def test_join_and_meet_are_idempotent(a: Label) -> None:
    assert a.join(Label(a.level, a.categories, a.residency)) == a
    assert a.meet(Label(a.level, a.categories, a.residency)) == a


@given(labels, labels)
def test_join_and_meet_absorb_each_other(a: Label, b: Label) -> None:
    assert a.join(a.meet(b)) == a
    assert a.meet(a.join(b)) == a


@given(labels, labels)
def test_a_label_dominates_another_exactly_if_their_join_is_itself(a: Label, b: Label) -> None:
    assert a.dominates(b) == (a.join(b) == a) == (a.meet(b) == b)


@given(labels, labels, labels)
def test_dominates_is_a_partial_order(a: Label, b: Label, c: Label) -> None:
    assert a.dominates(a)
    if a.dominates(b) and b.dominates(a):
        assert a == b
    if a.dominates(b) and b.dominates(c):
        assert a.dominates(c)


@given(labels, labels, labels)
def test_join_is_the_least_upper_bound(a: Label, b: Label, c: Label) -> None:
    join = a.join(b)
    assert join.dominates(a)
    assert join.dominates(b)
    if c.dominates(a) and c.dominates(b):
        assert c.dominates(join)


@given(labels, labels, labels)
def test_meet_is_the_greatest_lower_bound(a: Label, b: Label, c: Label) -> None:
    meet = a.meet(b)
    assert a.dominates(meet)
    assert b.dominates(meet)
    if a.dominates(c) and b.dominates(c):
        assert meet.dominates(c)


@given(labels)
def test_top_and_bottom_are_the_ends(a: Label) -> None:
    assert SCHEME.top.dominates(a)
    assert a.dominates(SCHEME.bottom)
    assert a.join(SCHEME.bottom) == a
    assert a.join(SCHEME.top) == SCHEME.top


@given(st.lists(labels))
def test_the_high_water_mark_is_reached_in_any_order(found: list[Label]) -> None:
    mark = SCHEME.high_water_mark(found)
    assert all(mark.dominates(label) for label in found)
    assert mark == SCHEME.high_water_mark(reversed(found))


@given(st.lists(labels), labels)
def test_the_high_water_mark_never_falls(found: list[Label], another: Label) -> None:
    assert SCHEME.high_water_mark([*found, another]).dominates(SCHEME.high_water_mark(found))


@given(labels, labels)
def test_equal_labels_have_one_spelling(a: Label, b: Label) -> None:
    assert (a == b) == (str(a) == str(b)) == (a.to_dict() == b.to_dict())
    assert a != b or hash(a) == hash(b)


@given(labels)
def test_a_label_survives_pickling(a: Label) -> None:
    again = pickle.loads(pickle.dumps(a))
    assert again == a
    assert again.level.rank == a.level.rank


@given(levels, levels)
def test_levels_are_ordered_by_rank_alone(a: Level, b: Level) -> None:
    assert (a < b, a <= b, a > b, a >= b) == (
        a.rank < b.rank,
        a.rank <= b.rank,
        a.rank > b.rank,
        a.rank >= b.rank,
    )
