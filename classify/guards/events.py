"""What a guard tells those who count and log: never a literal, never a value."""

from __future__ import annotations

import enum

from attrs import frozen

from classify.labels import Label


class Mode(enum.Enum):
    """What a guard does with a query above its ceiling."""

    ENFORCE = "enforce"  # it is refused
    WARN = "warn"  # it runs, with a warning
    OBSERVE = "observe"  # it runs, and only an event tells


class Action(enum.Enum):
    """What became of a query."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    WARNED = "warned"
    OBSERVED = "observed"


@frozen
class Event:
    """One query that a guard looked at.

    Attributes:
        action: what became of it.
        who: as the guard was told.
        purpose: as the innermost ceiling says, or an empty text.
        label: the class that the query touches.
        ceiling: the level that held.
        datasets: canonical names of those that it touches.
        fingerprint: the same for texts that differ in literals, comments and layout alone.
        dialect: that it was read in.
    """

    action: Action
    who: str
    purpose: str
    label: Label
    ceiling: str
    datasets: tuple[str, ...]
    fingerprint: str
    dialect: str
