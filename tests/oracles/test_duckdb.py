"""Non-interference on DuckDB: change a column that is no origin of an output, and the output's values stay the same.

The statements stand in `duckdb.sql`, one on a line. A change of values cannot show every flow, so the check goes one
way only: what it finds is a missed origin.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from classify import Catalog, Exposure, analyse

duckdb = pytest.importorskip("duckdb", reason="the oracle needs DuckDB: install `classify-sdk[dev]`")

TABLES = {
    "a": {"id": "int", "k": "int", "x": "int", "y": "int", "n": "varchar"},
    "b": {"id": "int", "k": "int", "z": "int", "w": "int", "n": "varchar"},
    "c": {"id": "int", "st": "struct(p int, q int)", "l": "int[]", "d": "int"},
}
CATALOG = Catalog.from_mapping(
    {f"main.{table}": dict.fromkeys(columns, "internal") for table, columns in TABLES.items()},
    dialect="duckdb",
    default_schema="main",
)
STATEMENTS = (Path(__file__).with_name("duckdb.sql")).read_text(encoding="utf-8").splitlines()
ROWS = 6
SEEDS = range(1)
CHANGES = range(3)


def _value(dice: random.Random, kind: str) -> str:
    if dice.random() < 0.1:
        return "null"
    if kind == "varchar":
        return "'" + dice.choice("pqrs") + "'"
    if kind == "int[]":
        return str([dice.randint(1, 4) for _ in range(dice.randint(1, 3))])
    if kind.startswith("struct"):
        return f"{{'p': {dice.randint(1, 4)}, 'q': {dice.randint(1, 4)}}}"
    return str(dice.randint(1, 4))


class Database:
    """Views over tables that are made once: each with the values that a seed gives, and with one column changed."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1; create schema made")
        for table, columns in TABLES.items():
            for seed in SEEDS:
                self._make(table, seed)
                for column in columns:
                    for change in CHANGES:
                        self._make(table, seed, column, change)

    def _make(self, table: str, seed: int, changed: str = "", change: int = 0) -> None:
        columns = TABLES[table]
        dice = {
            column: random.Random(f"{seed} {table} {column} {change if column == changed else ''}")
            for column in columns
        }
        rows = [
            "(" + ", ".join(_value(dice[column], kind) for column, kind in columns.items()) + ")" for _ in range(ROWS)
        ]
        name = f"made.{table}{seed}{changed}{change}"
        self.connection.execute(
            f"create table {name} ({', '.join(f'{name} {kind}' for name, kind in columns.items())}); "
            f"insert into {name} values {', '.join(rows)}"
        )

    def show(self, table: str, seed: int, changed: str = "", change: int = 0) -> None:
        """Have a table's name mean the values of a seed, those of one column maybe changed."""
        self.connection.execute(f"create or replace view {table} as from made.{table}{seed}{changed}{change}")

    def answer(self, sql: str) -> tuple[int, list[tuple[object, ...]]]:
        """How many columns the answer has, and its rows."""
        found = self.connection.execute(sql)
        return len(found.description), found.fetchall()


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    database = Database()
    yield database
    database.connection.close()


def _column(rows: Sequence[tuple[object, ...]], at: int) -> list[str]:
    """The values of one output; their order is not the statement's own."""
    return sorted(repr(row[at]) for row in rows)


def _origins(exposure: Exposure, width: int) -> list[set[str]]:
    """The origins of each output: all together where the text does not tell how many there are."""
    found = [{*output.direct, *output.indirect} for output in exposure.outputs]
    return found if len(found) == width else [set().union(*found)] * width


@pytest.mark.parametrize("sql", STATEMENTS)
def test_what_is_no_origin_does_not_change_the_answer(database: Database, sql: str) -> None:
    exposure = analyse(sql, CATALOG, dialect="duckdb")
    assert not exposure.unresolved
    for seed in SEEDS:
        for table in TABLES:
            database.show(table, seed)
        width, before = database.answer(sql)
        origins = _origins(exposure, width)
        for table, columns in TABLES.items():
            for column in columns:
                others = [at for at in range(width) if f"main.{table}.{column}" not in origins[at]]
                for change in CHANGES if others else ():
                    database.show(table, seed, column, change)
                    _, after = database.answer(sql)
                    for at in others:
                        assert _column(before, at) == _column(after, at), f"output {at + 1} depends on {table}.{column}"
            database.show(table, seed)


def test_the_oracle_sees_a_change(database: Database) -> None:
    answers = set()
    for change in CHANGES:
        for table in TABLES:
            database.show(table, 0)
        database.show("a", 0, "x", change)
        answers.add(str(database.answer("select x from a")))
    assert len(answers) == len(CHANGES)
