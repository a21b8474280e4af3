"""What to expect per day: against resampling at another prevalence, and how often it covers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.measures.production import Estimate, expect

VOLUME = 1_000


def counts_of(tp: Any, fp: Any, fn: Any, tn: Any) -> ec.Counts:
    return ec.Counts(
        **{
            name: np.atleast_1d(np.asarray(value, dtype=np.int64))
            for name, value in zip(("tp", "fp", "fn", "tn"), (tp, fp, fn, tn), strict=True)
        }
    )


def figures(day: Any) -> dict[str, Estimate]:
    return {name: getattr(day, name) for name in ("predicted", "wrong", "missed", "precision")}


@pytest.mark.parametrize("prevalence", [0.01, 0.2, 0.6])
def test_it_is_what_resampling_at_that_prevalence_gives(
    prevalence: float, rng: np.random.Generator
) -> None:
    truth = rng.random(3_000) < 0.3
    scores = rng.normal(truth * 1.5, 1.0)
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores[:, None], truth[:, None]))
    day = expect(evaluation.counts(ec.Rule(0.8)), volume=VOLUME, prevalence=prevalence)

    # a million days' inputs drawn from the test set's own positives and negatives
    n = 1_000_000
    shows = rng.random(n) < prevalence
    drawn = np.where(shows, rng.choice(scores[truth], size=n), rng.choice(scores[~truth], size=n))
    predicted = drawn > 0.8

    def per_day(chosen: np.ndarray) -> float:
        return float(chosen.mean() * VOLUME)

    assert day.predicted.value[0] == pytest.approx(per_day(predicted), rel=0.03)
    assert day.wrong.value[0] == pytest.approx(per_day(predicted & ~shows), rel=0.03)
    assert day.missed.value[0] == pytest.approx(per_day(shows & ~predicted), rel=0.05)
    assert day.precision.value[0] == pytest.approx(shows[predicted].mean(), rel=0.03)


def test_at_its_own_prevalence_it_is_the_test_set_itself() -> None:
    counts = counts_of(80, 30, 20, 370)

    day = expect(counts, volume=500)

    assert day.prevalence.tolist() == [0.2]
    np.testing.assert_allclose(day.predicted.value, 110)
    np.testing.assert_allclose(day.wrong.value, 30)
    np.testing.assert_allclose(day.missed.value, 20)
    np.testing.assert_allclose(day.precision.value, 80 / 110)


@pytest.mark.parametrize("size", [(30, 60), (200, 2_000)])
@pytest.mark.parametrize("prevalence", [0.02, 0.5])
@pytest.mark.parametrize(("recall", "mistaken"), [(0.9, 0.01), (0.5, 0.2), (0.97, 0.0005)])
def test_all_figures_together_cover_as_often_as_stated(
    size: tuple[int, int], prevalence: float, recall: float, mistaken: float
) -> None:
    rng = np.random.default_rng(size)
    n_positive, n_negative = size
    tp, fp = rng.binomial(n_positive, recall, 4_000), rng.binomial(n_negative, mistaken, 4_000)
    counts = counts_of(tp, fp, n_positive - tp, n_negative - fp)

    day = expect(counts, volume=VOLUME, prevalence=prevalence, confidence=0.9)

    right, wrong = prevalence * recall, (1 - prevalence) * mistaken
    true = {
        "predicted": VOLUME * (right + wrong),
        "wrong": VOLUME * wrong,
        "missed": VOLUME * (prevalence - right),
        "precision": right / (right + wrong),
    }
    inside = [(e.low <= true[name]) & (true[name] <= e.high) for name, e in figures(day).items()]
    # 0.9 stated; 0.88 is four standard errors below
    assert np.logical_and.reduce(inside).mean() > 0.88


def test_the_figure_lies_between_its_limits(rng: np.random.Generator) -> None:
    tp, fp, fn, tn = rng.integers(0, 6, size=(4, 400))
    day = expect(counts_of(tp, fp, fn, tn), volume=10, prevalence=rng.random(400))

    for name, estimate in figures(day).items():
        defined = ~np.isnan(estimate.value)
        assert defined.any(), name
        assert (estimate.low[defined] <= estimate.value[defined] + 1e-9).all()
        assert (estimate.value[defined] <= estimate.high[defined] + 1e-9).all()
        assert (estimate.low[defined] >= 0).all()


def test_what_was_never_measured_is_undefined_unless_it_never_occurs() -> None:
    no_positives, no_negatives = counts_of(0, 3, 0, 7), counts_of(6, 0, 4, 0)

    some = expect(no_positives, volume=100, prevalence=0.1)
    never = expect(no_positives, volume=100, prevalence=0)
    always = expect(no_negatives, volume=100, prevalence=1)

    assert np.isnan([some.predicted.value, some.missed.value, some.precision.value]).all()
    assert some.wrong.value.tolist() == [pytest.approx(27)]
    assert never.missed.value.tolist() == [0]
    assert never.predicted.value.tolist() == [pytest.approx(30)]
    assert never.precision.value.tolist() == [0]
    assert always.predicted.value.tolist() == [pytest.approx(60)]
    assert always.wrong.value.tolist() == [0]
    assert np.isnan(expect(no_negatives, volume=100, prevalence=0.5).wrong.value).all()


def test_nothing_predicted_has_no_precision_but_limits() -> None:
    day = expect(counts_of(0, 0, 10, 90), volume=100)

    assert np.isnan(day.precision.value).all()
    assert (day.precision.low[0], day.precision.high[0]) == (0, 1)


@pytest.mark.parametrize("volume", [-1, float("inf"), float("nan"), "many", None])
def test_a_volume_that_is_none_is_refused(volume: Any) -> None:
    with pytest.raises(ec.GoalError, match="The volume per day must be a number of 0 or more"):
        expect(counts_of(1, 1, 1, 1), volume=volume)


def test_a_prevalence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ec.GoalError, match=r"Hint: write 0\.05 for 5 %"):
        expect(counts_of(1, 1, 1, 1), volume=1, prevalence=5)
    with pytest.raises(ec.GoalError, match=r"between 0 and 1, got -0\.1"):
        expect(counts_of(1, 1, 1, 1), volume=1, prevalence=[-0.1])


@pytest.mark.parametrize("confidence", [0, 1, 95, float("nan"), "high"])
def test_a_confidence_that_is_none_is_refused(confidence: Any) -> None:
    with pytest.raises(ec.GoalError, match=r"Hint: write 0\.95 for 95 %"):
        expect(counts_of(1, 1, 1, 1), volume=1, confidence=confidence)
