"""The flow of an expression: a list of nodes still to visit, and a table from class to handler.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("select case when ssn is null then name end as x from users", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('x', ('users.name',), ('users.ssn',))]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Found, Unnamed
from classify.sql.names.scope import Scope
from classify.sql.values.star import star_outs
from classify.sql.walk import resolve
from classify.sql.walk.argument_roles import ROLES, Own, known_of, sorting
from classify.sql.walk.dispatch import EACH, LEAF, VISIT, Pending, flow_of
from classify.sql.walk.known import DATE_PARTS, LEAVES, PLAIN
from classify.sql.walk.lambdas import is_lambda

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_ALIAS_FIRST = AliasRule.ALIAS_FIRST
_COLUMN = exp.Column
_IDENTIFIER = exp.Identifier

_SCALARS = (str, bool, int, type(None))


def column_flow(walk: Walk, node: exp.Column, scope: Scope) -> int:
    """The flow of a column reference, noted with its place.

    What most references are, a plain or once qualified name of this level's own sources, is told here; `resolve`
    knows the rest.
    """
    args = node.args
    identifier = args["this"]
    if identifier.__class__ is _IDENTIFIER:
        parts = identifier.args
        key = walk.quoted(parts["this"]) if parts.get("quoted") else walk.plain(parts["this"])
        qualifier = args.get("table")
        found = None
        if qualifier is None:
            if scope.progress.rule is _ALIAS_FIRST and key in scope.progress.outputs:
                found = scope.progress.outputs[key], False
            else:
                found = (scope.known or scope.bare()).get(key) or resolve.bare(walk, scope, key, node)
                if walk.row.row_or_column and found is not None and key in scope.aliases:
                    found = _with_row(scope, key, found)
        elif args.get("db") is None and qualifier.__class__ is _IDENTIFIER:
            parts = qualifier.args
            name = walk.quoted(parts["this"]) if parts.get("quoted") else walk.plain(parts["this"])
            source = scope.aliases.get(name)
            if source is not None:
                found = source.relation.known().get(key)
            elif scope.parent is not None and name not in scope.aliases and not walk.row.struct_paths:
                source = scope.parent.aliases.get(name)  # a subquery mostly correlates with the level around it
                if source is not None:
                    found = source.relation.known().get(key)
            if found is not None:
                walk.account(qualifier)
        if found is not None:
            walk.account(identifier)  # the places of all names are looked up together
            walk.refer((node, found))
            return found[0]
    flow, asks = _star_of(walk, node, scope) if identifier.__class__ is exp.Star else resolve.column(walk, scope, node)
    walk.name(node, flow, asks)
    return flow


def _with_row(scope: Scope, key: str, found: Found) -> Found:
    """A column together with the row of the source that has its name."""
    source = scope.aliases[key]
    return found if source is None else (found[0] | source.relation.whole(), found[1] or source.relation.asks)


def _star_of(walk: Walk, node: exp.Column, scope: Scope) -> Found:
    """`t.*` as a value: all columns of the source."""
    keys = [walk.key(part) for part in (node.args.get(key) for key in ("catalog", "db", "table")) if part]
    found = resolve.whole_row(walk, scope, *keys) if keys else None
    if found is not None:
        return found
    walk.unknown_column(node, scope, keys or ["*"])
    return 0, False


def _star(walk: Walk, node: exp.Star, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A star as an argument: nothing in `count(*)`, every column elsewhere (`object_construct(*)`, `hash(*)`)."""
    if node.parent.__class__ is exp.Count:
        return 0
    walk.rest(node, frozenset())
    flow = 0
    for out, asks, _ in scope.star():
        flow |= out.flow
        if asks:
            walk.ask(out.flow)
    walk.name(node, flow, False)
    return flow


def _maybe_column(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A bare word in an argument: the column of that name where there is one, else a keyword (a unit, a collation)."""
    name = node.args["this"]
    if not isinstance(name, str):
        pending.append(name)
        return 0
    if name.upper() in DATE_PARTS and (walk.row.unit_words or node.parent.__class__ in (exp.Extract, exp.Interval)):
        return 0
    return _word(walk, node, scope)


def _word(walk: Walk, node: exp.Expr, scope: Scope) -> int:
    """The flow of the column that a word names, if it names one."""
    name = node.args["this"]
    level: Scope | None = scope
    key = walk.row.columns.fold(name, bool(node.args.get("quoted")))
    while level is not None:
        found = resolve.at_level(walk, level, key, node)  # a lambda's parameter hides a column
        if found is not None:
            walk.name(node, *found)
            return found[0]
        level = level.parent
    held = resolve.variable(walk, key, node)
    if held is None:
        return 0
    walk.name(node, held, True)
    return held


def _within_group(walk: Walk, order: exp.Order, scope: Scope, pending: Pending) -> int:
    pending += order.args["expressions"]
    return 0


def _window_name(walk: Walk, name: exp.Expr, scope: Scope, pending: Pending) -> int:
    """The flow of the window that is defined under a name."""
    key = walk.key(name)
    if key.upper() == "DENSE_RANK" and name.parent is not None and name.parent.args.get("over") == "KEEP":
        return 0  # Oracle, "FIRST", "LAST": `KEEP (DENSE_RANK FIRST ORDER BY …)` names no window
    if key not in scope.progress.windows:
        detail = "no window of this name is defined here; define it in WINDOW, or correct the name"
        walk.unresolved(Cause.CONSTRUCT, key, name, detail)
    return scope.progress.windows.get(key, 0)


# What a named argument, or a field of a struct, is called; any other key is a value.
_NAMES_OF_ARGUMENTS = frozenset((exp.Identifier, exp.Literal, exp.Parameter, exp.Var))


def _named_value(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A value with a name: only the value is read, unless the name is a column's value (`object_construct(k, v)`)."""
    if node.__class__ is exp.PropertyEQ:
        left = node.args["this"]
        if left.__class__ not in _NAMES_OF_ARGUMENTS:
            pending.append(left)
        if left.__class__ is exp.Parameter:
            flow = flow_of(walk, node.args["expression"], scope)
            walk.assign(left.name, flow)
            return flow
    pending.append(node.args["this" if node.__class__ is exp.Alias else "expression"])
    return 0


def _lambda(walk: Walk, node: exp.Lambda, scope: Scope, pending: Pending, aside: Pending) -> int:
    """The body of a lambda; its parameters are plain identifiers there, which hide columns of the same name.

    Where the arrow is the operator of JSON, what stands before it is no parameter but a value.
    """
    left = node.args["expressions"]
    if not is_lambda(walk, node):
        pending += [_as_column(one) for one in (*left, node.args["this"])]
        return 0
    parameters = {walk.key(one) for one in left if one.__class__ is exp.Identifier}
    if _may_be_operator(walk, node):
        for one in left:
            _word(walk, one, scope)
    inner = Scope(scope, scope.ctes)
    inner.merged = {}
    inner.progress.outputs = dict.fromkeys(parameters, 0)
    inner.progress.see(AliasRule.ALIAS_FIRST)
    return flow_of(walk, node.args["this"], inner)


def _may_be_operator(walk: Walk, node: exp.Lambda) -> bool:
    """Whether what seems a lambda may be the operator of JSON too: as the first argument, which is mostly the data."""
    return walk.row.lambdas is not None and (node.arg_key == "this" or node.index == 0)


def _as_column(node: object) -> object:
    """A plain name as the column that it would be where the parser did not take it for a parameter."""
    if not isinstance(node, exp.Identifier):
        return node
    column = exp.Column(this=node.copy())
    column.parent = node.parent  # its kind and place are told by where it stands
    return column


def _dot(walk: Walk, node: exp.Dot, scope: Scope, pending: Pending, aside: Pending) -> int:
    """`x.y` over something that is no plain column: a field of a row, a method, a function with a schema."""
    left, right = node.args["this"], node.args["expression"]
    names = _plain_names(node)
    if names:
        keys = [walk.key(name) for name in names]
        named = resolve.dotted(walk, scope, keys, node)
        if named is not None:
            walk.name(node, *named)
            return named[0]
        if walk.row.methods:  # elsewhere it may be a function's schema
            walk.unknown_column(node, scope, keys)
        return 0
    if right.__class__ is not exp.Identifier and right.__class__ is not exp.Star:
        if right.__class__ not in (exp.Literal, exp.Var):
            pending.append(right)
    elif (field := _field(walk, node, scope)) is not None:
        return field
    elif left.__class__ is exp.Paren and left.this.__class__ is exp.Column:
        # `(u).ssn`: one column of the row, where u is no column itself.
        inner = left.this
        if walk.row.whole_row and not inner.args.get("table") and _bare_level(walk, inner, scope) is None:
            key = walk.key(inner.this)
            level: Scope | None = scope
            while level is not None:
                source = level.aliases.get(key)
                if source is not None:
                    found = resolve.of_source(walk, source, [walk.key(right)])
                    if found is not None:
                        # The row is made first, so all of it is asked for, as PostgreSQL's checks of privileges show.
                        walk.name(inner, source.relation.whole(), source.relation.asks)
                        return found[0]
                level = level.parent
    if left.__class__ in (exp.Literal,):
        walk.unhandled(node)
        return 0
    pending.append(left)
    if left.__class__ is _IDENTIFIER:
        # ClickHouse: `t.columns('…')` takes columns of the source; so may whatever else is called on one.
        row = resolve.whole_row(walk, scope, walk.key(left))
        if row is not None:
            walk.name(node, *row)
            return row[0]
    return 0


def _field(walk: Walk, node: exp.Dot, scope: Scope) -> int | None:
    """The flow of `(column).field`, where the catalog tells that field apart."""
    keys: list[str] = []
    at: exp.Expr = node
    while at.__class__ is exp.Dot and at.args["expression"].__class__ is exp.Identifier:
        keys.insert(0, walk.key(at.args["expression"]))
        at = at.args["this"]
    if at.__class__ is not exp.Paren or at.args["this"].__class__ is not exp.Column:
        return None
    fields = resolve.fields_below(walk, at.args["this"], scope)
    for length in range(len(keys), 0, -1):
        flow = fields.get(tuple(keys[:length]))
        if flow is not None:
            walk.name(node, flow, resolve.column(walk, scope, at.args["this"])[1])
            return flow
    return None


_COMPREHENSION_KNOWN = known_of(exp.Comprehension, "this iterator condition")


def _comprehension(walk: Walk, node: exp.Comprehension, scope: Scope, pending: Pending, aside: Pending) -> int:
    """`[f(x) for x in list if …]`: `x` stands for the elements, and hides a column of its name."""
    walk.rest(node, _COMPREHENSION_KNOWN)
    args = node.args
    flow = flow_of(walk, args["iterator"], scope)
    names = [args[key] for key in ("expression", "position") if args.get(key)]
    if any(name.__class__ is not exp.Identifier for name in names):
        walk.unhandled(node)
        return flow
    inner = Scope(scope, scope.ctes)
    inner.progress.outputs = {walk.key(name): flow for name in names}
    inner.progress.see(AliasRule.ALIAS_FIRST)
    if args.get("condition"):
        flow |= indirect(flow_of(walk, args["condition"], inner))
    return flow | flow_of(walk, args["this"], inner)


def _positional_column(walk: Walk, node: exp.PositionalColumn, scope: Scope, pending: Pending, aside: Pending) -> int:
    """DuckDB's `#1`: a column of the sources by its number, where USING merges none."""
    this = node.args["this"]
    columns = [
        (out.flow, source.relation.asks)
        for source in scope.sources
        if not source.hidden
        for out in source.relation.outs()
    ]
    number = int(this.name) if this.__class__ is exp.Literal and this.name.isdigit() else 0
    if scope.loose is not None or not 0 < number <= len(columns):
        walk.unresolved(
            Cause.UNKNOWN_COLUMN, f"#{number}", node, "no source is known to have that many columns; name the column"
        )
        return 0
    flow, asks = columns[number - 1]
    walk.name(node, flow, asks)
    return flow


def _columns(walk: Walk, node: exp.Columns, scope: Scope, pending: Pending, aside: Pending) -> int:
    """COLUMNS(…) in an expression: the column that is its turn, or all of them together, as of `*COLUMNS(…)`."""
    if scope.progress.chosen is not None and not node.args.get("unpack"):
        return scope.progress.chosen

    flow = 0
    for out in star_outs(walk, node, scope):
        flow |= out.flow
    return flow


def _plain_names(node: exp.Dot) -> list[exp.Expr]:
    """The names of `a.b.c`, which the parser makes of a column before a method; none where a part is no name."""
    names: list[exp.Expr] = []
    current: exp.Expr = node
    while current.__class__ is exp.Dot and current.args["expression"].__class__ is exp.Identifier:
        names.append(current.args["expression"])
        current = current.args["this"]
    names.append(current)
    return names[::-1] if all(name.__class__ is exp.Identifier for name in names) else []


def _parameter(walk: Walk, node: exp.Parameter, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A value that the caller or an earlier statement gives, or a column by its number."""
    if walk.row.numbered_columns and node.args["this"].__class__ is exp.Literal:
        if len(scope.sources) == 1 and isinstance(scope.sources[0].relation, Unnamed):
            return 0
        walk.unhandled(node)
    if walk.row.text_parameters:
        _text_parameter(walk, node)
    flow = walk.variable(node, node.name.lower())
    walk.name(node, flow, True)
    return flow


def _placeholder(walk: Walk, node: exp.Placeholder, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A value that the caller gives, but for ClickHouse's `{x:Identifier}`, which may name any column."""
    name = node.args.get("this")
    if isinstance(name, str) and isinstance(node.parent, (exp.Bracket, exp.Slice)):
        return _word(walk, node, scope)  # `a[:x]` may be a slice up to the column
    kind = node.args.get("kind")
    if node.args.get("widget") or (isinstance(kind, str) and kind.lower() == "identifier"):
        _text_parameter(walk, node)
    return 0


def _text_parameter(walk: Walk, node: exp.Expr) -> None:
    walk.unresolved(
        Cause.DYNAMIC_SQL,
        "parameter",
        node,
        "a parameter stands for a text of SQL; write the text, or analyse it in its place",
    )


def _bare_level(walk: Walk, node: exp.Column, scope: Scope) -> Scope | None:
    key = walk.key(node.this)
    level: Scope | None = scope
    while level is not None:
        if any(source.relation.find(key) is not None for source in level.sources) or key in level.merged:
            return level
        level = level.parent
    return None


# Words that stand for a value without parentheses, unless a column has the name (`DialectRow.constant_columns`).
_CONSTANTS = (
    exp.CurrentCatalog, exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp,
    exp.CurrentUser, exp.Localtime, exp.Localtimestamp, exp.SessionUser,
)  # fmt: skip


def _type(walk: Walk, node: exp.DataType, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A type names no column; where a value stands, it is a column whose name the parser took for a type's."""
    if node.arg_key in _OF_VALUES and not isinstance(node.parent, (exp.DataType, exp.ColumnDef, exp.Convert)):
        walk.unhandled(node, "as a value")
    return 0


_OF_VALUES = frozenset(("expressions", "this", "expression"))


def _constant(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
    """A constant that a word stands for, or the column of that name; with arguments it is a function."""
    value = node.args.get("this")
    if node.__class__ is not exp.Boolean and any(node.args.values()):
        pending += node.args.values()
        return 0
    if not walk.row.constant_columns:
        return 0
    word = node.sql_name() if isinstance(node, exp.Func) else "true" if value else "false"
    key = walk.row.columns.fold(word, False)
    level: Scope | None = scope
    while level is not None:
        found = level.bare().get(key)
        if found is not None:
            walk.name(node, *found)
            return found[0]
        level = level.parent
    return 0


# The arguments of classes with roles whose role is their own.
_OWN: Mapping[type, Mapping[str, Own]] = {
    exp.WithinGroup: {"expression": _within_group},
    exp.Window: {"alias": _window_name},
}

EXPRESSIONS: Mapping[type, object] = {
    **dict.fromkeys(PLAIN, VISIT),
    **dict.fromkeys((*LEAVES, *_SCALARS), LEAF),
    list: EACH,
    **{kind: sorting(kind, _OWN.get(kind)) for kind in ROLES},
    exp.Star: _star,
    **dict.fromkeys((exp.Identifier, exp.Var), _maybe_column),
    **dict.fromkeys((exp.Alias, exp.PropertyEQ, exp.Kwarg), _named_value),
    exp.Lambda: _lambda,
    exp.Dot: _dot,
    exp.Comprehension: _comprehension,
    exp.PositionalColumn: _positional_column,
    exp.Columns: _columns,
    exp.Parameter: _parameter,
    exp.Placeholder: _placeholder,
    exp.DataType: _type,
    **dict.fromkeys((exp.Boolean, *_CONSTANTS), _constant),
}
