"""The columns of a live database, as SQLAlchemy tells them (extra `sqlalchemy`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from classify.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.engine import Inspector

# The standard's own schema, and those of engines, which hold no data of anyone's.
_SYSTEM = frozenset("information_schema mysql performance_schema pg_catalog pg_toast sys".split())

_DIALECTS = {"mariadb": "mysql", "mssql": "tsql", "postgresql": "postgres"}


def dialect_of(name: str) -> str:
    """Sqlglot's name of a dialect of SQLAlchemy's."""
    return _DIALECTS.get(name, name)


@frozen
class Live:
    """What a database has.

    Attributes:
        columns: each with the schema and name of its table.
        default_schema: in which a name without one is looked up, or None.
        dialect: sqlglot's name of it.
    """

    columns: tuple[tuple[tuple[str, ...], str], ...]
    default_schema: str | None
    dialect: str


def read_database(url: str) -> Live:
    """The tables and views of the database at a URL of SQLAlchemy's.

    Raises:
        UsageError: SQLAlchemy or the driver is not installed, no such URL, or the database does not answer.
    """
    try:
        import sqlalchemy
    except ImportError:
        raise UsageError("no SQLAlchemy here, install it: pip install 'classify-sdk[sqlalchemy]'") from None
    try:
        engine = sqlalchemy.create_engine(url)
    except ImportError as error:
        raise UsageError(f"the driver of this database is not installed: {error}") from None
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise UsageError(f"no URL of a database, expected DIALECT://USER@HOST/NAME: {_first_line(error)}") from None
    if engine.dialect.is_async:
        raise UsageError(f"`{engine.url.drivername}` is asynchronous, name a synchronous driver")
    try:
        with engine.connect() as connection:
            inspector = sqlalchemy.inspect(connection)
            found = tuple(columns_of(inspector))
            return Live(found, inspector.default_schema_name, dialect_of(engine.dialect.name))
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise UsageError(
            f"the database does not answer: {_first_line(getattr(error, 'orig', None) or error)}"
        ) from None
    finally:
        engine.dispose()


def columns_of(inspector: Inspector) -> list[tuple[tuple[str, ...], str]]:
    """The tables and views of a database, each column with the schema and name of its table."""
    found: list[tuple[tuple[str, ...], str]] = []
    for schema in inspector.get_schema_names():
        if schema.lower() in _SYSTEM:
            continue
        for name in (*inspector.get_table_names(schema), *inspector.get_view_names(schema)):
            found += [((schema, name), column["name"]) for column in inspector.get_columns(name, schema)]
    return found


def _first_line(error: Any) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
