"""What the export readers share: strict JSON in pieces, rows of scores, names, registration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from evalcore.errors import RunError
from evalcore.library.folder_of_runs import find_runs
from evalcore.readers import load_run
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Inputs
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.readers.registry import EXPORT_READERS, READERS, FolderReader
from evalcore.readers.tables import json_stream
from evalcore.readers.tables.json_stream import json_lines, walk
from tests.support.exports import write_lines

SAMPLE_RUNS = Path(__file__).resolve().parents[3] / "sample_runs"

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)  # fmt: skip


def leaves(value: Any, keys: tuple[Any, ...] = ()) -> list[tuple[Any, Any]]:
    """The slow way: everything decoded at once, then walked."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*keys, key))]
    if isinstance(value, list):
        return [leaf for k, item in enumerate(value) for leaf in leaves(item, (*keys, k))]
    return [(keys, value)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values, indent=st.sampled_from([None, 1]), chunk=st.sampled_from([1, 2, 3, 7, 64]))
def test_reading_in_pieces_finds_what_reading_at_once_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: Any, indent: int | None, chunk: int
) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    path = tmp_path / "value.json"
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=chunk > 3))
    assert list(walk(path, whole=lambda _keys: False)) == leaves(value)
    whole = dict(walk(path, whole=lambda keys: len(keys) == 1))
    if isinstance(value, dict):
        assert whole == {(key,): item for key, item in value.items()}
    elif isinstance(value, list):
        assert whole == {(k,): item for k, item in enumerate(value)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1} x', "text after the end"),
        ('{"a": 1, "a": 2}', "'a' occurs more than once"),
        ('[{"a": 1, "a": 2}]', "'a' occurs more than once"),
        ("[1, ]", "Expecting value"),
        ("[1 2]", "',' or ']' has to stand"),
        ("{1: 2}", "'\"' has to stand"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        ("[\n\n  nul]", "row 3, column 3"),
        ("[" * 50, "nested more than 40 deep"),
        ('["a', "Unterminated string"),
        ("[1", "the file ends where"),
        ("", "the file is empty"),
        ("<html>", "an HTML page"),
        ("PK\x03\x04", "a ZIP archive"),
    ],
)
def test_what_is_no_strict_json_is_refused_with_its_place(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(RunError) as caught:
        list(walk(path, whole=lambda keys: len(keys) == 1 and text[0] != "["))
    assert says in str(caught.value)
    assert str(caught.value).startswith("x.json")


def test_other_encodings_need_their_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes('["é"]'.encode(encoding))
        assert list(walk(path, whole=lambda _keys: False)) == [((0,), "é")]
    path.write_bytes('["é"]'.encode("latin-1"))
    with pytest.raises(RunError, match=r"x\.json: byte 2 \(row 1\) is not UTF-8"):
        list(walk(path, whole=lambda _keys: False))


def test_an_entry_of_absurd_length_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "MAX_CHARACTERS", 2**17)
    path = tmp_path / "x.json"
    path.write_text('["' + "a" * 2**19 + '"]')
    with pytest.raises(RunError, match="one entry is longer than"):
        list(walk(path, whole=lambda _keys: False))


def test_rows_of_json_are_numbered_as_an_editor_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n\n[2]\n')
    assert list(json_lines(path)) == [(1, {"a": 1}), (3, [2])]
    for bad in ('{"a": 1, "a": 2}', "{", "NaN", "1e999", "[" * 100_000, "1 2"):
        path.write_text(f'{{"a": 1}}\n{bad}\n')
        with pytest.raises(RunError, match=r"x\.jsonl: row 2 is n"):
            list(json_lines(path))


def test_rows_of_scores_become_the_matrix_that_a_loop_would_fill(rng: np.random.Generator) -> None:
    for n_rows, n_columns in ((1, 1), (40, 7), (3000, 30)):
        rows = ScoreRows("x", dtype=np.float32)
        wanted = np.full((n_rows, n_columns), -np.inf, dtype=np.float32)
        positions, order = rng.permutation(n_columns), rng.permutation(n_rows)
        order[rng.random(n_rows) < 0.2] = -1
        for k in range(n_rows):
            # later rows know more columns, as when concepts are met one after the other
            columns = np.flatnonzero(rng.random(n_columns) < k / n_rows).tolist()
            scores = rng.random(len(columns)).astype(np.float32).tolist()
            rows.add(columns, scores)
            for column, score in zip(columns, scores, strict=True):
                if order[k] >= 0:
                    wanted[order[k], positions[column]] = score
        matrix = rows.matrix(positions=positions, rows=order, n=n_rows)
        np.testing.assert_array_equal(matrix, wanted)
        assert matrix.dtype == np.float32


def test_concepts_with_one_name_get_different_names() -> None:
    names = ConceptNames()
    columns = [names.column(*pair) for pair in (("1", "a"), ("2", "a"), ("", "b"), ("3", "b"))]
    assert columns == [0, 1, 2, 2]
    assert names.shown() == ["a (1)", "a (2)", "b"]
    assert names.find("", "a") is None
    assert names.find("9", "b") == 2
    assert names.find("2") == 1
    order, positions = names.order(first=[2])
    assert order == ["b", "a (1)", "a (2)"]
    assert positions.tolist() == [1, 2, 0]


def test_metadata_of_hostile_exports_stay_few() -> None:
    inputs = Inputs()
    for k in range(500):
        inputs.add(row=k, name=str(k), labels=(), metadata={f"field {k}": "x", "site": str(k)})
    assert len(inputs.metadata) == 64
    assert inputs.metadata["site"] == [str(k) for k in range(500)]
    assert "are left out" in inputs.notices("x")[0].text


def test_each_reader_is_registered_once_before_the_folder_format() -> None:
    assert [READERS.count(reader) for reader in EXPORT_READERS] == [1] * 5
    assert isinstance(READERS[-1], FolderReader)


def test_the_export_readers_leave_our_own_runs_alone(tmp_path: Path) -> None:
    run = load_run(SAMPLE_RUNS / "tickets")
    run.save(tmp_path / "saved")
    line = '{"id": "a", "label": "dog", "scores": {"dog": 0.9, "cat": 0.2}}\n'
    (tmp_path / "pets.jsonl").write_text(line)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "predictions.jsonl").write_text(line)
    np.savez(tmp_path / "pets.npz", scores=np.eye(2), labels=["a", "b"], concepts=["a", "b"])
    endings = {"", ".csv", ".parquet", ".jsonl", ".npz"}
    places = [
        path
        for root in (SAMPLE_RUNS, tmp_path)
        for path in root.rglob("*")
        if path.suffix in endings
    ]
    assert len(places) > 8
    for path in places:
        assert not any(reader.recognises(path) for reader in EXPORT_READERS), path


def test_the_library_lists_exports_beside_our_own_runs(tmp_path: Path) -> None:
    prediction = {"instance": {"content": "gs://b/1.jpg"}, "prediction": {
        "ids": ["1", "2"], "displayNames": ["dog", "cat"], "confidences": [0.9, 0.1]}}  # fmt: skip
    write_lines(tmp_path / "job" / "predictions_00001.jsonl", [prediction])
    (tmp_path / "job" / "labels.csv").write_text("id,label\ngs://b/1.jpg,dog\n")
    (tmp_path / "triples.csv").write_text(
        "ImageID,Source,LabelName,Confidence\na,verification,/m/1,1\na,machine,/m/1,0.5\n"
    )
    (tmp_path / "pets.csv").write_text("id,label,score:dog,score:cat\n1,dog,0.9,0.1\n")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    entries = find_runs(tmp_path)
    assert [entry.key for entry in entries] == ["job", "pets.csv", "triples.csv"]
    forms = [load_run(entry.path).report.format for entry in entries]
    assert ["Vertex AI" in forms[0], "CSV" in forms[1], "Open Images" in forms[2]] == [True] * 3
