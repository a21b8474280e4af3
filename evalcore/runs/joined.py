"""Columns in pieces: the rows of several arrays one after another, looked up without being copied.

They stand where a run in parts has its scores, ids, splits and metadata. Rows are read where they
lie; what needs a whole column gets it as long as it fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, IntArray
from evalcore.errors import RunError
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import ScoredPairs

__all__ = ["MOST_BYTES", "JoinedRows", "chosen_rows", "starts_of"]

MOST_BYTES = 2**31
"""More is not copied out of a run in parts at once."""
PER_TEXT = 80
"""Bytes that a text takes as an object of Python, about."""


def starts_of(pieces: Iterable[Any]) -> IntArray:
    """Return where each piece starts, and the length of all; int64 (n_pieces + 1,)."""
    return np.cumsum([0, *map(len, pieces)], dtype=np.int64)


def chosen_rows(table: Any, positions: IntArray) -> Any:  # noqa: ANN401 - read like an array
    """Return some rows of a table; where few of its cells hold anything, that stays so."""
    if isinstance(table, (ScoredPairs, KnownPairs)):
        return table.chosen(positions)
    if isinstance(table, JoinedRows) and isinstance(table.pieces[0], ScoredPairs):
        return ScoredPairs.joined(table.pieces).chosen(positions)
    return table[positions]


class JoinedRows(np.lib.mixins.NDArrayOperatorsMixin):
    """The rows of several arrays of one dtype, read like an array.

    Rows may be chosen by position, by slice, by positions or by a mask, and columns besides; what
    comes back is an ordinary array. Whatever else is asked of it is asked of the whole as one
    array.

    Parameters
    ----------
    pieces
        Arrays, or other columns that are read like one.

    Raises
    ------
    RunError
        When more than :data:`MOST_BYTES` would be copied at once.

    Examples
    --------
    >>> column = JoinedRows([np.array([1, 2]), np.array([3])])
    >>> column[2].item(), column[[2, 0]].tolist(), (column > 1).tolist()
    (3, [3, 1], [False, True, True])
    """

    def __init__(self, pieces: Sequence[Any]) -> None:
        self.pieces = tuple(pieces)
        self.starts = starts_of(pieces)
        self.dtype: np.dtype[Any] = pieces[0].dtype
        self.shape: tuple[int, ...] = (int(self.starts[-1]), *pieces[0].shape[1:])

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def nbytes(self) -> int:
        """Bytes of the whole as one array, texts included."""
        return self.size * _width(self.dtype)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        for piece in self.pieces:
            yield from piece

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - whatever numpy understands
        rows, rest = (key[0], key[1:]) if isinstance(key, tuple) else (key, ())
        if isinstance(rows, (int, np.integer)):
            k = int(np.searchsorted(self.starts, _within(int(rows), len(self)), side="right")) - 1
            return self.pieces[k][(int(rows) % len(self) - int(self.starts[k]), *rest)]
        if isinstance(rows, slice):
            return self._span(rows, rest)
        chosen = np.asarray(rows)
        positions = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.intp)
        return self._at(np.where(positions < 0, positions + len(self), positions), rest)

    def __array__(
        self,
        dtype: Any = None,  # noqa: ANN401 - as numpy calls it
        copy: bool | None = None,  # noqa: FBT001 - as numpy calls it
    ) -> npt.NDArray[Any]:
        whole = self._span(slice(None), ())
        return whole if dtype is None else whole.astype(dtype)

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *inputs: object,
        **rest: object,
    ) -> Any:  # noqa: ANN401 - as numpy calls it
        whole = [np.asarray(one) if isinstance(one, JoinedRows) else one for one in inputs]
        return getattr(ufunc, method)(*whole, **rest)

    def __eq__(self, other: object) -> Any:  # noqa: ANN401 - as numpy does
        if isinstance(other, str):
            return np.concatenate([_is_equal(piece, other) for piece in self.pieces])
        return np.asarray(self) == np.asarray(other)

    __hash__ = None  # type: ignore[assignment]

    def few(self, most: int) -> set[Any]:
        """Return the different entries; none when there are more than so many."""
        found: set[Any] = set()
        for piece in self.pieces:
            known = getattr(piece, "values", None)
            for value in piece if known is None else known:
                found.add(value)
                if len(found) > most:
                    return set()
        return found

    def all(self, axis: int | None = None) -> Any:  # noqa: ANN401 - as numpy does
        """Tell whether all entries are true, of all or (``axis=1``) of each row."""
        if axis is None:
            return all(bool(piece.all()) for piece in self.pieces)
        return np.concatenate([piece.all(axis=axis) for piece in self.pieces])

    def any(self, axis: int | None = None) -> Any:  # noqa: ANN401 - as numpy does
        """Tell whether any entry is true, of all or (``axis=1``) of each row."""
        return np.asarray(self).any(axis=axis)

    def sum(self, axis: int | None = None) -> Any:  # noqa: ANN401 - as numpy does
        """Return the sum over everything, rows (``axis=0``) or columns."""
        return np.asarray(self).sum(axis=axis)

    def take(self, positions: IntArray, axis: int = 0) -> npt.NDArray[Any]:
        """Return some rows, in the given order."""
        return self[positions] if axis == 0 else np.asarray(self).take(positions, axis)

    def tolist(self) -> list[Any]:
        """Return everything as a list."""
        return np.asarray(self).tolist()

    def astype(self, dtype: Any) -> npt.NDArray[Any]:  # noqa: ANN401 - as numpy does
        """Return everything as one array of another type."""
        return np.asarray(self).astype(dtype)

    def setflags(self, *, write: bool) -> None:
        """Say as an array does that nothing is written; nothing can be."""
        if write:
            msg = "columns in pieces are not written"
            raise ValueError(msg)

    def _span(self, rows: slice, rest: tuple[Any, ...]) -> npt.NDArray[Any]:
        first, stop, step = rows.indices(len(self))
        if step != 1:
            return self._at(np.arange(first, stop, step), rest)
        spans = [
            (piece, slice(max(first - start, 0), stop - start))
            for piece, start in zip(self.pieces, self.starts[:-1].tolist(), strict=True)
            if start < stop and first < start + len(piece)
        ]
        self._refuse(max(stop - first, 0), rest)
        found = [piece[(span, *rest)] for piece, span in spans]
        return np.concatenate(found) if found else self.pieces[0][(slice(0, 0), *rest)]

    def _at(self, positions: npt.NDArray[np.intp], rest: tuple[Any, ...]) -> npt.NDArray[Any]:
        self._refuse(positions.size, rest)
        if positions.size and not 0 <= positions.min() <= positions.max() < len(self):
            msg = f"rows run from 0 to {len(self) - 1}"
            raise IndexError(msg)
        paired = [isinstance(one, np.ndarray) and one.shape == positions.shape for one in rest]
        found: npt.NDArray[Any] | None = None
        for k, piece in enumerate(self.pieces):
            here = np.flatnonzero((positions >= self.starts[k]) & (positions < self.starts[k + 1]))
            if not here.size:
                continue
            columns = [one[here] if pair else one for one, pair in zip(rest, paired, strict=True)]
            part = piece[(positions[here] - self.starts[k], *columns)]
            if here.size == positions.size:
                return np.asarray(part)
            if found is None:
                found = np.empty((positions.size, *part.shape[1:]), dtype=part.dtype)
            found[here] = part
        return self.pieces[0][(np.zeros(0, np.intp), *rest)] if found is None else found

    def _refuse(self, n_rows: int, rest: tuple[Any, ...]) -> None:
        per_row = int(np.prod(self.shape[1:], dtype=np.int64)) if not rest else 1
        n_bytes = n_rows * per_row * _width(self.dtype)
        if n_bytes > MOST_BYTES:
            msg = (
                f"This run is in {len(self.pieces):,} parts, and what is asked for here needs "
                f"{n_bytes // 2**30 + 1:,} GB of it in memory at once. Hint: ask it of a slice, "
                "or of a sample of the run."
            )
            raise RunError(msg)


def _is_equal(piece: Any, text: str) -> BoolArray:  # noqa: ANN401 - a column of texts
    """Tell of each entry whether it is this text; by the column itself where it knows how."""
    found = piece.is_equal(text) if hasattr(piece, "is_equal") else np.asarray(piece) == text
    return np.asarray(found, dtype=bool)


def _within(position: int, length: int) -> int:
    if not -length <= position < length:
        msg = f"position {position} of {length}"
        raise IndexError(msg)
    return position % length


def _width(dtype: np.dtype[Any]) -> int:
    return PER_TEXT if dtype.hasobject else dtype.itemsize
