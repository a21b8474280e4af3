"""Files that can be meant in more than one way are a question, with proposals that can be taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.commands import main
from tests.core.readers.cases.facts import MULTI, SINGLE, counts_of, table, write

N = range(24)
Row = Callable[[int], tuple[object, ...]]


def one(k: int) -> str:
    return SINGLE.labels(k)[0]


def rows(row: Row, *header: str) -> str:
    return table([row(k) for k in N], header)


def logits(k: int) -> list[float]:
    return np.round(MULTI.scores[k] * 9 - 4, 2).tolist()


ASKED = {
    "obs": (rows(lambda k: (k, one(k), *SINGLE.scores[k]), "id", "obs", *SINGLE.names), 1),
    "Finding Labels": (
        rows(lambda k: (k, one(k), *SINGLE.scores[k]), "nr", "Finding Labels", *SINGLE.names),
        1,
    ),
    "class ids and named columns": (
        rows(
            lambda k: (k, SINGLE.names.index(one(k)), *SINGLE.scores[k]),
            *("id", "label", *SINGLE.names),
        ),
        2,
    ),
    "class ids and named, prefixed columns": (
        rows(
            lambda k: (k, SINGLE.names.index(one(k)), *SINGLE.scores[k]),
            *("id", "label", *(f"score:{name}" for name in SINGLE.names)),
        ),
        2,
    ),
    "ids from 1": (
        rows(
            lambda k: (k, SINGLE.names.index(one(k)) + 1, *SINGLE.scores[k]),
            *("id", "label", "0", "1", "2"),
        ),
        3,
    ),
    "a class without a column": (
        rows(lambda k: (k, "owl" if k % 3 else one(k), *logits(k)), "id", "label", *SINGLE.names),
        2,
    ),
    "a column without a label, logits": (
        rows(
            lambda k: (k, one(k) if one(k) != "rust" else "dent", *logits(k)),
            *("id", "label", *SINGLE.names),
        ),
        2,
    ),
    "dog or cat, one score": (
        rows(lambda k: (k, ("dog", "cat")[k % 2], MULTI.scores[k, 0]), "id", "label", "prob"),
        2,
    ),
    "blank beside a word for none": (
        rows(
            lambda k: (k, ("", "none", one(k))[min(k % 5, 2)], *SINGLE.scores[k]),
            *("id", "label", *(f"score:{name}" for name in SINGLE.names)),
        ),
        2,
    ),
    "train and val": (
        rows(
            lambda k: (k, one(k), ("train", "val")[k % 2], *SINGLE.scores[k]),
            *("id", "label", "split", *SINGLE.names),
        ),
        3,
    ),
    "lists without names": (
        rows(lambda k: (k, one(k), SINGLE.scores[k].tolist()), "id", "label", "probs"),
        2,
    ),
    "two groups of probabilities": (
        rows(
            lambda k: (k, one(k), *SINGLE.scores[k], *SINGLE.scores[k][::-1]),
            *("id", "label", *(f"old_{n}" for n in SINGLE.names)),
            *(f"new_{n}" for n in SINGLE.names),
        ),
        2,
    ),
}


@pytest.mark.parametrize(("text", "least"), ASKED.values(), ids=ASKED)
def test_the_question_holds_proposals_and_each_can_be_taken_by_its_line(
    tmp_path: Path, text: str, least: int
) -> None:
    path = write(tmp_path, text, name="predictions.csv")
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(tmp_path)
    proposals = caught.value.proposals
    assert len(proposals) >= least
    assert len({proposal.line for proposal in proposals}) == len(proposals)
    for proposal in proposals:
        assert proposal.title in str(caught.value)
        assert proposal.line in str(caught.value)
        assert "inputs" in proposal.consequences
        write(tmp_path, f"{{{proposal.line}}}", name="run.json")
        run = ec.load_run(tmp_path)
        assert f"{run.n_inputs:,} inputs" in proposal.consequences
        (tmp_path / "run.json").unlink()
    assert path.read_text() == text


def chosen(folder: Path, text: str, words: str) -> ec.EvalRun:
    write(folder, text, name="predictions.csv")
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(folder)
    proposal = next(p for p in caught.value.proposals if words in p.title)
    write(folder, f"{{{proposal.line}}}", name="run.json")
    return ec.load_run(folder)


def test_class_ids_name_the_columns_in_their_order(tmp_path: Path) -> None:
    for what in ("class ids and named columns", "class ids and named, prefixed columns"):
        folder = tmp_path / what
        run = chosen(folder, ASKED[what][0], "0")
        assert counts_of(run) == SINGLE.counts(), what


def test_ids_from_1_are_moved(tmp_path: Path) -> None:
    run = chosen(tmp_path, ASKED["ids from 1"][0], "from 1")
    assert [*counts_of(run).values()] == [*SINGLE.counts().values()]


def test_a_class_without_a_column_is_none_or_unknown(tmp_path: Path) -> None:
    text = ASKED["a class without a column"][0]
    none = chosen(tmp_path / "a", text, "none of the concepts")
    unknown = chosen(tmp_path / "b", text, "nobody knows")
    kept = [k for k in N if k % 3 == 0]
    predicted = [np.array(logits(k)) > 0.5 for k in N]
    for j, name in enumerate(SINGLE.names):
        strange = sum(bool(predicted[k][j]) for k in N if k % 3)
        wrong = sum(bool(predicted[k][j]) and one(k) != name for k in kept)
        assert counts_of(none)[name][1] == wrong + strange
        assert counts_of(unknown)[name][1] == wrong
    assert unknown.report.left_out == ["16 inputs unknown: they are labelled 'owl'"]


def test_a_blank_label_beside_a_word_for_none_is_asked_about(tmp_path: Path) -> None:
    text = ASKED["blank beside a word for none"][0]
    none = chosen(tmp_path / "a", text, "none of the concepts")
    unknown = chosen(tmp_path / "b", text, "nobody knows")
    for j, name in enumerate(SINGLE.names):
        passes = [bool(SINGLE.scores[k][j] > 0.5) for k in N]
        wrong = [passes[k] and (k % 5 < 2 or one(k) != name) for k in N]
        assert counts_of(none)[name][1] == sum(wrong)
        assert counts_of(unknown)[name][1] == sum(wrong[k] for k in N if k % 5)
    assert unknown.report.left_out == ["5 inputs unknown: they are labelled blank"]


def test_a_blank_label_alone_is_none_and_says_how_it_could_be_unknown(tmp_path: Path) -> None:
    head = ("id", "label", *(f"score:{name}" for name in SINGLE.names))
    text = rows(lambda k: (k, one(k) if k % 6 else "", *SINGLE.scores[k]), *head)
    run = ec.load_run(write(tmp_path, text, name="predictions.csv"))
    assert run.labels.unlabelled.size == 4
    (said,) = [n.text for n in run.report.notices if n.text.startswith("Blank")]
    assert said.startswith("Blank labels (4 x) were read as none of the concepts")
    write(tmp_path, '{"reading": {"version": 1, "unknown": [""]}}', name="run.json")
    again = ec.load_run(tmp_path)
    assert (again.labels.unlabelled.size, again.labels.undecided.size) == (0, 4)
    assert counts_of(again) == SINGLE.counts(keep=lambda k: k % 6 > 0)


def test_a_handful_is_left_unknown_and_told(tmp_path: Path) -> None:
    text = rows(
        lambda k: (k, "eule" if k in (3, 9) else one(k), *SINGLE.scores[k]),
        *("id", "label", *SINGLE.names),
    )
    run = ec.load_run(write(tmp_path, text))
    assert counts_of(run) == SINGLE.counts(keep=lambda k: k not in (3, 9))
    assert run.report.left_out == ["2 inputs unknown: their label 'eule' is no concept"]


def test_a_separator_inside_a_strange_label_is_named(tmp_path: Path) -> None:
    def text(strange: tuple[int, ...]) -> str:
        return rows(
            lambda k: (k, f"{one(k)};owl" if k in strange else one(k), *SINGLE.scores[k]),
            *("id", "label", *SINGLE.names),
        )

    few = ec.load_run(write(tmp_path / "few", text((3, 9))))
    assert '"label_separator": ";" in run.json splits them' in few.report.warnings[0].text
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(write(tmp_path / "many", text(tuple(range(0, 24, 2)))))
    first = caught.value.proposals[0]
    assert (first.reading.separator, first.title.count("';'")) == (";", 1)


def test_the_column_of_a_class_that_never_occurs_counts_when_it_is_chosen(tmp_path: Path) -> None:
    run = chosen(tmp_path, ASKED["a column without a label, logits"][0], "no input is labelled")
    assert run.concepts == SINGLE.names
    predicted = sum(logits(k)[2] > 0.5 for k in N)
    assert counts_of(run)["rust"] == (0, predicted, 0, 24 - predicted)
    other = chosen(tmp_path / "b", ASKED["a column without a label, logits"][0], "metadata")
    assert (other.concepts, "rust" in other.metadata) == (SINGLE.names[:2], True)


def test_proposals_that_label_alike_are_told_apart_by_their_scores(tmp_path: Path) -> None:
    write(tmp_path, "id;label;a;b\nx;a;1.459;698\ny;b;698;2.010\n", name="predictions.csv")
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(tmp_path)
    told = [
        proposal.consequences.partition("scores from ")[2] for proposal in caught.value.proposals
    ]
    assert told == ["698 to 2010", "1.459 to 698"]


WIDE = [a + b for a in "bcdfghjklmnpqrst" for b in "aeiouvwxyz"]


def wide(label: Callable[[int], object], *, name: str = "label", cell: str = "0.{:03d}") -> str:
    rng = np.random.default_rng(3)
    lines = [["id", name, *WIDE]]
    lines += [[f"i{k}", str(label(k)), *map(cell.format, rng.integers(100, 999, len(WIDE)))]
              for k in range(60)]  # fmt: skip
    return "".join(",".join(line) + "\n" for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        wide(lambda k: k),
        wide(lambda k: WIDE[60 + k % 5]),
        wide(lambda k: WIDE[k], name="obs"),
        wide(lambda k: WIDE[k] if k % 2 else "owl"),
        wide(lambda k: WIDE[k], cell="1.{:03d}").replace(",1.5", ",698", 1),
    ],
    ids=["class ids", "classes that never occur", "another name", "strangers", "thousands"],
)
def test_a_wide_table_is_asked_about_in_few_words(tmp_path: Path, text: str) -> None:
    write(tmp_path, text, name="predictions.csv")
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(tmp_path)
    for proposal in caught.value.proposals:
        assert len(proposal.line) < 200, proposal.line
        assert "inputs" in proposal.consequences


def test_class_ids_of_a_wide_table_name_its_columns(tmp_path: Path) -> None:
    run = chosen(tmp_path, wide(lambda k: k), "class 1 'be'")
    assert run.concepts == tuple(WIDE)
    assert [run.concepts[j] for j in run.labels.concepts.tolist()] == WIDE[:60]


def test_check_prints_the_proposals_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, ASKED["dog or cat, one score"][0])
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().err
    assert "24 inputs, 12 labelled 'dog', 12 none" in said
    line = '"reading": {"version": 1, "columns": {"prob": "score:dog"}, "none": ["cat"]}'
    assert line in said


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ([], ["'reading' must be an object"]),
        ({}, ["version None", '"version": 1']),
        ({"version": 2}, ["version 2", "reads version 1"]),
        ({"version": 1, "lables": []}, ["'lables'", "Entries: version, columns"]),
        ({"version": 1, "scores": "prob_"}, ["one *", "'prob_'"]),
        ({"version": 1, "none": "ok"}, ["reading.none", "list of texts"]),
        ({"version": 1, "unknown": ["a", "a"]}, ["different texts"]),
        ({"version": 1, "names": {"a": 1}}, ["reading.names"]),
        ({"version": 1, "part": 1}, ["reading.part", "text in quotes"]),
        ({"version": 1, "columns": {"a": "lable"}}, ["'lable'", "Did you mean 'label'?"]),
    ],
)
def test_a_reading_that_is_none_is_refused(tmp_path: Path, value: object, parts: list[str]) -> None:
    write(tmp_path, "id,label,score:a,score:b\n1,a,.9,.1\n2,b,.2,.8\n", name="predictions.csv")
    write(tmp_path, json.dumps({"reading": value}), name="run.json")
    with pytest.raises(ec.RunError) as caught:
        ec.load_run(tmp_path)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)
