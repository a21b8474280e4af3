"""Rows of pairs found with their inputs: both are walked through side by side, once, in order.

The rows of an input follow each other and inputs come in the order of their own table, so that
neither has to be held: a part is cut wherever an input begins, also inside of a row group, and an
input's rows may go on in the next row group or file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evalcore.arrays import IntArray
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.parts.columns import Columns
from evalcore.parts.dataset import Dataset
from evalcore.parts.files import SourceFile
from evalcore.parts.pairs.decoding import is_list
from evalcore.parts.pieces import (
    MOST_ROWS,
    PER_PAIR,
    PER_ROW,
    SMALL,
    Piece,
    Span,
    is_last,
    piece_of,
    repeated_id,
)
from evalcore.parts.source import Source, batches, in_text

__all__ = ["first_rows", "pieces_of_pairs", "starts_of"]

AT_ONCE = 2**18
"""Ids that are held at once, of either table."""
SHOWN = 10_000
"""Ids among which one is looked for that is spelt alike."""


def pieces_of_pairs(dataset: Dataset, *, n_bytes: int) -> list[Piece]:
    """Plan the parts, in the order of the files, so that building one takes so many bytes at most.

    Parts begin with files as those of other runs do, so that a file that is added or changes costs
    its own parts. An input whose rows go on in the next file belongs to the file where they begin.

    Raises
    ------
    RunError
        When ids do not fit together, or the rows of one input alone take more.
    """
    cuts = _Cuts(dataset, min(n_bytes, MOST_ROWS * PER_PAIR))
    for runs in _runs_of(dataset):
        cuts.add(runs)
    ends = cuts.finished()
    files = dataset.inputs if dataset.columns.apart else dataset.files
    found = []
    for (first, row), (stop, end) in pairwise(ends):
        pairs = list(_spans(dataset.files, row, end))
        spans = list(_spans(files, first, stop)) if dataset.columns.apart else pairs
        rest = pairs if dataset.columns.apart else []
        found.append(piece_of(dataset, spans, n_inputs=stop - first, pairs=rest))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Rows of pairs that follow each other and are one input's.

    Parameters
    ----------
    inputs : ndarray of shape (n,), int64
        Which input, ascending: its position among all.
    starts, stops : ndarray of shape (n,), int64
        Its rows, counted over all files.
    """

    inputs: IntArray
    starts: IntArray
    stops: IntArray


def _runs_of(dataset: Dataset) -> Iterator[_Runs]:
    """Walk through the ids of all rows, and yield whose they are, some inputs at a time.

    Raises
    ------
    RunError
        When a file cannot be read, an id is missing or is none of the inputs', or the rows are
        sorted otherwise than the inputs.
    """
    places = _Places(dataset) if dataset.columns.apart else None
    n_seen = 0
    for ids, starts, stops in _spelt(dataset):
        inputs = np.arange(n_seen, n_seen + len(ids)) if places is None else places.of(ids, starts)
        n_seen += len(ids)
        yield _Runs(inputs=inputs, starts=starts, stops=stops)


def starts_of(ids: Any) -> IntArray:  # noqa: ANN401 - of Arrow
    """Return where other ids begin than those before.

    Examples
    --------
    >>> starts_of(pa.array(["a", "a", "b", "a"])).tolist()
    [0, 2, 3]
    """
    if not len(ids):
        return np.zeros(0, dtype=np.int64)
    changes = np.asarray(pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)))
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def first_rows(
    address: str, piece: Piece, columns: Columns, *, kept: Sequence[str]
) -> tuple[pa.Table, IntArray]:
    """Return the first row of each input of a part, and where it stands, one row group at a time.

    Of metadata it is the first row that counts.

    Raises
    ------
    RunError
        When another row of the input has other labels, another image or split.
    """
    alike = [name for name, role in columns.roles.items() if role not in {"metadata", "text"}]
    tables, found, start = list[pa.Table](), list[IntArray](), 0
    held: pa.Table | None = None  # the first row of the input that the rows before end with
    for k, n_rows in enumerate(piece.group_sizes):
        here = in_text(Source(address, piece, groups=[k]).read(kept), kept)
        table = (here if held is None else pa.concat_tables([held, here])).combine_chunks()
        first = start + len(here) - len(table)
        begun = starts_of(table.column(str(columns.id)))
        _refuse_others(table, begun, alike, place=partial(_place_after, piece, first))
        own = begun[len(table) - len(here) :]
        tables.append(table.take(pa.array(own)))
        found.append(own + first)
        held = table.take(pa.array(begun[-1:]))
        start += n_rows
    return pa.concat_tables(tables), np.concatenate(found)


def _place_after(piece: Piece, first: int, row: int) -> str:
    return piece.place(first + row)


def _refuse_others(
    table: pa.Table, firsts: IntArray, names: Sequence[str], *, place: Callable[[int], str]
) -> None:
    """Refuse rows that say something else than the first one of their input."""
    first = pa.array(np.repeat(firsts, np.diff(firsts, append=table.num_rows)))
    for name in names:
        given = table.column(name)
        said = _said(given)
        others = np.flatnonzero(np.asarray(pc.not_equal(said, said.take(first))))
        if is_list(given.type):  # in whatever order
            here, there = (given.take(rows).to_pylist() for rows in (others, first.take(others)))
            others = others[
                [{*(a or ())} != {*(b or ())} for a, b in zip(here, there, strict=True)]
            ]
        if others.size:
            msg = (
                f"{place(int(others[0]))}: column '{name}' says something else than in the first "
                "row of the same input. Hint: write the same into all rows of an input, or one row "
                "for each input into inputs.parquet."
            )
            raise RunError(msg)


def _said(column: Any) -> Any:  # noqa: ANN401 - of Arrow
    """Return what a column says as texts, lists too."""
    if not is_list(column.type):
        return pc.fill_null(column, "")
    names = pc.binary_join(column.cast(pa.list_(pa.string())), "\n")
    sizes = pc.list_value_length(column).cast(pa.string())
    return pc.binary_join_element_wise(sizes, names, ":", null_handling="replace")


def _spelt(dataset: Dataset) -> Iterator[tuple[Any, IntArray, IntArray]]:
    """Yield ids that follow each other, and the rows of each: its last one is known by the next."""
    held, start, n_rows = pa.array([], pa.string()), np.zeros(0, dtype=np.int64), 0
    for first_row, given in _ids(dataset, dataset.files, dataset.columns.pair[0]):
        begun = starts_of(given)
        ids = given.take(pa.array(begun)).cast(pa.string())
        n_rows = first_row + len(given)
        if len(held) and ids[0] == held[0]:
            ids, begun = ids.slice(1), begun[1:]
        every, starts = pa.concat_arrays([held, ids]), np.concatenate([start, begun + first_row])
        yield every.slice(0, len(every) - 1), starts[:-1], starts[1:]
        held, start = every.slice(len(every) - 1), starts[-1:]
    yield held, start, np.full(len(held), n_rows)


def _ids(dataset: Dataset, files: Sequence[SourceFile], name: str) -> Iterator[tuple[int, Any]]:
    """Yield the ids of files, and where the first of them stands over all files."""
    start = 0
    for file in files:
        for column in batches(dataset.address, file, name, n_rows=AT_ONCE):
            if column.null_count:
                row = start + int(np.flatnonzero(np.asarray(column.is_null()))[0])
                msg = (
                    f"{_row_place(files, row)}: column '{name}' holds {column.null_count:,} rows "
                    "without an id. Hint: every row needs the id of its input."
                )
                raise RunError(msg)
            if len(column):
                yield start, column
            start += len(column)


def _row_place(files: Sequence[SourceFile], row: int) -> str:
    """Return where a row of all files stands: file, row group, row in it, counted from 1."""
    for file in files:
        for group, n in enumerate(file.groups):
            if row < n:
                return f"{file.named}, row group {group + 1}, row {row + 1:,}"
            row -= n
    msg = f"there are no {row:,} rows more"
    raise IndexError(msg)


class _Places:
    """Finds ids among those of the inputs, each after the one before."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.name = dataset, str(dataset.columns.id)
        self.coming = _ids(dataset, dataset.inputs, self.name)
        self.here, self.first, self.last = pa.array([], pa.string()), 0, -1
        self.latest = -1

    def of(self, ids: Any, rows: IntArray) -> IntArray:  # noqa: ANN401 - of Arrow
        """Return the input of each id, ascending.

        Parameters
        ----------
        rows
            Where each begins, for messages.

        Raises
        ------
        RunError
            When one is not there any more.
        """
        found = np.empty(len(ids), dtype=np.int64)
        done = 0
        while done < len(ids):
            places = pc.index_in(ids.slice(done), value_set=self.here)
            among = np.asarray(pc.fill_null(places, -1), dtype=np.int64)
            far = np.flatnonzero(np.diff(among, prepend=self.last) <= 0)
            n = int(far[0]) if far.size else among.size
            found[done : done + n] = self.first + among[:n]
            self.last = int(among[n - 1]) if n else self.last
            done += n
            self.latest = int(found[done - 1]) if done else self.latest
            if done < len(ids) and not self._read_on():
                raise self._missed(ids.slice(done), int(rows[done]))
        return found

    def _read_on(self) -> bool:
        first, ids = next(self.coming, (0, None))
        if ids is not None:
            self.first, self.here, self.last = first, ids.cast(pa.string()), -1
        return ids is not None

    def _missed(self, ids: Any, row: int) -> RunError:  # noqa: ANN401 - of Arrow
        """Say why the first of some ids is not found after the input that was found last."""
        inputs, name = self.dataset.inputs, ids[0].as_py()
        at, near, strange = list[int](), list[str](), np.ones(len(ids), dtype=bool)
        for first, given in _ids(self.dataset, inputs, self.name):
            known = given.cast(pa.string())
            at += (first + np.flatnonzero(np.asarray(pc.equal(known, name)))).tolist()
            near += known.slice(0, SHOWN - len(near)).to_pylist()
            strange &= ~np.asarray(pc.is_in(ids, value_set=known))
        place, places = _row_place(self.dataset.files, row), [_row_place(inputs, k) for k in at[:2]]
        if not at:
            return RunError(
                f"{place}: column '{self.dataset.columns.pair[0]}' holds {int(strange.sum()):,} "
                f"ids that are none of the inputs', first {shorten(name)}."
                f"{did_you_mean(name, near)} Hint: write one row for each input, with its id "
                f"spelt alike, into {inputs[0].named.partition('/')[0]}."
            )
        if len(at) > 1:
            return repeated_id(name, at=places[1], before=places[0], have_rows=False)
        return RunError(
            f"{place}: rows of {shorten(name)} ({places[0]}) stand here, after those of a later "
            f"input ({_row_place(inputs, self.latest)}). Hint: sort scores as the inputs are, so "
            "that all rows of an input follow each other."
        )


class _Cuts:
    """Where parts begin: the position of their first input among all, and its first row."""

    def __init__(self, dataset: Dataset, n_bytes: int) -> None:
        self.dataset, self.n_bytes = dataset, n_bytes
        self.found = [(0, 0)]
        self.last, self.n_rows = -1, 0
        self.begins = _begins(dataset.files, n_bytes)
        ends = np.cumsum([0, *(file.n_rows for file in dataset.inputs)])
        self.ends: IntArray = ends.astype(np.int64)

    def add(self, runs: _Runs) -> None:
        """Go on with the inputs that come next."""
        if not runs.starts.size:
            return
        here = self.begins[self.begins <= runs.starts[-1]]
        self.begins = self.begins[here.size :]
        begun = 0
        for k in np.unique(np.searchsorted(runs.starts, here)).tolist():
            self._fill(runs, begun, k)
            self._begin(int(runs.inputs[k]), int(runs.starts[k]))
            begun = k
        self._fill(runs, begun, runs.starts.size)

    def finished(self) -> list[tuple[int, int]]:
        """Return where parts begin, and where the last one ends."""
        n_inputs = int(self.ends[-1]) if self.dataset.columns.apart else self.last + 1
        self._pass_by(n_inputs, self.n_rows)
        return [*self.found, (n_inputs, self.n_rows)]

    def _begin(self, position: int, row: int) -> None:
        """Begin a part with a file: of inputs without scores between, where one of theirs does."""
        between = self.ends[(self.ends > self.last) & (self.ends <= position)]
        cut = int(between[-1]) if between.size else position
        self._pass_by(cut, row)
        if cut > self.found[-1][0]:
            self.found.append((cut, row))

    def _pass_by(self, position: int, row: int) -> None:
        """Go on with inputs up to a position, of which none has a score."""
        if self.last + 1 < position:
            end, none = np.array([position - 1]), np.array([row])
            self._fill(_Runs(inputs=end, starts=none, stops=none), 0, 1)

    def _fill(self, runs: _Runs, k: int, stop: int) -> None:
        """Begin a part wherever the next input would make one too large."""
        while k < stop:
            first, row = self.found[-1]
            takes = (runs.inputs[k:stop] + 1 - first) * PER_ROW
            takes += (runs.stops[k:stop] - row) * PER_PAIR
            k += int(np.searchsorted(takes, self.n_bytes, side="right"))
            if k < stop:
                start = int(runs.starts[k])
                room = (self.n_bytes - (start - row) * PER_PAIR) // PER_ROW
                cut = min(int(runs.inputs[k]), first + room)
                if cut <= first:
                    raise self._too_large(runs, k)
                self.found.append((cut, start))
        if stop:
            self.last, self.n_rows = int(runs.inputs[stop - 1]), int(runs.stops[stop - 1])

    def _too_large(self, runs: _Runs, k: int) -> RunError:
        n = int(runs.stops[k] - runs.starts[k])
        return RunError(
            f"{_row_place(self.dataset.files, int(runs.starts[k]))}: the {n:,} rows of one input "
            f"take {(PER_ROW + n * PER_PAIR) // 2**20 + 1:,} MB to prepare, and a worker may take "
            f"{self.n_bytes // 2**20:,}. Hint: give more memory (--memory)."
        )


def _begins(files: Sequence[SourceFile], n_bytes: int) -> IntArray:
    """Return the first row of each file that begins a part, counted over all files."""
    found, start, shared = [], 0, False
    for file in files:
        share = file.n_rows * PER_PAIR / n_bytes
        if not shared or share > 1 / SMALL:
            found.append(start)
        # what is large does not share its part, nor does a small one after it that one's
        shared = share <= 1 / SMALL and not is_last(file, share=2 * share)
        start += file.n_rows
    return np.array(found, dtype=np.int64)


def _spans(files: Sequence[SourceFile], first: int, stop: int) -> Iterator[Span]:
    """Yield where some rows of all files stand."""
    start = 0
    for file in files:
        begin, end = max(first - start, 0), min(stop - start, file.n_rows)
        if begin < end:
            ends = np.cumsum(file.groups)
            low, high = np.searchsorted(ends, [begin, end - 1], side="right").tolist()
            groups = file.groups[low : high + 1]
            before = begin - int(ends[low]) + groups[0]
            after = int(ends[high]) - end
            yield Span(
                file=file,
                first_group=low,
                groups=groups,
                first_row=begin,
                before=before,
                after=after,
            )
        start += file.n_rows
