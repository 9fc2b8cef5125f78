"""Every operator and function that an engine lists, applied to columns: each operand must be among our reads.

`python -m tests.oracles.catalogs postgres|duckdb [--every N]` tries all of them, or each Nth.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from classify import Catalog, analyse
from tests.oracles.engines import postgres_server


class Use(NamedTuple):
    """An expression over columns of the table `kinds`, and those columns."""

    expression: str
    columns: tuple[str, ...]


FORMS = (
    "select {0} from kinds",
    "select 1 from kinds where {0} is not null",
    "select count(*) from kinds k group by {0}",
    "select max(cast({0} as varchar)) as m from kinds order by 1",
)
"""Where the expression stands; the last one puts it into a call."""


def missed(
    uses: Iterator[Use], catalog: Catalog, dialect: str, accepts: Callable[[str], bool]
) -> tuple[Counter[str], list[str]]:
    """How many statements the engine took, and those in which an operand is neither read nor anything unresolved."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    for use in uses:
        for form in FORMS:
            sql = form.format(use.expression)
            if not accepts(sql):
                counts["refused"] += 1
                continue
            exposure = analyse(sql, catalog, dialect=dialect)
            reads = {read.column.rpartition(".")[2] for read in exposure.reads}
            if exposure.unresolved:
                counts["unresolved"] += 1
            elif set(use.columns) <= reads:
                counts["fine"] += 1
            else:
                counts["missed"] += 1
                found.append(sql)
    return counts, found


def catalog_of(columns: Sequence[str], schema: str, dialect: str) -> Catalog:
    return Catalog.from_mapping(
        {f"{schema}.kinds": dict.fromkeys(columns, "internal")}, dialect=dialect, default_schema=schema
    )


def of_postgres(connection: Any, every: int = 1) -> tuple[Counter[str], list[str]]:
    """The operators of pg_operator and the functions of pg_proc."""
    import psycopg

    rows = connection.execute(
        """
        select 'o', oprname, array_remove(array[oprleft, oprright], 0)::oid[], oprleft = 0 from pg_operator
        union all
        select 'f', proname, proargtypes::oid[], false from pg_proc
        where prokind in ('f', 'a') and pronargs between 1 and 4
        order by 1, 2, 3
        """
    ).fetchall()[::every]
    # Each polymorphic type by one that it stands for.
    polymorphic: dict[str, str] = {
        **dict.fromkeys(("any", "anyelement", "anynonarray", "anyenum", "anycompatible"), "int4"),
        **dict.fromkeys(("anyarray", "anycompatiblearray"), "int4[]"),
        "anycompatiblenonarray": "int4",
        "anyrange": "int4range",
        "anymultirange": "int4multirange",
        "cstring": "text",
    }
    named: dict[int, str] = dict(connection.execute("select oid, format_type(oid, null) from pg_type").fetchall())
    types = sorted({polymorphic.get(named[one].strip('"'), named[one]) for row in rows for one in row[2]})
    column_of: dict[str, str] = {}
    for at, kind in enumerate(types):
        name = f"c{at}"
        try:
            with connection.transaction():
                connection.execute(f"create temporary table probe ({name} {kind})")
                connection.execute("drop table probe")
        except psycopg.Error:
            continue
        column_of[kind] = name
    listed = ", ".join(f"{name} {kind}" for kind, name in column_of.items())
    connection.execute(f"create temporary table kinds ({listed})")

    def uses() -> Iterator[Use]:
        for sort, name, arguments, is_prefix in rows:
            kinds = [polymorphic.get(named[one].strip('"'), named[one]) for one in arguments]
            columns = tuple(column_of[kind] for kind in kinds if kind in column_of)
            if len(columns) != len(kinds):
                continue
            if sort == "f":
                spelled = name if name.isidentifier() else f'"{name}"'
                yield Use(f"{spelled}({', '.join(columns)})", columns)
            elif is_prefix:
                yield Use(f"({name} {columns[0]})", columns)
            else:
                yield Use(f"({columns[0]} {name} {columns[1]})", columns)

    def accepts(sql: str) -> bool:
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(f"explain {sql}", prepare=False)
        except psycopg.Error:
            return False
        return True

    catalog = catalog_of(list(column_of.values()), "public", "postgres")
    return missed(uses(), catalog, "postgres", accepts)


_DUCKDB = {
    "i": "integer",
    "d": "double",
    "t": "varchar",
    "n": "date",
    "s": "timestamp",
    "l": "integer[]",
    "w": "varchar[]",
    "j": "json",
    "b": "boolean",
    "r": "struct(a integer)",
    "m": "map(varchar, integer)",
}


def of_duckdb(connection: Any, every: int = 1) -> tuple[Counter[str], list[str]]:
    """The functions of duckdb_functions(), applied to columns of each kind that they take."""
    import duckdb

    connection.execute(f"create table kinds ({', '.join(f'{name} {kind}' for name, kind in _DUCKDB.items())})")
    rows = connection.execute(
        "select distinct function_name, len(parameter_types) from duckdb_functions() "
        "where function_type in ('scalar', 'aggregate', 'macro') and len(parameter_types) between 1 and 3 order by 1, 2"
    ).fetchall()[::every]

    def accepts(sql: str) -> bool:
        try:
            connection.execute(f"explain {sql}")
        except (duckdb.Error, RuntimeError):
            return False
        return True

    def uses() -> Iterator[Use]:
        for name, count in rows:
            taken = 0
            for columns in itertools.product(_DUCKDB, repeat=count):
                if not name[:1].isalpha():
                    expression = f"({columns[0]} {name} {columns[-1]})"
                else:
                    expression = f"{name}({', '.join(columns)})"
                if accepts(f"select {expression} from kinds"):
                    yield Use(expression, columns)
                    taken += 1
                if taken == 2:
                    break

    return missed(uses(), catalog_of(list(_DUCKDB), "main", "duckdb"), "duckdb", accepts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("postgres", "duckdb"))
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    if options.engine == "postgres":
        import psycopg

        with (
            postgres_server() as socket,
            psycopg.connect(host=str(socket), dbname="postgres", user="postgres") as found,
        ):
            counts, lost = of_postgres(found, options.every)
    else:
        import duckdb

        with duckdb.connect() as found:
            counts, lost = of_duckdb(found, options.every)
    for sql in lost[:40]:
        print(f"missed: {sql}")
    print(", ".join(f"{kind} {count}" for kind, count in counts.most_common()))
    return bool(lost)


if __name__ == "__main__":
    raise SystemExit(main())
