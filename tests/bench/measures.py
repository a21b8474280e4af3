"""The lines of the table, question by question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.selections import Selection
from evalcore.measures.metrics import METRICS, average
from evalcore.runs.run import EvalRun
from tests.bench import rivals
from tests.bench.choices import recommendations
from tests.bench.subject import Subject
from tests.bench.table import Line, against, alone, format_bytes, within
from tests.bench.timing import best_of

__all__ = ["all_lines"]

PAGE = 48
MANY_INPUTS = 50_000
"""The promises hold from this size on; below it a call's own overhead is what is measured."""
MATRIX_SECONDS = 0.010
"""What "a few milliseconds" means here."""
LOW_THRESHOLDS = (0.02, 0.1, 0.3, 0.5, 0.9)


def all_lines(subject: Subject, *, quick: bool) -> Iterator[Line]:
    """Measure everything; each line as soon as it is known."""
    yield from _counts(subject)
    yield _ranking(subject, quick=quick)
    yield from _matrix(subject)
    yield from _single_numbers(subject)
    yield from recommendations(subject, quick=quick)
    yield from _pages(subject)
    yield from _parts(subject)
    yield from _memory(subject)


def _counts(subject: Subject) -> Iterator[Line]:
    evaluation = subject.evaluation

    def numbers(rule: Rule) -> None:
        counts = evaluation.counts(rule)
        for metric in METRICS.values():
            metric(counts)

    def averages(rule: Rule) -> None:
        counts = evaluation.counts(rule)
        for name in METRICS:
            average(name, counts, averaging="macro")
            average(name, counts, averaging="micro")

    def from_mapping(thresholds: dict[str, float]) -> None:
        numbers(Rule(thresholds, mode="every"))

    bounds = subject.bounds()
    every, top = subject.vectors("every"), subject.vectors("top")
    yield against(
        "counts + all metrics, per-concept vector, every",
        best_of(numbers, arguments=_each(every)),
        rivals.concept_scores(subject.run, bounds=bounds),
        rival="precision_recall_fscore_support, n x c",
        wanted=1_000 if _is_large(subject.run) else None,
    )
    if subject.run.task == "single_label":
        yield against(
            "counts + all metrics, per-concept vector, top",
            best_of(numbers, arguments=_each(top)),
            rivals.class_scores(subject.run, bounds=bounds),
            rival="precision_recall_fscore_support, n",
        )
    mappings = [(named,) for named in subject.named_thresholds()]
    yield alone("  the same with making the rule", best_of(from_mapping, arguments=mappings))
    yield alone("  counts, macro and micro averages", best_of(averages, arguments=_each(every)))


def _ranking(subject: Subject, *, quick: bool) -> Line:
    run = subject.run

    def ours() -> tuple[Any, Any]:
        evaluation = Evaluation(run)
        return evaluation.roc_auc(), evaluation.average_precision()

    theirs = rivals.ranking(run, at_most=40 if quick else None)
    sampled = "" if theirs.n_measured == run.n_concepts else f" ({theirs.n_measured} concepts)"
    return against(
        "index + ROC AUC + average precision",
        best_of(ours, at_least=3),
        theirs.seconds,
        rival=f"roc_auc_score + average_precision_score{sampled}",
        wanted=20 if _is_large(run) else None,
    )


def _matrix(subject: Subject) -> Iterator[Line]:
    run, evaluation = subject.run, subject.evaluation
    yield alone("first matrix + also labelled, every (build)", subject.first_matrix)
    for mode in subject.modes:
        common = best_of(evaluation.matrix, arguments=_each(subject.common(mode)))
        name, theirs = _matrix_rival(run, mode, bounds=subject.bounds())
        wanted = MATRIX_SECONDS if mode == subject.modes[0] else None
        yield within(f"matrix, one threshold, {mode}", common, theirs, rival=name, wanted=wanted)
        vector = best_of(evaluation.matrix, arguments=_each(subject.vectors(mode)))
        yield within(f"matrix, per-concept vector, {mode}", vector, wanted=wanted)
        also = best_of(evaluation.also_labelled, arguments=_each(subject.vectors(mode)))
        yield alone(f"also labelled, per-concept vector, {mode}", also)
    if run.task == "multi_label":
        for threshold in LOW_THRESHOLDS:
            rules = subject.at(threshold, "every")
            seconds = best_of(evaluation.matrix, arguments=_each(rules))
            yield within(f"matrix at {threshold}, every", seconds, wanted=MATRIX_SECONDS)


def _matrix_rival(run: EvalRun, mode: Mode, *, bounds: FloatArray) -> tuple[str, float | None]:
    if mode == "top":
        return "confusion_matrix", rivals.single_matrix(run, bounds=bounds)
    if run.task == "multi_label":
        return "numpy: labels.T @ predictions (BLAS)", rivals.blas_matrix(run, bounds=bounds)
    return "", None


def _single_numbers(subject: Subject) -> Iterator[Line]:
    mode = subject.modes[0]
    common, vectors = subject.common(mode), subject.vectors(mode)
    evaluation = subject.evaluation
    calls: dict[str, Callable[[Rule], Any]] = {
        "nothing predicted": evaluation.n_nothing_predicted,
        # counted: an evaluation keeps that of the last few rules
        "accuracy": lambda rule: sum(part.n_right(rule) for part in evaluation.parts),
    }
    for name, call in calls.items():
        yield alone(f"{name}, one threshold", best_of(call, arguments=_each(common)))
        yield alone(f"{name}, per-concept vector", best_of(call, arguments=_each(vectors)))
    turns = list(zip(common, [*common[1:], common[0]], strict=True))
    yield alone("flips between two thresholds", best_of(evaluation.flips, arguments=turns))
    rounded = Evaluation(_rounded(subject.run))
    for other in ("every", "top"):
        rules = subject.common(other)
        seconds = best_of(rounded.n_on_threshold, arguments=_each(rules))
        yield alone(f"on the threshold, rounded scores, {other}", seconds)


def _pages(subject: Subject) -> Iterator[Line]:
    rules = [Rule(0.3), Rule(0.31), Rule(0.29)]
    for name, selection in subject.clicks().items():
        seconds = best_of(
            lambda rule, chosen=selection: _first_page(subject.evaluation, rule, chosen),
            arguments=_each(rules),
        )
        yield alone(f"first page: {name}", seconds)


def _first_page(evaluation: Evaluation, rule: Rule, selection: Selection) -> IntArray:
    return evaluation.members(rule, selection)[:PAGE]


def _parts(subject: Subject) -> Iterator[Line]:
    run = subject.run
    rng = np.random.default_rng(5)
    positions = np.sort(rng.permutation(run.n_inputs)[: run.n_inputs // 5])
    seconds = best_of(lambda: run.subset(positions))
    yield alone("subset: one split of five", seconds)
    seconds = best_of(lambda: Evaluation(run.subset(positions)))
    yield alone("  the same with its evaluation", seconds)


def _memory(subject: Subject) -> Iterator[Line]:
    scores = subject.run.scores.nbytes
    ratio = subject.held / scores
    large = _is_large(subject.run)
    yield Line(
        what="memory: everything an evaluation holds",
        ours=format_bytes(subject.held),
        theirs=format_bytes(scores),
        rival="the scores alone",
        ratio=ratio,
        target="at most 2.2x" if large else "",
        kept=ratio <= 2.2 if large else None,
    )
    if subject.peak_growth is not None:
        yield Line(
            what="memory: peak while building, scores included",
            ours=format_bytes(subject.peak_growth + scores),
            theirs=format_bytes(scores),
            rival="the scores alone",
            ratio=(subject.peak_growth + scores) / scores,
        )


def _each(rules: Sequence[Rule]) -> list[tuple[Rule]]:
    return [(rule,) for rule in rules]


def _rounded(run: EvalRun) -> EvalRun:
    return EvalRun(
        concepts=run.concepts,
        scores=run.scores.round(2),
        labels=run.labels,
        ids=run.ids,
        task=run.task,
    )


def _is_large(run: EvalRun) -> bool:
    return run.n_inputs >= MANY_INPUTS
