"""The Compare page: its figures are the core's, its counts open exactly their inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.comparison.pairing import pair_concepts, pair_inputs
from evalcore.comparison.sides import Comparison, Side, compare
from evalcore.decisions import Pinned, draw_up, record
from evalcore.decisions.carry_over import carry_over, kept_rows
from evalcore.decisions.digests import digest_of_inputs
from evalcore.store import Store
from evalcore.truth import entries
from evalcore.truth.log import stream_of
from evalcore.truth.votes import Pair
from pages._ui.compare.curves import answer_at, marks_of
from pages._ui.server.live import Asked
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import PETS, Library
from tests.support.visitor import Visitor

BETTER = """id,labels,fold,place,score:dog,score:cat,score:bird
p1,dog,a,home,0.9,0.1,0.1
p2,dog|cat,a,home,0.8,0.7,0.1
p3,cat,a,park,0.4,0.6,0.3
p4,cat,b,park,0.4,0.4,0.2
p5,,b,park,0.3,0.2,0.2
p6,bird,b,home,0.1,0.1,0.7
"""


def at_compare(**query: str | list[str]) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.switch_page("pages/compare.py")
    return visitor.run()


@pytest.fixture
def pets(library: Library) -> tuple[ec.EvalRun, ec.EvalRun]:
    return (
        ec.load_run(library.add("pets", PETS)),
        ec.load_run(library.add("pets2", BETTER)),
    )


def comparison_of(left: ec.EvalRun, right: ec.EvalRun) -> Comparison:
    sides = [Side(evaluation=ec.Evaluation(run), rule=ec.Rule(0.5)) for run in (left, right)]
    return compare(
        *sides,
        pairing=pair_inputs(left, right),
        concepts=pair_concepts(left.concepts, right.concepts),
    )


def rows_of(visitor: Visitor) -> list[dict[str, object]]:
    data = visitor.data(Key.DIFFERENCES)
    names = [column["name"] for column in data["columns"]]
    return [dict(zip(names, row, strict=True)) for row in data["rows"]]


def said(visitor: Visitor) -> str:
    text = " ".join(markdown.value for markdown in visitor.app.markdown)
    return text.replace("\\", "").replace("\u2060", "")


def test_the_other_run_is_proposed_and_its_figures_are_the_cores(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets")
    comparison = comparison_of(*pets)
    left, right = (ec.METRICS["recall"](counts) for counts in comparison.counts())
    fates = comparison.fates()

    for k, row in enumerate(rows_of(visitor)):
        assert row["concept"] == comparison.concepts.left[k]
        assert row["left"] == (None if np.isnan(left[k]) else left[k])
        assert row["right"] == (None if np.isnan(right[k]) else right[k])
        assert (row["mended"], row["broken"]) == (fates["mended"][k], fates["broken"][k])
    told = said(visitor)
    assert "6 inputs of 6 on the left and 6 on the right are the same, by their ids" in told


def test_a_count_opens_exactly_its_inputs_with_both_scores(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets", right="pets2")
    comparison = comparison_of(*pets)

    for k, row in enumerate(rows_of(visitor)):
        for column, fate in (("mended", "mended"), ("broken", "broken")):
            visitor.pick_cell(Key.DIFFERENCES, k, column)
            items = visitor.data(Key.GALLERY)["items"]
            expected = comparison.members(k, fate)[0]  # type: ignore[arg-type]
            assert [item["id"] for item in items] == pets[0].ids[expected].tolist()
            assert len(items) == row[column]
            for item, position in zip(items, expected.tolist(), strict=True):
                assert [line["name"] for line in item["scores"]] == ["left", "right"]
                assert [float(line["score"]) for line in item["scores"]] == pytest.approx(
                    [float(run.scores[position, k]) for run in pets], abs=5e-4
                )


def test_every_metric_and_rule_can_be_chosen_and_stands_in_the_link(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    del pets
    visitor = at_compare(run="pets", right="pets2")

    for rule in ("own", "recall", "precision", "predicted", "cost", "same"):
        visitor.set(Key.RIGHT_RULE, rule)
    for metric in ("roc_auc", "average_precision", "f1", "accuracy", "specificity", "precision"):
        visitor.set(Key.COMPARED, metric)

    again = at_compare(run="pets", right="pets2", right_rule="recall", compared="precision")
    assert again.node(Key.RIGHT_RULE).value == "recall"
    assert again.node(Key.COMPARED).value == "precision"


def test_a_stricter_side_is_said_and_matched_by_one_click(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets", right="pets2")
    made = [int(counts.predicted.sum()) for counts in comparison_of(*pets).counts()]
    stricter = "left" if made[0] < made[1] else "right"
    assert min(made) < 0.9 * max(made)
    assert (
        f"The {stricter} side is stricter: the left makes {made[0]} predictions on 6 inputs, "
        f"the right makes {made[1]} predictions on 6 inputs."
    ) in said(visitor)
    assert "stricter" not in said(visitor.set(Key.COMPARED, "roc_auc"))
    visitor.set(Key.COMPARED, "recall")

    visitor.click("Compare with as many predicted")

    assert visitor.node(Key.RIGHT_RULE).value == "predicted"
    assert "stricter" not in said(visitor)


def test_what_could_not_be_matched_says_why(pets: tuple[ec.EvalRun, ec.EvalRun]) -> None:
    del pets
    visitor = at_compare(run="pets", right="pets2", right_rule="precision")

    # no bird is predicted on the left at 0.5
    assert "Not matched, as it is undefined on the left: bird." in said(visitor)


def test_the_matched_thresholds_can_be_taken_over(pets: tuple[ec.EvalRun, ec.EvalRun]) -> None:
    visitor = at_compare(run="pets", right="pets2", right_rule="recall")
    matched = {row["concept"]: row["right t"] for row in rows_of(visitor)}

    visitor.set_button(Key.TAKE_MATCHED)

    assert visitor.view.run == "pets2"
    assert {name: visitor.view.rule.threshold_of(name) for name in matched} == matched
    del pets


def test_a_part_of_the_run_is_compared_with_another(pets: tuple[ec.EvalRun, ec.EvalRun]) -> None:
    del pets
    visitor = at_compare(run="pets", slice=["place", "home"], right="pets")
    visitor.set(Key.RIGHT_PART, '["slice", "place", "park"]')

    assert "0 inputs of 3 on the left and 3 on the right are the same" in said(visitor)
    assert "mended" not in rows_of(visitor)[0]


def test_without_another_run_the_page_says_so(library: Library) -> None:
    library.add("pets")
    visitor = at_compare(run="pets")

    assert "There is no other run" in visitor.app.info[0].value


def test_the_next_version_of_the_kitchen_is_compared_at_the_same_recall(samples: Path) -> None:
    del samples
    visitor = at_compare(
        run="kitchen", right="kitchen_4", right_rule="recall", compared="precision"
    )

    assert "1,600 inputs of 1,600 on the left" in said(visitor)
    rows = {str(row["concept"]): row for row in rows_of(visitor)}
    # at the thresholds as they are, kitchen 4 finds less; at the same recall it is more precise
    assert rows["tomato"]["right"] > rows["tomato"]["left"]  # type: ignore[operator]
    assert rows["tomato"]["right t"] < rows["tomato"]["left t"]  # type: ignore[operator]


def test_a_cell_of_the_matrix_of_differences_lists_its_inputs(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets", right="pets2")
    comparison = comparison_of(*pets)
    left, right = comparison.matrices()
    data = visitor.data(Key.DIFFERENCE_MATRIX)
    side = len(data["rows"])
    assert data["values"] == (right - left).ravel().tolist()

    for cell in np.flatnonzero(np.array(data["values"])).tolist():
        row, column = divmod(cell, side)
        visitor.trigger(Key.DIFFERENCE_MATRIX, "pick", {"row": row, "column": column})
        places = [None if k == side - 1 else k for k in (row, column)]
        expected = comparison.changed(*places)[0]
        items = visitor.data(Key.GALLERY)["items"]
        assert [item["id"] for item in items] == pets[0].ids[expected].tolist()
        assert visitor.data(Key.DIFFERENCE_MATRIX)["selected"] == [row, column]


def test_both_thresholds_of_a_concept_can_be_dragged(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets", right="pets2", concept="cat")

    visitor.move_dial("0.65", key=Key.RIGHT_THRESHOLD)
    visitor.move_dial("0.45", key=Key.LEFT_THRESHOLD)

    cat = next(row for row in rows_of(visitor) if row["concept"] == "cat")
    assert (cat["left t"], cat["right t"]) == (0.45, 0.65)
    sides = [
        ec.METRICS["recall"](ec.Evaluation(run).counts(ec.Rule({"cat": t}, default=0.5)))[1]
        for run, t in zip(pets, (0.45, 0.65), strict=True)
    ]
    assert [cat["left"], cat["right"]] == sides
    assert rows_of(at_compare(**visitor.query)) == rows_of(visitor)
    # another rule takes the hand's thresholds back
    visitor.set(Key.RIGHT_RULE, "own")
    assert visitor.view.right_own == ()


def test_both_thresholds_are_followed_while_they_are_dragged(
    pets: tuple[ec.EvalRun, ec.EvalRun],
) -> None:
    visitor = at_compare(run="pets", right="pets2", concept="cat")
    comparison = comparison_of(*pets)
    sides = comparison.both(comparison.concepts.left.index("cat"))
    drawn = visitor.data(Key.MARKS)["charts"]
    assert [chart["points"] for chart in drawn] == [
        [list(point) for point in chart["points"]] for chart in marks_of(sides)
    ]
    for k, (side, field) in enumerate(zip(sides, ("left", "right"), strict=True)):
        for text in ("0.15", "0.45", "0.7"):
            board = answer_at(sides, k)(side[0].evaluation, Asked(threshold=text))
            rules = [ec.Rule(0.5), ec.Rule(0.5)]
            rules[k] = ec.Rule({"cat": float(text)}, default=0.5)
            for chart, (x, y) in zip(
                board["marks"],
                (("recall", "precision"), ("false_positive_rate", "recall")),
                strict=True,
            ):
                for point, run, rule in zip(chart["points"], pets, rules, strict=True):
                    counts = ec.Evaluation(run).counts(rule)
                    expected = [float(ec.METRICS[metric](counts)[1]) for metric in (x, y)]
                    assert point == (None if np.isnan(expected).any() else tuple(expected))
            numbers = board[field]  # type: ignore[literal-required]
            assert float(numbers["text"]) == float(text)
            assert set(board) == {"marks", field}
    # held still the page is not drawn anew: the live answers have told all
    visitor.move_dial("0.7", done=False, key=Key.LEFT_THRESHOLD)
    assert (visitor.view.rule.threshold, visitor.view.rule.by_concept) == (0.5, ())


def test_names_that_differ_by_case_or_accents_can_be_matched_and_parted(library: Library) -> None:
    library.add("pets")
    library.add("pets2", PETS.replace("score:dog", "score:Dóg").replace("dog", "Dóg"))
    visitor = at_compare(run="pets", right="pets2", own=["dog", "0.7"], t="0.5")
    assert [row["concept"] for row in rows_of(visitor)] == ["cat", "bird"]

    visitor.app.button(key=of_each(Key.MATCH_NAMES, "dog")).click()
    visitor.run()
    dog = rows_of(visitor)[0]
    assert (dog["concept"], dog["right t"], dog["left"]) == ("dog", 0.7, dog["right"])

    visitor.app.button(key=of_each(Key.UNMATCH_NAMES, "dog")).click()
    visitor.run()
    assert [row["concept"] for row in rows_of(visitor)] == ["cat", "bird"]


def test_a_decision_is_carried_over(
    pets: tuple[ec.EvalRun, ec.EvalRun], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    decision = draw_up(
        ec.Evaluation(pets[0]),
        ec.Rule({"dog": 0.45}, default=0.35),
        title="Find them all",
        author="Ada",
        goal=ec.Goal.recall_at_least(0.6),
        pinned=[Pinned(id="p4"), Pinned(id="p1")],
        run_key="pets",
    )
    with Store.open(tmp_path / "record.db") as store:
        record(store, decision)
    visitor = at_compare(run="pets", right="pets2")

    visitor.set(Key.CARRIED, decision.id)
    carried = carry_over(decision, ec.Evaluation(pets[1]), made_on=ec.Evaluation(pets[0]))
    assert visitor.app.dataframe[0].value.to_numpy().tolist() == [
        list(row) for row in kept_rows(carried)
    ]
    visitor.set(Key.RIGHT_RULE, "decision")
    assert {row["concept"]: row["right t"] for row in rows_of(visitor)}["dog"] == 0.45

    visitor.set_button(Key.RECORD_MATCHED)
    assert visitor.view.run == "pets2"
    assert visitor.view.rule == carried.applied.rule
    assert visitor.view.plan.section == "decisions"


def test_the_right_side_can_be_counted_by_the_agreed_labels(
    pets: tuple[ec.EvalRun, ec.EvalRun], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "record.db"
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(place))
    pair = Pair("p4", "dog")
    with Store.open(place) as store:
        stream = stream_of(digest_of_inputs(pets[0]))
        for voter in ("Ada", "Bo"):
            entries.cast(store, stream, voter=voter, pair=pair, answer="yes")
    visitor = at_compare(run="pets", right="pets", right_truth="agreed")

    dog = next(row for row in rows_of(visitor) if row["concept"] == "dog")
    assert (dog["left"], dog["right"]) == (0.5, 2 / 3)
    assert "1 input of these has another label on the right" in said(visitor)
