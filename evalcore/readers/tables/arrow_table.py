"""Arrow tables: IPC files, IPC streams and Feather, read some columns at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from evalcore.errors import RunError
from evalcore.readers.tables.columnar import ColumnarTable, ColumnSource, check_columns, damaged
from evalcore.readers.tables.content import read_head
from evalcore.readers.tables.limits import check_expansion
from evalcore.runs.load_report import Notice

__all__ = [
    "ARROW_ENDINGS",
    "is_arrow",
    "measure",
    "open_arrow",
]

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


ARROW_ENDINGS = (".arrow", ".feather", ".ipc", ".arrows")
_FILE = b"ARROW1"
_FEATHER_1 = b"FEA1"
_STREAM = b"\xff\xff\xff\xff"


def is_arrow(head: bytes) -> bool:
    """Tell whether a file starts like an Arrow file, an Arrow stream or Feather."""
    # A stream starts with a mark, the length of its schema (below 16 MB), and how many bytes
    # further its root stands; the mark alone could start anything.
    is_stream = head.startswith(_STREAM) and head[7:8] == b"\0" and head[9:12] == b"\0\0\0"
    return is_stream or head.startswith((_FILE, _FEATHER_1))


def open_arrow(path: Path) -> ColumnarTable:
    """Open an Arrow IPC file or stream, or a Feather file, and read its schema.

    Raises
    ------
    RunError
        When it is damaged, has no rows, repeats a column or is larger than a run may be.
    """
    head = read_head(path)
    if head.startswith(_FEATHER_1):
        msg = (
            f"{path.name}: this is a Feather file of version 1, which is not read any more. "
            "Hint: write it again with pyarrow.feather.write_feather, or as Parquet."
        )
        raise RunError(msg)
    if not is_arrow(head):
        msg = (
            f"{path.name}: this is no Arrow (Feather) file, it starts with {head[:8]!r}. "
            "Hint: export it again; a text table needs the ending .csv."
        )
        raise RunError(msg)
    is_file = head.startswith(_FILE)
    try:
        with pa.memory_map(str(path)) as source:
            n_rows, n_bytes = measure(source, start=8 if is_file else 0)
        with _opened(path, is_file=is_file, fields=[]) as reader:
            schema = reader.schema
        check_columns(path.name, schema, n_rows)  # decodes the names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise damaged(path, "Arrow", error) from None
    check_expansion(path, n_bytes=n_bytes)
    text = f"{path.name}: this is an Arrow file and was read as one, whatever its name."
    is_named_so = path.suffix.lower() in ARROW_ENDINGS
    return ColumnarTable(
        path=path,
        schema=schema,
        n_rows=n_rows,
        format="Arrow",
        open_columns=partial(_columns, path, schema, is_file=is_file),
        read_head=partial(_head, path, schema, is_file=is_file),
        notices=() if is_named_so else (Notice(level="mended", text=text),),
    )


@contextmanager
def _columns(path: Path, schema: Any, *, is_file: bool) -> Iterator[ColumnSource]:  # noqa: ANN401
    def read(names: Sequence[str]) -> Any:  # noqa: ANN401
        places = [schema.get_field_index(name) for name in names]
        with _opened(path, is_file=is_file, fields=places) as reader:
            table = reader.read_all()
        # Offsets and texts are used as they stand in the file, so they are checked first.
        table.validate(full=True)
        return table

    yield read


def _head(path: Path, schema: Any, names: Sequence[str], _: int, *, is_file: bool) -> Any:  # noqa: ANN401
    places = [schema.get_field_index(name) for name in names]
    with _opened(path, is_file=is_file, fields=places) as reader:
        batch = reader.get_batch(0) if is_file else reader.read_next_batch()
    batch.validate(full=True)
    return batch


@contextmanager
def _opened(path: Path, *, is_file: bool, fields: Sequence[int]) -> Iterator[Any]:
    options = pa.ipc.IpcReadOptions(included_fields=list(fields))
    opens = pa.ipc.open_file if is_file else pa.ipc.open_stream
    # Not mapped: a mapped file that somebody shortens meanwhile would end the process.
    with pa.OSFile(str(path)) as source, opens(source, options=options) as reader:
        yield reader
