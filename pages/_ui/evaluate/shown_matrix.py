"""The rows and columns of the matrix that are on show, in their order, and the numbers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.matrix import is_wide
from evalcore.counting.shown_matrix import (
    Tone,
    by_cluster,
    by_diagonal,
    by_name,
    condense,
    condense_diagonal,
    most_confused,
    tones_of,
)
from pages._ui.session.targets import Corner, Group, Place, Target
from pages._ui.session.view import Order, Scope, Shares, ToneScale, View

__all__ = [
    "MOST_IN_GRID",
    "SHOWN",
    "ShownMatrix",
    "order_of",
    "place_target",
    "scope_of",
    "shown_concepts",
    "shown_matrix",
]

MOST_IN_GRID = 40
SHOWN = 30
LEAST_SHARE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownMatrix:
    """The rows and columns on show and the numbers in them.

    Parameters
    ----------
    rows, columns
        Concepts, "(other)", None for the margin.
    numbers : ndarray of shape (n_rows, n_columns)
        Counts (int64) or mean scores (float64, NaN where undefined).
    right, unknown : ndarray of the same shape, int64
        Inputs of a cell that are labelled with its column, and that may be (counts only).
    totals : ndarray of shape (n_rows,)
        Inputs that stand in each row.
    wholes : ndarray that broadcasts over the cells, int64
        What the shares are of: the inputs of the row, of the column, or all.
    shares_of
        Which of them; "none" where the cells show their counts.
    tone_scale
        Whether a tone grows with the root of a share or with its logarithm.
    multi_label
        Whether cells hold right inputs beside wrong ones, and have to tell them apart.
    """

    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    numbers: IntArray | FloatArray
    right: IntArray
    unknown: IntArray
    totals: IntArray
    wholes: IntArray
    shares_of: Shares
    tone_scale: ToneScale
    multi_label: bool

    @property
    def holds_counts(self) -> bool:
        """Whether the numbers are counts, and not mean scores."""
        return self.numbers.dtype.kind == "i"

    @property
    def tones(self) -> IntArray:
        """The :class:`Tone` of every cell."""
        if not self.holds_counts:
            return np.full(self.numbers.shape, Tone.MEAN)
        return tones_of(self.numbers.astype(np.int64), right=self.right, unknown=self.unknown)

    @property
    def shares(self) -> FloatArray:
        """The share of every cell: of its row's inputs, of its column's, or of all (counts only).

        By rows the diagonal is the recall; a share of no inputs is 0.
        """
        return np.asarray(self.numbers / np.maximum(self.wholes, 1))

    @property
    def strengths(self) -> IntArray:
        """How strong the tone of every cell is, 0 to 255."""
        if not self.holds_counts:
            strength = _between(np.nan_to_num(self.numbers.astype(float), nan=0.0))
        elif self.tone_scale == "root":
            strength = np.sqrt(self.shares.clip(0, 1))
        else:
            # one in LEAST_SHARE is as pale as nothing, and each power of ten as much stronger
            strength = 1 - np.log10(1 / self.shares.clip(1 / LEAST_SHARE, 1)) / np.log10(
                LEAST_SHARE
            )
        return np.rint(255 * strength).astype(np.int64)


def _between(means: FloatArray) -> FloatArray:
    low, high = min(0.0, float(means.min())), max(1.0, float(means.max()))
    return np.asarray((means - low) / (high - low))


def scope_of(view: View, run: ec.EvalRun) -> Scope:
    """Return whether the most confused concepts are shown or all of them."""
    if run.n_concepts <= MOST_IN_GRID:
        return "all"
    if is_wide(run.n_concepts):
        return "confused"  # nobody reads four million cells, and no browser draws them
    return view.scope or "confused"


def order_of(view: View, run: ec.EvalRun) -> Order:
    """Return the order of rows and columns: the worst first where not all are shown."""
    if is_wide(run.n_concepts) and view.order == "cluster":
        return "confusion"  # every concept against every other one
    return view.order or ("confusion" if scope_of(view, run) == "confused" else "run")


def shown_concepts(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts to show, in order.

    Choice and order follow the pinned rule, so that nothing jumps while the threshold moves.
    """
    run = evaluation.run
    worst_first = most_confused(evaluation.mistakes(view.pinned), n=run.n_concepts)
    confused = scope_of(view, run) == "confused"
    chosen = worst_first[:SHOWN] if confused else worst_first
    order = order_of(view, run)
    if order == "confusion":
        return chosen
    ranks = np.argsort(_order(evaluation, view, order))
    return chosen[np.argsort(ranks[chosen], kind="stable")]


def _order(evaluation: ec.Evaluation, view: View, order: Order) -> IntArray:
    if order == "cluster":
        return by_cluster(evaluation.mean_scores())
    if order == "diagonal":
        if view.mode == "probability" and not is_wide(evaluation.run.n_concepts):
            return by_diagonal(np.diagonal(evaluation.mean_scores()))
        return by_diagonal(ec.METRICS["recall"](evaluation.counts(view.pinned)))
    if order == "name":
        return by_name(evaluation.run.concepts)
    return np.arange(evaluation.run.n_concepts)


def shown_matrix(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> ShownMatrix:
    """Return the numbers of the matrix for the live rule."""
    names: tuple[Place, ...] = tuple(evaluation.run.concepts[j] for j in shown)
    totals = evaluation.run.labels.total
    if view.mode == "probability":
        means = evaluation.mean_scores(among=shown)
        none = np.zeros(means.shape, dtype=np.int64)
        return ShownMatrix(
            rows=names,
            columns=names,
            numbers=means,
            right=none,
            unknown=none,
            multi_label=False,
            totals=totals[shown],
            wholes=totals[shown][:, None],
            shares_of="none",
            tone_scale=view.tone,
        )
    rule = view.rule
    counts = evaluation.condensed(rule, shown=shown)
    right, unknown = _right_and_unknown(evaluation, rule, counts, shown=shown)
    rest: tuple[Place, ...] = (Group.OTHER,) if len(names) < totals.size else ()
    others = [int(np.delete(totals, shown).sum())] if rest else []
    margin = int(evaluation.run.labels.unlabelled.size)
    places = (*names, *rest, None)
    in_rows = np.array([*totals[shown].tolist(), *others, margin], dtype=np.int64)
    return ShownMatrix(
        rows=places,
        columns=places,
        numbers=counts,
        right=right,
        unknown=unknown,
        multi_label=evaluation.run.task == "multi_label",
        totals=in_rows,
        wholes=_wholes(evaluation, view, shown=shown, in_rows=in_rows),
        shares_of=view.shares,
        tone_scale=view.tone,
    )


def _wholes(
    evaluation: ec.Evaluation, view: View, *, shown: IntArray, in_rows: IntArray
) -> IntArray:
    """Return what the shares of the cells are of."""
    if view.shares == "whole":
        return np.array([[evaluation.run.n_inputs]], dtype=np.int64)
    if view.shares != "column":
        return in_rows[:, None]
    predictions = evaluation.predictions(view.rule)
    somewhere = np.ones(evaluation.run.n_inputs, dtype=bool)
    somewhere[evaluation.run.labels.undecided] = False  # in no row, and so in no column either
    columns = evaluation.matrix(view.rule).counts.sum(axis=0)[:-1]
    if evaluation.run.task == "multi_label":
        # an input stands in several rows, and is one input of its column
        found = map(predictions.inputs_of, range(evaluation.run.n_concepts))
        columns = np.array([np.count_nonzero(somewhere[inputs]) for inputs in found])
    nothing = np.count_nonzero(predictions.nothing() & somewhere)
    rest = [np.delete(columns, shown).sum()] if shown.size < columns.size else []
    return np.array([[*columns[shown], *rest, nothing]], dtype=np.int64)


def _right_and_unknown(
    evaluation: ec.Evaluation, rule: ec.Rule, counts: IntArray, *, shown: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the inputs of each cell that are labelled with its column, and that may be."""
    if evaluation.run.task == "single_label":
        right = condense_diagonal(evaluation.counts(rule).tp, shown=shown)
    else:
        right = evaluation.also_condensed(rule, shown=shown)
    right[-1, -1] = counts[-1, -1]  # neither label nor prediction
    if evaluation.run.labels.known is None:
        return right, np.zeros_like(right)
    return right, condense(evaluation.unknown_labels(rule), shown=shown)


def place_target(page: ShownMatrix, row: int, column: int) -> Target | None:
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
