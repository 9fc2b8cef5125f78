"""The rules, one file each, in the order in which they look at a text."""

from classify.checks.rules import above_ceiling, downgrade, result_above_ceiling, syntax_error, unresolved
from classify.checks.rules.rule import Rule, Subject

RULES: tuple[Rule, ...] = (
    above_ceiling.RULE,
    result_above_ceiling.RULE,
    downgrade.RULE,
    unresolved.RULE,
    syntax_error.RULE,
)

__all__ = ["RULES", "Rule", "Subject"]
