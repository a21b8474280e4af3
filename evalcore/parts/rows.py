"""The rows of a part as arrays: scores, labels, splits and texts, checked as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evalcore.arrays import IntArray
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import ScoredPairs
from evalcore.parts.columns import Columns
from evalcore.parts.listed import is_list, listed_scores
from evalcore.parts.pieces import Piece
from evalcore.parts.source import Source
from evalcore.runs.labels import Labels
from evalcore.runs.packed_texts import packed

__all__ = ["PartRows", "refuse_missing"]

Arrays = dict[str, npt.NDArray[Any]]
FEW = 256
"""A metadata column of a part with more different values stays in its file."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PartRows:
    """The rows of one part.

    Parameters
    ----------
    table
        All columns that have a role.
    """

    piece: Piece
    columns: Columns
    table: pa.Table

    @classmethod
    def read(cls, address: str, piece: Piece, columns: Columns) -> PartRows:
        """Read the rows of a part.

        Raises
        ------
        RunError
            When they cannot be read.
        """
        kept = [name for name, role in columns.roles.items() if role != "text"]
        table = Source(address, piece).read([*columns.lists, *kept], as_text=True)
        return cls(piece=piece, columns=columns, table=table)

    def listed_scores(self) -> ScoredPairs:
        """Return the scores that stand in lists; shape (n_rows, n_concepts)."""
        return listed_scores(
            self.table,
            lists=self.columns.lists,
            concepts=self.columns.concepts,
            dtype=self.columns.dtype,
            place=self.piece.place,
        )

    @cached_property
    def labels(self) -> Labels:
        """The labelled pairs, and which pairs nobody knows.

        Raises
        ------
        RunError
            When a label is no concept, or a single-label run has two.
        """
        rows, concepts = self._pairs(self.columns.labels)
        known = self._known(rows, concepts)
        labels = Labels(
            n_inputs=self.table.num_rows,
            n_concepts=len(self.columns.concepts),
            pairs=np.column_stack([rows, concepts]),
            known=known,
        )
        if self.columns.task == "single_label":
            twice = np.flatnonzero(np.diff(labels.input_starts) > 1)
            if twice.size:
                msg = (
                    f"{self.piece.place(int(twice[0]))}: {twice.size:,} inputs have two labels in "
                    'a single-label run. Hint: set "task": "multi_label" in run.json.'
                )
                raise RunError(msg)
        return labels

    def _known(self, rows: IntArray, concepts: IntArray) -> Any:  # noqa: ANN401 - read like an array
        if self.columns.not_labelled is None and self.columns.unknown is None:
            return None
        shape = self.table.num_rows, len(self.columns.concepts)
        mostly = self.columns.not_labelled is None
        lists = self.columns.lists
        known = KnownPairs.alike(*shape, known=mostly) if lists else np.full(shape, mostly)
        known[rows, concepts] = True
        if self.columns.not_labelled is not None:
            known[self._pairs(self.columns.not_labelled)] = True
        if self.columns.unknown is not None:
            known[self._pairs(self.columns.unknown)] = False
        return known

    def _pairs(self, name: str) -> tuple[IntArray, IntArray]:
        """Return row and concept of every name in a column of labels."""
        column = self.table.column(name).combine_chunks()
        if is_list(column.type):
            rows, names = pc.list_parent_indices(column), pc.list_flatten(column)
        elif self.columns.separator is not None:
            parts = pc.split_pattern(column.cast(pa.string()), self.columns.separator)
            rows, names = pc.list_parent_indices(parts), pc.list_flatten(parts)
        else:
            rows, names = pa.array(np.arange(len(column))), column.cast(pa.string())
        names = pc.utf8_trim_whitespace(names.cast(pa.string()))
        given = pc.fill_null(pc.not_equal(names, ""), False)  # noqa: FBT003 - as it is called
        rows, names = rows.filter(given), names.filter(given)
        coded = names.dictionary_encode()
        place = self._places(coded, rows, name)
        return np.asarray(rows, dtype=np.int64), place[np.asarray(coded.indices)]

    def _places(self, coded: Any, rows: Any, column: str) -> IntArray:  # noqa: ANN401
        position = {name: j for j, name in enumerate(self.columns.concepts)}
        values = coded.dictionary.to_pylist()
        strangers = [k for k, name in enumerate(values) if name not in position]
        if strangers:
            codes = np.asarray(coded.indices)
            first = int(np.flatnonzero(codes == strangers[0])[0])
            n = int(np.isin(codes, strangers).sum())
            msg = (
                f"{self.piece.place(rows[first].as_py())}: column '{column}' holds {n:,} labels "
                f"that are no concept, first {shorten(values[strangers[0]])}."
                f"{did_you_mean(values[strangers[0]], self.columns.concepts)} "
                "Hint: name every concept's score column as its label; leave the label empty "
                "where an input shows none."
            )
            raise RunError(msg)
        return np.array([position[name] for name in values], dtype=np.int64)

    def texts(self, name: str, *, what: str) -> Arrays:
        """Return a column as UTF-8 and where each text ends.

        Raises
        ------
        RunError
            When one is missing.
        """
        column = self.table.column(name)
        if what == "id":
            refuse_missing(self.piece, name, column, what)
        return packed(pc.fill_null(column.cast(pa.string()), ""))

    def codes(self, name: str) -> tuple[IntArray, list[str]] | None:
        """Return a column of few different texts as codes, else None."""
        column = self.table.column(name).cast(pa.string())
        coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
        if len(coded.dictionary) > FEW:
            return None
        return np.asarray(coded.indices).astype(np.uint8), coded.dictionary.to_pylist()


def refuse_missing(piece: Piece, name: str, column: Any, what: str) -> None:  # noqa: ANN401
    """Refuse a column in which something is missing."""
    if not column.null_count:
        return
    row = int(np.flatnonzero(np.asarray(column.is_null()))[0])
    msg = (
        f"{piece.place(row)}: column '{name}' holds {column.null_count:,} rows without "
        f"{'an' if what == 'id' else 'a'} {what}. Hint: every input needs one."
    )
    raise RunError(msg)
