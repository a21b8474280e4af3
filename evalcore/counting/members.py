"""The inputs behind a number: positions of a selection's members, most confident first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.counting.flips import Flip
from evalcore.counting.matrix import Rows
from evalcore.counting.predictions import PartPredictions, PredictedScores
from evalcore.counting.selections import (
    Block,
    Cell,
    CellPart,
    Labelled,
    OnThreshold,
    Outcome,
    Predicted,
)
from evalcore.runs.run import UNSCORED, EvalRun

__all__ = ["concept_of", "confidence", "find", "flipped", "in_block", "merged", "on_threshold"]


@singledispatch
def find(selection: object, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    """Return the positions of a selection's members; int64, most confident first.

    Parameters
    ----------
    selection
        One of :data:`evalcore.counting.selections.Selection`.
    exact : ndarray of shape (n_concepts,)
        The thresholds themselves, in the dtype of the scores (bounds differ from them under >=).
    """
    msg = f"{type(selection).__name__} is no selection"
    raise TypeError(msg)


@find.register
def _(selection: Cell, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    run = predictions.run
    row = _row(run, selection.actual)
    if selection.predicted is None:
        members = row[predictions.nothing()[row]]
    else:
        members = row[predictions.has(row, run.position_of(selection.predicted))]
    return _ordered(predictions, members, selection.predicted or selection.actual)


@find.register
def _(selection: CellPart, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    members = find(selection.cell, predictions, exact)
    if selection.cell.predicted is None:
        return members[:0]
    labels, concept = predictions.run.labels, predictions.run.position_of(selection.cell.predicted)
    has, knows = labels.has(members, concept), labels.knows(members, concept)
    chosen = {"also": has, "not": knows & ~has, "unknown": ~knows}[selection.part]
    return members[chosen]


@find.register
def _(selection: Outcome, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    run, concept = predictions.run, predictions.run.position_of(selection.concept)
    labelled = run.labels.inputs_of(concept)
    if selection.outcome in {"TP", "FN"}:
        members = labelled[predictions.has(labelled, concept) == (selection.outcome == "TP")]
    else:
        predicted = predictions.inputs_of(concept)
        if selection.outcome == "TN":
            predicted = np.setdiff1d(np.arange(run.n_inputs), predicted, assume_unique=True)
        absent = run.labels.knows(predicted, concept) & ~run.labels.has(predicted, concept)
        members = predicted[absent]
    return _ordered(predictions, members, selection.concept)


@find.register
def _(selection: Labelled, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    return _ordered(predictions, _row(predictions.run, selection.concept), selection.concept)


@find.register
def _(selection: Predicted, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    if selection.concept is None:
        return _ordered(predictions, np.flatnonzero(predictions.nothing()), None)
    concept = predictions.run.position_of(selection.concept)
    members = predictions.inputs_of(concept)
    members = members[predictions.run.labels.knows(members, concept)]
    return _ordered(predictions, members, selection.concept)


@find.register
def _(selection: OnThreshold, predictions: PartPredictions, exact: ScoreArray) -> IntArray:
    members = on_threshold(predictions, exact, concept=selection.concept)
    return _ordered(predictions, members, selection.concept)


def on_threshold(
    predictions: PartPredictions, exact: ScoreArray, *, concept: str | None = None
) -> IntArray:
    """Return the inputs for which ``>`` and ``>=`` differ, ascending."""
    run, top = predictions.run, predictions.top
    if predictions.mode == "top":
        touching = (top.score == exact[top.concept]) & (top.score > UNSCORED)
        if concept is not None:
            touching &= top.concept == run.position_of(concept)
        return np.flatnonzero(touching)
    if concept is not None:
        j = run.position_of(concept)
        return np.flatnonzero(_on(run.scores[:, j], exact[j]))
    below = np.nextafter(exact, np.array(-np.inf, dtype=exact.dtype))
    if predictions.ranked.covers(below):
        return np.unique(predictions.ranked.between(below, exact)).astype(np.int64)
    return np.flatnonzero(_on(run.scores, exact).any(axis=1))


def _on(scores: ScoreArray, exact: ScoreArray) -> BoolArray:
    # a threshold that overflows to -inf meets no pair that was not scored
    return np.asarray(scores == np.where(exact > UNSCORED, exact, np.nan).astype(exact.dtype))


def flipped(before: PartPredictions, after: PartPredictions, flip: Flip) -> IntArray:
    """Return the inputs that one rule predicts as the concept and the other does not."""
    source, other = (before, after) if flip.direction == "leave" else (after, before)
    run, concept = source.run, source.run.position_of(flip.concept)
    members = source.inputs_of(concept)
    members = members[~other.has(members, concept) & run.labels.knows(members, concept)]
    if flip.labelled is not None:
        members = members[run.labels.has(members, concept) == flip.labelled]
    return _ordered(source, members, flip.concept)


def merged(
    found: Sequence[tuple[PartPredictions, IntArray]],
    concept: str | None,
    *,
    first: int | None = None,
) -> IntArray:
    """Put the members that the parts of a run found in one order; positions in the run.

    Parameters
    ----------
    found
        Of each part its predictions and its members, most confident first.
    concept
        What confidence is taken from; see :func:`concept_of`.
    first
        How many are wanted; of each part no more are looked at.
    """
    placed = [part.in_run(members[:first]) for part, members in found]
    if len(placed) == 1:
        return placed[0]
    scores = [confidence(part, members[:first], concept) for part, members in found]
    # parts follow one another as the inputs of the run do, so that a stable order keeps ties
    order = np.argsort(-np.concatenate(scores), kind="stable")
    return np.concatenate(placed)[order][:first]


def in_block(block: Block, parts: Sequence[tuple[PartPredictions, Rows]]) -> IntArray:
    """Return the members of each cell of a block that has any, one after another, in the run.

    Parameters
    ----------
    parts
        The predictions of each part of a run, and the rows its inputs stand in.
    """
    found = [_in_block(block, part, rows) for part, rows in parts]
    cell, score, position = (np.concatenate(column) for column in zip(*found, strict=True))
    return position[np.lexsort((position, -score, cell))]


def _in_block(
    block: Block, part: PartPredictions, rows: Rows
) -> tuple[IntArray, ScoreArray, IntArray]:
    """Return the place of a cell in a block, score and position in the run of each member."""
    run, side = part.run, part.run.n_concepts + 1
    actual, predicted = (_places_of(names, run) for names in (block.actual, block.predicted))
    inputs, columns = part.pairs()
    nobody = np.flatnonzero(part.nothing())
    inputs = np.concatenate([inputs, nobody])
    columns = np.concatenate([columns, np.full(nobody.size, side - 1)])
    row, which = rows.standing(inputs, side=side)
    chosen = (actual[row] >= 0) & (predicted[columns[which]] >= 0)
    row, column, inputs = row[chosen], columns[which][chosen], inputs[which][chosen]
    deciding = np.where(column < side - 1, column, row)
    score = run.scores[inputs, np.minimum(deciding, side - 2)]
    score = np.where(deciding < side - 1, score, part.top.score[inputs])
    return predicted[column] * len(block.actual) + actual[row], score, part.in_run(inputs)


def _places_of(names: Sequence[str | None], run: EvalRun) -> IntArray:
    """Return the place of each concept, "no label" last, among names; -1 where it is not there."""
    position = {name: j for j, name in enumerate(run.concepts)}
    places = np.full(run.n_concepts + 1, -1)
    for k, name in enumerate(names):
        places[run.n_concepts if name is None else position.get(name, run.n_concepts)] = k
    return places


def concept_of(selection: object) -> str | None:
    """Return the concept by whose score a selection is ordered; None: by the top score."""
    match selection:
        case Cell():
            return selection.predicted or selection.actual
        case CellPart():
            return concept_of(selection.cell)
        case Outcome() | Labelled() | Predicted() | OnThreshold() | Flip():
            return selection.concept
    msg = f"{type(selection).__name__} is no selection"
    raise TypeError(msg)


def confidence(predictions: PredictedScores, members: IntArray, concept: str | None) -> ScoreArray:
    """Return each member's score for the concept, or its top score for None."""
    if concept is None:
        return predictions.top.score[members]
    return predictions.run.scores[members, predictions.run.position_of(concept)]


def _row(run: EvalRun, concept: str | None) -> IntArray:
    if concept is None:
        return run.labels.unlabelled
    return run.labels.inputs_of(run.position_of(concept))


def _ordered(predictions: PartPredictions, members: IntArray, concept: str | None) -> IntArray:
    scores = confidence(predictions, members, concept)
    return members[np.argsort(-scores, kind="stable")].astype(np.int64, copy=False)
