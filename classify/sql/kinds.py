"""How a reference is read, in OpenLineage's words, told from where it stands in the tree."""

from __future__ import annotations

from sqlglot import exp

from classify.exposure import FlowKind

_CLAUSES = {
    "where": FlowKind.FILTER,
    "prewhere": FlowKind.FILTER,
    "having": FlowKind.FILTER,
    "qualify": FlowKind.FILTER,
    "connect": FlowKind.FILTER,
    "limit": FlowKind.FILTER,
    "offset": FlowKind.FILTER,
    "sample": FlowKind.FILTER,
    "group": FlowKind.GROUP_BY,
    "distinct": FlowKind.GROUP_BY,
    "order": FlowKind.SORT,
    "sort": FlowKind.SORT,
    "cluster": FlowKind.SORT,
    "distribute": FlowKind.SORT,
    "windows": FlowKind.WINDOW,
    "joins": FlowKind.JOIN,
    "laterals": FlowKind.JOIN,
    "using": FlowKind.JOIN,
    "on": FlowKind.JOIN,
}
_TRANSPARENT = (exp.Alias, exp.Paren, exp.Subquery, exp.Tuple, exp.Column, exp.Star)
_ROOTS = (exp.Select, exp.SetOperation, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create)


def kind_of(node: exp.Expr) -> FlowKind:
    """The kind of one reference: that of the innermost clause or condition that it stands in."""
    found = FlowKind.IDENTITY
    child, parent = node, node.parent
    while parent is not None:
        key = child.arg_key or ""
        if isinstance(parent, _ROOTS) or isinstance(parent, exp.Subquery) and key != "this":
            if key in _CLAUSES:
                return _CLAUSES[key]
            return found
        if isinstance(parent, exp.Window) and key in ("partition_by", "order", "spec"):
            return FlowKind.WINDOW
        if isinstance(parent, exp.Filter) and key == "expression":
            return FlowKind.CONDITIONAL
        if (isinstance(parent, (exp.If, exp.Nvl2, exp.Case))) and key == "this":
            return FlowKind.CONDITIONAL
        if isinstance(parent, exp.Join) and key in ("on", "using", "match_condition"):
            return FlowKind.JOIN
        if isinstance(parent, exp.Order) and isinstance(parent.parent, (exp.AggFunc, exp.WithinGroup)) and key == "expressions":
            return FlowKind.SORT
        if isinstance(parent, exp.AggFunc):
            found = FlowKind.AGGREGATION
        elif found is FlowKind.IDENTITY and not isinstance(parent, _TRANSPARENT):
            found = FlowKind.TRANSFORMATION
        child, parent = parent, parent.parent
    return found
