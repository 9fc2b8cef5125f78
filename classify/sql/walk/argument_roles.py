"""What each argument of a class does to its value, where the class does no more than sort them.

One table tells it to the walk (what is direct, what decides), to the kinds of references, and to the test that every
argument has a role.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlglot import exp

from classify.exposure import FlowKind

if TYPE_CHECKING:
    from classify.sql.names.scope import Scope
    from classify.sql.walk.dispatch import Handler, Pending
    from classify.sql.walk.walk import Walk


class Role(enum.Enum):
    """What an argument does, where that takes one word."""

    DIRECT = "the value is made of it"
    OWN = "a function beside the table says"


@frozen
class Deciding:
    """An argument that decides which value there is, and is no part of it.

    Attributes:
        kind: how its columns are read; None where they are as the value around.
    """

    kind: FlowKind | None


@frozen
class Harmless:
    """An argument that names no column."""

    why: str


Roles = Mapping[str, Role | Deciding | Harmless]
"""What each argument does, by its name."""

_CHOOSES: Roles = {"this": Deciding(FlowKind.CONDITIONAL), "true": Role.DIRECT, "false": Role.DIRECT}

ROLES: Mapping[type, Roles] = {
    # CASE x WHEN y THEN z: the branches are exp.If.
    exp.Case: {"this": Deciding(FlowKind.CONDITIONAL), "ifs": Role.DIRECT, "default": Role.DIRECT},
    exp.If: _CHOOSES,
    exp.Nvl2: _CHOOSES,
    # sum(x) FILTER (WHERE y)
    exp.Filter: {"this": Role.DIRECT, "expression": Deciding(FlowKind.CONDITIONAL)},
    # any_value(x HAVING MAX y)
    exp.HavingMax: {"this": Role.DIRECT, "expression": Deciding(None), "max": Harmless("which of the two it is")},
    # string_agg(x ORDER BY y)
    exp.Order: {"this": Role.DIRECT, "expressions": Deciding(FlowKind.SORT), "siblings": Harmless("a word")},
    # percentile_cont(0.5) WITHIN GROUP (ORDER BY x): ordered-set aggregates return a value of x.
    exp.WithinGroup: {"this": Role.DIRECT, "expression": Role.OWN},
    # sum(x) OVER (w PARTITION BY y ORDER BY z)
    exp.Window: {
        "this": Role.DIRECT,
        "partition_by": Deciding(FlowKind.WINDOW),
        "order": Deciding(FlowKind.WINDOW),
        "spec": Deciding(FlowKind.WINDOW),
        "alias": Role.OWN,
        "over": Harmless("a word"),
        "first": Harmless("a word"),
    },
    exp.Collate: {"this": Role.DIRECT, "expression": Harmless("the name of a collation, maybe taken for a column")},
    exp.Opclass: {"this": Role.DIRECT, "expression": Harmless("the name of a class of operators")},
    # The next number of a sequence holds no data; OVER says by what rows get theirs.
    exp.NextValueFor: {"this": Harmless("the sequence's name"), "order": Deciding(None)},
}

Own = Callable[["Walk", Any, "Scope", "Pending"], int]
"""Takes the walk, the argument's value, its scope and what is still to visit for direct flow; returns more flow."""


def sorting(kind: type, own: Mapping[str, Own] | None = None) -> Handler:
    """The handler of a class that has roles.

    Args:
        own: for each argument whose role is `OWN`.
    """
    roles = ROLES[kind]
    known = frozenset(roles)
    direct = tuple(key for key, role in roles.items() if role is Role.DIRECT)
    deciding = tuple(key for key, role in roles.items() if isinstance(role, Deciding))
    others = tuple((own or {}).items())
    assert {key for key, role in roles.items() if role is Role.OWN} == {key for key, _ in others}

    def handler(walk: Walk, node: exp.Expr, scope: Scope, stack: Pending, aside: Pending) -> int:
        args = node.args
        for key in direct:
            if value := args.get(key):
                stack.append(value)
        for key in deciding:
            if value := args.get(key):
                aside.append(value)
        flow = 0
        for key, visit in others:
            if value := args.get(key):
                flow |= visit(walk, value, scope, stack)
        walk.rest(node, known)
        return flow

    return handler
