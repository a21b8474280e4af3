"""How reliable each person turned out, and what is likely true given all answers.

A. P. Dawid and A. M. Skene (1979), "Maximum likelihood estimation of observer error-rates using the
EM algorithm". Pooled over the concepts: a person rarely answers one concept often enough. Scores of
the model never take part: truth that is mixed with them flatters the model under test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray

__all__ = ["Reliability", "dawid_skene"]

ROUNDS = 200
SMOOTHING = 1.0
ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """What comes out of all yes and no answers together.

    Parameters
    ----------
    likely : ndarray of shape (n_pairs,), float64
        Probability that the pair is a yes; NaN where nobody has answered yes or no.
    sensitivity, specificity : ndarray of shape (n_people,), float64
        Estimated chance of a yes where it is one, and of a no where it is none.
    n_answers : ndarray of shape (n_people,), int64
        Yes and no answers that the estimate of each person rests on.
    """

    likely: FloatArray
    sensitivity: FloatArray
    specificity: FloatArray
    n_answers: IntArray


def dawid_skene(answers: IntArray) -> Reliability:
    """Estimate the truth of pairs and the reliability of people from each other.

    Parameters
    ----------
    answers : ndarray of shape (n_pairs, n_people), int
        1 for yes, 0 for no, -1 for neither.

    Notes
    -----
    It starts from the shares of the votes. Every person's rates begin with one right answer more,
    so that one with few answers is taken for neither perfect nor hopeless.

    Examples
    --------
    >>> two_against_one = np.array([[1, 1, 0]] * 9 + [[0, 0, 1]] * 9 + [[1, 1, 1]] * 2)
    >>> found = dawid_skene(two_against_one)
    >>> found.likely.round().tolist() == [1.0] * 9 + [0.0] * 9 + [1.0] * 2
    True
    >>> bool(found.sensitivity[2] < 0.5)
    True
    """
    yes, no = (answers == 1).astype(np.float64), (answers == 0).astype(np.float64)
    n = (yes + no).sum(axis=1)
    likely = np.divide(yes.sum(axis=1), n, out=np.full(len(n), 0.5), where=n > 0)
    voted = n > 0
    sensitivity = specificity = np.full(answers.shape[1], np.nan)
    for _ in range(ROUNDS if voted.any() else 0):
        sensitivity = _rate(yes, no, likely * voted)
        specificity = _rate(no, yes, (1 - likely) * voted)
        prior = (likely[voted].sum() + 1) / (voted.sum() + 2)
        log_odds = (
            np.log(prior / (1 - prior))
            + yes @ np.log(sensitivity / (1 - specificity))
            + no @ np.log((1 - sensitivity) / specificity)
        )
        before, likely = likely, 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))
        if np.abs(likely - before)[voted].max() < ENOUGH:
            break
    return Reliability(
        likely=np.where(voted, likely, np.nan),
        sensitivity=sensitivity,
        specificity=specificity,
        n_answers=(yes + no).sum(axis=0).astype(np.int64),
    )


def _rate(right: FloatArray, wrong: FloatArray, weight: FloatArray) -> FloatArray:
    hits, misses = weight @ right, weight @ wrong
    return (hits + 2 * SMOOTHING) / (hits + misses + 3 * SMOOTHING)
