"""Flows: which base columns reach a value, as one int with two bits per column.

Bit `2 * i` says that base column `i` flows in directly (the value is made of it), bit `2 * i + 1` that it flows in
indirectly (it decides whether or how often the value appears). The union of flows is `|`.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_COLUMNS = 1 << 16
"""The most base columns that one statement may touch; an `&` with a wider mask costs only the narrower operand."""

DIRECT = ((1 << 2 * MOST_COLUMNS) - 1) // 3
INDIRECT = DIRECT << 1


def indirect(flow: int) -> int:
    """The same columns, all of them as indirect.

    >>> bin(indirect(0b01_10_00))
    '0b101000'
    """
    return (flow & DIRECT) << 1 | flow & INDIRECT


def asked(flow: int) -> int:
    """The same columns, all of them as direct: the form in which reads are kept."""
    return (flow | flow >> 1) & DIRECT


def members(mask: int) -> Iterator[int]:
    """The numbers of the base columns whose direct bit is set, lowest first.

    >>> list(members(0b01_00_01))
    [0, 2]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1 >> 1
        mask ^= low
