"""The promise of a guarantee, kept: over many drawn test sets, and refused where it must be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from scipy import stats

import evalcore as ec
from evalcore.choosing.choose import choose
from evalcore.guarantees.fixed_sequence import reject_in_order
from evalcore.guarantees.guarantee import guarantee, verify
from evalcore.guarantees.ladder import Ladder, starts_for
from evalcore.measures.binomial import CHANCE
from tests.bench.needed import share_come_true
from tests.bench.proofs import Draw, normal
from tests.support.cases import DTYPES, random_case

DRAWS = 1_000


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
        assert proven.lower[j] == 0.1


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
    assert proven.needed_positives[0] == needed
    again = guarantee(ec.Evaluation(enough), ec.Goal.recall_at_least(level))
    assert again.choice.reasons == ("",)
    assert np.isnan(again.needed_positives).all()


def test_that_many_more_labelled_inputs_at_the_same_rate_prove_the_precision() -> None:
    scores, labels = [[0.9]] * 24 + [[0.1]] * 24, [[0]] * 24 + [[0]] * 4 + [[]] * 20
    goal = ec.Goal.precision_at_least(0.9)
    few = guarantee(ec.Evaluation(ec.EvalRun.from_arrays(scores, labels)), goal)
    factor = int(np.ceil(few.needed_positives[0] / 28))

    many = ec.EvalRun.from_arrays(scores * factor, labels * factor)
    too_few = ec.EvalRun.from_arrays(scores, labels)

    assert few.choice.reasons == ("not_provable",)
    assert few.needed_predicted[0] > 24
    assert guarantee(ec.Evaluation(many), goal).choice.reasons == ("",)
    assert guarantee(ec.Evaluation(too_few), goal).choice.reasons == ("not_provable",)


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
    p = np.array([0.01, 0.03, 0.04, 0.001, 0.001])

    def in_order(starts: list[tuple[int, float]]) -> list[tuple[int, int, float]]:
        found = reject_in_order(
            lambda a, b, error: (np.arange(a, b), p[a:b] <= error), starts=starts, stop=5
        )
        return [(one.first, one.last, one.error) for one in found]

    assert in_order([(0, 0.035)]) == [(0, 1, 0.035)]
    assert in_order([(0, 0.02), (2, 0.02), (4, 0.02)]) == [(0, 0, 0.02), (4, 4, 0.02)]
    assert in_order([(0, 0.03), (2, 0.02)]) == [(0, 1, 0.03), (2, 4, 0.05)]
    assert in_order([]) == []


@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("n", [10, 300, 10_000, 1_000_000])
def test_the_starts_can_prove_the_goal_and_lie_apart(n: int, level: float) -> None:
    starts = starts_for(n, level=level, error=0.05)

    assert len(starts) <= 5
    assert list(starts) == sorted(set(starts))
    for start in starts:
        assert level**start <= 0.05 / len(starts)
    if len(starts) > 1:
        assert level ** (starts[0] - 1) > 0.05 / len(starts)
        assert starts[-1] <= n / 2
        assert all(2 * a <= b for a, b in pairwise(starts))
    if not starts:
        assert level**n > 0.05


@pytest.mark.parametrize("seed", range(20))
def test_the_rungs_of_a_ladder_are_those_that_a_threshold_can_reach(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=int(rng.integers(1, 60)), dtype=DTYPES[seed % 3])
    index = case.evaluation.index("every")
    for j in range(case.n_concepts):
        ladder = Ladder.of(index, j)
        scores, positives = index.eligible.scored(j), index.positives.scored(j)
        wanted = {}
        for t in [-np.inf, *scores.tolist()]:
            wanted[int((scores > t).sum())] = int((positives > t).sum())
        wanted.pop(0, None)

        rungs, right = ladder.rungs(0, scores.size + 1)
        assert dict(zip(rungs.tolist(), right.tolist(), strict=True)) == wanted
        asked = np.arange(scores.size + 2)
        at, right_at = ladder.at(asked)
        for n, rung, tp in zip(asked.tolist(), at.tolist(), right_at.tolist(), strict=True):
            assert rung == max([k for k in wanted if k <= n], default=0)
            assert tp == wanted.get(rung, 0)
        for least in range(1, scores.size + 1):
            moved, _ = ladder.starts_at(asked, least=np.array(least))
            first = min(k for k in wanted if k >= least)
            assert moved.tolist() == [max(rung, first) for rung in at.tolist()]


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


def of_scale(change: Any, *, operator: Any, dtype: Any = np.float64) -> ec.Guarantee:
    rng = np.random.default_rng(3)
    labelled = rng.random((900, 3)) < [0.3, 0.5, 0.1]
    scores = (rng.normal(size=(900, 3)) + np.where(labelled, [2.5, 2.0, 0.0], 0)).round(2)
    run = ec.EvalRun.from_arrays(change(scores).astype(dtype), labelled, task="multi_label")
    return guarantee(ec.Evaluation(run), ec.Goal.precision_at_least(0.9), operator=operator)


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize(
    "change",
    [
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: 100 / (1 + np.exp(-x)),
        lambda x: 1 - 1e-6 / (1 + np.exp(x)),
        lambda x: 1e6 * x,
        lambda x: np.tanh(x / 9) / 100,
    ],
    ids=["shares", "percent", "over-confident", "huge", "cosine"],
)
def test_a_monotone_change_of_scores_changes_nothing(change: Any, operator: str) -> None:
    plain, changed = (of_scale(c, operator=operator) for c in (lambda x: x, change))

    assert plain.choice.met.tolist() == [True, True, False]
    assert changed.choice.reasons == plain.choice.reasons
    for name in ("tp", "fp", "fn", "tn"):
        assert getattr(changed.choice.counts, name).tolist() == (
            getattr(plain.choice.counts, name).tolist()
        )
    for name in ("p_value", "error", "best_level", "needed_inputs"):
        np.testing.assert_array_equal(getattr(changed, name), getattr(plain, name))


def test_an_overconfident_model_that_is_right_can_prove_it() -> None:
    scores = [[0.99]] * 2000 + [[0.955]] * 200 + [[0.1]] * 2000
    run = ec.EvalRun.from_arrays(scores, [[0]] * 2000 + [[]] * 2200)

    for factor in (1, 100):
        part = ec.EvalRun.from_arrays(run.scores * factor, [[0]] * 2000 + [[]] * 2200)
        proven = guarantee(ec.Evaluation(part), ec.Goal.precision_at_least(0.99))
        assert proven.choice.counts.tp.tolist() == [2000]
        assert proven.choice.threshold.tolist() == [0.955 * factor]


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_proven_threshold_is_the_lowest_with_its_counts(operator: Any, dtype: Any) -> None:
    proven = of_scale(lambda x: x, operator=operator, dtype=dtype)
    at = proven.choice.threshold[:2].astype(dtype)

    low = proven.choice.low[:2].astype(dtype)
    expected = low if operator == ">" else np.nextafter(low, np.array(np.inf, dtype=dtype))
    assert at.tolist() == expected.tolist()


@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("n_inputs", [60, 400])
def test_the_proven_lower_limit_is_above_the_truth_no_more_often_than_stated(
    goal: ec.Goal, n_inputs: int
) -> None:
    """At the threshold that was picked; a limit read off its counts fails this."""
    # recall that no score foretells: the worst for limits at picked thresholds
    world = Population(scores=TENTHS, weight=np.ones(10), right=np.full(10, 0.82))
    evaluation = world.draw(n_inputs, np.random.default_rng(n_inputs))
    proven = guarantee(evaluation, goal, confidence=0.9)
    met = proven.choice.met

    truth = world.rate(goal, proven.choice.threshold[met], operator=">")
    assert (truth < proven.lower[met] - 1e-12).sum() <= most_misses(0.1)
    assert (proven.lower[met] == 0.8).all()


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_a_joint_proof_is_kept_by_all_concepts_at_once(goal: ec.Goal) -> None:
    world, n_concepts = WORLDS["calibrated"], 20
    evaluation = world.draw(400, np.random.default_rng(12))
    pages = np.arange(DRAWS).reshape(-1, n_concepts)
    missed = {True: 0, False: 0}
    for page in pages[:100]:
        names = [evaluation.run.concepts[j] for j in page]
        for joint in missed:
            proven = guarantee(evaluation, goal, concepts=names, confidence=0.8, joint=joint)
            assert proven.is_joint == joint
            missed[joint] += n_missed(world, goal, proven.choice) > 0

    assert missed[True] <= stats.binom.isf(1e-6, 100, 0.2)
    assert missed[False] > missed[True]


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_so_many_inputs_as_are_told_prove_the_goal_about_as_often_as_is_said(
    goal: ec.Goal,
) -> None:
    n_inputs = {"precision_at_least": 120, "recall_at_least": 14}[goal.kind]
    world = WORLDS["logits" if n_inputs == 120 else "calibrated"]
    first = guarantee(world.draw(n_inputs, np.random.default_rng(21)), goal)
    told = np.flatnonzero(~np.isnan(first.needed_inputs))[:100]
    proven = []
    for j in told:
        new = world_of_one(world, int(first.needed_inputs[j]), np.random.default_rng(int(j)))
        proven.append(bool(guarantee(new, goal).choice.met[0]))

    assert told.size == 100
    assert np.mean(proven) >= 0.75
    if goal.kind == "precision_at_least":
        assert (first.needed_inputs[told] <= 20 * n_inputs).all()


@pytest.mark.parametrize(
    ("goal", "n_inputs", "draw"),
    [
        (ec.Goal.recall_at_least(0.99), 100, normal(1.0, 0.3)),
        (ec.Goal.recall_at_least(0.9), 100, normal(1.0, 0.1)),
        (ec.Goal.precision_at_least(0.9), 1_000, normal(0.8, 0.3)),
        (ec.Goal.precision_at_least(0.8), 100, normal(0.8, 0.3)),
    ],
    ids=["recall 0.99", "recall 0.9", "precision 0.9", "precision 0.8"],
)
def test_what_is_told_of_hard_goals_comes_true(goal: ec.Goal, n_inputs: int, draw: Draw) -> None:
    """A short form of ``python -m tests.bench needed``; of 100 the noise is 0.12 at three sigma."""
    found = share_come_true(goal, draw, n_inputs=n_inputs, n_drawn=400, n_tried=100)
    most = 1.0 if goal.kind == "precision_at_least" else CHANCE + 0.12
    assert found.n_told >= 30
    assert CHANCE - 0.12 <= found.share <= most


def world_of_one(world: Population, n_inputs: int, rng: np.random.Generator) -> ec.Evaluation:
    cell = rng.choice(world.scores.size, size=n_inputs, p=world.weight / world.weight.sum())
    labelled = rng.random(n_inputs) < world.right[cell]
    return ec.Evaluation(
        ec.EvalRun.from_arrays(world.scores[cell, None], labelled[:, None], task="multi_label")
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("goal", ["precision_at_least", "recall_at_least"])
def test_the_best_level_could_be_proven_and_the_next_could_not(seed: int, goal: Any) -> None:
    evaluation = world_of_one(WORLDS["calibrated"], 150, np.random.default_rng(seed))
    best = guarantee(evaluation, ec.Goal(kind=goal, level=0.999)).best_level[0]

    assert guarantee(evaluation, ec.Goal(kind=goal, level=best)).choice.met.all()
    above = ec.Goal(kind=goal, level=round(best + 0.01, 2))
    assert not guarantee(evaluation, above).choice.met.any()


def test_a_goal_is_met_with_confidence_only_where_it_is_proven() -> None:
    scores = [[0.9, 0.9]] * 10 + [[0.1, 0.9]] * 90
    labels = [[0, 1]] * 9 + [[1]] + [[1]] * 90
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels, concepts=["few", "many"]))
    goal = ec.Goal.precision_at_least(0.9)

    few, many = verify(evaluation, goal, ec.Rule(0.5), confidence=0.95)

    assert (few.concept, few.successes, few.trials, few.observed) == ("few", 9, 10, 0.9)
    assert (few.meets, few.proven) == (True, False)
    assert few.p_value == pytest.approx(stats.binom.sf(8, 10, 0.9))
    assert (many.observed, many.meets, many.proven) == (1.0, True, True)
    fresh = verify(evaluation, goal, ec.Rule(0.5), confidence=0.95, chosen_here=False)
    assert [one.proven for one in fresh] == [False, True]


@pytest.mark.parametrize("goal", GOALS, ids=repr)
@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("operator", ec.OPERATORS)
def test_what_is_guaranteed_is_verified(goal: ec.Goal, operator: Any, *, joint: bool) -> None:
    evaluation = WORLDS["logits"].draw(150, np.random.default_rng(5))
    names = evaluation.run.concepts[:60]
    proven = guarantee(evaluation, goal, concepts=names, joint=joint, operator=operator)
    rule = ec.Rule(proven.choice.thresholds(), default=2.0, operator=operator)

    found = verify(evaluation, goal, rule, confidence=0.95, concepts=names, joint=joint)

    met = proven.choice.met
    assert 0 < met.sum() < 60 or goal.kind == "recall_at_least"
    assert [one.proven for one in found] == met.tolist()
    np.testing.assert_array_equal(
        [one.p_value for one, is_met in zip(found, met, strict=True) if is_met],
        proven.p_value[met],
    )


def test_a_threshold_picked_here_needs_more_than_its_own_counts() -> None:
    """The very best of many thresholds is no proof, on inputs that nobody chose on it is."""
    world = WORLDS["never good enough"]
    goal = ec.Goal.precision_at_least(0.8)
    evaluation = world.draw(400, np.random.default_rng(6))
    picked = choose(evaluation, ec.Goal.precision_at_least(0.85))
    rule = ec.Rule(picked.thresholds(), default=2.0)

    here, fresh = (
        verify(evaluation, goal, rule, confidence=0.95, chosen_here=chosen)
        for chosen in (True, False)
    )

    assert sum(one.proven for one in here) <= most_misses(0.05)
    assert sum(one.proven for one in fresh) > most_misses(0.05)


def test_a_common_goal_is_verified_as_common(rng: np.random.Generator) -> None:
    single = random_case(rng, n_inputs=400, n_concepts=4, task="single_label").evaluation
    goal, rule = ec.Goal.precision_at_least(0.05), ec.Rule(0.1)
    counts = single.counts(rule).pooled()

    (one,) = verify(single, goal, rule, confidence=0.95, common=True)
    (other,) = verify(single, goal, ec.Rule(0.1, mode="every"), confidence=0.95, common=True)

    assert (one.concept, one.successes, one.trials) == (
        None, int(counts.tp[0]), int(counts.predicted[0]),
    )  # fmt: skip
    assert one.proven
    assert not other.proven
    assert np.isnan(other.p_value)


def test_jointly_verified_on_fresh_inputs_by_holm() -> None:
    n_right = [100, 98, 96, 93]
    scores = np.full((100, 4), 0.9)
    labels = np.arange(100)[:, None] < n_right
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels, task="multi_label"))

    def proven(*, joint: bool) -> list[bool]:
        goal = ec.Goal.precision_at_least(0.9)
        found = verify(
            evaluation, goal, ec.Rule(0.5), confidence=0.95, joint=joint, chosen_here=False
        )
        return [one.proven for one in found]

    assert proven(joint=False) == [True, True, True, False]
    # 96 of 100 have p = 0.024: within 0.05 / 2, not within 0.05 / 4
    assert proven(joint=True) == [True, True, True, False]
