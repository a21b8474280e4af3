"""Numbers as people write them, scores that are missing, rows that are no inputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from tests.core.readers.cases.facts import MULTI, SINGLE, counts_of, table, write

N = range(24)
Number = Callable[[float], str]


def one(k: int) -> str:
    return SINGLE.labels(k)[0]


def labels(k: int) -> str:
    return "|".join(MULTI.labels(k))


def written(number: Number, *, separator: str = ",", factor: float = 1.0) -> str:
    """Write the multi-label facts, every score as a person would."""
    rows = [(MULTI.ids[k], labels(k), *(number(x * factor) for x in MULTI.scores[k])) for k in N]
    return table(rows, ["id", "labels", *MULTI.names], separator=separator)


def german(x: float) -> str:
    return f"{x:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".")


NOTATIONS: dict[str, tuple[str, float]] = {
    "decimal commas in quotation marks": (written(lambda x: f"{x:.3f}".replace(".", ",")), 0.5),
    "percent": (written(lambda x: f"{100 * x:.1f}%"), 0.5),
    "percent, German": (
        written(lambda x: f"{100 * x:.1f} %".replace(".", ","), separator=";"),
        0.5,
    ),
    "thousands, German": (written(german, separator=";", factor=9_000), 4_500),
    "thousands, English": (written(lambda x: f"{x:,.1f}", factor=9_000), 4_500),
    "millions": (written(lambda x: f"{x:,.0f}", factor=9_000_000), 4_500_000),
}


@pytest.mark.parametrize(("text", "threshold"), NOTATIONS.values(), ids=NOTATIONS)
def test_numbers_mean_what_they_say(tmp_path: Path, text: str, threshold: float) -> None:
    run = ec.load_run(write(tmp_path, text))
    assert counts_of(run, threshold=threshold) == MULTI.counts()
    mended = " ".join(n.text for n in run.report.notices if n.level == "mended")
    assert "the scores are written" in mended


def test_92_percent_is_the_float_that_0_923_is(tmp_path: Path) -> None:
    run = ec.load_run(write(tmp_path, "id,label,a,b\n1,a,92.3%,7.7%\n2,b,29%,71%\n"))
    assert run.scores.tolist() == [[0.923, 0.077], [0.29, 0.71]]


@pytest.mark.parametrize(
    ("cell", "shown"), [("1.459,2x", "'1.459,2x'"), ("50%", "'50%'"), ("1,2,3", "'1,2,3'")]
)
def test_a_cell_is_quoted_as_it_stands(tmp_path: Path, cell: str, shown: str) -> None:
    text = f"id;label;score:a;score:b\n1;a;0,9;0,1\n2;b;{cell};0,8\n3;b;0,2;0,9\n"
    with pytest.raises(ec.RunError, match="row 3") as caught:
        ec.load_run(write(tmp_path, text))
    assert shown in str(caught.value)


def taken(folder: Path, text: str, words: str, *, n: int) -> ec.EvalRun:
    """Answer the question that a table raises, and read it."""
    write(folder, text, name="predictions.csv")
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(folder)
    assert len(caught.value.proposals) == n
    proposal = next(p for p in caught.value.proposals if words in p.title)
    write(folder, f"{{{proposal.line}}}", name="run.json")
    run = ec.load_run(folder)
    assert f"{run.n_inputs:,} inputs" in proposal.consequences
    return run


@pytest.mark.parametrize(("mark", "separator"), [(".", ";"), (",", ";"), (",", ",")])
@pytest.mark.parametrize(("words", "first"), [("is 1459", 1459.0), ("is 1.459", 1.459)])
def test_1_459_beside_698_is_a_question(
    tmp_path: Path, mark: str, separator: str, words: str, first: float
) -> None:
    cells = [["1", "a", f"1{mark}459", "541"], ["2", "b", "698", f"8{mark}302"]]
    text = table(cells, ["id", "label", "a", "b"], separator=separator)
    run = taken(tmp_path, text, words, n=2)
    assert run.scores[0].tolist() == [first, 541.0]


def test_three_decimals_each_are_decimals(tmp_path: Path) -> None:
    text = "id,label,a,b\n1,a,1.459,-0.541\n2,b,-0.698,8.302\n3,a,2.500,0\n"
    assert ec.load_run(write(tmp_path, text)).scores[0].tolist() == [1.459, -0.541]


GAPS = {"blank": "", "NA": "NA", "nan": "nan", "None": "None", "-1": "-1"}


@pytest.mark.parametrize("word", GAPS.values(), ids=GAPS)
def test_missing_scores_are_a_question(tmp_path: Path, word: str) -> None:
    gone = (4, 11)
    rows = [(k, one(k), *([word] * 3 if k in gone else SINGLE.scores[k].tolist())) for k in N]
    text = table(rows, ["id", "label", *SINGLE.names])
    n = 3 if word == "-1" else 2
    without = taken(tmp_path / "a", text, "left out", n=n)
    assert counts_of(without) == SINGLE.counts(keep=lambda k: k not in gone)
    assert without.report.left_out == ["2 inputs left out: their scores are missing"]
    missed = taken(tmp_path / "b", text, "nothing is predicted", n=n)
    found = counts_of(missed)
    for j, name in enumerate(SINGLE.names):
        kept = SINGLE.counts(keep=lambda k: k not in gone)[name]
        lost = sum(bool(SINGLE.truth[k, j]) for k in gone)
        assert found[name] == (kept[0], kept[1], kept[2] + lost, kept[3] + 2 - lost)


def test_a_cosine_of_minus_1_is_no_gap(tmp_path: Path) -> None:
    text = "id,label,a,b\n1,a,-1,-1\n2,b,-0.4,0.3\n3,a,0.6,0.2\n"
    assert ec.load_run(write(tmp_path, text)).scores[0].tolist() == [-1.0, -1.0]


def test_an_infinite_score_stays_refused_beside_a_missing_one(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError) as caught:
        ec.load_run(write(tmp_path, "id,label,a,b\n1,a,,0.2\n2,b,inf,0.3\n3,a,0.6,0.4\n"))
    assert not isinstance(caught.value, ec.AmbiguousReading)


@pytest.mark.parametrize("what", [np.mean, np.sum], ids=["means", "sums"])
def test_means_and_sums_below_the_table_are_no_inputs(
    tmp_path: Path, what: Callable[..., np.ndarray]
) -> None:
    rows = [(MULTI.ids[k], labels(k), *MULTI.scores[k]) for k in N]
    last = ("Mean", "", *np.round(what(MULTI.scores, axis=0), 4))
    run = ec.load_run(write(tmp_path, table([*rows, last], ["id", "labels", *MULTI.names])))
    assert run.n_inputs == 24
    assert counts_of(run) == MULTI.counts()


def test_an_input_without_a_label_that_is_called_total_is_asked_about(tmp_path: Path) -> None:
    rows = [*((MULTI.ids[k], labels(k), *MULTI.scores[k]) for k in N), ("Total", "", 0.1, 0.2, 0.3)]
    with pytest.raises(ec.RunError, match="call it otherwise"):
        ec.load_run(write(tmp_path, table(rows, ["id", "labels", *MULTI.names])))


def test_blank_rows_and_comment_lines_are_passed_over(tmp_path: Path) -> None:
    rows = [(MULTI.ids[k], labels(k), *MULTI.scores[k]) for k in N]
    text = table(rows, ["id", "labels", *MULTI.names])
    run = ec.load_run(write(tmp_path, f"# model: v3\n# of May\n{text},,,,\n,,,,\n"))
    assert counts_of(run) == MULTI.counts()
    mended = " ".join(n.text for n in run.report.notices)
    assert "2 blank row(s)" in mended
    assert "2 line(s) that start with #" in mended


def test_a_header_that_starts_with_a_hash_is_one(tmp_path: Path) -> None:
    run = ec.load_run(write(tmp_path, "#nr,label,a,b\n1,a,0.9,0.1\n2,b,0.3,0.7\n"))
    assert run.concepts == ("a", "b")


def test_blanks_separate_where_nothing_else_does(tmp_path: Path) -> None:
    rows = "".join(f"{k} {one(k)} {' '.join(map(str, SINGLE.scores[k]))}\n" for k in N)
    run = ec.load_run(write(tmp_path, f"id label {' '.join(SINGLE.names)}\n{rows}"))
    assert counts_of(run) == SINGLE.counts()


def test_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    rows = [(k, one(k), *SINGLE.scores[k]) for k in N]
    text = table(rows[1:], [str(cell) for cell in rows[0]])
    with pytest.raises(ec.RunError, match=r"row 1 holds values such as .* and no names"):
        ec.load_run(write(tmp_path, text))


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("nested", [False, True])
def test_a_json_list_of_objects_is_a_table(
    tmp_path: Path, indent: int | None, *, nested: bool
) -> None:
    def scores(k: int) -> dict[str, object]:
        found = dict(zip(SINGLE.names, SINGLE.scores[k].tolist(), strict=True))
        return {"scores": found} if nested else found

    objects = [{"id": SINGLE.ids[k], "label": one(k), **scores(k)} for k in N]
    path = write(tmp_path, json.dumps(objects, indent=indent), name="run.json.json")
    assert counts_of(ec.load_run(path)) == SINGLE.counts()


@pytest.mark.parametrize("orient", ["columns", "split"])
def test_a_json_object_of_columns_says_how_to_write_it(tmp_path: Path, orient: str) -> None:
    columns = {
        "columns": {"id": {"0": "a", "1": "b"}, "x": {"0": 0.5, "1": 0.1}},
        "split": {"columns": ["id", "x"], "data": [["a", 0.5], ["b", 0.1]]},
    }
    path = write(tmp_path, json.dumps(columns[orient]), name="table.json")
    with pytest.raises(ec.RunError, match="orient='records'"):
        ec.load_run(path)


@pytest.mark.parametrize("unknown", [-1, -100, np.nan])
@pytest.mark.parametrize("form", ["positions", "matrix"])
def test_what_nobody_knows_is_unknown_in_arrays_too(
    tmp_path: Path, unknown: float, form: str
) -> None:
    kind = float if np.isnan(unknown) else int
    given = SINGLE.truth.argmax(axis=1) if form == "positions" else SINGLE.truth
    given = given.astype(kind)
    given[[3, 9]] = unknown
    path = tmp_path / "run.npz"
    np.savez(path, y_score=SINGLE.scores, y_true=given, class_names=np.array(SINGLE.names))
    run = ec.load_run(path)
    assert counts_of(run) == SINGLE.counts(keep=lambda k: k not in (3, 9))
    assert run.labels.undecided.tolist() == [3, 9]
    assert run.report.left_out


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([[52.5, 12.1], [1.2, 30.0]], "are no probabilities"),
        ([[228, 27], [0, 255]], "are no probabilities"),
        ([[89.5, 10.5], [40.0, 60.0]], "look like percent"),
        ([[-0.1, -2.3], [-1.2, -0.4]], "look like log-probabilities"),
        ([[-0.1, 2.3], [1.2, -0.4]], "look like logits"),
    ],
)
def test_what_scores_look_like(tmp_path: Path, scores: list[list[float]], words: str) -> None:
    rows = [(k, "ab"[k], *row) for k, row in enumerate(scores)]
    run = ec.load_run(write(tmp_path, table(rows, ["id", "label", "a", "b"])))
    warnings = [notice.text for notice in run.report.warnings]
    assert any(words in text for text in warnings)
    assert not any("do not sum to 1" in text for text in warnings)
