"""Pages open: alone, through the router, on good, bad, missing and no runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import evalcore as ec
from pages._ui.session.keys import Key
from pages._ui.session.targets import Corner, Group
from pages._ui.session.view import read_link
from pages._ui.shell import loading
from tests.pages.conftest import PETS, Library
from tests.support.visitor import ROOT, Visitor

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
SAMPLES = ("digits", "kitchen", "tickets")


def test_every_page_of_the_folder_is_known_here() -> None:
    names = (
        "compare",
        "concept",
        "evaluate",
        "guide",
        "improve",
        "report",
        "runs",
        "thresholds",
        "truth",
    )
    assert [f"pages/{name}.py" for name in names] == PAGES


@pytest.mark.parametrize("run", SAMPLES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("samples")
def test_a_page_opens_through_the_router(page: str, run: str) -> None:
    visitor = Visitor(run=run).run()
    visitor.app.switch_page(page)
    visitor.run()
    assert visitor.view.run == run
    assert visitor.problems == []


@pytest.mark.parametrize("run", SAMPLES)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("samples")
def test_a_page_opens_cold_before_the_router_has_run(page: str, run: str) -> None:
    visitor = Visitor(run=run)
    visitor.app.switch_page(page)
    visitor.run()
    assert visitor.view.run == run
    assert visitor.problems == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("samples")
def test_a_page_opens_alone_as_the_script_of_its_own(page: str) -> None:
    app = AppTest.from_file(str(ROOT / page), default_timeout=60).run()
    assert [error.message for error in app.exception] == []


@pytest.mark.usefixtures("samples")
def test_the_sample_runs_are_listed_with_what_they_hold() -> None:
    table = Visitor.at_runs().table(Key.LIBRARY).set_index("run")
    assert table.index.tolist() == ["digits", "kitchen", "kitchen 4", "tickets"]
    assert table["inputs"].tolist() == [1797, 1600, 1600, 520]
    assert table["concepts"].tolist() == [10, 11, 11, 7]
    assert table["ROC AUC"].round(3).tolist() == [0.999, 0.930, 0.943, 0.975]
    spread = ["174 to 183", "38 to 568", "38 to 568", "69 to 134"]
    assert table["labels"].tolist() == spread


@pytest.mark.usefixtures("samples")
def test_choosing_a_run_shows_its_report_and_the_button_opens_it() -> None:
    visitor = Visitor.at_runs().pick_row(Key.LIBRARY, 3)
    assert visitor.view.run == "tickets"
    assert visitor.query["run"] == ["tickets"]
    assert "How tickets was read" in visitor.text
    visitor.click("Evaluate tickets")
    assert visitor.shows(Key.DIAL)
    assert visitor.view.run == "tickets"


@pytest.mark.usefixtures("samples")
def test_the_button_keeps_what_was_set_for_the_run() -> None:
    visitor = Visitor.at_evaluate(run="tickets", t="0.3", find="re")
    visitor.go_to("pages/runs.py").click("Evaluate tickets")
    assert (visitor.rule.default, visitor.view.find) == (0.3, "re")


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_library_says_what_to_do(page: str, library: Library) -> None:
    visitor = Visitor()
    visitor.app.switch_page(page)
    visitor.run()
    assert "There are no runs" in visitor.text
    assert "--runs DIR" in visitor.text
    assert str(library.folder) in visitor.text


@pytest.mark.parametrize("page", PAGES)
def test_a_library_that_does_not_exist_is_an_empty_one(
    page: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_RUNS", str(library.folder / "nowhere"))
    visitor = Visitor()
    visitor.app.switch_page(page)
    visitor.run()
    assert "There are no runs" in visitor.text


def test_a_broken_run_is_listed_with_its_reason_and_the_others_open(library: Library) -> None:
    library.add_broken("bad")
    library.add("pets")
    visitor = Visitor.at_runs()
    table = visitor.table(Key.LIBRARY).set_index("run")
    assert table.index.tolist() == ["bad", "pets"]
    assert table.loc["bad", "note"].startswith("Not read yet: ")
    assert "50%" in table.loc["bad", "note"]
    assert table.loc["pets", "inputs"] == 6
    visitor.pick_row(Key.LIBRARY, 1)
    assert "How pets was read" in visitor.text
    assert visitor.click("Evaluate pets").shows(Key.SUMMARY)


def test_a_broken_run_says_why_and_offers_the_others(library: Library) -> None:
    library.add_broken("bad")
    library.add("pets")
    visitor = Visitor.at_evaluate(run="bad")
    assert "50" in visitor.problems[0]
    assert "score\\:" in visitor.problems[0].replace("\u2060", "")
    assert not visitor.shows(Key.DIAL)
    visitor.click("Open pets")
    assert visitor.shows(Key.DIAL)
    assert visitor.problems == []


def test_a_run_that_is_not_there_is_said_and_others_are_offered(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pest", t="0.7")
    assert "pest" in visitor.problems[0]
    assert "Did you mean" in visitor.problems[0]
    visitor.click("Open pets")
    assert visitor.view.run == "pets"
    assert visitor.shows(Key.DIAL)


def test_the_library_says_that_a_run_is_not_there(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_runs(run="pest")
    assert "pest" in visitor.problems[0]


@pytest.mark.parametrize(
    "show",
    [
        ["cell", "=dog", "=dragon"],
        ["FP", "=dragon"],
        ["labelled", "=dragon"],
        ["leave", "=dragon", "all"],
        ["cell", "*", "=dragon"],
    ],
)
def test_a_concept_that_is_not_there_is_said(show: list[str], library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", show=show)
    assert any("dragon" in problem for problem in visitor.problems)
    assert visitor.shows(Key.SUMMARY), "the numbers stay, so that another can be clicked"
    visitor.pick_cell(Key.SUMMARY, 0, "TP")
    assert visitor.problems == []


@pytest.mark.parametrize(
    "part",
    [
        {"split": "b", "slice": ["place", "nowhere"]},
        {"split": "z"},
        {"slice": ["planet", "home"]},
    ],
)
def test_filters_that_leave_nothing_offer_a_way_back(
    part: dict[str, str | list[str]], library: Library
) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", **part)
    assert len(visitor.problems) == 1
    visitor.click("Show all inputs")
    assert visitor.shows(Key.SUMMARY)
    assert (visitor.view.split, visitor.view.slice) == (None, None)
    assert visitor.problems == []


def test_two_runs_of_one_name_can_both_be_chosen(library: Library) -> None:
    library.add("old/pets")
    library.add("new/pets", PETS.replace("p1", "q1"))
    visitor = Visitor.at_evaluate(run="new/pets").set(Key.RUN, "old/pets")
    assert visitor.view.run == "old/pets"
    options = visitor.node(Key.RUN).proto.options
    assert len(set(options)) == len(options)


def test_a_run_that_changes_on_disk_is_read_again(library: Library) -> None:
    run = library.add("pets")
    visitor = Visitor.at_evaluate(run="pets")
    assert len(visitor.table(Key.SUMMARY)) == 3
    (run / "predictions.csv").write_text("id,label,score:dog\n1,dog,0.9\n2,dog,0.1\n")
    visitor.run()
    assert visitor.table(Key.SUMMARY)["TP"].tolist() == [1]


def test_a_run_of_one_input_and_one_concept_opens(library: Library) -> None:
    library.add("one", "id,label,score:dog\n1,dog,0.9\n")
    visitor = Visitor.at_evaluate(run="one")
    assert visitor.table(Key.SUMMARY)["TP"].tolist() == [1]
    Visitor.at_runs(run="one")


def test_a_run_without_any_label_opens(library: Library) -> None:
    library.add("bare", "id,labels,score:dog,score:cat\n1,,0.9,0.1\n2,,0.2,0.3\n")
    visitor = Visitor.at_evaluate(run="bare", mode="probability", order="cluster")
    assert visitor.table(Key.SUMMARY)["recall"].isna().all()
    assert visitor.data(Key.MATRIX)["values"] == [None] * 4


def test_scores_that_are_no_probabilities_widen_the_dial(library: Library) -> None:
    library.add("logits", "id,label,score:dog,score:cat\n1,dog,-3.5,2\n2,cat,12,-1\n")
    visitor = Visitor.at_evaluate(run="logits")
    dial = visitor.data(Key.DIAL)
    assert (dial["low"], dial["high"]) == (-3.5, 12.0)


def test_a_run_with_many_concepts_opens_with_the_rest_summed_up(library: Library) -> None:
    names = [f"c{k:02}" for k in range(60)]
    lines = ["id,label," + ",".join(f"score:{name}" for name in names)]
    lines += [
        f"{i},c{i % 60:02}," + ",".join(str((i * 7 + k * 3) % 11 / 10) for k in range(60))
        for i in range(120)
    ]
    library.add("many", "\n".join(lines))
    visitor = Visitor.at_evaluate(run="many")
    assert "(other)" in visitor.data(Key.MATRIX)["rows"]
    other = visitor.data(Key.MATRIX)["rows"].index("(other)")
    visitor.trigger(Key.MATRIX, "pick", {"row": other, "column": 0})
    assert isinstance(visitor.view.target, Corner)
    assert visitor.view.target.actual is Group.OTHER
    assert "counted once for each cell" in visitor.headline
    assert visitor.problems == []
    visitor.set(Key.FORM, "all 60")
    assert visitor.query["scope"] == ["all"]
    heatmap = visitor.data(Key.HEATMAP)
    assert (len(heatmap["rows"]), len(heatmap["columns"])) == (61, 61)
    visitor.trigger(Key.HEATMAP, "pick", {"row": 0, "column": -1})
    assert isinstance(visitor.view.target, ec.Labelled)


HOSTILE = (
    "**bold** [x](https://example.com/?a=1) ![i](https://example.com/i.png)",
    ":red[x] :material/home: :smile:",
    "$a$ and $b$ -> c <-> d -- e",
    "<script>alert(1)</script>",
    "`code` ~~s~~ _u_ # h",
    "www.example.com me@example.com",
    "__proto__",
    "a.b[0]'c'",
    "\u202eevil",
)


def test_hostile_names_open_every_part_of_the_page(library: Library) -> None:
    header = ",".join(["id", "label", *(f'"score:{name}"' for name in HOSTILE)])
    rows = [
        f'"{name} {k}","{name}",' + ",".join(str((k + j) % 10 / 10) for j in range(len(HOSTILE)))
        for k, name in enumerate(HOSTILE)
    ]
    library.add("hostile", "\n".join([header, *rows]), name=HOSTILE[0], model=HOSTILE[1])
    Visitor.at_runs(run="hostile")
    visitor = Visitor.at_evaluate(run="hostile", decision="every", t="0.3", pin_t="0.5")
    for k, name in enumerate(HOSTILE):
        visitor.trigger(Key.MATRIX, "pick", {"row": k, "column": k})
        assert visitor.view.target == ec.Cell(name, name)
        assert "https://" not in visitor.text
        assert f"labelled {name}, predicted {name}" in visitor.headline, "letter by letter"
        reread = read_link(visitor.query)
        assert reread.target == visitor.view.target
    again = Visitor.at_evaluate(**visitor.query)
    assert again.view == visitor.view
    assert again.headline == visitor.headline
    visitor.set(Key.PANEL, "flips").set(Key.FORM, "table")
    visitor.trigger(Key.GALLERY, "open", {"key": 0})
    assert visitor.view.input == f"{HOSTILE[0]} 0"


def test_two_sessions_do_not_disturb_each_other(library: Library) -> None:
    library.add("pets")
    library.add("more")
    first = Visitor.at_evaluate(run="pets", t="0.3")
    second = Visitor.at_evaluate(run="more", t="0.6")
    first.set(Key.OPERATOR, ">=").pick_cell(Key.SUMMARY, 0, "TP")
    second.set(Key.MODE, "probability").move_dial("0.7")
    first.run()
    second.run()
    assert (first.view.run, second.view.run) == ("pets", "more")
    assert (first.rule.default, second.rule.default) == (0.3, 0.7)
    assert (first.rule.operator, second.rule.operator) == (">=", ">")
    assert (first.view.mode, second.view.mode) == ("counts", "probability")
    assert (first.view.target, second.view.target) == (ec.Outcome("dog", "TP"), None)
    assert first.query["run"] == ["pets"]
    assert second.query["t"] == ["0.7"]


def test_the_pages_stand_beside_the_app() -> None:
    assert all((Path(ROOT) / page).is_file() for page in PAGES)


def test_slices_of_many_columns_are_found_once_and_bounded() -> None:
    columns = {f"c{k}": [str(j % (k + 1)) for j in range(120)] for k in range(120)}
    run = ec.EvalRun.from_arrays([[0.1]] * 120, [[]] * 120, metadata=columns)
    pairs = loading.slices(run)
    assert len(pairs) == loading.MOST_SLICES
    assert pairs[:2] == [("c1", "0"), ("c1", "1")]
    assert {name for name, _ in pairs}.isdisjoint({"c0", "c50", "c60"})
    assert loading.slices(run) == pairs
    assert loading.few_valued(run) is loading.few_valued(run)
