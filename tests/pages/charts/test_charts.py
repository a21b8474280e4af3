"""The charts' specifications: constant, named data, what they draw and how they join it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pages._ui.charts import metric_lines, rank_curves, score_shape
from pages._ui.charts.marks import HERE, POINT, TOLD, enlarged

SPECS: dict[str, tuple[Callable[[], dict[str, Any]], set[str]]] = {
    "precision_recall": (
        rank_curves.precision_recall_spec,
        {rank_curves.CURVE, rank_curves.SPLITS, TOLD, POINT},
    ),
    "roc": (rank_curves.roc_spec, {rank_curves.CURVE, rank_curves.SPLITS, TOLD, POINT}),
    "metric_lines": (metric_lines.metric_lines_spec, {metric_lines.LINES, TOLD, POINT, HERE}),
    "distribution": (score_shape.distribution_spec, {score_shape.BARS, HERE}),
    "reliability": (score_shape.reliability_spec, {score_shape.BINS, HERE}),
}


def layers(name: str, kind: str) -> list[dict[str, Any]]:
    spec = SPECS[name][0]()
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_takes_its_data_by_name_and_brings_only_its_diagonal(name: str) -> None:
    make, wanted = SPECS[name]
    spec = make()
    asked = {layer["data"]["name"] for layer in spec["layer"]}
    assert asked - set(spec.get("datasets", {})) == wanted
    for rows in spec.get("datasets", {}).values():
        assert rows == [{"across": 0, "up": 0}, {"across": 1, "up": 1}]


@pytest.mark.parametrize("name", SPECS)
def test_a_specification_is_made_once(name: str) -> None:
    make = SPECS[name][0]
    assert make() is make()
    assert json.loads(json.dumps(make())) == make()


def test_precision_holds_down_to_the_next_recall_and_roc_is_joined_straight() -> None:
    assert {line["mark"]["interpolate"] for line in layers("precision_recall", "line")} == {
        "step-after"
    }
    curves = [line for line in layers("roc", "line") if "order" in line["encoding"]]
    assert {line["mark"]["interpolate"] for line in curves} == {"linear"}
    for line in [*layers("precision_recall", "line"), *curves]:
        assert line["encoding"]["order"]["field"] == "k"


def test_each_splits_line_is_its_own() -> None:
    for name in ("precision_recall", "roc"):
        (splits,) = (
            line for line in layers(name, "line") if line["data"]["name"] == rank_curves.SPLITS
        )
        assert splits["encoding"]["detail"]["field"] == "split"
        assert splits["mark"]["strokeWidth"] < 1


def test_a_metric_holds_from_its_threshold_on_in_line_and_band() -> None:
    for kind in ("line", "area"):
        (layer,) = layers("metric_lines", kind)
        assert layer["mark"]["interpolate"] == "step-after"
    assert layer["encoding"]["y"]["field"] == "low"
    assert layer["encoding"]["y2"]["field"] == "high"
    assert layer["encoding"]["color"]["scale"]["domain"] == list(metric_lines.NAMES.values())


@pytest.mark.parametrize("name", SPECS)
def test_every_field_has_a_neutral_name(name: str) -> None:
    text = json.dumps(SPECS[name][0]())
    fields = {part.split('"')[0] for part in text.split('"field": "')[1:]}
    assert all(field.isalnum() for field in fields)


@pytest.mark.parametrize("name", SPECS)
def test_marks_that_do_not_follow_the_theme_have_a_colour_for_both(name: str) -> None:
    for rule in layers(name, "rule"):
        assert rule["mark"]["color"] == "#7f8a96"
    for point in layers(name, "point"):
        if point["data"]["name"] == POINT:
            assert point["mark"]["stroke"] == "#ffffff"


def test_a_chart_for_the_room_has_larger_words_and_the_other_stays() -> None:
    spec = metric_lines.metric_lines_spec()
    before = json.dumps(spec)
    large = enlarged(spec, 1.4)

    assert large["height"] == pytest.approx(1.4 * spec["height"])
    assert large["config"]["axis"]["labelFontSize"] == pytest.approx(15.4)
    assert '"labelFontSize": 11' not in json.dumps(large)
    assert json.dumps(spec) == before
    assert enlarged(spec, 1) is spec


@pytest.mark.parametrize("highest", [0.02, 0.09, 0.3, 1.0])
def test_each_side_of_the_scores_has_a_share_on_its_axis_however_low_its_bars_are(
    highest: float,
) -> None:
    (bars,) = layers("distribution", "rect")
    marked = bars["encoding"]["y"]["axis"]["values"]
    assert any(0 < share <= highest for share in marked)
    assert any(-highest <= share < 0 for share in marked)
    assert 0 in marked
