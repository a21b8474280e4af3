"""Which rows make a part: row groups of one file, as many as a worker has memory for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from evalcore.errors import RunError
from evalcore.parts.dataset import Dataset, SourceFile

__all__ = ["Piece", "pieces_of"]

VERSION = 2
"""Of what is written for a part; another one makes all parts anew."""
COPIES = 6
"""So many times the bytes of its scores a part takes while it is built."""
PER_PAIR = 80
"""Bytes that a listed score takes while a part is built."""
PER_ROW = 400
"""Bytes of a row besides: ids, labels, what is ranked."""
MOST_ROWS = 2**31 - 1
"""Positions in a part are counted in 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The rows of one part.

    Parameters
    ----------
    key
        Digest of all that its content depends on.
    first_group
        The first of its row groups in the file.
    groups
        Rows of each of them.
    first_row
        Where the first stands in the file.
    """

    key: str
    file: SourceFile
    first_group: int
    groups: tuple[int, ...]
    first_row: int

    @property
    def n_rows(self) -> int:
        """Rows of the part."""
        return sum(self.groups)

    def place(self, row: int) -> str:
        """Return where a row of the part stands: file, row group, row in it, counted from 1."""
        ends = np.cumsum(self.groups)
        k = int(np.searchsorted(ends, row, side="right"))
        in_group = row - int(ends[k] - self.groups[k])
        return f"{self.file.path}, row group {self.first_group + k + 1}, row {in_group + 1:,}"


def pieces_of(dataset: Dataset, *, n_bytes: int) -> list[Piece]:
    """Plan the parts, file by file, so that building one takes no more than so many bytes.

    Raises
    ------
    RunError
        When a row group alone takes more.
    """
    columns = dataset.columns
    dense = len(columns.scores) * np.dtype(columns.dtype).itemsize * COPIES
    per_row = dense + dataset.pairs_per_row * PER_PAIR + PER_ROW
    most = min(max(n_bytes // per_row, 1), MOST_ROWS)
    return [piece for file in dataset.files for piece in _of_file(dataset, file, most, per_row)]


def _of_file(dataset: Dataset, file: SourceFile, most: int, per_row: int) -> Iterator[Piece]:
    first, rows = 0, 0
    for k, n in enumerate(file.groups):
        if n > most:
            megabytes = n * per_row // 2**20 + 1
            msg = (
                f"{file.path}, row group {k + 1}: its {n:,} rows take {megabytes:,} MB to prepare, "
                f"and a worker may take {most * per_row // 2**20:,}. Hint: give more memory "
                f"(--memory), or write row groups of {most:,} rows at most."
            )
            raise RunError(msg)
        if sum(file.groups[first:k]) + n > most:
            yield _piece(dataset, file, first, file.groups[first:k], rows)
            rows += sum(file.groups[first:k])
            first = k
    if sum(file.groups[first:]):
        yield _piece(dataset, file, first, file.groups[first:], rows)


def _piece(
    dataset: Dataset, file: SourceFile, first: int, groups: Sequence[int], rows: int
) -> Piece:
    text = json.dumps([VERSION, dataset.digest_text, asdict(file), first, list(groups)])
    return Piece(
        key=hashlib.sha256(text.encode()).hexdigest(),
        file=file,
        first_group=first,
        groups=tuple(groups),
        first_row=rows,
    )
