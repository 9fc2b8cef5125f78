"""Why each rule of a policy met a query, or did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from classify.exposure import Exposure
from classify.policy.facts import Request, Touch, touched_by
from classify.policy.policy import Policy
from classify.policy.rules import REQUEST_TESTS, Rule, meets_actions, meets_dataset, meets_label, meets_whole


@frozen
class Account:
    """What a rule makes of a query.

    Attributes:
        met: what of the query meets it; nothing if it did not.
        unmet: what it tests and is not so, each with the fact as it is.
    """

    rule: Rule
    met: tuple[Touch, ...]
    unmet: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{self.rule.effect} {self.rule.id}"
        if not self.met:
            return f"{head}: not met, {'; '.join(self.unmet)}"
        what = dict.fromkeys(column for touch in self.met for column in (touch.columns or (str(touch.label),)))
        return f"{head}: met by {', '.join(what)}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule.id,
            "effect": str(self.rule.effect),
            "met": [
                {"label": one.label.to_dict(), "dataset": one.dataset, "columns": list(one.columns)} for one in self.met
            ],
            "unmet": list(self.unmet),
        }


def explain(policy: Policy, request: Request, exposure: Exposure) -> Iterator[Account]:
    """Rule by rule, in the order of the policy, what met it or why nothing did."""
    touched = touched_by(exposure, policy.terms.scheme.bottom)
    labels = frozenset(touch.label for touch in touched.touches)
    terms = policy.terms
    actions = touched.actions(request.action)
    for rule in policy.rules:
        unmet = [
            f"{name} is {_shown(fact(request))}"
            for name, fact, test in REQUEST_TESTS
            if not test(rule, fact(request), terms)
        ]
        if not meets_actions(rule, actions, terms):
            unmet.insert(0, f"action is {_shown(actions)}")
        if not meets_whole(rule, (labels, touched.is_unresolved), terms):
            unmet.append(
                "the query was understood" if rule.when.unresolved else "its categories do not meet in the query"
            )
        met: tuple[Touch, ...] = ()
        if not unmet:
            met = tuple(
                touch
                for touch in touched.touches
                if meets_label(rule, touch.label, terms) and meets_dataset(rule, touch.dataset, terms)
            )
            if not met:
                unmet = [f"the data is {', '.join(dict.fromkeys(str(touch.label) for touch in touched.touches))}"]
        yield Account(rule, met, tuple(unmet))


def _shown(fact: object) -> str:
    if fact is None:
        return "not known"
    if isinstance(fact, frozenset):
        return ", ".join(sorted(fact)) or "none"
    return str(fact)
