"""Scores as pairs: lists of an input's best concepts, or a row for each pair that is scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from evalcore.arrays import IntArray, ScoreArray
from evalcore.errors import RunError, did_you_mean, listing, shorten
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs.format_words import SCORE_PREFIX

__all__ = [
    "HINT",
    "PairColumns",
    "is_bytes",
    "is_list",
    "list_columns",
    "may_be_pairs",
    "pair_columns",
]

LISTS = (("concepts", "concept"), ("scores", "score"))
"""What the columns are called that list concepts and scores, first choice first."""
PAIR = ("id", "concept", "score")
"""What the columns are called where each row is one score."""
HINT = (
    f"the best few of each input stand in two columns of lists, '{LISTS[0][0]}' and "
    f"'{LISTS[1][0]}', or one a row, in columns {', '.join(PAIR)}."
)


def list_columns(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that list concepts and scores; none where there are not both."""
    lists = {field.name for field in schema if is_list(field.type)}
    found = tuple(next((one for one in names if one in lists), "") for names in LISTS)
    return found if all(found) else ()


def may_be_pairs(schema: pa.Schema) -> bool:
    """Tell whether each row may be meant as one score: of a concept, or one that has no column."""
    names = {field.name for field in schema if not is_list(field.type)}
    has_columns = any(name.startswith(SCORE_PREFIX) for name in schema.names)
    return bool(names & {*PAIR[1:]}) and not has_columns and not list_columns(schema)


def pair_columns(schema: pa.Schema, *, path: str, are_surely: bool) -> tuple[str, ...]:
    """Return the columns of id, concept and score where each row is one score, else none.

    Parameters
    ----------
    are_surely
        Whether rows are scores even where a column of them is missing.

    Raises
    ------
    RunError
        When a column is missing.
    """
    missing = [name for name in PAIR if name not in schema.names]
    if not are_surely and (not may_be_pairs(schema) or {*PAIR[1:]} & {*missing}):
        return ()
    if missing:
        msg = (
            f"{path}: there is no column '{missing[0]}'. It has {listing(schema.names)}."
            f"{did_you_mean(missing[0], schema.names)} Hint: where each row is one score, it has "
            f"the columns {', '.join(PAIR)}."
        )
        raise RunError(msg)
    return PAIR


def is_list(kind: pa.DataType) -> bool:
    """Tell whether a type is one of lists."""
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(kind) for test in tests)


def is_bytes(kind: pa.DataType) -> bool:
    """Tell whether a type is one of bytes."""
    types = pa.types
    tests = (types.is_binary, types.is_large_binary, types.is_binary_view)
    return types.is_fixed_size_binary(kind) or any(test(kind) for test in tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairColumns:
    """A column of concepts and one of scores, and where their rows stand.

    Parameters
    ----------
    names
        The two columns.
    place
        Says where a row stands.
    """

    names: Sequence[str]
    concepts: Sequence[str]
    dtype: str
    place: Callable[[int], str]

    def of_lists(self, table: pa.Table) -> ScoredPairs:
        """Return the scored pairs of rows that are inputs, which list them.

        Raises
        ------
        RunError
            When the lists of an input are of different lengths or name a concept twice, when
            something named is no concept, or a score is missing or not finite.
        """
        named, given = (_as_list(table.column(name)) for name in self.names)
        sizes, others = _sizes(named), _sizes(given)
        different = np.flatnonzero(sizes != others)
        if different.size:
            k = int(different[0])
            rule = f"names {sizes[k]:,} concepts, and '{self.names[1]}' holds {others[k]:,}"
            raise self._wrong(k, 0, rule, hint="write one score for each concept.")
        inputs = np.repeat(np.arange(len(named)), sizes)
        flat = pa.table([pc.list_flatten(named), pc.list_flatten(given)], [*self.names])
        pairs = replace(self, place=lambda pair: self.place(int(inputs[pair])))
        return pairs.of_rows(flat, inputs=inputs, n_inputs=len(named))

    def of_rows(self, table: pa.Table, *, inputs: IntArray, n_inputs: int) -> ScoredPairs:
        """Return the scored pairs of rows that are pairs, each of an input, ascending.

        Raises
        ------
        RunError
            When something named is no concept, a pair is scored twice, or a score is missing or
            not finite.
        """
        named, given = (_whole(table.column(name)) for name in self.names)
        concepts, values = self._concepts(named), self._values(given)
        n_concepts = len(self.concepts)
        keys = inputs * n_concepts + concepts
        if (np.diff(keys) <= 0).any():
            order = np.argsort(keys)
            keys, concepts, values = keys[order], concepts[order], values[order]
            twice = np.flatnonzero(np.diff(keys) == 0)
            if twice.size:
                pair = int(order[twice[0] : twice[0] + 2].max())
                name = shorten(self.concepts[keys[twice[0]] % n_concepts])
                rule = f"scores {name} more than once, one of {twice.size:,} such pairs"
                raise self._wrong(pair, 0, rule, hint="keep one score of each concept.")
        return ScoredPairs(
            starts=np.concatenate([[0], np.cumsum(np.bincount(inputs, minlength=n_inputs))]),
            concepts=concepts,
            values=values,
            n_concepts=n_concepts,
        )

    def _concepts(self, named: Any) -> npt.NDArray[np.int32]:  # noqa: ANN401
        self._require_filled(named, 0, "concept")
        if pa.types.is_integer(named.type):
            return self._positions(np.asarray(named))
        coded = named
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
            rule = f"names {strange.size:,} times what is no concept, first {shorten(name)}"
            if near := did_you_mean(name, self.concepts):
                rule += f".{near}"
            hint = "name every concept in run.json's 'concepts'."
            raise self._wrong(int(strange[0]), 0, rule, hint=hint)
        return found

    def _positions(self, given: IntArray) -> npt.NDArray[np.int32]:
        n_concepts = len(self.concepts)
        outside = np.flatnonzero((given < 0) | (given >= n_concepts))
        if outside.size:
            first = given[outside[0]]
            rule = f"names {outside.size:,} times what is no concept, first {first}"
            hint = f"numbers count run.json's 'concepts' from 0 to {n_concepts - 1}."
            raise self._wrong(int(outside[0]), 0, rule, hint=hint)
        return given.astype(np.int32)

    def _values(self, given: Any) -> ScoreArray:  # noqa: ANN401
        self._require_filled(given, 1, "score")
        values = np.array(given, dtype=self.dtype) + np.zeros(1, self.dtype)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            rule = f"holds {bad.size:,} scores that are not finite, first {values[bad[0]]}"
            raise self._wrong(int(bad[0]), 1, rule, hint="leave pairs without a score out.")
        return values

    def _require_filled(self, flat: Any, column: int, what: str) -> None:  # noqa: ANN401
        if flat.null_count:
            pair = int(np.flatnonzero(np.asarray(flat.is_null()))[0])
            rule = f"holds {flat.null_count:,} times no {what}"
            raise self._wrong(pair, column, rule, hint="leave pairs without a score out.")

    def _wrong(self, pair: int, column: int, rule: str, *, hint: str) -> RunError:
        stop = "" if rule.endswith("?") else "."
        where = f"{self.place(pair)}: column '{self.names[column]}'"
        return RunError(f"{where} {rule}{stop} Hint: {hint}")


def _as_list(column: Any) -> Any:  # noqa: ANN401 - a column of Arrow
    whole = _whole(column)
    if pa.types.is_fixed_size_list(whole.type):
        return whole.cast(pa.list_(whole.type.value_type))
    return whole


def _whole(column: Any) -> Any:  # noqa: ANN401 - a column of Arrow
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    return whole


def _sizes(lists: Any) -> IntArray:  # noqa: ANN401 - lists of Arrow
    return np.asarray(pc.fill_null(pc.list_value_length(lists), 0), dtype=np.int64)
