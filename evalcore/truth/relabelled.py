"""The evaluation of a run under other labels, made from the one there is: scores stay sorted."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, IntArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.prebuilt import Built
from evalcore.counting.rank_quality import Ranking, rank_quality
from evalcore.counting.sorted_scores import Segments
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun

__all__ = ["relabelled"]


def relabelled(evaluation: Evaluation, labels: Labels) -> Evaluation:
    """Return the evaluation of the same run with other labels.

    It is the one that :class:`~evalcore.counting.evaluation.Evaluation` would build of
    ``run.with_labels(labels)``. Who is ranked where does not depend on labels and is shared; of the
    sorted scores only those of pairs that became known or unknown move; AUC and average precision
    are measured anew for the concepts that changed. In a run with splits both are measured on first
    use, and so are the mean scores.
    """
    run = evaluation.run.with_labels(labels)
    built = evaluation.built()
    old = built.indices["every"]
    eligible = _moved(old.candidates, run, before=evaluation.run.labels)
    positives = _positives(run)
    every = CountIndex(
        candidates=eligible,
        positives=positives,
        labelled=labels.total,
        n_known=labels.n_known,
    )
    return Evaluation(
        run,
        built=Built(
            top=built.top,
            indices={"every": every, "top": CountIndex.of_top(labels, built.top)},
            ranked=built.ranked,
            ranking=_ranking(built.ranking, old, every) if run.folds is None else None,
            score_range=built.score_range,
        ),
    )


def _positives(run: EvalRun) -> Segments:
    labels = run.labels
    concept = np.repeat(np.arange(run.n_concepts), labels.total)
    values = run.scores[labels.by_concept, concept]
    return Segments.sort(values, starts=labels.concept_starts)


def _moved(eligible: Segments, run: EvalRun, *, before: Labels) -> Segments:
    """Take away the scores of pairs that became unknown, and put in those that became known."""
    if run.labels.known is before.known:
        return eligible
    gone, come = _difference(before.known, run.labels.known)
    if gone.size:
        eligible = eligible.without(_segments(run, gone))
    return _merged(eligible, _segments(run, come)) if come.size else eligible


def _difference(before: BoolArray | None, after: BoolArray | None) -> tuple[IntArray, IntArray]:
    """Return the pairs that became unknown and those that became known; each of shape (n, 2)."""
    if before is not None and after is not None:
        changed = before != after
        return np.argwhere(changed & before), np.argwhere(changed & after)
    nothing = np.zeros((0, 2), dtype=np.int64)
    gone = nothing if after is None else np.argwhere(~after)
    come = nothing if before is None else np.argwhere(~before)
    return gone, come


def _segments(run: EvalRun, pairs: IntArray) -> Segments:
    inputs, concepts = pairs.T
    return Segments.group(run.scores[inputs, concepts], keys=concepts, n_segments=run.n_concepts)


def _merged(eligible: Segments, more: Segments) -> Segments:
    """Put values into their segments."""
    parts = [
        # a stable sort is a merge where both parts are in order already
        np.sort(np.concatenate([eligible.of(j), more.of(j)]), kind="stable")
        if more.starts[j + 1] > more.starts[j]
        else eligible.of(j)
        for j in range(more.starts.size - 1)
    ]
    values = np.concatenate(parts)
    values.setflags(write=False)
    return Segments(values=values, starts=eligible.starts + more.starts)


def _ranking(known: Ranking | None, old: CountIndex, new: CountIndex) -> Ranking | None:
    """Measure the concepts whose scores have changed, and keep the others."""
    if known is None:
        return None
    changed = np.array(
        [
            j
            for j in range(new.labelled.size)
            if old.n_known[j] != new.n_known[j]
            or not np.array_equal(old.positives.of(j), new.positives.of(j))
            or not np.array_equal(old.candidates.of(j), new.candidates.of(j))
        ],
        dtype=np.int64,
    )
    roc_auc, average_precision = known.roc_auc.copy(), known.average_precision.copy()
    values = rank_quality(new.candidates.take(changed), new.positives.take(changed))
    roc_auc[0, changed], average_precision[0, changed] = values
    for column in (roc_auc, average_precision):
        column.setflags(write=False)
    return Ranking(roc_auc=roc_auc, average_precision=average_precision)
