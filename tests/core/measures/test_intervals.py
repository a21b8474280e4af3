"""Wilson intervals: against the quadratic they solve, and how often they cover."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evalcore.measures.intervals import INTERVALS, f1_interval, wilson
from evalcore.measures.metrics import METRICS, Counts

Z = 1.959963984540054


@pytest.mark.parametrize("trials", [1, 2, 7, 50, 100_000])
def test_the_ends_are_where_the_score_test_just_rejects(trials: int) -> None:
    successes = np.unique(np.linspace(0, trials, 9).astype(int))
    interval = wilson(successes, np.full(successes.size, trials))

    for end in (interval.low, interval.high):
        for k, p in zip(successes, end, strict=True):
            if 0 < p < 1:
                score = (k / trials - p) / math.sqrt(p * (1 - p) / trials)
                assert abs(score) == pytest.approx(Z, rel=1e-9)


def test_no_trials_give_no_interval() -> None:
    interval = wilson([0], [0])

    assert np.isnan(interval.low).all()
    assert np.isnan(interval.high).all()


def test_nothing_found_and_everything_found_reach_the_border_exactly() -> None:
    interval = wilson([0, 17], [17, 17])

    assert interval.low[0] == 0.0
    assert interval.high[1] == 1.0
    assert interval.high[0] > 0.1
    assert interval.low[1] < 0.9


def test_more_confidence_is_wider() -> None:
    narrow, wide = wilson([8], [10], confidence=0.8), wilson([8], [10], confidence=0.99)

    assert wide.low[0] < narrow.low[0] < 0.8 < narrow.high[0] < wide.high[0]


@pytest.mark.parametrize("share", [0.03, 0.5, 0.93])
@pytest.mark.parametrize("trials", [12, 200])
def test_the_interval_covers_the_true_share_about_as_often_as_it_says(
    share: float, trials: int, rng: np.random.Generator
) -> None:
    drawn = rng.binomial(trials, share, size=20_000)
    interval = wilson(drawn, np.full(drawn.size, trials))

    covered = np.mean((interval.low <= share) & (share <= interval.high))

    assert 0.91 <= covered <= 1.0


def test_the_interval_of_f1_covers_f1_of_the_population(rng: np.random.Generator) -> None:
    shares = np.array([0.06, 0.03, 0.02, 0.89])  # of TP, FP, FN, TN
    tp, fp, fn, tn = rng.multinomial(400, shares, size=20_000).T
    interval = f1_interval(Counts(tp=tp, fp=fp, fn=fn, tn=tn))
    true = 2 * 0.06 / (2 * 0.06 + 0.03 + 0.02)

    covered = np.mean((interval.low <= true) & (true <= interval.high))

    assert 0.92 <= covered <= 1.0


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_the_number_on_screen_lies_in_its_interval(name: str, rng: np.random.Generator) -> None:
    tp, fp, fn, tn = rng.integers(0, 4, size=(4, 500))
    counts = Counts(tp=tp, fp=fp, fn=fn, tn=tn)
    value, interval = METRICS[name](counts), INTERVALS[name](counts, confidence=0.9)
    defined = ~np.isnan(value)

    assert (np.isnan(interval.low) == ~defined).all()
    assert (interval.low[defined] <= value[defined] + 1e-12).all()
    assert (value[defined] <= interval.high[defined] + 1e-12).all()
