"""The list behind a clicked number: its members, how many the number says, and their order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.matrix import is_wide
from evalcore.counting.members import confidence
from evalcore.counting.selections import Part
from evalcore.pairs.cells import sum_within
from pages._ui.session.targets import Corner, Group, Place, Target
from pages._ui.session.view import Sort, View

__all__ = [
    "Listing",
    "cell_parts",
    "deciding",
    "disagreements",
    "listing",
    "proposal",
    "stated",
    "target_of",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listing:
    """The inputs behind a number.

    Parameters
    ----------
    members : ndarray of int64
        Positions, in the order chosen. Behind "(other)" an input may be listed once per cell.
    stated
        The number that was clicked, looked up in the table or the matrix on its own.
    concepts
        The concepts whose scores matter here, the deciding one first.
    """

    target: Target
    members: IntArray
    stated: int
    concepts: tuple[str, ...]


def proposal(evaluation: ec.Evaluation, rule: ec.Rule) -> Target:
    """Return what to look at first: the largest confusion, else what is predicted as nothing."""
    cell = evaluation.worst_cell(rule)
    if cell is None:
        return ec.Predicted(None)
    row, column = cell
    return ec.Cell(evaluation.run.concepts[row], evaluation.run.concepts[column])


def target_of(evaluation: ec.Evaluation, view: View) -> Target:
    """Return what the list shows: what was clicked, or what is worth a first look."""
    return view.target or proposal(evaluation, view.pinned)


def listing(
    evaluation: ec.Evaluation,
    target: Target,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    shown: IntArray,
    sort: Sort,
) -> Listing:
    """Find and order the inputs behind a number.

    Raises
    ------
    SelectionError
        When the target names a concept that the run has not.
    """
    members = _members(evaluation, target, rule, pinned, shown)
    return Listing(
        target=target,
        members=_ordered(evaluation, members, rule=rule, target=target, sort=sort),
        stated=stated(evaluation, target, rule=rule, pinned=pinned, shown=shown),
        concepts=_concepts(target),
    )


def _members(
    evaluation: ec.Evaluation, target: Target, rule: ec.Rule, pinned: ec.Rule, shown: IntArray
) -> IntArray:
    match target:
        case ec.Flip():
            return evaluation.flips(pinned, rule).members(target)
        case Corner(actual, predicted):
            block = ec.Block(
                _expand(evaluation, actual, shown), _expand(evaluation, predicted, shown)
            )
            return evaluation.members(rule, block)
        case _:
            return evaluation.members(rule, target)


def _expand(evaluation: ec.Evaluation, place: Place, shown: IntArray) -> tuple[str | None, ...]:
    if not isinstance(place, Group):
        return (place,)
    return tuple(evaluation.run.concepts[j] for j in _rest(evaluation, shown).tolist())


def _rest(evaluation: ec.Evaluation, shown: IntArray) -> IntArray:
    return np.setdiff1d(np.arange(evaluation.run.n_concepts), shown)


def stated(
    evaluation: ec.Evaluation,
    target: Target,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    shown: IntArray,
) -> int:
    """Return the number itself, looked up in the table or the matrix without its list.

    Raises
    ------
    SelectionError
        When the target names a concept that the run has not.
    """
    match target:
        case ec.Flip():
            return _flipped(evaluation, target, rule, pinned)
        case ec.CellPart(cell, part):
            return cell_parts(evaluation, cell, rule=rule).get(part, 0)
        case ec.Cell(actual, predicted) | Corner(actual, predicted):
            return _in_cells(evaluation, actual, predicted, rule=rule, shown=shown)
        case ec.OnThreshold(None):
            return evaluation.n_on_threshold(rule)
        case ec.OnThreshold():
            return int(evaluation.members(rule, target).size)
        case ec.Labelled(None):
            return int(evaluation.run.labels.unlabelled.size)
        case ec.Predicted(None):
            return evaluation.n_nothing_predicted(rule)
        case _:
            return _counted(evaluation, target, rule)


def _in_cells(
    evaluation: ec.Evaluation, actual: Place, predicted: Place, *, rule: ec.Rule, shown: IntArray
) -> int:
    """Return how many inputs a cell holds, or several together."""
    if not is_wide(evaluation.run.n_concepts):
        rows, columns = (_positions(evaluation, place, shown) for place in (actual, predicted))
        return sum_within(evaluation.matrix(rule).counts, rows, columns)
    if not isinstance(actual, Group) and not isinstance(predicted, Group):
        names = [name for name in (actual, predicted) if name is not None]
        named = [evaluation.run.position_of(name) for name in names]
        if len(named) == 2:
            return evaluation.in_cell(rule, actual=named[0], predicted=named[1])
        if not np.isin(named, shown).all():
            shown = np.unique(np.array(named, dtype=np.int64))
    row, column = (_place_among(evaluation, place, shown) for place in (actual, predicted))
    return int(evaluation.condensed(rule, shown=shown)[row, column])


def _place_among(evaluation: ec.Evaluation, place: Place, shown: IntArray) -> int:
    """Return the row or column that a place has in the condensed matrix of some concepts."""
    if isinstance(place, Group):
        return int(shown.size)
    if place is None:
        return -1
    return int(np.flatnonzero(shown == evaluation.run.position_of(place))[0])


def _counted(
    evaluation: ec.Evaluation, target: ec.Outcome | ec.Labelled | ec.Predicted, rule: ec.Rule
) -> int:
    counts = evaluation.counts(rule)
    column = {ec.Labelled: counts.labelled, ec.Predicted: counts.predicted}.get(type(target))
    if isinstance(target, ec.Outcome):
        column = getattr(counts, target.outcome.lower())
    return int(column[evaluation.run.position_of(str(target.concept))])  # type: ignore[index]


def _flipped(evaluation: ec.Evaluation, flip: ec.Flip, rule: ec.Rule, pinned: ec.Rule) -> int:
    changes, j = evaluation.flips(pinned, rule), evaluation.run.position_of(flip.concept)
    right = int(getattr(changes, f"{flip.direction}_right")[j])
    wrong = int(getattr(changes, f"{flip.direction}_wrong")[j])
    return {True: right, False: wrong, None: right + wrong}[flip.labelled]


def cell_parts(evaluation: ec.Evaluation, cell: ec.Cell, *, rule: ec.Rule) -> dict[Part, int]:
    """Return how many of a cell's inputs are also labelled with its column, are not, or may be.

    "unknown" is there only in runs with unknown labels.
    """
    if cell.predicted is None:
        return {"also": 0, "not": 0}  # nothing is predicted that they could be labelled with
    nobody = np.zeros(0, dtype=np.int64)
    row, column = (
        _positions(evaluation, place, nobody)[0] for place in (cell.actual, cell.predicted)
    )
    whole = int(evaluation.matrix(rule).counts[row, column])
    also = int(evaluation.also_labelled(rule)[row, column])
    if evaluation.run.labels.known is None:
        return {"also": also, "not": whole - also}
    unknown = int(evaluation.unknown_labels(rule)[row, column])
    return {"also": also, "not": whole - also - unknown, "unknown": unknown}


def _positions(evaluation: ec.Evaluation, place: Place, shown: IntArray) -> IntArray:
    run = evaluation.run
    if isinstance(place, Group):
        return _rest(evaluation, shown)
    return np.array([run.n_concepts if place is None else run.position_of(place)])


def _concepts(target: Target) -> tuple[str, ...]:
    match target:
        case ec.CellPart(cell, _):
            return _concepts(cell)
        case ec.Cell(actual, predicted) | Corner(actual, predicted):
            named = [place for place in (predicted, actual) if isinstance(place, str)]
            return tuple(dict.fromkeys(named))
        case _:
            return (target.concept,) if target.concept is not None else ()


def deciding(target: Target) -> str | None:
    """Return the concept whose score matters first in a list; None where there is none."""
    return next(iter(_concepts(target)), None)


def _ordered(
    evaluation: ec.Evaluation, members: IntArray, *, rule: ec.Rule, target: Target, sort: Sort
) -> IntArray:
    if sort == "score":
        return members
    if sort == "id":
        ids = evaluation.run.ids[members]
        keys = [(len(text), text) if text.isdecimal() else (0, text) for text in ids.tolist()]
        return members[sorted(range(members.size), key=keys.__getitem__)]
    concept = deciding(target)
    scores = confidence(evaluation.predictions(rule), members, concept).astype(float)
    if sort == "doubt":
        line = rule.threshold_of(concept) if concept is not None else rule.default
        scores = np.abs(scores - line)
    return members[np.argsort(scores, kind="stable")]


def disagreements(counts: ec.Counts, matrix: ec.Matrix, *, listed: int, stated: int) -> list[str]:
    """Return a sentence for every pair of numbers that should be equal and is not.

    Parameters
    ----------
    counts, matrix
        Of one run under one rule.
    listed, stated
        How many inputs the gallery lists, and how many the clicked number says.
    """
    found = []
    diagonal = matrix.counts.diagonal()[:-1]
    if not np.array_equal(diagonal, counts.tp):
        found.append("The diagonal of the matrix differs from the true positives of the table.")
    if listed != stated:
        found.append(f"The gallery lists {listed:,} inputs, the number says {stated:,}.")
    return found
