"""The tables of the store."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

VERSION = "0001"
"""Of these tables: the last step in `migrations/`. Steps are numbered, so that a later one compares as greater."""

VERSION_TABLE = "classify_access_version"

REQUESTS = Table(
    "classify_requests",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("requester", Text, nullable=False, index=True),
    Column("made_at", String(27), nullable=False),
    Column("lapses_at", String(27), nullable=False),
    Column("begins", String(27)),
    Column("ends", String(27)),
    Column("due", String(27)),  # of a broken glass: when its review is
    Column("body", Text, nullable=False),
    Column("rendering", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

APPROVALS = Table(
    "classify_approvals",
    METADATA,
    Column("request", String(32), nullable=False),
    Column("approver", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("for_at_most_s", Integer),
    Column("body", Text, nullable=False),
    Column("signature", Text),
    PrimaryKeyConstraint("request", "approver"),
)

REVIEWS = Table(
    "classify_reviews",
    METADATA,
    Column("request", String(32), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("is_abuse", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("request", "reviewer"),
)

DELEGATIONS = Table(
    "classify_delegations",
    METADATA,
    Column("person", Text, nullable=False),
    Column("delegate", Text, nullable=False),
    Column("begins", String(27), nullable=False),
    Column("ends", String(27), nullable=False),
    PrimaryKeyConstraint("person", "delegate"),
)

EVENTS = Table(
    "classify_events",
    METADATA,
    Column("chain", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(27), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),  # the only truth: the other columns are for filters, and are verified
    Column("hash", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("chain", "seq"),
)

PEOPLE = Table(
    "classify_people",
    METADATA,
    Column("pseudonym", String(34), primary_key=True),
    Column("person", Text, nullable=False),
    UniqueConstraint("person"),
)

DIGESTS = Table(
    "classify_digests",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("digest", String(80), nullable=False),
)

FACTS = Table(
    "classify_facts",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
