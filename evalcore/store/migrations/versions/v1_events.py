"""Schema 1: the events, and the triggers that keep them as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

EVENTS = "workshop_events"
NEXT = f"(SELECT COALESCE(MAX(version), 0) + 1 FROM {EVENTS} WHERE stream = NEW.stream)"  # noqa: S608 - a constant

# the insert triggers see an INSERT OR REPLACE before it deletes what it replaces
SQLITE = f"""
CREATE TRIGGER {EVENTS}_update BEFORE UPDATE ON {EVENTS}
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER {EVENTS}_delete BEFORE DELETE ON {EVENTS}
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER {EVENTS}_insert BEFORE INSERT ON {EVENTS}
WHEN NEW.version <> {NEXT}
  OR EXISTS (SELECT 1 FROM {EVENTS} WHERE id = NEW.id OR position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'an event is only ever added as the next of its stream'); END;
"""  # noqa: S608 - a constant
POSTGRESQL = f"""
CREATE FUNCTION {EVENTS}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END $$;
CREATE TRIGGER {EVENTS}_change BEFORE UPDATE OR DELETE ON {EVENTS}
FOR EACH ROW EXECUTE FUNCTION {EVENTS}_refuse();
CREATE TRIGGER {EVENTS}_truncate BEFORE TRUNCATE ON {EVENTS}
FOR EACH STATEMENT EXECUTE FUNCTION {EVENTS}_refuse();
CREATE FUNCTION {EVENTS}_next() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF NEW.version <> {NEXT} THEN
    RAISE EXCEPTION 'an event is only ever added as the next of its stream';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {EVENTS}_insert BEFORE INSERT ON {EVENTS}
FOR EACH ROW EXECUTE FUNCTION {EVENTS}_next();
"""


def upgrade() -> None:
    """Make the table of events and its triggers."""
    # "C": names in the order of their code points on both databases, so that a prefix is a range
    name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        EVENTS,
        sa.Column("position", number, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("stream", name, nullable=False),
        sa.Column("version", sa.Integer, sa.CheckConstraint("version >= 1"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("payload_version", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("trust", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.UniqueConstraint("stream", "version", name=f"{EVENTS}_stream_version"),
        sa.CheckConstraint("trust IN ('declared', 'verified')", name=f"{EVENTS}_trust"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.strip().split("END;\n"):
            op.execute(sa.text(statement.removesuffix("END;") + "END"))
    else:
        op.get_bind().exec_driver_sql(POSTGRESQL)
