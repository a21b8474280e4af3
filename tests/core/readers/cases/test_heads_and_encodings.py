"""Tables as spreadsheets write them: other encodings, titles, two rows of names; other tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evalcore as ec
from tests.core.readers.cases.facts import SINGLE, Facts, counts_of, table, write

N = range(24)
HEAD = ("id", "label", *SINGLE.names)


def rows_of(facts: Facts) -> list[list[object]]:
    return [[facts.ids[k], facts.labels(k)[0], *facts.scores[k].tolist()] for k in N]


BODY = table(rows_of(SINGLE)[1:], [str(cell) for cell in rows_of(SINGLE)[0]])
"""All 24 rows, without names."""
LINES = table([], HEAD) + BODY


@pytest.mark.parametrize(
    ("above", "header", "said"),
    [
        ("Results of model v3\n", HEAD, "1 line(s) above the header"),
        ("Results of model v3, May\n\n", HEAD, "1 line(s) above the header"),
        ("Results,,,,\nMade,2026-05-01,,,\n,,,,\n", HEAD, "3 line(s) above the header"),
        ("# made by hand\nResults of May\n", HEAD, "1 line(s) above the header"),
        (",,probability,,\n", HEAD, "1 line(s) above the header"),
        ("meta,meta,prob,prob,prob\n", HEAD, "1 line(s) above the header"),
        ("id,label,prob,prob,prob\n", ("", "", *SINGLE.names), "two rows"),
        ("id,label,prob,,\n", ("", "", *SINGLE.names), "two rows"),
    ],
)
def test_what_stands_above_the_header_is_passed_over_and_said(
    tmp_path: Path, above: str, header: tuple[str, ...], said: str
) -> None:
    run = ec.load_run(write(tmp_path, above + table([], header) + BODY))
    assert run.concepts == SINGLE.names
    assert run.n_inputs == 24
    assert counts_of(run) == SINGLE.counts()
    assert any(said in notice.text for notice in run.report.notices)


def test_names_that_repeat_below_get_those_above_in_front(tmp_path: Path) -> None:
    names = SINGLE.names
    above = table([], ("", *["truth"] * 3, *["prob"] * 3))
    rows = [
        [SINGLE.ids[k], *(int(name in SINGLE.labels(k)) for name in names), *SINGLE.scores[k]]
        for k in N
    ]
    run = ec.load_run(write(tmp_path, above + table(rows, ("id", *names, *names))))
    assert counts_of(run) == SINGLE.counts()


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "id,label,score\n" + "".join(f"i{k},dog,{'n/a' if k == 0 else 0.5}\n" for k in N),
        "id,score:dog\na,dog,0.5\nb,dog,0.4\nc,,0.1\n",
        "id,label,score:dog,score:dog\na,dog,0.5,0.4\nb,dog,0.4,0.2\n",
    ],
    ids=["no header", "a gap in the first row", "a name too few", "a name twice"],
)
def test_a_row_of_values_is_never_taken_for_the_names(tmp_path: Path, text: str) -> None:
    with pytest.raises(ec.RunError) as caught:
        ec.load_run(write(tmp_path, text))
    assert "above the header are passed over" not in str(caught.value)


@pytest.mark.parametrize("separator", [",", ";"])
def test_windows_1252_is_read_and_said(tmp_path: Path, separator: str) -> None:
    facts = Facts(is_single=True, names=("Größe", "Kratzer", "Rost"))
    text = table(rows_of(facts), ("id", "label", *facts.names), separator=separator)
    if separator == ";":
        text = text.replace(".", ",")
    path = tmp_path / "run.csv"
    path.write_bytes(text.encode("cp1252"))
    run = ec.load_run(path)
    assert run.concepts == facts.names
    assert counts_of(run) == facts.counts()
    (said,) = [n.text for n in run.report.notices if "Windows" in n.text]
    assert said == "run.csv: it is not UTF-8, and was read as Windows-1252, such as 'Größe'."


def test_a_letter_of_windows_far_down_is_found_before_a_row_is_read(tmp_path: Path) -> None:
    rows = [*rows_of(SINGLE) * 20, ["Müller", *rows_of(SINGLE)[0][1:]]]
    for k, row in enumerate(rows[:-1]):
        row_id = f"{row[0]} {k}"
        rows[k] = [row_id, *row[1:]]
    path = tmp_path / "run.csv"
    path.write_bytes(table(rows, HEAD).encode("cp1252"))
    assert ec.load_run(path).ids[-1] == "Müller"


@pytest.mark.parametrize(
    "damaged",
    [
        LINES.replace("im03", "imä3").encode() + b'"\xff","dent","0.1","0.2","0.7"\n',
        LINES.encode() + b'"\x81","dent","0.1","0.2","0.7"\n',
        b"\xef\xbb\xbf" + LINES.encode() + b'"\xe4","dent","0.1","0.2","0.7"\n',
    ],
    ids=["damaged UTF-8", "a byte that Windows-1252 has not", "marked as UTF-8"],
)
def test_damaged_text_is_refused_as_before(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "run.csv").write_bytes(damaged)
    with pytest.raises(ec.RunError, match=r"is not UTF-8.*save the file as UTF-8"):
        ec.load_run(tmp_path / "run.csv")


CATEGORIES = [{"id": j + 1, "name": name} for j, name in enumerate(SINGLE.names)]
COCO = {
    "images": [{"id": k, "file_name": f"{k}.jpg"} for k in N],
    "categories": CATEGORIES,
    "annotations": [
        {"id": k, "image_id": k, "category_id": SINGLE.names.index(SINGLE.labels(k)[0]) + 1}
        for k in N
    ],
}
RESULTS = [
    {"image_id": k, "category_id": j + 1, "score": float(SINGLE.scores[k, j])}
    for k in N
    for j in range(3)
]
AZURE = [
    {
        "id": SINGLE.ids[k],
        "project": "p",
        "predictions": [
            {"probability": float(SINGLE.scores[k, j]), "tagId": str(j), "tagName": name}
            for j, name in enumerate(SINGLE.names)
        ],
    }
    for k in N
]


@pytest.mark.parametrize(
    ("files", "opened", "said"),
    [
        ({"a.json": COCO, "b.json": RESULTS}, "", "a.json: these are annotations as in COCO"),
        ({"b.json": RESULTS}, "b.json", "b.json: these are results as in COCO"),
        ({"c.json": AZURE}, "c.json", "c.json: these are predictions of Azure Custom Vision"),
    ],
)
def test_what_other_tools_write_is_named_and_its_remedy_works(
    tmp_path: Path, files: dict[str, object], opened: str, said: str
) -> None:
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value))
    with pytest.raises(ec.RunError) as caught:
        ec.load_run(tmp_path / opened)
    assert said in str(caught.value)
    header = str(caught.value).split("with the columns ")[1].split(";")[0]
    rows = [
        [SINGLE.ids[k], name, int(name in SINGLE.labels(k)), SINGLE.scores[k, j]]
        for k in N
        for j, name in enumerate(SINGLE.names)
    ]
    run = ec.load_run(write(tmp_path / "made", table(rows, header.split(","))))
    assert counts_of(run) == SINGLE.counts()


STUDIO = [
    {"id": k, "annotations": [{"id": k, "result": [{"value": {"choices": SINGLE.labels(k)}}]}]}
    for k in N
]


def test_an_export_of_labels_alone_is_joined_with_the_scores(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps(STUDIO))
    with pytest.raises(ec.RunError, match=r"Label Studio.*predictions\.csv.*labels\.csv"):
        ec.load_run(tmp_path / "d.json")
    folder = tmp_path / "made"
    scores = [[SINGLE.ids[k], *SINGLE.scores[k]] for k in N]
    head = ["id", *(f"score:{name}" for name in SINGLE.names)]
    write(folder, table(scores, head), name="predictions.csv")
    labels = [[SINGLE.ids[k], SINGLE.labels(k)[0]] for k in N]
    write(folder, table(labels, ("id", "label")), name="labels.csv")
    assert counts_of(ec.load_run(folder)) == SINGLE.counts()


def test_rows_that_r_numbers_without_a_name_are_read(tmp_path: Path) -> None:
    head = " ".join(f'"{name}"' for name in HEAD)
    rows = "".join(
        f'"{k}" ' + " ".join(map(str, row)) + "\n" for k, row in enumerate(rows_of(SINGLE), start=1)
    )
    assert counts_of(ec.load_run(write(tmp_path, f"{head}\n{rows}"))) == SINGLE.counts()


def test_truth_per_class_may_be_written_as_true_and_false(tmp_path: Path) -> None:
    head = ["id", *(f"{n}_true" for n in SINGLE.names), *(f"{n}_score" for n in SINGLE.names)]
    rows = [
        [row[0], *(str(name == row[1]) for name in SINGLE.names), *row[2:]]
        for row in rows_of(SINGLE)
    ]
    assert counts_of(ec.load_run(write(tmp_path, table(rows, head)))) == SINGLE.counts()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 3, 1, 2)])
def test_a_long_table_may_name_the_true_class_in_each_row(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    rows = [
        [row[0], name, score, row[1]]
        for row in rows_of(SINGLE)
        for name, score in zip(SINGLE.names, row[2:], strict=True)
    ]
    for k, truth in enumerate(("label", "labels", "true_class", "actual")):
        head = ["image_id", "class", "confidence", truth]
        text = table([[row[k] for k in order] for row in rows], [head[k] for k in order])
        run = ec.load_run(write(tmp_path / str(k), text))
        assert counts_of(run) == SINGLE.counts()
        assert run.task == "single_label"


def test_a_long_table_in_which_an_input_names_two_classes_is_multi_label(tmp_path: Path) -> None:
    rows = [["a", "dog", 0.9, "dog|cat"], ["a", "cat", 0.8, "dog|cat"],
            ["b", "dog", 0.1, "cat"], ["b", "cat", 0.6, "cat"]]  # fmt: skip
    run = ec.load_run(write(tmp_path, table(rows, ["image_id", "class", "confidence", "label"])))
    assert run.task == "multi_label"
    assert run.labels.total.tolist() == [1, 2]


def test_a_list_of_scores_may_be_printed_by_numpy(tmp_path: Path) -> None:
    rows = [[row[0], row[1], "[" + " ".join(map(str, row[2:])) + "]"] for row in rows_of(SINGLE)]
    write(tmp_path, table(rows, ("id", "label", "probs")), name="predictions.csv")
    reading = '{"reading": {"version": 1, "classes": ["scratch", "dent", "rust"]}}'
    write(tmp_path, reading, name="run.json")
    assert counts_of(ec.load_run(tmp_path)) == SINGLE.counts()
