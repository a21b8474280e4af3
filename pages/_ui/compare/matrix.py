"""The matrix of differences, right minus left, as the component takes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import IntArray
from evalcore.comparison.sides import Comparison
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from evalcore.counting.shown_matrix import Tone
from pages._ui.components.matrix.data import Kind, LegendEntry, MatrixData

__all__ = ["MOST_SHOWN", "Changes", "changes_of", "matrix_data"]

MOST_SHOWN = 30
HEIGHT = 420
STRONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """The cells that are shown.

    Parameters
    ----------
    places
        Shared concepts on show, in their order; None at the end for the margin.
    change : ndarray of shape (n_places, n_places), int64
        Inputs of a cell on the right less those on the left.
    n_left_out
        Concepts that change less and are not on show.
    """

    places: tuple[int | None, ...]
    change: IntArray
    n_left_out: int


def changes_of(comparison: Comparison) -> Changes:
    """Return the difference of the matrices; of many concepts those that change most."""
    left, right = comparison.matrices()
    change = right - left
    n = change.shape[0] - 1
    size = np.abs(change)
    moved = size.sum(axis=0)[:-1] + size.sum(axis=1)[:-1]
    shown = np.sort(np.argsort(-moved, kind="stable")[:MOST_SHOWN])
    order = np.append(shown, n)
    return Changes(
        places=(*shown.tolist(), None),
        change=change[np.ix_(order, order)],
        n_left_out=n - shown.size,
    )


def matrix_data(
    changes: Changes, names: tuple[str, ...], *, selected: tuple[int | None, int | None] | None
) -> MatrixData:
    """Return what the component draws.

    Parameters
    ----------
    names
        Of the shared concepts.
    selected
        Places of the chosen cell.
    """
    shown = [names[place] for place in changes.places if place is not None]
    concepts: list[Kind] = ["concept"] * len(shown)
    kinds: list[Kind] = [*concepts, "none"]
    change = changes.change
    largest = max(int(np.abs(change).max(initial=0)), 1)
    tones = np.select([change > 0, change < 0], [Tone.MORE, Tone.FEWER], Tone.NOTHING)
    strengths = np.sqrt(np.abs(change) / largest) * STRONGEST
    chosen = None
    if selected is not None and all(place in changes.places for place in selected):
        chosen = [changes.places.index(place) for place in selected]
    legend: list[LegendEntry] = [
        {"tone": Tone.MORE, "words": "more inputs on the right"},
        {"tone": Tone.FEWER, "words": "fewer inputs on the right"},
    ]
    return {
        "rows": [*shown, NO_LABEL],
        "columns": [*shown, NOTHING_PREDICTED],
        "row_kinds": kinds,
        "column_kinds": kinds,
        "values": change.ravel().tolist(),
        "shares": None,
        "share_words": "",
        "right": None,
        "unknown": None,
        "tones": tones.ravel().tolist(),
        "strengths": strengths.round().astype(int).ravel().tolist(),
        "mode": "difference",
        "unit": "inputs",
        "selected": chosen,
        "height": HEIGHT,
        "below": None,
        "labels": {
            "corner": "",
            "grid": "Right minus left: labels by rows, predictions by columns",
        },
        "legend": legend,
    }
