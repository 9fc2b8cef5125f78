"""Which rules meet what, as bits: each fact is held against the rules once, and what it said is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from classify.labels import Label
from classify.policy.facts import Request
from classify.policy.requirement import NONE, Requirement
from classify.policy.rules import REQUEST_TESTS, Effect, Rule, Terms, Test, meets_dataset, meets_label, meets_whole

_MOST_KEPT = 4_096
"""How many values of one fact are remembered."""


class Index:
    """The rules of a policy, by what meets them. A set of rules is a number, whose bits are their positions."""

    def __init__(self, rules: tuple[Rule, ...], terms: Terms) -> None:
        self._rules = rules
        self._terms = terms
        self._all = (1 << len(rules)) - 1
        self.of_effect = {effect: self._mask(lambda rule, effect=effect: rule.effect is effect) for effect in Effect}
        self._label = self._kept(meets_label)
        self._dataset = self._kept(meets_dataset)
        self._whole = self._kept(meets_whole)
        self._request = [(fact, self._kept(test)) for _, fact, test in REQUEST_TESTS]
        self._requirements: dict[int, Requirement] = {}

    def _mask(self, meets: Callable[..., bool]) -> int:
        found = 0
        for at, rule in enumerate(self._rules):
            if meets(rule):
                found |= 1 << at
        return found

    def _kept(self, test: Test) -> Callable[[Any], int]:
        known: dict[Hashable, int] = {}

        def lookup(value: Any) -> int:
            found = known.get(value)
            if found is None:
                found = self._mask(lambda rule: test(rule, value, self._terms))
                if len(known) >= _MOST_KEPT:
                    known.clear()
                known[value] = found
            return found

        return lookup

    def of_request(self, request: Request) -> int:
        """The rules whose tests of a request are met."""
        found = self._all
        for fact, lookup in self._request:
            found &= lookup(fact(request))
        return found

    def of_whole(self, labels: frozenset[Label], is_unresolved: bool) -> int:
        """The rules whose tests of the whole query are met."""
        return self._whole((labels, is_unresolved))

    def of_touch(self, label: Label, dataset: str | None) -> int:
        """The rules whose tests of the data are met."""
        return self._label(label) & self._dataset(dataset)

    def rules(self, mask: int) -> Iterator[Rule]:
        """The rules of a set, in the order of the policy."""
        while mask:
            lowest = mask & -mask
            yield self._rules[lowest.bit_length() - 1]
            mask ^= lowest

    def requirement(self, mask: int) -> Requirement:
        """What the rules of a set require together."""
        found = self._requirements.get(mask)
        if found is None:
            found = NONE
            for rule in self.rules(mask):
                found = found.join(rule.requirement)
            if len(self._requirements) >= _MOST_KEPT:
                self._requirements.clear()
            self._requirements[mask] = found
        return found
