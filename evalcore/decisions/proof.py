"""Whether a goal that was required with confidence is proven, and not only met by the counts."""

from __future__ import annotations

from collections.abc import Sequence

from evalcore.choosing.goals import Goal
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.guarantees.guarantee import verify

__all__ = ["can_be_proven", "proven_concepts"]

_PROVABLE = {"precision_at_least", "recall_at_least"}


def can_be_proven(goal: Goal) -> bool:
    """Tell whether a goal is of a kind that can be proven."""
    return goal.kind in _PROVABLE


def proven_concepts(
    evaluation: Evaluation,
    rule: Rule,
    goal: Goal | None,
    *,
    confidence: float | None,
    concepts: Sequence[str],
    common: bool,
    joint: bool,
    chosen_here: bool,
) -> tuple[str, ...] | None:
    """Return the concepts for which a goal is proven under a rule; None where none was asked for.

    Parameters
    ----------
    concepts
        Whom the goal is for.
    common, joint
        As in :class:`evalcore.decisions.Decision`; a common goal is proven for all or for none.
    chosen_here
        Whether the thresholds were chosen on these very inputs.

    Raises
    ------
    GoalError
        When the confidence is out of range.
    """
    if goal is None or confidence is None or not can_be_proven(goal) or not concepts:
        return None
    verdicts = verify(
        evaluation,
        goal,
        rule,
        confidence=confidence,
        concepts=concepts,
        common=common,
        joint=joint,
        chosen_here=chosen_here,
    )
    if common:
        return tuple(concepts) if all(one.proven for one in verdicts) else ()
    return tuple(name for name, one in zip(concepts, verdicts, strict=True) if one.proven)
