"""Which `x -> …` is a lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def is_lambda(walk: Walk, node: exp.Lambda) -> bool:
    """Whether the dialect takes `x -> …` for a lambda there (`DialectRow.lambdas`)."""
    taking = walk.row.lambdas
    return taking is None or (node.parent is not None and _function_name(node.parent) in taking)


def _function_name(node: exp.Expr) -> str:
    if node.__class__ is exp.Anonymous:
        return str(node.args["this"]).lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""
