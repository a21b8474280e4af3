"""What a report of a run can hold, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from evalcore.choosing.goals import Goal
from evalcore.comparison.differences import Difference
from evalcore.comparison.operating_points import Matched
from evalcore.comparison.sides import Comparison
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.decisions import Entry
from evalcore.decisions.carry_over import CarriedOver
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.worklist import Handled
from evalcore.truth.agreement import Agreement
from evalcore.workshop.minutes import Minutes

__all__ = ["CHAPTERS", "Against", "Chapter", "Contents"]

Chapter = Literal[
    "summary",
    "matrix",
    "concepts",
    "thresholds",
    "decisions",
    "comparison",
    "findings",
    "agreement",
    "minutes",
    "reading",
]
CHAPTERS: dict[Chapter, str] = {
    "summary": "Summary",
    "matrix": "Matrix",
    "concepts": "Concepts",
    "thresholds": "Thresholds and goal",
    "decisions": "Decisions",
    "comparison": "Comparison",
    "findings": "Findings",
    "agreement": "Agreement",
    "minutes": "Minutes",
    "reading": "How to read it",
}
"""What can be chosen, in the order in which it stands, and its heading."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Against:
    """The other side of a comparison.

    Parameters
    ----------
    name
        What the right side is called.
    differences
        One for each metric that is shown.
    matched
        How its thresholds were found; None where they were not matched.
    carried
        A decision of the left side on the right one; None for none.
    """

    name: str
    comparison: Comparison
    differences: tuple[Difference, ...]
    n_relabelled: int = 0
    matched: Matched | None = None
    carried: CarriedOver | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contents:
    """What a report is made of.

    Parameters
    ----------
    evaluation
        Of the inputs that are looked at, by the labels that are looked at.
    chapters
        Which chapters it has; one without anything to say says that.
    concepts
        Those whose curves are drawn; None: the twelve with the lowest F1.
    goal
        What the thresholds are held against; None for none.
    part
        Which part of the run it is, and by which labels; empty for all, as labelled.
    as_labelled
        The same inputs by the labels as delivered, where both are told with what changes.
    decisions
        On record for this run, the last recorded first.
    handled
        Key of a finding to what was done about it: what is put aside is no open finding.
    agreement
        How far people agree: over all concepts first, then concept by concept.
    minutes
        Of the workshops that were held on this run, the last one first.
    """

    evaluation: Evaluation
    rule: Rule
    chapters: frozenset[Chapter] = frozenset(CHAPTERS)
    concepts: tuple[str, ...] | None = None
    goal: Goal | None = None
    part: str = ""
    as_labelled: Evaluation | None = None
    decisions: tuple[Entry, ...] = ()
    against: Against | None = None
    diagnosis: Diagnosis | None = None
    handled: Mapping[str, Handled] = field(default_factory=dict)
    agreement: Mapping[str, Agreement] = field(default_factory=dict)
    minutes: tuple[Minutes, ...] = ()
