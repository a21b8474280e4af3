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
from evalcore.base.home import home
from evalcore.comparison.resampling import SEED
from evalcore.decisions.digests import digest_of_inputs
from evalcore.diagnosis.columns import columns_of
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.properties import kept, place_of
from evalcore.diagnosis.worklist import as_csv, as_json, handle, stream_of
from evalcore.store import Store
from evalcore.truth import entries, kept_suspicion
from evalcore.truth.suspicion import suspicion
from evalcore.truth.votes import Pair
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.shell.agreed_truth import stream_for
from pages._ui.shell.measuring import _jobs, measured, measuring
from pages._ui.shell.record import open_store
from tests.pages.conftest import PETS, Library
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
        rng=np.random.default_rng(SEED),
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

    assert "Too few labelled inputs" in visitor.app.header[0].value
    assert "too few to tell" in said(visitor)


def test_texts_are_measured_and_become_slices(library: Library) -> None:
    rows = [
        f"{k},{'long ' * (1 + k % 9)},{'a' if k % 2 else ''},{0.9 if k % 3 else 0.1}"
        for k in range(120)
    ]
    run = ec.load_run(library.add("texts", "id,text,labels,score:a\n" + "\n".join(rows) + "\n"))
    visitor = at_improve(run="texts")

    visitor.set_button(Key.MEASURE)
    job = measuring(run)
    assert job is not None
    assert job.wait(30)
    visitor.run()

    assert measured(run) is not None
    # the same nine texts again and again, with either label
    assert "identical or nearly identical inputs the labels differ" in said(visitor)
    # what was measured is a slice on every page, also after a restart of the server
    _jobs._jobs.clear()
    at_evaluate = Visitor.at_evaluate(run="texts", slice=["length", "lowest fifth"])
    options = at_evaluate.node(Key.SLICE).options
    assert "length = lowest fifth" in options
    properties = kept(place_of(run, home() / "prepared"), n_inputs=120)
    assert properties is not None
    (column,) = [
        one for one in columns_of(run, properties=properties.values) if one.name == "length"
    ]
    here = np.flatnonzero(column.codes == 0)
    assert at_evaluate.table(Key.SUMMARY)["labelled"].tolist() == [
        int(run.labels.total.sum() if here.size == 120 else run.subset(here).labels.total[0])
    ]
    sliced = Visitor.at_evaluate(run="texts", panel="slices", sliced_by="=length")
    rows = sliced.table(Key.SUMMARY)
    assert rows.iloc[:, 0].tolist() == ["all inputs", *column.values]
    assert rows["inputs"].tolist()[1:] == np.bincount(column.codes[column.codes >= 0]).tolist()
    sliced.pick_cell(Key.SUMMARY, 1, "inputs")
    assert sliced.view.slice == ("length", "lowest fifth")
    part = at_improve(run="texts", slice=["length", "lowest fifth"])
    assert not part.shows(Key.MEASURE)


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


def at_named(author: str, **query: str) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.session_state[Kept.VOTER] = author
    visitor.app.switch_page("pages/improve.py")
    return visitor.run()


def listed(visitor: Visitor) -> list[str]:
    """The keys of the findings that are still to be looked at, in their order."""
    start = f"{Key.TICK_OFF} "
    buttons = [str(button.key) for button in visitor.app.button]
    return [key.removeprefix(start) for key in buttons if key.startswith(start)]


def test_findings_are_put_aside_ticked_off_and_said_to_be_gone_in_the_next_version(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    library.add("v1", model_version="1", name="pets")
    library.add("v2", PETS.replace("p6,bird,b,home,0.1,0.1,0.2", "p6,bird,b,home,0.1,0.1,0.7"),
                model_version="2", name="pets")  # fmt: skip
    nobody = at_named("", run="v1")
    first, second, *_ = before = listed(nobody)
    nobody.app.button(key=of_each(Key.TICK_OFF, first)).click()
    nobody.run()
    assert "type your name" in nobody.app.error[0].value
    assert listed(nobody) == before

    ada = at_named("Ada", run="v1")
    ada.app.button(key=of_each(Key.TICK_OFF, first)).click()
    ada.run()
    ada.app.text_area(key=of_each(Key.ASIDE_WHY, second)).set_value("Nobody asks for them.")
    ada.app.button(key=of_each(Key.PUT_ASIDE, second)).click()
    ada.run()
    assert listed(ada) == before[2:]
    assert "put aside by Ada in pets 1" in said(ada)
    assert "Nobody asks for them." in said(ada)

    # what was put aside stays aside in the next version, what was ticked off comes back
    following = listed(at_named("Bo", run="v2"))
    assert second not in following

    again = at_named("Cy", run="v1")
    again.app.button(key=of_each(Key.TAKE_UP, second)).click()
    again.run()
    assert second in listed(again)


def test_what_was_dealt_with_and_is_not_found_any_more_is_said_to_be_gone(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    old = ec.load_run(library.add("v1", model_version="1", name="pets"))
    library.add("v2", PETS.replace("p6,bird,b,home,0.1,0.1,0.2", "p6,bird,b,home,0.1,0.1,0.7"),
                model_version="2", name="pets")  # fmt: skip
    found = diagnose(ec.Evaluation(old), ec.Rule(0.5), rng=np.random.default_rng(0))
    never = next(finding for finding in found.findings if finding.kind == "never_predicted")
    few = next(finding for finding in found.findings if finding.kind == "too_few")
    with Store.open(tmp_path / "record.db") as store:
        for finding in (never, few):
            stream = stream_of(digest_of_inputs(old))
            handle(store, stream, finding, state="done", run=old, author="Ada")
    visitor = at_named("Bo", run="v2")

    assert "Gone in this version: 1 finding that was dealt with before" in said(visitor)
    assert never.headline in said(visitor)
    assert few.key in listed(visitor)
    assert "Ticked off by Ada in pets 1, and found here again" in (
        " ".join(one.value for one in visitor.app.warning).replace("\\", "")
    )


def test_the_rules_of_the_verdict_stand_on_the_page_and_can_be_set(samples: Path) -> None:
    del samples
    visitor = at_improve(run="digits")
    assert "Great: the lower ends of the 95 % intervals reach 0.95" in said(visitor)
    assert visitor.app.header[0].value == "Good."

    visitor.set(of_each(Key.VERDICT_RULE, "great_auc"), "100 %")
    visitor.set(of_each(Key.VERDICT_RULE, "ok_auc"), "1,0")
    assert "reach 1 for ROC AUC" in said(visitor)
    assert visitor.app.header[0].value != "Good."
    again = at_improve(**visitor.query)
    assert again.app.header[0].value == visitor.app.header[0].value

    # what is great asks for at least as much as what is OK
    visitor.set(of_each(Key.VERDICT_RULE, "great_auc"), "0.2")
    assert "lies from 1 to 1 here" in visitor.app.error[0].value.replace("\\", "")
    assert visitor.node(of_each(Key.VERDICT_RULE, "great_auc")).value == "0.2"
    visitor.set_button(Key.USUAL_RULES)
    assert visitor.app.header[0].value == "Good."


def test_a_vote_ranks_no_label_anew_and_what_is_agreed_on_leaves_the_suspected(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    rng = np.random.default_rng(3)
    rows = [f"p{i},{'dog' if (i % 2) ^ (i < 4) else 'cat'},{s},{1 - s}" for i, s in enumerate(
        np.where(np.arange(80) % 2, 0.97, 0.03) + rng.uniform(-0.02, 0.02, 80))]  # fmt: skip
    library.add("pairs", "\n".join(["id,label,score:dog,score:cat", *rows]), task="single_label")
    ranked: list[ec.EvalRun] = []
    plain = kept_suspicion.suspicion
    monkeypatch.setattr(
        kept_suspicion, "suspicion", lambda run: (ranked.append(run), plain(run))[1]
    )

    def suspected() -> str:
        text = said(at_improve(run="pairs", truth="agreed"))
        return next(line for line in text.split(". ") if "contradicted by" in line)

    assert "4 labels" in suspected()
    for name in ("Ada", "Bo"):
        entries.cast(
            open_store(),
            stream_for(ec.load_run(library.folder / "pairs")),
            voter=name,
            pair=Pair("p1", "cat"),
            answer="no",
        )
    assert "3 labels" in suspected()
    assert "without what people have agreed on (1 input)" in said(
        at_improve(run="pairs", truth="agreed")
    )
    assert "4 labels" in said(at_improve(run="pairs"))
    assert len(ranked) == 1
