"""What the heat map is told."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from pages._ui.components.matrix.data import Kind, LegendEntry


class HeatmapData(TypedDict):
    """What the canvas shows; base64 of little-endian numbers, a number for each filled cell."""

    rows: Sequence[str]
    columns: Sequence[str]
    row_kinds: Sequence[Kind]
    column_kinds: Sequence[Kind]
    mode: Literal["counts", "probability"]
    filled: str | None  # uint32: flat index of each filled cell; None: every cell is
    values: str  # uint32 counts, or float32 means, where NaN is undefined
    right: str | None  # uint32: of these inputs, those labelled with the column (counts only)
    unknown: str | None  # uint32: of these, those whose label for the column is unknown
    tones: str  # uint8: see Tone of shown_matrix
    strengths: str  # uint8: of the tone, 0 to 255
    unit: str  # in the plural: "inputs"
    selected: Sequence[int] | None  # row, column; -1 for the whole of the other
    answered: NotRequired[str | None]  # the dial's message that this follows; None: none moves it
    height: int  # pixels; at the least, where ``below`` is given
    below: int | None  # pixels of the screen to leave below it; None: the height is fixed
    legend: Sequence[LegendEntry]
