"""Corrections: written and read back bit for bit, and a run that opens with the agreed labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from evalcore.errors import TruthError
from evalcore.library.archive import load_archive
from evalcore.truth.agreed import Verdict
from evalcore.truth.corrections import (
    Correction,
    corrected_run,
    corrections,
    read_csv,
    read_json,
    write_csv,
    write_json,
)
from evalcore.truth.overlay import lay_over
from evalcore.truth.votes import Pair
from tests.support.cases import Case

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
STATES = st.sampled_from(["yes", "no", "unknown"])
ROWS = st.lists(
    st.builds(
        Correction,
        input=TEXTS,
        concept=TEXTS,
        original=STATES,
        agreed=STATES,
        yes=st.integers(0, 50),
        settled=st.booleans(),
    ),
    max_size=5,
)


@given(ROWS)
def test_what_is_written_is_read_back_bit_for_bit(rows: list[Correction]) -> None:
    for write, read in ((write_csv, read_csv), (write_json, read_json)):
        text = write(rows)
        assert read(text) == tuple(rows)
        assert write(read(text)) == text


VERDICTS = {
    Pair("0", "cat"): Verdict(outcome="yes", yes=2, no=1, unclear=1, settled=True),
    Pair("2", "bird"): Verdict(outcome="unknown", unclear=2),
    Pair("3", "bird"): Verdict(outcome="yes", yes=1),
}


def test_every_changed_pair_says_who_stood_behind_it(small_case: Case) -> None:
    found = corrections(lay_over(small_case.run, VERDICTS), VERDICTS)

    assert [(c.input, c.concept, c.original, c.agreed, c.yes, c.settled) for c in found] == [
        ("0", "dog", "yes", "no", 0, False),  # the other concept took its place
        ("0", "cat", "no", "yes", 2, True),
        ("2", "bird", "no", "unknown", 0, False),
    ]


def test_the_corrected_run_opens_with_the_agreed_labels(small_case: Case, tmp_path: Path) -> None:
    truth = lay_over(small_case.run, VERDICTS)
    archive = tmp_path / "corrected.zip"
    archive.write_bytes(corrected_run(small_case.run, truth))
    (tmp_path / "run").mkdir()
    again = load_archive(archive, into=tmp_path / "run")

    assert (again.labels.dense() == truth.labels.dense()).all()
    assert again.labels.known is not None
    assert truth.labels.known is not None
    assert (again.labels.known == truth.labels.known).all()
    assert (again.scores == small_case.run.scores).all()
    assert "3 corrected" in again.description


GOOD: dict[str, Any] = {
    "input": "0", "concept": "dog", "original": "yes", "agreed": "no", "yes": 0, "no": 1,
    "unclear": 0, "definition_unclear": 0, "settled": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agreed", "perhaps"),
        ("yes", -1),
        ("yes", True),
        ("yes", 1.0),
        ("settled", "yes"),
        ("input", 7),
        ("colour", "red"),
    ],
)
def test_a_changed_file_is_refused_with_its_place(name: str, value: object) -> None:
    content = {"schema": "threshold-workshop/corrections", "version": 1}
    text = json.dumps(content | {"corrections": [GOOD, GOOD | {name: value}]})
    with pytest.raises(TruthError, match=r"corrections\.json, correction 2"):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema": "threshold-workshop/corrections", "version": 2}', "[" * 10**5],
)
def test_another_json_is_refused(text: str) -> None:
    with pytest.raises(TruthError, match=r"corrections\.json"):
        read_json(text)


HEAD = "input,concept,original,agreed,yes,no,unclear,definition_unclear,settled\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "input,concept\r\n",
        HEAD + "0,dog,yes,no,0,1,0,0\r\n",
        HEAD + "0,dog,yes,no,0,one,0,0,false\r\n",
        HEAD + "0,dog,yes,no,0,1,0,0,no\r\n",
        HEAD + '0,"dog"x,yes,no,0,1,0,0,false\r\n',
    ],
)
def test_another_csv_is_refused(text: str) -> None:
    with pytest.raises(TruthError, match=r"corrections\.csv"):
        read_csv(text)
