"""Guards for psycopg 3, synchronous and asynchronous."""

from classify.guards.postgres.connections import guard, is_async
from classify.guards.postgres.seat import columns_of

__all__ = ["DIALECT", "columns_of", "guard", "is_async"]

DIALECT = "postgres"
