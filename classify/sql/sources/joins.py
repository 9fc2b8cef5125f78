"""What stands behind a source: joins and laterals, pivots, samples and time travel.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select a.name from users a join users b on a.id = b.ssn", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('name', ('users.name',), ('users.id', 'users.ssn'))]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out
from classify.sql.names.scope import Scope, Source
from classify.sql.sources.arrays import add_array_join
from classify.sql.sources.pivot import apply_pivots
from classify.sql.walk.argument_roles import known_of
from classify.sql.walk.dispatch import add_source, flow_of

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def modifiers(walk: Walk, node: exp.Expr, scope: Scope, keys: tuple[str, ...], before: int | None = None) -> int:
    """What stands behind a source: pivots, nested joins, laterals, samples, time travel.

    Args:
        before: how many sources there were before the one that it stands behind; by default that one is the last.
    """
    args = node.args
    rows = 0
    for key in keys:
        if args.get(key) and not (key == "partition" and _names_partitions(walk, args[key])):
            rows |= indirect(flow_of(walk, args[key], scope))
    if args.get("laterals"):
        rows |= add_laterals(walk, args["laterals"], scope)
    if args.get("joins"):
        rows |= add_joins(walk, args["joins"], scope, len(scope.sources) - 1 if before is None else before)
    if args.get("pivots") and not _of_join(walk, node):
        rows |= apply_pivots(walk, args["pivots"], scope)
    return rows


def _names_partitions(walk: Walk, node: exp.Expr) -> bool:
    """Whether it is the names of partitions, as of `FROM t PARTITION (p0)` (MySQL, Oracle)."""
    listed = node.expressions if node.__class__ is exp.Partition else []
    names = [one.this for one in listed if one.__class__ is exp.Column and not one.args.get("table")]
    if not names or len(names) < len(listed) or any(one.__class__ is not exp.Identifier for one in names):
        return False
    for one in names:
        walk.account(one)
    return True


def _of_join(walk: Walk, node: exp.Expr) -> bool:
    """Whether the pivot that the parser gives to a joined table is one of the whole join."""
    join = node.parent
    return join.__class__ is exp.Join and walk.row.pivot_takes_join and any(join.args.get(key) for key in _CONDITIONS)


def add_laterals(walk: Walk, laterals: list[exp.Expr], scope: Scope) -> int:
    rows = 0
    for one in laterals:
        rows |= add_source(walk, one, scope)
    return rows


_JOIN_KNOWN = known_of(exp.Join, "this on using match_condition expressions pivots")


def add_joins(walk: Walk, joins: list[exp.Join], scope: Scope, start: int) -> int:
    """Add joined sources, in order.

    Args:
        start: the number of the first source that is joined with them.
    """
    rows = 0
    sources = scope.sources
    for join in joins:
        args = join.args
        if not _CONDITIONS.isdisjoint(args) and any(args.get(key) for key in _CONDITIONS):
            rows |= _join(walk, join, scope, start)
        else:
            if not walk.row.comma_is_join:
                start = len(sources)
            walk.rest(join, _JOIN_KNOWN)
            rows |= add_source(walk, args["this"], scope)
            if args.get("pivots"):
                rows |= modifiers(walk, join, scope, ())
    return rows


# What a join has that is more than a comma.
_CONDITIONS = frozenset("on using method kind side match_condition expressions".split())


def _join(walk: Walk, join: exp.Join, scope: Scope, start: int) -> int:
    args = join.args
    walk.rest(join, _JOIN_KNOWN)
    if args.get("kind") == "ARRAY":
        return add_array_join(walk, join, scope)
    before = len(scope.sources)
    rows = add_source(walk, args["this"], scope)
    if args.get("pivots") and not walk.row.pivot_takes_join:
        rows |= modifiers(walk, join, scope, ())
    if args.get("using") or args.get("method") == "NATURAL":
        rows |= _merge(walk, join, scope, start, before)
    seen = scope
    if start and walk.row.on_sees_join_alone:
        seen = scope.part(start, scope.parent)
    elif start and walk.row.on_sees_join_first:
        seen = scope.part(start, scope)
    for key in ("on", "match_condition", "expressions"):
        condition = args.get(key)
        if condition:
            rows |= indirect(flow_of(walk, condition, seen))
    kind = args.get("kind")
    if kind and kind.upper() in ("SEMI", "ANTI"):
        if (args.get("side") or "").upper() == "RIGHT":
            walk.unhandled(join)
        for source in scope.sources[before:]:
            scope.remove(source)
    pivots = args.get("pivots") or args["this"].args.get("pivots")
    if pivots and walk.row.pivot_takes_join:
        scope.gather(start)
        rows |= apply_pivots(walk, pivots, scope)
    return rows


def _merge(walk: Walk, join: exp.Join, scope: Scope, start: int, before: int) -> int:
    """USING and NATURAL: the columns are asked for on both sides, and one column is left (ISO 9075-2, 7.10)."""
    left, right = scope.sources[start:before], scope.sources[before:]
    if join.args.get("using"):
        wanted = []
        for one in join.args["using"]:
            identifier = one.this if one.__class__ is exp.Column else one
            if identifier.__class__ is not exp.Identifier:
                walk.unhandled(one, "in USING")
                continue
            wanted.append((identifier.name, walk.key(identifier), one))
    else:
        if any(source.relation.loose is not None for source in left + right):
            walk.unresolved(
                Cause.CONSTRUCT,
                "natural join",
                join,
                "what NATURAL joins with an unknown source is not known; join with ON instead",
            )
        right_keys = {out.key for source in right for out in source.relation.outs()}
        seen: set[str] = set()
        wanted = []
        for name, key in _visible(scope, start, left):
            if key in right_keys and key not in seen:
                seen.add(key)
                wanted.append((name, key, join))
    side = (join.args.get("side") or "").upper()
    rows = 0
    fresh: dict[str, tuple[Out, Source]] = {}
    for name, key, node in wanted:
        one, other = _side(walk, scope, left, key, node), _side(walk, scope, right, key, node)
        both = one | other
        walk.name(node, both, True)
        rows |= indirect(both)
        flow = both if side == "FULL" else other if side == "RIGHT" else one
        fresh[key] = Out(name, key, flow), left[0] if left else right[0]
    if not fresh:
        return rows
    for source in left + right:
        source.merged |= {key for key in fresh if source.relation.find(key) is not None}
    for key, (out, _) in scope.merged.items():
        fresh.setdefault(key, (out, scope.merged[key][1]))
    scope.merge(fresh, in_place=walk.row.merged_in_place)
    return rows


def _visible(scope: Scope, start: int, left: list[Source]) -> list[tuple[str, str]]:
    inside = set(map(id, left))
    found = [(out.name, out.key) for out, anchor in scope.merged.values() if id(anchor) in inside]
    return found + [
        (out.name, out.key) for source in left for out in source.relation.outs() if out.key not in source.merged
    ]


def _side(walk: Walk, scope: Scope, side: list[Source], key: str, node: exp.Expr) -> int:
    """The flow of a merged column on one side of its join."""
    inside = set(map(id, side))
    merged = scope.merged.get(key)
    if merged is not None and id(merged[1]) in inside:
        return merged[0].flow
    hits = [source.relation.find(key) for source in side if not source.hidden]
    found = [flow for flow in hits if flow is not None]
    if len(found) > 1:
        walk.unresolved(
            Cause.AMBIGUOUS_NAME,
            key,
            node,
            "several sources on one side of the join have this column; join with ON instead",
        )
    if not found:
        loose = [source.relation.loose for source in side if source.relation.loose is not None]
        if not loose:
            walk.unresolved(
                Cause.UNKNOWN_COLUMN,
                key,
                node,
                f"`{key}` must be a column on both sides of the join; correct the name, or join with ON",
            )
        return loose[0] if loose else 0
    flow = 0
    for one in found:
        flow |= one
    return flow
