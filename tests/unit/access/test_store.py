"""The store: many at once, processes that die, rows that somebody edits, and every order of steps there is."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from classify.access import Access, AccessRefused, State, StepRefused, Store, StoreError
from classify.access.replay import verify_store
from classify.access.states import BY_ITSELF, FINAL, STEPS, Step, require_step
from classify.access.tables import APPROVALS, DELEGATIONS, EVENTS, METADATA, REQUESTS, REVIEWS, VERSION
from classify.policy import Principal
from tests.unit.access.office import GROUPS, HOUR, RULES, asked, office, person, policy, query

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_eight_processes_agree_at_once(tmp_path: Path, where: str) -> None:
    people = [f"p{at}" for at in range(8)]
    groups = {**GROUPS, "groups": {**GROUPS["groups"], "security": people}}
    groups["people"] = {**GROUPS["people"], **{name: {"region": "us"} for name in people}}
    rules = [RULES[0], {**RULES[1], "approvals": [{"count": 4, "groups": ["security"]}]}]
    access = Access(Store.open(where), policy(tmp_path, rules, groups))
    requests = [access.request(asked(), query()).id for _ in range(6)]
    start = tmp_path / "start"
    command = [sys.executable, "-m", "tests.unit.access.worker", where, str(tmp_path), str(start)]
    workers = [
        subprocess.Popen(
            [*command, name, *requests[at:], *requests[:at]], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        )
        for at, name in enumerate(people, start=1)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    start.touch()
    # Whoever verifies meanwhile sees one moment of it all.
    for _ in range(10):
        found, wrong = verify_store(access.store)
        assert (found.broken, wrong) == (None, [])
    agreed = [int(worker.communicate(timeout=120)[0]) for worker in workers]
    entries = [access.entry(name) for name in requests]
    assert [entry.state for entry in entries] == [State.GRANTED] * 6
    assert [len(entry.given) for entry in entries] == [4] * 6
    assert sum(agreed) == 24
    found, wrong = verify_store(access.store)
    assert (found.broken, wrong) == (None, [])
    with access.store.reading() as step:
        kinds = Counter(step.connection.execute(sa.select(EVENTS.c.kind)).scalars())
    assert (kinds["request.made"], kinds["request.approved"], kinds["grant.begun"]) == (6, 24, 6)
    access.store.close()


def test_a_change_that_several_see_is_one_event(access: Access) -> None:
    wrong: list[Exception] = []

    def note() -> None:
        try:
            access.note(by="ann")
        except Exception as error:  # noqa: BLE001  # told below
            wrong.append(error)

    threads = [threading.Thread(target=note) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    found, differences = verify_store(access.store)
    assert (found.size, found.broken, differences) == (3, None, [])


def test_threads_that_ask_for_the_same_get_the_same(access: Access) -> None:
    name, found, wrong = "f" * 32, [], []

    def ask() -> None:
        try:
            found.append(access.request(asked(), query(), name=name).id)
        except Exception as error:  # noqa: BLE001  # told below
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found, wrong) == ([name] * 6, [])
    assert verify_store(access.store)[0].size == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_a_process_that_dies_leaves_nothing_half_done(tmp_path: Path, where: str) -> None:
    office(tmp_path, where).store.close()
    # On PostgreSQL, where each death costs more, those that two tables and a lock are about.
    wanted = ["request", "grant", "break glass"] if "://" in where else []
    command = [sys.executable, "-m", "tests.unit.access.crashing", where, str(tmp_path), *wanted]
    run = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    counts = json.loads(run.stdout)
    assert len(counts) == (len(wanted) or 11)
    assert min(counts.values()) > 3


def filled(access: Access) -> None:
    """A store with some of everything."""
    access.delegate(person("sid"), "pat", _soon(access))
    first = access.request(asked(), query(), reason="x", name="1" * 32)
    access.approve(first.id, person("sam"), for_at_most=HOUR)
    access.approve(first.id, person("pat"), acting_for="sid")
    second = access.request(asked(statement="s"), query("select ssn from app.users"), name="2" * 32)
    access.approve(second.id, person("sue"))
    emergency = asked(environment="production", references={"incident": "I-1"})
    third = access.break_glass(emergency, query(), reason="x", name="3" * 32)
    access.review(third.id, person("sue"))


def _soon(access: Access) -> Any:
    with access.store.reading() as step:
        return step.now + HOUR


# A signature is verified at each use, and who took one away has taken an approval away.
FREE = {("classify_approvals", "signature")}


def test_each_edited_field_of_each_row_is_found(access: Access) -> None:
    filled(access)
    assert verify_store(access.store)[1] == []
    tried = 0
    for table in (REQUESTS, APPROVALS, REVIEWS, DELEGATIONS, EVENTS):
        with access.store.reading() as step:
            rows = step.connection.execute(sa.select(table)).all()
        for row in rows:
            key = sa.and_(*(column == getattr(row, column.name) for column in table.primary_key))
            for column in table.columns:
                if (table.name, column.name) in FREE:
                    continue
                for value in _others(getattr(row, column.name), column.type):
                    _edit(access.store, sa.update(table).where(key).values({column.name: value}))
                    found, wrong = verify_store(access.store)
                    assert found.broken is not None or wrong, (table.name, column.name, value)
                    tried += 1
                    back = sa.and_(
                        *(one == (value if one is column else getattr(row, one.name)) for one in table.primary_key)
                    )
                    _edit(access.store, sa.update(table).where(back).values({column.name: getattr(row, column.name)}))
            with access.store.reading() as step:
                values = dict(row._mapping)
            _edit(access.store, sa.delete(table).where(key))
            found, wrong = verify_store(access.store)
            is_last = table is EVENTS and row.seq == len(rows) - 1
            # The last event alone may be cut off: a checkpoint held elsewhere, or the tables, tell.
            assert found.broken is not None or wrong, (table.name, "deleted", is_last)
            _edit(access.store, sa.insert(table).values(values))
    assert verify_store(access.store)[1] == []
    assert tried > 150


def _others(value: Any, kind: Any) -> list[Any]:
    """Other values of the same type."""
    if isinstance(kind, sa.Integer):
        return [(value or 0) + 1_000]
    if isinstance(value, bytes):
        return [value + b" ", value[:-1]]
    if value is None:
        return ["2020-01-01T00:00:00.000000Z"]
    if value in tuple(State):
        return [str(State.GRANTED) if value != State.GRANTED else str(State.PENDING)]
    if value.startswith("{"):
        body = json.loads(value)
        return [json.dumps(one) for one in _edited(body)] + ["{}", "nothing"]
    return ["2020-01-01T00:00:00.000000Z" if value[:2] == "20" else f"{value[:-1]}~"]


def _edited(body: Any) -> list[Any]:
    """The document with each text and number in it changed, one at a time."""
    found = []
    for key, value in body.items():
        if isinstance(value, dict):
            found += [{**body, key: one} for one in _edited(value)]
        elif isinstance(value, bool):
            found.append({**body, key: not value})
        elif isinstance(value, str):
            found.append({**body, key: value + "~"})
        elif isinstance(value, int):
            found.append({**body, key: value + 1})
    return found


def _edit(store: Store, statement: Any) -> None:
    with store.writing() as step:
        step.connection.execute(statement)


def test_a_request_that_somebody_put_in_is_found(access: Access) -> None:
    filled(access)
    with access.store.reading() as step:
        row = dict(step.connection.execute(sa.select(REQUESTS).where(REQUESTS.c.id == "1" * 32)).one()._mapping)
    _edit(access.store, sa.insert(REQUESTS).values({**row, "id": "9" * 32}))
    assert verify_store(access.store)[1] == [f"the request {'9' * 32} is in the store, and not in the log"]


def test_the_application_may_add_to_the_log_and_change_nothing_in_it(tmp_path: Path, server: Path) -> None:
    import psycopg

    name = f"roles_{os.getpid()}"
    with psycopg.connect(f"host={server} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"CREATE ROLE app_{name} LOGIN")
    owner = Store.at(f"postgresql+psycopg://postgres@/{name}?host={server}")
    with pytest.raises(StoreError, match="has no tables yet, run `classify access migrate`"):
        Store.open(f"postgresql+psycopg://postgres@/{name}?host={server}")
    owner.migrate("example.org/audit")
    owner.grant(f"app_{name}")
    access = Access(Store.open(f"postgresql+psycopg://app_{name}@/{name}?host={server}"), policy(tmp_path))
    filled(access)
    assert verify_store(access.store)[1] == []
    for statement in ("UPDATE classify_events SET kind = 'x'", "DELETE FROM classify_events",
                      "TRUNCATE classify_events", "DROP TABLE classify_events",
                      "ALTER TABLE classify_events DISABLE TRIGGER ALL",
                      "UPDATE classify_facts SET value = 'x'"):  # fmt: skip
        with pytest.raises(StoreError, match=r"permission denied|must be owner"), access.store.writing() as step:
            step.connection.exec_driver_sql(statement)
    access.store.close()
    owner.close()


def test_the_tables_are_those_that_the_steps_make(where: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from classify.access.store import _config

    store = Store.open(where)
    with store.reading() as step:
        context = MigrationContext.configure(step.connection, opts={"version_table": "classify_access_version"})
        assert compare_metadata(context, METADATA) == []
    assert ScriptDirectory.from_config(_config()).get_current_head() == VERSION
    store.close()


def test_many_that_begin_at_once_begin_once(tmp_path: Path) -> None:
    code = f"from classify.access import Store; Store.open({str(tmp_path / 'new.db')!r}).close()"
    runs = [subprocess.Popen([sys.executable, "-c", code], env=ENVIRONMENT, stderr=subprocess.PIPE) for _ in range(6)]
    assert [run.communicate(timeout=60)[1] for run in runs] == [b""] * 6
    store = Store.open(tmp_path / "new.db")
    found, wrong = verify_store(store)
    store.close()
    assert (found.size, found.broken, wrong) == (1, None, [])


# -- the states


def test_final_states_have_no_way_out() -> None:
    assert {State.DENIED, State.WITHDRAWN, State.LAPSED, State.REVOKED, State.EXPIRED, State.REVIEWED} == FINAL
    for state, step in itertools.product(FINAL, Step):
        with pytest.raises(StepRefused):
            require_step(state, step, state)


def test_every_state_is_reached_and_can_be_left_until_it_is_final() -> None:
    reached: set[State | None] = {None}
    while True:
        new = {after for (state, _), some in STEPS.items() if state in reached for after in some} - reached
        if not new:
            break
        reached |= new
    assert reached == {None, *State}
    assert {step for _, step in STEPS} == set(Step)


MOVES: dict[str, Any] = {
    "approve": lambda access, name, who: access.approve(name, person(who)),
    "retract": lambda access, name, who: access.retract(name, person(who)),
    "deny": lambda access, name, who: access.deny(name, person(who)),
    "withdraw": lambda access, name, who: access.withdraw(name, person(who)),
    "revoke": lambda access, name, who: access.revoke(name, person(who)),
}


def test_every_order_of_steps_does_what_a_plain_model_says(tmp_path: Path) -> None:
    """Two people who may agree, and who asks: all sequences of three steps, against a model of a few lines."""
    access = office(tmp_path)
    # Nothing is lost here but time: whether it is on the disk is tried elsewhere.
    sa.event.listen(access.store._engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    access.store.close()
    moves = [
        *itertools.product(("approve", "retract", "deny", "revoke"), ("sam", "sue")),
        ("withdraw", "ann"),
        ("revoke", "ann"),
    ]
    count = 0
    for sequence in itertools.product(moves, repeat=3):
        if next((who for _, who in sequence if who != "ann"), "sam") != "sam":
            continue  # the same with the names of the two swapped
        name = access.request(asked(), query()).id
        state, agreed = State.PENDING, set[str]()
        for what, who in sequence:
            is_possible = True
            if state is State.PENDING and what == "approve" and who not in agreed:
                agreed.add(who)
                state = State.GRANTED if len(agreed) == 2 else state
            elif state is State.PENDING and what == "retract" and who in agreed:
                agreed.remove(who)
            elif state is State.PENDING and what in ("deny", "withdraw"):
                state = State.DENIED if what == "deny" else State.WITHDRAWN
            elif state is State.GRANTED and what == "revoke":
                state = State.REVOKED
            else:
                is_possible = False
            if not is_possible:
                with pytest.raises((StepRefused, AccessRefused)):
                    MOVES[what](access, name, who)
            else:
                MOVES[what](access, name, who)
            entry = access.entry(name)
            assert entry.state is state, sequence
            assert {one.approval.approver.id for one in entry.given} == agreed, sequence
        count += 1
    assert count == 504
    found, wrong = verify_store(access.store)
    assert (found.broken, wrong) == (None, [])
    assert set(Step) > BY_ITSELF
    access.store.close()


def test_a_principal_is_known_by_the_groups_file() -> None:
    assert person("sam").region == "us"
    assert Principal("sam").groups is None
