"""Columns of texts as arrays: UTF-8 bytes with lengths, and codes where texts are repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import TextArray

__all__ = ["pack_texts", "unpack_texts"]

Arrays = Mapping[str, npt.NDArray[Any]]


def pack_texts(texts: Sequence[str] | TextArray) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that hold a column.

    ``utf8`` holds all different texts, ``ends`` where each ends, counted in characters, and
    ``codes`` which one stands in each row; without ``codes`` row k holds text k.
    """
    rows = [str(text) for text in texts]
    different = dict.fromkeys(rows)
    packed: dict[str, npt.NDArray[Any]] = {}
    if len(different) <= len(rows) // 2:
        code = {text: k for k, text in enumerate(different)}
        packed["codes"] = np.array([code[text] for text in rows], dtype=np.int32)
        rows = list(different)
    packed["utf8"] = np.frombuffer("".join(rows).encode(), dtype=np.uint8)
    packed["ends"] = np.array(list(accumulate(map(len, rows), initial=0)), dtype=np.int64)
    return packed


def unpack_texts(packed: Arrays) -> TextArray:
    """Return the column as an object array.

    Examples
    --------
    >>> unpack_texts(pack_texts(["dog", "", "né", "né", "né", "dog"])).tolist()
    ['dog', '', 'né', 'né', 'né', 'dog']
    """
    joined = packed["utf8"].tobytes().decode()
    rows = [joined[start:stop] for start, stop in pairwise(packed["ends"].tolist())]
    texts = np.empty(len(rows), dtype=object)
    texts[:] = rows
    return texts[packed["codes"]] if "codes" in packed else texts
