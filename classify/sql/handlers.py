"""All handlers: each file ends in the classes that it knows, and here they come into the tables, in this order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from classify.sql.queries import plain, select, setops, subqueries
from classify.sql.sources import arrays
from classify.sql.sources import table_functions as functions
from classify.sql.sources import tables as sources
from classify.sql.statements import (
    changes,
    commands,
    copying,
    create,
    ddl,
    explain,
    indexes,
    insert,
    introspection,
    maintenance,
    merge,
    settings,
)
from classify.sql.values import expressions
from classify.sql.walk import dispatch

_EXPRESSIONS = (expressions.EXPRESSIONS, functions.EXPRESSIONS, subqueries.EXPRESSIONS)
_QUERIES = (
    select.QUERIES,
    setops.QUERIES,
    subqueries.QUERIES,
    plain.QUERIES,
    insert.QUERIES,
    changes.QUERIES,
    merge.QUERIES,
)
_SOURCES = (sources.SOURCES, arrays.SOURCES)
_STATEMENTS = (
    create.STATEMENTS,
    ddl.STATEMENTS,
    indexes.STATEMENTS,
    copying.STATEMENTS,
    settings.STATEMENTS,
    introspection.STATEMENTS,
    explain.STATEMENTS,
    insert.STATEMENTS,
    maintenance.STATEMENTS,
    commands.STATEMENTS,
)


H = TypeVar("H")


def _joined(parts: Iterable[Mapping[type, H]]) -> dict[type, H]:
    """Some tables as one; no class has two handlers."""
    found: dict[type, H] = {}
    for part in parts:
        twice = [one for one in part if one in found and callable(found[one])]
        assert not twice, f"two handlers for {twice}"
        found |= {one: handler for one, handler in part.items() if one not in found or callable(handler)}
    return found


def fill() -> None:
    """Fill the tables. The analyser does it once, before it reads anything."""
    dispatch.fill(
        expressions.column_flow,
        sources.other,
        _joined(_EXPRESSIONS),
        _joined(_QUERIES),
        _joined(_SOURCES),
        _joined(_STATEMENTS),
    )
