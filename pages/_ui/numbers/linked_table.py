"""A table whose cells are links: whole, or the rows of it that a browser has room for.

While a threshold moves, of a long table no others are sent. A window is named by the rows' numbers
where the browser knows their order (as given, or by their names, which stay), and by their places
where the order follows the threshold itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray, IntArray, TextArray, text_column
from evalcore.errors import SelectionError
from pages._ui.components.table.data import CellKind, Direction, TableColumn, TableWindow
from pages._ui.session.targets import Target

__all__ = [
    "CONCEPT",
    "LONG",
    "THRESHOLD",
    "LateTexts",
    "Link",
    "LinkedTable",
    "in_window",
    "is_long",
]

Link = Callable[[str], Target]
CONCEPT = "concept"
THRESHOLD = "threshold"
LONG = 500
"""Rows up to which a table is sent whole: a thousandth part of what follows the threshold."""
_FOLDS = {
    "predicted": 5,
    "labelled": 4,
    "ROC AUC": 3,
    "F1 ±": 2,
    "F1": 2,
    "recall ±": 1,
    "precision ±": 1,
}
"""Where room is short columns fold, the largest first; what is not named here before them."""
FOLDS_FIRST = 9
_NEVER_FOLD = {"recall", "precision", THRESHOLD, "TP", "FN", "FP", CONCEPT, "leave", "enter"}
_HELP = {
    "inputs": "Inputs of the row. A click turns to them.",
    THRESHOLD: "The concept's own threshold; the common one where it has none of its own.",
    **dict.fromkeys(
        ("recall 95 %", "precision 95 %"),
        "Wilson interval, for a threshold that was not chosen on these inputs.",
    ),
    "F1 95 %": "Wilson interval of the Jaccard share, carried over to F1.",
    "ROC AUC": "How well the scores order the inputs; mean over splits. Follows no threshold.",
    "AUC sd": "Standard deviation of ROC AUC over the splits.",
    "avg. precision": "Area under the precision-recall steps. Follows no threshold.",
    "labelled": "Inputs labelled with the concept: TP + FN.",
    "predicted": "Inputs predicted as the concept: TP + FP.",
    "TP": "True positives: labelled and predicted.",
    "FN": "False negatives: labelled, not predicted.",
    "FP": "False positives: predicted, not labelled.",
    "TN": "True negatives: neither labelled nor predicted.",
    "now": "The threshold that is set.",
    "recommended": "The shortest decimal of all the thresholds with these counts.",
    "keeps": "Labelled inputs that are predicted: TP of TP + FN.",
    "same from": "The lowest threshold that gives these counts.",
    "same below": "From this threshold on the counts are others.",
    "same above": "Up to this threshold the counts are others.",
    "same up to": "The highest threshold that gives these counts.",
    "difference": "On the inputs left out, less on those that it was chosen on.",
    "leave": "Predicted under the pinned rule, no longer under this one.",
    "enter": "Not predicted under the pinned rule, but under this one.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LateTexts:
    """A column of texts that are written when they are read: few rows of a long table ever are.

    Parameters
    ----------
    write
        Makes the text of a row from its numbers.
    values
        Arrays of one number per row.
    """

    write: Callable[..., str]
    values: tuple[FloatArray, ...]

    def __len__(self) -> int:
        return len(self.values[0])

    def __getitem__(self, rows: IntArray) -> LateTexts:
        return replace(self, values=tuple(each[rows] for each in self.values))

    def __array__(self, dtype: object = None, copy: object = None) -> TextArray:
        return text_column(self.tolist())

    def tolist(self) -> list[str]:
        """Write them all, as an array gives its values."""
        numbers = (each.tolist() for each in self.values)
        return [self.write(*row) for row in zip(*numbers, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedTable:
    """Columns to show, and what a click on each of their cells means.

    Parameters
    ----------
    columns
        Name to one value per row; the first column names the concepts.
    links
        Name of a column to what its cell of a concept stands for.
    kinds
        Name of a column to its kind, where the type of its values does not tell.
    names
        The column that names the rows.
    totals
        What stands below all rows: a value per column, None where there is none.
    rows_follow
        Whether the threshold decides which rows there are.
    """

    columns: Mapping[str, Any]
    links: Mapping[str, Link]
    kinds: Mapping[str, CellKind] = field(default_factory=dict)
    names: str = CONCEPT
    totals: Sequence[Sequence[str | float | None]] = ()
    rows_follow: bool = False

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.columns[self.names])

    def take(self, rows: IntArray) -> LinkedTable:
        """Return some of the rows, in the given order."""
        return replace(self, columns={name: each[rows] for name, each in self.columns.items()})

    def kind(self, column: str) -> CellKind:
        """Return the kind of a column."""
        return self.kinds.get(column) or _kind(self.columns[column])

    @property
    def heads(self) -> list[TableColumn]:
        """The columns as the table component wants them."""
        return [self._head(name) for name in self.columns]

    def _head(self, name: str) -> TableColumn:
        head: TableColumn = {
            "name": name,
            "kind": self.kind(name),
            "help": _HELP.get(name, ""),
            "link": name in self.links,
        }
        if name not in _NEVER_FOLD:
            head["fold"] = _FOLDS.get(name, FOLDS_FIRST)
        return head

    @property
    def rows(self) -> list[list[str | float | None]]:
        """The values row by row; None where undefined."""
        lists = [_listed(np.asarray(values)) for values in self.columns.values()]
        return [list(row) for row in zip(*lists, strict=True)]

    def target(self, row: int, column: int) -> Target | None:
        """Return what a clicked cell stands for; None where it is no link."""
        concepts = self.columns[self.names]
        if not (0 <= row < len(concepts) and 0 <= column < len(self.columns)):
            return None
        link = self.links.get(list(self.columns)[column])
        return link(str(concepts[row])) if link else None

    def is_link_to(self, column: str, target: Target | None, *, of: str = "") -> bool:
        """Tell whether a cell of a column, in the row of a name, stands for a target."""
        link = self.links.get(column)
        return link is not None and link(of) == target

    def cell_of(self, target: Target | None) -> tuple[int, int] | None:
        """Return the (row, column) that links to a target, so that it can be shown as chosen."""
        concept = getattr(target, "concept", None)
        concepts = list(self.columns[self.names])
        if concept is None or concept not in concepts:
            return None
        names = list(self.columns)
        for name in self.links:
            if name in names and self.is_link_to(name, target, of=concept):
                return concepts.index(concept), names.index(name)
        return None


def _listed(values: npt.NDArray[Any]) -> list[Any]:
    """Return the values of a column; None where they are NaN."""
    if values.dtype.kind in "iu":
        return values.tolist()
    # NaN alone differs from itself
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124


def _kind(values: Any) -> Any:  # noqa: ANN401 - one of the component's literals
    if isinstance(values, LateTexts):
        return "text"
    return {"i": "count", "u": "count", "f": "rate"}.get(np.asarray(values).dtype.kind, "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a browser wants.

    Parameters
    ----------
    numbers
        Rows by their numbers in the order as given.
    places
        The first place and the one after the last, in the order by a column.
    by
        The name of that column and the direction; None for the order as given.
    """

    numbers: tuple[int, ...]
    places: tuple[int, int]
    by: tuple[str, Direction] | None


def is_long(table: LinkedTable) -> bool:
    """Tell whether a table is sent in windows while a threshold moves."""
    return table.n_rows > LONG


def in_window(table: LinkedTable, asked: str) -> tuple[LinkedTable, TableWindow | None]:
    """Return the rows that are asked for, and where they stand; all of them where that is needed.

    That is so of a short table, and of an order that the server does not know.

    Parameters
    ----------
    asked
        As the browser wrote it; empty for all.

    Raises
    ------
    SelectionError
        When it cannot be understood.
    """
    if not asked or not is_long(table):
        return table, None
    wanted = _read(asked)
    by = wanted.by if wanted.by and wanted.by[0] in table.columns else None
    if by is not None and by[0] == table.names:
        if table.rows_follow:
            return table, None
        numbers, places = _there(wanted.numbers, table.n_rows), None
    elif by is None:
        numbers = np.union1d(_there(wanted.numbers, table.n_rows), _between(wanted, table.n_rows))
        places = numbers
    elif table.kind(by[0]) == "text":
        return table, None
    else:
        order = _order(np.asarray(table.columns[by[0]], dtype=np.float64), down=by[1] == "down")
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        also = place[_there(wanted.numbers, table.n_rows)]
        places = np.union1d(_between(wanted, table.n_rows), also)
        numbers = order[places]
    return table.take(numbers), {
        "n_rows": table.n_rows,
        "numbers": numbers.tolist(),
        "places": None if places is None else places.tolist(),
        "by": by,
        "asked": asked,
    }


def _order(values: FloatArray, *, down: bool) -> IntArray:
    """Return the rows as the table in the browser orders them: what is undefined comes last."""
    return np.argsort(-values if down else values, kind="stable")


def _there(numbers: tuple[int, ...], n_rows: int) -> IntArray:
    return np.array([r for r in numbers if 0 <= r < n_rows], dtype=np.int64)


def _between(wanted: _Wanted, n_rows: int) -> IntArray:
    first, end = wanted.places
    return np.arange(max(first, 0), min(end, n_rows))


def _read(asked: str) -> _Wanted:
    try:
        said = json.loads(asked)
        first, end = said["places"]
        by = said["by"]
        return _Wanted(
            numbers=tuple(map(_whole, said["numbers"])),
            places=(_whole(first), _whole(end)),
            by=None if by is None else (str(by[0]), "down" if by[1] == "down" else "up"),
        )
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        msg = (
            f"The rows asked for are {asked[:80]!r}. They must be numbers, places and an order, "
            'such as {"numbers": [3], "places": [0, 40], "by": ["FP", "down"]}.'
        )
        raise SelectionError(msg) from error


def _whole(value: Any) -> int:  # noqa: ANN401 - whatever the browser wrote
    if type(value) is not int or abs(value) > np.iinfo(np.int32).max:
        raise TypeError
    return value
