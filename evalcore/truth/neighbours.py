"""What became of inputs like this one: sums over the nearest of a few thousand reference inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray, IntArray

__all__ = ["Neighbours", "reference_rows"]

Float32 = npt.NDArray[np.float32]
REFERENCES = 4_000
SHARE = 0.05
MOST = 200
LEAST = 10
DIRECTIONS = 64
"""Neighbours are sought along this many of the widest directions at most."""


def reference_rows(n_inputs: int) -> IntArray:
    """Return the positions of the reference inputs, ascending: all of them, or a seeded draw."""
    if n_inputs <= REFERENCES:
        return np.arange(n_inputs)
    # a fixed seed: one run has one ranking, whoever asks and whenever
    return np.sort(np.random.default_rng(0).choice(n_inputs, REFERENCES, replace=False))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """The reference inputs among which the nearest are sought.

    Parameters
    ----------
    directions : ndarray of shape (n_features, n_directions), float32
    references : ndarray of shape (n_references, n_directions), float32
        Their features along the directions.
    position_of : ndarray of shape (n_inputs,), int64
        Place of an input among the references, -1 for the others.
    tables : ndarray of shape (n_references, n_columns), float32
        What is summed.
    near
        How many of the nearest.
    """

    directions: Float32
    references: Float32
    position_of: IntArray
    tables: Float32
    near: int

    @classmethod
    def of(
        cls, features: FloatArray, *tables: npt.NDArray[Any], rows: IntArray, n_inputs: int
    ) -> Neighbours:
        """Take the features of the reference inputs, and tables to sum over them.

        Parameters
        ----------
        rows
            Positions of the references among the inputs.
        """
        x = features.astype(np.float32)
        directions = np.eye(x.shape[1], dtype=np.float32)
        if x.shape[1] > DIRECTIONS:
            centred = x - x.mean(axis=0)
            directions = np.linalg.eigh(centred.T @ centred)[1][:, -DIRECTIONS:]
        position_of = np.full(n_inputs, -1)
        position_of[rows] = np.arange(rows.size)
        near = min(MOST, max(LEAST, int(n_inputs * SHARE)), rows.size - 1)
        return cls(
            directions=np.ascontiguousarray(directions),
            references=x @ directions,
            position_of=position_of,
            tables=np.ascontiguousarray(np.hstack(tables), dtype=np.float32),
            near=max(1, near),
        )

    def sums(self, features: FloatArray, *, start: int) -> Float32:
        """Sum the tables over the nearest references of consecutive inputs, itself left out.

        Parameters
        ----------
        features : ndarray of shape (n_block, n_features)
        start
            Position of the first of these inputs.
        """
        x = features.astype(np.float32) @ self.directions
        far = (self.references**2).sum(axis=1) / 2 - x @ self.references.T
        own = self.position_of[start : start + len(x)]
        inside = np.flatnonzero(own >= 0)
        far[inside, own[inside]] = np.inf
        nearest = np.argpartition(far, self.near - 1, axis=1)[:, : self.near]
        picked = np.zeros_like(far)
        np.put_along_axis(picked, nearest, 1, axis=1)
        return picked @ self.tables
