"""The statements that benchmarks run over, each with its dialect and catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from classify import Catalog
from classify.checks.header import read_header
from classify.checks.settings_file import find_settings

ROOT = Path(__file__).parents[2]
QUERIES = ROOT / "schemas" / "queries"


@frozen
class Statement:
    """One text of SQL, and what it is analysed against."""

    name: str
    sql: str
    dialect: str
    catalog: Catalog
    default_schema: str | None


def load_workload(path: Path = QUERIES, catalog: Path | None = None) -> tuple[Statement, ...]:
    """The statements of a folder of `.sql` files under this project's settings, or of a `.jsonl` file.

    A line of the latter has `sql` and `dialect`, and may have `id`, `default_schema` and `schema` (table to columns),
    which serves as the catalog where none is given.
    """
    return tuple(_of_lines(path, catalog) if path.suffix == ".jsonl" else _of_folder(path, catalog))


def _of_folder(folder: Path, catalog: Path | None) -> Iterator[Statement]:
    settings = find_settings(folder)
    known = Catalog.load(*([catalog] if catalog else settings.catalog))
    for path in sorted(folder.rglob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        found = read_header(sql, str(path)).over(settings.of_file(path))
        assert found.dialect is not None, f"{path}: no dialect in the settings"
        yield Statement(path.stem, sql, found.dialect, known, found.default_schema)


def _of_lines(path: Path, catalog: Path | None) -> Iterator[Statement]:
    made: dict[str, Catalog] = {}
    known = Catalog.load(catalog) if catalog else None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        schema = json.dumps(row.get("schema"))
        if known is None and schema not in made:
            columns = {table: dict.fromkeys(names, "internal") for table, names in row["schema"].items()}
            made[schema] = Catalog.from_mapping(columns, dialect=row["dialect"])
        name = row.get("id", f"{path.name}:{number}")
        yield Statement(
            name, row["sql"], row["dialect"], known or made[schema], row.get("default_schema") if known else None
        )
