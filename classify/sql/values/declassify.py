"""Functions that the scheme trusts to lower what they are given: what is left of a flow behind a call of one.

>>> from classify import Catalog, Scheme, analyse
>>> from classify.labels import DeclassifyingFunction
>>> levels = ("public", "restricted")
>>> noisy = DeclassifyingFunction("noisy", Scheme(levels, "restricted").label("public"), "privacy", "noise is added")
>>> scheme = Scheme(levels, "restricted", declassify=(noisy,))
>>> catalog = Catalog.from_mapping({"users": {"ssn": "restricted"}}, scheme=scheme)
>>> found = analyse("select noisy(ssn) from users", catalog, dialect="postgres")
>>> str(found.label), str(found.result_label)
('restricted', 'public')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.labels import DeclassifyingFunction
from classify.sql.names.flows import asked
from classify.sql.names.scope import Scope
from classify.sql.walk.dispatch import flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


class Use(NamedTuple):
    """A call of a declassifying function: the flow that it is given, and its node, or None inside a view."""

    node: exp.Expr | None
    function: DeclassifyingFunction
    flow: int


def lowered(walk: Walk, node: exp.Expr, scope: Scope) -> int | None:
    """The flow of a call of a declassifying function, or None where it is none.

    Assumes: only functions that the parser has no class for are known by their name as written. A built-in function
    that it renames or merges with others never lowers.
    """
    name = _written_name(walk, node, scope)
    function = walk.session.compiled.declassifying.get(name) if name else None
    if function is None:
        return None
    flow = flow_of(walk, [value for key, value in node.args.items() if value and key != "this"], scope)
    walk.found.declassified.append(Use(None if walk.hides_places else node, function, flow))
    return walk.lower(flow, function.label)


def ask_in_views(walk: Walk) -> None:
    """Ask for what a function lowers inside a view that is read, as if the definition stood in the text."""
    for use in walk.found.declassified:
        if use.node is None:
            behind = asked(walk.lower(use.flow, use.function.label))
            if asked(walk.found.reads) & behind:
                walk.ask(asked(use.flow))


def _written_name(walk: Walk, node: exp.Expr, scope: Scope) -> str:
    """The function's name with its schema, in lower case; empty where it is quoted so that it means another one."""
    parts = [node.args["this"]]
    parent = node.parent
    if isinstance(parent, exp.Dot) and parent.expression is node:
        left = parent.this
        while isinstance(left, exp.Dot):
            parts.insert(0, left.expression)
            left = left.this
        parts.insert(0, left)
        if walk.row.methods and isinstance(left, exp.Identifier) and _means_a_column(scope, walk.key(left)):
            return ""
    found = []
    for part in parts:
        if isinstance(part, str):
            found.append(part.lower())
        elif isinstance(part, exp.Identifier) and not (part.args.get("quoted") and part.name != part.name.lower()):
            found.append(part.name.lower())
        else:
            return ""
    return ".".join(found)


def _means_a_column(scope: Scope, key: str) -> bool:
    """Whether `x.f()` may call a function on a value `x` there."""
    level: Scope | None = scope
    while level is not None:
        if key in level.aliases or any(
            source.relation.find(key) is not None or source.relation.loose is not None for source in level.sources
        ):
            return True
        level = level.parent
    return False
