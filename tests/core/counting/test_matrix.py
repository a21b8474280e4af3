"""The matrix: every cell against a loop, on the indexed path, below the floor, over checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting import matrix as matrix_module
from evalcore.counting import predictions
from evalcore.counting import ranked_inputs as ranked_module
from evalcore.counting.matrix import CellIndex
from evalcore.counting.predictions import count_by_pass
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.shown_matrix import condense, most_confused, worst_cell
from evalcore.pairs.cells import SparseCounts, sum_within
from evalcore.runs.parts import made_of
from tests.support import oracle
from tests.support.cases import Case, all_rules, random_case, random_rule

SEEDS = range(25)


@pytest.fixture(params=[1, 3, 1_024])
def spacing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Checkpoints so close that small runs have many of them."""
    monkeypatch.setattr(matrix_module, "SPACING", request.param)
    return int(request.param)


@pytest.fixture
def with_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep so few events that the floor lies amid the scores."""
    monkeypatch.setattr(ranked_module, "SMALL", 0)
    monkeypatch.setattr(ranked_module, "SHARE", 0.5)


def assert_matrix_is_slow_matrix(case: Case, rule: ec.Rule) -> None:
    found = case.evaluation.matrix(rule)
    assert found.counts.tolist() == oracle.lengths(case.cells(rule)), rule


def slow_also_labelled(case: Case, rule: ec.Rule) -> list[list[int]]:
    cells = case.cells(rule)
    for (row, column), members in cells.items():
        both = row < case.n_concepts and column < case.n_concepts
        cells[row, column] = [i for i in members if both and case.labelled[i, column]]
    return oracle.lengths(cells)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("spacing")
def test_every_cell_is_that_of_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(4):
        assert_matrix_is_slow_matrix(case, random_rule(rng, case.concepts))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("with_floor", "spacing")
def test_every_cell_is_that_of_a_loop_above_on_and_below_the_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=30, task="multi_label", unscored=False)
    floor = case.evaluation.parts[0].ranked("every").floor
    assert np.isfinite(floor)
    thresholds = (floor - 0.1, floor, floor + 0.1, {case.concepts[0]: floor - 0.1})
    for threshold in thresholds:
        for rule in all_rules(threshold):
            assert_matrix_is_slow_matrix(case, rule)


@pytest.mark.usefixtures("with_floor")
def test_below_the_floor_the_scores_themselves_are_counted(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = random_case(rng, n_inputs=30, n_concepts=4, task="multi_label", unscored=False)
    floor = case.evaluation.parts[0].ranked("every").floor
    calls = list(_recorded_passes(monkeypatch))

    case.evaluation.matrix(ec.Rule(floor + 0.2))
    assert calls[0] == []
    case.evaluation.matrix(ec.Rule(floor - 0.2))
    assert len(calls[0]) == 1


@pytest.mark.parametrize("long", [0, 128])
@pytest.mark.parametrize("seed", SEEDS)
def test_scores_that_lie_concept_by_concept_are_counted_alike(
    seed: int, long: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "LONG", long)
    rng = np.random.default_rng(seed)
    run = random_case(rng, unscored=bool(seed % 2)).run
    turned = made_of(vars_of(run) | {"scores": np.asfortranarray(run.scores)})
    rule = random_rule(rng, run.concepts)
    bounds = rule.bounds(run.concepts, dtype=run.scores.dtype)

    assert turned.scores.flags.f_contiguous
    assert count_by_pass(turned, bounds).tolist() == count_by_pass(run, bounds).tolist()


def vars_of(run: ec.EvalRun) -> dict[str, Any]:
    return {field.name: getattr(run, field.name) for field in fields(run)}


def _recorded_passes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    calls: list[Any] = []

    def recorded(run: ec.EvalRun, bounds: np.ndarray) -> np.ndarray:
        calls.append(bounds)
        return count_by_pass(run, bounds)

    monkeypatch.setattr("evalcore.counting.part.count_by_pass", recorded)
    yield calls


@pytest.mark.usefixtures("with_floor")
def test_events_at_or_below_the_floor_are_not_kept(rng: np.random.Generator) -> None:
    case = random_case(rng, n_inputs=200, n_concepts=5, task="multi_label", unscored=False)

    ranked = case.evaluation.parts[0].ranked("every")
    concepts = np.repeat(np.arange(5), np.diff(ranked.starts))

    assert (case.run.scores[ranked.inputs, concepts] > ranked.floor).all()
    assert 0 < ranked.inputs.size < case.n_inputs * case.n_concepts


def test_a_run_of_moderate_size_keeps_every_event(make_case: Any) -> None:
    evaluation = make_case(n_inputs=50).evaluation

    assert evaluation.parts[0].ranked("every").floor == -np.inf


@pytest.mark.usefixtures("with_floor")
def test_pairs_that_were_not_scored_do_not_spoil_the_floor(rng: np.random.Generator) -> None:
    case = random_case(
        rng, n_inputs=200, n_concepts=20, dtype=np.float32, task="multi_label", unscored=False
    )
    case.scores[rng.random(case.scores.shape) < 0.99] = -np.inf

    floor = case.evaluation.parts[0].ranked("every").floor

    assert not np.isnan(floor)
    assert_matrix_is_slow_matrix(case, ec.Rule(0.5))


@pytest.mark.parametrize("floor", [-np.inf, -0.5, 0.05, 0.3, 0.5, 0.95])
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.usefixtures("spacing")
def test_from_the_floor_on_events_count_as_a_pass_does(floor: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=40, unscored=True)
    run, rows = case.run, case.evaluation.parts[0].rows
    place = np.nonzero(run.scores > np.array(floor, dtype=run.scores.dtype))
    ranked = RankedInputs.arrange(
        None,
        inputs=place[0],
        concepts=place[1],
        values=run.scores[place],
        n_concepts=run.n_concepts,
        floor=floor,
    )
    cells = CellIndex.of(ranked, rows)
    lowest = max(floor, -1.0)
    for _ in range(6):
        bounds = rng.choice([lowest, lowest + 0.05, 0.5, 0.7, 1.0, 3.0], run.n_concepts)
        bounds = np.maximum(bounds, lowest).astype(run.scores.dtype)
        assert cells.count(bounds).tolist() == count_by_pass(run, bounds).tolist()


def test_checkpoints_count_the_most_confident_inputs(spacing: int) -> None:
    rng = np.random.default_rng(5)
    case = random_case(rng, n_inputs=40, n_concepts=3, task="multi_label", unscored=False)
    ranked, cells = (
        case.evaluation.parts[0].ranked("every"),
        case.evaluation.parts[0]._cells_under("every"),
    )
    labelled = case.run.labels.dense()
    for j in range(case.n_concepts):
        best_first = ranked.inputs[ranked.starts[j] : ranked.starts[j + 1]][::-1]
        for k in range(1, best_first.size // spacing + 1):
            chosen = labelled[best_first[: k * spacing]]
            expected = [*chosen.sum(axis=0), (~chosen.any(axis=1)).sum()]
            assert cells.checkpoints[cells.before[j] + k].tolist() == expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.usefixtures("spacing")
def test_inputs_also_labelled_with_the_predicted_concept_are_those_of_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(4):
        rule = random_rule(rng, case.concepts)
        found = case.evaluation.also_labelled(rule)
        assert found.dtype == np.int64
        assert found.tolist() == slow_also_labelled(case, rule), rule


@pytest.mark.parametrize("seed", range(10))
def test_in_a_single_label_run_only_the_diagonal_is_also_labelled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, task="single_label")
    for rule in all_rules(0.3):
        diagonal = np.diag(case.evaluation.matrix(rule).counts).copy()
        diagonal[-1] = 0
        assert case.evaluation.also_labelled(rule).tolist() == np.diag(diagonal).tolist()


@pytest.mark.parametrize("n_concepts", [49, 60])
@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_a_matrix_of_many_concepts_is_that_of_a_loop(
    n_concepts: int, task: str, rng: np.random.Generator
) -> None:
    case = random_case(rng, n_inputs=25, n_concepts=n_concepts, task=task)
    for _ in range(3):
        assert_matrix_is_slow_matrix(case, random_rule(rng, case.concepts))


def test_the_small_case_reads_as_a_reader_would_count_it(small_case: Case) -> None:
    found = small_case.evaluation.matrix(ec.Rule(0.25))

    assert found.actual == ("dog", "cat", "bird", "no label")
    assert found.predicted == ("dog", "cat", "bird", "nothing predicted")
    assert found.counts.dtype == np.int64
    assert found.counts.tolist() == [
        [1, 0, 0, 0],  # dog is predicted dog
        [1, 0, 0, 0],  # cat ties with dog for the top, and the first one wins
        [0, 0, 0, 1],  # bird lies on the threshold
        [0, 0, 1, 0],  # no label, but bird
    ]


def test_one_input_may_stand_in_several_cells_of_a_multi_label_run() -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.9, 0.1]], [[0, 1]])

    found = ec.Evaluation(run).matrix(ec.Rule(0.5)).counts

    assert found.tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_one_input_and_one_concept_make_a_matrix_of_four_cells() -> None:
    for labels, scores, expected in (
        ([[0]], [[0.9]], [[1, 0], [0, 0]]),
        ([[0]], [[0.1]], [[0, 1], [0, 0]]),
        ([[]], [[0.9]], [[0, 0], [1, 0]]),
        ([[]], [[0.1]], [[0, 0], [0, 1]]),
    ):
        evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels))
        for decision in ec.DECISIONS:
            found = evaluation.matrix(ec.Rule(0.5, decision=decision))
            assert found.counts.tolist() == expected


@pytest.mark.parametrize("seed", range(10))
def test_under_top_each_row_adds_up_to_its_total_labelled(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for operator in ec.OPERATORS:
        found = case.evaluation.matrix(ec.Rule(0.3, operator=operator, decision="top"))
        unlabelled = int((case.known & ~case.labelled).all(axis=1).sum())
        assert found.counts.sum(axis=1).tolist() == [*case.labelled.sum(axis=0), unlabelled]


@pytest.mark.parametrize("seed", range(20))
def test_inputs_with_nothing_predicted_are_counted_once_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(5):
        rule = random_rule(rng, case.concepts)
        expected = sum(not chosen for chosen in case.predicted(rule))
        assert case.evaluation.n_nothing_predicted(rule) == expected, rule


@pytest.mark.parametrize("seed", range(30))
def test_accuracy_is_the_share_of_inputs_predicted_exactly_as_labelled(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(5):
        rule = random_rule(rng, case.concepts)
        right = [
            float(chosen == set(np.flatnonzero(labels).tolist()))
            for chosen, labels, known in zip(
                case.predicted(rule), case.labelled, case.known, strict=True
            )
            if known.all() or (case.task == "single_label" and labels.any())
        ]
        found = case.evaluation.accuracy(rule)
        assert (found.n_defined, found.n_concepts) == (len(right), case.n_inputs)
        assert found.value == pytest.approx(oracle.mean_of_defined(right), nan_ok=True), rule


@pytest.mark.parametrize("seed", range(30))
def test_inputs_on_the_threshold_are_those_that_the_operator_decides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, unscored=False)
    for _ in range(5):
        rule = random_rule(rng, case.concepts)
        one, other = (
            case.predicted(ec.Rule(rule.threshold, default=rule.default, **rest))
            for rest in ({"operator": operator, "decision": rule.mode} for operator in ec.OPERATORS)
        )
        expected = sum(a != b for a, b in zip(one, other, strict=True))
        assert case.evaluation.n_on_threshold(rule) == expected, rule


@pytest.mark.parametrize("decision", ec.DECISIONS)
@pytest.mark.parametrize("known", [None, np.array([[True, False], [True, True]])])
def test_pairs_that_were_not_scored_lie_on_no_threshold(
    decision: Any, known: np.ndarray | None
) -> None:
    scores = np.array([[-np.inf, -np.inf], [0.5, -np.inf]], dtype=np.float16)
    run = ec.EvalRun.from_arrays(scores, [0, 1], known=known)
    rule = ec.Rule(-1e6, decision=decision)

    evaluation = ec.Evaluation(run)

    assert evaluation.n_on_threshold(rule) == 0
    assert evaluation.members(rule, ec.OnThreshold()).tolist() == []


def test_unknown_labels_are_counted_apart_in_every_cell() -> None:
    scores = np.array([[0.9, 0.8], [0.9, 0.7], [0.2, 0.9]])
    labels = np.array([[True, False], [True, False], [False, False]])
    known = np.array([[True, False], [True, True], [True, False]])
    run = ec.EvalRun.from_arrays(scores, labels, known=known, task="multi_label")
    unknown = ec.Evaluation(run).unknown_labels(ec.Rule(0.5))
    assert unknown.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_no_label_holds_only_inputs_known_to_show_none(task: str, decision: ec.Decision) -> None:
    """Matrix, lists, shares of right inputs and counts agree on an input that may show a cat."""
    scores = np.array([[0.9, 0.1], [0.2, 0.9], [0.2, 0.9], [0.1, 0.2], [0.1, 0.2]])
    labelled = np.array([[1, 0], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=bool)
    known = np.array([[1, 1], [1, 0], [1, 1], [0, 0], [1, 1]], dtype=bool)
    run = ec.EvalRun.from_arrays(scores, labelled, known=known, concepts=["dog", "cat"], task=task)
    evaluation, rule = ec.Evaluation(run), ec.Rule(0.5, decision=decision)

    assert evaluation.matrix(rule).counts.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]
    assert evaluation.members(rule, ec.Labelled(None)).tolist() == [2, 4]
    assert evaluation.members(rule, ec.Cell(None, "cat")).tolist() == [2]
    assert evaluation.members(rule, ec.Cell(None, None)).tolist() == [4]
    assert evaluation.counts(rule).fp.tolist() == [0, 1], "known not to show a cat: input 2"
    # inputs 1 and 3 take no part: of the other three, two are predicted exactly
    assert (evaluation.accuracy(rule).value, evaluation.accuracy(rule).n_defined) == (2 / 3, 3)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("spacing")
def test_of_very_many_concepts_only_the_filled_cells_are_kept(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=4, n_concepts=60)
    few, usual = case.run, ec.Evaluation(case.run)
    rules = [random_rule(rng, case.concepts) for _ in range(3)]
    asked = ("also_labelled", "unknown_labels", "mistakes")
    names = np.array([*case.concepts, None], dtype=object)
    blocks = [ec.Block(*(tuple(rng.permutation(names)[:n]) for n in (9, 40))) for _ in rules]
    in_full = [
        (
            *(getattr(usual, ask)(rule) for ask in asked),
            usual.matrix(rule).counts,
            usual.members(rule, block),
        )
        for rule, block in zip(rules, blocks, strict=True)
    ]
    means = usual.mean_scores()
    monkeypatch.setattr(matrix_module, "WIDE", 5)
    wide = ec.Evaluation(few)
    for rule, block, (*counted, members) in zip(rules, blocks, in_full, strict=True):
        found = [*(getattr(wide, ask)(rule) for ask in asked), wide.matrix(rule).counts]
        for cells, whole in zip(found, counted, strict=True):
            assert isinstance(cells, SparseCounts)
            assert cells.tolist() == whole.tolist()
            for shown in (np.array([3, 0]), np.arange(60), np.arange(0)):
                assert (
                    condense(cells, shown=shown).tolist() == condense(whole, shown=shown).tolist()
                )
            assert most_confused(cells, n=60).tolist() == most_confused(whole, n=60).tolist()
            assert worst_cell(cells) == worst_cell(whole)
        rows, columns = rng.permutation(61)[:20], rng.permutation(61)[:30]
        assert sum_within(found[-1], rows, columns) == sum_within(counted[-1], rows, columns)
        assert wide.members(rule, block).tolist() == members.tolist()
        assert wide.members(rule, block, first=3).tolist() == members[:3].tolist()
    among = rng.permutation(60)[:4]
    np.testing.assert_array_equal(wide.mean_scores(among=among), means[np.ix_(among, among)])
