"""What a goal with confidence comes to: thresholds that are proven, or what would prove them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evalcore.arrays import FloatArray
from evalcore.choosing.choice import Choice
from evalcore.measures.binomial import error_of, fewest_trials

__all__ = ["MOST_TIMES", "Guarantee", "Verdict"]

MOST_TIMES = 20
"""What few inputs say of more than so many times as many is not worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarantee:
    """Thresholds proven to meet a goal. Index j means ``choice.names[j]``.

    Parameters
    ----------
    choice
        The thresholds, their counts, and why there is none. For precision the threshold itself is
        what is proven: the lowest of those with its counts.
    confidence
        That the goal is met in the population: for each concept by itself, or for all of them.
    is_joint
        True when it is for all of them at once.
    p_value : ndarray of shape (n_names,), float64
        Exact probability of counts at least as good if the goal were just missed.
    error : ndarray of shape (n_names,), float64
        What the p-value had to stay within at this threshold; at most 1 - confidence.
    lower : ndarray of shape (n_names,), float64
        What the rate in the population is proven to be at least: the goal. A limit read off the
        counts at a threshold that was picked for them would lie above the truth too often.
    best_level : ndarray of shape (n_names,), float64
        Where the goal is not provable: the highest level, in hundredths, that is. NaN where none
        is, or the goal itself.
    needed_positives, needed_predicted, needed_inputs : ndarray of shape (n_names,), float64
        Where it is not provable: about how many labelled positives, predicted inputs at one
        threshold, and inputs in all a new test set would need to prove it with a chance of
        :data:`evalcore.measures.binomial.CHANCE`, or more for a precision. NaN where no number
        would, or none is needed.
    """

    choice: Choice
    confidence: float
    is_joint: bool
    p_value: FloatArray
    error: FloatArray
    lower: FloatArray
    best_level: FloatArray
    needed_positives: FloatArray
    needed_predicted: FloatArray
    needed_inputs: FloatArray

    @property
    def fewest(self) -> int | None:
        """The least number of inputs that proves the goal when all are right; None for no number.

        Predicted inputs for a precision, labelled ones for a recall, for one concept by itself.
        """
        found = fewest_trials(self.choice.goal.level or 0.0, error=error_of(self.confidence))
        return None if math.isnan(found) else int(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a goal holds at a threshold: as observed, and proven.

    Parameters
    ----------
    concept
        None for one common threshold, by the summed counts.
    successes, trials
        Right of predicted for a precision, found of labelled for a recall.
    observed
        Their quotient; NaN without trials.
    meets
        Whether what is observed meets the goal.
    proven
        Whether the goal is proven with the confidence asked for.
    p_value
        Exact probability of counts at least as good if the goal were just missed; NaN for a common
        threshold where an input adds several pairs, which are no independent sample.
    """

    concept: str | None
    successes: int
    trials: int
    observed: float
    meets: bool
    proven: bool
    p_value: float
