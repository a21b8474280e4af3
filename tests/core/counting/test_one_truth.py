"""Promise 1: the table, the matrix, the gallery and the flips agree, over many runs and rules.

No oracle is needed to break this promise, so there is none here: the parts of the core are held
against each other. That they are also right is shown by the tests of each part.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalcore as ec
from evalcore.counting import matrix as matrix_module
from evalcore.counting import ranked_inputs as ranked_module
from tests.support.cases import Case, all_rules, random_case, random_rule

SEEDS = range(25)
OUTCOMES: tuple[Any, ...] = ("TP", "FP", "FN", "TN")


@pytest.fixture(params=["indexed", "floored"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Agree on the path of small runs and on that of large ones."""
    if request.param == "floored":
        monkeypatch.setattr(ranked_module, "SMALL", 0)
        monkeypatch.setattr(ranked_module, "SHARE", 0.5)
        monkeypatch.setattr(matrix_module, "SPACING", 3)
    return str(request.param)


def case_for(seed: int, path: str) -> tuple[np.random.Generator, Case]:
    rng = np.random.default_rng(seed)
    return rng, random_case(rng, unscored=False if path == "floored" else None)


def assert_gallery_is_as_long_as_the_table_says(case: Case, rule: ec.Rule) -> None:
    counts = case.evaluation.counts(rule)
    for (j, concept), outcome in product(enumerate(case.concepts), OUTCOMES):
        members = case.evaluation.members(rule, ec.Outcome(concept, outcome))
        assert members.size == getattr(counts, outcome.lower())[j], (rule, concept, outcome)
    for j, concept in enumerate(case.concepts):
        assert case.evaluation.members(rule, ec.Labelled(concept)).size == counts.labelled[j]
        assert case.evaluation.members(rule, ec.Predicted(concept)).size == counts.predicted[j]


def assert_gallery_is_as_long_as_the_matrix_says(case: Case, rule: ec.Rule) -> None:
    names = (*case.concepts, None)
    counts = case.evaluation.matrix(rule).counts
    also = case.evaluation.also_labelled(rule)
    for (i, actual), (j, predicted) in product(enumerate(names), enumerate(names)):
        cell = ec.Cell(actual, predicted)
        assert case.evaluation.members(rule, cell).size == counts[i, j], (rule, cell)
        part = ec.CellPart(cell, "also")
        assert case.evaluation.members(rule, part).size == also[i, j], (rule, part)
    whole = ec.Block(actual=names, predicted=names)
    assert case.evaluation.members(rule, whole).size == counts.sum()


def assert_matrix_says_what_the_table_says(case: Case, rule: ec.Rule) -> None:
    counts = case.evaluation.counts(rule)
    matrix = case.evaluation.matrix(rule).counts
    diagonal = np.diag(matrix)[:-1]
    assert diagonal.tolist() == counts.tp.tolist()
    if case.task == "single_label" and case.known.all():
        # at most one label: a column holds each predicted input once
        assert matrix.sum(axis=0)[:-1].tolist() == counts.predicted.tolist()
        assert (matrix.sum(axis=0)[:-1] - diagonal).tolist() == counts.fp.tolist()
    if case.mode_of(rule) == "top":
        assert matrix.sum(axis=1)[:-1].tolist() == counts.labelled.tolist()
    nothing = case.evaluation.members(rule, ec.Predicted(None))
    assert nothing.size == case.evaluation.n_nothing_predicted(rule)


@pytest.mark.parametrize("seed", SEEDS)
def test_table_matrix_and_gallery_agree_under_every_rule(seed: int, path: str) -> None:
    rng, case = case_for(seed, path)
    for _ in range(3):
        rule = random_rule(rng, case.concepts)
        assert_gallery_is_as_long_as_the_table_says(case, rule)
        assert_gallery_is_as_long_as_the_matrix_says(case, rule)
        assert_matrix_says_what_the_table_says(case, rule)


@pytest.mark.parametrize("seed", SEEDS)
def test_flips_are_the_difference_of_two_galleries(seed: int) -> None:
    rng, case = case_for(seed, "indexed")
    for _ in range(3):
        before, after = (random_rule(rng, case.concepts) for _ in range(2))
        flips = case.evaluation.flips(before, after)
        for j, concept in enumerate(case.concepts):
            selection = ec.Predicted(concept)
            old = set(case.evaluation.members(before, selection).tolist())
            new = set(case.evaluation.members(after, selection).tolist())
            assert set(flips.members(ec.Flip(concept, "leave")).tolist()) == old - new
            assert set(flips.members(ec.Flip(concept, "enter")).tolist()) == new - old
            assert flips.total[j] == len(old ^ new)


@pytest.mark.parametrize("seed", range(20))
def test_the_outcomes_of_a_concept_share_the_inputs_out_among_them(seed: int) -> None:
    rng, case = case_for(seed, "indexed")
    rule = random_rule(rng, case.concepts)
    for j, concept in enumerate(case.concepts):
        members = [
            case.evaluation.members(rule, ec.Outcome(concept, name)).tolist() for name in OUTCOMES
        ]
        assert sorted(chain.from_iterable(members)) == np.flatnonzero(case.known[:, j]).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_every_input_with_a_label_or_known_to_show_none_stands_in_the_matrix(seed: int) -> None:
    rng, case = case_for(seed, "indexed")
    rule = random_rule(rng, case.concepts)
    names = (*case.concepts, None)

    everybody = case.evaluation.members(rule, ec.Block(actual=names, predicted=names))

    stands = case.labelled.any(axis=1) | case.known.all(axis=1)
    assert set(everybody.tolist()) == {n for n in range(case.n_inputs) if stands[n]}


@given(
    seed=st.integers(0, 10_000),
    steps=st.lists(st.integers(-1, 11), min_size=1, max_size=6),
    operator=st.sampled_from(ec.OPERATORS),
    decision=st.sampled_from((None, *ec.DECISIONS)),
)
def test_table_matrix_and_gallery_agree_wherever_a_machine_looks(
    seed: int, steps: list[int], operator: Any, decision: Any
) -> None:
    case = random_case(np.random.default_rng(seed), n_inputs=9, n_concepts=len(steps))
    thresholds = dict(zip(case.concepts, (step / 10 for step in steps), strict=True))
    rule = ec.Rule(thresholds, operator=operator, decision=decision)

    assert_gallery_is_as_long_as_the_table_says(case, rule)
    assert_gallery_is_as_long_as_the_matrix_says(case, rule)
    assert_matrix_says_what_the_table_says(case, rule)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("threshold", [0.1, 0.29, 0.3, 0.57, 0.58, 0.7])
def test_a_threshold_met_exactly_is_met_exactly_everywhere(dtype: type, threshold: float) -> None:
    scores = np.array([[threshold], [threshold], [threshold + 0.1]], dtype=dtype)
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, [[0], [], [0]]))
    name = "concept 0"
    for rule, above in ((ec.Rule(threshold), [2]), (ec.Rule(threshold, operator=">="), [2, 0, 1])):
        for decision in ec.DECISIONS:
            rule_of = ec.Rule(threshold, operator=rule.operator, decision=decision)
            assert evaluation.members(rule_of, ec.Predicted(name)).tolist() == above
            assert evaluation.counts(rule_of).predicted.tolist() == [len(above)]
            assert evaluation.matrix(rule_of).counts[:, 0].sum() == len(above)
            assert evaluation.n_on_threshold(rule_of) == 2
            assert evaluation.members(rule_of, ec.OnThreshold()).tolist() == [0, 1]
            flips = evaluation.flips(rule_of, ec.Rule(threshold, operator=">="))
            assert flips.total.tolist() == [3 - len(above)]


def answers(evaluation: ec.Evaluation, rule: ec.Rule) -> list[Any]:
    """Everything that an evaluation can be asked, as plain lists."""
    concept = evaluation.run.concepts[0]
    counts = evaluation.counts(rule)
    return [
        [getattr(counts, name).tolist() for name in ("tp", "fp", "fn", "tn")],
        evaluation.matrix(rule).counts.tolist(),
        evaluation.also_labelled(rule).tolist(),
        repr(evaluation.mean_scores().tolist()),  # nan is not equal to itself, its repr is
        repr(evaluation.roc_auc().tolist()),
        repr(evaluation.average_precision().tolist()),
        repr(evaluation.accuracy(rule)),
        evaluation.n_on_threshold(rule),
        evaluation.members(rule, ec.Cell(concept, None)).tolist(),
        evaluation.members(rule, ec.Outcome(concept, "FP")).tolist(),
        evaluation.flips(rule, ec.Rule(0.5)).total.tolist(),
    ]


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_eight_threads_asking_for_the_first_time_get_equal_answers(attempt: int, task: str) -> None:
    case = random_case(np.random.default_rng(attempt), n_inputs=200, n_concepts=50, task=task)
    rules = [*all_rules(0.3), *all_rules({case.concepts[0]: 0.9}, default=0.2)]
    expected = [answers(ec.Evaluation(case.run), rule) for rule in rules]
    fresh, start = ec.Evaluation(case.run), threading.Barrier(8)

    def ask(thread: int) -> list[Any]:
        start.wait()
        # each thread begins with another rule, so that they meet in different places
        turned = [*range(thread, len(rules)), *range(thread)]
        found = {k: answers(fresh, rules[k]) for k in turned}
        return [found[k] for k in range(len(rules))]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(ask, range(8)):
            assert found == expected


def test_what_is_built_on_first_use_is_built_once_for_all_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluation = random_case(np.random.default_rng(0), n_inputs=20).evaluation
    built: list[object] = []
    start = threading.Barrier(8)

    def slow_means(run: ec.EvalRun) -> np.ndarray:
        built.append(run)
        time.sleep(0.05)  # long enough for every thread to find nothing there yet
        return np.zeros((run.n_concepts, run.n_concepts))

    def ask(_: int) -> None:
        start.wait()
        evaluation.mean_scores()

    monkeypatch.setattr("evalcore.counting.evaluation.mean_scores", slow_means)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))

    assert len(built) == 1
