"""The rules, one file each, in the order of their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classify.checks.rules import (
    above_ceiling,
    conflicting,
    declassification_used,
    downgrade,
    expired_declassification,
    expired_suppression,
    hole,
    needs_approval,
    outgrown_suppression,
    policy_denies,
    raised_ceiling,
    residency,
    result_above_ceiling,
    stale,
    syntax_error,
    unresolved,
    untagged,
    unused_suppression,
)
from classify.checks.rules.rule import CatalogUse, PlacedHole, Raise, Rule, Subject

if TYPE_CHECKING:
    from classify.checks.finding import Finding
    from classify.checks.suppress import Use

RULES: tuple[Rule[Subject, Finding], ...] = (
    above_ceiling.RULE,
    result_above_ceiling.RULE,
    downgrade.RULE,
    residency.RULE,
    expired_declassification.RULE,
    declassification_used.RULE,
    policy_denies.RULE,
    needs_approval.RULE,
    unresolved.RULE,
    syntax_error.RULE,
    hole.RULE,
)
"""About a text of SQL."""

SUPPRESSION_RULES: tuple[Rule[Use, Finding], ...] = (
    unused_suppression.RULE,
    expired_suppression.RULE,
    outgrown_suppression.RULE,
)
RAISE_RULES: tuple[Rule[Raise, Finding], ...] = (raised_ceiling.RULE,)

CATALOG_RULES = (untagged.RULE, conflicting.RULE, stale.RULE)
"""About the catalog; each finding comes with the file that it is in."""

ALL_RULES: tuple[Rule[Any, Any], ...] = (*RULES, *CATALOG_RULES, *SUPPRESSION_RULES, *RAISE_RULES)

__all__ = [
    "ALL_RULES",
    "CATALOG_RULES",
    "RAISE_RULES",
    "RULES",
    "SUPPRESSION_RULES",
    "CatalogUse",
    "PlacedHole",
    "Raise",
    "Rule",
    "Subject",
]
