"""What has become of a decision, and how its exports are named by it."""

from __future__ import annotations

from typing import Literal, get_args

from evalcore.decisions.decision import Decision

__all__ = ["STATES", "State", "first_line", "revision_of"]

State = Literal["in force", "superseded", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)


def revision_of(decision: Decision, *, state: State = "in force") -> str:
    """Return a short text that changes with what became of the decision; for file names.

    A browser that knows a file by its name then never shows the one from before.
    """
    mark = {"in force": "1", "superseded": "2-superseded", "withdrawn": "2-withdrawn"}
    return f"{decision.id[:8]}-{mark[state]}"


def first_line(decision: Decision, *, state: State = "in force") -> str:
    """Return what the first line of an export says: which decision, and what became of it."""
    return f"decision {decision.id}, revision {revision_of(decision, state=state)}, {state}"
