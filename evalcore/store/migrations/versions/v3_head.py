"""Schema 3: the head of the chain over all events, which shows that a whole stream is gone."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of the head, and fill it from the events that there are."""
    head = op.create_table(
        "workshop_head",
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
    number, seal = 0, ""
    connection = op.get_bind()
    for (one,) in connection.execute(
        sa.text("SELECT hash FROM workshop_events ORDER BY position")
    ).all():
        number, seal = number + 1, hashlib.sha256(f"{seal}{one}".encode()).hexdigest()
    connection.execute(sa.insert(head), {"events": number, "seal": seal})
