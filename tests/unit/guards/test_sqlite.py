"""Guarded connections of sqlite3, on a real SQLite."""

from __future__ import annotations

import contextlib
import gc
import pickle
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from classify import Catalog, QueryAboveCeiling, QueryRefused, UsageError, ceiling, guard
from classify.guards import Action, Event, judge
from tests.unit.guards.shop import DDL

OVER = "select ssn from users"


def fresh(path: str = ":memory:", **options: Any) -> sqlite3.Connection:
    raw: sqlite3.Connection = sqlite3.connect(path, **options)
    for statement in DDL:
        raw.execute(statement)
    raw.commit()
    return raw


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    found = fresh()
    yield found
    found.close()


@pytest.fixture
def guarded(raw: sqlite3.Connection, catalog: Catalog) -> sqlite3.Connection:
    return guard(raw, catalog, ceiling="internal")


def _in_block(connection: sqlite3.Connection, sql: str) -> Any:
    with connection as inside:
        return inside.execute(sql)


WAYS: dict[str, Callable[[sqlite3.Connection, str], Any]] = {
    "connection.execute": lambda one, sql: one.execute(sql),
    "connection.executemany": lambda one, sql: one.executemany(sql, [()]),
    "connection.executescript": lambda one, sql: one.executescript(sql),
    "cursor.execute": lambda one, sql: one.cursor().execute(sql),
    "cursor.executemany": lambda one, sql: one.cursor().executemany(sql, [()]),
    "cursor.executescript": lambda one, sql: one.cursor().executescript(sql),
    "a cursor's connection": lambda one, sql: one.cursor().connection.execute(sql),
    "in a block": _in_block,
    "a class of one's own": lambda one, sql: one.cursor(factory=type("Own", (sqlite3.Cursor,), {})).execute(sql),
    "what execute returns": lambda one, sql: one.execute("select 1").execute(sql),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_above_the_ceiling_never_reaches_sqlite(
    raw: sqlite3.Connection, guarded: sqlite3.Connection, way: str
) -> None:
    seen: list[str] = []
    raw.set_trace_callback(seen.append)
    for _ in range(2):  # refusals are remembered too
        with pytest.raises(QueryRefused) as refused:
            WAYS[way](guarded, OVER)
    assert OVER not in seen
    assert refused.value.label.level == "restricted"
    assert refused.value.ceiling == "internal"
    assert [read.column for read in refused.value.exposure.reads] == ["users.ssn"]


def _backed_up(connection: sqlite3.Connection, _: sqlite3.Connection) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as target:
        connection.backup(target)


PAST: dict[str, Callable[[sqlite3.Connection, sqlite3.Connection], Any]] = {
    "unbound method of the connection": lambda one, raw: sqlite3.Connection.execute(one, OVER),
    "cursor by hand": lambda one, raw: sqlite3.Cursor(one).execute(OVER),
    "a statement": lambda one, raw: one(OVER),
    "backup": _backed_up,
    "dump": lambda one, raw: list(one.iterdump()),
    "serialize": lambda one, raw: one.serialize(),
    "blob": lambda one, raw: one.blobopen("users", "ssn", 1),
    "extension": lambda one, raw: one.load_extension("nothing"),
    "authorizer: unbound method of the cursor": lambda one, raw: sqlite3.Cursor.execute(one.cursor(), OVER),
    "authorizer: the connection below": lambda one, raw: raw.execute(OVER),
}


@pytest.mark.parametrize("way", PAST)
def test_ways_past_the_texts_are_closed(raw: sqlite3.Connection, guarded: sqlite3.Connection, way: str) -> None:
    with pytest.raises((UsageError, sqlite3.Error)):
        PAST[way](guarded, raw)


@pytest.mark.invariant("no-way-past-the-texts")
def test_every_method_of_a_connection_is_known(guarded: sqlite3.Connection) -> None:
    """A method that a later Python brings is closed, since the base is; this says that it should be looked at."""
    written = {name for one in type(guarded).__mro__[:1] for name in vars(one)}
    left = {name for name in dir(sqlite3.Connection) if not name.startswith("__")} - written
    assert {name for name in left if not name.endswith(("Error", "Warning"))} == set()


def test_what_is_allowed_works_as_before(guarded: sqlite3.Connection) -> None:
    assert isinstance(guarded, sqlite3.Connection)
    cursor = guarded.execute("select id, name from users where id = ?", (1,))
    assert isinstance(cursor, sqlite3.Cursor)
    assert cursor.fetchall() == [(1, "Ann")]
    assert [one[0] for one in cursor.description] == ["id", "name"]
    assert [(one.name, one.label.level) for one in cursor.classification] == [("id", "internal"), ("name", "internal")]  # type: ignore[attr-defined]
    guarded.row_factory = sqlite3.Row
    row = guarded.execute("select ?1 as first, ?2 as second", {"1": "a", "2": "b"}).fetchone()
    assert (row["first"], row["second"]) == ("a", "b")
    guarded.row_factory = None
    guarded.create_function("twice", 1, lambda value: value * 2)
    assert list(guarded.execute("select twice(total) from orders where id = :id", {"id": 3})) == [(60,)]
    assert guarded.execute("pragma table_info(users)").fetchmany(1)
    with guarded:
        guarded.executemany("insert into orders values (?, ?, ?)", [(4, 1, 1), (5, 1, 1)])
        assert guarded.in_transaction
    with contextlib.suppress(ZeroDivisionError), guarded:
        guarded.execute("delete from orders")
        raise ZeroDivisionError
    assert guarded.execute("select count(*) from orders").fetchone() == (5,)
    assert guarded.total_changes > 0
    guarded.text_factory = bytes
    assert guarded.execute("select name from users").fetchone() == (b"Ann",)
    guarded.isolation_level = None
    assert not guarded.isolation_level
    if sys.version_info >= (3, 12):
        assert guarded.autocommit == sqlite3.LEGACY_TRANSACTION_CONTROL
    guarded.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        guarded.execute("select 1")


def test_an_authorizer_of_ones_own_is_asked_too(guarded: sqlite3.Connection) -> None:
    def deny(action: int, *_: Any) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK

    guarded.set_authorizer(deny)
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        guarded.execute("delete from orders")
    guarded.set_authorizer(None)
    guarded.execute("delete from orders")


SESSIONS = [
    # statements, whether the last one runs
    (["create temp table users as select 1 as ssn", OVER], True),
    (["create temp table users as select 1 as ssn", "drop table temp.users", OVER], False),
    (["begin", "create temp table users as select 1 as ssn", "rollback", OVER], False),
    (["begin", "create temp table users as select 1 as ssn", "commit", OVER], True),
    (["begin", "create temp table users as select 1 as ssn", "end", OVER], True),
    (["savepoint a", "create temp table users as select 1 as ssn", "rollback to a", OVER], False),
    (["savepoint a", "create temp table users as select 1 as ssn", "release savepoint a", OVER], True),
    (["begin", "savepoint a", "create temp table users as select 1 as ssn", "release a", "rollback", OVER], False),
    (["create temp view v as select ssn from users"], False),
    (["create temp view v as select id from users", "select * from v"], True),
    (["create temp table t (a)", "insert into t select name from users", "select * from t"], True),
]


@pytest.mark.invariant("decided-in-one-state")
@pytest.mark.parametrize(("statements", "runs"), SESSIONS)
def test_the_session_is_followed(guarded: sqlite3.Connection, statements: list[str], runs: bool) -> None:
    guarded.isolation_level = None
    for statement in statements[:-1]:
        guarded.execute(statement)
    if runs:
        guarded.execute(statements[-1]).fetchall()
    else:
        with pytest.raises((QueryRefused, sqlite3.OperationalError)):
            guarded.execute(statements[-1])


def test_a_rollback_by_method_is_followed(guarded: sqlite3.Connection) -> None:
    guarded.execute("insert into orders values (9, 9, 9)")  # the module begins a transaction
    guarded.execute("create temp table users as select 1 as ssn")
    assert guarded.execute(OVER).fetchall() == [(1,)]
    guarded.rollback()
    with pytest.raises(QueryRefused):
        guarded.execute(OVER)


if sys.version_info >= (3, 12):  # which has the attribute `autocommit`

    @pytest.mark.parametrize("autocommit", [True, False])
    def test_transactions_by_the_attribute_autocommit(catalog: Catalog, autocommit: bool) -> None:
        guarded = guard(fresh(autocommit=autocommit), catalog, ceiling="internal")
        if autocommit:
            guarded.execute("begin")
        guarded.execute("create temp table users as select 1 as ssn")
        assert guarded.execute(OVER).fetchall() == [(1,)]
        guarded.rollback()  # with True it does nothing
        if autocommit:
            assert guarded.execute(OVER).fetchall() == [(1,)]
            guarded.execute("rollback")
        with pytest.raises(QueryRefused):
            guarded.execute(OVER)
        guarded.execute("create temp table users as select 1 as ssn")
        guarded.commit()
        assert guarded.execute(OVER).fetchall() == [(1,)]
        guarded.close()


def test_a_transaction_that_ends_unseen_may_have_ended_either_way(
    raw: sqlite3.Connection, guarded: sqlite3.Connection
) -> None:
    guarded.execute("begin")
    guarded.execute("create temp table users as select 1 as ssn")
    raw.rollback()
    with pytest.raises(QueryRefused):
        guarded.execute(OVER)


def test_a_script_that_fails_may_have_run_in_part(guarded: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        guarded.executescript("create temp table users as select 1 as ssn; insert into orders values (1, 1, 1)")
    with pytest.raises(QueryRefused):
        guarded.execute(OVER)


def test_a_session_that_nobody_can_follow_is_closed(guarded: sqlite3.Connection) -> None:
    for at in range(201):
        guarded.execute(f"create temp table t{at} (a)")
    with pytest.raises(UsageError, match="open another connection"):
        guarded.execute("select 1")


def test_a_refused_query_leaves_the_transaction_as_it_was(guarded: sqlite3.Connection) -> None:
    guarded.execute("insert into orders values (9, 9, 9)")
    with pytest.raises(QueryRefused):
        guarded.execute(OVER)
    assert guarded.in_transaction
    guarded.commit()
    assert guarded.execute("select count(*) from orders").fetchone() == (4,)


def test_the_ceiling_of_the_code_narrows(guarded: sqlite3.Connection) -> None:
    with ceiling("public"):
        guarded.execute("select 1")
        with pytest.raises(QueryRefused, match="above the ceiling public"):
            guarded.execute("select name from users")
    with ceiling("restricted"):  # never raised
        with pytest.raises(QueryRefused, match="above the ceiling internal"):
            guarded.execute(OVER)
        guarded.execute("select name from users")
    with ceiling("secret"), pytest.raises(UsageError, match="unknown level `secret`"):
        guarded.execute("select 1")


def test_a_refusal_says_where_and_what_to_do_and_no_literal(guarded: sqlite3.Connection) -> None:
    with pytest.raises(QueryRefused) as caught:
        guarded.execute("select id\nfrom users\nwhere ssn = '078-05-1120'")
    assert str(caught.value).splitlines() == [
        "3:7: CLS101 class restricted is above the ceiling internal: `users.ssn` (filter)",
        "  3 | where ssn = '···········'",
        "    |       ^^^",
        "  help: leave it out, or read a dataset within the ceiling",
    ]
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.exposure, again.ceiling, again.findings) == (
        str(caught.value), caught.value.exposure, "internal", caught.value.findings
    )  # fmt: skip
    with pytest.raises(QueryRefused, match="CLS201 the class is not known: unknown-dataset `nothing`"):
        guarded.execute("select * from nothing")
    with pytest.raises(QueryRefused, match="CLS202"):
        guarded.execute("select from where")


@pytest.mark.parametrize("wrong", [None, b"select 1", 1, type("Text", (str,), {})("select 1")])
def test_what_is_no_text_is_refused(guarded: sqlite3.Connection, wrong: Any) -> None:
    with pytest.raises(UsageError, match="expected a text of SQL"):
        guarded.execute(wrong)


def test_several_statements_where_one_is_taken(guarded: sqlite3.Connection) -> None:
    with pytest.raises((sqlite3.ProgrammingError, sqlite3.Warning), match="one statement at a time"):
        guarded.execute("select 1; select 2")
    assert guarded.execute("select 1").fetchone() == (1,)


def test_what_cannot_be_guarded(raw: sqlite3.Connection, guarded: sqlite3.Connection, catalog: Catalog) -> None:
    closed = sqlite3.connect(":memory:")
    closed.close()
    for wrong, message in ((closed, "is closed"), (guarded, "guarded already"), ("x", "expected a connection")):
        with pytest.raises(UsageError, match=message):
            guard(wrong, catalog, ceiling="internal")
    for options, message in (
        ({"ceiling": "secret"}, "unknown level `secret`"),
        ({"ceiling": "internal", "dialect": "sqlight"}, "unknown dialect `sqlight`"),
        ({"ceiling": "internal", "mode": "off"}, "unknown mode `off`"),
        ({"ceiling": "internal", "columns": "all"}, "unknown `columns` `all`"),
    ):
        with pytest.raises(UsageError, match=message):
            guard(raw, catalog, **options)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(UsageError, match="expected a Catalog"):
        guard(raw, {}, ceiling="internal")  # type: ignore[arg-type]  # wrong on purpose


def test_modes_and_events(raw: sqlite3.Connection, catalog: Catalog) -> None:
    events: list[Event] = []
    warned = guard(raw, catalog, ceiling="internal", mode="warn", who="ann", on_event=events.append)
    with pytest.warns(QueryAboveCeiling, match="above the ceiling internal"):
        assert warned.execute(OVER).fetchall()
    with ceiling("internal", purpose="fraud"):
        warned.execute("select name from users where id = 1")
        warned.execute("select name  from users where id = 22 -- again")
    raw.set_authorizer(None)
    observed = guard(raw, catalog, ceiling="internal", mode="observe", on_event=events.append)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        observed.execute(OVER)
    enforced = guard(raw, catalog, ceiling="internal", on_event=events.append)
    with pytest.raises(QueryRefused):
        enforced.execute("insert into users (ssn) values ('078-05-1120')")
    assert [one.action for one in events] == [
        Action.WARNED, Action.ALLOWED, Action.ALLOWED, Action.OBSERVED, Action.REFUSED
    ]  # fmt: skip
    first, second, third, *_, last = events
    assert (first.who, first.purpose, first.label.level, first.ceiling) == ("ann", "", "restricted", "internal")
    assert (first.datasets, first.dialect) == (("users",), "sqlite")
    assert second.purpose == "fraud"
    assert second.fingerprint == third.fingerprint != first.fingerprint
    assert last.datasets == ("users",)
    assert "078" not in repr(events)


@pytest.mark.invariant("errors-quote-no-data")
def test_errors_quote_no_data(raw: sqlite3.Connection, catalog: Catalog) -> None:
    raw.execute("create trigger noisy before delete on users begin select raise(abort, 'Ann 078-05-1120'); end")
    raw.execute("insert into orders values (7, 7, cast(x'ff' as text))")
    guarded = guard(raw, catalog, ceiling="restricted")
    with pytest.raises(sqlite3.IntegrityError) as caught:
        guarded.execute("delete from users")
    assert "078" not in str(caught.value)
    assert "may quote data" in str(caught.value)
    assert caught.value.sqlite_errorname == "SQLITE_CONSTRAINT_TRIGGER"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    reads: tuple[Callable[[Any], object], ...] = (
        next,
        list,
        lambda cursor: cursor.fetchone(),
        lambda cursor: cursor.fetchmany(),
        lambda cursor: cursor.fetchall(),
    )
    for read in reads:
        with pytest.raises(sqlite3.OperationalError, match="may quote data") as failed:
            read(guarded.execute("select total from orders where id = 7"))
        assert failed.value.__context__ is None
    with pytest.raises(sqlite3.IntegrityError, match=r"^UNIQUE constraint failed: orders\.id$"):
        guarded.execute("insert into orders (id) values (1)")
    with pytest.raises(sqlite3.ProgrammingError, match="bindings"):
        guarded.execute("select ?")
    chained = guard(raw, catalog, ceiling="restricted", chain_errors=True)
    with pytest.raises(sqlite3.IntegrityError) as caught:
        chained.execute("delete from users")
    assert "078" not in str(caught.value)
    assert "078" in str(caught.value.__cause__)


def test_an_attached_database_has_names_of_its_own(raw: sqlite3.Connection) -> None:
    raw.execute("attach ':memory:' as old")
    raw.execute("create table old.notes (id integer, ssn text)")
    raw.execute("create table notes (id integer)")
    known = Catalog.from_mapping({"notes": {"id": "internal"}, "old.notes": {"id": "restricted", "ssn": "restricted"}})
    guarded = guard(raw, known, ceiling="internal")
    assert guarded.execute("select name from old.sqlite_master").fetchall() == [("notes",)]
    assert guarded.execute("select id from notes").fetchall() == []
    with pytest.raises(QueryRefused, match=r"`old\.notes\.ssn`"):
        guarded.execute("create index old.by_ssn on notes (ssn)")
    guarded.execute("drop table notes")
    with pytest.raises(QueryRefused, match="unknown-dataset"):
        guarded.execute("select id from notes")  # which now means the other one
    guarded.execute("create table notes (id integer)")
    assert guarded.execute("select id from notes").fetchall() == []


def test_columns_of_the_database_complete_the_catalog(raw: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text("version: 1\ndatasets: [{name: users, label: internal, columns: {ssn: restricted}}]\n")
    catalog = Catalog.load(path)
    alone = guard(raw, catalog, ceiling="internal")
    with pytest.raises(QueryRefused, match="unknown-column"):
        alone.execute("select name from users")
    raw.set_authorizer(None)
    completed = guard(raw, catalog, ceiling="internal", columns="database")
    assert completed.execute("select name from users").fetchall() == [("Ann",), ("Bob",)]
    with pytest.raises(QueryRefused):
        completed.execute("select * from users")


def test_the_memory_of_texts_is_bounded(guarded: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MOST_TEXTS", 20)
    for at in range(100):
        assert guarded.execute(f"select {at}").fetchone() == (at,)
        assert len(guarded.watch.known) <= 20  # type: ignore[attr-defined]


def test_many_threads_with_ceilings_of_their_own(tmp_path: Path, catalog: Catalog) -> None:
    """No query runs under another's ceiling: 200 threads over connections that they take in turn."""
    path = str(tmp_path / "app.db")
    fresh(path).close()
    connections = [guard(sqlite3.connect(path, check_same_thread=False), catalog, ceiling="restricted") for _ in "abcd"]
    locks = [threading.Lock() for _ in connections]
    queries = {"public": "select id from orders", "internal": "select name from users", "restricted": OVER}
    levels = list(queries)
    wrong: list[str] = []

    def work(at: int) -> None:
        own = at % len(levels)
        with ceiling(levels[own]):
            for turn in range(30):
                asked = (at + turn) % len(levels)
                seat = (at + turn) % len(connections)
                with locks[seat]:
                    try:
                        connections[seat].execute(queries[levels[asked]]).fetchall()
                        ran = True
                    except QueryRefused:
                        ran = False
                if ran != (asked <= own):
                    wrong.append(f"{levels[asked]} below {levels[own]}: {ran}")

    with ThreadPoolExecutor(200) as pool:
        list(pool.map(work, range(200)))
    assert wrong == []
    for one in connections:
        one.close()


def test_a_guarded_connection_is_let_go(catalog: Catalog) -> None:
    connection = guard(fresh(), catalog, ceiling="internal")
    connection.execute("select 1").fetchall()
    connection.close()
    del connection
    gc.collect()  # nothing warns of an open database


@pytest.mark.invariant("no-authorizer-among-threads")
def test_threads_may_share_a_connection(catalog: Catalog) -> None:
    """An authorizer would have them wait for each other for ever."""
    connection = guard(fresh(check_same_thread=False), catalog, ceiling="internal")

    def work(at: int) -> int:
        try:
            column = ("id", "name", "ssn")[at % 3]
            return len(connection.execute(f"select {column} from users where id > {at}").fetchall())
        except QueryRefused:
            return -1

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(work, range(600)))
    assert found == [2, 1] + [-1 if at % 3 == 2 else 0 for at in range(2, 600)]
    connection.close()
