"""The rows of a part as arrays: scores, labels, splits and texts, checked as they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from evalcore.parts.pairs.decoding import PairColumns, is_list
from evalcore.parts.pairs.merging import first_rows, starts_of
from evalcore.parts.pieces import Piece
from evalcore.parts.source import Source, as_ids
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
        All columns that have a role, one row for each input.
    firsts : ndarray of shape (n_inputs,), int64
        Where the rows of each input begin; None where each has one.
    """

    address: str
    piece: Piece
    columns: Columns
    table: pa.Table
    firsts: IntArray | None = None

    @classmethod
    def read(cls, address: str, piece: Piece, columns: Columns) -> PartRows:
        """Read the rows of a part.

        Raises
        ------
        RunError
            When they cannot be read, or those of one input contradict each other.
        """
        kept = [name for name, role in columns.roles.items() if role != "text"]
        if columns.pair and not columns.apart:
            table, firsts = first_rows(address, piece, columns, kept=kept)
        else:
            table = Source(address, piece).read([*columns.lists, *kept], as_text=kept)
            firsts = None
        return cls(address=address, piece=piece, columns=columns, table=table, firsts=firsts)

    def place(self, position: int) -> str:
        """Return where an input stands: file, row group, row in it, counted from 1."""
        return self.piece.place(position if self.firsts is None else int(self.firsts[position]))

    def scored_pairs(self) -> ScoredPairs:
        """Return the scores, of which there are few; shape (n_inputs, n_concepts)."""
        columns = self.columns
        piece = self.piece.of_pairs if columns.apart else self.piece
        given = PairColumns(
            names=columns.lists or columns.pair[1:],
            concepts=columns.concepts,
            dtype=columns.dtype,
            place=piece.place,
        )
        if columns.lists:
            return given.of_lists(self.table)
        inputs, pairs = self._pair_rows(piece)
        scored = np.flatnonzero(~np.asarray(pc.and_(*map(pc.is_null, pairs.columns))))
        if scored.size < inputs.size and not columns.apart:
            # an input of which nothing is scored has one row, in which both are missing
            inputs, pairs = inputs[scored], pairs.take(pa.array(scored))
            given = replace(given, place=lambda pair: piece.place(int(scored[pair])))
        return given.of_rows(pairs, inputs=inputs, n_inputs=self.table.num_rows)

    def _pair_rows(self, piece: Piece) -> tuple[IntArray, pa.Table]:
        """Return the input of each row that is a pair, and concepts and scores."""
        columns, source = self.columns, Source(self.address, piece)
        owner = str(columns.id)
        if not piece.spans:
            none = dict.fromkeys(columns.pair[1:], pa.array([], pa.string()))
            return np.zeros(0, dtype=np.int64), pa.table(none)
        if self.firsts is None:
            ids = as_ids(source.read(columns.pair[:1], as_text=columns.pair[:1]).column(0))
            firsts = starts_of(ids)
            own = self.table.column(owner).cast(pa.string())
            inputs = pc.index_in(ids.take(pa.array(firsts)).cast(pa.string()), value_set=own)
        else:
            firsts, inputs = self.firsts, np.arange(self.firsts.size)
        sizes = np.diff(firsts, append=piece.n_rows)
        return np.repeat(np.asarray(inputs, dtype=np.int64), sizes), source.read(columns.pair[1:])

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
                    f"{self.place(int(twice[0]))}: {twice.size:,} inputs have two labels in "
                    'a single-label run. Hint: set "task": "multi_label" in run.json.'
                )
                raise RunError(msg)
        return labels

    def _known(self, rows: IntArray, concepts: IntArray) -> Any:  # noqa: ANN401 - read like an array
        if self.columns.not_labelled is None and self.columns.unknown is None:
            return None
        shape = self.table.num_rows, len(self.columns.concepts)
        mostly = self.columns.not_labelled is None
        few = self.columns.are_few
        known = KnownPairs.alike(*shape, known=mostly) if few else np.full(shape, mostly)
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
                f"{self.place(rows[first].as_py())}: column '{column}' holds {n:,} labels "
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
        texts = pc.fill_null(column.cast(pa.string()), "")
        texts.validate(full=True)  # some write other bytes than UTF-8 and call them texts
        return packed(texts)

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
