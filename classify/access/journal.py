"""Appends to the log, in the transaction of what it tells, and keeps persons and texts out of it."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from classify.access.tables import EVENTS, FACTS, PEOPLE
from classify.audit.event import GENESIS, Event, EventError, spelled_time
from classify.audit.merkle import leaf_hash
from classify.errors import UsageError

CHAIN = "main"


class StoreError(UsageError):
    """The store cannot be used as it is: not there, not ours, newer, full or read-only."""


class Journal:
    """The log as one transaction sees it."""

    def __init__(self, connection: Connection, now: datetime.datetime, lock: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._now = now
        self._lock = lock
        self._key: bytes | None = None

    def lock(self) -> None:
        """Have the log alone until the transaction ends."""
        self._lock(self._connection)

    def append(self, kind: str, fields: Mapping[str, Any]) -> int:
        """Append an event, and say which one it is. It is there if the transaction is.

        Args:
            fields: those that are None are left out.
        """
        # The log is locked last and briefly: whoever has it waits for nobody.
        self.lock()
        last = self._connection.execute(
            sa.select(EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.at)
            .where(EVENTS.c.chain == CHAIN)
            .order_by(EVENTS.c.seq.desc())
            .limit(1)
        ).first()
        seq, prev = (last.seq + 1, bytes(last.hash).hex()) if last is not None else (0, GENESIS)
        at = spelled_time(self._now)
        if last is not None and last.at > at:
            at = last.at  # another transaction, which began later, was first
        known = {name: value for name, value in fields.items() if value is not None}
        try:
            body = Event(CHAIN, seq, prev, datetime.datetime.fromisoformat(at), kind, known).body()
        except EventError as error:
            raise StoreError(f"the log cannot hold it, so it does not happen: {error}") from None
        self._connection.execute(
            sa.insert(EVENTS),
            [{"chain": CHAIN, "seq": seq, "at": at, "kind": kind, "body": body, "hash": leaf_hash(body)}],
        )
        return int(seq)

    def person(self, name: str) -> str:
        """The pseudonym of a person, who can be looked up until the row is erased."""
        found = self.pseudonym(name)
        known = self._connection.execute(sa.select(PEOPLE.c.person).where(PEOPLE.c.pseudonym == found)).first()
        if known is None:
            self.lock()  # two that write two persons in two orders would wait for each other
            new = "INSERT INTO classify_people (pseudonym, person) VALUES (:pseudonym, :person) ON CONFLICT DO NOTHING"
            self._connection.execute(sa.text(new), {"pseudonym": found, "person": name})
        return found

    def pseudonym(self, name: str) -> str:
        """What stands in the log for a person."""
        return f"p:{self._mac('person', name)[:32]}"

    def digest(self, kind: str, text: str) -> str:
        """What stands in the log for a text: the same for the same one, which nobody can guess without the key."""
        return f"v1:{self._mac(kind, text)}"

    def _mac(self, kind: str, text: str) -> str:
        if self._key is None:
            self._key = bytes.fromhex(
                self._connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == "key")).scalar_one()
            )
        return hmac.new(self._key, f"{kind}\0{text}".encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
