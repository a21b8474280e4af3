"""The evaluation of a run under other labels, made from the one there is: scores stay sorted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.joined_scores import PartlyScored
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.rank_quality import RankQuality, rank_quality
from evalcore.counting.sorted_scores import ScoreSegments, SortedScores
from evalcore.pairs.known import KnownPairs
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun

__all__ = ["relabelled"]

_NOTHING: IntArray = np.zeros((0, 2), dtype=np.int64)


def relabelled(evaluation: Evaluation, labels: Labels) -> Evaluation:
    """Return the evaluation of the same run with other labels.

    It is the one that :class:`~evalcore.counting.evaluation.Evaluation` would build of
    ``run.with_labels(labels)``. Who is ranked where does not depend on labels and is shared; of the
    sorted scores only those of pairs that became known or unknown move; AUC and average precision
    are measured anew for the concepts that changed. In a run with splits both are measured on first
    use, and so are the mean scores.
    """
    before, run = evaluation.run, evaluation.run.with_labels(labels)
    built = evaluation.prebuilt()
    parts = [
        _part(old, new, of_part)
        for old, new, of_part in zip(before.pieces, run.pieces, built.pieces, strict=True)
    ]
    whole = Prebuilt.joined(parts, score_range=built.score_range)
    if run.folds is None and built.ranking is not None:
        gone, come = _difference(before.labels.known, labels.known)
        touched = [_differing(before.labels, labels), gone[:, 1], come[:, 1]]
        changed = np.unique(np.concatenate(touched))
        ranking = _ranking(built.ranking, whole.indices["every"], changed)
        whole = replace(whole, ranking=ranking)
    return Evaluation(run, prebuilt=whole)


def _part(before: EvalRun, run: EvalRun, built: Prebuilt) -> Prebuilt:
    """Return what is looked up in a part under its new labels."""
    labels = run.labels
    gone, come = _difference(before.labels.known, labels.known)
    every = CountIndex(
        eligible=_moved(
            built.indices["every"].eligible, _segments(run, gone), _segments(run, come)
        ),
        positives=_positives(run),
        labelled=labels.total,
        n_known=labels.n_known,
    )
    return Prebuilt(
        top=built.top,
        indices={"every": every, "top": CountIndex.of_top(labels, built.top)},
        ranked=built.ranked,
    )


def _positives(run: EvalRun) -> SortedScores:
    labels = run.labels
    concept = np.repeat(np.arange(run.n_concepts), labels.total)
    values = run.scores[labels.by_concept, concept]
    return SortedScores.sort(values, starts=labels.concept_starts)


def _difference(before: BoolArray | None, after: BoolArray | None) -> tuple[IntArray, IntArray]:
    """Return the pairs that became unknown and those that became known; each of shape (n, 2)."""
    if before is after:
        return _NOTHING, _NOTHING
    if isinstance(before, KnownPairs) or isinstance(after, KnownPairs):
        return _difference_of_pairs(before, after)
    if before is not None and after is not None:
        rows = np.flatnonzero((before != after).any(axis=1))
        return _places(rows, before[rows] & ~after[rows]), _places(
            rows, after[rows] & ~before[rows]
        )
    return _unknown(after), _unknown(before)


def _difference_of_pairs(before: Any, after: Any) -> tuple[IntArray, IntArray]:  # noqa: ANN401 - known pairs in any form
    n_inputs, n_concepts = (after if before is None else before).shape
    was, is_now = (
        KnownPairs.joined([known], sizes=[n_inputs], n_concepts=n_concepts)
        for known in (before, after)
    )
    pairs = was.differing(is_now)
    known_now = is_now.at(*pairs.T)
    return pairs[~known_now], pairs[known_now]


def _unknown(known: BoolArray | None) -> IntArray:
    if known is None:
        return _NOTHING
    rows = np.flatnonzero(~known.all(axis=1))
    return _places(rows, ~known[rows])


def _places(rows: IntArray, chosen: BoolArray) -> IntArray:
    inputs, concepts = np.nonzero(chosen)
    return np.column_stack([rows[inputs], concepts])


def _differing(before: Labels, after: Labels) -> IntArray:
    """Return the concepts whose labelled inputs differ."""
    keys = [labels.inputs * labels.n_concepts + labels.concepts for labels in (before, after)]
    both = np.sort(np.concatenate(keys), kind="stable")
    has_twin = np.zeros(both.size, dtype=bool)
    same = both[1:] == both[:-1]
    has_twin[1:] |= same
    has_twin[:-1] |= same
    return both[~has_twin] % after.n_concepts


def _segments(run: EvalRun, pairs: IntArray) -> SortedScores:
    inputs, concepts = pairs.T
    return SortedScores.group(
        run.scores[inputs, concepts], keys=concepts, n_segments=run.n_concepts
    )


def _moved(eligible: ScoreSegments, gone: SortedScores, come: SortedScores) -> ScoreSegments:
    """Take values away from their segments and put others in; the rest is copied once."""
    if not gone.values.size and not come.values.size:
        return eligible
    if isinstance(eligible, PartlyScored):
        return eligible.without(gone).with_more(come)
    parts = []
    for j in range(eligible.starts.size - 1):
        part = eligible.of(j)
        if gone.of(j).size:
            part = _left_out(part, gone.of(j))
        if come.of(j).size:
            # a stable sort is a merge where both parts are in order already
            part = np.sort(np.concatenate([part, come.of(j)]), kind="stable")
        parts.append(part)
    values = np.concatenate(parts)
    values.setflags(write=False)
    return SortedScores(values=values, starts=eligible.starts - gone.starts + come.starts)


def _left_out(ascending: ScoreArray, gone: ScoreArray) -> ScoreArray:
    among_equals = np.arange(gone.size) - np.searchsorted(gone, gone, side="left")
    return np.delete(ascending, np.searchsorted(ascending, gone, side="left") + among_equals)


def _ranking(known: RankQuality, index: CountIndex, changed: IntArray) -> RankQuality:
    """Measure the concepts that changed, and keep the others."""
    roc_auc, average_precision = known.roc_auc.copy(), known.average_precision.copy()
    every, positives = index.eligible.take(changed), index.positives.take(changed)
    roc_auc[0, changed], average_precision[0, changed] = rank_quality(every, positives)
    for column in (roc_auc, average_precision):
        column.setflags(write=False)
    return RankQuality(roc_auc=roc_auc, average_precision=average_precision)
