"""A small catalog for the analyser's own tests: what it says is beside the question, so it is made without a file."""

from __future__ import annotations

from collections.abc import Mapping

from classify.catalog import Catalog, Column, Dataset
from classify.labels import DEFAULT_SCHEME
from classify.names import parse_name

_TABLES = {
    "app.users": {
        "id": "internal",
        "name": "confidential",
        "ssn": "restricted",
        "country": "public",
        "created_at": "internal",
    },
    "app.orders": {"id": "internal", "user_id": "internal", "amount": "confidential"},
    "app.countries": {"code": "public", "name": "public"},
    "hr.salaries": {"user_id": "internal", "amount": "restricted"},
}


def catalog(
    tables: Mapping[str, Mapping[str, str]] = _TABLES, views: Mapping[str, str] | None = None, dialect: str = "postgres"
) -> Catalog:
    """The tables, each a mapping from column to level, and views, each a definition."""
    scheme = DEFAULT_SCHEME
    datasets = [
        Dataset(
            parse_name(name),
            tuple(Column(parse_name(column).parts[0], scheme.label(level)) for column, level in columns.items()),
            scheme.untagged,
        )
        for name, columns in tables.items()
    ]
    datasets += [
        Dataset(parse_name(name), (), scheme.untagged, view=sql, dialect=dialect) for name, sql in (views or {}).items()
    ]
    return Catalog(tuple(datasets))
