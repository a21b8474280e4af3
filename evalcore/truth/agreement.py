"""How far people agree over some inputs, with intervals, and what that allows one to conclude."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from evalcore.arrays import FloatArray, IntArray

__all__ = [
    "MISSING",
    "STATISTICS",
    "Agreement",
    "Estimated",
    "ModelAndPeople",
    "Pairing",
    "agreement",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "model_and_people",
    "pairings",
    "percent",
    "strength",
    "tally",
]

MISSING = -1
"""Stands in a table of answers where somebody has given none."""


def tally(answers: IntArray, *, n_categories: int) -> FloatArray:
    """Count the answers of each input per category.

    Parameters
    ----------
    answers : ndarray of shape (n_inputs, n_people), int
        Categories from 0; -1 where somebody has given no answer.

    Returns
    -------
    ndarray of shape (n_inputs, n_categories), float64

    Examples
    --------
    >>> tally(np.array([[0, 1, 1], [1, -1, -1]]), n_categories=2).tolist()
    [[1.0, 2.0], [0.0, 1.0]]
    """
    counts = np.zeros((len(answers), n_categories))
    rows, people = np.nonzero(answers > MISSING)
    np.add.at(counts, (rows, answers[rows, people]), 1)
    return counts


def percent(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return the mean share of pairs of answers that agree, over inputs with two or more."""
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 2
    agreeing = ((counts**2).sum(axis=1) - m)[use] / (m * (m - 1))[use]
    return _ratio(w[..., use] @ agreeing, w[..., use].sum(axis=-1))


def krippendorff_alpha(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Krippendorff's alpha for nominal answers; inputs with one answer take no part.

    Notes
    -----
    K. Krippendorff (2011), "Computing Krippendorff's alpha-reliability". Undefined (NaN) where all
    answers are one and the same category.
    """
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 2
    t, m = counts[use], m[use]
    total = w[..., use] @ t
    n = total.sum(axis=-1)
    observed = _ratio(w[..., use] @ ((m**2 - (t**2).sum(axis=1)) / (m - 1)), n)
    expected = _ratio(n**2 - (total**2).sum(axis=-1), n * (n - 1))
    return 1 - _ratio(observed, expected)


def fleiss_kappa(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Fleiss' kappa; with missing answers in Gwet's generalisation.

    Notes
    -----
    J. L. Fleiss (1971), "Measuring nominal scale agreement among many raters"; K. L. Gwet (2014),
    "Handbook of inter-rater reliability". They are equal where every input has as many answers.
    """
    chance = (_shares(counts, weights) ** 2).sum(axis=-1)
    return _beyond(percent(counts, weights), chance)


def gwet_ac1(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Gwet's AC1, which stays high where people agree about a rare category.

    Notes
    -----
    K. L. Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high
    agreement". The number of categories is that of the columns, seen or not.
    """
    shares = _shares(counts, weights)
    chance = (shares * (1 - shares)).sum(axis=-1) / (counts.shape[1] - 1)
    return _beyond(percent(counts, weights), chance)


def cohen_kappa(
    first: IntArray, second: IntArray, *, n_categories: int, weights: FloatArray | None = None
) -> FloatArray:
    """Return Cohen's kappa of two people over the inputs that both have answered.

    Examples
    --------
    >>> float(cohen_kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), n_categories=2))
    0.5
    """
    both = (first > MISSING) & (second > MISSING)
    one, other = np.eye(n_categories)[first[both]], np.eye(n_categories)[second[both]]
    w = np.ones(first.size) if weights is None else weights
    n = w[..., both].sum(axis=-1)
    agree = _ratio(w[..., both] @ (one * other).sum(axis=1), n)
    chance = _ratio(((w[..., both] @ one) * (w[..., both] @ other)).sum(axis=-1), n * n)
    return _beyond(agree, chance)


def _weights(counts: FloatArray, weights: FloatArray | None) -> FloatArray:
    return np.ones(len(counts)) if weights is None else weights


def _shares(counts: FloatArray, weights: FloatArray | None) -> FloatArray:
    """Return each category's mean share of an input's answers."""
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 1
    shares = w[..., use] @ (counts[use] / m[use, None])
    return _ratio(shares, w[..., use].sum(axis=-1)[..., None])


def _beyond(agree: FloatArray, chance: FloatArray) -> FloatArray:
    # rounding leaves a chance of 1 a hair beside it
    return _ratio(agree - chance, np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance))


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    return np.divide(above, below, out=out, where=below != 0)


RARE = 0.05
"""Below this share of the answers a category is rare: kappa and alpha are then low or wild."""
DRAWS = 1_000
AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """A statistic and its bootstrap interval; NaN where it is undefined.

    Inputs that are all alike give no interval: they do not tell how far others differ.

    Parameters
    ----------
    n_undefined
        Draws in which the statistic was undefined; they take no part in the interval.
    """

    value: float
    low: float
    high: float
    n_undefined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far people agree over some inputs.

    Parameters
    ----------
    n_inputs, n_answers
        Inputs with two answers or more, and their answers.
    rarest
        The smallest share that a category has of the answers, among those that were given.
    n_categories
        Of the question; AC1 depends on it.
    """

    n_inputs: int
    n_answers: int
    n_categories: int
    rarest: float
    percent: Estimated
    alpha: Estimated
    fleiss: Estimated
    ac1: Estimated

    @property
    def is_rare(self) -> bool:
        """True where kappa and alpha may be low although people agree."""
        return self.rarest < RARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How far two people agree over the inputs that both have answered."""

    first: int
    second: int
    n_both: int
    percent: float
    kappa: float


STATISTICS: dict[str, Callable[..., FloatArray]] = {
    "percent": percent,
    "alpha": krippendorff_alpha,
    "fleiss": fleiss_kappa,
    "ac1": gwet_ac1,
}
"""Name to a function of a tally and of weights."""


def agreement(
    answers: IntArray,
    *,
    n_categories: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> Agreement:
    """Measure how far people agree, with percentile intervals by drawing the inputs again.

    Parameters
    ----------
    answers : ndarray of shape (n_inputs, n_people), int
        Categories from 0; -1 where somebody has given no answer.
    rng
        Draws the inputs.
    """
    counts = tally(answers, n_categories=n_categories)
    counts = counts[counts.sum(axis=1) > 0]
    use = counts.sum(axis=1) >= 2
    given = counts[use].sum(axis=0)
    shares = given[given > 0] / given.sum() if given.any() else np.array([np.nan])
    values = {name: [statistic(counts)[()]] for name, statistic in STATISTICS.items()}
    drawn = _drawn(counts, rng, draws)
    return Agreement(
        n_inputs=int(use.sum()),
        n_answers=int(given.sum()),
        n_categories=n_categories,
        rarest=float(shares.min()),
        **{
            name: _estimated(float(values[name][0]), drawn[name], confidence) for name in STATISTICS
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAndPeople:
    """How often a model says otherwise than a person, against how often two people differ.

    Parameters
    ----------
    people, model
        Mean over the inputs: the share of pairs of people who differ, and the share of people
        from whom the model differs.
    difference
        The model's share minus the people's, input by input.
    """

    n_inputs: int
    people: Estimated
    model: Estimated
    difference: Estimated

    @property
    def is_within(self) -> bool | None:
        """Whether the model differs no more than people do; None where that is open."""
        if np.isnan(self.difference.low):
            return None
        if self.difference.high <= 0:
            return True
        return False if self.difference.low > 0 else None


def model_and_people(
    answers: IntArray,
    predicted: IntArray,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    confidence: float = 0.95,
) -> ModelAndPeople:
    """Hold a model's predictions against the answers of people on the same inputs.

    Parameters
    ----------
    answers : ndarray of shape (n_inputs, n_people), int
        0 and 1; -1 where somebody has given no answer. Inputs with one answer take no part.
    predicted : ndarray of shape (n_inputs,), int
        0 and 1.

    Examples
    --------
    >>> answers = np.array([[1, 1, 0], [0, 0, -1]])
    >>> found = model_and_people(answers, np.array([1, 1]), rng=np.random.default_rng(0))
    >>> round(found.people.value, 3), round(found.model.value, 3)
    (0.333, 0.667)
    """
    counts = tally(answers, n_categories=2)
    use = counts.sum(axis=1) >= 2
    counts, said = counts[use], predicted[use]
    n, given = len(counts), counts.sum(axis=1)
    people = 2 * counts[:, 0] * counts[:, 1] / (given * (given - 1))
    model = counts[np.arange(n), 1 - said] / given
    columns = np.stack([people, model, model - people])
    parts = (weights @ columns.T / n for weights in _draws(n, rng, draws))
    drawn = np.concatenate([np.zeros((0, 3)), *parts])
    means = columns.mean(axis=1) if n else np.full(3, np.nan)
    first, second, third = (
        _estimated(float(means[k]), drawn[:, k], confidence) for k in range(len(columns))
    )
    return ModelAndPeople(n_inputs=n, people=first, model=second, difference=third)


def pairings(answers: IntArray, *, n_categories: int) -> tuple[Pairing, ...]:
    """Return the agreement of every two people who have answered an input in common."""
    found = []
    for first, second in combinations(range(answers.shape[1]), 2):
        one, other = answers[:, first], answers[:, second]
        both = (one > MISSING) & (other > MISSING)
        if both.any():
            found.append(
                Pairing(
                    first=first,
                    second=second,
                    n_both=int(both.sum()),
                    percent=float(np.mean(one[both] == other[both])),
                    kappa=float(cohen_kappa(one, other, n_categories=n_categories)),
                )
            )
    return tuple(found)


def strength(alpha: float) -> str:
    """Return what an alpha or a kappa allows one to conclude.

    Notes
    -----
    K. Krippendorff (2004), "Content analysis", section 11.4.2, asks for 0.8, and takes what lies
    above 0.667 for tentative.

    Examples
    --------
    >>> [strength(alpha) for alpha in (0.85, 0.7, 0.61, 0.3, float("nan"))]
    ['reliable', 'tentative', 'tentative at best', 'too low to build on', 'undefined']
    """
    if np.isnan(alpha):
        return "undefined"
    steps = ((0.8, "reliable"), (2 / 3, "tentative"), (0.6, "tentative at best"))
    return next((words for least, words in steps if alpha >= least), "too low to build on")


def _drawn(counts: FloatArray, rng: np.random.Generator, draws: int) -> dict[str, FloatArray]:
    """Return every statistic of every draw."""
    values: dict[str, list[FloatArray]] = {name: [] for name in STATISTICS}
    for weights in _draws(len(counts), rng, draws):
        for name, statistic in STATISTICS.items():
            values[name].append(statistic(counts, weights))
    return {name: np.concatenate([[], *parts]) for name, parts in values.items()}


def _draws(n: int, rng: np.random.Generator, draws: int) -> Iterator[FloatArray]:
    """Draw n inputs again and again: a weight per draw and input, some draws at a time."""
    step = max(1, AT_ONCE // max(n, 1))
    for start in range(0, draws if n else 0, step):
        size = min(step, draws - start)
        yield rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)


def _estimated(value: float, drawn: FloatArray, confidence: float) -> Estimated:
    seen = drawn[~np.isnan(drawn)]
    if not seen.size or np.isnan(value):
        return Estimated(value=value, low=np.nan, high=np.nan, n_undefined=drawn.size)
    low, high = np.quantile(seen, [(1 - confidence) / 2, (1 + confidence) / 2])
    if low == high:
        low = high = np.nan
    return Estimated(
        value=value, low=float(low), high=float(high), n_undefined=drawn.size - seen.size
    )
