"""What the matrix is told."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

Kind = Literal["concept", "none", "other"]


class Labels(TypedDict):
    """The words around the grid."""

    corner: str
    grid: str  # the grid's name for screen readers


class LegendEntry(TypedDict):
    """What one tone means, or a remark on all of them."""

    tone: int | None  # see Tone of shown_matrix; None for a remark
    words: str


class MatrixData(TypedDict):
    """What the grid shows; flat sequences run row by row."""

    rows: Sequence[str]
    columns: Sequence[str]
    row_kinds: Sequence[Kind]
    column_kinds: Sequence[Kind]
    values: Sequence[float | None]  # None is undefined, drawn as a dash; never NaN
    shares: Sequence[float | None] | None  # drawn instead of the counts; None is a dash
    share_words: str  # what the shares are of
    right: Sequence[int] | None  # of these inputs, those labelled with the column (counts only)
    unknown: Sequence[int] | None  # of these, those whose label for the column is unknown
    tones: Sequence[int]  # see Tone of shown_matrix
    strengths: Sequence[int]  # of the tone, 0 to 255
    mode: Literal["counts", "probability", "difference"]  # signed: right minus left
    unit: str  # in the plural: "inputs"
    selected: Sequence[int] | None  # row, column; -1 for the whole of the other
    answered: NotRequired[str | None]  # the dial's message that this follows; None: none moves it
    height: int  # pixels; at the least, where ``below`` is given
    below: int | None  # pixels of the screen to leave below it; None: the height is fixed
    labels: Labels
    legend: Sequence[LegendEntry]
