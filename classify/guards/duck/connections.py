"""Guarded connections of DuckDB: a facade that has what is listed here, and nothing else.

DuckDB has no hook of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, NoReturn

import duckdb

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.duck.calls import add_methods, call
from classify.guards.duck.relations import GuardedRelation
from classify.guards.errors import ErrorPolicy
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
            found = call(self._errors, method)
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
        call(self._errors, self._raw.begin)
        self._watch.begun()
        return self

    def commit(self) -> GuardedConnection:
        call(self._errors, self._raw.commit)
        self._watch.committed()
        return self

    def rollback(self) -> GuardedConnection:
        call(self._errors, self._raw.rollback)
        self._watch.rolled_back()
        return self

    # -- connections

    def cursor(self) -> GuardedConnection:
        """Another connection to the same database, with a session of its own."""
        raw = call(self._errors, self._raw.cursor)
        call(self._errors, raw.execute, "SET python_enable_replacements = false")
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
        call(self._errors, self._raw.register, view_name, python_object)
        return self

    def unregister(self, view_name: str) -> GuardedConnection:
        call(self._errors, self._raw.unregister, view_name)
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
        row = self._rows.one(lambda: call(self._errors, self._raw.fetchone))
        self._stop()
        return row

    def fetchmany(self, size: int = 1) -> Any:
        rows = self._rows.many(self._some, size)
        self._stop()
        return rows

    def fetchall(self) -> Any:
        rows = self._rows.all(lambda: call(self._errors, self._raw.fetchall), self._some)
        self._stop()
        return rows

    def _some(self, size: int) -> Any:
        return call(self._errors, self._raw.fetchmany, size)

    def _stop(self) -> None:
        """Behind the last row that may be handed out, let the statement run to its end.

        Releases of DuckDB that have `complete` let nothing else run before that.
        """
        if not self._rows.left(1) and hasattr(self._raw, "complete"):
            call(self._errors, self._raw.complete)


def _plain(name: str) -> Callable[..., Any]:
    """A method that does nothing with data."""

    def method(self: GuardedConnection, *arguments: Any, **named: Any) -> Any:
        return call(self._errors, getattr(self._raw, name), *arguments, **named)

    return method


def _table(name: str) -> Callable[..., Any]:
    """A method that hands out the rows that are left of the last result as one object."""
    is_part = name == "fetch_df_chunk"

    def method(self: GuardedConnection, *arguments: Any, **named: Any) -> Any:
        fetch = getattr(self._raw, name)
        return self._rows.table(lambda: call(self._errors, fetch, *arguments, **named), is_part=is_part)

    return method


add_methods(
    GuardedConnection,
    duckdb.DuckDBPyConnection,
    "abort checkpoint complete create_function interrupt query_progress remove_function",
    _plain,
)
add_methods(
    GuardedConnection,
    duckdb.DuckDBPyConnection,
    "arrow df fetch_arrow_table fetch_df fetch_df_chunk fetch_record_batch fetchdf fetchnumpy pl to_arrow_reader "
    "to_arrow_table torch",
    _table,
)
