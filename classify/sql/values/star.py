"""Stars among the projections: what `*` stands for, and what EXCEPT, REPLACE, RENAME and patterns do to it.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select * exclude (ssn) from users", catalog, dialect="duckdb")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('id', ('users.id',), ()), ('name', ('users.name',), ())]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.relation import Out
from classify.sql.names.scope import Scope, Source
from classify.sql.values.column_names import Keeps, filtered, keeps, like, regex
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import flow_of
from classify.sql.walk.resolve import bare, dotted

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


_STAR_KNOWN = known_of(exp.Star, "replace rename ilike")
Columns = list[tuple[Out, bool, Source]]
"""What a star stands for: each column, whether naming it asks for it, and its source."""


def is_star(node: exp.Expr) -> bool:
    """Whether a projection stands for several columns."""
    kind = node.__class__
    return (
        kind is exp.Star
        or (kind is exp.Column and node.args["this"].__class__ is exp.Star)
        or (kind is exp.Dot and node.args["expression"].__class__ is exp.Star)
        or kind is exp.Columns
        or (kind in _FILTERS and filtered(node) is not None)
    )


def star_outs(walk: Walk, node: exp.Expr, scope: Scope, exclude: Sequence[exp.Expr] | None = None) -> list[Out]:
    """The outputs that a star projection stands for; it asks for all but the excluded ones."""
    kind = node.__class__
    if kind is exp.Columns:
        return _columns(walk, node, scope)
    if kind is exp.Dot:
        return spread(scope, flow_of(walk, node.args["this"], scope))
    keep: Keeps | None = None
    under = filtered(node) if kind in _FILTERS else None
    if under is not None:
        keep = under[1]
        if keep is None:
            walk.unhandled(node, "as a star's pattern")
        node = under[0]
        kind = node.__class__
    star = node if kind is exp.Star else node.args["this"]
    if kind is exp.Star and keep is None and exclude is None and not any(star.args.values()):
        return _all(walk, node, scope)
    walk.rest(star, _STAR_KNOWN)
    if kind is exp.Star:
        columns = scope.star()
        _check_known(walk, node, scope.sources)
    else:
        source = _source_of(walk, node, scope)
        if source is None:
            return _struct_star(walk, node, scope)
        columns = [(out, source.relation.asks, source) for out in source.relation.outs()]
        _check_known(walk, node, [source])
    args = star.args
    excluded = [_keys(walk, one) for one in (*(args.get("except_") or ()), *(exclude or ()))]
    replaced = {
        walk.key(one.args["alias"]): one.this for one in args.get("replace") or () if one.__class__ is exp.Alias
    }
    renames = [
        (_keys(walk, one.this), one.args["alias"]) for one in args.get("rename") or () if one.__class__ is exp.Alias
    ]
    pattern = args.get("ilike")
    if pattern is not None:
        if pattern.__class__ is exp.Literal:
            keep = like(pattern.this, fold=True)
        else:
            walk.unhandled(pattern, "as a star's pattern")
    if excluded or replaced:
        _check_single(walk, node, columns, {keys[-1] for keys in excluded if keys}, set(replaced))
    outs: list[Out] = []
    for out, asks, source in _left(columns, excluded, scope):
        if keep is not None and not keep(out.name):
            continue
        if out.key in replaced:
            outs.append(Out(out.name, out.key, flow_of(walk, replaced[out.key], scope)))
            continue
        walk.name(node, out.flow, asks)
        alias = next((alias for keys, alias in renames if _means(keys, out, source)), None)
        outs.append(Out(alias.name, walk.key(alias), out.flow) if alias is not None else out)
    return outs


def _check_single(walk: Walk, node: exp.Expr, columns: Columns, excluded: set[str], replaced: set[str]) -> None:
    """Where several columns have a name that a star leaves out or replaces, engines differ in which of them goes."""
    seen: set[tuple[str, int]] = set()
    for out, _, source in columns:
        # Of two sources each may lose its own by EXCEPT; REPLACE takes one.
        place = (out.key, 0 if out.key in replaced else id(source))
        if place in seen and (out.key in excluded or out.key in replaced):
            walk.unresolved(
                Cause.AMBIGUOUS_NAME,
                out.name,
                node,
                f"`*` has several columns `{out.name}`, and which of them this means is not modelled; list the columns",
            )
        seen.add(place)


def spread(scope: Scope, flow: int) -> list[Out]:
    """No outputs that are known; the scope notes the flow of those that are not."""
    scope.progress.spread = flow if scope.progress.spread is None else scope.progress.spread | flow
    return []


def _left(columns: Columns, excluded: list[tuple[str, ...]], scope: Scope) -> Columns:
    """The columns that a star's EXCLUDE leaves."""
    if not excluded:
        return columns
    found: Columns = []
    for out, asks, source in columns:
        merged = scope.merged.get(out.key)
        if merged is not None and merged[0] is out and (out.key,) not in excluded:
            # EXCLUDE (t.x) of a column that USING merged leaves the other side's, under the same name.
            both = out.flow
            if any(keys[-1] == out.key for keys in excluded):
                for one in scope.sources:
                    both |= (one.relation.find(out.key) or 0) if out.key in one.merged else 0
            found.append((Out(out.name, out.key, both), asks, source))
        elif not any(_means(keys, out, source) for keys in excluded):
            found.append((out, asks, source))
    return found


# DuckDB: `* LIKE 'a%'` and its kin ("Star expression").
_FILTERS = frozenset((exp.Like, exp.ILike, exp.Glob, exp.SimilarTo, exp.Not))


def columns_outs(walk: Walk, node: exp.Expr, scope: Scope, chosen: exp.Columns) -> list[Out]:
    """The outputs of an expression over COLUMNS(…): one for each column that it stands for, in its turn."""
    alias = node.args["alias"] if node.__class__ is exp.Alias else None
    outs = []
    for out in star_outs(walk, chosen, scope):
        scope.progress.chosen = out.flow
        name = out.name if alias is None else _made_name(alias.name, out.name, chosen)
        outs.append(Out(name, walk.row.columns.fold(name, alias is not None), flow_of(walk, node, scope)))
    scope.progress.chosen = None
    for out in outs:
        scope.progress.outputs.setdefault(out.key, out.flow)
    return outs


def _made_name(alias: str, name: str, chosen: exp.Columns) -> str:
    r"""The alias of an expression over COLUMNS; in it `\0` is the column's name, `\1` its pattern's first group."""
    if "\\" not in alias:
        return alias
    this = chosen.args["this"]
    pattern = regex(this.name) if this.__class__ is exp.Literal else None
    groups = pattern.search(name) if pattern is not None else None

    def part(found: re.Match[str]) -> str:
        if not found[1].isdigit():
            return found[1]
        number = int(found[1])
        if number == 0 and groups is None:
            return name
        return (groups[number] or "") if groups is not None and number <= (groups.re.groups) else ""

    return re.sub(r"\\(.)", part, alias)


def _all(walk: Walk, node: exp.Expr, scope: Scope) -> list[Out]:
    """The outputs of a star without modifiers: each source is asked for as a whole."""
    _check_known(walk, node, scope.sources)
    outs: list[Out] = []
    for source in scope.sources:
        if not source.hidden:
            walk.name(node, source.relation.whole(), source.relation.asks)
            outs += source.relation.outs()
    return [out for out, _, _ in scope.star()] if scope.merged else outs


def _check_known(walk: Walk, node: exp.Expr, sources: list[Source]) -> None:
    """A star over a source with unknown columns: its loose flow is asked for already, or it is unresolved already."""
    if not sources:
        walk.unresolved(Cause.CONSTRUCT, "*", node, "there is no source for this star; correct its name")


def _keys(walk: Walk, node: exp.Expr) -> tuple[str, ...]:
    """The folded parts of a column's name in a star's modifier."""
    if node.__class__ is exp.Column:
        return tuple(walk.key(part) for part in map(node.args.get, ("catalog", "db", "table", "this")) if part)
    if node.__class__ is exp.Identifier:
        return (walk.key(node),)
    if node.__class__ is exp.Literal:
        return (walk.row.columns.fold(node.this, False),)
    return (node.name.lower(),)


def _means(keys: tuple[str, ...], out: Out, source: Source) -> bool:
    """Whether a name, maybe with its table, is that of one column of a source."""
    *path, key = keys
    if key != out.key:
        return False
    return not path or (path[-1] == source.key and tuple(path[:-1]) == source.path[len(source.path) - len(path) + 1 :])


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
    """`s.*` where `s` is a struct column: its fields, which the catalog need not all hold."""
    parts = [part for part in (node.args.get(key) for key in ("catalog", "db", "table")) if part]
    if walk.row.struct_paths:
        names = [exp.to_identifier(part.name, quoted=bool(part.args.get("quoted"))) for part in parts]
        keys = ("this", "table", "db")
        column = exp.Column(**dict(zip(keys, reversed(names), strict=False)))
        known = [walk.key(part) for part in names]
        found = bare(walk, scope, known[0], column) if len(known) == 1 else dotted(walk, scope, known, column)
        if found is not None:
            walk.name(node, found[0], True)
            replaced = node.args["this"].args.get("replace") or ()
            return spread(scope, found[0] | flow_of(walk, list(replaced), scope))
    walk.unknown_column(node, scope, [walk.key(part) for part in parts])
    return []


def _columns(walk: Walk, node: exp.Expr, scope: Scope) -> list[Out]:
    """DuckDB's COLUMNS(…): by a star, a regular expression, a list of names or a condition on them."""
    this = node.args["this"]
    if is_star(this):
        return star_outs(walk, this, scope)
    keep = keeps(this)
    if keep is None:
        walk.unresolved(
            Cause.CONSTRUCT,
            "columns",
            node,
            "which columns this means is not understood; list them, or have the query reviewed",
        )
    found = []
    for out, asks, _ in scope.star():
        if keep is None or keep(out.name):
            walk.name(node, out.flow, asks)
            found.append(out)
    return found
