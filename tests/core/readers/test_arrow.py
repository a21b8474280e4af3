"""Reading Arrow: IPC files, streams, Feather; precision, damage, bombs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather

import evalcore as ec

COLUMNS = {
    "id": ["007", "12E3"],
    "labels": [["dog"], []],
    "score:dog": np.float32([0.3, -0.0]),
    "score:cat": np.float32([0.1, 0.75]),
    "city": pa.array(["Ulm", "Ulm"]).dictionary_encode(),
}
WRITERS = ["file", "stream", "lz4", "zstd", "uncompressed"]


def write(path: Path, columns: dict[str, Any], how: str) -> Path:
    table = pa.table(columns)
    if how in ("lz4", "zstd", "uncompressed"):
        feather.write_feather(table, path, compression=how)
        return path
    new = pa.ipc.new_file if how == "file" else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, new(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=1)
    return path


@pytest.mark.parametrize("how", WRITERS)
def test_every_kind_of_arrow_file_is_read(tmp_path: Path, how: str) -> None:
    run = ec.load_run(write(tmp_path / "pets.arrow", COLUMNS, how))
    assert run.ids.tolist() == ["007", "12E3"]
    assert run.scores.dtype == np.float32
    assert run.scores.tobytes() == np.float32([[0.3, 0.1], [-0.0, 0.75]]).tobytes()
    assert run.labels.dense().tolist() == [[True, False], [False, False]]
    assert run.metadata["city"].tolist() == ["Ulm", "Ulm"]
    assert run.report.format == "file, Arrow"


def test_embedded_images_are_kept(tmp_path: Path) -> None:
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    image = pa.array([{"bytes": b"one", "path": "1.png"}, {"bytes": None, "path": "2.png"}], kind)
    run = ec.load_run(write(tmp_path / "pets.feather", {**COLUMNS, "image": image}, "zstd"))
    assert run.images is not None
    assert (run.images.read(0), run.images.name(1)) == (b"one", "2.png")


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    run = ec.load_run(write(tmp_path / "pets.parquet", COLUMNS, "file"))
    assert "read as one" in run.report.notices[0].text
    (tmp_path / "not.arrow").write_text("id,label\n")
    with pytest.raises(ec.RunError, match=r"not\.arrow: this is no Arrow.*Hint"):
        ec.load_run(tmp_path / "not.arrow")


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_called_so(tmp_path: Path, how: str, keep: float) -> None:
    path = write(tmp_path / "pets.arrow", COLUMNS, how)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(ec.RunError, match=r"pets\.arrow: .*(truncated or damaged|no rows)"):
        ec.load_run(path)


def test_bad_scores_are_refused_with_their_rows(tmp_path: Path) -> None:
    columns = {"label": ["a", "b"], "score:a": [0.5, None], "score:b": [np.nan, 0.5]}
    with pytest.raises(ec.RunError) as caught:
        ec.load_run(write(tmp_path / "pets.arrow", columns, "file"))
    for part in ("2 scores", "row 1, column 'score:b': nan", "row 2", "empty", "Hint"):
        assert part in str(caught.value)


def test_feather_of_version_1_is_named(tmp_path: Path) -> None:
    path = tmp_path / "old.feather"
    path.write_bytes(b"FEA1" + b"\0" * 100)
    with pytest.raises(ec.RunError, match=r"version 1.*Hint: write it again"):
        ec.load_run(path)


@pytest.mark.parametrize("how", ["lz4", "zstd"])
def test_a_file_that_would_grow_beyond_bounds_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    zeros = np.zeros(200_000)
    path = write(tmp_path / "b.arrow", {"label": [""] * 200_000, "score:a": zeros}, how)
    monkeypatch.setattr("evalcore.readers.tables.limits.SUSPICIOUS_BYTES", 100_000)
    monkeypatch.setattr("evalcore.readers.tables.limits.MAX_RATIO", 20)
    monkeypatch.setattr(
        "evalcore.readers.tables.columnar.ColumnarTable.load",
        lambda *_, **__: pytest.fail("was read"),
    )
    with pytest.raises(ec.RunError, match=r"b\.arrow: the .* would unfold to about 2,.*Hint"):
        ec.load_run(path)


def test_the_limit_of_cells_is_read_from_the_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.tables.limits.MAX_CELLS", 3)
    with pytest.raises(ec.RunError, match="2 rows x 5 columns"):
        ec.load_run(write(tmp_path / "pets.arrow", COLUMNS, "stream"))


def test_no_rows_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match="no rows"):
        ec.load_run(write(tmp_path / "none.arrow", {"label": pa.array([], pa.string())}, "file"))
    table = pa.table([[1.0], [2.0], ["a"]], names=["score:a", "score:a", "label"])
    feather.write_feather(table, tmp_path / "twice.arrow", compression="uncompressed")
    with pytest.raises(ec.RunError, match=r"'score:a' .*columns 1 and 2"):
        ec.load_run(tmp_path / "twice.arrow")
