"""The promise of a guarantee, kept: over many drawn test sets, and refused where it must be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats

import evalcore as ec
from evalcore.choosing.choose import choose
from evalcore.guarantees.fixed_sequence import reject_in_order
from evalcore.guarantees.guarantee import guarantee
from evalcore.guarantees.ladder import NUMBERS, SHARES
from tests.support.cases import DTYPES, random_case

DRAWS = 2_000


@dataclass(frozen=True, kw_only=True)
class Population:
    """A known world: scores on cells, how often each occurs, how often it is right."""

    scores: np.ndarray
    weight: np.ndarray
    right: np.ndarray

    def draw(self, n_inputs: int, rng: np.random.Generator) -> ec.Evaluation:
        """As many test sets as there are concepts, each an independent sample of inputs."""
        shape = (n_inputs, DRAWS)
        cell = rng.choice(self.scores.size, size=shape, p=self.weight / self.weight.sum())
        labelled = rng.random(shape) < self.right[cell]
        return ec.Evaluation(
            ec.EvalRun.from_arrays(self.scores[cell], labelled, task="multi_label")
        )

    def rate(self, goal: ec.Goal, thresholds: np.ndarray, *, operator: str) -> np.ndarray:
        """The true precision or recall at each threshold."""
        above = self.scores > thresholds[:, None]
        if operator == ">=":
            above |= self.scores == thresholds[:, None]
        found = (above * self.weight * self.right).sum(axis=1)
        if goal.kind == "recall_at_least":
            return found / (self.weight * self.right).sum()
        return found / (above * self.weight).sum(axis=1)


FINE = np.arange(1, 200) / 200
TENTHS = np.arange(1, 11) / 10
WORLDS = {
    "calibrated": Population(scores=FINE, weight=1 / (FINE * (1 - FINE)), right=FINE),
    # the most confident are the least right, and a tenth of all inputs tie at each score
    "ties and a bend": Population(
        scores=TENTHS,
        weight=np.ones(10),
        right=np.array([0.1, 0.2, 0.3, 0.5, 0.8, 0.85, 0.95, 0.95, 0.9, 0.5]),
    ),
    # just below the goal at every threshold: whatever is proven here is a miss
    "never good enough": Population(
        scores=TENTHS, weight=np.ones(10), right=np.full(10, 0.8 - 1e-9)
    ),
    # good in two places with a pit between them, over which a chain of tests must not jump unseen
    "a pit": Population(
        scores=TENTHS,
        weight=np.array([1, 1, 1, 1, 8, 1, 1, 6, 1, 1.0]),
        right=np.array([0.1, 0.1, 0.5, 0.7, 0.97, 0.6, 0.6, 0.6, 0.9, 0.95]),
    ),
    "logits": Population(
        scores=np.linspace(-8, 8, 161),
        weight=np.exp(-(np.linspace(-8, 8, 161) ** 2) / 18),
        right=1 / (1 + np.exp(-np.linspace(-8, 8, 161))),
    ),
}
GOALS = (ec.Goal.precision_at_least(0.8), ec.Goal.recall_at_least(0.8))


def most_misses(error: float) -> int:
    """More misses than this come once in a million times when the promise is kept."""
    return int(stats.binom.isf(1e-6, DRAWS, error))


def n_missed(world: Population, goal: ec.Goal, choice: ec.Choice) -> int:
    rates = world.rate(goal, choice.threshold[choice.met], operator=choice.operator)
    return int((rates < goal.level - 1e-12).sum())


@pytest.mark.parametrize(("world", "n_inputs"), list(product(WORLDS, [60, 400])))
@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("confidence", [0.95, 0.8])
def test_the_goal_is_missed_no_more_often_than_stated(
    world: str, n_inputs: int, goal: ec.Goal, confidence: float
) -> None:
    rng = np.random.default_rng([n_inputs, len(world), int(100 * confidence)])
    evaluation = WORLDS[world].draw(n_inputs, rng)

    operator: Any = {0.95: ">", 0.8: ">="}[confidence]
    proven = guarantee(evaluation, goal, confidence=confidence, operator=operator)

    assert n_missed(WORLDS[world], goal, proven.choice) <= most_misses(1 - confidence)


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_the_threshold_that_only_looks_good_enough_misses_far_more_often(goal: ec.Goal) -> None:
    """So that the test above is known to be able to fail."""
    world = WORLDS["calibrated"]
    evaluation = world.draw(400, np.random.default_rng(8))

    observed = choose(evaluation, goal)

    assert n_missed(world, goal, observed) > 0.3 * DRAWS > most_misses(0.2)


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_the_promise_is_not_kept_by_never_promising(goal: ec.Goal) -> None:
    proven = guarantee(WORLDS["calibrated"].draw(400, np.random.default_rng(9)), goal)

    assert proven.choice.met.mean() > 0.95
    assert np.median(proven.choice.counts.tp / proven.choice.counts.labelled) > 0.7


def test_the_error_is_nearly_used_up_where_scores_are_fine() -> None:
    """A promise kept by far would be bought with recall or precision given away."""
    fine = np.arange(1, 5000) / 5000
    world = Population(scores=fine, weight=np.ones(fine.size), right=fine**3)
    goal = ec.Goal.recall_at_least(0.8)

    proven = guarantee(world.draw(400, np.random.default_rng(10)), goal, confidence=0.8)

    assert proven.choice.met.all()
    assert n_missed(world, goal, proven.choice) > 0.1 * DRAWS


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_what_it_says_is_what_one_counts(seed: int, goal: ec.Goal, decision: Any) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=200, dtype=DTYPES[seed % 3])
    operator: Any = ec.OPERATORS[seed % 2]
    lenient = ec.Goal(kind=goal.kind, level=0.1)
    proven = guarantee(case.evaluation, lenient, operator=operator, decision=decision)
    choice = proven.choice
    rule = ec.Rule(choice.thresholds(), operator=operator, decision=decision)
    counts = case.evaluation.counts(rule)

    for j in np.flatnonzero(choice.met):
        assert choice.counts.tp[j] == counts.tp[j]
        assert choice.counts.fp[j] == counts.fp[j]
        of_all = counts.predicted[j] if goal.kind == "precision_at_least" else counts.labelled[j]
        tail = stats.binom.sf(counts.tp[j] - 1, of_all, 0.1)
        assert proven.p_value[j] == pytest.approx(tail, rel=1e-8)
        assert proven.p_value[j] <= proven.error[j] <= 0.05
        assert proven.lower[j] >= 0.1 - 1e-9
        limit = stats.beta.ppf(proven.error[j], counts.tp[j], of_all - counts.tp[j] + 1)
        assert proven.lower[j] == pytest.approx(limit, rel=1e-6)


def test_recall_takes_the_most_precise_of_all_thresholds_that_find_enough(
    rng: np.random.Generator,
) -> None:
    case = random_case(rng, n_inputs=300, n_concepts=4, task="multi_label", unscored=False)
    proven = guarantee(case.evaluation, ec.Goal.recall_at_least(0.5))

    for j in np.flatnonzero(proven.choice.met):
        found = []
        for threshold in [-1.0, *np.unique(case.scores[:, j]).tolist()]:
            c = case.evaluation.counts(ec.Rule(threshold, decision="every"))
            tail = stats.binom.sf(c.tp[j] - 1, c.labelled[j], 0.5)
            if tail <= 0.05:
                found.append((c.tp[j] / c.predicted[j], c.tp[j], -c.fp[j]))
        best = max(found)
        assert (proven.choice.counts.tp[j], -proven.choice.counts.fp[j]) == best[1:]


@pytest.mark.parametrize(("level", "needed"), [(0.9, 29), (0.95, 59), (0.99, 299)])
def test_too_few_positives_say_how_many_would_do(level: float, needed: int) -> None:
    run = ec.EvalRun.from_arrays([[0.9]] * (needed - 1) + [[0.1]], [[0]] * (needed - 1) + [[]])

    proven = guarantee(ec.Evaluation(run), ec.Goal.recall_at_least(level))
    enough = ec.EvalRun.from_arrays([[0.9]] * needed + [[0.1]], [[0]] * needed + [[]])

    assert proven.choice.reasons == ("not_provable",)
    assert proven.needed_positives.tolist() == [needed]
    again = guarantee(ec.Evaluation(enough), ec.Goal.recall_at_least(level))
    assert again.choice.reasons == ("",)
    assert np.isnan(again.needed_positives).all()


def test_that_many_more_labelled_inputs_at_the_same_rate_prove_the_precision() -> None:
    scores, labels = [[0.9]] * 20 + [[0.1]] * 20, [[0]] * 19 + [[]] + [[0]] * 5 + [[]] * 15
    goal = ec.Goal.precision_at_least(0.9)
    few = guarantee(ec.Evaluation(ec.EvalRun.from_arrays(scores, labels)), goal)
    factor = int(np.ceil(few.needed_positives[0] / 24))

    many = ec.EvalRun.from_arrays(scores * factor, labels * factor)
    one_less = ec.EvalRun.from_arrays(scores * (factor // 2), labels * (factor // 2))

    assert few.choice.reasons == ("not_provable",)
    assert few.needed_predicted[0] > 20
    assert guarantee(ec.Evaluation(many), goal).choice.reasons == ("",)
    assert guarantee(ec.Evaluation(one_less), goal).choice.reasons == ("not_provable",)


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_a_rate_below_the_goal_is_proven_by_no_amount_of_data(goal: ec.Goal) -> None:
    scores = [[0.9], [0.9], [-np.inf], [-np.inf]]
    labels: list[list[int]] = [[0], [], [0], [0]]

    proven = guarantee(ec.Evaluation(ec.EvalRun.from_arrays(scores, labels)), goal)

    assert proven.choice.reasons == ("not_provable",)
    assert np.isnan([*proven.needed_positives, *proven.p_value, *proven.lower]).all()
    assert proven.choice.counts.predicted.tolist() == [0]
    at_best = 1 / 2 if goal.kind == "precision_at_least" else 1 / 3
    assert proven.choice.closest[0] == pytest.approx(at_best)


@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("common", [False, True])
def test_without_positives_the_reason_says_so(goal: ec.Goal, *, common: bool) -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.1]] * 3, [None] * 3, task="single_label")

    proven = guarantee(ec.Evaluation(run), goal, common=common)

    assert proven.choice.reasons == ("no_positives", "no_positives")


def test_a_common_threshold_is_refused_where_pairs_share_inputs(rng: np.random.Generator) -> None:
    multi = random_case(rng, n_inputs=400, n_concepts=4, task="multi_label").evaluation
    single = random_case(rng, n_inputs=400, n_concepts=4, task="single_label").evaluation
    precision, recall = ec.Goal.precision_at_least(0.05), ec.Goal.recall_at_least(0.05)

    def reasons(evaluation: ec.Evaluation, goal: ec.Goal, decision: Any) -> set[str]:
        proven = guarantee(evaluation, goal, decision=decision, common=True)
        assert np.unique(proven.choice.threshold).size == 1
        return set(proven.choice.reasons)

    assert reasons(multi, precision, "every") == {"pairs_share_inputs"}
    assert reasons(single, precision, "every") == {"pairs_share_inputs"}
    assert reasons(multi, recall, "every") == reasons(multi, recall, "top")
    assert reasons(multi, recall, "every") == {"pairs_share_inputs"}
    assert reasons(multi, precision, "top") == {""}
    assert reasons(single, precision, "top") == {""}
    assert reasons(single, recall, "top") == {""}


def test_a_common_threshold_keeps_its_promise_as_well() -> None:
    rng = np.random.default_rng(77)
    goal, missed, n = ec.Goal.precision_at_least(0.8), 0, 200
    for _ in range(n):
        label = rng.integers(0, 3, 150)
        confidence = rng.integers(4, 11, 150) / 10
        right = rng.random(150) < confidence
        top = np.where(right, label, (label + 1) % 3)
        scores = np.zeros((150, 3))
        scores[np.arange(150), top] = confidence
        run = ec.EvalRun.from_arrays(scores, label.tolist())
        choice = guarantee(ec.Evaluation(run), goal, confidence=0.8, common=True).choice
        if choice.met[0]:
            above = np.arange(4, 11) / 10
            missed += bool(above[above > choice.threshold[0]].mean() < 0.8 - 1e-12)

    assert missed <= stats.binom.isf(1e-6, n, 0.2)


def test_only_precision_and_recall_can_be_required() -> None:
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays([[0.9]], [[0]]))
    for goal in (ec.Goal.f_beta(), ec.Goal.youden(), ec.Goal.share_at_most(0.1)):
        with pytest.raises(ec.GoalError, match="Only a precision or a recall"):
            guarantee(evaluation, goal)
    for confidence in (0, 1, 95, float("nan")):
        with pytest.raises(ec.GoalError, match=r"Hint: write 0\.95"):
            guarantee(evaluation, ec.Goal.recall_at_least(0.9), confidence=confidence)


def test_the_tests_in_order_hand_their_error_on_until_one_fails() -> None:
    p = np.array([[0.01, 0.03, 0.04, 0.001, 0.001]])

    one, spent = reject_in_order(p, is_start=np.array([1, 0, 0, 0, 0], dtype=bool), error=0.035)
    two, twice = reject_in_order(p, is_start=np.array([1, 0, 1, 0, 1], dtype=bool), error=0.06)

    assert one.tolist() == [[True, True, False, False, False]]
    assert spent.tolist() == [[0.035, 0.035, 0.035, 0.0, 0.0]]
    assert two.tolist() == [[True, False, False, False, True]]
    np.testing.assert_allclose(twice, [[0.02, 0.02, 0.02, 0.0, 0.02]])


@pytest.mark.parametrize("ladder", [SHARES, NUMBERS], ids=["shares", "numbers"])
def test_a_ladder_goes_down_and_holds_its_starts(ladder: Any) -> None:
    assert (np.diff(ladder.rungs) < 0).all()
    assert ladder.is_start.sum() == 6
    assert max(ladder.digits) <= 7
    assert 900 < ladder.rungs.size < 1500


@pytest.mark.parametrize("common", [False, True])
def test_to_ask_for_no_concept_is_answered_with_nothing(*, common: bool) -> None:
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays([[0.9], [0.1]], [[0], []]))

    for goal in GOALS:
        proven = guarantee(evaluation, goal, concepts=[], common=common)
        assert proven.choice.threshold.shape == proven.p_value.shape == (0,)
        assert proven.needed_positives.shape == proven.lower.shape == (0,)
    held_out = ec.choose_held_out(evaluation, GOALS[0], concepts=[], common=common)
    assert held_out.thresholds.shape == (2, 0)
    band = ec.review_band(evaluation, precision=0.9, missed=0.1, concepts=[])
    assert band.load.shape == (0,)
