"""Reading NPZ: forms of labels, shapes, pickled objects, headers that lie."""

from __future__ import annotations

import contextlib
import io
import itertools
import zipfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra import numpy as hnp

import evalcore as ec

SCORES = np.array([[0.9, 0.1], [0.25, 0.75], [0.5, 0.5]])
GOOD: dict[str, Any] = {
    "scores": SCORES,
    "labels": np.array(["dog", "", "cat"]),
    "concepts": np.array(["dog", "cat"]),
}


def load(folder: Path, *, compressed: bool = False, **arrays: Any) -> ec.EvalRun:
    path = folder / "pets.npz"
    (np.savez_compressed if compressed else np.savez)(path, **arrays)
    return ec.load_run(path)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["dog", "", "cat"]),
        np.array([b"dog", b"", b"cat"]),
        np.array([0, -1, 1]),
        np.array([0, -1, 1], dtype=np.int8),
        np.array([0, -100, 1]),
        np.array([0.0, np.nan, 1.0]),
        np.array([[1.0, 0.0], [0.0, np.nan], [0.0, 1.0]]),
        np.array([[1, 0], [-1, 0], [0, 1]]),
        np.array([[True, False], [False, False], [False, True]]),
        np.array([[1, 0], [0, 0], [0, 1]]),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_labels_are_names_positions_or_a_table(
    tmp_path: Path, labels: Any, *, compressed: bool
) -> None:
    run = load(tmp_path, compressed=compressed, **{**GOOD, "labels": labels})
    assert (run.name, run.concepts, run.task) == ("pets", ("dog", "cat"), "single_label")
    assert run.labels.dense().tolist() == [[True, False], [False, False], [False, True]]
    assert run.scores.tolist() == SCORES.tolist()
    assert run.report.format == "NumPy arrays (NPZ)"


def test_optional_arrays_are_taken_over(tmp_path: Path) -> None:
    known = np.array([[True, False], [True, True], [True, True]])
    optional = {"ids": np.array(["007", "8", "9"]), "folds": [1, 0, 1], "texts": ["a", "b", "c"]}
    run = load(tmp_path, **GOOD, **optional, known=known, extra=[1])
    assert run.ids.tolist() == ["007", "8", "9"]
    assert run.fold_names == ("0", "1")
    assert run.texts is not None
    assert run.texts.tolist() == ["a", "b", "c"]
    assert run.labels.known is not None
    assert run.labels.known.tolist() == known.tolist()
    assert "'extra'" in run.report.warnings[0].text


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_scores_keep_their_precision_in_any_order_of_bytes(
    tmp_path: Path, dtype: str, order: Any
) -> None:
    scores = np.asarray(SCORES, dtype=dtype, order=order)
    run = load(tmp_path, **{**GOOD, "scores": scores})
    assert run.scores.dtype == np.dtype(dtype).newbyteorder("=")
    assert run.scores.tolist() == scores.tolist()
    assert run.scores.flags.c_contiguous


def test_a_label_that_is_no_concept_is_a_warning_and_no_negative(tmp_path: Path) -> None:
    run = load(tmp_path, **{**GOOD, "labels": np.array(["dgo", "", "cat"])})
    assert "'dgo' (1 x) Did you mean 'dog'?" in run.report.warnings[0].text
    assert run.labels.known is not None
    assert run.labels.known[0].tolist() == [False, False]


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"scores": None}, ["no array 'scores'", "'labels'"]),
        ({"labels": None}, ["no array 'labels'", "np.savez"]),
        ({"scores": SCORES[:, 0]}, ["(inputs, concepts)", "(3,)", "[:, None]"]),
        ({"scores": SCORES.T}, ["(2, 3)", "(3,)", "transpose"]),
        ({"scores": SCORES[:2]}, ["(2, 2)", "'labels' has the shape (3,)", "Hint"]),
        ({"concepts": np.array(["dog"])}, ["(3, 2)", "'concepts' has the shape (1,)"]),
        ({"concepts": np.array(["dog", "dog"])}, ["different concept names, got 1"]),
        ({"ids": np.array(["a", "b"])}, ["'ids' has the shape (2,)"]),
        ({"ids": np.array(["a", "a", "b"])}, ["1 ids occur more than once"]),
        ({"ids": np.array([0.5, 1, 2])}, ["'ids' holds float64", "astype(str)"]),
        ({"known": np.ones((3, 1), bool)}, ["'known' has the shape (3, 1)"]),
        ({"scores": SCORES * np.nan}, ["6 scores", "scores[0, 0] is nan", "and 3 more"]),
        ({"scores": SCORES - np.inf}, ["6 scores", "is -inf"]),
        ({"scores": SCORES.astype(complex)}, ["complex128", "Hint"]),
        ({"scores": SCORES.astype(str)}, ["'scores' holds <U", "Hint"]),
        ({"scores": SCORES.astype(object)}, ["'scores'", "pickled", "np.savez", "dtype=str"]),
        ({"labels": np.array(["dog", None, 1], object)}, ["'labels'", "pickled", "np.savez"]),
        ({"labels": np.array([0, 2, -2])}, ["2 labels", "labels[1] is 2", "0 to 1", "-1"]),
        ({"labels": np.array([0.0, 1.5, 0.0])}, ["1 labels", "labels[1] is 1.5", "0 to 1"]),
        ({"labels": np.array([0j, 1, 0])}, ["'labels' holds complex128", "nobody knows"]),
        ({"labels": SCORES}, ["'labels'", "from 0.", "(array > 0.5)", "-1 or NaN where nobody"]),
        ({"labels": np.full((3, 2), "dog")}, ["'labels'", "<U3", "one name per input"]),
        ({"labels": np.full((3, 2), 7)}, ["'labels'", "True and False", "7 to 7"]),
        ({"labels": np.array([b"\xff", b"", b""])}, ["'labels'", "UTF-8"]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, change: dict[str, Any], parts: list[str]
) -> None:
    arrays = {name: array for name, array in {**GOOD, **change}.items() if array is not None}
    with pytest.raises(ec.RunError) as caught:
        load(tmp_path, **arrays)
    message = str(caught.value)
    assert message.startswith("pets.npz: ")
    assert [part for part in parts if part not in message] == [], message


def member(shape: tuple[int, ...], *, data: bytes = b"", descr: str = "<f8") -> bytes:
    stream = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + data


@pytest.mark.parametrize(
    "content",
    [
        member((10**12, 10)),
        member((2**62, 2**62)),
        member((3, 2), data=b"\0" * 47),
        member((3, 2), data=b"\0" * 49),
        member((-3, -2), data=b"\0" * 48),
        member((3, 2))[:20],
        b"\x93NUMPY\x09\x09" + b"\0" * 90,
        b"",
    ],
)
def test_a_header_that_lies_is_seen_before_memory_is_taken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pets.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("scores.npy", content)
        archive.writestr("labels.npy", member((3,), data=b"\0" * 24))
    with pytest.raises(ec.RunError, match=r"pets\.npz: array 'scores' .*Hint"):
        ec.load_run(path)


def test_an_array_that_would_grow_beyond_bounds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.npz.arrays.SUSPICIOUS_BYTES", 100_000)
    with pytest.raises(ec.RunError, match=r"'scores' would unpack from .* to 1,600,000 bytes"):
        load(tmp_path, compressed=True, **{**GOOD, "scores": np.zeros((100_000, 2))})


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_called_so(tmp_path: Path, keep: float) -> None:
    load(tmp_path, **GOOD)
    path = tmp_path / "pets.npz"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(ec.RunError, match=r"pets\.npz: the ZIP is truncated or damaged"):
        ec.load_run(path)


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    load(tmp_path, **GOOD)
    path = tmp_path / "pets.npz"
    data = bytearray(path.read_bytes())
    data[data.index(SCORES.tobytes()[:8])] ^= 1
    path.write_bytes(data)
    with pytest.raises(ec.RunError, match=r"'scores' is truncated or damaged \(Bad CRC"):
        ec.load_run(path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scores=hnp.arrays(
        st.sampled_from([np.float16, np.float32, np.float64]),
        st.tuples(st.integers(1, 8), st.integers(1, 4)),
        elements={"allow_nan": False, "allow_infinity": False},
    ),
    data=st.data(),
)
def test_any_run_comes_back_exactly(tmp_path: Path, scores: Any, data: st.DataObject) -> None:
    labels = data.draw(hnp.arrays(bool, scores.shape))
    known = data.draw(hnp.arrays(bool, scores.shape))
    run = load(tmp_path, scores=scores, labels=labels, known=known)
    wanted = ec.EvalRun.from_arrays(scores, labels, known=known)
    assert run.scores.tobytes() == scores.tobytes()
    assert run.fingerprint == wanted.fingerprint


SHAPES: list[tuple[int, ...]] = [(), (0,), (2,), (3,), (3, 1), (3, 2), (2, 3), (3, 2, 1), (0, 2)]
KINDS = ["?", "i1", "u8", "f2", "f8", "c8", "U3", "S3", "M8[s]", "m8[s]", "V4", "i4,f4", ">f4"]


@pytest.mark.parametrize("role", ["scores", "labels", "concepts", "ids", "folds", "known", "texts"])
def test_an_array_of_any_shape_and_type_loads_or_is_refused_in_words(
    tmp_path: Path, role: str
) -> None:
    path = tmp_path / "pets.npz"
    plain: dict[str, object] = {"scores": np.eye(3, 2), "labels": np.zeros(3, dtype=int)}
    for shape, kind in itertools.product(SHAPES, KINDS):
        np.savez(path, **(plain | {role: np.zeros(shape, dtype=kind)}))
        with contextlib.suppress(ec.RunError):
            assert ec.load_run(path).n_inputs == 3


def test_arrays_of_zeros_are_judged_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pets.npz"
    monkeypatch.setattr("evalcore.readers.tables.limits.SUSPICIOUS_BYTES", 10_000_000)
    zeros = np.zeros((50_000, 60), dtype=bool)
    np.savez_compressed(path, scores=zeros, labels=zeros, known=zeros)
    with pytest.raises(ec.RunError, match=r"would unfold to about"):
        ec.load_run(path)
