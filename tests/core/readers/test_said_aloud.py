"""What used to be read otherwise without a word: each is said, or refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.library.archive import load_archive
from evalcore.readers.vertex.reader import VertexReader


def load(folder: Path, text: str, *, name: str = "pets.csv") -> ec.EvalRun:
    path = folder / name
    path.write_text(text)
    return ec.load_run(path)


def warnings_of(run: ec.EvalRun) -> str:
    return " ".join(notice.text for notice in run.report.warnings)


HEAD = "id,labels,{},score:dog,score:cat\n"


@pytest.mark.parametrize("column", ["not_labels", "unknown_labels"])
def test_a_misspelt_name_in_what_is_known_is_pointed_out(tmp_path: Path, column: str) -> None:
    run = load(tmp_path, HEAD.format(column) + "a,dog,cta,0.9,0.1\nb,cat,dog,0.2,0.7\n")
    assert "1 name(s) in 'not_labels' or 'unknown_labels' are no concept" in warnings_of(run)
    assert "'cta' (1 x) Did you mean 'cat'?" in warnings_of(run)


def test_a_label_that_is_said_to_be_unknown_too_counts_and_is_said(tmp_path: Path) -> None:
    run = load(tmp_path, HEAD.format("unknown_labels") + "a,dog,dog,0.9,0.1\nb,cat,dog,0.2,0.7\n")
    assert "in 'unknown_labels': row 2: 'dog'. They count as labelled" in warnings_of(run)
    assert run.labels.dense().tolist() == [[True, False], [False, True]]


def test_a_label_that_is_not_known_is_unknown_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "pets.npz"
    eye = np.eye(3, dtype=bool)
    np.savez(path, scores=eye / 2, labels=eye, known=~eye)
    run = ec.load_run(path)
    assert "3 label(s) are not 'known'. They count as unknown" in warnings_of(run)
    assert not run.labels.dense().any()


def entry(name: str, predicted: list[dict[str, object]]) -> dict[str, object]:
    truth = [{"id": "dog", "value": 1}]
    return {"input": {"id": name}, "predictedConcepts": predicted, "groundTruthConcepts": truth}


def test_inputs_without_any_prediction_are_counted_with_their_misses(tmp_path: Path) -> None:
    dog, cat = {"id": "dog", "value": 0.5}, {"id": "cat", "value": 0.25}
    entries = [entry("a", [dog, cat]), entry("b", [])]
    text = json.dumps({"evalMetrics": {"testSet": entries}})
    run = load(tmp_path, text, name="pets.json")
    assert "1 inputs have no score: 'b'" in warnings_of(run)
    assert "their 1 label(s) count as missed" in warnings_of(run)


def test_concepts_that_are_scored_here_and_there_have_not_one_score_for_all(
    tmp_path: Path,
) -> None:
    (tmp_path / "inputs.csv").write_text("id,label\na,dog\nb,cat\n")
    (tmp_path / "scores.csv").write_text("id,concept,score\na,dog,0.5\nb,cat,0.5\n")
    assert "same score for every input" not in warnings_of(ec.load_run(tmp_path))
    (tmp_path / "scores.csv").write_text("id,concept,score\na,dog,0.5\nb,dog,0.5\nb,cat,0.5\n")
    assert "1 concept(s) have the same score for every input: 'dog'" in warnings_of(
        ec.load_run(tmp_path)
    )


@pytest.mark.parametrize(
    "row",
    [
        '{"prediction": {"displayNames": ["dog"], "confidences": [0.5]}}',
        '{"instance": {"content": "gs://b/1.jpg"}, "error": {"code": 3, "message": "no"}}',
    ],
)
def test_predictions_of_which_all_are_malformed_or_failed_say_where(
    tmp_path: Path, row: str
) -> None:
    (tmp_path / "labels.csv").write_text("id,label\ngs://b/1.jpg,dog\n")
    (tmp_path / "prediction.results-00000-of-00001").write_text(row + "\n")
    with pytest.raises(ec.RunError, match=r"row 1: .*Hint"):
        VertexReader().read(tmp_path)


def test_a_score_column_that_is_blank_at_the_start_is_asked_for_its_scores(tmp_path: Path) -> None:
    rows = [f"{k},dog,{'' if k < 250 else 0.5},0.1" for k in range(300)]
    rows += ["301,cat,0.5,0.5"]
    with pytest.raises(ec.RunError, match=r"250 scores are not finite numbers: row 2, column 'd"):
        load(tmp_path, "id,label,dog,cat\n" + "\n".join(rows) + "\n")


def test_a_nul_far_into_the_file_is_found(tmp_path: Path) -> None:
    rows = [f"{k},dog,0.5" for k in range(2_000)] + ["a\0b,dog,0.5"]
    with pytest.raises(ec.RunError, match=r"line 2,002 holds a NUL"):
        load(tmp_path, "id,label,score:dog\n" + "\n".join(rows) + "\n")


def test_a_cell_beyond_measure_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match=r"row 3: a cell is longer than 16 MB"):
        load(tmp_path, "id,label,score:dog\na,dog,0.5\nb," + "x" * 17_000_000 + ",0.5\n")


def test_ids_that_nobody_sees_are_counted(tmp_path: Path) -> None:
    run = load(tmp_path, "id,label,score:dog\n ,dog,0.5\nb,,0.25\n")
    assert "1 id(s) consist of blanks alone" in warnings_of(run)


def test_whole_numbers_that_collide_are_said_to(tmp_path: Path) -> None:
    run = load(tmp_path, f"id,label,score:dog\na,dog,{2**53 + 1}\nb,,{2**53}\n")
    assert "9,007,199,254,740,992" not in warnings_of(run)  # none lies beyond: they are one
    run = load(tmp_path, f"id,label,score:dog\na,dog,{2**53 + 2}\nb,,{2**53}\n")
    assert "Scores lie beyond 9,007,199,254,740,992" in warnings_of(run)


def test_true_is_no_score(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match=r"row 1, key 'score:dog': true"):
        load(tmp_path, '{"id": "a", "label": "dog", "score:dog": true}\n', name="pets.jsonl")


def test_a_header_that_repeats_itself_is_shown_in_few_words(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match=r"'x' in columns 1 and 2 and 3 and 997 more") as caught:
        load(tmp_path, ",".join(["x"] * 1_000) + "\n")
    assert len(str(caught.value)) < 300


def test_a_zip_without_a_run_is_called_by_its_own_name(tmp_path: Path) -> None:
    into = tmp_path / "tmp53fvhqvl"
    into.mkdir()
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        archive.writestr("a.txt", "1")
        archive.writestr("b.txt", "2")
    with pytest.raises(ec.RunError) as caught:
        load_archive(tmp_path / "pets.zip", into=into)
    assert str(caught.value).startswith("pets")
    assert "tmp53" not in str(caught.value)
