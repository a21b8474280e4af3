"""Reading Open Images triples: what people verified, what a model scored, the rest unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.readers.openimages.reader import OpenImagesReader
from tests.support.exports import damage, loads_or_refuses, memory_ratio, scores_of, warnings_of

READER = OpenImagesReader()
HEADER = "ImageID,Source,LabelName,Confidence\n"
HUMAN = HEADER + (
    "000a1249af2bc5f0,verification,/m/cat,1\n"
    "000a1249af2bc5f0,crowdsource-verification,/m/dog,0\n"
    "00075905539074f2,verification,/m/dog,1\n"
    "0000000000000007,verification,/m/cat,0\n"
)
MACHINE = HEADER + (
    "000a1249af2bc5f0,machine,/m/cat,0.9\n"
    "000a1249af2bc5f0,machine,/m/dog,0.4\n"
    "00075905539074f2,machine,/m/dog,0.7\n"
    "0000000000000007,machine,/m/cow,0.5\n"
    "00075905539074f2,machine,/m/cow,0.1\n"
)
NAMES = "/m/cat,Cat\n/m/dog,Dog\n/m/zebra,Zebra\n"


def folder_of(folder: Path, human: str = HUMAN, machine: str = MACHINE, names: str = NAMES) -> Path:
    folder.mkdir(exist_ok=True)
    files = {"human": human, "machine": machine, "class-descriptions": names}
    for stem, text in files.items():
        if text:
            (folder / f"{stem}.csv").write_text(text)
    return folder


@pytest.mark.parametrize("header", ["", "LabelName,DisplayName\n"])
def test_verified_and_scored_triples_are_a_partly_labelled_run(tmp_path: Path, header: str) -> None:
    folder = folder_of(tmp_path / "open", names=header + NAMES)
    assert READER.recognises(folder)
    run = load_run(folder)
    assert run.report.format == "folder, Open Images labels (CSV)"
    assert (run.name, run.task) == ("open", "multi_label")
    assert run.concepts == ("/m/cow", "Cat", "Dog")
    assert run.ids.tolist() == ["000a1249af2bc5f0", "00075905539074f2", "0000000000000007"]
    none = -np.inf
    assert run.scores.tolist() == [[none, 0.9, 0.4], [0.1, none, 0.7], [0.5, none, none]]
    assert run.labels.dense().tolist() == [[False, True, False], [False, False, True], [False] * 3]
    assert run.labels.known is not None
    assert run.labels.known.tolist() == [
        [False, True, True],
        [False, False, True],
        [False, True, False],
    ]


def test_one_file_with_both_kinds_of_rows_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(HUMAN + MACHINE.removeprefix(HEADER))
    assert READER.recognises(path)
    assert load_run(path).fingerprint == load_run(folder_of(tmp_path / "f", names="")).fingerprint


def test_without_sources_zeros_and_ones_are_verified(tmp_path: Path) -> None:
    human = "ImageID,LabelName,Confidence\na,/m/cat,1\nb,/m/cat,0\n"
    machine = "ImageID,LabelName,Confidence\na,/m/cat,0.5\nb,/m/cat,1\n"
    run = load_run(folder_of(tmp_path / "f", human, machine))
    assert run.labels.dense().tolist() == [[True], [False]]
    assert scores_of(run, "Cat") == [0.5, 1.0]


def test_without_any_negative_the_rest_is_still_unknown(tmp_path: Path) -> None:
    run = load_run(folder_of(tmp_path / "f", HEADER + "000a1249af2bc5f0,verification,/m/cat,1\n"
                             "00075905539074f2,verification,/m/dog,1\n", MACHINE))  # fmt: skip
    assert run.labels.known is not None
    assert run.labels.known.sum() == 2


def test_images_are_found_in_the_usual_folder(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "f")
    (folder / "data").mkdir()
    (folder / "data" / "00075905539074f2.jpg").write_bytes(b"picture")
    run = load_run(folder)
    assert run.images is not None
    assert run.images.read(1) == b"picture"
    assert "2 image(s) are missing" in warnings_of(run)


def test_two_labels_of_one_name_are_told_apart(tmp_path: Path) -> None:
    run = load_run(folder_of(tmp_path / "f", names="/m/cat,Pet\n/m/dog,Pet\n"))
    assert run.concepts == ("/m/cow", "Pet (/m/cat)", "Pet (/m/dog)")
    assert run.labels.total.tolist() == [0, 1, 1]


def test_labels_that_were_never_scored_are_warned_of(tmp_path: Path) -> None:
    run = load_run(folder_of(tmp_path / "f", HUMAN + "a1,verification,/m/zebra,1\n"))
    assert "'Zebra' (1 x)" in warnings_of(run)
    assert "1 inputs have no score: 'a1'" in warnings_of(run)


@pytest.mark.parametrize(
    ("human", "machine", "parts"),
    [
        (HUMAN, "", ["hold no scores", "machine", "Hint"]),
        ("", MACHINE, ["hold no verified labels", "verification", "Hint"]),
        (HUMAN + "00075905539074f2,verification,/m/dog,0\n", MACHINE, ["human.csv, row 6", "both"]),
        (
            HUMAN + "00075905539074f2,verification,/m/cow,0.5\n",
            MACHINE,
            ["row 6", "0.5", "1 (pres"],
        ),
        (HUMAN, MACHINE + "00075905539074f2,machine,/m/dog,0.7\n", ["machine.csv, row 7", "again"]),
        (HUMAN, MACHINE + "00075905539074f2,machine,/m/ant,n/a\n", ["row 7", "'n/a'", "finite"]),
        (HUMAN, MACHINE + "00075905539074f2,machine,/m/ant,inf\n", ["row 7", "'inf'", "finite"]),
        (HUMAN, MACHINE + ",machine,/m/ant,0.5\n", ["row 7", "ImageID is empty"]),
        (HUMAN, MACHINE + "x,machine,0.5\n", ["machine.csv", "4 columns", "row 7 has 3"]),
        (
            HUMAN,
            HEADER + "A,machine,/m/cat,0.5\nB,machine,/m/cat,0.5\n",
            ["2 of 2 ids are no ids of the inputs", "Hint"],
        ),
        (HEADER, HEADER, ["no verified labels"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, human: str, machine: str, parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load_run(folder_of(tmp_path / "f", human, machine))
    message = str(caught.value)
    assert [part for part in parts if part not in message] == [], message


def test_boxes_and_other_tables_are_not_recognised(tmp_path: Path) -> None:
    boxes = tmp_path / "boxes.csv"
    boxes.write_text("ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n")
    assert not READER.recognises(boxes)
    table = tmp_path / "table.csv"
    table.write_text("id,label,score:dog\n1,dog,0.5\n")
    assert not READER.recognises(table)
    assert not READER.recognises(tmp_path)


def test_mutated_files_load_or_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    folder = folder_of(tmp_path / "f")
    n_loaded = 0
    for k in range(300):
        name, text = (("human", HUMAN), ("machine", MACHINE), ("class-descriptions", NAMES))[k % 3]
        path = folder / f"{name}.csv"
        path.write_bytes(damage(text.encode(), rng))
        n_loaded += loads_or_refuses(READER, folder)
        path.write_text(text)
    assert 20 < n_loaded < 590


def test_reading_takes_less_than_three_times_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    human = [f"i{k},verification,/m/{k % 150},{k % 2}" for k in range(800)]
    machine = [
        f"i{k},machine,/m/{j},{value:.6f}"
        for j in range(150)  # by label, so that an image's rows are far apart
        for k, value in enumerate(rng.random(800).tolist())
    ]
    folder = folder_of(
        tmp_path / "f", HEADER + "\n".join(human) + "\n", HEADER + "\n".join(machine) + "\n", ""
    )
    del human, machine
    assert memory_ratio(lambda: READER.read(folder)) < 3
