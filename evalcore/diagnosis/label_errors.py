"""Labels that the scores contradict the most, and what their correction would change."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, IntArray
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.diagnosis.finding import Finding, quoted, several
from evalcore.measures.metrics import METRICS, Counts
from evalcore.truth.suspicion import Suspicion
from evalcore.wording import plural, rate

__all__ = ["MOST_RANKED", "suspected_labels"]

CONTRADICTED = 3.0
"""Logarithm of the odds against a label, relative to how often it is given: about 20 to 1."""
MOST = 50
MOST_RANKED = 2_000_000
"""Pairs of inputs and concepts whose suspicion is ranked within seconds, while somebody waits."""


def suspected_labels(
    evaluation: Evaluation, rule: Rule, suspicion: Suspicion, *, skilled: BoolArray
) -> list[Finding]:
    """Find the labels to look at first: those at odds of 20 to 1 or more, fifty at the most.

    Which of them are wrong only people can say; the finding says what would change if all were.

    Parameters
    ----------
    skilled : ndarray of shape (n_concepts,), bool
        Whose scores order the inputs at all; others can accuse no label.
    """
    ranked = suspicion.ranked(most=20 * MOST)
    inputs, concepts = ranked[:, 0], ranked[:, 1]
    strength = (
        suspicion.of_inputs[inputs]
        if suspicion.of_pairs is None
        else suspicion.of_pairs[inputs, concepts]
    )
    kept = (strength >= CONTRADICTED) & skilled[concepts]
    inputs, concepts = inputs[kept][:MOST], concepts[kept][:MOST]
    if inputs.size == 0:
        return []
    pairs = _pairs(evaluation, suspicion, inputs, concepts)
    now = evaluation.counts(rule)
    then, n_mistakes = _corrected(evaluation, rule, now, pairs)
    before, after = (
        [float(METRICS[name](counts.pooled())[0]) for name in ("precision", "recall")]
        for counts in (now, then)
    )
    first = f"{evaluation.run.ids[inputs[0]]} for {quoted(evaluation.run.concepts[concepts[0]])}"
    return [
        Finding(
            kind="label_errors",
            number=float(inputs.size),
            unit="labels contradicted by the scores at odds of 20 to 1 or more",
            inputs=_in_order(inputs),
            mistakes=float(n_mistakes),
            headline=f"{several(inputs.size, 'label', verbs=('is', 'are'))} contradicted by "
            f"the scores most strongly and may be wrong; first of all that of {first}.",
            action="Look at them on the page Ground truth, and vote on those that are wrong."
            + _of_which_truth(evaluation, suspicion),
            gain=f"If all were wrong: precision {rate(after[0])} instead of "
            f"{rate(before[0])}, recall {rate(after[1])} instead of {rate(before[1])} "
            "(summed over concepts); if none, the numbers stand as they are.",
        )
    ]


def _of_which_truth(evaluation: Evaluation, suspicion: Suspicion) -> str:
    """Say whose labels were ranked, where it is not plain."""
    n, what = suspicion.n_left_out, "input" if suspicion.of_pairs is None else "pair"
    if not n and evaluation.run.delivered is evaluation.run:
        return ""
    return (
        " Ranked by the labels as delivered, without what people have agreed on "
        f"({plural(n, what)})."
    )


def _pairs(
    evaluation: Evaluation, suspicion: Suspicion, inputs: IntArray, concepts: IntArray
) -> IntArray:
    """Return the (input, concept) pairs that a correction would turn."""
    pairs = np.column_stack([inputs, concepts])
    if suspicion.of_pairs is not None:
        return pairs
    labels = evaluation.run.labels
    own = [(i, j) for i in inputs.tolist() for j in labels.of_input(i).tolist()]
    return np.concatenate([pairs, np.array(own, dtype=np.int64).reshape(-1, 2)])


def _corrected(
    evaluation: Evaluation, rule: Rule, now: Counts, pairs: IntArray
) -> tuple[Counts, int]:
    """Return the counts if every one of these labels were turned, and how many are mistakes."""
    labels, predictions = evaluation.run.labels, evaluation.predictions(rule)
    tp, fp, fn, tn = (part.copy() for part in (now.tp, now.fp, now.fn, now.tn))
    n_mistakes = 0
    for i, j in pairs.tolist():
        here = np.array([i])
        labelled, predicted = bool(labels.has(here, j)[0]), bool(predictions.has(here, j)[0])
        n_mistakes += labelled != predicted
        gain, loss = {
            (True, True): (fp, tp),
            (True, False): (tn, fn),
            (False, True): (tp, fp),
            (False, False): (fn, tn),
        }[labelled, predicted]
        gain[j] += 1
        loss[j] -= 1
    return Counts(tp=tp, fp=fp, fn=fn, tn=tn), n_mistakes


def _in_order(inputs: IntArray) -> IntArray:
    """Return every input once, in the order of its first place."""
    return inputs[np.sort(np.unique(inputs, return_index=True)[1])]
