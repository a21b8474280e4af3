"""What tables have in common that are read like an array and hold few of its cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, places_between
from evalcore.errors import RunError

__all__ = ["MOST_CELLS", "SparseTable", "spans"]

MOST_CELLS = 2**28
"""Of so many cells at once an array is made, and of no more."""


class SparseTable(np.lib.mixins.NDArrayOperatorsMixin, ABC):
    """A table of inputs and concepts, read like an array of two dimensions.

    Cells may be chosen as of an array: rows by position, slice, positions or a mask, and columns
    likewise; what comes back is an ordinary array. Whatever else is asked of it is asked of the
    whole as one array.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, int]
    ndim = 2

    @abstractmethod
    def at(self, rows: IntArray, columns: IntArray) -> npt.NDArray[Any]:
        """Return one cell for each row and column."""

    @abstractmethod
    def rows(self, positions: IntArray) -> npt.NDArray[Any]:
        """Return some rows as an array of shape (n_positions, n_columns)."""

    @abstractmethod
    def column(self, j: int) -> npt.NDArray[Any]:
        """Return one column; shape (n_rows,)."""

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.shape[0] * self.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of the whole as one array."""
        return self.size * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - whatever numpy understands
        rows, columns = (*(key if isinstance(key, tuple) else (key,)), slice(None))[:2]
        n_rows, n_columns = self.shape
        if isinstance(columns, slice) and columns == slice(None):
            found = self._rows(np.atleast_1d(_places(rows, n_rows)))
            return found[0] if isinstance(rows, (int, np.integer)) else found
        first, second = _places(rows, n_rows), _places(columns, n_columns)
        if isinstance(rows, slice) and second.ndim == 0 and first.size == n_rows:
            return self.column(int(second))[first]
        if isinstance(rows, slice) or isinstance(columns, slice):
            # an outer product, as of an array; a single row or column is no dimension
            first = first.reshape(-1, *[1] * second.ndim)
        pairs = np.broadcast_arrays(first, second)
        self.refuse_large(pairs[0].size)
        found = self.at(pairs[0].reshape(-1), pairs[1].reshape(-1)).reshape(pairs[0].shape)
        return found[()]

    def __array__(
        self,
        dtype: Any = None,  # noqa: ANN401 - as numpy calls it
        copy: bool | None = None,  # noqa: FBT001 - as numpy calls it
    ) -> npt.NDArray[Any]:
        whole = self._rows(np.arange(self.shape[0]))
        return whole if dtype is None else whole.astype(dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **rest: object) -> Any:  # noqa: ANN401 - as numpy calls it
        whole = [np.asarray(one) if isinstance(one, SparseTable) else one for one in inputs]
        return getattr(ufunc, method)(*whole, **rest)

    def take(self, positions: IntArray, axis: int = 0) -> npt.NDArray[Any]:
        """Return some rows or (``axis=1``) columns, in the given order."""
        found = self[positions] if axis == 0 else self[:, positions]
        return np.asarray(found)

    def astype(self, dtype: Any) -> npt.NDArray[Any]:  # noqa: ANN401 - as numpy does
        """Return everything as one array of another type."""
        return np.asarray(self).astype(dtype)

    def setflags(self, *, write: bool) -> None:
        """Say as an array does that nothing is written."""

    def _rows(self, positions: IntArray) -> npt.NDArray[Any]:
        self.refuse_large(positions.size * self.shape[1])
        return self.rows(positions)

    def refuse_large(self, n_cells: int) -> None:
        """Refuse to make an array of so many cells.

        Raises
        ------
        RunError
            When they are more than :data:`MOST_CELLS`.
        """
        if n_cells > MOST_CELLS:
            msg = (
                f"Of a table of {self.shape[0]:,} x {self.shape[1]:,}, of which few cells hold "
                f"anything, {n_cells:,} cells are asked for at once. Hint: ask it of fewer "
                "concepts, or of a slice of the run."
            )
            raise RunError(msg)


def _places(key: Any, n: int) -> IntArray:  # noqa: ANN401 - whatever numpy understands
    """Return the places that a key chooses of n, negative ones counted from the end."""
    if isinstance(key, slice):
        return np.arange(*key.indices(n))
    chosen = np.asarray(key)
    if chosen.dtype == bool:
        return np.flatnonzero(chosen)
    places = chosen.astype(np.intp)
    if places.size and not -n <= places.min() <= places.max() < n:
        msg = f"positions run from 0 to {n - 1}"
        raise IndexError(msg)
    return np.asarray(np.where(places < 0, places + n, places))


def spans(starts: IntArray, positions: IntArray) -> tuple[IntArray, IntArray]:
    """Return the places in ``starts[p]:starts[p + 1]`` of each position, and how many each has.

    Examples
    --------
    >>> spans(np.array([0, 2, 2, 5]), np.array([2, 0]))
    (array([2, 3, 4, 0, 1]), array([3, 2]))
    """
    first, stop = starts[positions], starts[positions + 1]
    return places_between(first, stop), stop - first
