"""The band from the worst to the best outcome, against every outcome that there is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import isnan, nan

import numpy as np
import pytest

import evalcore as ec
from evalcore.truth.agreed import Outcome, Verdict
from evalcore.truth.disputes import OpenDisputes, Span, band, outcomes, ranking
from evalcore.truth.disputes import pairs as disputed_pairs
from evalcore.truth.disputes.ranking import roc_auc_span
from evalcore.truth.overlay import lay_over
from evalcore.truth.relabelled import relabelled
from evalcore.truth.votes import Pair
from tests.support.cases import Case, random_case, random_rule

RATES = ("precision", "recall", "f1")
ENDS: tuple[Outcome, ...] = ("yes", "no", "unknown")
Said = dict[Pair, Verdict]


def drawn(rng: np.random.Generator, *, task: str) -> tuple[Case, Said]:
    """Draw a small run on which up to four pairs are disputed, often several of one input."""
    n_inputs = int(rng.integers(1, 7))
    case = random_case(rng, n_inputs=n_inputs, n_concepts=int(rng.integers(1, 5)), task=task)
    places = np.argwhere(rng.random((n_inputs, case.n_concepts)) < rng.choice([0.3, 0.8]))
    said: Said = {}
    left = 4
    for i, j in rng.permutation(places).tolist():
        outcome: Outcome = "disputed" if left and rng.random() < 0.7 else "yes"
        outcome = outcome if outcome == "disputed" else (*ENDS, "open")[int(rng.integers(4))]
        left -= outcome == "disputed"
        said[Pair(str(case.run.ids[i]), case.concepts[j])] = Verdict(outcome=outcome)
    return case, said


def settled_every_way(run: ec.EvalRun, said: Said, disputed: np.ndarray) -> list[ec.Labels]:
    """The labels after every outcome of the disputes that leaves none open."""
    pairs = [Pair(str(run.ids[i]), run.concepts[j]) for i, j in disputed.tolist()]
    found = {}
    for ends in product(ENDS, repeat=len(pairs)):
        chosen = {pair: Verdict(outcome=end) for pair, end in zip(pairs, ends, strict=True)}
        truth = lay_over(run, {**said, **chosen})
        if not len(truth.disputed):
            found[truth.digest] = truth.labels
    return list(found.values())


@dataclass(frozen=True)
class Ended:
    """What one outcome comes to under a rule, counted pair by pair."""

    predicted: np.ndarray
    labels: ec.Labels
    task: str

    @property
    def counts(self) -> ec.Counts:
        labelled, known = self.labels.dense(), known_of(self.labels)
        hit = self.predicted
        return ec.Counts(
            tp=(hit & labelled).sum(axis=0),
            fp=(hit & ~labelled & known).sum(axis=0),
            fn=(~hit & labelled).sum(axis=0),
            tn=(~hit & ~labelled & known).sum(axis=0),
        )

    @property
    def accuracy(self) -> float:
        labelled = self.labels.dense()
        usable = known_of(self.labels).all(axis=1)
        if self.task == "single_label":
            usable |= labelled.any(axis=1)
        right = (labelled == self.predicted).all(axis=1) & usable
        return right.sum() / usable.sum() if usable.any() else nan


def known_of(labels: ec.Labels) -> np.ndarray:
    return np.ones(labels.dense().shape, bool) if labels.known is None else labels.known


def same(span: Span, values: list[float]) -> None:
    defined = [value for value in values if not isnan(value)]
    if not defined:
        assert isnan(span.low)
        assert isnan(span.high)
        return
    assert (span.low, span.high) == pytest.approx((min(defined), max(defined)), abs=1e-12)


def check(case: Case, evaluation: ec.Evaluation, disputes: OpenDisputes,
          labels: list[ec.Labels], rule: ec.Rule) -> None:  # fmt: skip
    found = band(disputes, evaluation, rule)
    predicted = np.zeros((case.n_inputs, case.n_concepts), dtype=bool)
    for i, concepts in enumerate(case.predicted(rule)):
        predicted[i, list(concepts)] = True
    ended = [Ended(predicted, each, case.task) for each in labels]
    counts = [each.counts for each in ended]
    for metric in RATES:
        for averaging in ("macro", "micro"):
            span = found.average(metric, averaging=averaging)
            assert span.exact
            same(span, [ec.average(metric, c, averaging=averaging).value for c in counts])
        for j in range(case.n_concepts):
            same(found.concept(metric, j), [float(ec.METRICS[metric](c)[j]) for c in counts])
    span = found.accuracy(evaluation.accuracy(rule))
    assert span is not None
    same(span, [each.accuracy for each in ended])


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("seed", range(40))
def test_the_band_is_that_of_all_outcomes(seed: int, task: str) -> None:
    rng = np.random.default_rng(seed)
    case, said = drawn(rng, task=task)
    truth = lay_over(case.run, said)
    agreed = relabelled(case.evaluation, truth.labels)
    disputes = OpenDisputes.of(agreed, truth.disputed, settled=truth.settled)
    ended = settled_every_way(case.run, said, truth.disputed)
    for _ in range(3):
        check(case, agreed, disputes, ended, random_rule(rng, case.concepts))


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("seed", range(10))
def test_as_labelled_only_the_disputes_are_laid_over_the_labels(seed: int, task: str) -> None:
    rng = np.random.default_rng(1_000 + seed)
    case, said = drawn(rng, task=task)
    disputed = lay_over(case.run, said).disputed
    disputes = OpenDisputes.of(case.evaluation, disputed, settled=np.zeros(0, dtype=np.int64))
    ended = settled_every_way(case.run, {}, disputed)
    check(case, case.evaluation, disputes, ended, random_rule(rng, case.concepts))


def torn_run() -> tuple[ec.Evaluation, OpenDisputes]:
    """Ten inputs labelled a, predicted c, of which people ask whether they show b."""
    scores = np.tile([0.1, 0.2, 0.9], (10, 1))
    run = ec.EvalRun.from_arrays(scores, np.zeros(10, int), concepts=["a", "b", "c"])
    asked = np.column_stack([np.arange(10), np.ones(10, int)])
    evaluation = ec.Evaluation(run)
    return evaluation, OpenDisputes.of(evaluation, asked, settled=np.zeros(0, dtype=np.int64))


def test_with_too_many_choices_the_span_is_said_to_be_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluation, disputes = torn_run()
    span = band(disputes, evaluation, ec.Rule(0.5)).average("recall")
    assert not span.exact
    assert band(disputes, evaluation, ec.Rule(0.5)).average("recall", averaging="micro").exact

    monkeypatch.setattr(outcomes, "MOST_TRIED", 1024)
    tried = band(disputes, evaluation, ec.Rule(0.5)).average("recall")
    assert tried.exact
    assert span.low <= tried.low <= tried.high <= span.high


def test_where_too_many_inputs_are_disputed_exact_matches_have_no_band(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disputed_pairs, "MOST_SCORES", 29)
    evaluation, disputes = torn_run()
    now = evaluation.accuracy(ec.Rule(0.5))
    assert band(disputes, evaluation, ec.Rule(0.5)).accuracy(now) is None


def test_without_disputes_the_band_is_the_counts(small_case: Case) -> None:
    rule, nothing = ec.Rule(0.3), np.zeros((0, 2), dtype=np.int64)
    evaluation = small_case.evaluation
    disputes = OpenDisputes.of(evaluation, nothing, settled=nothing[:, 0])
    found, now = band(disputes, evaluation, rule), evaluation.counts(rule)
    for end in (found.worst, found.best):
        np.testing.assert_array_equal((end.tp, end.tn), (now.tp, now.tn))
    value = ec.average("precision", now).value
    assert found.average("precision") == Span(low=value, high=value)


def test_a_dispute_on_what_was_unknown_counts_at_both_ends_of_the_band() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9], [0.1], [0.8]], [[0], [], []], known=[[True], [False], [False]], task="multi_label"
    )
    evaluation, rule = ec.Evaluation(run), ec.Rule(0.5)
    asked = np.array([[1, 0], [2, 0]])
    found = band(OpenDisputes.of(evaluation, asked, settled=asked[:0, 0]), evaluation, rule)

    assert evaluation.counts(rule).n.tolist() == [1]
    worst, best = ([c.tp[0], c.fp[0], c.fn[0], c.tn[0]] for c in (found.worst, found.best))
    assert (worst, best) == ([1, 1, 1, 0], [2, 0, 0, 1])


def run_auc(case: Case, labels: ec.Labels) -> float:
    """The mean over concepts of the mean over splits, pair by pair; NaN where undefined."""
    labelled, known = labels.dense(), known_of(labels)
    means = []
    for j in range(case.n_concepts):
        found = []
        for split in case.splits:
            here = [i for i in split if known[i, j]]
            yes = [case.scores[i, j] for i in here if labelled[i, j]]
            no = [case.scores[i, j] for i in here if not labelled[i, j]]
            wins = sum((a > b) + (a == b) / 2 for a in yes for b in no)
            if yes and no:
                found.append(wins / (len(yes) * len(no)))
        if found:
            means.append(sum(found) / len(found))
    return sum(means) / len(means) if means else nan


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("seed", range(30))
def test_the_band_of_the_runs_auc_is_that_of_all_outcomes(seed: int, task: str) -> None:
    rng = np.random.default_rng(2_000 + seed)
    case, said = drawn(rng, task=task)
    truth = lay_over(case.run, said)
    agreed = relabelled(case.evaluation, truth.labels)
    disputes = OpenDisputes.of(agreed, truth.disputed, settled=truth.settled)
    values = [run_auc(case, one) for one in settled_every_way(case.run, said, truth.disputed)]
    span = roc_auc_span(agreed, disputes)
    assert span is not None
    assert span.exact == (task == "multi_label")
    if span.exact:
        same(span, values)
    else:
        defined = [value for value in values if not isnan(value)]
        assert all(span.low - 1e-12 <= value <= span.high + 1e-12 for value in defined)


def test_of_too_many_disputes_the_auc_has_no_band(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation, disputes = torn_run()
    assert roc_auc_span(evaluation, disputes) is not None
    monkeypatch.setattr(ranking, "MOST_PER_CONCEPT", 9)
    assert roc_auc_span(evaluation, disputes) is None


@pytest.mark.parametrize("seed", range(6))
def test_the_auc_of_a_concept_with_many_ties_and_more_yes_than_no_is_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.choice([0.2, 0.5, 0.8], (7, 1))
    case = Case(scores=scores, labelled=rng.random((7, 1)) < 0.5, known=np.ones((7, 1), dtype=bool),
                task="multi_label")  # fmt: skip
    asked = np.column_stack([np.arange(4), np.zeros(4, int)])
    disputes = OpenDisputes.of(case.evaluation, asked, settled=asked[:0, 0])
    span = roc_auc_span(case.evaluation, disputes)
    assert span is not None
    same(span, [run_auc(case, one) for one in settled_every_way(case.run, {}, asked)])
