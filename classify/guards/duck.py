"""Guarded connections of DuckDB: a facade that has what is listed here, and nothing else.

DuckDB has no hook of its own, and its relations look names up when they run. So a relation here is a text, which is
allowed and run as a whole each time that its rows are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, NoReturn

import duckdb
from attrs import evolve

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.errors import ErrorPolicy, left_out
from classify.guards.judge import Judge, Permit
from classify.guards.rows import Rows
from classify.guards.watch import Watch

DIALECT = "duckdb"

_QUERIES = ("select", "values")


def guard(raw: Any, judge: Judge, errors: ErrorPolicy) -> GuardedConnection:
    """The connection behind a facade; objects of the program are no tables any more until they are registered.

    Raises:
        UsageError: it is closed, or its settings are locked.
    """
    try:
        raw.execute("SET python_enable_replacements = false")
    except duckdb.ConnectionException:
        raise UsageError("this connection is closed: open another one") from None
    except duckdb.Error as error:
        raise UsageError(
            f"the program's objects cannot be kept from being read as tables ({type(error).__name__}): set "
            "python_enable_replacements to false before the settings are locked"
        ) from None
    return GuardedConnection(raw, judge, errors)


def columns_of(raw: Any) -> list[tuple[tuple[str, ...], str]]:
    """The tables and views of the database in use, each as its name's parts, with a column."""
    rows = raw.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY table_oid, column_index"
    ).fetchall()
    return [((schema, table), column) for schema, table, column in rows]


# Errors about how a connection is used, which quote nothing.
_HARMLESS = ("ConnectionException", "InterruptException", "ResourceInUseException", "TransactionException")


def _call(errors: ErrorPolicy, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What a method of DuckDB's returns; its errors without their messages, which quote values and texts of SQL."""
    try:
        return method(*arguments, **named)
    except duckdb.Error as error:
        kind = type(error)
        message = str(error) if kind.__name__ in _HARMLESS else left_out(kind.__name__)
        shown = errors.replaced(error, kind(message))
    raise shown


class GuardedConnection:
    """A connection whose every text is allowed before DuckDB sees it.

    Attributes:
        classification: the columns of the last result of `execute`, each with its label.
    """

    # Polars tells drivers apart by where their class is from, and takes Arrow's tables from DuckDB's alone.
    __module__ = "duckdb.guarded"

    def __init__(self, raw: Any, judge: Judge, errors: ErrorPolicy) -> None:
        self._raw = raw
        self._judge = judge
        self._errors = errors
        self._watch = Watch(judge, commit_may_undo=True)
        if not judge.has_path:
            [(schema,)] = raw.execute("SELECT current_schema()").fetchall()
            self._watch.begins_with((schema,))
        self._permit: Permit | None = None
        self._rows = Rows()

    def __getattr__(self, name: str) -> NoReturn:
        if hasattr(duckdb.DuckDBPyConnection, name):
            raise UsageError(
                f"`{name}` is not known to the guard, so that it may read what nobody checked: write it as SQL, or use "
                "a connection without a guard"
            )
        raise AttributeError(f"a guarded connection has no attribute `{name}`")

    # -- texts

    def execute(self, query: str, parameters: Any = None) -> GuardedConnection:
        """As DuckDB's own."""
        return self._run(query, self._raw.execute, parameters)

    def executemany(self, query: str, parameters: Any = None) -> GuardedConnection:
        """As DuckDB's own."""
        return self._run(query, self._raw.executemany, parameters)

    def _run(self, query: str, method: Callable[..., object], parameters: Any) -> GuardedConnection:
        self._rows.end()
        permit = self._permit = self._watch.permit(query)
        self.run(permit, lambda: method(query) if parameters is None else method(query, parameters))
        self._rows = Rows(permit)
        if self._raw.description is None:
            self._rows.end()  # there are no rows to be handed out
        self._stop()
        return self

    def run(self, permit: Permit, method: Callable[[], Any]) -> Any:
        """Run what is allowed, and take note of what it changed."""
        try:
            found = _call(self._errors, method)
        except duckdb.Error:
            self._watch.failed(permit)
            raise
        self._watch.ran(permit)
        return found

    def permit(self, text: str) -> Permit:
        """What was decided of a text that is about to run."""
        return self._watch.permit(text)

    def sql(self, query: str, *, alias: str = "", params: Any = None) -> GuardedRelation | None:
        """The query as a relation; any other text runs at once."""
        permit = self._watch.permit(query)
        if len(permit.kinds) == 1 and permit.kinds[0] in _QUERIES:
            return GuardedRelation(self, self._raw, query, alias, params)
        self._run(query, self._raw.execute, params)
        return None

    query = from_query = sql

    def table(self, table_name: str) -> GuardedRelation | None:
        """The table as a relation."""
        return self.sql(f"SELECT * FROM {table_name}")

    view = table

    # -- transactions

    def begin(self) -> GuardedConnection:
        _call(self._errors, self._raw.begin)
        self._watch.begun()
        return self

    def commit(self) -> GuardedConnection:
        _call(self._errors, self._raw.commit)
        self._watch.committed()
        return self

    def rollback(self) -> GuardedConnection:
        _call(self._errors, self._raw.rollback)
        self._watch.rolled_back()
        return self

    # -- connections

    def cursor(self) -> GuardedConnection:
        """Another connection to the same database, with a session of its own."""
        raw = _call(self._errors, self._raw.cursor)
        _call(self._errors, raw.execute, "SET python_enable_replacements = false")
        return GuardedConnection(raw, self._judge, self._errors)

    duplicate = cursor

    def __enter__(self) -> GuardedConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        self.close()
        return False

    def close(self) -> None:
        self._rows.end()
        self._raw.close()

    # -- objects of the program

    def register(self, view_name: str, python_object: object) -> GuardedConnection:
        """As DuckDB's own, for a name that the catalog has: its labels hold for what is in the object.

        Raises:
            UsageError: the catalog has no dataset of that name, or it is no text.
        """
        if type(view_name) is not str:
            raise UsageError(f"expected a name as text, found {type(view_name).__name__}")
        index = self._judge.catalog.index(DIALECT)
        if not index.elsewhere(index.folding.fold(view_name, True)):
            raise UsageError(
                f"`{view_name}` is not in the catalog, so that nobody knows the class of what is registered: add it"
            )
        _call(self._errors, self._raw.register, view_name, python_object)
        return self

    def unregister(self, view_name: str) -> GuardedConnection:
        _call(self._errors, self._raw.unregister, view_name)
        return self

    # -- results

    @property
    def classification(self) -> tuple[Output, ...] | None:
        return self._permit.outputs[-1] if self._permit is not None else None

    @property
    def description(self) -> Any:
        return self._raw.description

    @property
    def rowcount(self) -> Any:
        return self._raw.rowcount

    def fetchone(self) -> Any:
        row = self._rows.one(lambda: _call(self._errors, self._raw.fetchone))
        self._stop()
        return row

    def fetchmany(self, size: int = 1) -> Any:
        rows = self._rows.many(self._some, size)
        self._stop()
        return rows

    def fetchall(self) -> Any:
        rows = self._rows.all(lambda: _call(self._errors, self._raw.fetchall), self._some)
        self._stop()
        return rows

    def _some(self, size: int) -> Any:
        return _call(self._errors, self._raw.fetchmany, size)

    def _stop(self) -> None:
        """Behind the last row that may be handed out, let the statement run to its end.

        Releases of DuckDB that have `complete` let nothing else run before that.
        """
        if not self._rows.left(1) and hasattr(self._raw, "complete"):
            _call(self._errors, self._raw.complete)


def _plain(name: str) -> Callable[..., Any]:
    """A method that does nothing with data."""

    def method(self: GuardedConnection, *arguments: Any, **named: Any) -> Any:
        return _call(self._errors, getattr(self._raw, name), *arguments, **named)

    return method


def _table(name: str) -> Callable[..., Any]:
    """A method that hands out the rows that are left of the last result as one object."""
    is_part = name == "fetch_df_chunk"

    def method(self: GuardedConnection, *arguments: Any, **named: Any) -> Any:
        fetch = getattr(self._raw, name)
        return self._rows.table(lambda: _call(self._errors, fetch, *arguments, **named), is_part=is_part)

    return method


def _add(owner: type, of: type, names: str, method: Callable[[str], Callable[..., Any]]) -> None:
    """Give a class those of the methods that this release of DuckDB has."""
    for name in names.split():
        if hasattr(of, name):
            made = method(name)
            made.__name__ = name
            setattr(owner, name, made)


_add(
    GuardedConnection,
    duckdb.DuckDBPyConnection,
    "abort checkpoint complete create_function interrupt query_progress remove_function",
    _plain,
)
_add(
    GuardedConnection,
    duckdb.DuckDBPyConnection,
    "arrow df fetch_arrow_table fetch_df fetch_df_chunk fetch_record_batch fetchdf fetchnumpy pl to_arrow_reader "
    "to_arrow_table torch",
    _table,
)


class GuardedRelation:
    """A query as a relation: a text, allowed and run as a whole each time that its rows are asked for.

    Attributes:
        sql_query: the text.
        classification: its columns, each with its label.
    """

    __module__ = "duckdb.guarded"

    def __init__(self, connection: GuardedConnection, raw: Any, text: str, alias: str = "", params: Any = None) -> None:
        self._connection = connection
        self._raw = raw
        self._alias = alias
        self._params = params
        self._rows: Iterator[Any] | None = None
        self.sql_query = text

    def __getattr__(self, name: str) -> NoReturn:
        if hasattr(duckdb.DuckDBPyRelation, name):
            raise UsageError(f"`{name}` of a relation is not known to the guard: write it as SQL")
        raise AttributeError(f"a guarded relation has no attribute `{name}`")

    def __repr__(self) -> str:
        return f"<GuardedRelation {self.alias}>"  # DuckDB's own would run it

    @property
    def classification(self) -> tuple[Output, ...]:
        return self._connection.permit(self.sql_query).outputs[-1]

    @property
    def alias(self) -> str:
        return self._alias or "relation"

    # -- made of others

    def set_alias(self, alias: str) -> GuardedRelation:
        return GuardedRelation(self._connection, self._raw, self.sql_query, alias, self._params)

    def filter(self, filter_expr: str) -> GuardedRelation:
        return self._of(f"SELECT * FROM {self._source()} WHERE ({_fragment(filter_expr)}\n)")

    def project(self, *args: str) -> GuardedRelation:
        return self._of(f"SELECT {_listed(args)}\nFROM {self._source()}")

    select = project

    def aggregate(self, aggr_expr: str, group_expr: str = "") -> GuardedRelation:
        group = f" GROUP BY {_fragment(group_expr)}" if group_expr else " GROUP BY ALL"
        return self._of(f"SELECT {_fragment(aggr_expr)}\nFROM {self._source()}{group}")

    def order(self, order_expr: str) -> GuardedRelation:
        return self._of(f"SELECT * FROM {self._source()} ORDER BY {_fragment(order_expr)}")

    def sort(self, *args: str) -> GuardedRelation:
        return self.order(_listed(args))

    def limit(self, n: int, offset: int = 0) -> GuardedRelation:
        return self._of(f"SELECT * FROM {self._source()} LIMIT {int(n)} OFFSET {int(offset)}")

    def distinct(self) -> GuardedRelation:
        return self._of(f"SELECT DISTINCT * FROM {self._source()}")

    def union(self, union_rel: GuardedRelation) -> GuardedRelation:
        return self._with(union_rel, "UNION ALL")

    def except_(self, other_rel: GuardedRelation) -> GuardedRelation:
        return self._with(other_rel, "EXCEPT ALL")

    def intersect(self, other_rel: GuardedRelation) -> GuardedRelation:
        return self._with(other_rel, "INTERSECT ALL")

    def cross(self, other_rel: GuardedRelation) -> GuardedRelation:
        params = _one_of(self, other_rel)
        return self._of(f"SELECT * FROM {self._source()}, {_relation(other_rel)._source()}", params)

    def join(self, other_rel: GuardedRelation, condition: str, how: str = "inner") -> GuardedRelation:
        if how not in _JOINS:
            raise UsageError(f"unknown join `{how}`, expected one of {', '.join(_JOINS)}")
        params = _one_of(self, other_rel)
        fragment = _fragment(condition)
        words = f"USING ({fragment}\n)" if _NAMES.match(fragment) else f"ON ({fragment}\n)"
        other = _relation(other_rel)._source()
        return self._of(f"SELECT * FROM {self._source()} {how.upper()} JOIN {other} {words}", params)

    def query(self, virtual_table_name: str, sql_query: str) -> GuardedRelation:
        name = virtual_table_name.replace('"', '""')
        return self._of(f'WITH "{name}" AS ({self.sql_query}\n) {_fragment(sql_query)}')

    def _with(self, other: Any, word: str) -> GuardedRelation:
        params = _one_of(self, other)
        return self._of(f"({self.sql_query}\n) {word} ({_relation(other).sql_query}\n)", params)

    def _of(self, text: str, params: Any = None) -> GuardedRelation:
        self._connection.permit(text)  # what is above the ceiling says so where it is written
        own = params if params is not None else self._params
        return GuardedRelation(self._connection, self._raw, text, self._alias, own)

    def _source(self) -> str:
        return f'({self.sql_query}\n) AS "{self.alias.replace(chr(34), chr(34) * 2)}"'

    # -- run

    def _told(self, name: str) -> Any:
        """What DuckDB says of the query without its rows."""
        permit = self._connection.permit(self.sql_query)
        return self._connection.run(permit, lambda: self._take(permit, name, (), {}))

    def _rows_as(self, name: str, arguments: Sequence[Any], named: Any) -> Any:
        """The rows of the query as one object, no more than may be handed out."""
        permit = self._connection.permit(self.sql_query)
        rows = Rows(evolve(permit, rows_at_most=None))  # DuckDB itself stops after so many
        return rows.table(lambda: self._connection.run(permit, lambda: self._take(permit, name, arguments, named)))

    def _take(self, permit: Permit, name: str, arguments: Sequence[Any], named: Any) -> Any:
        relation = self._raw.sql(self.sql_query, params=self._params)
        if permit.rows_at_most is not None:
            relation = relation.limit(permit.rows_at_most)
        found = getattr(relation, name)
        return found(*arguments, **named) if callable(found) else found

    def fetchall(self) -> list[Any]:
        rows: list[Any] = list(self._left()) if self._rows is not None else self._rows_as("fetchall", (), {})
        return rows

    def fetchmany(self, size: int = 1) -> list[Any]:
        left = self._left()
        return [row for _, row in zip(range(size), left, strict=False)]

    def fetchone(self) -> Any:
        return next(self._left(), None)

    def _left(self) -> Iterator[Any]:
        """The rows that are left: all are taken at once, since names may mean something else later."""
        if self._rows is None:
            self._rows = iter(self._rows_as("fetchall", (), {}))
        return self._rows

    def __len__(self) -> int:
        return len(self._told("fetchall"))

    @property
    def columns(self) -> Any:
        return self._told("columns")

    @property
    def types(self) -> Any:
        return self._told("types")

    @property
    def description(self) -> Any:
        return self._told("description")

    @property
    def shape(self) -> Any:
        return self._told("shape")

    # -- written

    def create(self, table_name: str) -> None:
        self._connection.execute(f"CREATE TABLE {table_name} AS {self.sql_query}", self._params)

    to_table = create

    def create_view(self, view_name: str, replace: bool = True) -> GuardedRelation:
        words = "CREATE OR REPLACE VIEW" if replace else "CREATE VIEW"
        self._connection.execute(f"{words} {view_name} AS {self.sql_query}", self._params)
        return self

    to_view = create_view

    def insert_into(self, table_name: str) -> None:
        self._connection.execute(f"INSERT INTO {table_name} {self.sql_query}", self._params)


_JOINS = ("inner", "left", "right", "full", "semi", "anti")
_NAMES = re.compile(r"\s*\w+(?:\s*,\s*\w+)*\s*\Z")


def _reader(name: str) -> Callable[..., Any]:
    """A method that runs the query and hands out its rows as one object."""

    def method(self: GuardedRelation, *arguments: Any, **named: Any) -> Any:
        return self._rows_as(name, arguments, named)

    return method


_add(
    GuardedRelation,
    duckdb.DuckDBPyRelation,
    "arrow df fetch_arrow_reader fetch_arrow_table fetch_record_batch fetchdf fetchnumpy pl show to_arrow_reader "
    "to_arrow_table to_df to_dicts torch",
    _reader,
)


def _fragment(text: object) -> str:
    if not isinstance(text, str):
        raise UsageError(f"expected a text of SQL, found {type(text).__name__}")
    return text


def _listed(texts: Iterable[object]) -> str:
    return ", ".join(map(_fragment, texts)) or "*"


def _relation(other: Any) -> GuardedRelation:
    if not isinstance(other, GuardedRelation):
        raise UsageError(f"expected a relation of a guarded connection, found {type(other).__name__}")
    return other


def _one_of(one: GuardedRelation, other: Any) -> Any:
    """The parameters of two relations, of which one alone may have some."""
    if one._params is not None and _relation(other)._params is not None:
        raise UsageError("two relations with parameters cannot be put together: write the query with all of them")
    return one._params if one._params is not None else _relation(other)._params
