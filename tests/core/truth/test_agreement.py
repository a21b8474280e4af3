"""Agreement of people: worked examples of the literature, and a slow reading of the formulas."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evalcore.truth.agreement import (
    Agreement,
    agreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    model_and_people,
    pairings,
    percent,
    strength,
    tally,
)

X = -1
KRIPPENDORFF_C = np.array(  # Krippendorff (2011), example C: four observers, twelve units
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, X, X, X],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, X, 3],
        [X, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, X],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, X],
    ]
)
THREE_CODERS = np.array(
    [
        [X, X, X, X, X, 3, 4, 1, 2, 1, 1, 3, 3, X, 3],
        [1, X, 2, 1, 3, 3, 4, 3, X, X, X, X, X, X, X],
        [X, X, 2, 1, 3, 4, 4, X, 2, 1, 1, 3, 3, X, 4],
    ]
)
KRIPPENDORFF_A = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]])
KRIPPENDORFF_B = np.array(  # a b c d e
    [[0, 0, 1, 1, 3, 2, 2, 2, 4, 3, 3, 0], [1, 0, 1, 1, 1, 2, 2, 2, 4, 3, 3, 3]]
)
FLEISS = np.array(  # the table of ten subjects and fourteen raters
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ],
    dtype=float,
)


def counted(people: np.ndarray) -> np.ndarray:
    """Count a table of a row per person, with the categories that occur numbered from 0."""
    seen = sorted(set(people.ravel().tolist()) - {X})
    answers = np.array([[seen.index(a) if a != X else X for a in row] for row in people]).T
    return tally(answers, n_categories=len(seen))


@pytest.mark.parametrize(
    ("table", "alpha"),
    [
        (KRIPPENDORFF_C, 0.743421),
        (THREE_CODERS, 0.691358),
        (KRIPPENDORFF_A, 0.095238),
        (KRIPPENDORFF_B, 0.691964),
    ],
)
def test_alpha_is_that_of_the_published_examples(table: np.ndarray, alpha: float) -> None:
    assert float(krippendorff_alpha(counted(table))) == pytest.approx(alpha, abs=2e-6)


def test_fleiss_kappa_is_that_of_the_published_table() -> None:
    assert float(fleiss_kappa(FLEISS)) == pytest.approx(0.20993, abs=1e-5)


def test_with_missing_answers_kappa_and_ac1_are_those_of_the_handbook() -> None:
    """The values are those of the package irrCAC for the same four raters."""
    counts = counted(KRIPPENDORFF_C)

    assert float(fleiss_kappa(counts)) == pytest.approx(0.76117, abs=1e-5)
    assert float(gwet_ac1(counts)) == pytest.approx(0.77544, abs=1e-5)


def test_cohens_kappa_of_two_readers_of_fifty_proposals() -> None:
    first = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    second = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])

    assert float(cohen_kappa(first, second, n_categories=2)) == pytest.approx(0.4)
    (pairing,) = pairings(np.column_stack([first, second]), n_categories=2)
    assert (pairing.n_both, pairing.percent) == (50, 0.7)


def slow_alpha(answers: np.ndarray) -> float:
    """Disagreeing pairs within inputs against disagreeing pairs among all pairable answers."""
    rows = [[a for a in row if a != X] for row in answers.tolist()]
    rows = [row for row in rows if len(row) >= 2]
    everything = [a for row in rows for a in row]
    observed = sum(
        (a != b) / (len(row) - 1) for row in rows for a, b in itertools.permutations(row, 2)
    )
    expected = sum(a != b for a, b in itertools.permutations(everything, 2))
    if not expected:
        return float("nan")
    return 1 - (len(everything) - 1) * observed / expected


def slow_percent(answers: np.ndarray) -> float:
    shares = []
    for row in answers.tolist():
        pairs = list(itertools.permutations([a for a in row if a != X], 2))
        if pairs:
            shares.append(sum(a == b for a, b in pairs) / len(pairs))
    return sum(shares) / len(shares) if shares else float("nan")


@pytest.mark.parametrize("seed", range(40))
def test_random_tables_with_holes_agree_with_a_slow_reading(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_categories = int(rng.integers(2, 5))
    answers = rng.integers(
        0, n_categories, size=(int(rng.integers(1, 20)), int(rng.integers(2, 5)))
    )
    answers[rng.random(answers.shape) < 0.3] = X
    counts = tally(answers, n_categories=n_categories)

    assert float(krippendorff_alpha(counts)) == pytest.approx(slow_alpha(answers), nan_ok=True)
    assert float(percent(counts)) == pytest.approx(slow_percent(answers), nan_ok=True)
    one, other = answers[:, 0], answers[:, 1]
    both = (one != X) & (other != X)
    if both.any() and len({*one[both].tolist(), *other[both].tolist()}) > 1:
        assert float(cohen_kappa(one, other, n_categories=n_categories)) == pytest.approx(
            cohen_kappa_score(one[both], other[both])
        )


def test_a_weight_is_as_good_as_so_many_copies() -> None:
    rng = np.random.default_rng(3)
    answers = rng.integers(0, 3, size=(12, 3))
    answers[rng.random(answers.shape) < 0.2] = X
    weights = rng.integers(0, 4, size=(2, 12)).astype(float)
    counts = tally(answers, n_categories=3)
    for statistic in (percent, krippendorff_alpha, fleiss_kappa, gwet_ac1):
        for row, drawn in zip(weights, statistic(counts, weights), strict=True):
            copies = np.repeat(counts, row.astype(int), axis=0)
            assert float(drawn) == pytest.approx(float(statistic(copies)))


def measured(answers: np.ndarray, **rest: object) -> Agreement:
    return agreement(answers, n_categories=2, rng=np.random.default_rng(1), draws=200, **rest)  # type: ignore[arg-type]


def test_the_interval_holds_the_value_and_narrows_with_more_inputs() -> None:
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, size=400)
    answers = np.where(rng.random((400, 3)) < 0.85, truth[:, None], 1 - truth[:, None])
    few, many = measured(answers[:40]), measured(answers)

    for result in (few, many):
        assert result.alpha.low < result.alpha.value < result.alpha.high
    assert many.alpha.high - many.alpha.low < few.alpha.high - few.alpha.low
    assert (many.n_inputs, many.n_answers, many.is_rare) == (400, 1200, False)


def test_a_rare_concept_lowers_alpha_and_not_ac1_and_says_so() -> None:
    answers = np.zeros((100, 2), dtype=int)
    answers[0] = [1, 0]
    answers[1] = [0, 1]
    result = measured(answers)

    assert result.is_rare
    assert result.percent.value == pytest.approx(0.98)
    assert result.alpha.value < 0.1
    assert result.ac1.value > 0.9


@pytest.mark.parametrize(
    "answers", [np.zeros((0, 2), dtype=int), np.array([[1, X], [X, 0]]), np.array([[X, X]])]
)
def test_where_nobody_has_answered_twice_all_is_undefined(answers: np.ndarray) -> None:
    result = measured(answers)

    assert result.n_inputs == 0
    for one in (result.percent, result.alpha, result.fleiss, result.ac1):
        assert np.isnan([one.value, one.low, one.high]).all()


@pytest.mark.parametrize("answers", [[[1, 1]], [[1, 1]] * 20, [[0, 1]]])
def test_inputs_that_are_all_alike_give_no_interval(answers: list[list[int]]) -> None:
    result = measured(np.array(answers))

    for one in (result.percent, result.ac1):
        assert not np.isnan(one.value)
        assert np.isnan([one.low, one.high]).all()


def test_one_answer_everywhere_is_full_agreement_that_kappa_cannot_see() -> None:
    result = measured(np.ones((9, 2), dtype=int))

    assert (result.percent.value, result.ac1.value) == (1.0, 1.0)
    assert np.isnan([result.alpha.value, result.fleiss.value]).all()
    assert strength(result.alpha.value) == "undefined"


def slowly(answers: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
    """Mean over the inputs of who differs from whom, pair by pair."""
    people, model = [], []
    for row, said in zip(answers, predicted, strict=True):
        given = [one for one in row if one != X]
        if len(given) >= 2:
            pairs = list(itertools.combinations(given, 2))
            people.append(sum(a != b for a, b in pairs) / len(pairs))
            model.append(sum(one != said for one in given) / len(given))
    return float(np.mean(people)), float(np.mean(model))


@pytest.mark.parametrize("seed", range(20))
def test_the_model_is_held_against_people_as_pair_by_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = rng.integers(X, 2, size=(40, 4))
    predicted = rng.integers(0, 2, size=40)
    found = model_and_people(answers, predicted, rng=rng, draws=50)

    assert (found.people.value, found.model.value) == pytest.approx(slowly(answers, predicted))
    assert found.difference.value == pytest.approx(found.model.value - found.people.value)


def test_a_model_that_answers_as_people_do_is_within_their_range_and_a_coin_is_not() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, size=2_000)
    people = np.where(rng.random((2_000, 3)) < 0.1, 1 - truth[:, None], truth[:, None])
    another = np.where(rng.random(2_000) < 0.1, 1 - truth, truth)

    assert model_and_people(people, truth, rng=rng, draws=200).is_within is True
    assert model_and_people(people, another, rng=rng, draws=200).is_within is None
    coin = rng.integers(0, 2, size=2_000)
    assert model_and_people(people, coin, rng=rng, draws=200).is_within is False


def test_without_two_answers_to_a_question_nothing_is_said() -> None:
    found = model_and_people(
        np.array([[1, X]]), np.array([1]), rng=np.random.default_rng(0), draws=10
    )
    assert (found.n_inputs, found.is_within) == (0, None)
    assert np.isnan(found.model.value)
