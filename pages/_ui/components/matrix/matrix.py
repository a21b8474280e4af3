"""The confusion matrix as a grid of cells, rows and columns to pick."""

from collections.abc import Callable, Sequence
from typing import Literal, NotRequired, TypedDict

import streamlit as st

from pages._ui.components.shared import assets

Kind = Literal["concept", "none", "other"]


class Labels(TypedDict):
    """The words around the grid."""

    corner: str
    grid: NotRequired[str]  # the grid's name for screen readers


class MatrixData(TypedDict):
    """What the grid shows; flat sequences run row by row."""

    rows: Sequence[str]
    columns: Sequence[str]
    rowKinds: Sequence[Kind]
    columnKinds: Sequence[Kind]
    values: Sequence[float | None]  # None is undefined, drawn as a dash; never NaN
    also: NotRequired[Sequence[int | None] | None]  # of these inputs, also labelled the column
    unknown: NotRequired[Sequence[int | None] | None]  # of these, unknown for the column
    tones: Sequence[int]  # 0 nothing, 1 right, 2 wrong, 3 grey
    strengths: Sequence[int]  # of the tone, 0 to 255
    mode: Literal["counts", "probability"]
    unit: str  # in the plural: "inputs"
    selected: Sequence[int] | None  # row, column; -1 for the whole of the other
    height: int | None  # pixels
    labels: Labels


_MOUNT = st.components.v2.component(
    "threshold_workshop.matrix",
    html='<div class="root"></div>',
    css=assets.style("matrix"),
    js=assets.script("matrix", "matrix_words", "matrix_layout", "matrix_keys", "matrix"),
)


def matrix(data: MatrixData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the matrix.

    A click leaves ``{"r": 0, "c": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_pick_change=on_pick)
