"""Decisions: drawn up from a rule and a run, put on record, compared, applied, taken away."""

from evalcore.decisions.comparing import (
    Applied,
    Changes,
    Difference,
    apply,
    changes_since,
    differences,
)
from evalcore.decisions.digests import Digests, digests_of
from evalcore.decisions.drawing_up import draw_up
from evalcore.decisions.ledger import Entry, History, find, history, record, supersede, withdraw
from evalcore.decisions.parts import ConceptDecided, Pinned, RunDecidedOn
from evalcore.decisions.record import SCHEMA, SCHEMA_VERSION, Decision

__all__ = [
    "SCHEMA",
    "SCHEMA_VERSION",
    "Applied",
    "Changes",
    "ConceptDecided",
    "Decision",
    "Difference",
    "Digests",
    "Entry",
    "History",
    "Pinned",
    "RunDecidedOn",
    "apply",
    "changes_since",
    "differences",
    "digests_of",
    "draw_up",
    "find",
    "history",
    "record",
    "supersede",
    "withdraw",
]
