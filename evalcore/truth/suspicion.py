"""How strongly scores contradict labels: what to look at first. It changes nothing by itself.

From out-of-sample scores and labels alone; nothing is trained. Three ideas:

1. Relative to the concept: a score is held against how often the concept is labelled, so that rare
   concepts and over-used labels can be compared.
2. What became of inputs like this one: among reference inputs, those with the most similar scores;
   leaving out labels that the scores contradict, which labels did the others get?
3. With one label per input the rival counts three quarters: a label that nothing else beats, but
   that does not fit either, stays suspicious too.

The work goes through the inputs in blocks; besides the result it needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, FloatArray, IntArray, is_among
from evalcore.base.jobs import progress_section, report_progress
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun
from evalcore.truth.neighbours import Neighbours, reference_rows
from evalcore.truth.platt import chances_of, fit_curves, logit

__all__ = ["Suspicion", "suspicion"]

BLOCK = 500
TINY = 1e-12
RIVAL = 0.75
PULL = 20
"""So many clean neighbours weigh as much as the score of the pair itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suspicion:
    """How suspicious the labels of a run are; higher is more, 0 is about no opinion.

    Parameters
    ----------
    of_pairs : ndarray of shape (n_inputs, n_concepts), float32, or None
        In a multi-label run; NaN where the label is unknown.
    of_inputs : ndarray of shape (n_inputs,), float32
        Of each input's label in a single-label run; else of its most suspicious pair. NaN without
        one.
    rival : ndarray of shape (n_inputs,), int32
        In a single-label run the concept that fits best instead; else that of the most suspicious
        pair. -1 without one.
    n_left_out
        How many pairs, or inputs of a single-label run, :meth:`without` has left out.
    """

    of_pairs: npt.NDArray[np.float32] | None
    of_inputs: npt.NDArray[np.float32]
    rival: npt.NDArray[np.int32]
    n_left_out: int = 0

    def without(self, pairs: IntArray, *, labels: Labels) -> Suspicion:
        """Return the ranking without what people have agreed on; the rest keeps its place.

        Parameters
        ----------
        pairs : ndarray of shape (n, 2), int64
            Positions of input and concept, each pair once. In a single-label run an input is left
            out when its label or the concept that fits best instead is among them.
        labels
            Those that were ranked.
        """
        inputs, concepts = pairs.T
        if self.of_pairs is None:
            keys = labels.inputs * labels.n_concepts + labels.concepts
            is_own = is_among(inputs * labels.n_concepts + concepts, keys)
            gone = np.unique(inputs[is_own | (self.rival[inputs] == concepts)])
            of_inputs = self.of_inputs.copy()
            of_inputs[gone] = np.nan
            return replace(self, of_inputs=of_inputs, n_left_out=gone.size)
        of_pairs = self.of_pairs.copy()
        of_pairs[inputs, concepts] = np.nan
        return replace(_of_all(of_pairs), n_left_out=len(pairs))

    def ranked(self, *, most: int, concept: int | None = None) -> IntArray:
        """Return the most suspicious pairs or inputs, the most suspicious first.

        Returns
        -------
        ndarray of shape (n, 2), int64
            Positions of input and concept. In a single-label run the concept is the rival, of the
            inputs whose rival it is when a concept is asked for.
        """
        if self.of_pairs is None:
            values = self.of_inputs
            if concept is not None:
                values = np.where(self.rival == concept, values, np.nan)
            inputs = _highest(values, most)
            return np.column_stack([inputs, self.rival[inputs]])
        if concept is not None:
            inputs = _highest(self.of_pairs[:, concept], most)
            return np.column_stack([inputs, np.full(inputs.size, concept)])
        # each input's highest is one of the pairs: the front lies within the front of the inputs
        inputs = np.sort(_highest(self.of_inputs, most))
        places = _highest(self.of_pairs[inputs].reshape(-1), most)
        rows, concepts = np.divmod(places, self.of_pairs.shape[1])
        return np.column_stack([inputs[rows], concepts])

    def of_concept(self, labels: Labels, concept: int) -> npt.NDArray[np.float32]:
        """Return how suspicious each input's label for one concept is; NaN where there is none.

        In a single-label run: the label itself where it is the concept, and its lack where the
        concept is the rival.
        """
        if self.of_pairs is not None:
            return self.of_pairs[:, concept]
        about = self.rival == concept
        about[labels.inputs_of(concept)] = True
        return np.where(about, self.of_inputs, np.nan)


def suspicion(run: EvalRun) -> Suspicion:
    """Rank the labels of a run by how strongly its scores contradict them.

    The scores must be of inputs that the model was not trained on.

    Notes
    -----
    It reports its progress, see :func:`evalcore.base.jobs.report_progress`. It is less good where
    simple classifiers meet labels that were swapped in one direction only.
    """
    return _of_labels(run) if run.task == "single_label" else _of_pairs(run)


# ---------------------------------------------------------------------------- one label per input


def _of_labels(run: EvalRun) -> Suspicion:
    n, k = run.scores.shape
    label = np.full(n, -1)
    label[run.labels.inputs] = run.labels.concepts
    rows = np.flatnonzero(label >= 0)
    found = np.full(n, np.nan, dtype=np.float32)
    rival = np.full(n, -1, dtype=np.int32)
    if rows.size < 2 or k < 2:
        return Suspicion(of_pairs=None, of_inputs=found, rival=rival)
    y = label[rows]
    # the root of the prior: right for balanced and for skewed runs alike
    log_prior = np.log((np.bincount(y, minlength=k) + 1) / (rows.size + k)) / 2
    as_chances = _is_chances(run)
    references = reference_rows(rows.size)
    p = _shares(run, rows[references], as_chances=as_chances)
    own = np.arange(references.size)
    relative = np.log(np.maximum(p, TINY)) - log_prior
    clean = relative[own, y[references]] >= relative.max(axis=1)
    labelled = np.zeros_like(p)
    labelled[own, y[references]] = clean
    neighbours = Neighbours.of(
        _directions_of(p),
        labelled,
        np.where(clean[:, None], p, 0),
        rows=references,
        n_inputs=rows.size,
    )
    for start in _blocks(rows.size):
        block = rows[start : start + BLOCK]
        p = _shares(run, block, as_chances=as_chances)
        given, foreseen = np.split(neighbours.sums(_directions_of(p), start=start), 2, axis=1)
        log_q = np.log(np.maximum(p, TINY)) + np.log((given + 1.0) / (foreseen + 1.0))
        found[block], rival[block] = _contradicted(log_q - log_prior, y[start : start + BLOCK])
    return Suspicion(of_pairs=None, of_inputs=found, rival=rival)


def _contradicted(relative: FloatArray, y: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the odds of the best other concept against the label, and which one it is."""
    here = np.arange(y.size)
    own = relative[here, y]
    relative[here, y] = -np.inf
    best = relative.argmax(axis=1)
    return RIVAL * relative[here, best] - own, best


def _shares(run: EvalRun, rows: IntArray, *, as_chances: bool) -> FloatArray:
    """Return the scores of some inputs as shares that sum to 1; what was not scored is 0."""
    s = run.scores[rows].astype(np.float64)
    if as_chances:
        s = np.where(np.isfinite(s), s, 0.0)
    else:
        top = s.max(axis=1, keepdims=True)
        s = np.exp(s - np.where(np.isfinite(top), top, 0.0))
    return s / np.maximum(s.sum(axis=1, keepdims=True), TINY)


def _directions_of(p: FloatArray) -> FloatArray:
    features = np.log(np.maximum(p, 1e-4))
    return features - features.mean(axis=1, keepdims=True)


# ------------------------------------------------------------------------ any labels, pair by pair


def _of_pairs(run: EvalRun) -> Suspicion:
    n, k = run.scores.shape
    labels, as_chances = run.labels, _is_chances(run)
    curves = fit_curves(run, as_chances=as_chances)
    prior = (labels.total + 1) / (labels.n_known + 2)
    typical_yes, typical_no = _typical(run, curves, as_chances=as_chances)

    def chances(rows: slice | IntArray) -> FloatArray:
        return chances_of(run.scores[rows], curves, as_chances=as_chances)

    rows = reference_rows(n)
    q, (y, known) = chances(rows), _truth(labels, rows)
    contradiction = np.log((1 - q) / typical_no) - np.log(q / typical_yes)
    clean = known & (np.where(y, contradiction, -contradiction) <= 0)
    neighbours = Neighbours.of(np.clip(logit(q), -5, 5), y & clean, clean, rows=rows, n_inputs=n)
    found = np.empty((n, k), dtype=np.float32)
    log_prior = logit(prior)
    with progress_section(0.25, 1.0):
        for start in _blocks(n):
            block = np.arange(start, min(start + BLOCK, n))
            q, (y, known) = chances(slice(start, start + BLOCK)), _truth(labels, block)
            given, seen = np.split(
                neighbours.sums(np.clip(logit(q), -5, 5), start=start), 2, axis=1
            )
            share = np.clip((given + PULL * q) / (seen + PULL), 1e-9, 1 - 1e-9)
            z = logit(share) - log_prior
            found[block] = np.where(known, np.where(y, -z, z), np.nan)
    return _of_all(found)


def _of_all(of_pairs: npt.NDArray[np.float32]) -> Suspicion:
    best = np.where(np.isnan(of_pairs), -np.inf, of_pairs).argmax(axis=1)
    of_inputs = of_pairs[np.arange(len(of_pairs)), best]
    return Suspicion(of_pairs=of_pairs, of_inputs=of_inputs, rival=best.astype(np.int32))


def _typical(
    run: EvalRun, curves: FloatArray, *, as_chances: bool
) -> tuple[FloatArray, FloatArray]:
    """Return the mean chance of a labelled pair, and of none; pulled a little to that of all."""
    n, k = run.scores.shape
    sums = np.zeros((3, k))
    with progress_section(0.1, 0.25):
        for start in _blocks(n):
            rows = np.arange(start, min(start + BLOCK, n))
            q = chances_of(run.scores[start : start + BLOCK], curves, as_chances=as_chances)
            y, known = _truth(run.labels, rows)
            sums += [(q * y).sum(axis=0), ((1 - q) * (known & ~y)).sum(axis=0), q.sum(axis=0)]
    mean, n_yes = sums[2] / n, run.labels.total
    n_no = run.labels.n_known - n_yes
    return (sums[0] + mean) / (n_yes + 1), (sums[1] + 1 - mean) / (n_no + 1)


def _truth(labels: Labels, rows: IntArray) -> tuple[BoolArray, BoolArray]:
    """Return what is labelled and what is known of some inputs; each (n_rows, n_concepts)."""
    part = labels.take(rows)
    y = part.dense()
    return y, np.ones_like(y) if part.known is None else np.asarray(part.known)


# ----------------------------------------------------------------------------------- what is shared


def _blocks(n: int) -> Iterator[int]:
    for start in range(0, n, BLOCK):
        report_progress(start, of=n)
        yield start


def _is_chances(run: EvalRun) -> bool:
    """Tell whether all scores fit 0 to 1; block by block, for a copy would be large."""
    for start in range(0, run.n_inputs, 8_192):
        scored = run.scores[start : start + 8_192]
        scored = scored[np.isfinite(scored)]
        if scored.size and (scored.min() < 0 or scored.max() > 1):
            return False
    return True


def _highest(values: npt.NDArray[np.float32], most: int) -> IntArray:
    """Return the places of the highest values, the highest first; equal ones in their order."""
    seen = np.flatnonzero(~np.isnan(values))
    if seen.size > most:
        least = np.partition(values[seen], seen.size - most)[seen.size - most]
        seen = seen[values[seen] >= least]
    return seen[np.argsort(-values[seen], kind="stable")][:most]
