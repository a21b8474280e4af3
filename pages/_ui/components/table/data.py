"""What a table is told."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

CellKind = Literal["text", "count", "rate", "threshold", "written"]
"""``written`` is a number that comes as a text: "−0.014", "212 of 276"; sorted by its value."""
Direction = Literal["up", "down"]


class TableColumn(TypedDict):
    """One column; the first of them holds the rows' names, and is text."""

    name: str
    kind: CellKind
    help: str  # told at the head of the column; empty for none
    link: bool  # whether a click on its cells is a pick
    fold: NotRequired[int]  # where room is short, columns with the largest number fold first


class TableWindow(TypedDict):
    """Which rows of a long table are there; all others follow when they are asked for."""

    n_rows: int  # of the whole table
    numbers: Sequence[int]  # of each row that is there, in the order as given
    places: Sequence[int] | None  # of each in the order on show; None: as they stood before
    by: tuple[str, Direction] | None  # the column that they are ordered by; None: as given
    asked: str  # what this answers


class TableData(TypedDict):
    """What the table shows; rows and columns are counted as given here, however they are sorted."""

    field: str  # the part of a live answer that replaces this
    answered: NotRequired[str]  # the dial's message that this follows; a later move is newer
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str | float | None]]  # None is undefined, drawn as a dash; never NaN
    window: NotRequired[TableWindow]  # only some of the rows are there
    is_long: NotRequired[bool]  # while a threshold moves only rows in view are asked for
    totals: NotRequired[Sequence[Sequence[str | float | None]]]  # stay below; None is nothing
    selected: tuple[int, int] | None  # row, column
    sort: tuple[int, Direction] | None  # a sort that people chose stays until this one changes
    height: int  # pixels at the most; at the least, where ``below`` is given
    below: NotRequired[int | None]  # pixels of the screen to leave below it
    whole_rows: NotRequired[bool]  # a click anywhere in a row is a pick of it
    caption: str  # the table's name for screen readers
    empty: str  # said when there are no rows
