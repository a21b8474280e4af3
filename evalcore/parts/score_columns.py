"""The scores of a part, concept by concept: read a few columns at a time, checked as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from evalcore.arrays import ScoreArray
from evalcore.errors import RunError
from evalcore.parts.columns import Columns
from evalcore.parts.pieces import Piece
from evalcore.parts.rows import Source, refuse_missing

__all__ = ["read_scores"]

AT_ONCE = 16 * 2**20
"""Bytes of scores that are read at once, about: as much as stays near the processor."""


def read_scores(address: str, piece: Piece, columns: Columns, *, into: ScoreArray) -> Iterator[int]:
    """Fill the rows of an array with the scores of one concept after another.

    Parameters
    ----------
    into : ndarray of shape (n_concepts, n_rows)

    Yields
    ------
    int
        The concept whose row was filled last.

    Raises
    ------
    RunError
        When a file cannot be read, or a score is missing or not finite.
    """
    source = Source(address, piece)
    step = max(1, AT_ONCE // max(1, into[0].nbytes))
    for first in range(0, len(columns.scores), step):
        names = columns.scores[first : first + step]
        table = source.read(names)
        for j, name in enumerate(names, start=first):
            _fill(into[j], table.column(name), piece, name)
            yield j


def _fill(row: ScoreArray, column: Any, piece: Piece, name: str) -> None:  # noqa: ANN401
    refuse_missing(piece, name, column, "score")
    start = 0
    for chunk in column.chunks:
        # -0.0 and 0.0 are one score
        np.add(
            chunk.to_numpy(zero_copy_only=False),
            row.dtype.type(0),
            out=row[start : start + len(chunk)],
            casting="same_kind",
        )
        start += len(chunk)
    ends = float(row.min(initial=0)), float(row.max(initial=0))  # NaN is found by both
    if np.isfinite(ends).all():
        return
    bad = np.flatnonzero(~np.isfinite(row))
    msg = (
        f"{piece.place(int(bad[0]))}: column '{name}' holds {bad.size:,} scores that are not "
        f"finite, first {row[bad[0]]}. Hint: write a number for every pair."
    )
    raise RunError(msg)
