"""Decisions: drawn up from a rule and a run, put on record, compared, applied, taken away.

``schema.json`` beside this file describes the JSON file that deploys a decision.
"""

from evalcore.decisions.changes import Changes, changes_since
from evalcore.decisions.compare import Applied, Difference, apply, differences
from evalcore.decisions.decision import (
    SCHEMA,
    SCHEMA_VERSION,
    STATES,
    Decision,
    State,
    revision_of,
)
from evalcore.decisions.digests import Digests, digests_of
from evalcore.decisions.drawing_up import draw_up
from evalcore.decisions.files import (
    from_csv,
    from_json,
    read_csv,
    read_json,
    to_csv,
    to_json,
)
from evalcore.decisions.ledger import (
    Entry,
    History,
    Ledger,
    find,
    history,
    record,
    supersede,
    withdraw,
)
from evalcore.decisions.parts import ConceptDecided, Pinned, RunDecidedOn, TruthUsed
from evalcore.decisions.python_code import to_python
from evalcore.errors import DecisionError

__all__ = [
    "SCHEMA",
    "SCHEMA_VERSION",
    "STATES",
    "Applied",
    "Changes",
    "ConceptDecided",
    "Decision",
    "DecisionError",
    "Difference",
    "Digests",
    "Entry",
    "History",
    "Ledger",
    "Pinned",
    "RunDecidedOn",
    "State",
    "TruthUsed",
    "apply",
    "changes_since",
    "differences",
    "digests_of",
    "draw_up",
    "find",
    "from_csv",
    "from_json",
    "history",
    "read_csv",
    "read_json",
    "record",
    "revision_of",
    "supersede",
    "to_csv",
    "to_json",
    "to_python",
    "withdraw",
]
