"""Vectors as FiftyOne stores them: lists, or the bytes of a compressed NumPy array."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections.abc import Sequence

import numpy as np

from evalcore.base.fields import FieldError, number_of
from evalcore.errors import shorten

__all__ = ["vector_of"]

MAX_BYTES = 2**20
"""Far more than the logits of one sample; a compressed array may claim any size."""


def vector_of(stored: object) -> Sequence[float]:
    """Return the numbers of a vector.

    Raises
    ------
    FieldError
        When it is neither a list of finite numbers nor a one-dimensional array of them.
    """
    if isinstance(stored, list):
        return [number_of(item, "a logit") for item in stored]
    packed = stored.get("$binary") if isinstance(stored, dict) else None
    text = packed.get("base64") if isinstance(packed, dict) else packed
    if not isinstance(text, str):
        msg = f"logits is {shorten(stored)}"
        raise FieldError(msg, rule="logits are a list of numbers")
    values = _array(text)
    if values.ndim != 1 or values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        found = f"logits of shape {values.shape} and type {values.dtype}"
        raise FieldError(found, rule="logits are one row of finite numbers")
    return [float(value) for value in values]


def _array(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    try:
        data = base64.b64decode(text, validate=True)
        if data[:1] == b"\x78":  # zlib
            data = zlib.decompressobj().decompress(data, MAX_BYTES)
        return _read_npy(data)
    except (binascii.Error, zlib.error, ValueError, EOFError, SyntaxError, OSError) as error:
        rule = "logits are a list of numbers or a stored NumPy array"
        msg = f"logits: {shorten(str(error))}"
        raise FieldError(msg, rule=rule) from None


def _read_npy(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        msg = f"NumPy format {version}"
        raise ValueError(msg)
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    # The header is checked before anything is allocated; object arrays hold code.
    if dtype.hasobject or len(shape) != 1 or shape[0] * dtype.itemsize > MAX_BYTES:
        msg = f"an array of shape {shape} and type {dtype}"
        raise ValueError(msg)
    rest = file.read(shape[0] * dtype.itemsize)
    if len(rest) != shape[0] * dtype.itemsize:
        msg = "the array is cut short"
        raise ValueError(msg)
    return np.frombuffer(rest, dtype=dtype)
