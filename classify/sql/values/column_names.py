"""Which columns a pattern, a list or a condition on their names keeps, where its text alone tells.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select columns('s.*') from users", catalog, dialect="duckdb")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('ssn', ('users.ssn',), ())]
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from sqlglot import exp

Keeps = Callable[[str], bool]
"""Tells of a column's displayed name whether it is kept."""


def keeps(node: exp.Expr) -> Keeps | None:
    """What DuckDB's COLUMNS keeps for its argument ("Star expression"), or None where that is not understood.

    The argument is a regular expression, a list of names, a lambda over a name, or a list comprehension over `*`.
    """
    kind = node.__class__
    if kind is exp.Literal and node.args.get("is_string"):
        pattern = regex(node.this)
        return None if pattern is None else _found(pattern.search)
    if kind is exp.Lambda and len(node.expressions) == 1:
        return _condition(node.this, node.expressions[0].name)
    if kind is exp.Array:
        listed = node.expressions
        if len(listed) == 1 and listed[0].__class__ is exp.Comprehension:
            return _comprehension(listed[0])
        if all(one.__class__ is exp.Literal for one in listed):
            names = frozenset(one.name.lower() for one in listed)
            return lambda name: name.lower() in names
    return None


def filtered(node: exp.Expr) -> tuple[exp.Expr, Keeps | None] | None:
    """The star under a filter on its names (`* NOT LIKE 'a%'`) and what that keeps; None where there is no filter."""
    if node.__class__ is exp.Not:
        inner = filtered(node.args["this"])
        return None if inner is None else (inner[0], None if inner[1] is None else _negated(inner[1]))
    if node.__class__ not in _PATTERNS or not _is_star(node.args["this"]):
        return None
    return node.args["this"], _pattern(node)


def _is_star(node: exp.Expr) -> bool:
    return node.__class__ is exp.Star or (node.__class__ is exp.Column and node.args["this"].__class__ is exp.Star)


def _condition(node: exp.Expr, name: str) -> Keeps | None:
    """What a condition on one name keeps."""
    kind = node.__class__
    args = node.args
    if kind is exp.Paren:
        return _condition(args["this"], name)
    if kind is exp.Not:
        inner = _condition(args["this"], name)
        return None if inner is None else _negated(inner)
    if kind in (exp.And, exp.Or):
        left, right = _condition(args["this"], name), _condition(args["expression"], name)
        if left is None or right is None:
            return None
        one, other = left, right
        if kind is exp.And:
            return lambda text: one(text) and other(text)
        return lambda text: one(text) or other(text)
    if args.get("this").__class__ not in (exp.Identifier, exp.Column) or args["this"].name.lower() != name.lower():
        return None
    if kind is exp.In and args.keys() <= {"this", "expressions"}:
        if any(one.__class__ is not exp.Literal for one in node.expressions):
            return None
        listed = frozenset(one.name for one in node.expressions)
        return lambda text: text in listed
    value = args.get("expression")
    if value.__class__ is not exp.Literal or not value.args.get("is_string"):
        return None
    text = value.this
    if kind in _PATTERNS:
        return _pattern(node)
    if kind is exp.EQ:
        return lambda one: one == text
    if kind is exp.NEQ:
        return lambda one: one != text
    if kind is exp.StartsWith:
        return lambda one: one.startswith(text)
    if kind is exp.EndsWith:
        return lambda one: one.endswith(text)
    return None


def _comprehension(node: exp.Expr) -> Keeps | None:
    """`[x for x in (*) if …]`: the names that meet the condition."""
    args = node.args
    name = args["expression"].name
    iterator = args["iterator"].unnest()
    if args["this"].name != name or iterator.__class__ is not exp.Star or any(iterator.args.values()):
        return None
    if not {key for key, value in args.items() if value} <= {"this", "expression", "iterator", "condition"}:
        return None
    condition = args.get("condition")
    return _condition(condition, name) if condition else lambda name: True


def _negated(inner: Keeps) -> Keeps:
    return lambda name: not inner(name)


def _pattern(node: exp.Expr) -> Keeps | None:
    """What `… LIKE 'a%'` and its kin keep."""
    value = node.args["expression"]
    if value.__class__ is not exp.Literal or not {k for k, v in node.args.items() if v} <= _PATTERN_KNOWN:
        return None
    found = _PATTERNS[node.__class__](value.name)
    return _negated(found) if found is not None and node.args.get("negate") else found


_PATTERN_KNOWN = frozenset(("this", "expression", "negate"))


def like(pattern: str, *, fold: bool = False) -> Keeps:
    """What LIKE keeps, in time that is linear in both lengths but for backing up to the last `%`."""
    wanted = pattern.lower() if fold else pattern

    def match(name: str) -> bool:
        text = name.lower() if fold else name
        at = place = 0
        last = -1  # where the last `%` stands, and from where on it takes
        taken = 0
        while at < len(text):
            if place < len(wanted) and wanted[place] == "%":
                last, taken = place, at
                place += 1
            elif place < len(wanted) and wanted[place] in ("_", text[at]):
                at += 1
                place += 1
            elif last >= 0:
                taken += 1
                at, place = taken, last + 1
            else:
                return False
        return all(one == "%" for one in wanted[place:])

    return match


def _glob(pattern: str) -> Keeps | None:
    """GLOB, without what the engine and Python's `fnmatch` may read in two ways."""
    return None if "\\" in pattern or "[^" in pattern else _found(re.compile(fnmatch.translate(pattern)).match)


def _similar(pattern: str) -> Keeps | None:
    found = regex(pattern)
    return None if found is None else _found(found.fullmatch)


_PATTERNS: dict[type, Callable[[str], Keeps | None]] = {
    exp.Like: like,
    exp.ILike: lambda pattern: like(pattern, fold=True),
    exp.Glob: _glob,
    exp.SimilarTo: _similar,
}


def _found(match: Callable[[str], object]) -> Keeps:
    return lambda name: match(name) is not None


# What RE2 reads otherwise than Python: classes in classes, sets of Unicode, flags inside.
_OTHERWISE = re.compile(r"\[[^\]]*\[|\\[pPQEC]|&&|--|~~|\(\?(?!:|i\)|P<)")
# What takes more than linear time where there is much of it, `(a+)+` and `(a|a)(a|a)…` even little.
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPEATS = re.compile(r"[*+{]")
_CHOICES = re.compile(r"[?(]")
_MOST_REPEATS = 2
_MOST_CHOICES = 6


def regex(pattern: str) -> re.Pattern[str] | None:
    """The regular expression, or None where it is none that both RE2 and Python understand alike, in short time."""
    if not pattern.isascii() or _OTHERWISE.search(pattern) or _REPEATED_GROUP.search(pattern):
        return None
    if len(_REPEATS.findall(pattern)) > _MOST_REPEATS or len(_CHOICES.findall(pattern)) > _MOST_CHOICES:
        return None
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        return None
