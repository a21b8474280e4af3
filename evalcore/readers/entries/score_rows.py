"""Scores that arrive input by input, gathered at about the size of the finished matrix."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.errors import RunError
from evalcore.readers.tables.limits import ROW_BYTES, check_expansion, check_size
from evalcore.runs.run import UNSCORED

__all__ = ["ScoreRows", "refuse_unscored"]

CELLS_PER_BLOCK = 2**13
"""Few, because a number in a list takes eight times the memory of one in an array."""


class ScoreRows:
    """Rows of scores; a concept gets its column when it is first met.

    Parameters
    ----------
    file
        Name for messages.
    dtype
        Precision of the source.
    source
        The file, or the folder of the files, by whose size it is judged how large the scores may
        become; None when there is none.

    Examples
    --------
    >>> rows = ScoreRows("pets.json", dtype="float32")
    >>> rows.add([0, 1], [0.9, 0.1])
    >>> rows.add([2], [0.5])
    >>> rows.matrix(positions=np.array([2, 0, 1])).tolist()[1]
    [-inf, 0.5, -inf]
    """

    def __init__(
        self,
        file: str,
        *,
        dtype: Any = np.float64,  # noqa: ANN401 - whatever NumPy takes for one
        source: Path | None = None,
    ) -> None:
        self.file = file
        self.source = source
        self.dtype = np.dtype(dtype)
        self.n_rows = 0
        self.n_columns = 0
        self._columns: list[int] = []
        self._values: list[float] = []
        self._lengths: list[int] = []
        self._blocks: deque[ScoreArray] = deque()

    def add(self, columns: Sequence[int], values: Sequence[float]) -> None:
        """Add one row, which has scores in some of the columns."""
        self._columns.extend(columns)
        self._values.extend(values)
        self._lengths.append(len(values))
        self.n_rows += 1
        if columns:
            self.n_columns = max(self.n_columns, max(columns) + 1)
        if len(self._lengths) * max(self.n_columns, 8) >= CELLS_PER_BLOCK:
            self._flush()

    def add_block(self, n_rows: int, rows: IntArray, columns: IntArray, values: Any) -> None:  # noqa: ANN401
        """Add rows at once: ``values[k]`` stands in row ``rows[k]`` of them."""
        self._flush()
        self.n_rows += n_rows
        self.n_columns = max(self.n_columns, int(columns.max(initial=-1)) + 1)
        self._check(self.n_rows, self.n_columns)
        block = np.full((n_rows, self.n_columns), UNSCORED, dtype=self.dtype)
        block[rows, columns] = values
        self._blocks.append(block)

    def matrix(
        self, *, positions: IntArray, rows: IntArray | None = None, n: int = 0
    ) -> ScoreArray:
        """Return the finished matrix and forget the rows.

        Parameters
        ----------
        positions : ndarray of shape (n_concepts,), int64
            Concept position of each column.
        rows : ndarray of shape (n_rows,), int64, optional
            Input position of each row, -1 to leave it out; the rows' own order when omitted.
        n
            Number of inputs, with ``rows``.

        Returns
        -------
        ndarray of shape (n_inputs, n_concepts)
            ``-inf`` where nothing was scored.
        """
        self._flush()
        inputs = np.arange(self.n_rows) if rows is None else rows
        shape = (self.n_rows if rows is None else n, positions.size)
        self._check(*shape)
        matrix = np.empty(shape, dtype=self.dtype)
        if rows is not None:
            matrix.fill(UNSCORED)
        start = 0
        while self._blocks:  # each block is freed before the next one is copied
            block = self._blocks.popleft()
            here = inputs[start : start + len(block)]
            start += len(block)
            keep = here >= 0
            if rows is None:  # memory is taken when it is written to, while blocks are freed
                matrix[here] = UNSCORED
            matrix[np.ix_(here[keep], positions[: block.shape[1]])] = block[keep]
        return matrix

    def _check(self, n_rows: int, n_columns: int) -> None:
        check_size(self.file, n_rows=n_rows, n_columns=n_columns)
        if self.source is not None:
            width = n_columns * self.dtype.itemsize
            check_expansion(self.source, n_bytes=n_rows * (ROW_BYTES + width))

    def _flush(self) -> None:
        if not self._lengths:
            return
        n_rows = len(self._lengths)
        self._check(self.n_rows, self.n_columns)
        block = np.full((n_rows, self.n_columns), UNSCORED, dtype=self.dtype)
        block[np.repeat(np.arange(n_rows), self._lengths), self._columns] = self._values
        self._blocks.append(block)
        self._columns, self._values, self._lengths = [], [], []


def refuse_unscored(file: str, scores: ScoreArray) -> None:
    """Refuse a run in which nothing was scored.

    Raises
    ------
    RunError
        When there is no score at all.
    """
    if scores.size == 0 or scores.max() == UNSCORED:
        msg = f"{file}: there is no score of any concept. Hint: export the predictions with scores."
        raise RunError(msg)
