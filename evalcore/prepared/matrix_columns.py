"""The columns of the matrix at any threshold, made while the scores of a part are sorted.

Beside every sorted score stands a code for the rows of the matrix that its input stands in. So the
inputs between a threshold and the nearest checkpoint are found wherever it is, and the scores
themselves are not asked. It takes a byte a score, where few sets of labels occur.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, sorted_together
from evalcore.counting.count_index import CountIndex
from evalcore.counting.matrix import CellIndex, Rows, is_wide
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode
from evalcore.prepared.array_folder import Shelf
from evalcore.prepared.array_writer import ArrayWriter
from evalcore.runs.labels import Labels

__all__ = ["MatrixColumns", "unpack_cells"]

Codes = npt.NDArray[np.uint8]
MOST_SETS = 2**8
ROWS = ("rows", "starts", "sizes")
SPACING = 2_048
"""Inputs between two checkpoints: one takes as many bytes as there are rows, or twice that."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelSets:
    """The different sets of labels of a part.

    Parameters
    ----------
    codes : ndarray of shape (n_inputs,), uint8
        Number of each input's set.
    rows
        Which rows of the matrix the inputs of each set stand in.
    """

    codes: Codes
    rows: Rows

    @classmethod
    def of(cls, labels: Labels) -> LabelSets | None:
        """Give each set a number; None when there are too many, or when labels are unknown."""
        numbered = None if labels.known is not None else _numbered(labels)
        if numbered is None:
            return None
        codes, sets = numbered
        rows = [found or (labels.n_concepts,) for found in sets]
        sizes = np.append(labels.total, labels.unlabelled.size)
        return cls(
            codes=codes,
            rows=Rows(
                rows=np.concatenate(rows).astype(np.min_scalar_type(sizes.size)),
                starts=np.cumsum([0, *map(len, rows)], dtype=np.int32),
                sizes=sizes,
            ),
        )

    @property
    def n_sets(self) -> int:
        """How many sets are numbered."""
        return self.rows.starts.size - 1

    def by_row(self) -> tuple[IntArray, IntArray]:
        """Return the sets that stand in each row, row after row, and where each row's end."""
        each = np.repeat(np.arange(self.n_sets), np.diff(self.rows.starts))
        ends = np.cumsum(np.bincount(self.rows.rows, minlength=self.rows.sizes.size))
        return each[np.argsort(self.rows.rows, kind="stable")], ends


def _numbered(labels: Labels) -> tuple[Codes, list[tuple[int, ...]]] | None:
    """Return the number of each input's set and the sets, label after label of the inputs."""
    lengths = np.diff(labels.input_starts)
    codes: IntArray = np.zeros(labels.n_inputs, dtype=np.int64)
    sets: list[tuple[int, ...]] = [()]
    for k in range(int(lengths.max(initial=0))):
        some = np.flatnonzero(lengths > k)
        longer = codes[some] * labels.n_concepts + labels.concepts[labels.input_starts[some] + k]
        occurs = np.bincount(longer, minlength=len(sets) * labels.n_concepts) > 0
        found = np.flatnonzero(occurs)
        if len(sets) + found.size > MOST_SETS:
            return None
        codes[some] = len(sets) - 1 + np.cumsum(occurs)[longer]
        shorter, last = (part.tolist() for part in np.divmod(found, labels.n_concepts))
        sets += [(*sets[code], label) for code, label in zip(shorter, last, strict=True)]
    return codes.astype(np.uint8), sets


class MatrixColumns:
    """Sorts the scores of one concept after another, and writes what stands beside them."""

    def __init__(self, out: ArrayWriter, sets: LabelSets, *, n_concepts: int) -> None:
        n_inputs = sets.codes.size
        self.sets = sets
        self.codes = out.stream("every.cells.codes", np.uint8, (n_concepts * n_inputs,))
        self.dtype = np.min_scalar_type(int(sets.rows.sizes.max()))
        self.checkpoints: list[npt.NDArray[Any]] = []
        self.by_row, self.ends = sets.by_row()
        # of each ascending place the checkpoint that it counts in, the best ones in the first
        self.groups = np.arange(n_inputs)[::-1] // SPACING * sets.n_sets
        self.keys = np.empty_like(self.groups)

    @classmethod
    def of(cls, out: ArrayWriter, labels: Labels) -> MatrixColumns | None:
        """Begin; None where the matrix is too wide, or the sets of labels are too many."""
        sets = None if is_wide(labels.n_concepts) else LabelSets.of(labels)
        return None if sets is None else cls(out, sets, n_concepts=labels.n_concepts)

    def sorted(self, column: ScoreArray, *, out: ScoreArray) -> ScoreArray:
        """Return the scores of the next concept in order, and write the codes beside them.

        Parameters
        ----------
        out
            Memory that they may be returned in.

        Raises
        ------
        OSError
            When there is no room.
        """
        codes, n_codes = self.sets.codes, self.sets.n_sets
        values, codes = sorted_together(column, codes, n_codes=n_codes, out=out)
        self.codes.append(codes)
        self.checkpoints.append(self._counted(codes))
        return values

    def _counted(self, codes: Codes) -> npt.NDArray[Any]:
        """Count per row the best inputs up to each checkpoint; (n_checkpoints, n_rows)."""
        whole, n_sets = codes.size // SPACING, self.sets.n_sets
        np.add(self.groups, codes, out=self.keys)
        found = np.bincount(self.keys, minlength=whole * n_sets)[: whole * n_sets]
        added = np.zeros((whole, self.by_row.size + 1), dtype=np.int64)
        found.reshape(whole, n_sets)[:, self.by_row].cumsum(axis=1, out=added[:, 1:])
        by_row = np.diff(added[:, self.ends], axis=1, prepend=0)
        return by_row.cumsum(axis=0).astype(self.dtype)

    def finish(self, top: RankedInputs) -> tuple[dict[str, npt.NDArray[Any]], dict[Mode, int]]:
        """Return the other arrays, and the inputs between two checkpoints under each mode.

        Parameters
        ----------
        top
            The inputs ranked by their highest scores.
        """
        cells = CellIndex.of(replace(top, inputs=self.sets.codes[top.inputs]), self.sets.rows)
        arrays = {
            "every.cells.checkpoints": np.concatenate(self.checkpoints),
            "top.cells.checkpoints": cells.checkpoints,
            "top.cells.codes": cells.ranked.inputs,
        }
        arrays |= {f"cells.{name}": getattr(self.sets.rows, name) for name in ROWS}
        return arrays, {"every": SPACING, "top": cells.spacing}


def unpack_cells(
    shelf: Shelf, indices: Mapping[Mode, CountIndex], *, top: RankedInputs
) -> dict[Mode, CellIndex]:
    """Return the columns of the matrix under each mode; nothing where none were made.

    Parameters
    ----------
    indices, top
        What was prepared of the same part: its sorted scores, its inputs by their highest ones.
    """
    if "spacing" not in shelf.facts:
        return {}
    eligible = indices["every"].eligible
    # every pair has its code, so that no threshold is below them
    every = RankedInputs(
        scores=eligible, inputs=top.inputs, starts=eligible.starts, floor=-float("inf")
    )
    rows = Rows(**{name: shelf.arrays[f"cells.{name}"] for name in ROWS})
    ranked: dict[Mode, RankedInputs] = {"every": every, "top": top}
    return {
        mode: CellIndex(
            ranked=replace(one, inputs=shelf.arrays[f"{mode}.cells.codes"]),
            rows=rows,
            checkpoints=shelf.arrays[f"{mode}.cells.checkpoints"],
            spacing=shelf.facts["spacing"][mode],
        )
        for mode, one in ranked.items()
    }
