"""What our rows say of a dialect, held against what the parser's library says of it; each difference has its reason."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import fields
from sqlglot import Dialect

from classify.names import Folding
from classify.sql.names import dialect_row
from classify.sql.names.dialect_row import AliasRule, DialectRow
from classify.sql.names.dialects import ROWS

SQL = Path(dialect_row.__file__).parents[1]
SAME = {
    "LOWERCASE": Folding.LOWER,
    "UPPERCASE": Folding.UPPER,
    "CASE_SENSITIVE": Folding.SENSITIVE,
    "CASE_INSENSITIVE": Folding.INSENSITIVE,
}
"""sqlglot's word for how identifiers compare, and ours."""

_UNKNOWN = "no manual tells, so both readings count"
_CASE_OF_COLUMNS = "its manual: the case of columns never counts"

FOLDINGS = {
    "duckdb": "the engine folds ASCII's letters alone",
    "sqlite": "the engine folds ASCII's letters alone",
    "dax": _UNKNOWN,
    "prql": _UNKNOWN,
    "solr": _UNKNOWN,
    "tableau": _UNKNOWN,
    "doris": _CASE_OF_COLUMNS,
    "dremio": _CASE_OF_COLUMNS,
    "drill": _CASE_OF_COLUMNS,
    "mysql": _CASE_OF_COLUMNS,
    "starrocks": _CASE_OF_COLUMNS,
    "teradata": _CASE_OF_COLUMNS,
    "druid": "its manual: case counts, quoted or not",
    "fabric": "the warehouse's collation decides, so both readings count",
}

PSEUDO_COLUMNS = {
    ("bigquery", "_dbt_max_partition"): "a variable of dbt's scripts, which no table has",
    ("oracle", "object_id"): "of tables of objects alone, whose columns no catalog tells",
    ("oracle", "object_value"): "the whole object, and so data",
}

NESTED_COMMENTS = {
    "athena": "its engine is Trino, whose grammar ends a comment at the first end",
}

JOIN_CONDITIONS = {
    "snowflake": "an alias in ON is unresolved: it is a column's name first, and no projection is read before FROM",
}


EACH = [pytest.param(row, type(Dialect.get_or_raise(name)), id=name) for name, row in ROWS.items()]


@pytest.mark.parametrize(("row", "theirs"), EACH)
def test_names_fold_alike(row: DialectRow, theirs: type[Dialect]) -> None:
    is_same = SAME.get(theirs.NORMALIZATION_STRATEGY.name) is row.columns
    assert is_same != (row.name in FOLDINGS)


@pytest.mark.parametrize(("row", "theirs"), EACH)
def test_each_pseudo_column_of_theirs_is_one(row: DialectRow, theirs: type[Dialect]) -> None:
    missing = {one.lower() for one in theirs.PSEUDOCOLUMNS} - row.pseudo_columns
    assert missing == {column for dialect, column in PSEUDO_COLUMNS if dialect == row.name}


@pytest.mark.parametrize(("row", "theirs"), EACH)
def test_comments_end_alike(row: DialectRow, theirs: type[Dialect]) -> None:
    """Where nobody asked the engine, the row has no opinion, and both readings count."""
    if row.nested_comments is not None:
        is_same = theirs.tokenizer_class.NESTED_COMMENTS is row.nested_comments
        assert is_same != (row.name in NESTED_COMMENTS)


@pytest.mark.parametrize(("row", "theirs"), EACH)
def test_aliases_are_seen_alike(row: DialectRow, theirs: type[Dialect]) -> None:
    """An alias that theirs expands before it looks for columns is one that wins in ours."""
    if theirs.FORCE_EARLY_ALIAS_REF_EXPANSION:
        assert AliasRule.ALIAS_FIRST is row.group is row.having
    assert (row.name in JOIN_CONDITIONS) == theirs.SUPPORTS_ALIAS_REFS_IN_JOIN_CONDITIONS


def _cells() -> Iterator[tuple[str, str]]:
    """Each cell of a row with the docstring under it."""
    tree = ast.parse(Path(dialect_row.__file__).read_text(encoding="utf-8"))
    row = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "DialectRow")
    for cell, doc in itertools.pairwise(row.body):
        if isinstance(cell, ast.AnnAssign) and isinstance(cell.target, ast.Name):
            text = doc.value.value if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant) else ""
            yield cell.target.id, " ".join(str(text).split())


def test_each_cell_says_what_it_decides_and_who_tells() -> None:
    cells = dict(_cells())
    assert list(cells) == [one.name for one in fields(DialectRow)]
    for name, doc in cells.items():
        if name != "name":
            assert re.search(r"[.] `[^`]+`( and `[^`]+`)?: [A-Z][\w ]+, |: the same[.]$", doc), name


def test_each_cell_is_used_by_a_dialect_and_read_by_the_analyser() -> None:
    plain = DialectRow("", Folding.LOWER, Folding.LOWER)
    read = "".join(path.read_text(encoding="utf-8") for path in SQL.rglob("*.py") if path.parent.name != "names")
    for name in ("scope", "relation", "dialect_row"):
        read += (SQL / "names" / f"{name}.py").read_text(encoding="utf-8")
    for cell in (one.name for one in fields(DialectRow)):
        if cell != "name":
            assert any(getattr(row, cell) != getattr(plain, cell) for row in ROWS.values()), cell
            assert f".{cell}" in read, cell
