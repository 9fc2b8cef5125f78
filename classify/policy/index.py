"""Which rules meet what, as bits: each fact is held against the rules once, and what it said is kept."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeVar

from classify.errors import UsageError
from classify.labels import Label
from classify.policy.facts import Request, Scope
from classify.policy.requirement import Approvers, Obligations, Requirement
from classify.policy.rules import (
    REQUEST_TESTS,
    Effect,
    Rule,
    Terms,
    Test,
    meets_actions,
    meets_dataset,
    meets_label,
    meets_whole,
)

T = TypeVar("T")

_MOST_KEPT = 16_384
"""How many values of one fact are remembered."""


class Index:
    """The rules of a policy, by what meets them. A set of rules is a number, whose bits are their positions."""

    def __init__(self, rules: tuple[Rule, ...], terms: Terms) -> None:
        self._rules = rules
        self._terms = terms
        self._all = (1 << len(rules)) - 1
        self.of_effect = {effect: self._mask(lambda rule, effect=effect: rule.effect is effect) for effect in Effect}
        self._label = self._kept(self._of_label)
        self._dataset = self._kept(meets_dataset)
        self._whole = self._kept(meets_whole)
        self._actions = self._kept(meets_actions)
        self._request = [(fact, self._kept(test)) for _, fact, test in REQUEST_TESTS]
        self._demands = _Demands(rules)
        self._requirements: dict[int, Requirement] = {}
        self._bytes = 2 * (len(rules) // 16 + 1)
        self._parts: dict[tuple[int, int], tuple[str, ...]] = {}
        self._ids: dict[int, tuple[str, ...]] = {}
        self._advice: dict[int, tuple[str, ...]] = {}

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

    def of_request(self, request: Request, actions: frozenset[str]) -> int:
        """The rules whose tests of a request, and of what is done, are met."""
        found = self._all & self._actions(actions)
        for fact, lookup in self._request:
            found &= lookup(fact(request))
        return found

    def of_whole(self, labels: frozenset[Label], is_unresolved: bool) -> int:
        """The rules whose tests of the whole query are met."""
        return self._whole((labels, is_unresolved))

    def of_touch(self, label: Label, dataset: str | None) -> int:
        """The rules whose tests of the data are met.

        Raises:
            UsageError: the label is of another scheme than the policy.
        """
        return self._label(label) & self._dataset(dataset)

    def _of_label(self, rule: Rule, label: Label, terms: Terms) -> bool:
        levels = terms.scheme.levels
        level = label.level
        if level.rank >= len(levels) or levels[level.rank] != level or level.highest != levels[-1].rank:
            known = ", ".join(terms.scheme.names)
            raise UsageError(
                f"the query was classified as {level} by another scheme than the policy's ({known}): use one for both"
            )
        return meets_label(rule, label, terms)

    def rules(self, mask: int) -> Iterator[Rule]:
        """The rules of a set, in the order of the policy."""
        while mask:
            lowest = mask & -mask
            yield self._rules[lowest.bit_length() - 1]
            mask ^= lowest

    def ids(self, mask: int) -> tuple[str, ...]:
        """The names of the rules of a set, in the order of the policy."""
        return self._remembered(self._ids, mask, lambda: self._spelled(mask))

    def _spelled(self, mask: int) -> tuple[str, ...]:
        """The names, sixteen rules at a time: of so many at once a few sets alone are common."""
        found: list[str] = []
        for at, part in enumerate(memoryview(mask.to_bytes(self._bytes, sys.byteorder)).cast("H")):
            if part:
                known = self._parts.get((at, part))
                if known is None:
                    first = 16 * at
                    known = tuple(self._rules[first + bit].id for bit in range(16) if part >> bit & 1)
                    self._parts[(at, part)] = known
                found += known
        return tuple(found)

    def advice(self, mask: int) -> tuple[str, ...]:
        """What the rules of a set advise, each line once."""

        def made() -> tuple[str, ...]:
            return tuple(dict.fromkeys(rule.advice for rule in self.rules(mask) if rule.advice))

        return self._remembered(self._advice, mask, made)

    def requirement(self, mask: int) -> Requirement:
        """What the rules of a set require together."""
        return self._remembered(self._requirements, mask, lambda: self._demands.of(mask))

    def _remembered(self, known: dict[int, T], mask: int, make: Callable[[], T]) -> T:
        found = known.get(mask)
        if found is None:
            found = make()
            if len(known) >= _MOST_KEPT:
                known.clear()
            known[mask] = found
        return found


class _Demands:
    """All that any rule requires, each with the rules that do: what a set of rules requires is what meets it."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._approvals: dict[tuple[Approvers, int], int] = {}
        self._longest: dict[datetime.timedelta, int] = {}
        self._references: dict[str, int] = {}
        self._scopes: dict[Scope, int] = {}
        self._mask: dict[str, int] = {}
        self._rows: dict[int, int] = {}
        self._notify: dict[str, int] = {}
        self._watermark = 0
        for at, rule in enumerate(rules):
            needed, bit = rule.requirement, 1 << at
            demands: list[tuple[dict[Any, int], Any]] = [
                *((self._approvals, one) for one in needed.approvals.items()),
                *((self._references, one) for one in needed.references),
                *((self._mask, one) for one in needed.obligations.mask),
                *((self._notify, one) for one in needed.obligations.notify),
                (self._scopes, needed.scope),
            ]
            if needed.longest is not None:
                demands.append((self._longest, needed.longest))
            if needed.obligations.rows_at_most is not None:
                demands.append((self._rows, needed.obligations.rows_at_most))
            if needed.obligations.watermark:
                self._watermark |= bit
            for known, value in demands:
                known[value] = known.get(value, 0) | bit

        self._approvals = dict(sorted(self._approvals.items(), key=lambda one: one[0][0].order))

    def of(self, mask: int) -> Requirement:
        """The join of what the rules of a set require."""
        approvals: dict[Approvers, int] = {}
        for (who, count), rules in self._approvals.items():
            if rules & mask and count > approvals.get(who, 0):
                approvals[who] = count
        return Requirement(
            approvals,
            min(_met(self._longest, mask), default=None),
            frozenset(_met(self._references, mask)),
            max(_met(self._scopes, mask), default=Scope.COLUMNS),
            Obligations(
                frozenset(_met(self._mask, mask)),
                min(_met(self._rows, mask), default=None),
                bool(self._watermark & mask),
                frozenset(_met(self._notify, mask)),
            ),
        )


def _met(known: dict[T, int], mask: int) -> Iterator[T]:
    return (value for value, rules in known.items() if rules & mask)
