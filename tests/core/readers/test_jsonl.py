"""Reading JSON Lines: nested and flat scores, ids to the letter, and what is refused."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import evalcore as ec

NESTED = (
    '{"id": "007", "labels": ["dog"], "scores": {"dog": 0.9, "cat": 0.1}}\n'
    '{"id": "12E3", "labels": [], "scores": {"cat": 0.75, "dog": 0.25}}\n'
)
FLAT = (
    '{"id": "007", "label": "dog", "score:dog": 0.9, "score:cat": 0.1}\n'
    '{"id": "12E3", "label": null, "score:dog": 0.25, "score:cat": 0.75}\n'
)
GOOD = '{"id": "a", "label": "dog", "score:dog": 0.9}\n'


def load(folder: Path, text: str | bytes, *, name: str = "pets.jsonl") -> ec.EvalRun:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ec.load_run(path)


@pytest.mark.parametrize("text", [NESTED, FLAT], ids=["nested", "flat"])
def test_scores_stand_in_an_object_or_beside_the_rest(tmp_path: Path, text: str) -> None:
    run = load(tmp_path, text)
    assert (run.name, run.concepts) == ("pets", ("dog", "cat"))
    assert run.ids.tolist() == ["007", "12E3"]
    assert run.scores.tolist() == [[0.9, 0.1], [0.25, 0.75]]
    assert run.labels.dense().tolist() == [[True, False], [False, False]]
    assert run.report.format == "file, JSONL"


def test_ids_stay_as_they_were_written(tmp_path: Path) -> None:
    ids = ["1.50", "9007199254740993", "12E3", "-0"]
    lines = [f'{{"id": {text}, "label": "dog", "score:dog": 0.{k}}}' for k, text in enumerate(ids)]
    assert load(tmp_path, "\n".join(lines)).ids.tolist() == ids


def test_metadata_are_texts_and_objects_are_ignored(tmp_path: Path) -> None:
    line = '{"id": "a", "label": "x", "score:x": 1, "year": 2020, "ok": true, "more": {"a": 1}}\n'
    run = load(tmp_path, line)
    assert {name: column.tolist() for name, column in run.metadata.items()} == {
        "year": ["2020"],
        "ok": ["true"],
    }
    roles = {column.column: column.role for column in run.report.columns}
    assert roles["more"] == "ignored"


def test_partial_labels_and_a_folder_with_the_sparse_form(tmp_path: Path) -> None:
    line = '{"id": "a", "labels": ["x"], "not_labels": ["y"], "scores": {"x": 1, "y": 0, "z": 0.5}}'
    known = load(tmp_path, line).labels.known
    assert known is not None
    assert known.tolist() == [[True, True, False]]
    folder = tmp_path / "sparse"
    folder.mkdir()
    (folder / "inputs.jsonl").write_text('{"id": "a", "labels": ["x"]}\n{"id":"b","labels":[]}\n')
    (folder / "scores.jsonl").write_text('{"id": "a", "concept": "x", "score": 0.5}\n')
    run = ec.load_run(folder)
    assert run.scores.tolist() == [[0.5], [-np.inf]]
    assert run.report.format == "folder, JSONL, sparse"


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + FLAT.encode(),
        FLAT.encode("utf-16"),
        FLAT.replace("\n", "\r\n").encode(),
        FLAT.replace("\n", "\n\n").encode(),
        FLAT.rstrip().encode(),
    ],
)
def test_marks_line_ends_and_empty_lines_do_not_matter(tmp_path: Path, data: bytes) -> None:
    assert load(tmp_path, data).scores.tolist() == [[0.9, 0.1], [0.25, 0.75]]


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    run = load(tmp_path, FLAT, name="pets.csv")
    assert run.report.format == "file, JSONL"
    assert "read as one" in run.report.notices[0].text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["empty", "no rows"]),
        ("\n\n", ["no rows"]),
        (GOOD + '{"id": "b", "id": "c", "label": "", "score:dog": 1}', ["row 2", "'id'", "once"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": NaN}', ["row 2", "NaN", "sparse form"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": -Infinity}', ["row 2", "-Infinity"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": 1e400}', ["row 2", "'score:dog'", "1e400"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": ' + "9" * 9000 + "}", ["row 2", "999"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": "50%"}', ["row 2", "'50%'", "quotes"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": null}', ["row 2", "null", "sparse form"]),
        (GOOD + '{"id": "b", "label": "", "score:dog": [1]}', ["row 2", "'score:dog'"]),
        (GOOD + '{"id": "b", "label": "", "x": ' + "[" * 100_000, ["row 2", "nested too deeply"]),
        (
            GOOD + '{"id": "b", "x": ' + "[" * 30 + "1" + "]" * 30 + "}",
            ["row 2", "nested too deeply"],
        ),
        (GOOD + '["b", "dog", 1]\n', ["row 2", "object", "'b'", "Hint"]),
        (GOOD + "7\n", ["row 2", "object", "'7'"]),
        (GOOD + '{"id": "b", "label": "dog"}', ["row 2 lacks 'score:dog'", "sparse form"]),
        (
            GOOD + '{"id": "b", "label": "", "score:dgo": 1}',
            ["row 2 lacks 'score:dog' and has 'score:dgo' Did you mean 'score:dog'"],
        ),
        (GOOD + '{"id": "b", "label": "dog", "sco', ["row 2", "cut off", "copy the file"]),
        (GOOD + "{'id': 'b'}\n", ["row 2", "column 2", "not valid JSON"]),
        (GOOD + '{"id": "\\ud800", "label": "", "score:dog": 1}', ["row 2", "surrogate"]),
        (
            '{"id": "b", "label": "", "score:dog": 1, "scores": {"dog": 1}}',
            ["row 1", "'score:dog'", "keep one"],
        ),
        (GOOD + GOOD, ["'a' in rows 1 and 2", "Hint"]),
    ],
)
def test_a_bad_line_is_refused_with_its_number(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(ec.RunError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith("pets.jsonl: ")
    assert [part for part in parts if part not in message] == [], message


def test_a_byte_outside_utf8_is_located(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match=r"pets\.jsonl: byte .*row 2.*UTF-8"):
        load(tmp_path, GOOD.encode() + b'{"id": "caf\xe9"}\n')


def test_a_line_without_end_is_refused_at_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.tables.json_stream.MAX_LINE", 1000)
    with pytest.raises(ec.RunError, match="row 2 is longer than"):
        load(tmp_path, GOOD + '{"id": "' + "x" * 5000)


def test_a_table_beyond_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.readers.tables.limits.MAX_CELLS", 2000)
    lines = [GOOD.replace('"a"', f'"{k}"') for k in range(2000)]
    with pytest.raises(ec.RunError, match=r"1,024 rows x 3 columns.*limit of 2,000"):
        load(tmp_path, "".join(lines))


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
finite = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_run_comes_back_exactly(tmp_path: Path, data: st.DataObject) -> None:
    concepts = data.draw(st.lists(texts, min_size=1, max_size=4, unique_by=lambda s: s.strip()))
    ids = data.draw(st.lists(texts, min_size=1, max_size=6, unique=True))
    lines: list[dict[str, Any]] = [
        {
            "id": text,
            "labels": data.draw(st.lists(st.sampled_from(concepts), unique=True)),
            "scores": {name: data.draw(finite) for name in concepts},
        }
        for text in ids
    ]
    dump = data.draw(st.booleans())
    run = load(tmp_path, "\n".join(json.dumps(line, ensure_ascii=dump) for line in lines))
    assert run.concepts == tuple(concepts)
    assert run.ids.tolist() == ids
    assert run.scores.tolist() == [list(line["scores"].values()) for line in lines]
    wanted = [[name in line["labels"] for name in concepts] for line in lines]
    assert run.labels.dense().tolist() == wanted
