"""How large an Arrow file is once decompressed, read from its messages alone.

The layout is that of Arrow's ``Message.fbs`` (columnar format, version 1.5), as a flatbuffer:
https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

__all__ = ["measure"]

_HEADER_TYPE, _HEADER = 1, 2  # fields of Message
_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3  # values of MessageHeader
_LENGTH, _BUFFERS, _COMPRESSION = 0, 2, 3  # fields of RecordBatch
_DATA = 1  # field of DictionaryBatch


def measure(source: Any, *, start: int) -> tuple[int, int]:  # noqa: ANN401
    """Return the rows of an Arrow file and the bytes of its buffers, decompressing nothing.

    Parameters
    ----------
    source
        An Arrow input file.
    start
        Where the first message stands.

    Raises
    ------
    pyarrow.ArrowInvalid
        When a message is cut off or contradicts itself.
    """
    source.seek(start)
    n_rows = n_bytes = 0
    try:
        for message in _messages(source):
            rows, size = _measure(bytes(message.metadata), message.body)
            n_rows += rows
            n_bytes += size
    except (struct.error, IndexError, ValueError) as error:
        reason = f"a message contradicts itself: {error}"
        raise pa.ArrowInvalid(reason) from None
    return n_rows, n_bytes


def _messages(source: Any) -> Iterator[Any]:  # noqa: ANN401
    reader = pa.ipc.MessageReader.open_stream(source)
    while True:
        try:
            yield reader.read_next_message()
        except StopIteration:
            return


def _measure(metadata: bytes, body: Any) -> tuple[int, int]:  # noqa: ANN401
    (root,) = struct.unpack_from("<I", metadata, 0)
    kind_at, header_at = (_field(metadata, root, k) for k in (_HEADER_TYPE, _HEADER))
    kind = metadata[kind_at] if kind_at else 0
    if kind not in (_DICTIONARY_BATCH, _RECORD_BATCH) or not header_at:
        return 0, 0
    batch = _follow(metadata, header_at)
    if kind == _DICTIONARY_BATCH:
        batch = _follow(metadata, _field(metadata, batch, _DATA))
    size = sum(_sizes(metadata, batch, body))
    length_at = _field(metadata, batch, _LENGTH)
    rows = struct.unpack_from("<q", metadata, length_at)[0] if length_at else 0
    return (rows if kind == _RECORD_BATCH else 0), size


def _sizes(metadata: bytes, batch: int, body: Any) -> Iterator[int]:  # noqa: ANN401
    """Yield the bytes of each buffer; a compressed one starts with its length."""
    buffers_at = _field(metadata, batch, _BUFFERS)
    if not buffers_at:
        return
    is_compressed = bool(_field(metadata, batch, _COMPRESSION))
    vector = _follow(metadata, buffers_at)
    (count,) = struct.unpack_from("<I", metadata, vector)
    for k in range(count):
        offset, length = struct.unpack_from("<qq", metadata, vector + 4 + 16 * k)
        if is_compressed and length >= 8:
            (whole,) = struct.unpack("<q", bytes(body[offset : offset + 8]))
            yield length if whole == -1 else max(whole, 0)
        else:
            yield length


def _field(metadata: bytes, table: int, number: int) -> int:
    """Return where a field of a flatbuffer table stands, 0 when it is left out."""
    (back,) = struct.unpack_from("<i", metadata, table)
    size, _ = struct.unpack_from("<HH", metadata, table - back)
    if 4 + 2 * number >= size:
        return 0
    (offset,) = struct.unpack_from("<H", metadata, table - back + 4 + 2 * number)
    return table + offset if offset else 0


def _follow(metadata: bytes, place: int) -> int:
    (offset,) = struct.unpack_from("<I", metadata, place)
    return place + int(offset)
