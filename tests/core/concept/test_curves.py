"""Curves: the area under what is drawn is the number beside it; the step's side; the intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

import evalcore as ec
from evalcore.concept.curves import (
    CURVE_METRICS,
    metric_curve,
    precision_recall_curve,
    roc_curve,
    thin,
)
from evalcore.concept.staircase import Staircase, staircase_of
from evalcore.measures.intervals import INTERVALS
from tests.support.cases import Case, random_case

SEEDS = range(20)
FINE = 1_000_000
"""Columns enough that nothing is thinned out here."""


def plain_case(seed: int) -> Case:
    return random_case(
        np.random.default_rng(seed), n_inputs=80, unscored=False, task="multi_label", n_folds=0
    )


def truth_of(case: Case, j: int) -> tuple[np.ndarray, np.ndarray]:
    known = case.known[:, j]
    return case.labelled[known, j], case.scores[known, j].astype(float)


def staircase_area(x: np.ndarray, y: np.ndarray) -> float:
    """Area under a line that holds each height from its own x down to the next point's."""
    return float(np.sum((x - np.append(x[1:], 0.0)) * y))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_under_the_drawn_steps_is_the_average_precision(seed: int) -> None:
    case = plain_case(seed)
    for j, concept in enumerate(case.concepts):
        truth, scores = truth_of(case, j)
        if not truth.any():
            continue
        curve = precision_recall_curve(
            staircase_of(case.evaluation, concept, mode="every"), columns=FINE
        )
        area = staircase_area(curve.x, curve.y)
        assert area == pytest.approx(average_precision_score(truth, scores))
        assert area == pytest.approx(case.evaluation.average_precision()[j])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_under_the_drawn_roc_curve_is_the_auc(seed: int) -> None:
    case = plain_case(seed)
    for j, concept in enumerate(case.concepts):
        truth, scores = truth_of(case, j)
        if truth.all() or not truth.any():
            continue
        curve = roc_curve(staircase_of(case.evaluation, concept, mode="every"), columns=FINE)
        assert (curve.x[0], curve.y[0]) == (1.0, 1.0)
        assert (curve.x[-1], curve.y[-1]) == (0.0, 0.0)
        area = float(np.trapezoid(curve.y[::-1], curve.x[::-1]))
        assert area == pytest.approx(roc_auc_score(truth, scores))
        assert area == pytest.approx(case.evaluation.roc_auc()[j])


@pytest.mark.parametrize("metric", CURVE_METRICS)
@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("seed", range(10))
def test_the_metric_drawn_at_a_threshold_is_the_metric_of_the_rule(
    seed: int, operator: str, metric: str
) -> None:
    case = random_case(np.random.default_rng(seed), n_inputs=60)
    for j, concept in enumerate(case.concepts):
        span = case.evaluation.score_range
        for mode in ec.DECISIONS:
            steps = staircase_of(case.evaluation, concept, mode=mode)
            curve = metric_curve(steps, metric, span=span, columns=FINE)
            # between scores both operators agree; on a score the curve jumps
            for t in np.linspace(*span, 7)[:-1] + 0.013 * (span[1] - span[0]):
                rule = ec.Rule(float(t), operator=operator, mode=mode)
                counts = case.evaluation.counts(rule)
                wanted = CURVE_METRICS[metric](counts)[j]
                k = int(np.searchsorted(curve.threshold[:-1], t, side="right")) - 1
                if np.isnan(wanted):
                    assert curve.threshold.size == 0 or t >= curve.threshold[-1]
                else:
                    assert curve.value[k] == pytest.approx(wanted)
                    low = INTERVALS[metric](counts).low[j]
                    assert curve.interval.low[k] == pytest.approx(low)


def test_the_line_ends_where_nothing_is_predicted_any_more() -> None:
    run = ec.EvalRun.from_arrays([[0.2], [0.4], [0.8]], [[], [0], [0]], concepts=["a"])
    steps = staircase_of(ec.Evaluation(run), "a", mode="every")
    precision = metric_curve(steps, "precision", span=(0, 1))
    assert precision.threshold.tolist() == [0.0, 0.2, 0.4, 0.8]
    assert precision.value.round(3).tolist() == [0.667, 1.0, 1.0, 1.0]
    recall = metric_curve(steps, "recall", span=(0, 1))
    assert recall.threshold.tolist() == [0.0, 0.2, 0.4, 0.8, 1.0]
    assert recall.value.tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]


def test_a_score_at_the_end_of_the_axis_starts_the_line_there() -> None:
    run = ec.EvalRun.from_arrays([[0.0], [1.0]], [[], [0]], concepts=["a"])
    steps = staircase_of(ec.Evaluation(run), "a", mode="every")
    share = metric_curve(steps, "predicted_share", span=(0, 1))
    assert share.threshold.tolist() == [0.0, 1.0, 1.0]
    assert share.value.tolist() == [0.5, 0.0, 0.0]


@pytest.mark.parametrize("labels", [[[], [], []], [[0], [0], [0]]])
def test_without_positives_or_negatives_there_is_nothing_to_draw(labels: list[list[int]]) -> None:
    run = ec.EvalRun.from_arrays([[0.2], [0.4], [0.8]], labels, concepts=["a"])
    steps = staircase_of(ec.Evaluation(run), "a", mode="every")
    assert roc_curve(steps).x.size == 0
    assert (precision_recall_curve(steps).x.size == 0) == (labels == [[], [], []])
    assert metric_curve(steps, "recall", span=(0, 1)).value.size == (0 if labels[0] == [] else 5)


def many(rng: np.random.Generator, n: int) -> Staircase:
    truth = rng.random(n) < 0.03
    scores = np.clip(0.3 * truth + 0.5 * rng.random(n), 0, 1).astype(np.float32)
    run = ec.EvalRun.from_arrays(scores[:, None], truth[:, None], concepts=["a"])
    return staircase_of(ec.Evaluation(run), "a", mode="every")


def test_a_curve_of_many_scores_has_some_hundred_points_and_the_same_picture(
    rng: np.random.Generator,
) -> None:
    steps = many(rng, 60_000)
    for curve in (precision_recall_curve, roc_curve):
        few, full = curve(steps), curve(steps, columns=FINE)
        assert few.x.size < 1_000 < full.x.size
        # each point left out lies within a pixel, sideways or up, of a segment that is drawn
        place = np.searchsorted(few.steps, full.steps)
        before, after = few.y[np.maximum(place - 1, 0)], few.y[np.minimum(place, few.y.size - 1)]
        sideways = np.abs(full.x - few.x[np.minimum(place, few.x.size - 1)])
        between = (np.minimum(before, after) <= full.y) & (full.y <= np.maximum(before, after))
        assert (sideways[between] <= 1 / 240).all()
        columns = np.clip(np.floor(full.x * 240), 0, 239)
        chosen = np.clip(np.floor(few.x * 240), 0, 239)
        for c in np.unique(columns):
            assert few.y[chosen == c].max() == full.y[columns == c].max()
            assert few.y[chosen == c].min() == full.y[columns == c].min()


shapes = st.sampled_from(["walk", "noise", "steps", "spikes"])


def line(shape: str, *, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.random(n)) if n else np.zeros(0)
    y = rng.random(n)
    if shape == "walk":
        y = np.cumsum(y - 0.5)
    elif shape == "steps":
        y = np.round(np.cumsum(y) / 5)
    elif shape == "spikes":
        y = np.where(rng.random(n) < 0.02, 1.0, 0.0)
    return x, y


@given(shape=shapes, n=st.integers(0, 3_000), seed=st.integers(0, 99), down=st.booleans())
def test_every_point_is_within_a_column_of_the_thinned_line_at_its_height(
    *, shape: str, n: int, seed: int, down: bool
) -> None:
    columns = 50
    x, y = line(shape, n=n, seed=seed)
    if down:
        x = x[::-1]
    kept = thin(x, y, span=(0, 1), columns=columns)
    assert kept.size <= 4 * columns
    assert (np.diff(kept) > 0).all()
    column = np.clip(np.floor(x * columns), 0, columns - 1)
    for c in np.unique(column):
        here, there = y[column == c], y[kept][column[kept] == c]
        # the line between the kept points of a column passes every height of the full line there
        assert (there.min(), there.max()) == (here.min(), here.max())
        assert (there[0], there[-1]) == (here[0], here[-1])


@given(n=st.integers(1, 2_000), seed=st.integers(0, 99))
def test_a_staircase_keeps_its_value_at_every_column_border(n: int, seed: int) -> None:
    x, y = line("noise", n=n, seed=seed)
    kept = thin(x, y, span=(0, 1), columns=64)
    for border in np.arange(65) / 64:
        full = np.searchsorted(x, border, side="right") - 1
        few = np.searchsorted(x[kept], border, side="left" if border == 1 else "right") - 1
        if full >= 0 and border < 1 and not (x == border).any():
            assert y[full] == y[kept][few]


def test_undefined_points_are_left_out() -> None:
    x = np.linspace(0, 1, 100)
    y = np.where(x < 0.5, np.nan, x)
    assert thin(x, y, span=(0, 1), columns=8).min() == 50


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_few_points_stay_as_they_are(n: int) -> None:
    x = np.linspace(0, 1, n)
    assert thin(x, x, span=(0, 1)).tolist() == list(range(n))


def test_an_axis_without_length_keeps_the_extremes() -> None:
    y = np.array([0.3, 0.9, 0.1, 0.2, 0.4, 0.5])
    assert thin(np.full(6, 0.5), y, span=(0.5, 0.5)).tolist() == [0, 1, 2, 5]
