"""Whether scores are the chances that they look like, and thresholds where the goal wants them."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from evalcore.arrays import BoolArray
from evalcore.choosing.goals import Goal
from evalcore.choosing.held_out import choose_held_out
from evalcore.concept.score_shape import Calibration, calibration
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.counting.selections import Outcome
from evalcore.diagnosis.finding import Finding, no_inputs, percent, quoted, several
from evalcore.measures.intervals import f1_interval
from evalcore.measures.metrics import METRICS, Counts
from evalcore.wording import number, rate

__all__ = ["far_from_goal", "not_probabilities"]

FEWEST_EXPECTED = 5.0
WORTH_MOVING = 0.03


def not_probabilities(
    evaluation: Evaluation, *, skilled: BoolArray, rng: np.random.Generator
) -> tuple[list[Finding], int]:
    """Find concepts whose scores are not the chances that they look like.

    Parameters
    ----------
    skilled : ndarray of shape (n_concepts,), bool
        Whose scores order the inputs at all; of the others more is wrong than this.
    rng
        Draws for the interval of the calibration error.

    Notes
    -----
    D. W. Hosmer, S. Lemeshow (1980), for the test, over bins of equal width.
    """
    index, found = evaluation.index("every"), []
    for j in np.flatnonzero(skilled).tolist():
        shape = calibration(index, j)
        if shape is None:
            continue
        low, high = _error_interval(shape, rng)
        concept = evaluation.run.concepts[j]
        mean = float(np.nansum(shape.mean_score * shape.n) / shape.n.sum())
        labelled = int(shape.n_labelled.sum()) / int(shape.n.sum())
        found.append(
            Finding(
                kind="not_probabilities",
                concepts=(concept,),
                number=shape.error,
                low=low,
                high=high,
                unit="calibration error",
                inputs=no_inputs(),
                p_value=_miscalibrated(shape),
                headline=f"The scores of {quoted(concept)} are no probabilities: their mean is "
                f"{rate(mean, digits=2)}, and {percent(labelled)} of the inputs are labelled.",
                action="Read scores as an order, not as chances; recalibrate them before they are "
                "shown to people or compared between concepts.",
                gain="A score of 0.8 would mean that 80 % are right.",
            )
        )
    return found, int(skilled.sum())


def far_from_goal(
    evaluation: Evaluation,
    rule: Rule,
    *,
    goal: Goal | None = None,
    of_concepts: BoolArray | None = None,
) -> list[Finding]:
    """Find concepts whose threshold is far from what a goal asks for, seen on inputs left out.

    The default goal is the highest F1. A threshold counts as far when the F1 of one chosen on other
    inputs is better by 0.03 at least, and lies above the interval of the present one.
    """
    run = evaluation.run
    held = choose_held_out(
        evaluation, goal or Goal.f_beta(), operator=rule.operator, decision=rule.mode_for(run.task)
    )
    now, then = evaluation.counts(rule), held.counts
    better = METRICS["f1"](then) - METRICS["f1"](now)
    clear = METRICS["f1"](then) > f1_interval(now).high
    skilled = np.ones(run.n_concepts, dtype=bool) if of_concepts is None else of_concepts
    far = np.flatnonzero((better > WORTH_MOVING) & clear & held.choice.met & skilled)
    return [
        _far(evaluation, rule, j, now=now, then=then, threshold=float(held.choice.threshold[j]))
        for j in far.tolist()
    ]


def _far(
    evaluation: Evaluation, rule: Rule, j: int, *, now: Counts, then: Counts, threshold: float
) -> Finding:
    concept = evaluation.run.concepts[j]
    fewer = int(now.fp[j] + now.fn[j]) - int(then.fp[j] + then.fn[j])
    was, would = (float(METRICS["f1"](counts)[j]) for counts in (now, then))
    ends = f1_interval(then)
    return Finding(
        kind="far_from_goal",
        concepts=(concept,),
        number=would,
        low=float(ends.low[j]),
        high=float(ends.high[j]),
        unit="F1 on inputs left out",
        inputs=np.concatenate(
            [
                evaluation.members(rule, Outcome(concept, "FP")),
                evaluation.members(rule, Outcome(concept, "FN")),
            ]
        ),
        mistakes=float(max(fewer, 0)),
        headline=f"The threshold of {quoted(concept)}, {number(rule.threshold_of(concept))}, is "
        f"far from where its F1 is best: {rate(was, digits=2)} now, "
        f"{rate(would, digits=2)} on inputs left out at about {number(threshold)}.",
        action=f"Choose the threshold of {quoted(concept)} on the page Thresholds.",
        gain=f"F1 of about {rate(would, digits=2)}"
        + (f", and {several(fewer, 'mistake')} fewer." if fewer > 0 else "."),
    )


def _miscalibrated(shape: Calibration) -> float:
    variance = np.nan_to_num(shape.n * shape.mean_score * (1 - shape.mean_score))
    usable = variance >= FEWEST_EXPECTED
    if not usable.any():
        return float("nan")
    off = shape.n_labelled[usable] - shape.n[usable] * shape.mean_score[usable]
    return float(chdtrc(int(usable.sum()), float((off**2 / variance[usable]).sum())))


def _error_interval(shape: Calibration, rng: np.random.Generator) -> tuple[float, float]:
    """Return the percentile interval of the calibration error over inputs drawn anew."""
    n = int(shape.n.sum())
    cells = np.concatenate([shape.n_labelled, shape.n - shape.n_labelled])
    drawn = rng.multinomial(n, cells / n, size=400)
    labelled, others = drawn[:, : shape.n.size], drawn[:, shape.n.size :]
    expected = (labelled + others) * np.nan_to_num(shape.mean_score)
    errors = np.abs(labelled - expected).sum(axis=1) / n
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(low), float(high)
