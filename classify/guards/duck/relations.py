"""Guarded relations of DuckDB: its own look names up when they run.

So a relation here is a text, which is allowed and run as a whole each time that its rows are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb
from attrs import evolve

from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.duck.calls import add_methods
from classify.guards.judge import Permit
from classify.guards.rows import Rows

if TYPE_CHECKING:
    from classify.guards.duck.connections import GuardedConnection


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


add_methods(
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
