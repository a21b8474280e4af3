"""Scores as lists: of each input its best concepts and their scores, as models return them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evalcore.arrays import IntArray, ScoreArray
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.pairs.scored import ScoredPairs

__all__ = ["LISTS", "is_list", "list_columns", "listed_scores"]

LISTS = (("concepts", "concept"), ("scores", "score"))
"""What the columns are called that list concepts and scores, first choice first."""


def list_columns(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that list concepts and scores; none where there are not both."""
    lists = {field.name for field in schema if is_list(field.type)}
    found = tuple(next((one for one in names if one in lists), "") for names in LISTS)
    return found if all(found) else ()


def is_list(kind: pa.DataType) -> bool:
    """Tell whether a type is one of lists."""
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(kind) for test in tests)


def listed_scores(
    table: pa.Table,
    *,
    lists: Sequence[str],
    concepts: Sequence[str],
    dtype: str,
    place: Callable[[int], str],
) -> ScoredPairs:
    """Return the scored pairs of a part's rows.

    Parameters
    ----------
    lists
        The columns of concepts and of scores.
    place
        Says where a row stands.

    Raises
    ------
    RunError
        When the lists of an input are of different lengths or name a concept twice, when something
        named is no concept, or a score is missing or not finite.
    """
    return _Lists(table, lists, concepts=concepts, dtype=dtype, place=place).scores()


class _Lists:
    """The two columns of lists, and where their rows stand."""

    def __init__(
        self,
        table: pa.Table,
        names: Sequence[str],
        *,
        concepts: Sequence[str],
        dtype: str,
        place: Callable[[int], str],
    ) -> None:
        self.names, self.concepts, self.dtype, self.place = names, concepts, dtype, place
        named, given = (_as_list(table.column(name)) for name in names)
        self.sizes = _sizes(named)
        self._require_same_length(_sizes(given))
        self.rows = np.repeat(np.arange(len(named)), self.sizes)
        self.named, self.given = pc.list_flatten(named), pc.list_flatten(given)

    def scores(self) -> ScoredPairs:
        concepts, values = self._concepts(), self._values()
        n_concepts = len(self.concepts)
        keys = self.rows * n_concepts + concepts
        if (np.diff(keys) <= 0).any():
            order = np.argsort(keys)
            keys, concepts, values = keys[order], concepts[order], values[order]
        twice = np.flatnonzero(np.diff(keys) == 0)
        if twice.size:
            row, concept = divmod(int(keys[twice[0]]), n_concepts)
            name = shorten(self.concepts[concept])
            rule = f"scores {name} more than once, one of {twice.size:,} such pairs"
            raise self._wrong(row, self.names[0], rule, hint="keep one score of each concept.")
        return ScoredPairs(
            starts=np.concatenate([[0], np.cumsum(self.sizes)]),
            concepts=concepts,
            values=values,
            n_concepts=n_concepts,
        )

    def _concepts(self) -> npt.NDArray[np.int32]:
        self._require_filled(self.named, self.names[0], "concept")
        if pa.types.is_integer(self.named.type):
            return self._positions(np.asarray(self.named))
        coded = self.named
        if not pa.types.is_dictionary(coded.type):
            coded = coded.cast(pa.string()).dictionary_encode()
        position = {name: j for j, name in enumerate(self.concepts)}
        values = [str(name).strip() for name in coded.dictionary.to_pylist()]
        places = np.array([position.get(name, -1) for name in values], dtype=np.int32)
        codes = np.asarray(coded.indices)
        found: npt.NDArray[np.int32] = places[codes]
        strange = np.flatnonzero(found < 0)
        if strange.size:
            name = values[int(codes[strange[0]])]
            raise self._wrong(
                int(self.rows[strange[0]]),
                self.names[0],
                f"names {strange.size:,} times what is no concept, first {shorten(name)}."
                + did_you_mean(name, self.concepts).rstrip("."),
                hint="name every concept in run.json's 'concepts'.",
            )
        return found

    def _positions(self, given: IntArray) -> npt.NDArray[np.int32]:
        n_concepts = len(self.concepts)
        outside = np.flatnonzero((given < 0) | (given >= n_concepts))
        if outside.size:
            raise self._wrong(
                int(self.rows[outside[0]]),
                self.names[0],
                f"names {outside.size:,} times what is no concept, first {given[outside[0]]}",
                hint=f"numbers count run.json's 'concepts' from 0 to {n_concepts - 1}.",
            )
        return given.astype(np.int32)

    def _values(self) -> ScoreArray:
        self._require_filled(self.given, self.names[1], "score")
        values = np.array(self.given, dtype=self.dtype) + np.zeros(1, self.dtype)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise self._wrong(
                int(self.rows[bad[0]]),
                self.names[1],
                f"holds {bad.size:,} scores that are not finite, first {values[bad[0]]}",
                hint="leave pairs without a score out.",
            )
        return values

    def _require_same_length(self, sizes: IntArray) -> None:
        different = np.flatnonzero(self.sizes != sizes)
        if different.size:
            row = int(different[0])
            rule = f"names {self.sizes[row]:,} concepts, and '{self.names[1]}' holds {sizes[row]:,}"
            raise self._wrong(row, self.names[0], rule, hint="write one score for each concept.")

    def _require_filled(self, flat: Any, name: str, what: str) -> None:  # noqa: ANN401
        if flat.null_count:
            row = int(self.rows[int(np.flatnonzero(np.asarray(flat.is_null()))[0])])
            rule = f"holds {flat.null_count:,} times no {what}"
            raise self._wrong(row, name, rule, hint="leave pairs without a score out.")

    def _wrong(self, row: int, name: str, rule: str, *, hint: str) -> RunError:
        return RunError(f"{self.place(row)}: column '{name}' {rule}. Hint: {hint}")


def _as_list(column: Any) -> Any:  # noqa: ANN401 - a column of Arrow
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    if pa.types.is_fixed_size_list(whole.type):
        return whole.cast(pa.list_(whole.type.value_type))
    return whole


def _sizes(lists: Any) -> IntArray:  # noqa: ANN401 - lists of Arrow
    return np.asarray(pc.fill_null(pc.list_value_length(lists), 0), dtype=np.int64)
