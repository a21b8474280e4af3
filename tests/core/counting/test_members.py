"""Members: the inputs behind every number, exactly as many, most confident first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.count_index import CountIndex
from evalcore.counting.part import Part
from tests.support import oracle
from tests.support.cases import Case, all_rules, random_case, random_rule

SEEDS = range(25)


def column(case: Case, concept: int | None) -> list[float]:
    """Each input's score for a concept, or its highest one."""
    if concept is None:
        return case.scores.max(axis=1).astype(float).tolist()
    return case.scores[:, concept].astype(float).tolist()


def named(case: Case, position: int) -> str | None:
    return case.concepts[position] if position < case.n_concepts else None


def assert_members(
    case: Case, rule: ec.Rule, selection: ec.Selection, *, expected: list[int], by: int | None
) -> None:
    found = case.evaluation.members(rule, selection)
    assert found.dtype == np.int64
    ordered = oracle.most_confident_first(expected, column(case, by))
    assert found.tolist() == ordered, (rule, selection)


@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_every_cell_are_those_of_a_loop_most_confident_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(3):
        rule = random_rule(rng, case.concepts)
        for (i, j), expected in case.cells(rule).items():
            by = j if j < case.n_concepts else i
            assert_members(
                case,
                rule,
                ec.Cell(named(case, i), named(case, j)),
                expected=expected,
                by=by if by < case.n_concepts else None,
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_every_outcome_are_those_of_a_loop_most_confident_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(3):
        rule = random_rule(rng, case.concepts)
        for (j, name), expected in case.outcomes(rule).items():
            selection = ec.Outcome(case.concepts[j], name)  # type: ignore[arg-type]
            assert_members(case, rule, selection, expected=expected, by=j)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_of_a_cell_are_told_apart_by_the_label_of_its_column(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, task="multi_label")
    rule = random_rule(rng, case.concepts)
    for (i, j), members in case.cells(rule).items():
        if j == case.n_concepts:
            continue
        parts = {
            "also": [n for n in members if case.labelled[n, j]],
            "not": [n for n in members if case.known[n, j] and not case.labelled[n, j]],
            "unknown": [n for n in members if not case.known[n, j]],
        }
        assert sum(map(len, parts.values())) == len(members)
        for part, expected in parts.items():
            selection = ec.CellPart(ec.Cell(named(case, i), named(case, j)), part)  # type: ignore[arg-type]
            assert_members(case, rule, selection, expected=expected, by=j)


@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_a_row_are_all_the_inputs_labelled_so(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    for j in range(case.n_concepts):
        expected = [n for n in range(case.n_inputs) if case.labelled[n, j]]
        assert_members(case, rule, ec.Labelled(case.concepts[j]), expected=expected, by=j)
    is_none = (case.known & ~case.labelled).all(axis=1)
    expected = [n for n in range(case.n_inputs) if is_none[n]]
    assert_members(case, rule, ec.Labelled(None), expected=expected, by=None)


@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_a_column_are_the_predicted_whose_label_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(3):
        rule = random_rule(rng, case.concepts)
        predicted = case.predicted(rule)
        for j in range(case.n_concepts):
            expected = [n for n, chosen in enumerate(predicted) if j in chosen and case.known[n, j]]
            assert_members(case, rule, ec.Predicted(case.concepts[j]), expected=expected, by=j)
        expected = [n for n, chosen in enumerate(predicted) if not chosen]
        assert_members(case, rule, ec.Predicted(None), expected=expected, by=None)


@pytest.mark.parametrize("seed", SEEDS)
def test_members_on_the_threshold_are_those_that_the_operator_decides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, unscored=False)
    rule = random_rule(rng, case.concepts)
    strict, loose = (
        case.predicted(
            ec.Rule(rule.threshold, default=rule.default, operator=operator, decision=rule.mode)
        )
        for operator in ec.OPERATORS
    )
    decided = [more - fewer for fewer, more in zip(strict, loose, strict=True)]
    for j in range(case.n_concepts):
        expected = [n for n, concepts in enumerate(decided) if j in concepts]
        assert_members(case, rule, ec.OnThreshold(case.concepts[j]), expected=expected, by=j)
    expected = [n for n, concepts in enumerate(decided) if concepts]
    assert_members(case, rule, ec.OnThreshold(), expected=expected, by=None)
    assert case.evaluation.n_on_threshold(rule) == len(expected)


@pytest.mark.parametrize("seed", range(10))
def test_members_of_a_block_are_those_of_its_cells_one_after_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_concepts=4)
    rule = random_rule(rng, case.concepts)
    rows, columns = (case.concepts[0], None), (case.concepts[2], case.concepts[1], None)
    expected: list[int] = []
    for j, i in product(columns, rows):
        expected += case.evaluation.members(rule, ec.Cell(i, j)).tolist()

    found = case.evaluation.members(rule, ec.Block(actual=rows, predicted=columns))

    assert found.dtype == np.int64
    assert found.tolist() == expected


def test_a_block_without_cells_has_no_members(small_case: Case) -> None:
    found = small_case.evaluation.members(ec.Rule(), ec.Block(actual=(), predicted=("dog",)))

    assert (found.dtype, found.size) == (np.int64, 0)


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_equal_scores_keep_the_order_of_the_run(task: Any) -> None:
    run = ec.EvalRun.from_arrays(
        [[0.6, 0.1], [0.9, 0.1], [0.6, 0.1], [0.9, 0.1], [0.6, 0.1]], [0] * 5, task=task
    )

    found = ec.Evaluation(run).members(ec.Rule(0.5), ec.Outcome("concept 0", "TP"))

    assert found.tolist() == [1, 3, 0, 2, 4]


def test_negative_zero_and_zero_keep_the_order_of_the_run() -> None:
    run = ec.EvalRun.from_arrays([[0.0], [-0.0], [0.0], [-0.0]], [[0]] * 4)

    found = ec.Evaluation(run).members(ec.Rule(0.5), ec.Outcome("concept 0", "FN"))

    assert found.tolist() == [0, 1, 2, 3]


def selections(case: Case) -> list[Any]:
    dog = case.concepts[0]
    return [
        ec.Cell(dog, dog),
        ec.Cell(dog, None),
        ec.Cell(None, dog),
        ec.Cell(None, None),
        ec.CellPart(ec.Cell(dog, dog), "also"),
        ec.CellPart(ec.Cell(dog, None), "also"),
        *[ec.Outcome(dog, name) for name in ("TP", "FP", "FN", "TN")],  # type: ignore[arg-type]
        ec.Labelled(dog),
        ec.Labelled(None),
        ec.Predicted(dog),
        ec.Predicted(None),
        ec.OnThreshold(),
        ec.OnThreshold(dog),
        ec.Block(actual=(dog, None), predicted=(dog, None)),
    ]


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_whoever_writes_into_the_members_changes_nothing_but_their_own_copy(
    task: str, make_case: Callable[..., Case]
) -> None:
    case = make_case(n_inputs=30, n_concepts=3, task=task)
    for rule, selection in product(all_rules(0.3), selections(case)):
        found = case.evaluation.members(rule, selection)
        before = found.tolist()
        found[:] = -1
        assert case.evaluation.members(rule, selection).tolist() == before


@pytest.mark.parametrize("name", ["counts", "matrix", "also_labelled"])
def test_whoever_writes_into_the_numbers_changes_nothing_but_their_own_copy(
    name: str, make_case: Callable[..., Case]
) -> None:
    case = make_case(n_inputs=30, n_concepts=3)

    def arrays(rule: ec.Rule) -> list[np.ndarray]:
        result = getattr(case.evaluation, name)(rule)
        if isinstance(result, ec.Counts):
            return [result.tp, result.fp, result.fn, result.tn]
        return [result.counts if isinstance(result, ec.Matrix) else result]

    for rule in all_rules(0.3):
        before = [a.tolist() for a in arrays(rule)]
        for a in arrays(rule):
            a[:] = -1
        assert [a.tolist() for a in arrays(rule)] == before


def test_what_is_asked_again_under_a_rule_is_counted_once(
    make_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(n_inputs=30, n_concepts=3)
    counted: list[str] = []
    for owner, name in ((Part, "matrix"), (Part, "also_labelled"), (CountIndex, "counts")):
        monkeypatch.setattr(owner, name, _noting(getattr(owner, name), name, counted))

    def ask(evaluation: ec.Evaluation, rule: ec.Rule) -> list[object]:
        numbers = evaluation.counts(rule)
        cells = evaluation.matrix(rule).counts, evaluation.also_labelled(rule)
        return [numbers.tp.tolist(), numbers.fp.tolist(), *(one.tolist() for one in cells)]

    rules = [ec.Rule(t, operator=op) for t in (0.3, 0.5, 0.7) for op in (">", ">=")]
    for rule in rules:
        counted.clear()
        first = ask(case.evaluation, rule)
        assert sorted(counted) == ["also_labelled", "counts", "matrix"]
        assert ask(case.evaluation, rule) == first == ask(ec.Evaluation(case.run), rule)
    # what was kept is never another rule's
    assert [ask(case.evaluation, rule) for rule in rules] == [
        ask(ec.Evaluation(case.run), rule) for rule in rules
    ]


def _noting(count: Callable[..., object], name: str, counted: list[str]) -> Callable[..., object]:
    def noting(*asked: object) -> object:
        counted.append(name)
        return count(*asked)

    return noting


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "roc_auc_deviation"])
def test_whoever_writes_into_a_ranking_changes_nothing_but_their_own_copy(
    name: str, make_case: Callable[..., Case]
) -> None:
    evaluation = make_case(n_inputs=30, n_concepts=3).evaluation
    before = getattr(evaluation, name)().tolist()
    getattr(evaluation, name)()[:] = -1

    np.testing.assert_array_equal(getattr(evaluation, name)(), before)


def test_the_mean_scores_that_are_kept_cannot_be_changed(make_case: Callable[..., Case]) -> None:
    evaluation = make_case(n_inputs=30, n_concepts=3).evaluation
    before = evaluation.mean_scores().copy()
    _try_to_overwrite(evaluation.mean_scores())

    np.testing.assert_array_equal(evaluation.mean_scores(), before)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_the_ranking_that_is_kept_cannot_be_changed(
    name: str, make_case: Callable[..., Case]
) -> None:
    evaluation = make_case(n_inputs=30, n_concepts=3).evaluation
    before = getattr(evaluation, name)().copy()
    _try_to_overwrite(getattr(evaluation.ranking, name))

    np.testing.assert_array_equal(getattr(evaluation, name)(), before)


def _try_to_overwrite(array: np.ndarray) -> None:
    """Write -1 everywhere, unless the array rightly refuses."""
    if array.flags.writeable:
        array[:] = -1


@pytest.mark.parametrize(
    "selection",
    [
        ec.Cell("dgo", "cat"),
        ec.Cell("cat", "dgo"),
        ec.Outcome("dgo", "FP"),
        ec.Labelled("dgo"),
        ec.Predicted("dgo"),
        ec.OnThreshold("dgo"),
        ec.CellPart(ec.Cell("cat", "dgo"), "also"),
        ec.Block(actual=("cat",), predicted=("dgo",)),
    ],
    ids=lambda selection: repr(selection)[:40],
)
def test_a_selection_of_a_stranger_is_refused_with_a_hint(selection: Any, small_case: Case) -> None:
    for rule in all_rules(0.5):
        with pytest.raises(ec.SelectionError, match=r"no concept 'dgo'\. Did you mean 'dog'"):
            small_case.evaluation.members(rule, selection)


def test_an_outcome_that_is_none_is_refused() -> None:
    with pytest.raises(ec.SelectionError, match="must be TP, FP, FN or TN"):
        ec.Outcome("dog", "tp")  # type: ignore[arg-type]


def test_a_part_that_is_none_is_refused() -> None:
    with pytest.raises(ec.SelectionError):
        ec.CellPart(ec.Cell("dog", "cat"), "some")  # type: ignore[arg-type]


def test_what_is_no_selection_is_refused(small_case: Case) -> None:
    with pytest.raises(TypeError, match="str is no selection"):
        small_case.evaluation.members(ec.Rule(), "dog")  # type: ignore[arg-type]


def test_selections_are_values(small_case: Case) -> None:
    for one, other in zip(selections(small_case), selections(small_case), strict=True):
        assert one == other
        assert hash(one) == hash(other)
