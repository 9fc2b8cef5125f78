"""The tree, against the definition in RFC 6962 written down as it stands there."""

from __future__ import annotations

import pytest

from classify.audit.merkle import (
    EMPTY,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
)

LEAVES = [leaf_hash(bytes((at,))) for at in range(33)]


def defined(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: the hash of a list is that of its first 2^n entries and the rest."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return node_hash(defined(leaves[:left]), defined(leaves[left:]))


def test_the_roots_that_other_logs_have_for_the_same_entries() -> None:
    """Test vectors of certificate-transparency-go, merkle tree hasher."""
    entries = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                              "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    assert root_of([leaf_hash(one) for one in entries]).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(len(LEAVES)))
def test_a_leaf_is_proved_at_its_place_and_at_no_other(size: int) -> None:
    leaves = LEAVES[:size]
    root = defined(leaves)
    assert root_of(leaves) == root
    for index, leaf in enumerate(leaves):
        path = inclusion_path(leaves, index)
        assert root_from_inclusion(leaf, index, size, path) == root
        for other in (*range(size), -1, size):
            assert other == index or root_from_inclusion(leaf, other, size, path) != root
        for at in range(len(path)):
            assert root_from_inclusion(leaf, index, size, [*path[:at], *path[at + 1 :]]) != root
        assert root_from_inclusion(leaf, index, size, [*path, leaf]) != root
        assert root_from_inclusion(bytes(32), index, size, path) != root


@pytest.mark.parametrize("size", range(len(LEAVES)))
def test_a_log_is_consistent_with_what_it_began_with_alone(size: int) -> None:
    leaves = LEAVES[:size]
    root = defined(leaves)
    for old in range(size + 1):
        old_root = defined(leaves[:old])
        path = consistency_path(leaves, old) if 0 < old < size else []
        assert is_consistent(old, old_root, size, root, path)
        for at in range(len(path)):
            changed = list(path)
            changed[at] = bytes(32)
            assert not is_consistent(old, old_root, size, root, changed)
            assert not is_consistent(old, old_root, size, root, [*path[:at], *path[at + 1 :]])
        assert not is_consistent(old, old_root, size, root, [*path, bytes(32)])
        assert not is_consistent(old, bytes(32), size, root, path)
        # A log that began with nothing may have become anything: its own checkpoint says what.
        assert old == 0 < size or not is_consistent(old, old_root, size, bytes(32), path)
        assert not is_consistent(size + 1, root, size, root, path)
