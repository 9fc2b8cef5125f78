"""Stars among the projections: what `*` stands for, and what EXCEPT, REPLACE, RENAME and patterns do to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.expressions import flow_of
from classify.sql.relation import Out
from classify.sql.scope import Scope, Source

if TYPE_CHECKING:
    from classify.sql.walk import Walk


def is_star(node: exp.Expr) -> bool:
    """Whether a projection stands for several columns."""
    kind = node.__class__
    return (
        kind is exp.Star
        or (kind is exp.Column and node.args["this"].__class__ is exp.Star)
        or (kind is exp.Dot and node.args["expression"].__class__ is exp.Star)
        or kind is exp.Columns
    )


def star_outs(walk: Walk, node: exp.Expr, scope: Scope, exclude: object = None) -> list[Out]:
    """The outputs that a star projection stands for; it asks for all but the excluded ones."""
    kind = node.__class__
    if kind is exp.Columns:
        return _columns(walk, node, scope)
    if kind is exp.Dot:
        flow = flow_of(walk, node.args["this"], scope)
        return [Out("", "", flow)]
    star = node if kind is exp.Star else node.args["this"]
    if kind is exp.Star and exclude is None and not any(star.args.values()):
        return _all(walk, node, scope)
    walk.rest(star, frozenset(("except_", "replace", "rename", "ilike")))
    if kind is exp.Star:
        columns = scope.star()
        _check_known(walk, node, scope.sources)
    else:
        source = _source_of(walk, node, scope)
        if source is None:
            return _struct_star(walk, node, scope)
        columns = [(out, source.relation.asks) for out in source.relation.outs()]
        _check_known(walk, node, [source])
    args = star.args
    excluded = {_key(walk, one) for one in args.get("except_") or ()}
    excluded |= {_key(walk, one) for one in exclude or ()}  # type: ignore[attr-defined]
    replaced = {
        walk.key(one.args["alias"]): one.this for one in args.get("replace") or () if one.__class__ is exp.Alias
    }
    renames = {
        _key(walk, one.this): one.args["alias"] for one in args.get("rename") or () if one.__class__ is exp.Alias
    }
    pattern = args.get("ilike")
    like = None
    if pattern is not None:
        if pattern.__class__ is exp.Literal:
            like = _like(pattern.this)
        else:
            walk.unhandled(pattern, "as a star's pattern")
    outs: list[Out] = []
    for out, asks in columns:
        if out.key in excluded or (like is not None and not like.match(out.name)):
            continue
        if out.key in replaced:
            outs.append(Out(out.name, out.key, flow_of(walk, replaced[out.key], scope)))
            continue
        walk.name(node, out.flow, asks)
        alias = renames.get(out.key)
        outs.append(Out(alias.name, walk.key(alias), out.flow) if alias is not None else out)
    return outs


def _all(walk: Walk, node: exp.Expr, scope: Scope) -> list[Out]:
    """The outputs of a star without modifiers: each source is asked for as a whole."""
    _check_known(walk, node, scope.sources)
    outs: list[Out] = []
    for source in scope.sources:
        if not source.hidden:
            walk.name(node, source.relation.whole(), source.relation.asks)
            outs += source.relation.outs()
    return [out for out, _ in scope.star()] if scope.merged else outs


def _check_known(walk: Walk, node: exp.Expr, sources: list[Source]) -> None:
    """A star over a source with unknown columns: its loose flow is asked for already, or it is unresolved already."""
    if not sources:
        walk.unresolved(Cause.CONSTRUCT, "*", node, "there is no source for this star")


def _key(walk: Walk, node: exp.Expr) -> str:
    identifier = node.this if node.__class__ is exp.Column else node
    if identifier.__class__ is exp.Identifier:
        return walk.key(identifier)
    if identifier.__class__ is exp.Literal:
        return walk.row.columns.fold(identifier.this, False)
    return identifier.name.lower()


def _source_of(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    parts = [part for part in (node.args.get(key) for key in ("catalog", "db", "table")) if part]
    keys = [walk.key(part) for part in parts]
    level: Scope | None = scope
    while level is not None:
        if len(keys) == 1:
            source = level.aliases.get(keys[0])
            if source is not None:
                return source
        else:
            wanted = tuple(keys[:-1])
            for source in level.sources:
                if source.key == keys[-1] and source.path[-len(wanted) :] == wanted:
                    return source
        level = level.parent
    return None


def _struct_star(walk: Walk, node: exp.Expr, scope: Scope) -> list[Out]:
    """`s.*` where `s` is a struct column: its fields; without the fields' names, one output stands for them."""
    parts = [part for part in (node.args.get(key) for key in ("catalog", "db", "table")) if part]
    if walk.row.struct_paths:
        names = [exp.to_identifier(part.name, quoted=bool(part.args.get("quoted"))) for part in parts]
        keys = ("this", "table", "db")
        column = exp.Column(**dict(zip(keys, reversed(names), strict=False)))
        before = len(walk.notes)
        flow = flow_of(walk, column, scope)
        if len(walk.notes) == before:
            walk.name(node, flow, False)
            return [Out("", "", flow)]
        del walk.notes[before:]
    walk.unknown_column(node, scope, [walk.key(part) for part in parts])
    return []


def _columns(walk: Walk, node: exp.Expr, scope: Scope) -> list[Out]:
    """DuckDB's COLUMNS(…): by a regular expression; by anything else all columns are asked for."""
    this = node.args["this"]
    columns = scope.star()
    if this.__class__ is exp.Star:
        return star_outs(walk, this, scope)
    found = []
    pattern = None
    if this.__class__ is exp.Literal and this.args.get("is_string"):
        try:
            pattern = re.compile(this.this)
        except re.error:
            walk.unresolved(Cause.CONSTRUCT, "columns", node, "this pattern is not understood")
    for out, asks in columns:
        if pattern is None or pattern.search(out.name):
            walk.name(node, out.flow, asks)
            found.append(out)
    return found


def _like(pattern: str) -> re.Pattern[str]:
    escaped = "".join(".*" if one == "%" else "." if one == "_" else re.escape(one) for one in pattern)
    return re.compile(escaped + r"\Z", re.IGNORECASE | re.DOTALL)
