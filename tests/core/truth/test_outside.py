"""Answers of several people from files: every form that people have, read as they mean it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.errors import TruthError
from evalcore.store import Store
from evalcore.truth.corrections import Correction, write_csv, write_json
from evalcore.truth.log import read
from evalcore.truth.outside import OutsideAnswers, read_answers, take_over
from evalcore.truth.votes import Pair

LONG = (
    "Image,Annotator,Concept,Answer,Comment\n"
    "a.png,Ada,Dog,yes,\n"
    "a.png,Bo,dog,NO,looks like a fox\n"
    "images/b.png,Ada,cat,unsure,\n"
    "zzz.png,Ada,dog,yes,\n"
)
PEOPLE = (
    "id,breed of camera,ada,bo\na.png,Leica,dog,cat\nb.png,Canon,cat,cat\nc.png,Leica,dog|cat,\n"
)


def run() -> ec.EvalRun:
    scores = [[0.9, 0.2], [0.1, 0.8], [0.4, 0.5]]
    ids = ["a.png", "b.png", "c.png"]
    return ec.EvalRun.from_arrays(
        scores, [["dog"], ["cat"], ["dog"]], concepts=["dog", "cat"], ids=ids, task="multi_label"
    )


def answers(tmp_path: Path, text: str, name: str = "answers.csv") -> OutsideAnswers:
    (tmp_path / name).write_text(text)
    return read_answers(tmp_path / name, run())


def said(found: OutsideAnswers) -> set[tuple[str, str, str, str]]:
    return {(one.voter, *one.pair, one.answer) for one in found.answers}


def test_a_row_per_answer(tmp_path: Path) -> None:
    found = answers(tmp_path, LONG)
    assert said(found) == {
        ("Ada", "a.png", "dog", "yes"),
        ("Bo", "a.png", "dog", "no"),
        ("Ada", "b.png", "cat", "unclear"),
    }
    assert found.voters == ("Ada", "Bo")
    assert found.n_inputs == 2
    assert found.answers[1].remark == "looks like a fox"
    assert found.told == ("1 answer on 1 input that this run has not: 'zzz.png'.",)


def test_a_row_is_named_by_the_line_that_an_editor_shows(tmp_path: Path) -> None:
    rows = 'id,who,concept,answer,remark\na.png,Ada,dog,yes,"two\nlines"\nb.png,Ada,cat,perhaps,\n'
    with pytest.raises(TruthError, match="row 4: an answer is yes"):
        answers(tmp_path, rows)


def test_a_row_per_person_and_input_answers_what_is_labelled_or_named_by_anybody(
    tmp_path: Path,
) -> None:
    found = answers(tmp_path, "file,rater,label\na.png,Ada,dog\na.png,Bo,cat\nb.png,Ada,none\n")
    assert said(found) == {
        ("Ada", "a.png", "dog", "yes"),
        ("Ada", "a.png", "cat", "no"),
        ("Bo", "a.png", "dog", "no"),
        ("Bo", "a.png", "cat", "yes"),
        ("Ada", "b.png", "cat", "no"),
    }


def test_a_column_per_person_and_blanks_are_no_answers(tmp_path: Path) -> None:
    found = answers(tmp_path, PEOPLE)
    assert "'ada', 'bo'" in found.form
    assert said(found) == {
        ("ada", "a.png", "dog", "yes"),
        ("ada", "a.png", "cat", "no"),
        ("bo", "a.png", "dog", "no"),
        ("bo", "a.png", "cat", "yes"),
        ("ada", "b.png", "cat", "yes"),
        ("bo", "b.png", "cat", "yes"),
        ("ada", "c.png", "dog", "yes"),
        ("ada", "c.png", "cat", "yes"),
    }


def test_tasks_of_label_studio(tmp_path: Path) -> None:
    def annotation(who: object, *choices: str, **more: object) -> dict[str, object]:
        result = [{"type": "choices", "value": {"choices": list(choices)}}]
        return {"completed_by": who, "result": result, **more}

    tasks = [
        {
            "id": 1,
            "data": {"image": "/data/upload/3/b.png"},
            "annotations": [
                annotation({"email": "ada@example.org"}, "cat"),
                annotation(7, "dog"),
                annotation(8, "dog", was_cancelled=True),
            ],
        }
    ]
    found = answers(tmp_path, json.dumps(tasks), "project.json")
    assert said(found) == {
        ("ada@example.org", "b.png", "dog", "no"),
        ("ada@example.org", "b.png", "cat", "yes"),
        ("7", "b.png", "dog", "yes"),
        ("7", "b.png", "cat", "no"),
    }


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_corrections_come_back_as_settled(tmp_path: Path, write: object) -> None:
    rows = [
        Correction(input="a.png", concept="dog", original="yes", agreed="no", no=2),
        Correction(input="b.png", concept="cat", original="yes", agreed="unknown", settled=True),
    ]
    assert callable(write)
    found = answers(tmp_path, write(rows), "corrections.csv" if write is write_csv else "c.json")
    assert found.settled
    assert [(*one.pair, one.answer) for one in found.answers] == [
        ("a.png", "dog", "no"),
        ("b.png", "cat", "unclear"),
    ]
    with Store.open(tmp_path / "a.db") as store:
        assert take_over(store, "truth/1", found, by="Cy") == 2
        other = write_json if write is write_csv else write_csv
        same = answers(tmp_path, other(rows), "again.json" if other is write_json else "again.csv")
        assert take_over(store, "truth/1", same, by="Di") == 0
        settled = read(store, "truth/1").settlements
    assert settled[Pair("b.png", "cat")].answer == "unclear"
    assert "brought in by Cy" in settled[Pair("a.png", "dog")].reason


def test_the_same_file_twice_adds_nothing_and_another_one_counts(tmp_path: Path) -> None:
    found = answers(tmp_path, PEOPLE)
    with Store.open(tmp_path / "a.db") as store:
        assert take_over(store, "truth/1", found, by="Cy") == 8
        assert take_over(store, "truth/1", found, by="Cy") == 0
        log = read(store, "truth/1")
        assert log.voters == ("ada", "bo")
        assert {name: vote.answer for name, vote in log.answers(Pair("a.png", "dog")).items()} == {
            "ada": "yes",
            "bo": "no",
        }
        other = answers(tmp_path, PEOPLE.replace("a.png,Leica,dog", "a.png,Leica,cat"))
        assert take_over(store, "truth/1", other, by="Cy") == 8
        assert read(store, "truth/1").answers(Pair("a.png", "cat"))["ada"].answer == "yes"
        store.verify()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("id,who,label\na.png,Ada,owl\n", "no concept of this run is called 'owl' (1 x)"),
        ("id,who,concept,answer\na.png,Ada,owl,yes\n", "no concept of this run is called 'owl'"),
        ("id,who,concept,answer\na.png,Ada,dog,perhaps\n", "row 2: an answer is yes, no, unclear"),
        (
            "id,who,concept,answer\na.png,Ada,dog,yes\na.png,Ada,dog,no\n",
            "row 3: 'Ada' answers twice about 'a.png' and 'dog': yes, then no",
        ),
        ("id,who,label\na.png,Ada,dog\na.png,Ada,cat\n", "'Ada' labels 'a.png' twice"),
        ("id,who,label\nx.png,Ada,dog\n", "no answer in it is about an input of this run"),
        ("shot,camera\nq,Leica\n", "no column names the inputs"),
        ("id,camera\na.png,Leica\n", "no column names people, and none but 'id' holds labels"),
        ("id,who\na.png,Ada\n", "people are named in 'who', but no column says"),
        ("id,who,label\na.png,,dog\n", "A name has 1 to 200 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(TruthError) as refused:
        answers(tmp_path, text)
    assert why in str(refused.value)


@pytest.mark.parametrize("text", ['{"a": 1}', "[1, 2]", "[", '[{"data": 1}]'])
def test_json_of_another_kind_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(TruthError, match=r"^a\.json"):
        answers(tmp_path, text, "a.json")
