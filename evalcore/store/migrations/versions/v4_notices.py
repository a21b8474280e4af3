"""Schema 4: notices, what holds at this moment, told between the processes that share a store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table of notices; on PostgreSQL one that a crash of the server may empty."""
    volatile = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "workshop_notices",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        prefixes=volatile,
    )
