"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "classify_requests",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("requester", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("lapses_at", sa.String(27), nullable=False),
        sa.Column("begins", sa.String(27)),
        sa.Column("ends", sa.String(27)),
        sa.Column("due", sa.String(27)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("rendering", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_classify_requests_state", "classify_requests", ["state"])
    op.create_index("ix_classify_requests_requester", "classify_requests", ["requester"])
    op.create_table(
        "classify_approvals",
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("approver", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("for_at_most_s", sa.Integer),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("signature", sa.Text),
        sa.PrimaryKeyConstraint("request", "approver"),
    )
    op.create_table(
        "classify_reviews",
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("is_abuse", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("request", "reviewer"),
    )
    op.create_table(
        "classify_delegations",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("delegate", sa.Text, nullable=False),
        sa.Column("begins", sa.String(27), nullable=False),
        sa.Column("ends", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("person", "delegate"),
    )
    op.create_table(
        "classify_events",
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq"),
    )
    op.create_table(
        "classify_people",
        sa.Column("pseudonym", sa.String(34), primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.UniqueConstraint("person"),
    )
    op.create_table(
        "classify_digests",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(80), nullable=False),
    )
    op.create_table(
        "classify_facts",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
