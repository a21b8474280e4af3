"""A run in parts has the numbers and the lists of the undivided run, however it is divided.

So has a run of which the scored pairs alone are kept, in one part or in several.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

import evalcore as ec
from evalcore.concept.staircase import borderline, split_staircases, staircase_of
from evalcore.counting import joined_scores
from evalcore.counting import matrix as matrix_module
from evalcore.counting import part as part_module
from evalcore.counting import ranked_inputs as ranked_module
from evalcore.counting.joined_scores import JoinedScores
from evalcore.counting.shown_matrix import condense
from evalcore.counting.sorted_scores import SortedScores
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs import joined as joined_module
from evalcore.runs.joined import JoinedRows
from evalcore.runs.parts import joined
from evalcore.truth.relabelled import relabelled
from tests.support.cases import Case, random_case, random_rule

EVALUATED = settings(max_examples=60, deadline=None, derandomize=True)
FORMS = st.sampled_from(["dense", "listed", "wide"])
"""Of the run in parts: all scores; the scored pairs; these, and matrices of filled cells."""
Drawn = tuple[np.random.Generator, Case, ec.Evaluation, ec.Evaluation]
OUTCOMES: tuple[Any, ...] = ("TP", "FP", "FN", "TN")
WAYS: tuple[Any, ...] = ("leave", "enter")
GOALS = (
    ec.Goal.f_beta(),
    ec.Goal.precision_at_least(0.6),
    ec.Goal.recall_at_least(0.7),
)


def divided(rng: np.random.Generator, run: ec.EvalRun) -> ec.EvalRun:
    """The run in one to four parts, of which some may hold one input only."""
    n_cuts = int(rng.integers(0, min(4, run.n_inputs)))
    cuts = np.sort(rng.choice(np.arange(1, run.n_inputs), n_cuts, replace=False)).tolist()
    ends = pairwise([0, *cuts, run.n_inputs])
    return joined([run.subset(np.arange(start, stop)) for start, stop in ends])


def listed(run: ec.EvalRun) -> ec.EvalRun:
    """The run of which the scored pairs alone are kept, and what is known of few inputs."""
    labels, scores = run.labels, ScoredPairs.of_dense(run.scores)
    if labels.known is not None:
        known: Any = KnownPairs.of_dense(np.asarray(labels.known))
        pairs = np.column_stack([labels.inputs, labels.concepts])
        labels = ec.Labels(
            n_inputs=run.n_inputs, n_concepts=run.n_concepts, pairs=pairs, known=known
        )
    return replace(run, scores=scores, labels=labels)  # type: ignore[arg-type]


@contextmanager
def drawn(number: int, form: str = "dense", **about: Any) -> Iterator[Drawn]:
    """A random case, evaluated whole and in parts."""
    rng = np.random.default_rng(number)
    case = random_case(rng, **about)
    with pytest.MonkeyPatch.context() as patch:
        if form == "wide":
            patch.setattr(matrix_module, "WIDE", 0)
        parts = divided(rng, case.run if form == "dense" else listed(case.run))
        yield rng, case, case.evaluation, ec.Evaluation(parts)


def equal(one: Any, other: Any) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


def selections(concepts: tuple[str, ...]) -> list[ec.Selection]:
    names = (*concepts, None)
    cells = [ec.Cell(i, j) for i, j in product(names, names)]
    outcomes = [ec.Outcome(name, outcome) for name, outcome in product(concepts, OUTCOMES)]
    lines: list[ec.Selection] = [
        kind(name) for kind in (ec.Labelled, ec.Predicted, ec.OnThreshold) for name in names
    ]
    parts = [ec.CellPart(cell, "not") for cell in cells]
    return [*cells, *parts, *outcomes, *lines, ec.Block(names, names)]


@EVALUATED
@seed(13)
@given(st.integers(0, 2**32 - 1), FORMS)
def test_every_number_and_list_under_a_rule_is_that_of_the_undivided_run(
    number: int, form: str
) -> None:
    with drawn(number, form) as (rng, case, whole, parts):
        rule, other = (random_rule(rng, case.concepts) for _ in range(2))
        for name in ("tp", "fp", "fn", "tn"):
            assert equal(getattr(whole.counts(rule), name), getattr(parts.counts(rule), name))
        wanted = whole.matrix(rule).counts
        assert equal(wanted, parts.matrix(rule).counts)
        for ask in ("also_labelled", "unknown_labels", "mistakes"):
            assert equal(getattr(whole, ask)(rule), getattr(parts, ask)(rule)), ask
        for n_shown in (0, 2, case.n_concepts):
            shown = rng.permutation(case.n_concepts)[:n_shown]
            condensed = condense(whole.matrix(rule).counts, shown=shown)
            assert equal(parts.condensed(rule, shown=shown), condensed)
            also = condense(whole.also_labelled(rule), shown=shown)
            assert equal(parts.also_condensed(rule, shown=shown), also)
            found = [[parts.in_cell(rule, actual=i, predicted=j) for j in shown] for i in shown]
            assert found == np.asarray(wanted)[np.ix_(shown, shown)].tolist()
        assert repr(whole.accuracy(rule)) == repr(parts.accuracy(rule))
        with pytest.MonkeyPatch.context() as patch:
            n_nothing = whole.n_nothing_predicted(rule)
            assert n_nothing == parts.n_nothing_predicted(rule)
            patch.setattr(part_module, "LONG", 0)
            assert n_nothing == parts.n_nothing_predicted(rule)
            assert equal(whole.matrix(rule).counts, wanted)
            assert equal(parts.matrix(rule).counts, wanted)
        assert whole.n_on_threshold(rule) == parts.n_on_threshold(rule)
        first = int(rng.integers(0, 9))
        for selection in selections(case.concepts):
            members = whole.members(rule, selection)
            assert equal(members, parts.members(rule, selection)), selection
            assert equal(members[:first], parts.members(rule, selection, first=first)), selection
        flips = whole.flips(rule, other), parts.flips(rule, other)
        assert equal(flips[0].total, flips[1].total)
        for concept, way, labelled in product(
            case.concepts, ("leave", "enter"), (True, False, None)
        ):
            flip = ec.Flip(concept, way, labelled)
            assert equal(flips[0].members(flip), flips[1].members(flip))


@EVALUATED
@seed(13)
@given(st.integers(0, 2**32 - 1), FORMS)
def test_what_follows_no_threshold_is_that_of_the_undivided_run(number: int, form: str) -> None:
    with drawn(number, form) as (rng, case, whole, parts):
        assert equal(whole.ranking.roc_auc, parts.ranking.roc_auc)
        assert equal(whole.ranking.average_precision, parts.ranking.average_precision)
        assert equal(whole.roc_auc_deviation(), parts.roc_auc_deviation())
        assert whole.score_range == parts.score_range
        # sums of floating-point numbers: equal but for the order in which they are added
        np.testing.assert_allclose(whole.mean_scores(), parts.mean_scores(), rtol=1e-12)
        rule = random_rule(rng, case.concepts)
        for mode, concept in product(ec.MODES, case.concepts):
            for one, other in [
                (staircase_of(whole, concept, mode=mode), staircase_of(parts, concept, mode=mode)),
                *zip(
                    split_staircases(whole, concept, mode=mode).values(),
                    split_staircases(parts, concept, mode=mode).values(),
                    strict=True,
                ),
            ]:
                assert equal(one.scores, other.scores)
                assert equal(one.counts.tp, other.counts.tp)
                assert equal(one.counts.fp, other.counts.fp)
            near = borderline(whole, rule, concept), borderline(parts, rule, concept)
            assert equal(near[0].predicted, near[1].predicted)
            assert equal(near[0].missed, near[1].missed)


@EVALUATED
@seed(13)
@given(
    st.integers(0, 2**32 - 1),
    FORMS,
    st.sampled_from(GOALS),
    st.booleans(),
    st.sampled_from(ec.MODES),
)
def test_what_is_chosen_for_a_goal_is_that_of_the_undivided_run(
    number: int, form: str, goal: ec.Goal, common: Any, mode: Any
) -> None:
    with drawn(number, form) as (_, _, whole, parts):
        one, other = (
            ec.choose(each, goal, common=common, decision=mode) for each in (whole, parts)
        )
        assert one.reasons == other.reasons
        for name in ("low", "high", "threshold"):
            assert equal(getattr(one, name), getattr(other, name)), name
        assert equal(one.counts.tp, other.counts.tp)
        assert equal(one.counts.fp, other.counts.fp)


@EVALUATED
@seed(13)
@given(st.integers(0, 2**32 - 1), FORMS)
def test_slices_splits_and_other_labels_are_those_of_the_undivided_run(
    number: int, form: str
) -> None:
    with drawn(number, form) as (rng, case, whole, parts):
        rule = random_rule(rng, case.concepts)
        keep = np.flatnonzero(rng.random(case.n_inputs) < 0.7)
        labels = ec.Labels.from_dense(
            case.labelled & (rng.random(case.labelled.shape) < 0.8), known=case.known
        )
        pairs = [(relabelled(whole, labels), relabelled(parts, labels))]
        if keep.size:
            pairs += [tuple(ec.Evaluation(each.run.subset(keep)) for each in (whole, parts))]  # type: ignore[list-item]
        for one, other in pairs:
            assert equal(one.counts(rule).tp, other.counts(rule).tp)
            assert equal(one.counts(rule).fp, other.counts(rule).fp)
            assert equal(one.matrix(rule).counts, other.matrix(rule).counts)
            assert equal(one.roc_auc(), other.roc_auc())
            assert one.run.ids.tolist() == other.run.ids.tolist()


@pytest.mark.parametrize("number", range(6))
def test_below_the_floor_of_a_part_its_scores_are_asked(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranked_module, "SMALL", 0)
    monkeypatch.setattr(ranked_module, "SHARE", 0.5)
    about: dict[str, Any] = {"n_inputs": 39, "task": "multi_label", "unscored": False}
    with drawn(number, **about) as (_, case, whole, parts):
        for threshold in (0.05, 0.5, 0.9):
            rule = ec.Rule(threshold)
            assert equal(whole.matrix(rule).counts, parts.matrix(rule).counts)
            assert equal(
                whole.members(rule, ec.Predicted(case.concepts[0])),
                parts.members(rule, ec.Predicted(case.concepts[0])),
            )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_score_is_found_by_its_place_in_all_parts(dtype: Any) -> None:
    values = np.array([-np.inf, -3.5, -0.0, 0.0, 1e-7, 0.5, 0.5, 65504.0], dtype=dtype)
    rng = np.random.default_rng(0)
    order = rng.permutation(values.size)
    parts = [
        SortedScores.sort(values[some], starts=np.array([0, some.size]))
        for some in (order[:3], order[3:4], order[4:])
    ]
    together = JoinedScores.of_parts(parts)
    found = [together.nth(np.array([0]), np.array([k]))[0] for k in range(values.size)]
    assert equal(found, values)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("block", [1, 5, 2**19])
def test_scores_around_many_values_are_counted_by_sorting_as_by_searching(
    monkeypatch: pytest.MonkeyPatch, dtype: Any, block: int
) -> None:
    monkeypatch.setattr(joined_scores, "BLOCK", block)
    for number in range(20):
        rng = np.random.default_rng(number)
        drawn = [rng.integers(-2, 6, rng.integers(0, 30)).astype(dtype) / 4 for _ in range(4)]
        parts = [SortedScores.sort(one, starts=np.array([0, one.size])) for one in drawn]
        together = JoinedScores.of_parts(parts)
        values = np.sort(rng.integers(-3, 8, 25).astype(dtype) / 4)
        wanted = [together.up_to(0, values, side=side) for side in ("left", "right")]
        for each in (0, 10**9):
            monkeypatch.setattr(joined_scores, "PER_SEARCH", each)
            found = together.around(0, values)
            assert equal(found[0], wanted[0])
            assert equal(found[1], wanted[1])


def test_rows_in_pieces_are_read_as_those_of_one_array() -> None:
    whole = np.arange(60.0).reshape(12, 5)
    pieces = JoinedRows([whole[:3], whole[3:4], whole[4:]])
    rows, columns = np.array([11, 0, 3, 3, -1]), np.array([4, 0, 2, 1, 3])
    for key in (
        *(0, -1, slice(None), slice(2, 9), slice(9, 2), slice(1, 11, 3), rows, whole[:, 0] > 20),
        *((rows, columns), (rows, 2), (slice(None), 3), (4, 1), (rows[:0], columns[:0])),
    ):
        assert equal(pieces[key], whole[key]), key
    assert pieces.shape == whole.shape
    assert equal(pieces > 20, whole > 20)
    assert equal(pieces.take(rows[:3]), whole[rows[:3]])
    with pytest.raises(IndexError):
        pieces[12]
    with pytest.raises(IndexError):
        pieces[np.array([0, 12])]


def test_what_would_take_too_much_memory_at_once_is_refused_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joined_module, "MOST_BYTES", 100)
    pieces = JoinedRows([np.zeros((3, 5)), np.zeros((4, 5))])
    assert pieces[2:4].shape == (2, 5)
    with pytest.raises(ec.RunError, match=r"2 parts, and what is asked for here .* a slice"):
        np.asarray(pieces)


def test_parts_of_different_runs_are_not_put_together() -> None:
    one = ec.EvalRun.from_arrays([[0.5]], [[0]], concepts=["dog"])
    other = ec.EvalRun.from_arrays([[0.5]], [[0]], concepts=["cat"], task=one.task)
    with pytest.raises(ec.RunError, match="Part 2 is none of this run: it has other 'concepts'"):
        joined([one, other])
