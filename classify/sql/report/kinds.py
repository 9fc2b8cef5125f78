"""How a reference is read, in OpenLineage's words, told from where it stands in the tree."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from classify.exposure import FlowKind
from classify.sql.walk.argument_roles import ROLES, Deciding

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


class Kinds:
    """The kinds of a statement's references.

    What the way up from a node comes to is kept, so that a chain of ten thousand terms is climbed once, not once per
    term.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        # From a node on the way up, and what the way below it has come to, to the answer. The walk's notes keep
        # the tree alive, so an id means one node.
        self._known: dict[tuple[int, FlowKind], FlowKind] = {}

    def of(self, node: exp.Expr) -> FlowKind:
        """The kind of one reference: that of the innermost clause or condition that it stands in."""
        known = self._known
        found = FlowKind.IDENTITY
        passed: list[tuple[int, FlowKind]] = []
        child, parent = node, node.parent
        while parent is not None:
            place = (id(child), found)
            answer = known.get(place)
            if answer is None:
                passed.append(place)
                answer = _decided(child, parent)
                if answer is None and _is_root(child, parent):
                    answer = found
            if answer is not None:
                found = answer
                break
            if isinstance(parent, exp.AggFunc):
                found = FlowKind.AGGREGATION
            elif found is FlowKind.IDENTITY and not isinstance(parent, _TRANSPARENT):
                found = FlowKind.TRANSFORMATION
            child, parent = parent, parent.parent
        for place in passed:
            known[place] = found
        return found


def _is_root(child: exp.Expr, parent: exp.Expr) -> bool:
    return isinstance(parent, _ROOTS) or (isinstance(parent, exp.Subquery) and child.arg_key != "this")


def _decided(child: exp.Expr, parent: exp.Expr) -> FlowKind | None:
    """The kind of whatever stands below `child`, where the clause or condition that `child` is alone says it."""
    key = child.arg_key or ""
    if _is_root(child, parent):
        return _CLAUSES.get(key)
    role = ROLES.get(parent.__class__, _NONE).get(key)
    if isinstance(role, Deciding) and (parent.__class__ is not exp.Order or _is_in_aggregate(parent)):
        return role.kind
    if isinstance(parent, exp.Join) and key in ("on", "using", "match_condition"):
        return FlowKind.JOIN
    return None


_NONE: Mapping[str, object] = {}


def _is_in_aggregate(order: exp.Expr) -> bool:
    """Whether an ORDER BY sorts what an aggregate takes; any other is a part of a clause or of a window."""
    return isinstance(order.parent, (exp.AggFunc, exp.WithinGroup))
