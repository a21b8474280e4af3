"""Reading CSV runs: what is understood, what is mended, what is refused and in which words."""

from __future__ import annotations

import codecs
import contextlib
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.runs.run import EvalRun

TABLE = "id,label,score:dog,score:cat\n007,dog,0.9,0.1\n12E3,cat,0.25,0.75\n"


def write(folder: Path, text: str | bytes, *, name: str = "pets.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(folder: Path, text: str | bytes) -> EvalRun:
    return load_run(write(folder, text))


def warnings_of(run: EvalRun) -> str:
    return "\n".join(notice.text for notice in run.report.warnings)


def mended_in(run: EvalRun) -> str:
    return "\n".join(n.text for n in run.report.notices if n.level == "mended")


def test_a_bare_csv_is_a_run(tmp_path: Path) -> None:
    run = load(tmp_path, TABLE)
    assert (run.name, run.concepts, run.task) == ("pets", ("dog", "cat"), "single_label")
    assert run.ids.tolist() == ["007", "12E3"]
    assert run.scores.dtype == np.float64
    assert run.scores.tolist() == [[0.9, 0.1], [0.25, 0.75]]
    assert run.labels.dense().tolist() == [[True, False], [False, True]]
    assert run.report.format == "file, CSV"
    assert run.report.warnings == []


def test_without_the_prefix_the_columns_named_as_labels_are_scores(tmp_path: Path) -> None:
    run = load(tmp_path, "image,label,dog,cat,year\na.jpg,dog,.9,.1,2020\nb.jpg,cat,1,0,2021\n")
    assert run.concepts == ("dog", "cat")
    assert run.ids.tolist() == ["a.jpg", "b.jpg"]
    assert run.metadata["year"].tolist() == ["2020", "2021"]
    roles = {column.column: column.role for column in run.report.columns}
    assert roles == {
        "image": "image",
        "label": "labels",
        "dog": "score",
        "cat": "score",
        "year": "metadata",
    }


def test_scores_of_a_concept_nobody_is_labelled_with_are_pointed_out(tmp_path: Path) -> None:
    run = load(tmp_path, "id,label,dog,cat,bird\n1,dog,.6,.1,.3\n2,cat,.1,.8,.1\n")
    assert "score:bird" in warnings_of(run)


@pytest.mark.parametrize("label", ["NA", "None", "null", "nan"])
def test_words_for_nothing_are_names(tmp_path: Path, label: str) -> None:
    run = load(tmp_path, f"id,label,score:{label},score:x\n1,{label},0.9,0.1\n2,,0.2,0.8\n")
    assert run.labels.total.tolist() == [1, 0]
    assert run.labels.unlabelled.tolist() == [1]


@pytest.mark.parametrize(
    "text",
    [
        "id,labels,score:dog,score:cat\n1,dog|cat,0.9,0.8\n2,,0.2,0.1\n",
        "id,labels,score:dog,score:cat\n1,dog,0.9,0.8\n2,cat,0.2,0.1\n",
        "id,label,score:dog,score:cat\n1,dog|cat,0.9,0.8\n2,cat,0.2,0.1\n",
        "id,label,score:dog\n1,dog,0.9\n2,,0.2\n",
    ],
)
def test_lists_plurals_and_one_concept_make_a_run_multi_label(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).task == "multi_label"


def test_not_labels_leave_the_rest_unknown(tmp_path: Path) -> None:
    text = (
        "id,labels,not_labels,score:a,score:b,score:c\n1,a,b,.9,.1,.5\n2,,a|b|c,.1,.1,.1\n"
        "3,c,a|b,0,0,1\n"
    )
    run = load(tmp_path, text)
    assert run.labels.known is not None
    assert run.labels.known.tolist() == [[True, True, False], [True] * 3, [True] * 3]


def test_a_concept_both_present_and_absent_is_refused(tmp_path: Path) -> None:
    text = "id,labels,not_labels,score:a,score:b\n1,a,b,.9,.1\n2,a,a,.1,.1\n"
    with pytest.raises(RunError, match=r"pets\.csv: 1 row.*row 3: 'a'.*Hint") as caught:
        load(tmp_path, text)
    assert "not_labels" in str(caught.value)


def test_a_label_without_scores_makes_the_others_unknown_and_not_negative(tmp_path: Path) -> None:
    run = load(tmp_path, TABLE + "3,dgo,0.5,0.5\n")
    assert run.labels.known is not None
    assert run.labels.known.tolist() == [[True, True], [True, True], [False, False]]
    assert "'dgo' (1 x) Did you mean 'dog'?" in warnings_of(run)


def test_a_label_that_is_a_whole_name_is_not_split(tmp_path: Path) -> None:
    run = load(tmp_path, "id,label,score:a|b,score:c\n1,a|b,.9,.1\n2,c,.2,.8\n")
    assert run.concepts == ("a|b", "c")
    assert (run.task, run.labels.total.tolist()) == ("single_label", [1, 1])


def test_folds_and_texts_are_read(tmp_path: Path) -> None:
    text = 'id,text,label,fold,score:a,score:b\n1,"x, y",a,10,.9,.1\n2,z,b,9,.2,.8\n3,z,b,,.2,.8\n'
    run = load(tmp_path, text)
    assert run.fold_names == ("9", "10", "(none)")
    assert run.folds is not None
    assert run.folds.tolist() == [1, 0, 2]
    assert run.texts is not None
    assert run.texts.tolist() == ["x, y", "z", "z"]
    assert "1 inputs are in no split" in warnings_of(run)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (codecs.BOM_UTF8 + TABLE.encode(), "UTF-8 with byte order mark"),
        (TABLE.encode("utf-16"), "UTF-16 with byte order mark"),
        (TABLE.replace(",", ";").replace(".", ",").encode(), "decimal comma"),
        (TABLE.replace(",", ";").encode(), "separated by semicolon"),
        (TABLE.replace(",", "\t").encode(), "separated by tab"),
        (TABLE.replace(",", "|").encode(), "separated by pipe"),
        (b"sep=;\n" + TABLE.replace(",", ";").encode(), "separated by semicolon"),
        (TABLE.replace("\n", ",\n").encode(), "column 5"),
        (TABLE.replace("\n", ",\n").replace("cat,\n", "cat\n", 1).encode(), "column 5"),
        (TABLE.replace("\n", "\r\n").encode(), ""),
        (TABLE.replace("\n", "\r").encode(), ""),
        (TABLE.replace("\n", "\n\n").encode(), ""),
    ],
)
def test_what_can_be_meant_one_way_only_is_mended_and_told(
    tmp_path: Path, data: bytes, says: str
) -> None:
    run = load(tmp_path, data)
    assert run.ids.tolist() == ["007", "12E3"]
    assert run.scores.tolist() == [[0.9, 0.1], [0.25, 0.75]]
    assert says in mended_in(run)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["empty", "no rows"]),
        ("id,label,score:a\n", ["no rows below the header"]),
        ("id,lable,score:a\n1,a,.5\n", ["'label'", "Did you mean 'lable'?", "Hint"]),
        ("id,label,p_a\n1,a,.5\n", ["no score columns", "'p_a'", "'a'", "score:<concept>"]),
        ("id,label,score_a\n1,a,.5\n", ["rename 'score_a'"]),
        ("id,label,labels,score:a\n1,a,a,.5\n", ["'label'", "'labels'", "keep one"]),
        ("id,label,score:a,id\n1,a,.5,1\n", ["'id' in columns 1 and 4", "rename"]),
        (TABLE + "3,dog,.5\n4,dog,.5,.5,.5\n", ["4 columns", "row 4 has 3", "row 5 has 5"]),
        (TABLE + '3,"dog,.5,.5\n4,cat,.1,.9\n', ["row 4", "quotation mark", "Hint"]),
        (TABLE + "007,dog,.5,.5\n", ["'007' in rows 2 and 4", "Hint"]),
        (TABLE + ",dog,.5,.5\n", ["1 id(s) are empty", "row 4"]),
        (TABLE + "3,dog,n/a,.5\n", ["row 4", "'score:dog'", "'n/a'", "0.25", "Hint"]),
        (TABLE + "3,dog,50%,.5\n", ["row 4", "'50%'", "write 50% as 0.5"]),
        (TABLE + "3,dog,,.5\n4,dog,nan,.5\n", ["2 scores", "row 4", "row 5", "sparse form"]),
        (TABLE + "3,dog,.5,1e400\n", ["row 4", "'score:cat'", "'1e400'", "clip"]),
        (TABLE + "3,dog,.5,-inf\n", ["row 4", "'-inf'", "clip"]),
        (TABLE + "3,dog,1_0,.5\n", ["row 4", "'1_0'"]),
        (TABLE + "3,dog,2024-01-01,.5\n", ["row 4", "'2024-01-01'"]),
        ("id;label;score:a\n1;a;0,5\n2;a;0.5\n", ["decimal commas", "'0,5'", "'0.5'"]),
        ("<!DOCTYPE html><html>", ["HTML page"]),
        ("PK\x03\x04 [Content_Types].xml", ["Excel workbook"]),
        ("PK\x03\x04 notes.txt", ["ZIP archive"]),
        ("id,la\0bel", ["NUL", "UTF-8"]),
        ("[1, 2]", ["JSON", "one object per line"]),
        ('{\n  "id": 1\n}', ["JSON", "one object per line"]),
    ],
)
def test_a_bad_table_is_refused_in_words_that_help(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith("pets.csv")
    assert [part for part in parts if part not in message] == [], message


def test_a_byte_outside_utf8_is_located(tmp_path: Path) -> None:
    data = TABLE.encode() + b"caf\x81,dog,0.5,0.5\n"
    with pytest.raises(RunError, match=rf"byte {len(TABLE) + 3} \(row 4\).*save the file as UTF-8"):
        load(tmp_path, data)


def test_all_bad_scores_are_counted_at_once(tmp_path: Path) -> None:
    rows = "".join(f"x{k},dog,?,0.5\n" for k in range(500))
    with pytest.raises(RunError, match=r"500 scores.*and 497 more"):
        load(tmp_path, TABLE + rows)


def test_rows_count_as_in_an_editor_when_a_text_spans_lines(tmp_path: Path) -> None:
    text = 'id,text,label,score:a,score:b\n1,"two\nlines",a,.5,.5\n2,x,b,?,.5\n'
    with pytest.raises(RunError, match="row 4"):
        load(tmp_path, text)


def test_an_image_labelled_twice_differently_is_refused(tmp_path: Path) -> None:
    text = "id,image,label,score:a,score:b\n1,x.jpg,a,.5,.5\n2,x.jpg,b,.5,.5\n"
    with pytest.raises(RunError, match=r"'x.jpg' is 'a' in row 2 and 'b' in row 3.*Hint"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,label,score:a\n1,a,.5\n", "one input only"),
        ("id,label,score:a\n1,a,.5\n2,,.6\n", "one concept only ('a')"),
        ("id,label,score:a,score:b\n1,a,.5,.5\n2,a,.6,.4\n", "no labelled input"),
        ("id,label,score:a,score:b\n1,a,.5,.5\n2,a,.6,.4\n", "known to lack them"),
        ("id,label,score:a,score:b\n1,a,.5,.5\n2,b,.5,.5\n", "same score for every input"),
        ("id,label,score:a,score:b\n1,a,1,0\n2,b,0,1\n", "All scores are 0 or 1"),
        ("id,label,score:a,score:b\n1,a,1,-3\n2,b,0,1\n", "from -3 to 1); they look like logits"),
        ("id,label,score:a,score:b\n1,a,90,10\n2,b,20,80\n", "percent"),
        ("id,label,score:a,score:b\n1,a,.5,.6\n2,b,.1,.9\n", "1 of 2 inputs"),
        ("id,label,score:a,score:A \n1,a,.5,.5\n2,A ,.1,.9\n", "'a' (1 labelled) and 'A '"),
        ("id,label,score:a\u200b,score:b\n1,a\u200b,.5,.5\n2,b,.1,.9\n", r"'a\u200b'"),
    ],
)
def test_what_deserves_a_look_is_warned_of(tmp_path: Path, text: str, says: str) -> None:
    assert says in warnings_of(load(tmp_path, text))


@pytest.mark.parametrize(
    "name",
    [
        *("id", "image", "label", "fold", "score", "a.b", "a[0]", ":red[x]", "$a$", "__proto__"),
        *("   ", "<b>x</b>", "x" * 300, "\u05d0\u05d1", "\U0001f436", 'q"q', "c,c", "n\nn"),
    ],
)
def test_any_name_can_be_a_concept(tmp_path: Path, name: str) -> None:
    quoted = name.replace('"', '""')
    text = f'id,label,"score:{quoted}",score:b\n1,"{quoted}",.9,.1\n2,b,.2,.8\n'
    run = load(tmp_path, text)
    assert run.concepts == (name, "b")
    assert run.labels.total.tolist() == [1, 1]


def test_unlabelled_inputs_are_counted_without_alarm(tmp_path: Path) -> None:
    run = load(tmp_path, TABLE + "3,,.5,.5\n")
    assert run.report.warnings == []
    assert [n.count for n in run.report.notices if n.level == "info"] == [1, 1]


def test_a_table_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.tables.limits.MAX_CELLS", 7)
    monkeypatch.setattr("evalcore.readers.tables.csv_table.CELLS_PER_BLOCK", 1)
    with pytest.raises(RunError, match=r"pets\.csv: 2 rows x 4 columns.*limit of 7.*Hint"):
        load(tmp_path, TABLE)


@pytest.mark.parametrize("what", ["fold", "label", "score", "truth", "column", "metadata"])
def test_a_number_of_thousands_of_digits_is_read_or_refused_in_words(
    tmp_path: Path, what: str
) -> None:
    long = "9" * 5_000
    cells = dict.fromkeys(("fold", "label", "score", "truth", "metadata"), "1") | {what: long}
    column = long if what == "column" else "1"
    text = (
        f"id,label,score:0,score:{column},fold,year\n"
        f"a,{cells['label']},0.25,{cells['score']},{cells['fold']},{cells['metadata']}\n"
        f"b,0,0.75,0.5,1,{cells['truth']}\n"
    )
    with contextlib.suppress(RunError):
        assert load(tmp_path, text).n_inputs == 2


def test_splits_that_are_one_for_people_are_warned_of(tmp_path: Path) -> None:
    rows = [f"{k},dog,0.{k + 1},{fold}\n" for k, fold in enumerate(("1", "1.0", " 01 ", "A", "a"))]
    run = load(tmp_path, "id,label,score:dog,fold\n" + "".join(rows))
    said = [notice.text for notice in run.report.notices if notice.text.startswith("Splits")]
    start = "Splits differ only in how they are written, and count as several: "
    assert said == [f"{start}'01' and '1' and '1.0'; 'A' and 'a'."]
    rows = [f"{k},dog,0.{k + 1},{fold}\n" for k, fold in enumerate(("1", "1 ", "2", "10", "b"))]
    run = load(tmp_path, "id,label,score:dog,fold\n" + "".join(rows))
    assert not [notice for notice in run.report.notices if notice.text.startswith("Splits")]


finite = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n|"), min_size=1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_run_comes_back_exactly(tmp_path: Path, data: st.DataObject) -> None:
    concepts = data.draw(st.lists(names, min_size=1, max_size=4, unique_by=lambda s: s.strip()))
    n_inputs = data.draw(st.integers(1, 6))
    rows = st.lists(finite, min_size=len(concepts), max_size=len(concepts))
    scores = data.draw(st.lists(rows, min_size=n_inputs, max_size=n_inputs))
    labels = data.draw(
        st.lists(
            st.lists(st.sampled_from(concepts), unique=True), min_size=n_inputs, max_size=n_inputs
        )
    )

    def quote(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [["id", "labels", *(f"score:{name}" for name in concepts)]]
    lines += [[f"i{k}", "|".join(labels[k]), *map(repr, scores[k])] for k in range(n_inputs)]
    text = "\n".join(",".join(map(quote, line)) for line in lines)
    run = load(tmp_path, text)
    assert run.concepts == tuple(concepts)
    assert run.scores.tolist() == scores
    wanted = [[name in row for name in concepts] for row in labels]
    assert run.labels.dense().tolist() == wanted
