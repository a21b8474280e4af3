"""EvalRun and Labels: what goes in comes out, and what contradicts itself is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.runs.run import as_scores, encode_folds
from tests.support.cases import DTYPES, Case, random_case

TWO = [[0.9, 0.2], [0.4, 0.6]]


def labelled_names(run: ec.EvalRun) -> list[set[str]]:
    return [{run.concepts[j] for j in run.labels.of_input(i).tolist()} for i in range(run.n_inputs)]


@pytest.mark.parametrize("seed", range(25))
def test_labels_tell_the_same_in_every_form(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    labels, concepts, inputs = case.run.labels, range(case.n_concepts), range(case.n_inputs)
    everybody = np.arange(case.n_inputs)

    assert labels.dense().tolist() == case.labelled.tolist()
    assert labels.total.tolist() == [sum(case.labelled[:, j].tolist()) for j in concepts]
    assert labels.n_known.tolist() == [sum(case.known[:, j].tolist()) for j in concepts]
    assert labels.fully_known.tolist() == [all(case.known[i].tolist()) for i in inputs]
    free = [i for i in inputs if not any(case.labelled[i].tolist())]
    assert labels.unlabelled.tolist() == [i for i in free if all(case.known[i].tolist())]
    assert labels.undecided.tolist() == [i for i in free if not all(case.known[i].tolist())]
    for i in inputs:
        assert labels.of_input(i).tolist() == [j for j in concepts if case.labelled[i, j]]
    for j in concepts:
        assert labels.inputs_of(j).tolist() == [i for i in inputs if case.labelled[i, j]]
        assert labels.has(everybody, j).tolist() == case.labelled[:, j].tolist()
        assert labels.knows(everybody, j).tolist() == case.known[:, j].tolist()


@pytest.mark.parametrize("seed", range(25))
def test_a_subset_is_the_run_of_its_inputs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    chosen = rng.permutation(case.n_inputs)[: int(rng.integers(1, case.n_inputs + 1))]

    part, expected = case.run.subset(chosen), case.take(chosen.tolist())

    assert part.ids.tolist() == [str(i) for i in chosen]
    np.testing.assert_array_equal(part.scores, expected.scores)
    assert part.labels.dense().tolist() == expected.labelled.tolist()
    known = np.ones_like(expected.known) if part.labels.known is None else part.labels.known
    assert known.tolist() == expected.known.tolist()
    if case.folds is not None:
        assert [part.fold_names[k] for k in part.folds] == [str(k) for k in expected.folds]
    for rule in (ec.Rule(0.3), ec.Rule(0.5, operator=">=")):
        assert ec.Evaluation(part).counts(rule).tp.tolist() == [
            len(expected.outcomes(rule)[j, "TP"]) for j in range(case.n_concepts)
        ]


def test_a_subset_takes_metadata_and_texts_along_and_has_a_fingerprint_of_its_own() -> None:
    run = ec.EvalRun.from_arrays(
        TWO,
        [0, 1],
        metadata={"city": np.array(["Ulm", "Bonn"], dtype=object)},
        texts=np.array(["one", "two"], dtype=object),
    )

    part = run.subset(np.array([1]))

    assert part.metadata["city"].tolist() == ["Bonn"]
    assert part.texts.tolist() == ["two"]
    other = run.subset(np.array([0]))
    assert len({run.fingerprint, part.fingerprint, other.fingerprint}) == 3
    assert run.subset(np.array([1])).fingerprint == part.fingerprint


def test_an_empty_subset_is_refused() -> None:
    with pytest.raises(ec.RunError, match="at least one input"):
        ec.EvalRun.from_arrays(TWO, [0, 1]).subset(np.array([], dtype=np.int64))


def test_a_mask_is_not_taken_for_positions() -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1])
    try:
        part = run.subset(np.array([False, True]))
    except (TypeError, ec.WorkshopError):
        return
    assert part.ids.tolist() == ["1"]


def test_a_negative_position_does_not_lose_the_labels() -> None:
    run = ec.EvalRun.from_arrays([*TWO, [0.5, 0.5]], [0, 1, 0])
    try:
        part = run.subset(np.array([-2]))
    except (IndexError, ec.WorkshopError):
        return
    assert part.labels.dense().tolist() == [[False, True]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_scores_keep_the_precision_they_arrive_in(dtype: type) -> None:
    scores = np.array(TWO, dtype=dtype)
    run = ec.EvalRun.from_arrays(scores, [0, 1])

    assert run.scores.dtype == dtype
    np.testing.assert_array_equal(run.scores, scores)


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.bool_])
def test_whole_numbers_become_float64(dtype: type) -> None:
    scores = as_scores(np.array([[1, 0]], dtype=dtype))

    assert (scores.dtype, scores.tolist()) == (np.float64, [[1.0, 0.0]])


def test_scores_in_any_memory_order_are_taken(make_case: Any) -> None:
    case = make_case(n_inputs=20, n_concepts=4)
    turned = np.asfortranarray(case.scores)
    for scores in (turned, np.repeat(case.scores, 2, axis=0)[::2], case.scores[:, ::-1][:, ::-1]):
        run = ec.EvalRun.from_arrays(scores, case.labelled, task=case.task)
        assert run.scores.flags.c_contiguous
        np.testing.assert_array_equal(run.scores, case.scores)
        assert ec.Evaluation(run).counts(ec.Rule(0.3)).predicted.tolist() == [
            sum(j in chosen for chosen in case.predicted(ec.Rule(0.3))) for j in range(4)
        ]


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ([0.5, 0.6], r"shape \(inputs, concepts\), got \(2,\)"),
        ([[[0.5]]], r"got \(1, 1, 1\)"),
        ([["high"]], r"Scores must be .*, got"),
        ([[1j]], r"Scores must be .*, got"),
        ([[math.nan]], "not finite, first nan of input '0' for 'concept 0'"),
        ([[0.5], [math.inf]], "1 scores are not finite, first inf of input '1'"),
        (np.zeros((0, 1)), "at least one input and one concept, got 0 and 1"),
        (np.zeros((1, 0)), "at least one input and one concept, got 1 and 0"),
    ],
    ids=["flat", "deep", "words", "complex", "nan", "inf", "no input", "no concept"],
)
def test_scores_that_are_none_are_refused(bad: Any, match: str) -> None:
    with pytest.raises(ec.RunError, match=match):
        ec.EvalRun.from_arrays(bad, [None] * len(bad))


def test_the_scores_of_a_run_cannot_be_written_to() -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1])

    with pytest.raises(ValueError, match="read-only"):
        run.scores[0, 0] = 0.1
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.task = "multi_label"  # type: ignore[misc]


def test_the_callers_array_stays_the_callers() -> None:
    scores = np.array(TWO)
    run = ec.EvalRun.from_arrays(scores, [0, 1])
    scores[0, 0] = 0.1

    assert run.scores[0, 0] == 0.9


def test_a_run_made_from_a_view_does_not_follow_the_array_behind_it() -> None:
    scores = np.array(TWO)
    run = ec.EvalRun.from_arrays(scores[:1], [0])
    scores[0, 0] = 0.1

    assert run.scores[0, 0] == 0.9


@pytest.mark.parametrize(
    "name", ["inputs", "concepts", "by_concept", "unlabelled", "undecided", "known"]
)
def test_the_labels_of_a_run_cannot_be_written_to(name: str) -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, None], known=np.array([[1, 1], [1, 0]]))

    with pytest.raises(ValueError, match="read-only"):
        getattr(run.labels, name)[:] = 0


@pytest.mark.parametrize(
    "labels",
    [
        ["dog", None],
        [0, None],
        [["dog"], []],
        [{"dog"}, ()],
        [[0], []],
        np.array([[True, False], [False, False]]),
        np.array([[1, 0], [0, 0]]),
        [np.int64(0), None],
    ],
    ids=["names", "positions", "lists", "sets", "listed positions", "bools", "0 and 1", "numpy"],
)
def test_labels_are_taken_in_every_form_that_is_documented(labels: Any) -> None:
    run = ec.EvalRun.from_arrays(TWO, labels, concepts=["dog", "cat"])

    assert labelled_names(run) == [{"dog"}, set()]
    assert run.task == "single_label"


def test_labels_of_numpy_arrays_of_names_and_positions_are_taken() -> None:
    for labels in (np.array(["cat", "dog"]), np.array([1, 0]), np.array(["cat", "dog"], object)):
        run = ec.EvalRun.from_arrays(TWO, labels, concepts=["dog", "cat"])
        assert labelled_names(run) == [{"cat"}, {"dog"}]


def test_a_list_of_lists_of_bools_is_not_taken_for_positions() -> None:
    try:
        run = ec.EvalRun.from_arrays(TWO, [[True, False], [False, False]])
    except ec.RunError:
        return
    assert run.labels.dense().tolist() == [[True, False], [False, False]]


def test_a_table_of_names_is_not_taken_for_bools() -> None:
    try:
        run = ec.EvalRun.from_arrays(TWO, np.array([["a", "b"], ["a", "a"]]), concepts=["a", "b"])
    except ec.RunError:
        return
    assert labelled_names(run) == [{"a", "b"}, {"a"}]


@pytest.mark.parametrize("bad", [math.nan, 1.0, np.True_], ids=["nan", "float", "bool"])
def test_a_label_that_is_neither_name_nor_position_is_refused(bad: Any) -> None:
    with pytest.raises(ec.RunError):
        ec.EvalRun.from_arrays(TWO, [0, bad])


def test_concepts_may_be_the_classes_of_a_scikit_learn_model() -> None:
    run = ec.EvalRun.from_arrays(TWO, ["dog", "cat"], concepts=np.array(["dog", "cat"]))

    assert run.concepts == ("dog", "cat")


def test_a_label_that_is_no_concept_is_refused_with_a_hint() -> None:
    with pytest.raises(ec.RunError, match=r"'dgo' is no concept of this run\. Did you mean 'dog'"):
        ec.EvalRun.from_arrays(TWO, ["dgo", None], concepts=["dog", "cat"])
    for position in (-1, 2):
        with pytest.raises(ec.RunError, match=f"Label {position} is no concept position"):
            ec.EvalRun.from_arrays(TWO, [position, None])


def test_a_pair_outside_the_run_is_refused() -> None:
    for pair in ((0, 3), (3, 0), (0, -1), (-1, 0)):
        with pytest.raises(ec.RunError):
            ec.Labels(n_inputs=3, n_concepts=2, pairs=np.array([pair]))


def test_a_labelled_pair_is_known_whichever_way_labels_are_made() -> None:
    nothing = np.zeros((1, 2), dtype=bool)
    for labels in (
        ec.Labels.from_dense(np.array([[True, False]]), known=nothing),
        ec.Labels.from_lists([[0]], n_concepts=2, known=nothing),
        ec.Labels(n_inputs=1, n_concepts=2, pairs=np.array([[0, 0]]), known=nothing),
    ):
        assert labels.known is not None
        assert labels.known.tolist() == [[True, False]]


def test_a_label_given_twice_is_one_label() -> None:
    run = ec.EvalRun.from_arrays(TWO, [[0, 0, "concept 0"], []])

    assert run.labels.total.tolist() == [1, 0]


def test_the_task_follows_from_the_labels() -> None:
    assert ec.EvalRun.from_arrays(TWO, [0, None]).task == "single_label"
    assert ec.EvalRun.from_arrays(TWO, [[0, 1], []]).task == "multi_label"
    # one concept is a yes or no, not a choice between concepts
    assert ec.EvalRun.from_arrays([[0.9]], [0]).task == "multi_label"
    assert ec.EvalRun.from_arrays(TWO, [0, 1], task="multi_label").task == "multi_label"


def test_two_labels_contradict_a_single_label_run() -> None:
    with pytest.raises(ec.RunError, match=r"Hint: set task to multi_label"):
        ec.EvalRun.from_arrays(TWO, [[0, 1], []], task="single_label")


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"labels": [0]}, r"Scores have the shape \(2, 2\), labels \(1, 2\)"),
        ({"concepts": ["dog"]}, "2 score columns need as many different concept names, got 1"),
        ({"concepts": ["dog", "dog"]}, "different concept names, got 1"),
        ({"ids": ["a", "a"]}, "1 ids occur more than once"),
        ({"ids": ["a"]}, "ids: 1 entries for 2 inputs"),
        ({"folds": [0]}, "folds: 1 entries for 2 inputs"),
        ({"metadata": {"city": np.array(["Ulm"], object)}}, "city: 1 entries for 2 inputs"),
        ({"texts": np.array(["one"], object)}, "texts: 1 entries for 2 inputs"),
    ],
    ids=["labels", "few", "twice", "same ids", "few ids", "folds", "metadata", "texts"],
)
def test_parts_that_contradict_each_other_are_refused(wrong: dict[str, Any], match: str) -> None:
    parts = {"labels": [0, 0], **wrong}
    with pytest.raises(ec.RunError, match=match):
        ec.EvalRun.from_arrays(TWO, parts.pop("labels"), **parts)


def test_a_concept_is_found_by_its_name_or_refused_with_a_hint() -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1], concepts=["dog", "cat"])

    assert [run.position_of(name) for name in ("dog", "cat")] == [0, 1]
    with pytest.raises(ec.SelectionError, match=r"no concept 'dgo'\. Did you mean 'dog'"):
        run.position_of("dgo")


def test_names_that_nobody_gave_are_numbers() -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1])

    assert run.concepts == ("concept 0", "concept 1")
    assert run.ids.tolist() == ["0", "1"]


def test_ids_are_kept_as_texts() -> None:
    assert ec.EvalRun.from_arrays(TWO, [0, 1], ids=[7, "a/b.png"]).ids.tolist() == ["7", "a/b.png"]


def test_splits_are_numbered_in_the_order_in_which_people_count() -> None:
    names, codes = encode_folds([10, 9, 10, 1])

    assert names == ("1", "9", "10")
    assert codes.tolist() == [2, 1, 2, 0]
    assert encode_folds(None) == ((), None)
    long = "9" * 5_000
    assert encode_folds(["b", long, "10", "02"])[0] == ("02", "10", long, "b")


def test_the_fingerprint_follows_what_is_in_the_run() -> None:
    base: dict[str, Any] = {"scores": TWO, "labels": [0, 1], "concepts": ["dog", "cat"]}
    variants: list[dict[str, Any]] = [
        {},
        {"scores": [[0.9, 0.2], [0.4, 0.7]]},
        {"scores": np.float32(TWO)},
        {"labels": [0, None]},
        {"concepts": ["cat", "dog"]},
        {"ids": ["a", "b"]},
        {"task": "multi_label"},
        {"labels": [0, None], "known": np.array([[1, 1], [1, 0]])},
    ]
    prints = [ec.EvalRun.from_arrays(**{**base, **change}).fingerprint for change in variants]

    assert len(set(prints)) == len(variants)
    assert ec.EvalRun.from_arrays(**base).fingerprint == prints[0]
    assert ec.EvalRun.from_arrays(**base, name="another").fingerprint == prints[0]


def test_the_fingerprint_follows_the_splits() -> None:
    plain = ec.EvalRun.from_arrays(TWO, [0, 1])
    split = ec.EvalRun.from_arrays(TWO, [0, 1], folds=[0, 1])

    assert plain.fingerprint != split.fingerprint


def test_a_run_stands_alone_when_its_parts_change_afterwards(small_case: Case) -> None:
    labelled = small_case.labelled.copy()
    known = np.ones_like(labelled)
    known[0, 2] = False
    run = ec.EvalRun.from_arrays(small_case.scores.copy(), labelled, known=known)
    before = run.labels.dense().tolist(), run.labels.known.tolist()
    labelled[:] = True
    known[:] = False

    assert (run.labels.dense().tolist(), run.labels.known.tolist()) == before
