"""Reading Parquet runs: precision, types, embedded images, damage."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra import numpy as hnp

import evalcore as ec
from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.runs.run import EvalRun


def load(
    folder: Path, columns: dict[str, Any], *, metadata: dict[str, str] | None = None
) -> EvalRun:
    table = pa.table(columns)
    path = folder / "pets.parquet"
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return load_run(path)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_scores_keep_their_precision(tmp_path: Path, dtype: type) -> None:
    scores = np.array([0.3, 0.7], dtype=dtype)
    run = load(tmp_path, {"label": ["dog", None], "score:dog": scores, "score:cat": scores})
    assert run.scores.dtype == dtype
    assert run.scores[:, 0].tolist() == scores.tolist()
    assert run.labels.unlabelled.tolist() == [1]
    assert run.report.format == "file, Parquet"


@pytest.mark.parametrize(
    "other",
    [
        pa.array([0, 2]),
        pa.array([False, True]),
        pa.array([0.5, -0.0]),
        pa.array([float(np.float32(0.1)), 1.0]),  # as pandas widens a column of float32
        pa.array([0, 1], pa.uint8()),
    ],
)
def test_a_column_that_fits_does_not_widen_the_others(tmp_path: Path, other: Any) -> None:
    """Widened to float64, a float32 0.3 would be greater than 0.3."""
    scores = np.array([0.3, 0.7], dtype=np.float32)
    run = load(tmp_path, {"label": ["a", "b"], "score:a": scores, "score:b": other})
    assert run.scores.dtype == np.float32
    assert run.scores[:, 0].tolist() == scores.tolist()
    assert run.scores[:, 1].tolist() == [float(value) for value in other.to_pylist()]
    counts = ec.Evaluation(run).counts(ec.Rule(threshold=0.3, decision="every"))
    assert (counts.tp + counts.fp)[0] == 1
    assert "precision" not in " ".join(notice.text for notice in run.report.notices)


@pytest.mark.parametrize(
    ("narrow", "other"),
    [
        (np.float32, pa.array([0.3, 0.7])),
        (np.float32, pa.array([2**24 + 1, 0])),
        (np.float16, pa.array([0.3, 0.7], pa.float32())),
    ],
)
def test_scores_in_two_precisions_are_said_to_be(tmp_path: Path, narrow: Any, other: Any) -> None:
    scores = np.array([0.3, 0.7], dtype=narrow)
    run = load(tmp_path, {"label": ["a", "b"], "score:a": scores, "score:b": other})
    assert run.scores.dtype.itemsize > scores.dtype.itemsize
    assert run.scores[:, 0].tolist() == scores.tolist()
    assert run.scores[:, 1].tolist() == [float(value) for value in other.to_pylist()]
    (text,) = [notice.text for notice in run.report.warnings if "precision" in notice.text]
    assert "'score:a'" in text
    assert "'score:b'" in text


def test_whole_numbers_alone_become_float64(tmp_path: Path) -> None:
    run = load(tmp_path, {"label": ["a"], "score:a": [2**53 - 1], "score:b": [True]})
    assert run.scores.dtype == np.float64
    assert run.scores.tolist() == [[2**53 - 1, 1]]


def test_lists_of_labels_and_other_columns_are_read(tmp_path: Path) -> None:
    columns = {
        "id": [7, 2**60],
        "labels": [["a", "b"], []],
        "when": ["x", None],
        "n": [1.5, None],
        "score:a": [0.5, 0.25],
        "score:b": [0.5, 0.75],
    }
    run = load(tmp_path, columns)
    assert run.ids.tolist() == ["7", str(2**60)]
    assert run.labels.dense().tolist() == [[True, True], [False, False]]
    assert run.metadata["when"].tolist() == ["x", ""]
    assert run.metadata["n"].tolist() == ["1.5", ""]


def test_dots_in_column_names_do_not_confuse(tmp_path: Path) -> None:
    columns = {"label": ["a", "a.b"], "score:a": [0.1, 0.2], "score:a.b": [0.9, 0.8]}
    run = load(tmp_path, columns)
    assert run.scores.tolist() == [[0.1, 0.9], [0.2, 0.8]]


def test_class_names_of_hugging_face_are_used(tmp_path: Path) -> None:
    features = {"label": {"names": ["dog", "cat"], "_type": "ClassLabel"}}
    stored = {"huggingface": json.dumps({"info": {"features": features}})}
    columns = {"label": [1, 0, -1], "score:dog": [0.1, 0.9, 0.5], "score:cat": [0.9, 0.1, 0.5]}
    run = load(tmp_path, columns, metadata=stored)
    assert run.labels.dense().tolist() == [[False, True], [True, False], [False, False]]


def test_plain_integers_are_names(tmp_path: Path) -> None:
    run = load(tmp_path, {"label": [0, 1], "0": [0.9, 0.2], "1": [0.1, 0.8]})
    assert run.concepts == ("0", "1")
    assert run.labels.total.tolist() == [1, 1]


def test_categorical_columns_are_texts(tmp_path: Path) -> None:
    label = pa.array(["a", "b"]).dictionary_encode()
    run = load(tmp_path, {"label": label, "score:a": [0.9, 0.2], "score:b": [0.1, 0.8]})
    assert run.labels.total.tolist() == [1, 1]


@pytest.mark.parametrize("shape", ["binary", "struct"])
def test_embedded_images_are_kept(tmp_path: Path, shape: str) -> None:
    payloads = [b"one", None, b"three"]
    names = ["1.png", "2.png", "3.png"]
    image: Any = pa.array(payloads, pa.binary())
    if shape == "struct":
        image = pa.array([{"bytes": b, "path": n} for b, n in zip(payloads, names, strict=True)])
    columns = {"id": ["x", "y", "z"], "image": image, "label": ["a", "b", "a"]}
    run = load(tmp_path, {**columns, "score:a": [0.9, 0.2, 0.6], "score:b": [0.1, 0.8, 0.4]})
    assert run.images is not None
    assert run.images.read(2) == b"three"
    assert run.images.take(np.array([2, 0])).read(1) == b"one"
    assert run.images.name(2) == ("3.png" if shape == "struct" else "")
    assert [notice.count for notice in run.report.warnings] == [1]


def test_a_struct_with_paths_alone_names_files(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    image = pa.array([{"bytes": None, "path": "a.jpg"}, {"bytes": None, "path": "b.jpg"}], kind)
    columns = {"image": image, "label": ["a", "b"], "score:a": [0.9, 0.2], "score:b": [0.1, 0.8]}
    run = load(tmp_path, columns)
    assert run.images is not None
    assert run.images.read(0) == b"picture"
    assert "'b.jpg' in row 2" in run.report.warnings[0].text


def test_missing_scores_are_refused_with_their_rows(tmp_path: Path) -> None:
    columns = {"label": ["a", "b"], "score:a": [0.5, None], "score:b": [np.nan, 0.5]}
    with pytest.raises(RunError) as caught:
        load(tmp_path, columns)
    for part in (
        "pets.parquet: 2 scores",
        "row 1, column 'score:b': nan",
        "row 2",
        "empty",
        "Hint",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("kind", [pa.bool_(), pa.int64(), pa.float16()])
def test_an_empty_score_is_refused_whatever_its_type(tmp_path: Path, kind: pa.DataType) -> None:
    scores = pa.array([1, 0]).cast(pa.int8()).cast(pa.float32()).cast(kind)
    scores = pa.chunked_array([scores, pa.nulls(1, kind)])
    with pytest.raises(RunError, match=r"1 score .*row 3, column 'score:a': empty"):
        load(tmp_path, {"label": ["a", "", ""], "score:a": scores})


def test_true_and_false_are_one_and_zero(tmp_path: Path) -> None:
    run = load(tmp_path, {"label": ["a", "a"], "score:a": [True, False]})
    assert run.scores.tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize(
    "values", [["0.5", "0.6"], [Decimal("0.5"), Decimal("0.6")], [[0.5], [0.6]]]
)
def test_scores_that_are_no_real_numbers_are_refused(tmp_path: Path, values: list[Any]) -> None:
    with pytest.raises(RunError, match=r"pets\.parquet: column 'score:a' holds .*Hint"):
        load(tmp_path, {"label": ["a", "a"], "score:a": values})


@pytest.mark.parametrize("keep", [20, 200, -5])
def test_a_damaged_file_is_called_so(tmp_path: Path, keep: int) -> None:
    load(tmp_path, {"label": ["a", "b"], "score:a": [0.5, 0.1], "score:b": [0.1, 0.9]})
    path = tmp_path / "pets.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match=r"pets\.parquet: the Parquet file is truncated or damaged"):
        load_run(path)


def test_damage_in_the_middle_is_never_half_loaded(tmp_path: Path) -> None:
    scores = np.random.default_rng(0).random(5000)
    load(tmp_path, {"label": ["a", "b"] * 2500, "score:a": scores, "score:b": scores})
    path = tmp_path / "pets.parquet"
    data = bytearray(path.read_bytes())
    data[5000:6000] = b"\xff" * 1000
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"pets\.parquet"):
        load_run(path)


def test_texts_that_are_not_utf8_are_damage(tmp_path: Path) -> None:
    load(tmp_path, {"label": ["aaaa", "b"], "score:aaaa": [0.5, 0.1], "score:b": [0.1, 0.9]})
    path = tmp_path / "pets.parquet"
    data = path.read_bytes()
    place = data.index(b"aaaa")
    path.write_bytes(data[:place] + b"\xff" + data[place + 1 :])
    with pytest.raises(RunError, match=r"pets\.parquet: the Parquet file is truncated or damaged"):
        load_run(path)


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    load(tmp_path, {"label": ["a", "b"], "score:a": [0.5, 0.1], "score:b": [0.5, 0.9]})
    run = load_run((tmp_path / "pets.parquet").rename(tmp_path / "pets.csv"))
    assert "read as one" in run.report.notices[0].text
    (tmp_path / "not.parquet").write_text("id,label\n")
    with pytest.raises(RunError, match=r"not\.parquet: this is no Parquet file.*Hint"):
        load_run(tmp_path / "not.parquet")


def test_no_rows_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no rows"):
        load(tmp_path, {"label": pa.array([], pa.string()), "score:a": pa.array([], pa.float32())})
    twice = pa.table([[1.0], [2.0], ["a"]], names=["score:a", "score:a", "label"])
    pq.write_table(twice, tmp_path / "twice.parquet")
    with pytest.raises(RunError, match=r"more than once: 'score:a'"):
        load_run(tmp_path / "twice.parquet")


def test_the_limit_is_read_from_the_footer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalcore.readers.tables.limits.MAX_CELLS", 3)
    with pytest.raises(RunError, match="2 rows x 2 columns"):
        load(tmp_path, {"label": ["a", "b"], "score:a": [0.5, 0.1]})


def test_a_file_that_would_grow_beyond_bounds_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.tables.limits.SUSPICIOUS_BYTES", 100_000)
    table = pa.table({"label": [""] * 200_000, "score:a": np.zeros(200_000)})
    pq.write_table(table, tmp_path / "b.parquet", use_dictionary=False, compression="zstd")
    with pytest.raises(RunError, match=r"b\.parquet: the .* would unfold to .* 200 times"):
        load_run(tmp_path / "b.parquet")


def test_a_text_repeated_in_every_row_is_kept_once(tmp_path: Path) -> None:
    columns = {"label": ["a"] * 3000, "score:a": np.arange(3000.0), "city": ["x" * 10**5] * 3000}
    run = load(tmp_path, columns)
    assert len({id(text) for text in run.metadata["city"]}) == 1


def test_a_flipped_bit_is_noticed_where_pages_have_checksums(tmp_path: Path) -> None:
    scores = np.random.default_rng(0).random(500)
    path = tmp_path / "pets.parquet"
    table = pa.table({"label": ["a"] * 500, "score:a": scores})
    pq.write_table(table, path, use_dictionary=False, compression="none", write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[data.index(scores[250:].tobytes()[:8])] ^= 1
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"truncated or damaged .*CRC"):
        load_run(path)


def test_unknown_labels_are_the_other_way_to_say_what_is_known(tmp_path: Path) -> None:
    columns = {"labels": [["a"], []], "unknown_labels": [["b"], []]}
    run = load(tmp_path, {**columns, "score:a": [0.5, 0.1], "score:b": [0.5, 0.9]})
    assert run.labels.known is not None
    assert run.labels.known.tolist() == [[True, False], [True, True]]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scores=st.sampled_from([np.float16, np.float32, np.float64]).flatmap(
        lambda dtype: hnp.arrays(
            dtype,
            st.tuples(st.integers(1, 8), st.integers(1, 4)),
            elements={"allow_nan": False, "allow_infinity": False},
        )
    ),
    data=st.data(),
)
def test_any_run_comes_back_exactly(tmp_path: Path, scores: Any, data: st.DataObject) -> None:
    n_inputs, n_concepts = scores.shape
    labelled = data.draw(hnp.arrays(bool, scores.shape))
    names = [f"c{j}" for j in range(n_concepts)]
    labels = [[name for name, has in zip(names, row, strict=True) if has] for row in labelled]
    columns = {f"score:{name}": scores[:, j] for j, name in enumerate(names)}
    run = load(tmp_path, {"labels": pa.array(labels, pa.list_(pa.string())), **columns})
    assert run.scores.dtype == scores.dtype
    np.testing.assert_array_equal(run.scores, scores)
    np.testing.assert_array_equal(run.labels.dense(), labelled)
    assert run.n_inputs == n_inputs
