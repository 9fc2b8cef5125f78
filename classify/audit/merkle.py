"""Merkle trees as RFC 6962 has them: a root over a log, and proofs that an entry is in it and that it only grew.

Hashes are SHA-256, of a leaf behind a zero byte and of two hashes behind a one byte, so that neither is taken for the
other (RFC 6962, section 2.1). Proofs are checked as RFC 9162 does (sections 2.1.3.2 and 2.1.4.2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

SIZE = 32
"""Bytes of a hash."""

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows: it remembers no leaves, but the root of each whole subtree on its right edge.

    >>> tree = Tree()
    >>> tree.root() == EMPTY
    True
    >>> tree.add(leaf_hash(b"a"))
    >>> tree.root() == leaf_hash(b"a")
    True
    """

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []  # one for each bit of the size, the widest first

    def add(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            size >>= 1
        self._edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            found = node_hash(left, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of some leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def _left_size(size: int) -> int:
    """How many leaves the left subtree of a tree has: the largest power of two below its size."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes with which the root follows from a leaf, from the leaf up.

    Args:
        index: of the leaf, from 0.
    """
    found: list[bytes] = []
    begin, end = 0, len(leaves)
    while end - begin > 1:
        middle = begin + _left_size(end - begin)
        if index < middle:
            found.append(root_of(leaves[middle:end]))
            end = middle
        else:
            found.append(root_of(leaves[begin:middle]))
            begin = middle
    found.reverse()
    return found


def consistency_path(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes with which the root of the first `old` leaves and that of all follow from one another."""
    found: list[bytes] = []
    begin, end, is_whole = 0, len(leaves), True
    while old != end:
        middle = begin + _left_size(end - begin)
        if old <= middle:
            found.append(root_of(leaves[middle:end]))
            end = middle
        else:
            found.append(root_of(leaves[begin:middle]))
            begin, is_whole = middle, False
    if not is_whole:
        found.append(root_of(leaves[begin:end]))
    found.reverse()
    return found


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of a tree that has a leaf, by a proof; None where the proof fits no such tree.

    Args:
        index: of the leaf, from 0.
        size: of the tree.
    """
    if not 0 <= index < size:
        return None
    node, last = index, size - 1
    found = leaf
    for one in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(one, found)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            found = node_hash(found, one)
        node >>= 1
        last >>= 1
    return found if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree of `new` leaves begins with the `old` leaves of an earlier one."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)  # the old tree is a whole subtree of the new one, and its root needs no telling
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    first = second = steps[0]
    for one in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(one, first), node_hash(one, second)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            second = node_hash(second, one)
        node >>= 1
        last >>= 1
    return last == 0 and first == old_root and second == new_root
