"""The log of a store, to be read, exported, signed and proved."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from typing import Any, overload

import sqlalchemy as sa

from classify.access.journal import CHAIN, StoreError
from classify.access.store import Store, Transaction
from classify.access.tables import EVENTS, PEOPLE
from classify.audit import Checkpoint, Event, Memory, Signer, consistency_proof, event_of, inclusion_proof
from classify.audit.event import spelled_time
from classify.audit.merkle import SIZE, Tree, consistency_path, is_consistent


class Log:
    """The log of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def events(
        self, since: datetime.datetime | None = None, until: datetime.datetime | None = None
    ) -> Iterator[tuple[Event, bytes]]:
        """Each event with its bytes, in order, of a time."""
        query = sa.select(EVENTS.c.body).where(EVENTS.c.chain == CHAIN).order_by(EVENTS.c.seq)
        if since is not None:
            query = query.where(EVENTS.c.at >= spelled_time(since))
        if until is not None:
            query = query.where(EVENTS.c.at < spelled_time(until))
        with self._store.reading() as step, _rows(step, query) as rows:
            for row in rows:
                body = bytes(row.body)
                yield event_of(body), body

    def people(self) -> dict[str, str]:
        """Who is behind each pseudonym that was not erased."""
        with self._store.reading() as step:
            return {row.pseudonym: row.person for row in step.connection.execute(sa.select(PEOPLE))}

    def origin(self) -> str:
        """The name of the log.

        Raises:
            StoreError: it has no beginning.
        """
        with self._store.reading() as step:
            body = step.connection.execute(
                sa.select(EVENTS.c.body).where(EVENTS.c.chain == CHAIN, EVENTS.c.seq == 0)
            ).scalar_one_or_none()
        if body is None:
            raise StoreError(f"{self._store.place}: the log has no beginning, it was cut")
        origin: str = event_of(bytes(body)).fields["origin"]
        return origin

    def checkpoint(self, signer: Signer, memory: Memory) -> str:
        """A signed checkpoint of the log as it is, if it still begins with the one that the signer remembers.

        Raises:
            StoreError: it does not: events were taken out or changed, or the store is an older copy.
        """
        leaves = self._leaves()
        size = len(leaves)
        tree = Tree()
        for leaf in leaves:
            tree.add(leaf)
        found = Checkpoint(self.origin(), size, tree.root())
        last = memory.last()
        if last is not None:
            is_same = last.origin == found.origin and last.size <= size
            path = consistency_path(leaves, last.size) if is_same and 0 < last.size < size else []
            if not is_same or not is_consistent(last.size, last.root, size, found.root, path):
                raise StoreError(
                    f"{self._store.place}: the log has {size} events, and does not begin with the {last.size} that "
                    f"were signed last as {last.origin}: nothing is signed; find out what became of them"
                )
        memory.keep(found)
        return found.signed(signer)

    def prove(self, seq: int, checkpoint: str) -> str:
        """The proof that an event is in the log of a signed checkpoint.

        Raises:
            StoreError: there is no such event, or not yet then, or the log is not that of the checkpoint.
        """
        size = self._of_checkpoint(checkpoint)
        if not 0 <= seq < size:
            raise StoreError(f"the checkpoint is of {size} events, {seq} is none of them")
        with self._store.reading() as step:
            body = step.connection.execute(
                sa.select(EVENTS.c.body).where(EVENTS.c.chain == CHAIN, EVENTS.c.seq == seq)
            ).scalar_one()
        return inclusion_proof(bytes(body), self._leaves(size), seq, checkpoint)

    def consistency(self, old: str, new: str) -> str:
        """The proof that the log of a signed checkpoint begins with the log of an older one.

        Raises:
            StoreError: the log is not that of the checkpoints.
        """
        before, size = self._of_checkpoint(old), self._of_checkpoint(new)
        if before > size:
            raise StoreError(f"the older checkpoint is of {before} events, the later one of {size}: swap them")
        return consistency_proof(self._leaves(size), old, before, new)

    def _of_checkpoint(self, note: str) -> int:
        """How many events a checkpoint is of, whoever signed it: who checks the proof checks that."""
        found = Checkpoint.of_text(note.rpartition("\n\n")[0] + "\n")
        leaves = self._leaves(found.size)
        tree = Tree()
        for leaf in leaves:
            tree.add(leaf)
        if len(leaves) != found.size or tree.root() != found.root:
            raise StoreError(
                f"{self._store.place}: the log is not that of the checkpoint of {found.size} events of {found.origin}"
            )
        return found.size

    def _leaves(self, size: int | None = None) -> _Hashes:
        query = sa.select(EVENTS.c.hash).where(EVENTS.c.chain == CHAIN).order_by(EVENTS.c.seq)
        if size is not None:
            query = query.limit(size)
        found = bytearray()
        with self._store.reading() as step, _rows(step, query) as rows:
            for row in rows:
                found += bytes(row.hash)
        return _Hashes(bytes(found))


class _Hashes(Sequence[bytes]):
    """The hashes of many events, one behind the other: a million take 32 megabytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // SIZE

    @overload
    def __getitem__(self, at: int) -> bytes: ...

    @overload
    def __getitem__(self, at: slice) -> _Hashes: ...

    def __getitem__(self, at: int | slice) -> bytes | _Hashes:
        if isinstance(at, slice):
            begin, end, _ = at.indices(len(self))
            return _Hashes(self._data[begin * SIZE : end * SIZE])
        return self._data[at * SIZE : (at + 1) * SIZE]

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._data), SIZE):
            yield self._data[at : at + SIZE]


@contextlib.contextmanager
def _rows(step: Transaction, query: sa.Select[Any]) -> Iterator[Any]:
    """The rows of a query as they come, not all at once."""
    result = step.connection.execute(query, execution_options={"yield_per": 1_000})
    with contextlib.closing(result):
        yield result
