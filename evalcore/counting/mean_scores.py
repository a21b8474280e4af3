"""Average scores by labelled concept: the matrix mode that follows no threshold."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.counting.rank_quality import mean_over_splits
from evalcore.runs.run import EvalRun

__all__ = ["mean_scores"]


def mean_scores(run: EvalRun) -> FloatArray:
    """Return the mean score for j over the inputs labelled i; float64 (n_concepts, n_concepts).

    With splits the mean of the splits' means, over the splits that have such an input. Pairs that
    were not scored take no part. NaN where nothing is left.
    """
    if run.folds is None:
        return _means(run, np.ones(run.n_inputs, dtype=bool))
    parts = [_means(run, run.folds == k) for k in range(len(run.fold_names))]
    return mean_over_splits(np.array(parts).reshape(len(parts), -1)).reshape(parts[0].shape)


def _means(run: EvalRun, chosen: BoolArray) -> FloatArray:
    result = np.full((run.n_concepts, run.n_concepts), np.nan)
    for i in range(run.n_concepts):
        inputs = run.labels.inputs_of(i)
        # float64: sums of many float16 or float32 scores lose digits in their own precision
        scores = run.scores[inputs[chosen[inputs]]].astype(np.float64)
        scored = np.isfinite(scores)
        total = np.where(scored, scores, 0.0).sum(axis=0)
        np.divide(total, scored.sum(axis=0), out=result[i], where=scored.any(axis=0))
    return result
