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
from classify.sql.walk.argument_roles import HARMLESS, HARMLESS_OF_TARGET, ROLES, Harmless
from classify.sql.walk.dispatch import EXPRESSIONS, LEAF
from classify.sql.walk.walk import Walk

CATALOG = Catalog.from_mapping({"app.users": {"id": "public", "ssn": "restricted"}})

# Literals, parameters and names of types: none of them holds a column.
LEAVES = frozenset(cls for cls, action in EXPRESSIONS.items() if action is LEAF)

# Where the test puts what the parser never does, and no name is passed over.
ODD: dict[type, str] = {
    exp.Unnest: "alias",
    exp.Order: "this expressions",  # a value in an aggregate's, a single one where a list stands
    exp.DateTrunc: "unit",  # the class itself turns a column into a word
    exp.Select: "into",  # a statement's, and of a class of its own
    exp.Union: "on",
    exp.Subquery: "pivots where",  # where no source is
    exp.Table: "rows_from",  # where a name is
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
    exp.Export: "export data options (uri = 'gs://x') as select id from users",
    exp.Connect: "select id from users start with id = 1 connect by id = 2",
    exp.Pivot: "select * from users pivot (max(id) for id in (1))",
    exp.Into: "select id into t from users",
    exp.Create: "create table t as select id from users",
    exp.Clone: "create table t clone users",
    exp.Index: "create index i on users (id)",
    exp.IndexParameters: "create index i on users (id)",
    exp.Constraint: "alter table users add constraint c check (id > 0)",
    exp.CheckColumnConstraint: "alter table users add constraint c check (id > 0)",
    exp.PrimaryKey: "alter table users add constraint c primary key (id)",
    exp.UniqueColumnConstraint: "alter table users add constraint c unique (id)",
    exp.IndexColumnConstraint: "alter table users add index i (id)",
    exp.ForeignKey: "alter table users add constraint c foreign key (id) references users (id)",
    exp.Reference: "alter table users add constraint c foreign key (id) references users (id)",
    exp.Grant: "grant select on users to ann",
    exp.Revoke: "revoke select on users from ann",
    exp.Drop: "drop table users",
    exp.TruncateTable: "truncate table users",
    exp.Describe: "describe users",
    exp.Comment: "comment on table users is 'x'",
    exp.Alter: "alter table users drop column id",
    exp.AddPartition: "alter table users add partition (id = 1)",
    exp.DropPartition: "alter table users drop partition (id = 1)",
    exp.AlterColumn: "alter table users alter column id type bigint",
}
# The dialect in which those are written, where it is not PostgreSQL's.
DIALECTS: dict[type, str] = {
    exp.Connect: "oracle",
    exp.Pivot: "snowflake",
    exp.Describe: "duckdb",
    exp.Clone: "snowflake",
    exp.Export: "bigquery",
    exp.IndexColumnConstraint: "mysql",
    exp.AddPartition: "hive",
    exp.DropPartition: "hive",
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
    harmless = [*ODD.get(cls, "").split(), *HARMLESS.get(cls, ())]
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
        tree = parse_one(CLAUSES[cls], dialect=DIALECTS.get(cls, "postgres"))
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


def test_what_is_harmless_is_said_of_arguments_that_there_are_and_tried() -> None:
    for cls, harmless in HARMLESS.items():
        assert issubclass(cls, exp.Expr)
        assert harmless.keys() <= cls.arg_types.keys()
        assert cls in CLAUSES or cls in EXPRESSIONS or cls in (exp.Except, exp.Intersect), cls


TARGETS = (
    "insert into users (id) select id from users",
    "update users set id = 1",
    "delete from users",
    "merge into users using (select 1 as id) u on u.id = users.id when matched then delete",
    "truncate table users",
)


@pytest.mark.parametrize("form", ["column", "list"])
@pytest.mark.parametrize("sql", TARGETS, ids=lambda sql: sql.split()[0])
def test_every_argument_of_a_table_that_is_written_is_read(sql: str, form: str) -> None:
    silent = []
    for key in exp.Table.arg_types:
        tree = parse_one(sql, dialect="postgres")
        target = next(tree.find_all(exp.Table))
        if key not in HARMLESS_OF_TARGET | {"alias"} and not target.args.get(key):
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
