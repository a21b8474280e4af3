"""Which rows make a part: row groups of one file, or several small files, as memory allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from evalcore.errors import RunError, shorten
from evalcore.parts.dataset import Dataset
from evalcore.parts.files import SourceFile

__all__ = [
    "MEMORY",
    "MOST_ROWS",
    "PER_PAIR",
    "PER_ROW",
    "SMALL",
    "Group",
    "Piece",
    "Span",
    "is_last",
    "piece_of",
    "pieces_of",
    "repeated_id",
]

VERSION = 4
"""Of what is written for a part; another one makes all parts anew."""
MEMORY = 2**30
"""Bytes that building one part may take when nobody says otherwise."""
COPIES = 2
"""So many times the bytes of its scores a part takes while it is built."""
PER_PAIR = 80
"""Bytes that one of few scores takes while a part is built."""
PER_ROW = 400
"""Bytes of a row besides: ids, labels, what is ranked."""
MOST_ROWS = 2**31 - 1
"""Positions in a part are counted in 32 bits."""
SMALL = 8
"""A file with fewer rows than this part of what fits shares a part with its neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The rows of a part that stand in one row group: from ``start`` up to ``stop``."""

    file: SourceFile
    number: int
    start: int
    stop: int

    @property
    def is_whole(self) -> bool:
        """Whether these are all of its rows."""
        return (self.start, self.stop) == (0, self.file.groups[self.number])


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The rows of a part that stand in one file.

    Parameters
    ----------
    first_group
        The first of its row groups in the file.
    groups
        Rows of each of them.
    first_row
        Where the first stands in the file.
    before, after
        Rows of the first group, and of the last, that belong to other parts.
    """

    file: SourceFile
    first_group: int
    groups: tuple[int, ...]
    first_row: int
    before: int = 0
    after: int = 0

    @property
    def n_rows(self) -> int:
        """Rows of the span."""
        return sum(self.groups) - self.before - self.after

    @property
    def stem(self) -> str:
        """The file's path without its ending: what its inputs are called by."""
        return self.file.path.removesuffix(".parquet")

    def row_groups(self) -> Iterator[Group]:
        """Yield its row groups."""
        last = len(self.groups) - 1
        for k, n in enumerate(self.groups):
            start, stop = self.before if k == 0 else 0, n - (self.after if k == last else 0)
            yield Group(file=self.file, number=self.first_group + k, start=start, stop=stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The rows of one part: of one file, or of several small ones.

    Parameters
    ----------
    key
        Digest of all that its content depends on.
    pairs
        Where the scores of its inputs stand, one row for each, if not in the same rows.
    """

    key: str
    spans: tuple[Span, ...]
    n_inputs: int
    pairs: tuple[Span, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of the part."""
        return sum(span.n_rows for span in self.spans)

    @property
    def groups(self) -> list[Group]:
        """Its row groups."""
        return [group for span in self.spans for group in span.row_groups()]

    @property
    def group_sizes(self) -> list[int]:
        """Rows of each of its row groups."""
        return [group.stop - group.start for group in self.groups]

    @property
    def of_pairs(self) -> Piece:
        """The rows in which the scores of its inputs stand."""
        return replace(self, spans=self.pairs)

    @property
    def named(self) -> str:
        """Its files, for messages."""
        rest = len(self.spans) - 1
        return self.spans[0].file.named + (f" and {rest:,} more" if rest else "")

    def place(self, row: int) -> str:
        """Return where a row of the part stands: file, row group, row in it, counted from 1."""
        sizes = self.group_sizes
        ends = np.cumsum(sizes)
        k = int(np.searchsorted(ends, row, side="right"))
        group = self.groups[k]
        number = row - int(ends[k]) + sizes[k] + group.start + 1
        return f"{group.file.named}, row group {group.number + 1}, row {number:,}"


def pieces_of(dataset: Dataset, *, n_bytes: int) -> list[Piece]:
    """Plan the parts, in the order of the files, so that building one takes so many bytes at most.

    Small files share a part. Where one ends is told by the names of its files, so that a file that
    is added or changes costs the part that it falls into, and no other one.

    Raises
    ------
    RunError
        When a row group alone takes more.
    """
    columns = dataset.columns
    dense = len(columns.scores) * np.dtype(columns.dtype).itemsize * COPIES
    per_row = dense + dataset.pairs_per_row * PER_PAIR + PER_ROW
    most = min(max(n_bytes // per_row, 1), MOST_ROWS)
    found: list[list[Span]] = []
    shared: list[Span] = []
    for file in dataset.files:
        n_rows = file.n_rows
        if n_rows > most // SMALL:
            found += [shared, *([span] for span in _of_file(file, most, per_row))]
            shared = []
            continue
        if sum(span.n_rows for span in shared) + n_rows > most:
            found, shared = [*found, shared], []
        shared.append(Span(file=file, first_group=0, groups=file.groups, first_row=0))
        if is_last(file, share=2 * n_rows / most):
            found, shared = [*found, shared], []
    wanted = [spans for spans in [*found, shared] if any(span.n_rows for span in spans)]
    return [
        piece_of(dataset, spans, n_inputs=sum(span.n_rows for span in spans)) for spans in wanted
    ]


def is_last(file: SourceFile, *, share: float) -> bool:
    """Tell by its name whether a small file ends its part: of all, about such a share does."""
    digest = hashlib.sha256(file.path.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _of_file(file: SourceFile, most: int, per_row: int) -> Iterator[Span]:
    first, rows = 0, 0
    for k, n in enumerate(file.groups):
        if n > most:
            size = n * per_row // 2**20 + 1
            msg = (
                f"{file.named}, row group {k + 1}: its {n:,} rows take {size:,} MB to prepare, "
                f"and a worker may take {most * per_row // 2**20:,}. Hint: give more memory "
                f"(--memory), or write row groups of {most:,} rows at most."
            )
            raise RunError(msg)
        if sum(file.groups[first:k]) + n > most:
            yield Span(file=file, first_group=first, groups=file.groups[first:k], first_row=rows)
            rows += sum(file.groups[first:k])
            first = k
    yield Span(file=file, first_group=first, groups=file.groups[first:], first_row=rows)


def piece_of(
    dataset: Dataset, spans: Sequence[Span], *, n_inputs: int, pairs: Sequence[Span] = ()
) -> Piece:
    """Return the part of some rows."""
    text = json.dumps([VERSION, dataset.digest_text, *(asdict(one) for one in (*spans, *pairs))])
    key = hashlib.sha256(text.encode()).hexdigest()
    return Piece(key=key, spans=tuple(spans), n_inputs=n_inputs, pairs=tuple(pairs))


def repeated_id(name: str, *, at: str, before: str, have_rows: bool) -> RunError:
    """Say that an id stands in two places, where an input may have several rows or one."""
    again = " All rows of an input follow each other." if have_rows else ""
    return RunError(
        f"{at}: the id {shorten(name)} stands in {before} as well. "
        f"Hint: give every input its own id, and keep each file once.{again}"
    )
