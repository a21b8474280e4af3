"""Which rows make a part: row groups of one file, or several small files, as memory allows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from evalcore.errors import RunError
from evalcore.parts.dataset import Dataset, SourceFile

__all__ = ["MEMORY", "Piece", "Span", "pieces_of"]

VERSION = 3
"""Of what is written for a part; another one makes all parts anew."""
MEMORY = 2**30
"""Bytes that building one part may take when nobody says otherwise."""
COPIES = 2
"""So many times the bytes of its scores a part takes while it is built."""
PER_PAIR = 80
"""Bytes that a listed score takes while a part is built."""
PER_ROW = 400
"""Bytes of a row besides: ids, labels, what is ranked."""
MOST_ROWS = 2**31 - 1
"""Positions in a part are counted in 32 bits."""
SMALL = 8
"""A file with fewer rows than this part of what fits shares a part with its neighbours."""


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
    """

    file: SourceFile
    first_group: int
    groups: tuple[int, ...]
    first_row: int

    @property
    def n_rows(self) -> int:
        """Rows of the span."""
        return sum(self.groups)

    @property
    def stem(self) -> str:
        """The file's path without its ending: what its inputs are called by."""
        return self.file.path.removesuffix(".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The rows of one part: of one file, or of several small ones.

    Parameters
    ----------
    key
        Digest of all that its content depends on.
    """

    key: str
    spans: tuple[Span, ...]

    @property
    def n_rows(self) -> int:
        """Rows of the part."""
        return sum(span.n_rows for span in self.spans)

    @property
    def groups(self) -> list[tuple[Span, int]]:
        """Its row groups: the span, and which group of the file."""
        return [
            (span, span.first_group + k) for span in self.spans for k in range(len(span.groups))
        ]

    @property
    def group_sizes(self) -> list[int]:
        """Rows of each of its row groups."""
        return [n for span in self.spans for n in span.groups]

    @property
    def named(self) -> str:
        """Its files, for messages."""
        rest = len(self.spans) - 1
        return self.spans[0].file.path + (f" and {rest:,} more" if rest else "")

    def place(self, row: int) -> str:
        """Return where a row of the part stands: file, row group, row in it, counted from 1."""
        sizes = self.group_sizes
        ends = np.cumsum(sizes)
        k = int(np.searchsorted(ends, row, side="right"))
        span, group = self.groups[k]
        return f"{span.file.path}, row group {group + 1}, row {row - int(ends[k]) + sizes[k] + 1:,}"


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
        n_rows = sum(file.groups)
        if n_rows > most // SMALL:
            found += [shared, *([span] for span in _of_file(file, most, per_row))]
            shared = []
            continue
        if sum(span.n_rows for span in shared) + n_rows > most:
            found, shared = [*found, shared], []
        shared.append(Span(file=file, first_group=0, groups=file.groups, first_row=0))
        if _is_last(file, share=2 * n_rows / most):
            found, shared = [*found, shared], []
    wanted = [spans for spans in [*found, shared] if any(span.n_rows for span in spans)]
    return [_piece(dataset, spans) for spans in wanted]


def _is_last(file: SourceFile, *, share: float) -> bool:
    """Tell by its name whether a small file ends its part: of all, about such a share does."""
    digest = hashlib.sha256(file.path.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _of_file(file: SourceFile, most: int, per_row: int) -> Iterator[Span]:
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
            yield Span(file=file, first_group=first, groups=file.groups[first:k], first_row=rows)
            rows += sum(file.groups[first:k])
            first = k
    yield Span(file=file, first_group=first, groups=file.groups[first:], first_row=rows)


def _piece(dataset: Dataset, spans: Sequence[Span]) -> Piece:
    text = json.dumps([VERSION, dataset.digest_text, *(asdict(span) for span in spans)])
    return Piece(key=hashlib.sha256(text.encode()).hexdigest(), spans=tuple(spans))
