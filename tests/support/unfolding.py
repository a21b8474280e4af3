"""Small files that stand for a great deal: what each would become, and how to write it."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["UNFOLDING"]

ROWS_PER_GROUP = 2_000_000


def _constant_rows(n_rows: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        label = pa.DictionaryArray.from_arrays(pa.array(np.zeros(ROWS_PER_GROUP, np.int8)), ["dog"])
        group = pa.table({"label": label, "score:dog": np.full(ROWS_PER_GROUP, 0.5, np.float32)})
        with pq.ParquetWriter(path, group.schema) as writer:
            for _ in range(n_rows // ROWS_PER_GROUP):
                writer.write_table(group, row_group_size=ROWS_PER_GROUP)

    return write


def _column(column: Callable[[int], pa.Array], **options: object) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        n_rows = 2_000
        columns = {"id": [str(k) for k in range(n_rows)], "label": ["dog"] * n_rows}
        table = pa.table({**columns, "score:dog": np.full(n_rows, 0.5), "more": column(n_rows)})
        pq.write_table(table, path, **options)

    return write


def _long_list(path: Path) -> None:
    entries = pa.ListArray.from_arrays([0, 20_000_000], pa.repeat("x", 20_000_000))
    pq.write_table(pa.table({"label": ["dog"], "score:dog": [0.5], "more": entries}), path)


def _zeros(n_arrays: int) -> Callable[[Path], None]:
    """Return what writes arrays of 1 GiB of zeros, without making them."""

    def write(path: Path) -> None:
        header = io.BytesIO()
        shape = (2**24, 64)
        np.lib.format.write_array_header_1_0(
            header, {"descr": "|b1", "fortran_order": False, "shape": shape}
        )
        piece = bytes(2**20)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("scores", "labels", "known")[:n_arrays]:
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    member.write(header.getvalue())
                    for _ in range(shape[0] * shape[1] // len(piece)):
                        member.write(piece)

    return write


def _half_zeros(path: Path) -> None:
    scores = np.zeros((5_000_000, 100), np.float16)
    np.savez_compressed(path, scores=scores, labels=np.zeros(5_000_000, np.int8))


def _sparse(path: Path) -> None:
    path.mkdir()
    names = range(20_000)
    (path / "inputs.csv").write_text("id,label\n" + "".join(f"{k},c{k}\n" for k in names))
    rows = "".join(f"{k},c{k},0.5\n" for k in names)
    (path / "scores.csv").write_text("id,concept,score\n" + rows)


def _every_input_its_own_concept(path: Path) -> None:
    entries = [
        {
            "input": {"id": str(k)},
            "predictedConcepts": [{"id": f"c{k}", "value": 0.5}],
            "groundTruthConcepts": [{"id": f"c{k}", "value": 1}],
        }
        for k in range(30_000)
    ]
    path.write_text(json.dumps({"evalMetrics": {"testSet": entries}}))


def _wide(n_columns: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        names = ",".join(f"c{k}" for k in range(n_columns))
        path.write_text(f"lable,{names}\nc0,{','.join(['0.5'] * n_columns)}\n")

    return write


def _many_concepts(path: Path) -> None:
    names = [f"c{k}" for k in range(20_000)]
    lines = ["label," + ",".join(f"score:{name}" for name in names)]
    lines += [f"c{k}," + ",".join(["0.5", "0.25"] * 10_000) for k in range(2)]
    path.write_text("\n".join(lines) + "\n")


def _deep_names(path: Path) -> None:
    """Write names of 32,000 parts, which no file system has."""
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(20):
            archive.writestr("a/" * 32_000 + f"{k}.csv", "x")


def _empty_lines(n_lines: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("predictions.csv", "id,label,score:a\n" + "\n" * n_lines)

    return write


def _empty_entries(path: Path) -> None:
    """Write a directory of 150,000 entries by hand; the library takes a minute."""
    local, central = io.BytesIO(), io.BytesIO()
    for k in range(150_000):
        name = f"run/{k:06}.txt".encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        central.write(b"PK\1\2" + struct.pack("<H", 20) + common)
        central.write(struct.pack("<HHHII", 0, 0, 0, 0, local.tell()) + name)
        local.write(b"PK\3\4" + common + name)
    start, size = local.tell(), central.tell()
    count = 0xFFFF
    zip64 = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 150_000, 150_000, size, start)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, start + size, 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, size, start, 0)
    path.write_bytes(local.getvalue() + central.getvalue() + zip64 + locator + end)


def _texts(n_rows: int) -> pa.Array:
    return pa.repeat(pa.scalar("x" * 1_000_000, pa.large_string()), n_rows)


def _images(n_rows: int) -> pa.Array:
    parts = [pa.repeat(b"x" * 1_000_000, n_rows), pa.repeat("a" * 1_000, n_rows)]
    return pa.StructArray.from_arrays(parts, ["bytes", "path"])


UNFOLDING: dict[str, Callable[[Path], None]] = {
    "rows20.parquet": _constant_rows(20_000_000),
    "rows60.parquet": _constant_rows(60_000_000),
    "texts.parquet": _column(_texts),
    "texts_by_difference.parquet": _column(
        lambda n: _texts(n).cast("string"),
        use_dictionary=False,
        column_encoding={
            "more": "DELTA_BYTE_ARRAY",
            **dict.fromkeys(("id", "label", "score:dog"), "PLAIN"),
        },
    ),
    "images.parquet": _column(_images),
    "list.parquet": _long_list,
    "zeros1.npz": _zeros(1),
    "zeros3.npz": _zeros(3),
    "half_zeros.npz": _half_zeros,
    "sparse": _sparse,
    "own_concepts.json": _every_input_its_own_concept,
    "columns200000.csv": _wide(200_000),
    "columns1000000.csv": _wide(1_000_000),
    "concepts20000.csv": _many_concepts,
    "deep_names.zip": _deep_names,
    "empty_lines2.zip": _empty_lines(2_000_000),
    "empty_lines60.zip": _empty_lines(60_000_000),
    "empty_entries.zip": _empty_entries,
}
"""Name of a file or folder to what writes it."""
