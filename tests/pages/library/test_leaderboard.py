"""Versions on one data set: in order, with the core's numbers; two of them open Compare."""

from __future__ import annotations

import evalcore as ec
from evalcore.wording import rate
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import PETS, Library
from tests.support.visitor import Visitor

SHARED = "pets autumn"
BETTER = PETS.replace("0.6,0.4,0.2", "0.2,0.9,0.2")


def test_versions_stand_in_order_with_their_numbers_and_two_open_compare(library: Library) -> None:
    of_one = {"dataset": "pets", "dataset_version": "autumn"}
    library.add("a", PETS, name="tenth", model_version="10", **of_one)
    library.add("b", BETTER, name="ninth", model_version="9", **of_one)
    library.add("c", PETS, name="second", model_version="2", **of_one)
    library.add("other", PETS.replace("p1", "x1"), dataset="another")
    visitor = Visitor.at_runs(run="a")

    table = visitor.data(of_each(Key.BOARD_TABLE, SHARED))
    assert [row[:2] for row in table["rows"]] == [["second", "2"], ["ninth", "9"], ["tenth", "10"]]
    heads = [column["name"] for column in table["columns"]]
    assert heads == ["run", "version", "ROC AUC", "average precision", "F1 at its own best"]
    ninth = ec.Evaluation(ec.load_run(library.folder / "b"))
    told = table["rows"][1][heads.index("ROC AUC")].removesuffix(" best")
    assert told == rate(ec.mean_of(ninth.roc_auc()).value)

    visitor.set(Key.BOARD, ["precision_at_recall"]).set(Key.BOARD_OF, "=dog")
    heads = [c["name"] for c in visitor.data(of_each(Key.BOARD_TABLE, SHARED))["columns"]]
    assert heads == ["run", "version", "precision at recall 0.9"]
    assert visitor.query["board_of"] == ["=dog"]

    visitor.set(of_each(Key.BOARD_PAIR, SHARED), ["a", "b"])
    visitor.app.button(key=of_each(Key.BOARD_COMPARE, SHARED)).click()
    visitor.run()
    assert (visitor.view.run, visitor.view.right) == ("b", "a")
    assert visitor.shows(Key.DIFFERENCES)


def test_runs_without_a_data_set_belong_together_by_their_inputs(library: Library) -> None:
    library.add("one")
    library.add("two", BETTER)
    library.add("three", PETS.replace("p1", "x1"))
    visitor = Visitor.at_runs(run="one")

    assert "the same 6 inputs" in visitor.text
    titles = [one.value for one in visitor.app.markdown if "the same" in one.value]
    assert len(titles) == 1


def test_a_library_of_single_runs_has_no_versions(library: Library) -> None:
    library.add("pets", dataset="pets")
    assert not Visitor.at_runs(run="pets").shows(Key.BOARD)
