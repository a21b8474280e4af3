"""The Improve page: findings of the core in their order, each with exactly its inputs."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.worklist import as_csv, as_json
from evalcore.truth.suspicion import suspicion
from pages._ui.improve import diagnosed as pages_diagnosed
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


def at_improve(**query: str | list[str]) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.switch_page("pages/improve.py")
    return visitor.run()


def said(visitor: Visitor) -> str:
    text = " ".join(markdown.value for markdown in visitor.app.markdown)
    return text.replace("\\", "").replace("\u2060", "")


@pytest.fixture
def kitchen(samples: Path) -> Diagnosis:
    run = ec.load_run(samples / "kitchen")
    return diagnose(
        ec.Evaluation(run),
        ec.Rule(0.5),
        rng=np.random.default_rng(pages_diagnosed.SEED),
        suspicion=suspicion(run),
    )


def test_findings_stand_as_the_core_orders_them_and_show_their_inputs(
    kitchen: Diagnosis, samples: Path
) -> None:
    visitor = at_improve(run="kitchen")
    text = said(visitor)

    places = [text.index(finding.headline) for finding in kitchen.findings]
    assert places == sorted(places)
    run = ec.load_run(samples / "kitchen")
    for finding in kitchen.findings[:4]:
        visitor.app.button(key=of_each(Key.FINDING, finding.key)).click()
        visitor.run()
        items = visitor.data(Key.GALLERY)["items"]
        assert [item["id"] for item in items] == run.ids[finding.inputs[:16]].tolist()
        assert f"{finding.inputs.size:,} input" in said(visitor) + " ".join(
            button.label for button in visitor.app.button
        )


def test_a_finding_can_be_linked_to(kitchen: Diagnosis, samples: Path) -> None:
    finding = kitchen.findings[2]
    visitor = at_improve(run="kitchen", finding=finding.key)

    ids = ec.load_run(samples / "kitchen").ids[finding.inputs[:16]].tolist()
    assert [item["id"] for item in visitor.data(Key.GALLERY)["items"]] == ids


def test_the_verdict_is_said_in_words(library: Library) -> None:
    library.add("pets")
    visitor = at_improve(run="pets")

    assert "Too few labelled inputs" in visitor.app.subheader[0].value
    assert "too few to tell" in said(visitor)


def test_texts_are_measured_and_become_slices(library: Library) -> None:
    rows = [
        f"{k},{'long ' * (1 + k % 9)},{'a' if k % 2 else ''},{0.9 if k % 3 else 0.1}"
        for k in range(120)
    ]
    run = ec.load_run(library.add("texts", "id,text,labels,score:a\n" + "\n".join(rows) + "\n"))
    visitor = at_improve(run="texts")

    visitor.set_button(Key.MEASURE)
    job = pages_diagnosed.measuring(run)
    assert job is not None
    assert job.wait(30)
    visitor.run()

    assert pages_diagnosed.measured(run) is not None
    # the same nine texts again and again, with either label
    assert "identical or nearly identical inputs have different labels" in said(visitor)


def test_the_worklist_names_ids_and_paths_and_starts_no_formula() -> None:
    run = ec.EvalRun.from_arrays([[0.1], [0.9]], [[0], []], concepts=["=dog"], ids=["=1+1", "b"])
    finding = Finding(
        kind="too_few",
        concepts=("=dog",),
        headline="Few.",
        action="Collect.",
        gain="More.",
        inputs=np.array([1, 0]),
        number=2.0,
    )
    table = list(csv.DictReader(io.StringIO(as_csv([finding], run))))
    listed = json.loads(as_json([finding], run))["findings"][0]

    assert [row["id"] for row in table] == ["b", "'=1+1"]
    assert table[0]["concepts"] == "'=dog"
    assert [one["id"] for one in listed["inputs"]] == ["b", "=1+1"]
    assert (listed["number"], listed["interval"]) == (2.0, [None, None])
    assert math.isnan(finding.low)
