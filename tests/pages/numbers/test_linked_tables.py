"""Tables whose cells are links, and the strip of highlights."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

import evalcore as ec
from pages._ui.inputs.listing import listing
from pages._ui.numbers import highlights, linked_tables
from pages._ui.numbers.linked_table import LinkedTable
from tests.support.cases import Case, random_case, random_rule
from tests.support.visitor import frame_of, joined

SEEDS = range(6)


def frame(table: LinkedTable) -> pd.DataFrame:
    return frame_of(table.heads, table.rows)


def random_tables(seed: int) -> tuple[Case, ec.Rule, ec.Rule, list[LinkedTable]]:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule, pinned = (random_rule(rng, case.concepts) for _ in range(2))
    summary = linked_tables.summary(case.evaluation, rule, find="", every_column=True)
    flips = linked_tables.flips(case.evaluation, case.evaluation.flips(pinned, rule), find="")
    return case, rule, pinned, [summary, flips]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_count_links_to_a_list_of_that_length(seed: int) -> None:
    case, rule, pinned, both = random_tables(seed)
    for table in both:
        shown = frame(table)
        for row, column in product(range(len(shown)), range(len(shown.columns))):
            target = table.target(row, column)
            number = shown.iloc[row, column]
            if target is None or not isinstance(number, np.integer):
                continue
            found = listing(
                case.evaluation,
                target,
                rule=rule,
                pinned=pinned,
                shown=np.arange(case.n_concepts),
                sort="score",
            )
            assert len(found.members) == found.stated == number, (column, target)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_count_is_a_link(seed: int) -> None:
    for table in random_tables(seed)[-1]:
        for head in table.heads:
            assert head["link"] == (head["name"] in table.links)
            assert head["link"] or head["kind"] != "count"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_chosen_cell_is_one_that_links_to_the_target(seed: int) -> None:
    for table in random_tables(seed)[-1]:
        shown = frame(table)
        for row, column in product(range(len(shown)), range(len(shown.columns))):
            target = table.target(row, column)
            assert (target is not None) == table.heads[column]["link"]
            if target is not None:
                cell = table.cell_of(target)
                assert cell is not None
                assert table.target(*cell) == target
                assert 0 <= cell[1] < len(shown.columns), "what is not shown can't be chosen"


def test_a_target_of_a_column_that_is_not_shown_is_not_chosen(small_case: Case) -> None:
    """A link to TN opened while the column TN is folded away must not break the table."""
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.5), find="", every_column=False)
    assert table.cell_of(ec.Outcome("dog", "TN")) is None
    one_sided = small_case.evaluation.flips(ec.Rule(0.5), ec.Rule(0.2))
    flips = linked_tables.flips(small_case.evaluation, one_sided, find="")
    for labelled in (None, True, False):
        cell = flips.cell_of(ec.Flip("dog", "leave", labelled))
        assert cell is None or 0 <= cell[1] < len(flips.heads)


@pytest.mark.parametrize(
    "target",
    [None, ec.Labelled(None), ec.Predicted(None), ec.Cell("dog", "cat"), ec.Labelled("dragon")],
)
def test_what_no_cell_links_to_is_not_chosen(target: object, small_case: Case) -> None:
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.5), find="", every_column=True)
    assert table.cell_of(target) is None


@pytest.mark.parametrize(("row", "column"), [(-1, "TP"), (3, "TP"), (0, "F1"), (0, "AUC sd")])
def test_a_cell_that_is_no_link_has_no_target(row: int, column: str, small_case: Case) -> None:
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.5), find="", every_column=True)
    assert table.target(row, list(table.columns).index(column)) is None


@pytest.mark.parametrize("column", [-1, 99, 10**9])
def test_a_cell_of_no_column_has_no_target(column: int, small_case: Case) -> None:
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.5), find="", every_column=True)
    assert table.target(0, column) is None


@pytest.mark.parametrize(
    ("find", "found"),
    [("", 3), ("DO", 1), ("  cat ", 1), ("d", 2), ("zebra", 0)],
)
def test_the_search_ignores_case_and_spaces_around(find: str, found: int, small_case: Case) -> None:
    table = linked_tables.summary(
        small_case.evaluation, ec.Rule(0.5), find=find, every_column=False
    )
    assert len(table.rows) == found


def test_the_search_finds_capitals_by_small_letters() -> None:
    run = ec.EvalRun.from_arrays([[0.1, 0.2]], [[0]], concepts=["DOG", "straße"])
    evaluation = ec.Evaluation(run)
    for find in ("dog", "Dog", "STRASSE"):
        table = linked_tables.summary(evaluation, ec.Rule(0.5), find=find, every_column=False)
        assert len(table.rows) == 1, find


def test_counts_are_whole_and_rates_have_three_decimals(small_case: Case) -> None:
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.5), find="", every_column=True)
    for column, head in enumerate(table.heads):
        kind = np.asarray(table.columns[head["name"]]).dtype.kind
        values = [row[column] for row in table.rows]
        if kind in "iu":
            assert head["kind"] == "count", "drawn whole, with separators"
            assert {type(value) for value in values} == {int}
        elif kind == "f":
            assert head["kind"] == "rate", "drawn with three decimals"
            assert {type(value) for value in values} <= {float, type(None)}
        else:
            assert (column, head["kind"]) == (0, "text")
    assert {head["kind"] for head in table.heads} == {"text", "count", "rate"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_tables_are_plain_json_without_nan(seed: int) -> None:
    for table in random_tables(seed)[-1]:
        json.dumps([table.heads, table.rows], allow_nan=False)
        for row, concept in enumerate(table.columns["concept"]):
            assert table.rows[row][0] == concept
        for column, values in enumerate(table.columns.values()):
            shown = [row[column] for row in table.rows]
            for value, given in zip(shown, list(values), strict=True):
                assert (value is None) == (given != given)  # noqa: PLR0124 - NaN
                assert value is None or value == given


def test_undefined_rates_are_missing_and_not_zero(small_case: Case) -> None:
    table = linked_tables.summary(small_case.evaluation, ec.Rule(0.9), find="", every_column=False)
    assert frame(table)["precision"].isna().all()
    assert (frame(table)["recall"] == 0).all()


@pytest.fixture
def moved() -> tuple[ec.Evaluation, ec.Rule, ec.Rule]:
    scores = [[0.9, 0.1], [0.6, 0.2], [0.55, 0.3], [0.2, 0.45]]
    run = ec.EvalRun.from_arrays(
        scores, [[0], [0], [], [1]], concepts=["dog*", "cat"], task="multi_label"
    )
    return ec.Evaluation(run), ec.Rule(0.5), ec.Rule(0.4)


def test_flips_are_told_in_words_with_their_counts(
    moved: tuple[ec.Evaluation, ec.Rule, ec.Rule],
) -> None:
    evaluation, low, _ = moved
    high = ec.Rule(0.62)
    changes = evaluation.flips(low, high)
    text = joined(linked_tables.flips_in_words(evaluation, changes, pinned=low, rule=high))
    assert text.startswith("**0.50 to 0.62**: 2 predictions leave, 1 of them wrong, 1 right.")
    assert "leave dog*, 1 of them wrong" in text, "names stand in it letter by letter"


def test_one_flip_is_told_in_the_singular(moved: tuple[ec.Evaluation, ec.Rule, ec.Rule]) -> None:
    evaluation, before, after = moved
    changes = evaluation.flips(before, after)
    text = joined(linked_tables.flips_in_words(evaluation, changes, pinned=before, rule=after))
    assert "1 prediction enters, 1 of them right, 0 wrong" in text
    assert "1 predictions" not in text
    back = joined(
        linked_tables.flips_in_words(
            evaluation, evaluation.flips(after, before), pinned=after, rule=before
        )
    )
    assert "1 prediction leaves, 0 of them wrong, 1 right" in back


def test_no_flip_is_told(moved: tuple[ec.Evaluation, ec.Rule, ec.Rule]) -> None:
    evaluation, rule, _ = moved
    changes = evaluation.flips(rule, rule)
    text = joined(linked_tables.flips_in_words(evaluation, changes, pinned=rule, rule=rule))
    assert text == "**0.50 to 0.50**: no prediction changes."


def test_concepts_that_change_most_come_first() -> None:
    rng = np.random.default_rng(2)
    case = random_case(rng, n_inputs=60, n_concepts=6)
    table = linked_tables.flips(
        case.evaluation, case.evaluation.flips(ec.Rule(0.2), ec.Rule(0.7)), find=""
    )
    shown = frame(table)
    sides = [side for side in ("leave", "enter") if side in shown]
    totals = shown[sides].sum(axis=1).tolist()
    assert totals == sorted(totals, reverse=True)
    assert min(totals) > 0


# -------------------------------------------------------------------------------- the highlights


def strip(evaluation: ec.Evaluation, rule: ec.Rule, pinned: ec.Rule) -> dict[str, dict[str, str]]:
    return {
        item["label"]: dict(item) for item in highlights.strip(evaluation, rule=rule, pinned=pinned)
    }


def test_undefined_highlights_are_dashes(small_case: Case) -> None:
    shown = strip(small_case.evaluation, ec.Rule(0.9), ec.Rule(0.5))
    assert shown["macro precision"]["value"] == shown["micro precision"]["value"] == "–"
    assert shown["macro precision"]["delta"] == ""
    assert shown["macro precision"]["tone"] == "same"
    assert "Over 0 of 3 concepts" in shown["macro precision"]["hint"]
    assert shown["macro recall"]["value"] == "0.000"


@pytest.mark.parametrize("seed", SEEDS)
def test_an_average_says_over_how_many_concepts_it_was_taken(seed: int) -> None:
    case, rule, pinned, _ = random_tables(seed)
    counts = case.evaluation.counts(rule)
    for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
        values = ec.METRICS[metric](counts)
        defined = int((~np.isnan(values)).sum())
        item = strip(case.evaluation, rule, pinned)[f"macro {name}"]
        assert f"Over {defined} of {case.n_concepts} concepts" in item["hint"]
        if defined:
            assert item["value"] == f"{np.nanmean(values):.3f}"


def test_a_change_has_the_tone_of_its_sign(small_case: Case) -> None:
    better = strip(small_case.evaluation, ec.Rule(0.2), ec.Rule(0.6))
    assert better["micro recall"]["tone"] == "better"
    assert better["micro recall"]["delta"].startswith("+")
    assert (
        strip(small_case.evaluation, ec.Rule(0.6), ec.Rule(0.2))["micro recall"]["tone"] == "worse"
    )
    still = strip(small_case.evaluation, ec.Rule(0.5), ec.Rule(0.5))
    assert {item["tone"] for item in still.values()} == {"same"}


def test_the_run_roc_auc_does_not_follow_the_threshold(small_case: Case) -> None:
    values = {
        strip(small_case.evaluation, ec.Rule(t), ec.Rule(0.5))["run ROC AUC"]["value"]
        for t in (0.1, 0.5, 0.9)
    }
    assert len(values) == 1


@pytest.mark.parametrize(
    ("task", "name"), [("single_label", "accuracy"), ("multi_label", "exact match")]
)
def test_the_share_of_right_inputs_is_named_by_the_task(task: str, name: str) -> None:
    case = random_case(np.random.default_rng(0), task=task)
    names = set(strip(case.evaluation, ec.Rule(0.5), ec.Rule(0.5)))
    assert name in names
    assert len(names & {"accuracy", "exact match"}) == 1


def test_only_what_can_be_pressed_is_a_link(small_case: Case) -> None:
    pressed = {
        label: item["press"]
        for label, item in strip(small_case.evaluation, ec.Rule(0.5), ec.Rule(0.5)).items()
        if item["press"] is not None
    }
    assert pressed == {"nothing predicted": "nothing"}


def test_intervals_stand_beside_the_rates_that_they_are_of() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.8], [0.2]], [[0], [], [0]], concepts=["dog"])
    evaluation, rule = ec.Evaluation(run), ec.Rule(0.5)
    plain = linked_tables.summary(evaluation, rule, find="", every_column=False)
    wide = linked_tables.summary(evaluation, rule, find="", every_column=False, intervals=True)

    names = list(wide.columns)
    for name in ("recall", "precision", "F1"):
        assert names[names.index(name) + 1] == f"{name} 95 %"
    assert [name for name in names if not name.endswith("95 %")] == list(plain.columns)
    assert wide.columns["recall 95 %"].tolist() == ["0.09–0.91"]
