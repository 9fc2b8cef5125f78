"""What each argument of a class does: to its value, where the class only sorts them; and which of them name no column.

`ROLES` has the classes that do no more than sort their arguments: it tells the walk what is direct and what decides,
and the kinds of references. `HARMLESS` has those whose handlers do more: a handler says what it reads itself, the table
what names no column, and why. Whatever is in neither is unresolved where it is set, and a test holds that all else is
read.
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

_HINT = "a hint to the planner"
_WORD = "a word"
_NAME = "a name that is defined or looked up elsewhere"
_STORED = "how and where it is stored"
_IN_WAY = "which of them there may be, and what happens where it is there already, or is not"
_SHAPE = "how the result is written out"
_ENDS: Mapping[str, str] = {
    "locks": "locks of rows; what OF names FROM has already",
    "settings": "looked at one by one (`DialectRow.is_harmless`)",
    "format": _SHAPE,
    "options": _HINT,
}
_SET_OPERATION: Mapping[str, str] = {
    **_ENDS,
    "for_": _SHAPE,
    "by_name": "whether columns are matched by name",
    "side": "a word beside BY NAME",
    "kind": "a word beside BY NAME",
}
_TARGET: Mapping[str, str] = {
    "hints": _HINT,
    "indexed": _HINT,
    "only": "leaves out the tables that inherit",
    "pattern": "which files of a stage",
}
_FUNCTION: Mapping[str, str] = {"this": "the function's own name"}
_PRIVILEGE: Mapping[str, str] = {
    "privileges": "what may be done; it is not done",
    "kind": _WORD,
    "securable": "with what it may be done",
    "principals": "who may",
    "grant_option": _WORD,
}

HARMLESS: Mapping[type, Mapping[str, str]] = {
    # Expressions.
    **dict.fromkeys((exp.Anonymous, exp.AnonymousAggFunc, exp.CombinedAggFunc), _FUNCTION),
    **dict.fromkeys((exp.CombinedParameterizedAgg, exp.ParameterizedAgg), _FUNCTION),
    exp.Boolean: {"this": "which of the two it is"},
    exp.Parameter: {"this": "whose value the caller gives", "expression": "its number"},
    exp.Placeholder: {"this": "whose value the caller gives", "kind": "its type", "jdbc": _WORD},
    exp.Star: {"except_": "columns that are left out"},
    exp.Comprehension: {"expression": "the name of an element", "position": "the name of its number"},
    exp.In: {"is_global": _WORD},
    # Queries.
    exp.Select: {
        **_ENDS,
        "for_": _SHAPE,
        "operation_modifiers": _HINT,
        "hint": _HINT,
        "kind": "AS STRUCT or AS VALUE",
        "exclude": "columns that are left out",
    },
    **dict.fromkeys((exp.Union, exp.Except, exp.Intersect), _SET_OPERATION),
    exp.Subquery: {**_ENDS, "alias": _NAME},
    exp.With: {"recursive": _WORD},
    exp.CTE: {"materialized": _HINT, "key_expressions": "the keys of a table that is kept"},
    exp.Group: {"totals": _WORD, "all": _WORD},
    exp.Ordered: {"desc": _WORD, "nulls_first": _WORD},
    exp.Connect: {"nocycle": _WORD},
    # Sources.
    exp.Table: {**_TARGET, "alias": _NAME, "format": "the format of files", "ordinality": _WORD},
    exp.Lateral: {"view": _WORD, "outer": _WORD, "cross_apply": _WORD, "ordinality": _WORD, "alias": _NAME},
    exp.Join: {"side": _WORD, "kind": _WORD, "method": _WORD, "global_": _HINT, "hint": _HINT},
    exp.Unnest: {"alias": _NAME, "offset": "the name of an element's number", "explode_array": _WORD},
    exp.Pivot: {
        "alias": _NAME,
        "unpivot": _WORD,
        "include_nulls": _WORD,
        "into": "the names of UNPIVOT's columns",
        "columns": "the names of the new columns",
        "identify_pivot_strings": "how the parser names the columns",
        "prefixed_pivot_columns": "how the parser names the columns",
        "pivot_column_naming": "how the parser names the columns",
        "value_columns_first": "how the parser orders the columns",
    },
    # Statements.
    exp.Insert: {
        "hint": _HINT,
        "overwrite": "which rows are gone then",
        "exists": _IN_WAY,
        "alternative": "what happens to a row that is there already",
        "ignore": "what happens to a row that is there already",
        "by_name": "whether columns are matched by name",
        "settings": "looked at one by one (`DialectRow.is_harmless`)",
        "default": "DEFAULT VALUES",
    },
    exp.Update: {"options": _HINT, "hint": _HINT},
    exp.Delete: {"cluster": "where the rows are", "hint": _HINT},
    exp.When: {"matched": _WORD, "source": _WORD},
    exp.OnConflict: {"duplicate": _WORD, "constraint": "the name of a constraint"},
    exp.Copy: {
        "kind": "into a table, or out of it",
        "credentials": "who reads the file",
        "format": _SHAPE,
        "params": "how the file is read or written",
    },
    exp.Export: {"connection": "who writes the files", "options": "how they are written"},
    exp.Into: {"temporary": _WORD, "unlogged": _STORED},
    exp.Create: {
        "kind": _WORD,
        "exists": _IN_WAY,
        "replace": _IN_WAY,
        "refresh": _IN_WAY,
        "unique": _WORD,
        "indexes": "what MySQL's parser finds among the columns",
        "no_schema_binding": _WORD,
        "concurrently": "how it is done",
        "clustered": _STORED,
    },
    exp.Clone: {"shallow": _STORED, "copy": _WORD},
    exp.Index: {"this": "the index's own name", "unique": _WORD, "primary": _WORD},
    exp.IndexParameters: {"using": _STORED, "with_storage": _STORED, "tablespace": _STORED},
    exp.Constraint: {"this": "the constraint's own name"},
    exp.CheckColumnConstraint: {"enforced": _WORD},
    exp.PrimaryKey: {"this": "the constraint's own name", "options": "when it is looked at", "include": "looked at"},
    exp.UniqueColumnConstraint: {
        "nulls": _WORD,
        "index_type": _STORED,
        "on_conflict": "what happens to a row that is there already",
        "options": "when it is looked at",
        "include": "looked at",
    },
    exp.IndexColumnConstraint: {
        "this": "the index's own name",
        "kind": _WORD,
        "index_type": _STORED,
        "options": _STORED,
    },
    exp.ForeignKey: {"delete": "what happens to its rows", "update": "what happens to its rows", "options": _WORD},
    exp.Reference: {"options": "when it is looked at"},
    exp.Grant: _PRIVILEGE,
    exp.Revoke: {**_PRIVILEGE, "cascade": "what goes with it"},
    exp.Drop: {
        "kind": _WORD,
        "exists": _IN_WAY,
        "temporary": _WORD,
        "materialized": _WORD,
        "cascade": "what goes with it",
        "restrict": "what goes with it",
        "constraints": "what goes with it",
        "purge": _STORED,
        "concurrently": "how it is done",
        "sync": "how it is done",
        "iceberg": _STORED,
        "force": "how it is done",
    },
    exp.TruncateTable: {
        "exists": _IN_WAY,
        "only": "leaves out the tables that inherit",
        "identity": "whether numbers start anew",
        "option": "what goes with it",
    },
    exp.Describe: {"format": _SHAPE, "as_json": _SHAPE},
    exp.Comment: {"kind": _WORD, "this": "what it is about", "exists": _IN_WAY, "materialized": _WORD},
    exp.Alter: {
        "kind": _WORD,
        "exists": _IN_WAY,
        "only": "leaves out the tables that inherit",
        "options": "how it is done",
    },
    exp.AddPartition: {"exists": _IN_WAY, "location": _STORED},
    exp.DropPartition: {"exists": _IN_WAY},
    exp.AlterColumn: {
        "dtype": "a type",
        "collate": "the name of a collation",
        "drop": _WORD,
        "comment": "a text",
        "allow_null": _WORD,
        "visible": _WORD,
    },
}
"""The arguments that name no column, of classes whose handlers do more than sort, each with its reason."""

HARMLESS_OF_TARGET = frozenset(_TARGET)
"""Of a table that a statement writes: those that name no column."""


def known_of(kind: type, read: str) -> frozenset[str]:
    """The arguments of a class that its handler reads, and those that name no column."""
    return frozenset(read.split()) | HARMLESS[kind].keys()


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

    def handler(walk: Walk, node: exp.Expr, scope: Scope, pending: Pending, aside: Pending) -> int:
        args = node.args
        for key in direct:
            if value := args.get(key):
                pending.append(value)
        for key in deciding:
            if value := args.get(key):
                aside.append(value)
        flow = 0
        for key, visit in others:
            if value := args.get(key):
                flow |= visit(walk, value, scope, pending)
        walk.rest(node, known)
        return flow

    return handler
