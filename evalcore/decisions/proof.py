"""Whether a goal that was required with confidence is proven, and not only met by the counts."""

from __future__ import annotations

from evalcore.choosing.goals import Goal

__all__ = ["can_be_proven"]

_PROVABLE = {"precision_at_least", "recall_at_least"}


def can_be_proven(goal: Goal) -> bool:
    """Tell whether a goal is of a kind that can be proven."""
    return goal.kind in _PROVABLE
