"""Guarded connections of `sqlite3`."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Literal, NoReturn, cast

from classify.catalog import Ambiguous
from classify.errors import UsageError
from classify.exposure import Output
from classify.guards.ceiling import CURRENT, UNLIMITED
from classify.guards.errors import ErrorPolicy, left_out
from classify.guards.events import Mode
from classify.guards.judge import Judge, Permit
from classify.guards.rows import Rows
from classify.guards.watch import Watch

DIALECT = "sqlite"

# The tokens in which `?1` and `$x` are no placeholders, and those (SQLite, "SQL Language Expressions", Parameters).
_TOKENS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|/\*.*?(?:\*/|\Z)|\?\d+|\$[^\W\d]\w*""",
    re.DOTALL,
)


def as_read(text: str) -> str:
    """The text with `?` for each `?1` and `:x` for each `$x`, which the parser does not know, as long as before."""
    return _TOKENS.sub(_read_token, text) if "?" in text or "$" in text else text


def _read_token(found: re.Match[str]) -> str:
    token = found[0]
    if token.startswith("?"):
        return "?".ljust(len(token))
    return f":{token[1:]}" if token.startswith("$") else token


def guard(raw: sqlite3.Connection, judge: Judge, errors: ErrorPolicy) -> GuardedConnection:
    """The connection, guarded.

    Raises:
        UsageError: it is closed, or guarded already.
    """
    if isinstance(raw, GuardedConnection):
        raise UsageError("this connection is guarded already")
    try:
        raw.total_changes  # noqa: B018  # a closed connection says so here
    except sqlite3.ProgrammingError:
        raise UsageError("this connection is closed: open another one") from None
    return GuardedConnection(raw, Watch(judge, lambda: raw.in_transaction), errors)


def columns_of(raw: sqlite3.Connection) -> Iterator[tuple[tuple[str, ...], str]]:
    """The tables and views of the database, each as its name's parts, with a column."""
    names = raw.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall()
    for row in names:
        for column in raw.execute("SELECT name FROM pragma_table_xinfo(?)", (row[0],)).fetchall():
            yield (row[0],), column[0]


class GuardedCursor(sqlite3.Cursor):
    """A cursor whose texts are allowed before SQLite sees them.

    Attributes:
        classification: the columns of the last result, each with its label, in the order of `description`.
    """

    __slots__ = ("_permit",)
    _owner: GuardedConnection
    _permit: Permit

    @property
    def connection(self) -> sqlite3.Connection:
        return self._owner

    @property
    def classification(self) -> tuple[Output, ...] | None:
        return self._permit.outputs[-1] if self.description is not None else None

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> GuardedCursor:
        return self._run(super().executemany, sql, parameters)

    def executescript(self, sql_script: str, /) -> GuardedCursor:
        return self._run(super().executescript, sql_script)

    def _run(self, method: Callable[..., object], sql: str, *arguments: Any) -> GuardedCursor:
        """Run what is allowed, and take note of what it changed."""
        watch = self._owner.watch
        permit = self._permit = watch.permit(sql)
        if method.__name__ == "executescript":
            self._owner.end_for_script()
        watch.about_to_run(permit)
        try:
            method(sql, *arguments)
        except sqlite3.Error as error:
            watch.failed(permit)
            shown = self._owner.shown(error)
        else:
            watch.ran(permit)
            return self
        raise shown

    def fetchmany(self, *arguments: Any, **named: Any) -> list[Any]:
        try:
            return super().fetchmany(*arguments, **named)
        except sqlite3.Error as error:
            shown = self._owner.shown(error)
        raise shown

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            shown = self._owner.shown(error)
        raise shown


def _cursor_class(owner: GuardedConnection, base: type[sqlite3.Cursor]) -> type[GuardedCursor]:
    """A class of cursors for one connection: a repeated text costs its `execute` two lookups, and no lock."""
    watch = owner.watch
    current = CURRENT.get
    unlimited = UNLIMITED
    run, fetch, step = base.execute, base.fetchone, base.__next__

    class Guarded(GuardedCursor, base):  # type: ignore[misc, valid-type]  # a user's own class may be the base
        __slots__ = ()
        _owner = owner

        def execute(self, sql: str, parameters: Any = (), /) -> Any:
            if type(sql) is str and current() is unlimited:
                permit = watch.known.get(sql)
                if permit is not None:
                    self._permit = permit
                    try:
                        return run(self, sql, parameters)
                    except sqlite3.Error as error:
                        shown = owner.shown(error)
                    raise shown
            return self._run(super().execute, sql, parameters)

        def fetchone(self) -> Any:
            try:
                return fetch(self)
            except sqlite3.Error as error:
                shown = owner.shown(error)
            raise shown

        def __next__(self) -> Any:
            try:
                return step(self)
            except sqlite3.Error as error:
                shown = owner.shown(error)
            raise shown

    made = _limited(Guarded) if owner.watch.judge.policing is not None else Guarded
    made.__name__ = made.__qualname__ = "GuardedCursor" if base is sqlite3.Cursor else base.__name__
    return made


def _limited(base: type[GuardedCursor]) -> type[GuardedCursor]:
    """Such cursors, which count what they hand out and stop after as many rows as the policy lets them."""

    class Limited(base):  # type: ignore[misc, valid-type]  # it is made anew for each connection
        __slots__ = ("_rows",)

        def _run(self, method: Callable[..., object], sql: str, *arguments: Any) -> GuardedCursor:
            self._end()
            found: GuardedCursor = super()._run(method, sql, *arguments)
            self._rows = Rows(self._permit)
            if self.description is None:
                self._end()  # there are no rows to be handed out
            return found

        def _end(self) -> None:
            rows = getattr(self, "_rows", None)
            if rows is not None:
                rows.end()

        def fetchone(self) -> Any:
            return self._counted().one(super().fetchone)

        def __next__(self) -> Any:
            row = self.fetchone()
            if row is None:
                raise StopIteration
            return row

        def fetchmany(self, size: int | None = None) -> list[Any]:
            found: list[Any] = self._counted().many(super().fetchmany, self.arraysize if size is None else size)
            return found

        def fetchall(self) -> list[Any]:
            found: list[Any] = self._counted().all(super().fetchall, super().fetchmany)
            return found

        def _counted(self) -> Rows:
            found: Rows = getattr(self, "_rows", None) or Rows()
            return found

        def close(self) -> None:
            self._end()
            super().close()

    return Limited


class GuardedConnection(sqlite3.Connection):
    """A connection whose every text is allowed before SQLite sees it.

    An open connection cannot become another class, so this one stands before it, and is a `sqlite3.Connection` to those
    who ask. INVARIANT no-way-past-the-texts: its own base is closed, so that a method that is not written out here
    cannot reach any database.
    """

    def __init__(self, raw: sqlite3.Connection, watch: Watch, errors: ErrorPolicy) -> None:
        super().__init__(":memory:")
        super().close()
        self._raw = raw
        self.watch = watch
        self._errors = errors
        self._cursors: dict[type[sqlite3.Cursor], type[GuardedCursor]] = {}
        self._own_authorizer: Callable[..., int] | None = None
        self._authorize = _authorizer(watch.judge) if _is_of_one_thread(raw) else None
        if self._authorize is not None:
            raw.set_authorizer(self._authorizing)

    # -- what carries SQL

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        made = self._cursors.get(factory)
        if made is None:
            if not (isinstance(factory, type) and issubclass(factory, sqlite3.Cursor)):
                raise UsageError("a guarded connection takes a class derived from sqlite3.Cursor as its factory")
            made = self._cursors[factory] = _cursor_class(self, factory)
        return self._raw.cursor(made)

    def shown(self, error: sqlite3.Error) -> sqlite3.Error:
        """An error of SQLite's as it may be shown."""
        return shown_error(error, self._errors)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql_script: str, /) -> Any:
        return self.cursor().executescript(sql_script)

    def end_for_script(self) -> None:
        """End the transaction, as `executescript` does where the module handles transactions as it always did."""
        if getattr(self._raw, "autocommit", _LEGACY) == _LEGACY and self._raw.in_transaction:
            self.commit()

    # -- transactions

    def commit(self) -> None:
        self._end(self._raw.commit, self.watch.committed)

    def rollback(self) -> None:
        self._end(self._raw.rollback, self.watch.rolled_back)

    def _end(self, end: Callable[[], None], note: Callable[[], None]) -> None:
        try:
            end()
        except sqlite3.Error as error:
            shown = self.shown(error)
        else:
            # With `autocommit=True` neither method does anything; with False the next transaction is open already.
            if getattr(self._raw, "autocommit", _LEGACY) is not True:
                note()
            return
        raise shown

    def __enter__(self) -> GuardedConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._raw.in_transaction:
            if kind is None:
                self.commit()
            else:
                self.rollback()
        return False

    @property
    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    @property
    def isolation_level(self) -> Any:
        return self._raw.isolation_level

    @isolation_level.setter
    def isolation_level(self, value: Any) -> None:
        self._raw.isolation_level = value

    @property
    def autocommit(self) -> Any:
        return cast("Any", self._raw).autocommit

    @autocommit.setter
    def autocommit(self, value: Any) -> None:
        cast("Any", self._raw).autocommit = value

    # -- what copies data past any text

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("calling a connection")

    def backup(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`backup`")

    def serialize(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`serialize`")

    def deserialize(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`deserialize`")

    def blobopen(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`blobopen`")

    def iterdump(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`iterdump`")

    def enable_load_extension(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`enable_load_extension`")

    def load_extension(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("`load_extension`")

    # -- the second line

    def set_authorizer(self, authorizer_callback: Callable[..., int] | None) -> None:
        """As the module's own; the guard's authorizer is asked first."""
        self._own_authorizer = authorizer_callback
        if self._authorize is None:
            self._raw.set_authorizer(authorizer_callback)
        else:
            self._raw.set_authorizer(self._authorizing)  # again, so that prepared statements are looked at anew

    def _authorizing(self, *arguments: Any) -> int:
        if self._authorize is not None and self._authorize(*arguments) != sqlite3.SQLITE_OK:
            return sqlite3.SQLITE_DENY
        return self._own_authorizer(*arguments) if self._own_authorizer is not None else sqlite3.SQLITE_OK

    # -- everything else, as before

    def close(self) -> None:
        self._raw.close()

    @property
    def row_factory(self) -> Any:
        return self._raw.row_factory

    @row_factory.setter
    def row_factory(self, value: Any) -> None:
        self._raw.row_factory = value

    @property
    def text_factory(self) -> Any:
        return self._raw.text_factory

    @text_factory.setter
    def text_factory(self, value: Any) -> None:
        self._raw.text_factory = value

    @property
    def total_changes(self) -> int:
        return self._raw.total_changes


_LEGACY = -1  # sqlite3.LEGACY_TRANSACTION_CONTROL, which Python 3.11 does not have


def _passed(name: str) -> Callable[..., Any]:
    def method(self: GuardedConnection, *arguments: Any, **named: Any) -> Any:
        return getattr(self._raw, name)(*arguments, **named)

    method.__name__ = name
    return method


# What neither carries SQL nor hands out data, where this Python has it.
for _name in (
    "create_aggregate create_collation create_function create_window_function getconfig getlimit interrupt setconfig "
    "set_progress_handler set_trace_callback setlimit"
).split():
    if hasattr(sqlite3.Connection, _name):
        setattr(GuardedConnection, _name, _passed(_name))


def _refuse(what: str) -> NoReturn:
    raise UsageError(f"{what} reaches data past any query that could be checked: use a connection without a guard")


def _is_of_one_thread(raw: sqlite3.Connection) -> bool:
    """Whether the module keeps a connection to the thread that made it (`check_same_thread`).

    INVARIANT no-authorizer-among-threads: no authorizer stands where threads share a connection: one that is asked
    waits for the interpreter with SQLite's lock in hand, and another for that lock with the interpreter's.
    """
    refused: list[bool] = []

    def ask() -> None:
        try:
            raw.cursor().close()
        except sqlite3.ProgrammingError:
            refused.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return bool(refused)


def _authorizer(judge: Judge) -> Callable[..., int] | None:
    """The second line: what SQLite itself says that a statement reads, for texts that came past the cursor.

    It knows no more than the guard's own ceiling, and what the catalog says of a table's columns. Where functions
    lower what they are given it would deny what is allowed, and is left out.
    """
    catalog = judge.catalog
    ceiling = judge.ceiling
    if judge.mode is not Mode.ENFORCE or ceiling is None or catalog.scheme.declassify:
        return None
    index = catalog.index(DIALECT)
    lowering = {one.name.parts[-1].text.lower() for one in catalog.datasets if one.declassify}

    def authorize(action: int, table: str | None, column: str | None, place: str | None, inside: str | None) -> int:
        if action != sqlite3.SQLITE_READ or not table or not column or place == "temp":
            return sqlite3.SQLITE_OK
        if inside is not None and inside.lower() in lowering:
            return sqlite3.SQLITE_OK
        hits = index.elsewhere(index.folding.fold(table, True))
        found = hits[0] if len(hits) == 1 else None
        if found is None or isinstance(found, Ambiguous):
            return sqlite3.SQLITE_OK
        for one in found.columns:
            if one.name.text.lower() == column.lower() and one.label.level.rank > ceiling.rank:
                return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    return authorize


# Messages of SQLite and of the module that hold names alone, never a value.
_NAMES_ALONE = re.compile(
    r"no such (?:table|column|function|savepoint|index|view|collation sequence): [\w.$]+\Z|"
    r"(?:table|index|view) [\w.$\"]+ already exists\Z|(?:UNIQUE|NOT NULL) constraint failed: [\w.$, ]+\Z|"
    r"FOREIGN KEY constraint failed\Z|database (?:table )?is locked\Z|attempt to write a readonly database\Z|"
    r"not authorized\Z|access to [\w.$]+ is prohibited\Z|"
    r"cannot (?:start a transaction within a transaction|(?:commit|rollback) - no transaction is active)\Z"
)


def shown_error(error: sqlite3.Error, errors: ErrorPolicy) -> sqlite3.Error:
    """An error of SQLite's without what may quote data."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    made = type(error)(_safe_message(error) or left_out(name))
    for one in ("sqlite_errorcode", "sqlite_errorname"):
        if hasattr(error, one):
            setattr(made, one, getattr(error, one))
    return errors.replaced(error, made)


def _safe_message(error: sqlite3.Error) -> str | None:
    """The message of an error that quotes no data, or None where it may."""
    message = str(error)
    if getattr(error, "sqlite_errorcode", None) is None and isinstance(
        error, (sqlite3.ProgrammingError, sqlite3.InterfaceError)
    ):
        return message  # the module's own, about how it was called
    return message if _NAMES_ALONE.match(message) else None
