"""What a column's name means: the flow of the column, field, row or alias that an engine would pick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.relation import Found, Unnamed
from classify.sql.names.scope import Scope, Source
from classify.sql.session.tables import TableRelation

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk


def column(walk: Walk, scope: Scope, node: exp.Column) -> Found:
    """The flow of a column reference; what cannot be resolved is noted on the walk.

    Levels are searched from the inside out (ISO 9075-2, 6.6 and 6.7).
    """
    parts = [part for part in (node.args.get(key) for key in ("catalog", "db", "table", "this")) if part]
    if any(part.__class__ is not exp.Identifier for part in parts):
        return _not_plain_names(walk, scope, node)
    keys = [walk.key(part) for part in parts]
    found = bare(walk, scope, keys[0], node) if len(keys) == 1 else dotted(walk, scope, keys, node)
    if found is not None:
        return found
    return _not_a_column(walk, scope, keys, node)


def bare(walk: Walk, scope: Scope, key: str, node: exp.Expr) -> Found | None:
    """The flow of a bare name, from the inside out.

    INVARIANT unknown-columns-hide-nothing: a source whose columns are not all known hides nothing: the name may be its
    own or one outside, so it takes the flows of both.
    """
    level: Scope | None = scope
    loose: int | None = None
    while level is not None:
        found = at_level(walk, level, key, node)
        if found is None and walk.row.row_before_alias:
            source = level.aliases.get(key)  # the row of this level, before a column of one outside
            found = None if source is None else (source.relation.whole(), source.relation.asks)
        if found is not None:
            return found if loose is None else (found[0] | loose, found[1])
        if level.loose is not None:
            loose = level.loose if loose is None else loose | level.loose
        level = level.parent
    if loose is None:
        return None
    loose |= variable(walk, key, node) or 0
    row = whole_row(walk, scope, key) if walk.row.whole_row else None
    return (loose, False) if row is None else (loose | row[0], row[1])


def variable(walk: Walk, key: str, node: exp.Expr) -> int | None:
    """The flow of a variable that the script declares, where its bare name may stand for it."""
    known = walk.row.bare_variables and key.lower() in walk.session.script.variables
    return walk.variable(node, key.lower()) if known else None


def at_level(walk: Walk, level: Scope, key: str, node: exp.Expr) -> Found | None:
    """The flow of a bare name at one level, or None."""
    rule = level.progress.rule
    if rule is AliasRule.ALIAS_FIRST:
        output = level.progress.outputs.get(key)
        if output is not None:
            return output, False
    names = level.bare()
    found = names.get(key)
    if found is None:
        if key in names:
            return _several(walk, level, key, node)
        if rule is AliasRule.COLUMN_FIRST:
            output = level.progress.outputs.get(key)
            if output is not None:
                source = level.aliases.get(key) if walk.row.row_before_alias else None
                if source is not None:
                    return output | source.relation.whole(), source.relation.asks
                return output, False
    return found


def _several(walk: Walk, level: Scope, key: str, node: exp.Expr) -> Found:
    """All flows of a name that several sources have.

    INVARIANT no-first-hit: an ambiguous name is never the first hit.
    """
    walk.unresolved(
        Cause.AMBIGUOUS_NAME, key, node, "more than one source has a column of this name; qualify it with its table"
    )
    flow = level.merged[key][0].flow if key in level.merged else 0
    for source in level.sources:
        flow |= source.relation.find(key) or 0
    return flow, True


def dotted(walk: Walk, scope: Scope, keys: list[str], node: exp.Expr) -> Found | None:
    """The flow of a name with dots, from the inside out.

    INVARIANT unsure-fields-hide-nothing: what is not sure to be meant, a column of a source whose columns are not all
    known or a field that the catalog does not know, hides no source of that name outside: it takes the flows of both.
    """
    level: Scope | None = scope
    maybe: Found | None = None
    while level is not None:
        found, sure = _dotted_at(walk, level, keys, node)
        if found is not None:
            maybe = found if maybe is None else (maybe[0] | found[0], maybe[1] or found[1])
            if sure:
                break
        level = level.parent
    return maybe


def _dotted_at(walk: Walk, level: Scope, keys: list[str], node: exp.Expr) -> tuple[Found | None, bool]:
    """The flow of a name with dots at one level, and whether nothing outside can be meant."""
    for count in range(len(keys) - 1, 0, -1):
        found_source, source = _qualified(level, keys[:count])
        if not found_source:
            continue
        if source is None:
            walk.unresolved(
                Cause.AMBIGUOUS_NAME,
                ".".join(keys[:count]),
                node,
                "more than one source has this name; give each an alias",
            )
            return (0, False), True
        found = of_source(walk, source, keys[count:])
        if found is not None:
            return found, source.relation.find(keys[count]) is not None
    if walk.row.struct_paths:
        for source in level.sources:
            if not source.hidden and source.relation.find(keys[0]) is not None:
                return with_fields(source, keys), tuple(keys[:2]) in (source.relation.fields or ())
        merged = level.merged.get(keys[0])
        if merged is not None:
            return (merged[0].flow, False), False
        output = level.progress.outputs.get(keys[0]) if level.progress.rule is not AliasRule.NO else None
        if output is not None:
            return (output, False), False
    return None, False


def _qualified(level: Scope, qualifier: list[str]) -> tuple[bool, Source | None]:
    """Whether a source has that name, and the source: None where several have."""
    if len(qualifier) == 1:
        return qualifier[0] in level.aliases, level.aliases.get(qualifier[0])
    *path, table = qualifier
    wanted = tuple(path)
    hits = [source for source in level.sources if source.key == table and source.path[-len(wanted) :] == wanted]
    return bool(hits), hits[0] if len(hits) == 1 else None


def of_source(walk: Walk, source: Source, keys: list[str]) -> Found | None:
    """The flow of `keys` within one source: a column, or a field nested in one."""
    if source.relation.find(keys[0]) is not None:
        if len(keys) > 1 and not walk.row.struct_paths:
            return None
        return with_fields(source, keys)
    if len(keys) == 1 and keys[0].lower() in walk.row.pseudo_columns:
        return _row_number(walk, source)
    if source.relation.loose is not None:
        return source.relation.loose, False
    return None


def _row_number(walk: Walk, source: Source) -> Found:
    """What a system column of a source holds: no data, but for SQLite's number of a row, which may be a column.

    SQLite, "CREATE TABLE", "ROWIDs and the INTEGER PRIMARY KEY".
    """
    relation = source.relation
    key = relation.table.integer_key if walk.row.row_numbers and isinstance(relation, TableRelation) else None
    return (0, False) if key is None else (relation.find(key) or 0, relation.asks)


def _row_numbers(walk: Walk, scope: Scope) -> Found:
    """The same for a bare name, of the innermost level that has sources."""
    level: Scope | None = scope
    while level is not None and not level.sources:
        level = level.parent
    flow, asks = 0, False
    for source in level.sources if level is not None else ():
        found = _row_number(walk, source)
        flow, asks = flow | found[0], asks or found[1]
    return flow, asks


def with_fields(source: Source, keys: list[str]) -> Found:
    """The flow of a column, or of the innermost of its named fields that the catalog knows."""
    relation = source.relation
    flow = relation.find(keys[0]) or 0
    if relation.fields is not None:
        for length in range(len(keys), 1, -1):
            field = relation.fields.get(tuple(keys[:length]))
            if field is not None:
                return field, relation.asks
    return flow, relation.asks


def fields_below(walk: Walk, node: exp.Column, scope: Scope) -> dict[tuple[str, ...], int]:
    """The flows of the fields below a column, as far as the catalog tells them apart, by path."""
    parts = [part for part in (node.args.get(one) for one in ("catalog", "db", "table", "this")) if part]
    if any(part.__class__ is not exp.Identifier for part in parts):
        return {}
    keys = tuple(walk.key(part) for part in parts)
    level: Scope | None = scope
    while level is not None:
        source = level.aliases.get(keys[0])
        for one, path in ((source, keys[1:]), *((other, keys) for other in level.sources)):
            if one is None or not path or one.relation.find(path[0]) is None:
                continue
            fields = one.relation.fields or {}
            length = len(path)
            return {each[length:]: flow for each, flow in fields.items() if each[:length] == path and each != path}
        level = level.parent
    return {}


def _not_a_column(walk: Walk, scope: Scope, keys: list[str], node: exp.Column) -> Found:
    """What a name means that is no column: a row, a function, a system column, a string; else it is unresolved."""
    row = walk.row
    identifier = node.this
    held = variable(walk, keys[0], node)
    if held is not None:
        # What comes first, a row or a variable of its name, is not told: both count.
        source = whole_row(walk, scope, keys[0]) if row.whole_row else None
        return held | (source[0] if source is not None else 0), True
    if len(keys) == 1:
        if row.whole_row:
            found = whole_row(walk, scope, keys[0])
            if found is not None:
                return found
        if not identifier.args.get("quoted") and keys[0].lower() in row.niladic:
            return 0, False
        if keys[0].lower() in row.pseudo_columns and scope_has_sources(scope):
            return _row_numbers(walk, scope)
        if row.quoted_text and identifier.args.get("quoted"):
            return 0, False
    elif keys[0] == row.alias_qualifier and keys[1] in scope.progress.outputs:
        return scope.progress.outputs[keys[1]], False
    elif row.whole_row and row.struct_paths:
        found = whole_row(walk, scope, keys[-1]) if len(keys) == 2 else None
        if found is not None:
            return found
    walk.unknown_column(node, scope, keys)
    return 0, False


def scope_has_sources(scope: Scope) -> bool:
    level: Scope | None = scope
    while level is not None:
        if level.sources:
            return True
        level = level.parent
    return False


def whole_row(walk: Walk, scope: Scope, *keys: str) -> Found | None:
    """The flow of a source's whole row where its name stands for a value (PostgreSQL manual, 8.16.5), or None."""
    level: Scope | None = scope
    while level is not None:
        source = _qualified(level, list(keys))[1]
        if source is not None:
            return source.relation.whole(), source.relation.asks
        level = level.parent
    return None


def _not_plain_names(walk: Walk, scope: Scope, node: exp.Column) -> Found:
    """A reference whose parts are not plain names."""
    numbered = node.args["this"].__class__ is exp.Parameter and isinstance(node.args.get("table"), exp.Identifier)
    if walk.row.numbered_columns and numbered and not node.args.get("db"):
        source = scope.aliases.get(walk.key(node.args["table"]))
        if source is not None and isinstance(source.relation, Unnamed):
            return 0, False
    walk.unresolved(
        Cause.CONSTRUCT, "column", node, "this form of column reference is not modelled; name the column plainly"
    )
    return 0, False
