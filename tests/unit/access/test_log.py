"""The log of a store: signed, proved, read; and stores that cannot be written."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from classify.access import Access, StoreError
from classify.access.log import Log
from classify.access.tables import EVENTS, PEOPLE
from classify.audit import Checkpoint, Memory, NoteError, Signer, Verification, verify_proof
from tests.unit.access.office import asked, office, person, query
from tests.unit.audit.logs import SIGNER
from tests.unit.audit.logs import log as bodies

KEYS = (SIGNER.verifier,)


@pytest.fixture
def log(access: Access) -> Log:
    for _ in range(4):
        access.request(asked(), query())
    return Log(access.store)


def test_a_log_is_signed_as_it_grows(access: Access, log: Log, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "last")
    first = log.checkpoint(SIGNER, memory)
    assert log.checkpoint(SIGNER, memory) == first  # nothing happened
    access.request(asked(), query())
    second = log.checkpoint(SIGNER, memory)
    assert [Checkpoint.parse(note, KEYS).size for note in (first, second)] == [5, 6]
    for seq in range(5):
        proved = verify_proof(log.prove(seq, first), KEYS)
        assert proved.index == seq
        assert proved.body == dict(enumerate(body for _, body in log.events()))[seq]
    found = verify_proof(log.consistency(first, second), KEYS)
    assert found.since is not None
    assert (found.since.size, found.checkpoint.size) == (5, 6)
    with pytest.raises(StoreError, match="the checkpoint is of 5 events, 5 is none of them"):
        log.prove(5, first)
    with pytest.raises(StoreError, match="swap them"):
        log.consistency(second, first)


def test_a_log_that_forgot_is_not_signed(access: Access, log: Log, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "last")
    note = log.checkpoint(SIGNER, memory)
    with access.store.writing() as step:
        step.connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq == 4))
    with pytest.raises(StoreError, match="has 4 events, and does not begin with the 5 that were signed last"):
        log.checkpoint(SIGNER, memory)
    with pytest.raises(StoreError, match="the log is not that of the checkpoint of 5 events"):
        log.prove(1, note)
    access.request(asked(), query())  # another fifth event
    with pytest.raises(StoreError, match="does not begin with the 5 that were signed last"):
        log.checkpoint(SIGNER, memory)


def test_a_checkpoint_of_another_log_is_told(log: Log, tmp_path: Path) -> None:
    other = office(tmp_path, tmp_path / "other.db")
    note = Log(other.store).checkpoint(Signer.generate("example.org/other"), Memory(tmp_path / "last"))
    other.store.close()
    with pytest.raises(StoreError, match="the log is not that of the checkpoint of 1 events"):
        log.prove(0, note)
    with pytest.raises(StoreError, match="does not begin with the 1 that were signed last"):
        log.checkpoint(SIGNER, Memory(tmp_path / "last"))
    with pytest.raises(NoteError, match="is no checkpoint"):
        log.prove(0, "nothing")


def test_who_is_erased_is_a_pseudonym_for_ever(access: Access, log: Log) -> None:
    assert "ann" in log.people().values()
    with access.store.writing() as step:
        step.connection.execute(sa.delete(PEOPLE).where(PEOPLE.c.person == "ann"))
    assert "ann" not in log.people().values()
    from classify.access.replay import verify_store

    assert verify_store(access.store)[1] == []


def test_a_log_of_any_length_is_read_in_little_memory() -> None:
    found = Verification()
    lines = bodies(2_000)
    tracemalloc.start()
    for body in lines[:500]:
        found.add(body)
    before, _ = tracemalloc.get_traced_memory()
    for body in lines[500:]:
        found.add(body)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.broken is None
    assert after - before < 20_000  # the edge of the tree, and nothing of each event


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Access]:
    """A store on a disk without room."""
    found = office(tmp_path)

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0] + 2}")

    sa.event.listen(found.store._engine, "connect", limit)
    found.store.close()
    yield found
    found.store.close()


def test_a_full_disk_leaves_nothing_half_written(full: Access) -> None:
    done = 0

    def ask() -> None:
        nonlocal done
        while done < 200:
            full.request(asked(), query())
            done += 1

    with pytest.raises(StoreError, match="database or disk is full, make room"):
        ask()
    from classify.access.replay import verify_store

    found, wrong = verify_store(full.store)
    assert (found.broken, wrong) == (None, [])
    assert found.size == done + 1
    assert len(full.entries()) == done


def test_a_file_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    access = office(tmp_path)
    entry = access.request(asked(), query())
    # Whoever runs the tests may be allowed to write any file, so that SQLite is told not to.
    sa.event.listen(access.store._engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    access.store.close()
    assert access.entry(entry.id) == entry
    with pytest.raises(StoreError, match="make it writable for whoever runs this"):
        access.approve(entry.id, person("sam"))
    access.store.close()
