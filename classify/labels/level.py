"""A level: a name with a rank in its scheme."""

from __future__ import annotations


class Level(str):
    """One level of a scheme; equal to its name as text, ordered by its rank.

    Attributes:
        rank: 0 for the scheme's lowest level.
        highest: the rank of the scheme's highest level.
    """

    __slots__ = ("highest", "rank")
    rank: int
    highest: int

    def __new__(cls, name: str, rank: int, highest: int) -> Level:
        level = super().__new__(cls, name)
        level.rank = rank
        level.highest = highest
        return level

    def __getnewargs__(self) -> tuple[str, int, int]:  # type: ignore[override]  # str's own names one argument
        return (str(self), self.rank, self.highest)

    # INVARIANT levels-compare-by-rank: levels never compare by their spelling: "public" < "internal" is false as text.
    def __lt__(self, other: str) -> bool:
        return self.rank < _rank(other)

    def __le__(self, other: str) -> bool:
        return self.rank <= _rank(other)

    def __gt__(self, other: str) -> bool:
        return self.rank > _rank(other)

    def __ge__(self, other: str) -> bool:
        return self.rank >= _rank(other)


def _rank(other: object) -> int:
    if isinstance(other, Level):
        return other.rank
    raise TypeError(f"a level has no order with {type(other).__name__}, look it up with `scheme.level(…)` first")
