"""The verdict: how good each concept is, and the run, by rules on the ends of intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from scipy.special import fdtrc

from evalcore.arrays import BoolArray, FloatArray
from evalcore.base.jobs import report_progress
from evalcore.comparison.proportions import discoveries
from evalcore.comparison.roc_auc import AucParts, auc_interval, auc_parts
from evalcore.counting.evaluation import Evaluation
from evalcore.diagnosis.finding import Finding

__all__ = ["ConceptVerdicts", "Grade", "RunVerdict", "VerdictRules", "grade", "run_verdict"]

Grade = Literal["great", "ok", "poor", "too_few"]
RunVerdict = Literal["good", "ok", "poor", "biased", "unstable", "too_few"]
UNSTABLE_RATE = 0.01
SKILL = 0.999
FEWEST_IN_SPLIT = 20
"""With fewer labelled inputs the variance of a split's AUC is itself a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRules:
    """From where on a concept is great, or OK.

    Parameters
    ----------
    great_auc, ok_auc
        ROC AUC.
    great_lift, ok_lift
        How far average precision has come from the prevalence (guessing) to 1 (perfect).

    A concept is great, or OK, when the lower ends of both intervals reach these; poor when the
    upper end of either misses what is OK; else too little is known.
    """

    great_auc: float = 0.95
    ok_auc: float = 0.80
    great_lift: float = 0.75
    ok_lift: float = 0.30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConceptVerdicts:
    """How good each concept is; index j is concept j.

    Parameters
    ----------
    grades
    auc, auc_low, auc_high : ndarray of shape (n_concepts,), float64
        ROC AUC, mean over splits, and its interval by DeLong.
    lift, lift_low, lift_high : ndarray of shape (n_concepts,), float64
        (AP - prevalence) / (1 - prevalence), and its interval.
    differs_by_split : ndarray of shape (n_concepts,), bool
        Whether the AUCs of the splits differ by more than chance.
    has_skill : ndarray of shape (n_concepts,), bool
        Whether the scores order the inputs better than chance, with a confidence of 99.9 %.
    """

    grades: tuple[Grade, ...]
    auc: FloatArray
    auc_low: FloatArray
    auc_high: FloatArray
    lift: FloatArray
    lift_low: FloatArray
    lift_high: FloatArray
    differs_by_split: BoolArray
    has_skill: BoolArray

    def count(self, wanted: Grade) -> int:
        """Count the concepts of a grade."""
        return self.grades.count(wanted)


def grade(evaluation: Evaluation, *, rules: VerdictRules | None = None) -> ConceptVerdicts:
    """Judge every concept.

    Notes
    -----
    K. Boyd, K. H. Eng, C. D. Page (2013), "Area under the precision-recall curve", for the interval
    of average precision on the logit scale. The splits' AUCs are compared by Cochran's Q with
    DeLong's variances, which are estimates: the quotient is held against F.
    """
    rules = rules or VerdictRules()
    run = evaluation.run
    parts = []
    for j in range(run.n_concepts):
        report_progress(j, of=run.n_concepts)
        parts.append(auc_parts(run, j))
    auc = np.array([part.auc for part in parts])
    ends = np.array([auc_interval(part) for part in parts]).reshape(-1, 2)
    lift, lift_low, lift_high = _lifts(evaluation)
    p_values = np.array([_heterogeneity(part) for part in parts])
    return ConceptVerdicts(
        grades=tuple(
            _grade(*row, rules=rules)
            for row in zip(
                ends[:, 0].tolist(),
                ends[:, 1].tolist(),
                lift_low.tolist(),
                lift_high.tolist(),
                strict=True,
            )
        ),
        auc=auc,
        auc_low=ends[:, 0],
        auc_high=ends[:, 1],
        lift=lift,
        lift_low=lift_low,
        lift_high=lift_high,
        differs_by_split=discoveries(p_values, rate=UNSTABLE_RATE),
        has_skill=np.array([auc_interval(p, confidence=SKILL)[0] > 0.5 for p in parts]),
    )


def run_verdict(verdicts: ConceptVerdicts, findings: Sequence[Finding]) -> tuple[RunVerdict, ...]:
    """Judge the run: how good it is, and whether it goes by a cue or is unstable.

    Good when no concept is poor or unsure and most are great; OK when at most a third are poor;
    poor beyond. Too few to tell when that is said of more than half of the concepts.
    """
    n = max(len(verdicts.grades), 1)
    n_poor, n_unsure = verdicts.count("poor"), verdicts.count("too_few")
    found: list[RunVerdict] = []
    if n_unsure > n / 2:
        found.append("too_few")
    elif n_poor > n / 3:
        found.append("poor")
    elif n_poor == n_unsure == 0 and verdicts.count("great") >= n / 2:
        found.append("good")
    else:
        found.append("ok")
    if any(finding.kind in {"cue", "companion"} for finding in findings):
        found.append("biased")
    if verdicts.differs_by_split.any():
        found.append("unstable")
    return tuple(found)


def _grade(
    low: float, high: float, lift_low: float, lift_high: float, *, rules: VerdictRules
) -> Grade:
    if math.isnan(low) or math.isnan(lift_low):
        return "too_few"
    if low >= rules.great_auc and lift_low >= rules.great_lift:
        return "great"
    if low >= rules.ok_auc and lift_low >= rules.ok_lift:
        return "ok"
    if high < rules.ok_auc or lift_high < rules.ok_lift:
        return "poor"
    return "too_few"


def _lifts(evaluation: Evaluation) -> tuple[FloatArray, FloatArray, FloatArray]:
    labels = evaluation.run.labels
    precision, n_labelled = evaluation.average_precision(), labels.total.astype(np.float64)
    prevalence = n_labelled / np.maximum(labels.n_known, 1)
    usable = (n_labelled > 0) & (prevalence < 1) & ~np.isnan(precision)
    # half an input off the ends: at 0 and 1 the logit scale has no interval
    margin = 0.5 / np.maximum(n_labelled, 1)
    inside = np.clip(np.nan_to_num(precision, nan=0.5), margin, 1 - margin)
    centre = np.log(inside / (1 - inside))
    z = NormalDist().inv_cdf(0.975)
    reach = z / np.sqrt(np.maximum(n_labelled * inside * (1 - inside), 1e-12))
    low, high = (1 / (1 + np.exp(-(centre + sign * reach))) for sign in (-1, 1))
    room = np.maximum(1 - prevalence, 1e-12)
    lifts = [np.where(usable, (end - prevalence) / room, np.nan) for end in (precision, low, high)]
    return lifts[0], lifts[1], lifts[2]


def _heterogeneity(parts: AucParts) -> float:
    """Return the p-value of Cochran's Q over the splits whose variance can be estimated."""
    usable = (parts.variance_by_split > 0) & (parts.fewer_by_split >= FEWEST_IN_SPLIT)
    if usable.sum() < 2:
        return math.nan
    # a split that ranks well by luck has a small variance as well, and would count too much: the
    # splits share one variance, in proportion to their inputs of the rarer kind
    weights = parts.fewer_by_split[usable] / float(
        (parts.variance_by_split * parts.fewer_by_split)[usable].mean()
    )
    values = parts.by_split[usable]
    mean = float((weights * values).sum() / weights.sum())
    n_free = int(usable.sum()) - 1
    ratio = float((weights * (values - mean) ** 2).sum()) / n_free
    # the variance is an estimate itself, from as many inputs as there are of the rarer kind: F in
    # place of chi-square, or few positives would be called unstable too often
    n_estimated = int((parts.fewer_by_split[usable] - 1).sum())
    return float(fdtrc(n_free, n_estimated, ratio))
