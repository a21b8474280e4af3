"""The core of Threshold Workshop: exact numbers at any threshold, without the app.

Conventions, said once and valid everywhere:

- Index i or j means ``run.concepts[j]``; inputs are named by their position in the run.
- A concept counts as predicted when ``score > threshold`` (or ``>=``, if the rule says so),
  compared in the precision of the scores: the threshold is rounded to it first.
- In the mode *top* (``decision="top"``) only the highest-scoring concept counts; the first one wins
  an exact tie.
- A pair whose label is unknown takes no part in that concept's metrics. A pair that was not scored
  is never predicted.
- Of thresholds that serve a goal equally well, the one with the most true positives is chosen, and
  of those the one with the fewest false positives; it is said by its interval's shortest decimal.
- 0/0 is NaN. An average says over how many concepts it was taken.
"""

from evalcore.base import processor  # noqa: F401 - before numpy is imported
from evalcore.choosing.choice import Choice
from evalcore.choosing.choose import choose
from evalcore.choosing.goals import GOAL_KINDS, Goal
from evalcore.choosing.held_out import HeldOut, choose_held_out
from evalcore.choosing.review_band import Band, review_band
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.flips import Flip, Flips
from evalcore.counting.matrix import Matrix
from evalcore.counting.rules import MODES, OPERATORS, Rule
from evalcore.counting.selections import (
    Block,
    Cell,
    CellPart,
    Labelled,
    OnThreshold,
    Outcome,
    Predicted,
    Selection,
)
from evalcore.errors import (
    AmbiguousReading,
    DecisionError,
    GoalError,
    RuleError,
    RunError,
    SelectionError,
    WorkshopError,
)
from evalcore.guarantees.guarantee import guarantee, verify
from evalcore.guarantees.proof import Guarantee, Verdict
from evalcore.measures.metrics import AVERAGES, METRICS, Average, Counts, average, mean_of
from evalcore.measures.production import Estimate, Production, expect
from evalcore.readers import load_run
from evalcore.runs.from_sklearn import from_sklearn
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import LoadReport
from evalcore.runs.run import EvalRun

DECISIONS = MODES
"""The modes, under the name that the door has always had for them."""

__all__ = [
    "AVERAGES",
    "DECISIONS",
    "GOAL_KINDS",
    "METRICS",
    "MODES",
    "OPERATORS",
    "AmbiguousReading",
    "Average",
    "Band",
    "Block",
    "Cell",
    "CellPart",
    "Choice",
    "Counts",
    "DecisionError",
    "Estimate",
    "EvalRun",
    "Evaluation",
    "Flip",
    "Flips",
    "Goal",
    "GoalError",
    "Guarantee",
    "HeldOut",
    "Labelled",
    "Labels",
    "LoadReport",
    "Matrix",
    "OnThreshold",
    "Outcome",
    "Predicted",
    "Production",
    "Rule",
    "RuleError",
    "RunError",
    "Selection",
    "SelectionError",
    "Verdict",
    "WorkshopError",
    "average",
    "choose",
    "choose_held_out",
    "expect",
    "from_sklearn",
    "guarantee",
    "load_run",
    "mean_of",
    "review_band",
    "verify",
]
