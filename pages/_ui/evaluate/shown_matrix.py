"""The rows and columns of the matrix that are on show, in their order, and the numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray
from evalcore.counting import concept_orders
from evalcore.counting.confusions import condense, condense_diagonal, most_confused
from pages._ui.numbers import highlights
from pages._ui.session.targets import Corner, Group, Place, Target
from pages._ui.session.view import Order, Scope, View

__all__ = [
    "MOST_IN_GRID",
    "SHOWN",
    "Sheet",
    "order_of",
    "place_target",
    "scope_of",
    "sheet",
    "shown_concepts",
]

MOST_IN_GRID = 40
SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """The rows and columns on show and the numbers in them.

    Parameters
    ----------
    rows, columns
        Concepts, "(other)", None for the margin.
    numbers : ndarray of shape (n_rows, n_columns)
        Counts (int64) or mean scores (float64, NaN where undefined).
    also, unknown : ndarray of the same shape, int64
        Inputs of a cell that are labelled with its column too, and that may be (counts only).
    totals : ndarray of shape (n_rows,)
        Inputs that stand in each row.
    multi_label
        Whether cells hold right inputs beside wrong ones, and have to tell them apart.
    """

    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    numbers: IntArray | FloatArray
    also: IntArray
    unknown: IntArray
    totals: IntArray
    multi_label: bool


def scope_of(view: View, run: ec.EvalRun) -> Scope:
    """Return whether the most confused concepts are shown or all of them."""
    if run.n_concepts <= MOST_IN_GRID:
        return "all"
    return view.scope or "confused"


def order_of(view: View, run: ec.EvalRun) -> Order:
    """Return the order of rows and columns: the worst first where not all are shown."""
    return view.order or ("confusion" if scope_of(view, run) == "confused" else "run")


def shown_concepts(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts to show, in order.

    Choice and order follow the pinned rule, so that nothing jumps while the threshold moves.
    """
    run = evaluation.run
    pinned = evaluation.matrix(highlights.pinned_of(view)).counts
    worst_first = most_confused(pinned, n=run.n_concepts)
    confused = scope_of(view, run) == "confused"
    chosen = worst_first[:SHOWN] if confused else worst_first
    order = order_of(view, run)
    if order == "confusion":
        return chosen
    ranks = np.argsort(_order(evaluation, view, order))
    return chosen[np.argsort(ranks[chosen], kind="stable")]


def _order(evaluation: ec.Evaluation, view: View, order: Order) -> IntArray:
    if order == "cluster":
        return concept_orders.by_cluster(evaluation.mean_scores())
    if order == "diagonal":
        if view.mode == "probability":
            return concept_orders.by_diagonal(np.diagonal(evaluation.mean_scores()))
        return concept_orders.by_diagonal(
            ec.METRICS["recall"](evaluation.counts(highlights.pinned_of(view)))
        )
    if order == "name":
        return concept_orders.by_name(evaluation.run.concepts)
    return np.arange(evaluation.run.n_concepts)


def sheet(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> Sheet:
    """Return the numbers of the matrix for the live rule."""
    names: tuple[Place, ...] = tuple(evaluation.run.concepts[j] for j in shown)
    totals = evaluation.run.labels.total
    if view.mode == "probability":
        means = evaluation.mean_scores()[np.ix_(shown, shown)]
        none = np.zeros(means.shape, dtype=np.int64)
        return Sheet(
            rows=names,
            columns=names,
            numbers=means,
            also=none,
            unknown=none,
            multi_label=False,
            totals=totals[shown],
        )
    rule = highlights.rule_of(view)
    whole = evaluation.matrix(rule).counts
    counts = condense(whole, shown=shown)
    also, unknown = _beside_labels(evaluation, rule, whole, shown=shown)
    rest: tuple[Place, ...] = (Group.OTHER,) if len(names) < totals.size else ()
    others = [int(np.delete(totals, shown).sum())] if rest else []
    margin = int(evaluation.run.labels.unlabelled.size)
    places = (*names, *rest, None)
    return Sheet(
        rows=places,
        columns=places,
        numbers=counts,
        also=also,
        unknown=np.zeros_like(counts) if unknown is None else unknown,
        multi_label=evaluation.run.task == "multi_label",
        totals=np.array([*totals[shown].tolist(), *others, margin], dtype=np.int64),
    )


def _beside_labels(
    evaluation: ec.Evaluation, rule: ec.Rule, counts: IntArray, *, shown: IntArray
) -> tuple[IntArray, IntArray | None]:
    """Return the inputs of each cell that are labelled with its column too, and that may be."""
    if evaluation.run.task == "single_label":
        also = condense_diagonal(counts, shown=shown)
    else:
        also = condense(evaluation.also_labelled(rule), shown=shown)
    if evaluation.run.labels.known is None:
        return also, None
    return also, condense(evaluation.unknown_labels(rule), shown=shown)


def place_target(page: Sheet, row: int, column: int) -> Target | None:
    """Return what a picked cell stands for; -1 is the whole column or row."""
    if not (-1 <= row < len(page.rows) and -1 <= column < len(page.columns)):
        return None
    if row == column == -1:
        return None
    if row == -1 or column == -1:
        place = page.columns[column] if row == -1 else page.rows[row]
        if isinstance(place, Group):
            return None
        return ec.Predicted(place) if row == -1 else ec.Labelled(place)
    actual, predicted = page.rows[row], page.columns[column]
    if isinstance(actual, Group) or isinstance(predicted, Group):
        return Corner(actual, predicted)
    return ec.Cell(actual, predicted)
