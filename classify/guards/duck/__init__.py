"""Guards for DuckDB."""

from classify.guards.duck.connections import DIALECT, columns_of, guard

__all__ = ["DIALECT", "columns_of", "guard"]
