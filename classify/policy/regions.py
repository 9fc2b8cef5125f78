"""Which region is inside which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen


def _closed(inside: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Each region with every one that it is inside of, itself included."""
    around: dict[str, set[str]] = {}
    for outer, inner in inside.items():
        around.setdefault(outer, set())
        for region in inner:
            around.setdefault(region, set()).add(outer)
    return {region: frozenset(_up(region, around, set())) for region in around}


def _up(region: str, around: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    if region not in seen:
        seen.add(region)
        for outer in around.get(region, ()):
            _up(outer, around, seen)
    return seen


@frozen(eq=False)
class Regions:
    """A table of regions. One that is not in it is inside of itself alone.

    Attributes:
        inside: by region, those directly inside of it.
    """

    inside: Mapping[str, tuple[str, ...]] = field(factory=dict)
    _around: Mapping[str, frozenset[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_around", _closed(self.inside))

    @property
    def known(self) -> tuple[str, ...]:
        """Every region of the table."""
        return tuple(self._around)

    def is_in(self, region: str, outer: Iterable[str]) -> bool:
        """Whether a region is one of some, or inside of one."""
        around = self._around.get(region, frozenset((region,)))
        return not around.isdisjoint(outer)

    def around(self, regions: Iterable[str]) -> frozenset[str]:
        """Some regions, and every one that one of them is inside of."""
        return frozenset().union(*(self._around.get(region, (region,)) for region in regions))

    def cycle(self) -> tuple[str, ...]:
        """Regions that are inside of themselves, or nothing."""
        for region in self.inside:
            for inner in self.inside[region]:
                if inner == region or inner in self._around.get(region, ()):
                    return region, inner
        return ()
