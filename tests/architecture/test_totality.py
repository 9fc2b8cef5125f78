"""The analyser is total: whatever stands in a tree is read, known harmless, or unresolved; nothing is passed over.

The tests put a column where it need not make sense. Reading it, a note that it is unresolved and a fault (which makes
the statement unresolved) are all right; silence is not.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest
from sqlglot import exp, parse_one

from classify import Catalog
from classify.sql.analyse import analyse
from classify.sql.names.dialects import dialect_names, dialect_row
from classify.sql.session.compiled import compiled
from classify.sql.session.session import Session
from classify.sql.statements.run import run
from classify.sql.walk import known
from classify.sql.walk.argument_roles import ROLES, Harmless
from classify.sql.walk.dispatch import EXPRESSIONS, LEAF
from classify.sql.walk.walk import Walk

CATALOG = Catalog.from_mapping({"app.users": {"id": "public", "ssn": "restricted"}})

# Literals, parameters and names of types: none of them holds a column.
LEAVES = frozenset(cls for cls, action in EXPRESSIONS.items() if action is LEAF)

# Arguments that name no column, by the class they stand in: flags, hints, formats, names of things. Those of classes
# that do no more than sort their arguments are in `argument_roles.py`.
HARMLESS = {
    exp.Anonymous: "this",  # the function's own name
    exp.AnonymousAggFunc: "this",
    exp.CombinedAggFunc: "this",
    exp.CombinedParameterizedAgg: "this",
    exp.ParameterizedAgg: "this",
    exp.Boolean: "this",  # which of the two it is
    exp.Parameter: "this expression",  # a value, or a number
    exp.Placeholder: "this kind jdbc",  # a value, and its type
    exp.NextValueFor: "this",  # the sequence's name
    exp.Unnest: "alias",
    exp.Star: "except_",  # columns that are left out
    exp.Order: "expressions",  # a list, where the test puts a single column
    exp.DateTrunc: "unit",  # the class itself turns a column into a word
    exp.Select: "kind hint into operation_modifiers exclude locks settings format options for_",
    exp.Union: "by_name side kind on locks settings format options for_",
    exp.Subquery: "alias locks settings format options pivots where",  # the last two where no source is
    exp.Join: "side method global_ hint",
    exp.CTE: "materialized key_expressions",
    exp.With: "recursive",
    exp.Group: "totals all",
    exp.Ordered: "desc nulls_first",
    exp.Table: "alias hints format pattern ordinality only rows_from indexed",
    exp.Lateral: "view outer cross_apply ordinality",
    exp.Insert: "hint overwrite exists alternative ignore by_name settings default partition",
    exp.Update: "options hint",
    exp.Delete: "cluster hint",
    exp.OnConflict: "duplicate constraint",
    exp.When: "source",
    exp.Copy: "kind",
}

CLAUSES = {
    exp.Select: "select id from users",
    exp.Union: "select id from users union select id from users",
    exp.Subquery: "(select id from users)",
    exp.Join: "select u.id from users u join users v on u.id = v.id",
    exp.CTE: "with t as (select id from users) select id from t",
    exp.With: "with t as (select id from users) select id from t",
    exp.Group: "select id from users group by id",
    exp.Order: "select id from users order by id",
    exp.Ordered: "select id from users order by id",
    exp.Table: "select id from users",
    exp.Lateral: "select u.id from users u, lateral (select 1) t",
    exp.Insert: "insert into users (id) select id from users",
    exp.Update: "update users set id = 1",
    exp.Delete: "delete from users",
    exp.Merge: "merge into users using users u on u.id = users.id when matched then delete",
    exp.When: "merge into users using users u on u.id = users.id when matched then delete",
    exp.OnConflict: "insert into users (id) values (1) on conflict (id) do nothing",
    exp.Returning: "delete from users returning id",
    exp.Copy: "copy users to stdout",
}


def _is_silent(tree: exp.Expr) -> bool:
    """Whether the walk over a statement neither reads `ssn` nor says that something is unresolved."""
    session = Session(compiled(CATALOG, dialect_row("postgres")), ["app"], None, datetime.date(2026, 1, 1))
    walk = Walk(session)
    try:
        run(walk, tree)
    except Exception:  # noqa: BLE001  # `analyse` makes an unresolved statement of any fault
        return False
    return not walk.found.notes and not walk.found.reads & 0b100


def _placed(cls: type[exp.Expr]) -> Iterator[tuple[str, Callable[[str], object]]]:
    harmless = HARMLESS.get(cls, "").split()
    harmless += [key for key, role in ROLES.get(cls, {}).items() if isinstance(role, Harmless)]
    for key in cls.arg_types:
        if key not in harmless:
            yield key, lambda form: exp.column("ssn") if form == "column" else [exp.column("ssn")]


def _projecting(node: exp.Expr) -> exp.Expr:
    tree = parse_one("select 1 from users", dialect="postgres")
    tree.set("expressions", [node])
    return tree


def _classes() -> list[type[exp.Expr]]:
    found: list[type[exp.Expr]] = []
    pending: list[type[exp.Expr]] = [exp.Expr]
    while pending:
        cls = pending.pop()
        pending += cls.__subclasses__()
        if cls not in found and cls.__module__.startswith("sqlglot.expressions"):
            found.append(cls)
    return found


@pytest.mark.invariant("no-silence")
def test_a_class_without_a_handler_is_unresolved() -> None:
    """INVARIANT: what is not understood is unresolved, never silence."""
    unknown = [cls for cls in _classes() if cls not in EXPRESSIONS]
    assert len(unknown) > 100  # the parser has hundreds that are no value, and a new one would be among them
    silent = []
    for cls in unknown:
        if cls in (exp.Columns, exp.Aliases):  # read where they stand among the projections
            continue
        try:
            node = cls()
        except TypeError:  # a base class
            continue
        if _is_silent(_projecting(node)):
            silent.append(cls.__name__)
    assert silent == []


@pytest.mark.parametrize("form", ["column", "list"])
def test_every_argument_of_an_expression_is_read(form: str) -> None:
    silent = []
    for cls in EXPRESSIONS:
        if not issubclass(cls, exp.Expr) or cls in LEAVES or cls in CLAUSES:
            continue
        for key, value in _placed(cls):
            try:
                node = cls(**{key: value(form)})
            except (AttributeError, NotImplementedError, TypeError):  # a class that refuses it, or a base class
                continue
            if _is_silent(_projecting(node)):
                silent.append(f"{cls.__name__}.{key}")
    assert silent == []


@pytest.mark.invariant("every-argument-counts")
@pytest.mark.parametrize("form", ["column", "list"])
@pytest.mark.parametrize("cls", CLAUSES, ids=lambda cls: cls.__name__)
def test_every_argument_of_a_clause_is_read(cls: type[exp.Expr], form: str) -> None:
    """INVARIANT: every argument that is set is read, known harmless, or unresolved."""
    silent = []
    for key, value in _placed(cls):
        tree = parse_one(CLAUSES[cls], dialect="postgres")
        node = tree.find(cls)
        assert node is not None
        if not node.args.get(key):
            node.set(key, value(form))
            if _is_silent(tree):
                silent.append(key)
    assert silent == []


@pytest.mark.parametrize("cls", ROLES, ids=lambda cls: cls.__name__)
def test_every_argument_of_a_class_with_roles_has_one(cls: type[exp.Expr]) -> None:
    assert set(ROLES[cls]) == set(cls.arg_types)


TARGETS = (
    "insert into users (id) select id from users",
    "update users set id = 1",
    "delete from users",
    "merge into users using (select 1 as id) u on u.id = users.id when matched then delete",
    "truncate table users",
)
TARGETS_HARMLESS = "alias hints format pattern only indexed"


@pytest.mark.parametrize("form", ["column", "list"])
@pytest.mark.parametrize("sql", TARGETS, ids=lambda sql: sql.split()[0])
def test_every_argument_of_a_table_that_is_written_is_read(sql: str, form: str) -> None:
    silent = []
    for key in exp.Table.arg_types:
        tree = parse_one(sql, dialect="postgres")
        target = next(tree.find_all(exp.Table))
        if key not in TARGETS_HARMLESS.split() and not target.args.get(key):
            target.set(key, exp.column("ssn") if form == "column" else [exp.column("ssn")])
            if _is_silent(tree):
                silent.append(key)
    assert silent == []


def test_a_class_is_entered_once() -> None:
    names = [cls.__name__ for group in (known.LEAVES, known.PLAIN) for cls in group]
    assert sorted(names) == sorted(set(names))


NOT_SQL = ("dax", "prql")  # languages of their own, which the parser reads as dialects


@pytest.mark.parametrize("dialect", sorted(set(dialect_names()) - set(NOT_SQL)))
def test_every_dialect_analyses_a_plain_query(dialect: str) -> None:
    exposure = analyse("select id from users where ssn is null", CATALOG, dialect=dialect, default_schema="app")
    assert {read.column for read in exposure.reads} == {"app.users.id", "app.users.ssn"}
    assert exposure.unresolved == ()


@pytest.mark.parametrize("dialect", NOT_SQL)
def test_sql_in_another_language_is_unresolved(dialect: str) -> None:
    exposure = analyse("select id from users where ssn is null", CATALOG, dialect=dialect, default_schema="app")
    assert exposure.unresolved
    assert exposure.label == CATALOG.scheme.top
