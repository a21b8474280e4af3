"""The table over slices and splits: each row is what its part says alone, each number its list."""

from __future__ import annotations

import numpy as np
import pytest

import evalcore as ec
from pages._ui.session.keys import Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


@pytest.fixture
def pets(library: Library) -> ec.EvalRun:
    return ec.load_run(library.add("pets"))


@pytest.mark.parametrize("concept", [None, "cat"])
@pytest.mark.parametrize("by", ["=place", "splits"])
def test_each_row_is_what_its_part_says_alone(
    pets: ec.EvalRun, by: str, concept: str | None
) -> None:
    of = {} if concept is None else {"sliced_for": concept}
    visitor = Visitor.at_evaluate(run="pets", t="0.4", panel="slices", sliced_by=by, **of)
    table = visitor.table(Key.SUMMARY)
    column = pets.metadata["place"] if by == "=place" else np.array(pets.fold_names)[pets.folds]

    assert table.iloc[:, 0].tolist() == ["all inputs", *sorted(set(column.tolist()))]
    for name, row in zip(table.iloc[:, 0], table.to_dict("records"), strict=True):
        keep = np.flatnonzero(column == name) if name != "all inputs" else np.arange(6)
        counts = ec.Evaluation(pets.subset(keep)).counts(ec.Rule(0.4))
        counts = counts.pooled() if concept is None else counts.take(slice(1, 2))
        assert row["inputs"] == keep.size
        assert (row["TP"], row["FP"], row["FN"]) == (counts.tp[0], counts.fp[0], counts.fn[0])
        np.testing.assert_equal(row["precision"], ec.METRICS["precision"](counts)[0])


def test_a_number_turns_to_its_part_and_lists_its_inputs(pets: ec.EvalRun) -> None:
    del pets
    visitor = Visitor.at_evaluate(run="pets", t="0.3", panel="slices", sliced_for="cat")
    for row, place in ((1, "home"), (2, "park"), (0, None)):
        number = int(visitor.table(Key.SUMMARY)["TP"][row])
        visitor.pick_cell(Key.SUMMARY, row, "TP")
        assert visitor.view.slice == (None if place is None else ("place", place))
        assert visitor.headline.startswith(f"**true positives of cat**: {number} input")
        assert len(visitor.data(Key.GALLERY)["items"]) == number
        assert visitor.chosen(Key.SUMMARY) == (row, "TP")
        assert visitor.table(Key.SUMMARY)["inputs"][0] == 6, "the table stays that of the whole run"


def test_the_totals_are_the_averages_over_all_concepts(pets: ec.EvalRun) -> None:
    visitor = Visitor.at_evaluate(run="pets", t="0.4", find="dog")
    data = visitor.data(Key.SUMMARY)
    names = [column["name"] for column in data["columns"]]
    macro, micro = (dict(zip(names, row, strict=True)) for row in data["totals"])
    counts = ec.Evaluation(pets).counts(ec.Rule(0.4))

    assert len(data["rows"]) == 1
    for name, metric in (("recall", "recall"), ("precision", "precision"), ("F1", "f1")):
        assert macro[name] == ec.average(metric, counts).value
        assert micro[name] == ec.average(metric, counts, averaging="micro").value
    assert micro["FP"] == counts.fp.sum()
    assert macro["FP"] is None
