"""Columns of texts of a part: kept as bytes, as codes, or left in their file until asked for."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evalcore.arrays import BoolArray, IntArray, TextArray, text_column
from evalcore.runs.run import EvalRun

__all__ = [
    "CodedTexts",
    "FiledTexts",
    "NumberedTexts",
    "PackedTexts",
    "Texts",
    "digest_of_ids",
    "hashes_of",
    "packed",
]

PRIME = np.uint64(0x100000001B3)
OFFSET = np.uint64(0xCBF29CE484222325)


class Texts(ABC):
    """One text per input, read like an array of Python's texts."""

    dtype = np.dtype(object)

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Number of inputs."""

    @abstractmethod
    def at(self, positions: IntArray) -> TextArray:
        """Return the texts of some inputs, in the given order."""

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - as an array
        rows = key[0] if isinstance(key, tuple) else key
        if isinstance(rows, (int, np.integer)):
            return self.at(np.array([int(rows) % len(self)]))[0]
        if isinstance(rows, slice):
            return self.at(np.arange(*rows.indices(len(self))))
        chosen = np.asarray(rows)
        return self.at(np.flatnonzero(chosen) if chosen.dtype == bool else chosen)

    def __array__(
        self,
        dtype: Any = None,  # noqa: ANN401 - as numpy calls it
        copy: bool | None = None,  # noqa: FBT001 - as numpy calls it
    ) -> TextArray:
        return self.at(np.arange(len(self)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.at(np.arange(len(self))))

    def is_equal(self, value: str) -> BoolArray:
        """Tell for each input whether its text is this one."""
        return np.asarray(self.at(np.arange(len(self))) == value)


class PackedTexts(Texts):
    """Texts one after another as UTF-8, and where each ends.

    Examples
    --------
    >>> texts = PackedTexts(np.frombuffer(b"dogcat", dtype=np.uint8), np.array([0, 3, 6]))
    >>> texts[1], texts[[1, 0]].tolist(), list(texts)
    ('cat', ['cat', 'dog'], ['dog', 'cat'])
    """

    def __init__(
        self,
        utf8: npt.NDArray[np.uint8],
        ends: IntArray,
        hashes: npt.NDArray[np.uint64] | None = None,
    ) -> None:
        self.utf8, self.ends, self.hashes = utf8, ends, hashes

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of inputs."""
        return (self.ends.size - 1,)

    def at(self, positions: IntArray) -> TextArray:
        """Return the texts of some inputs, in the given order."""
        firsts, stops = self.ends[positions].tolist(), self.ends[positions + 1].tolist()
        return text_column(
            self.utf8[first:stop].tobytes().decode()
            for first, stop in zip(firsts, stops, strict=True)
        )

    def is_equal(self, value: str) -> BoolArray:
        """Tell for each input whether its text is this one."""
        wanted = np.frombuffer(value.encode(), dtype=np.uint8)
        rows = np.flatnonzero(np.diff(self.ends) == wanted.size)
        for place, letter in enumerate(wanted.tolist()):
            rows = rows[self.utf8[self.ends[rows] + place] == letter]
        found = np.zeros(len(self), dtype=bool)
        found[rows] = True
        return found


class CodedTexts(Texts):
    """Few different texts, and which of them each input has."""

    def __init__(self, codes: IntArray, values: TextArray) -> None:
        self.codes, self.values = codes, values

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of inputs."""
        return self.codes.shape

    def at(self, positions: IntArray) -> TextArray:
        """Return the texts of some inputs, in the given order."""
        return self.values[self.codes[positions]]

    def is_equal(self, value: str) -> BoolArray:
        """Tell for each input whether its text is this one."""
        return np.asarray((self.values == value)[self.codes], dtype=bool)


class NumberedTexts(Texts):
    """The names of inputs that have none: their file and row."""

    def __init__(self, stem: str, first: int, n: int) -> None:
        self.stem, self.first, self.n = stem, first, n

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of inputs."""
        return (self.n,)

    def at(self, positions: IntArray) -> TextArray:
        """Return the names of some inputs, in the given order."""
        return text_column(f"{self.stem}:{self.first + k}" for k in positions.tolist())


class FiledTexts(Texts):
    """Texts that stay in their file and are read for the inputs that are shown.

    Parameters
    ----------
    read
        Returns the texts of some positions.
    """

    def __init__(self, n: int, read: Callable[[IntArray], TextArray]) -> None:
        self.n, self.read = n, read

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of inputs."""
        return (self.n,)

    def at(self, positions: IntArray) -> TextArray:
        """Return the texts of some inputs, in the given order.

        Raises
        ------
        RunError
            When the file was replaced or is gone.
        """
        return self.read(positions)


def digest_of_ids(run: EvalRun) -> str:
    """Hash the ids of a large run in parts: the same for every run in parts on the same inputs."""
    digest = hashlib.blake2b(run.n_inputs.to_bytes(8, "little"), digest_size=16)
    hashes = [getattr(part.ids, "hashes", None) for part in run.parts]
    known = [one for one in hashes if one is not None]
    if len(known) < len(hashes):
        digest.update(run.fingerprint.encode())
    else:
        digest.update(np.sort(np.concatenate(known)).tobytes())
    return digest.hexdigest()


def packed(column: Any) -> dict[str, npt.NDArray[Any]]:  # noqa: ANN401 - a column of Arrow
    """Return a column of texts as UTF-8 and where each text ends."""
    texts = column.cast(pa.large_string()).combine_chunks()
    _, offsets, utf8 = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    content = (
        np.frombuffer(utf8, np.uint8) if utf8 is not None and len(utf8) else np.zeros(0, np.uint8)
    )
    return {"utf8": content[ends[0] : ends[-1]], "ends": ends - ends[0]}


def hashes_of(utf8: npt.NDArray[np.uint8], ends: IntArray) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash of each text (FNV-1a), in the order of the texts.

    Examples
    --------
    >>> found = hashes_of(np.frombuffer(b"dogcatdog", dtype=np.uint8), np.array([0, 3, 6, 9]))
    >>> bool(found[0] == found[2]), bool(found[0] == found[1])
    (True, False)
    """
    lengths = np.diff(ends)
    found = np.full(lengths.size, OFFSET)
    rows = np.flatnonzero(lengths)
    place = 0
    while rows.size:
        found[rows] = (found[rows] ^ utf8[ends[rows] + place]) * PRIME
        place += 1
        rows = rows[lengths[rows] > place]
    return found
