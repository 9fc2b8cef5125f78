"""Whether a log is whole: each event in its place, nothing between, and every checkpoint's root over what was there."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from classify.audit.checkpoint import Checkpoint
from classify.audit.event import GENESIS, Event, EventError, event_of
from classify.audit.merkle import Tree, leaf_hash


@frozen
class Broken:
    """Where a log is not what it says.

    Attributes:
        seq: of the event, or of the first that is missing.
    """

    seq: int
    message: str

    def __str__(self) -> str:
        return f"event {self.seq}: {self.message}"


class Verification:
    """A log as it is read, one event after the other; it keeps the edge of the tree and nothing else.

    Attributes:
        broken: the first thing that is wrong, or None so far.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint] = ()) -> None:
        """A log from its first event.

        Args:
            checkpoints: of it, signed by a key that is trusted.
        """
        self._checkpoints: dict[int, list[Checkpoint]] = {}
        for one in checkpoints:
            self._checkpoints.setdefault(one.size, []).append(one)
        self._tree = Tree()
        self._prev = GENESIS
        self._chain: str | None = None
        self._origin: str | None = None
        self.broken: Broken | None = None
        self._hold_to_checkpoints()

    @property
    def size(self) -> int:
        """How many events were read."""
        return self._tree.size

    @property
    def origin(self) -> str | None:
        """The name that the log gives itself in its first event."""
        return self._origin

    def checkpoint(self, origin: str) -> Checkpoint:
        """The checkpoint of what was read."""
        return Checkpoint(origin, self._tree.size, self._tree.root())

    def add(self, body: bytes) -> Event | None:
        """Read the next event; None once something is wrong, for then nobody knows what belongs there."""
        if self.broken is not None:
            return None
        try:
            event = event_of(body)
        except EventError as error:
            self._break(str(error))
            return None
        wrong = self._misplaced(event)
        if wrong:
            self._break(wrong)
            return None
        self._chain = event.chain
        if event.seq == 0 and event.kind == "store.created":
            self._origin = event.fields["origin"]
        leaf = leaf_hash(body)
        self._prev = leaf.hex()
        self._tree.add(leaf)
        self._hold_to_checkpoints()
        return event

    def end(self) -> Broken | None:
        """What is wrong, once all was read: also that a checkpoint has seen more."""
        if self.broken is None:
            missing = [size for size in self._checkpoints if size > self._tree.size]
            if missing:
                self.broken = Broken(
                    self._tree.size, f"is missing: a checkpoint was signed when there were {max(missing)} events"
                )
        return self.broken

    def _hold_to_checkpoints(self) -> None:
        for one in self._checkpoints.get(self._tree.size, ()):
            if one.root != self._tree.root():
                self.broken = Broken(
                    max(self._tree.size - 1, 0),
                    "or one before it was changed: the root is not the one of the checkpoint that was signed then",
                )
            elif self._origin is not None and one.origin != self._origin:
                self.broken = Broken(0, f"begins the log {self._origin}; the checkpoint is of {one.origin}")

    def _misplaced(self, event: Event) -> str:
        """Why an event cannot be the next one, or an empty text."""
        if event.seq != self._tree.size:
            return f"is event {event.seq}: events are missing, moved or put in"
        if event.prev != self._prev:
            return "does not follow the event before it, which was changed, or it was itself"
        if self._chain is not None and event.chain != self._chain:
            return f"is of the log `{event.chain}`, not of `{self._chain}`"
        return ""

    def _break(self, message: str) -> None:
        self.broken = Broken(self._tree.size, message)


def verify(bodies: Iterable[bytes], checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """A whole log, read from its first event to its last."""
    found = Verification(checkpoints)
    for body in bodies:
        found.add(body)
        if found.broken is not None:
            break
    found.end()
    return found
