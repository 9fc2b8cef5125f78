"""`guard`: a connection, or an engine, whose queries are held to a ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from classify.catalog import Catalog
from classify.errors import UsageError
from classify.guards.complete import Found, complete
from classify.guards.errors import ErrorPolicy
from classify.guards.events import Event, Mode
from classify.guards.judge import Judge, Reader, read_mode
from classify.guards.refusal import QueryRefused  # noqa: F401  # the example has it

if TYPE_CHECKING:
    from classify.access import Access
    from classify.guards.policing import Notice, Policing
    from classify.policy import Policy, Principal

C = TypeVar("C")


def guard(
    connection: C,
    catalog: Catalog,
    *,
    ceiling: str | None = None,
    policy: Policy | None = None,
    access: Access | None = None,
    principal: Principal | None = None,
    environment: str | None = None,
    execution_region: str | None = None,
    notify: Callable[[Notice], object] | None = None,
    dialect: str | None = None,
    default_schema: str | None = None,
    default_database: str | None = None,
    mode: str | Mode = Mode.ENFORCE,
    columns: Literal["catalog", "database"] = "catalog",
    who: str = "",
    on_event: Callable[[Event], object] | None = None,
    chain_errors: bool = False,
) -> C:
    """The connection, each of whose queries is analysed and held to a ceiling before the driver sees it.

    >>> import sqlite3
    >>> catalog = Catalog.from_mapping({"users": {"id": "internal", "ssn": "restricted"}})
    >>> raw = sqlite3.connect(":memory:")
    >>> _ = raw.execute("create table users (id integer, ssn text)")
    >>> connection = guard(raw, catalog, ceiling="internal")
    >>> connection.execute("select count(id) from users").fetchone()
    (0,)
    >>> try:
    ...     connection.execute("select id from users where ssn like '1%'")
    ... except QueryRefused as refused:
    ...     print(refused)
    1:28: CLS101 class restricted is above the ceiling internal: `users.ssn` (filter)
      1 | select id from users where ssn like '··'
        |                            ^^^
      help: leave it out, or read a dataset within the ceiling
    >>> connection.close()

    Args:
        connection: of sqlite3, psycopg 3, DuckDB, aiosqlite, or any other driver with the interface of PEP 249; an
            engine or a session of SQLAlchemy. It is not to be used past what is returned.
        catalog: the datasets that are known.
        ceiling: the highest level that a query may touch; `classify.ceiling` in the code around narrows it.
        policy: is asked at each query, instead of a ceiling or beside it; without one, that of `access`.
        access: where grants are, and the log: what is refused, and each grant that is used, is in it before it happens.
        principal: whom the connection is for, where no `classify.acting` in the code around says so.
        environment, execution_region: where the queries run, as the deployment says. Tables that they write are there.
        notify: tells groups that the policy has told of a query; without it such a query does not run.
        dialect: sqlglot's name of the dialect; needed where the driver does not tell.
        default_schema, default_database: where a name with fewer parts is looked up at first; override the catalog's.
        mode: `enforce` refuses, `warn` warns, and `observe` only tells `on_event`.
        columns: `database` completes each dataset of the catalog by the columns that the database has and it lacks;
            they have the dataset's own label.
        who: whom events are about.
        on_event: is called with each query that was looked at. What it raises reaches the caller.
        chain_errors: whether a driver's error, whose message is replaced where it may quote data, has the original as
            its cause.

    Raises:
        UsageError: an unknown level, dialect or mode; neither a ceiling nor a policy, or one of another scheme; a
            closed connection; or something that is no connection.
    """
    if not isinstance(catalog, Catalog):
        raise UsageError(f"expected a Catalog as `catalog`, found {type(catalog).__name__}")
    if columns not in ("catalog", "database"):
        raise UsageError(f"unknown `columns` `{columns}`, expected catalog or database")
    asked = read_mode(mode)
    policing = _policing(catalog, ceiling, policy, access, principal, environment, execution_region, notify)
    errors = ErrorPolicy(chain_errors)

    def judge(own: str | None, completed: Catalog | None, reader: Reader | None = None) -> Judge:
        known = dialect or own
        if known is None:
            raise UsageError(
                f"a connection of {type(connection).__module__} does not tell its dialect: pass dialect=NAME"
            )
        # Without a catalog that is complete, whoever may wait asks the database before the first query.
        return Judge(
            completed if completed is not None else catalog,
            known,
            ceiling,
            policing=policing,
            default_schema=default_schema,
            default_database=default_database,
            mode=asked,
            on_event=on_event,
            who=who,
            reader=reader,
            asks_columns=completed is None and columns == "database",
        )

    def known(found: Callable[[], Iterable[Found]]) -> Catalog:
        return complete(catalog, found()) if columns == "database" else catalog

    found: C = _guarded(connection, judge, known, errors, dialect)
    return found


def _policing(
    catalog: Catalog,
    ceiling: str | None,
    policy: Policy | None,
    access: Access | None,
    principal: Principal | None,
    environment: str | None,
    execution_region: str | None,
    notify: Callable[[Notice], object] | None,
) -> Policing | None:
    """The policy that is asked, or None; it is loaded where there is one."""
    known = policy if policy is not None else access.policy if access is not None else None
    if known is None:
        if ceiling is None:
            raise UsageError("expected a ceiling, a policy or an access")
        if principal is not None or environment is not None or execution_region is not None or notify is not None:
            raise UsageError("`principal`, `environment`, `execution_region` and `notify` are for a policy, pass one")
        return None
    from classify.guards.policing import Policing
    from classify.policy import Policy

    if not isinstance(known, Policy):
        raise UsageError(f"expected a Policy as `policy`, found {type(known).__name__}")
    if access is not None and known is not access.policy:
        raise UsageError("the access decides by a policy of its own: leave `policy` out")
    if known.terms.scheme != catalog.scheme:
        raise UsageError("the policy is of another scheme than the catalog")
    if access is not None:
        access.note(catalog)
    return Policing(known, access, principal, environment, execution_region, notify)


def _guarded(
    connection: Any,
    judge: Callable[..., Judge],
    known: Callable[..., Catalog],
    errors: ErrorPolicy,
    dialect: str | None,
) -> Any:
    import sqlite3

    if isinstance(connection, sqlite3.Connection):
        from classify.guards import sqlite

        catalog = known(lambda: sqlite.columns_of(connection))
        own_judge = judge(sqlite.DIALECT, catalog, sqlite.as_read)
        return sqlite.guard(connection, own_judge, errors)
    kinds = {one.__module__.partition(".")[0] for one in type(connection).__mro__}
    if "sqlalchemy" in kinds:
        from classify.guards import alchemy, sqlite

        own = alchemy.own_dialect(connection)
        reader = sqlite.as_read if own == "sqlite" else None
        there = None if alchemy.is_async(connection) else known(lambda: alchemy.columns_of(connection))
        return alchemy.guard(connection, judge(own, there, reader), errors)
    if "psycopg" in kinds:
        from classify.guards import postgres

        there = None if postgres.is_async(connection) else known(lambda: postgres.columns_of(connection))
        return postgres.guard(connection, judge(postgres.DIALECT, there), errors)
    if "duckdb" in kinds or "_duckdb" in kinds:
        from classify.guards import duck

        return duck.guard(connection, judge(duck.DIALECT, known(lambda: duck.columns_of(connection))), errors)
    if "aiosqlite" in kinds:
        from classify.guards import aio, sqlite

        return aio.guard(connection, judge(sqlite.DIALECT, None, sqlite.as_read), errors)
    if callable(getattr(connection, "cursor", None)) and callable(getattr(connection, "commit", None)):
        from classify.guards import dbapi

        named = dialect or dbapi.own_dialect(connection)
        columns = known(lambda: dbapi.columns_of(connection, named))
        return dbapi.guard(connection, judge(named, columns), errors)
    raise UsageError(f"expected a connection, found {type(connection).__name__}")
