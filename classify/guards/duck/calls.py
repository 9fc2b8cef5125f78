"""Calls of DuckDB's methods, which differ from release to release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from classify.guards.errors import ErrorPolicy, left_out

# Errors about how a connection is used, which quote nothing.
_HARMLESS = ("ConnectionException", "InterruptException", "ResourceInUseException", "TransactionException")


def call(errors: ErrorPolicy, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What a method of DuckDB's returns; its errors without their messages, which quote values and texts of SQL."""
    try:
        return method(*arguments, **named)
    except duckdb.Error as error:
        kind = type(error)
        message = str(error) if kind.__name__ in _HARMLESS else left_out(kind.__name__)
        shown = errors.replaced(error, kind(message))
    raise shown


def add_methods(owner: type, of: type, names: str, method: Callable[[str], Callable[..., Any]]) -> None:
    """Give a class those of the methods that this release of DuckDB has."""
    for name in names.split():
        if hasattr(of, name):
            made = method(name)
            made.__name__ = name
            setattr(owner, name, made)
