"""Curves of one concept on both sides in one picture, and the two thresholds to drag."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.comparison.sides import Side
from evalcore.concept.curves import Curve, precision_recall_curve, roc_curve
from evalcore.concept.staircase import staircase_of
from pages._ui import wording
from pages._ui.charts.marks import POINT, enlarged
from pages._ui.charts.rank_curves import CURVE, SIDES, pair_spec
from pages._ui.compare.compared import Compared, flat_of, pairs_of
from pages._ui.components.moving_marks.data import ChartMarks
from pages._ui.components.moving_marks.moving_marks import moving_marks
from pages._ui.components.threshold_slider.data import DialNumbers, Highlight
from pages._ui.numbers.rule_panel import place_dial
from pages._ui.server import live
from pages._ui.server.live import Answer, Asked
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell.attending import drags

__all__ = ["answer_at", "curves_panel", "marks_of", "points_of"]

AXES = {"precision_recall": ("recall", "precision"), "roc": ("false_positive_rate", "recall")}


def curves_panel(found: Compared, place: int) -> None:
    """Draw both curves of a concept, its operating points, and the thresholds behind them."""
    sides = found.comparison.both(place)
    marks = marks_of(sides)
    for column, k, key, move in zip(
        st.columns(2),
        (0, 1),
        (Key.LEFT_THRESHOLD, Key.RIGHT_THRESHOLD),
        (_move_left, _move_right),
        strict=True,
    ):
        side, name = sides[k]
        with column:
            st.markdown(f"{SIDES[k].capitalize()}: threshold of {wording.escape(name)}")
            place_dial(
                side.evaluation,
                numbers=_numbers(_Here.of(side.evaluation, side.rule, name)),
                pinned=side.rule.threshold_of(name),
                address=live.publish(side.evaluation, answer_at(sides, k), tell=drags()),
                on_move=partial(_moved, key, partial(move, name)),
                on_press=_press_nothing,
                key=key,
                field=SIDES[k],
            )
    for column, kind, key in zip(
        st.columns(2),
        ("precision_recall", "roc"),
        (Key.PAIR_PRECISION_RECALL, Key.PAIR_ROC),
        strict=True,
    ):
        with column:
            _chart(kind, sides, key=key)
    moving_marks({"field": "marks", "charts": marks, "curves": []}, key=Key.MARKS)


@dataclass(frozen=True, slots=True)
class _Here:
    """The counts of one concept at a threshold."""

    threshold: float
    counts: ec.Counts

    @classmethod
    def of(cls, evaluation: ec.Evaluation, rule: ec.Rule, name: str) -> _Here:
        j = evaluation.run.position_of(name)
        return cls(rule.threshold_of(name), evaluation.counts(rule).take([j]))

    def value(self, metric: str) -> float:
        return float(ec.METRICS[metric](self.counts)[0])


class PairBoard(TypedDict, total=False):
    """What follows one of the two thresholds while it is dragged."""

    left: DialNumbers
    right: DialNumbers
    marks: list[ChartMarks]


def answer_at(sides: tuple[tuple[Side, str], tuple[Side, str]], k: int) -> Answer:
    """Return what answers at other thresholds of one side; the other one stays where it is."""
    (own, name), (other, other_name) = sides[k], sides[1 - k]
    rule, there = own.rule, _Here.of(other.evaluation, other.rule, other_name)

    def answer(evaluation: ec.Evaluation, asked: Asked) -> PairBoard:
        at = rule.with_own({name: asked.threshold})  # type: ignore[dict-item]
        here = _Here.of(evaluation, at, name)
        points = (here, there) if k == 0 else (there, here)
        board: PairBoard = {"marks": _marks(points)}
        board["left" if k == 0 else "right"] = _numbers(here)
        return board

    return answer


def marks_of(sides: tuple[tuple[Side, str], tuple[Side, str]]) -> list[ChartMarks]:
    """Return the operating points in both charts, left before right."""
    first, second = (_Here.of(side.evaluation, side.rule, name) for side, name in sides)
    return _marks((first, second))


def _marks(points: tuple[_Here, _Here]) -> list[ChartMarks]:
    found: list[ChartMarks] = []
    for x, y in AXES.values():
        places = [(one.value(x), one.value(y)) for one in points]
        drawn = [None if any(map(math.isnan, place)) else place for place in places]
        name = f"{_said(y).capitalize()} against {_said(x)} on both sides"
        found.append({"name": name, "across": (0.0, 1.0), "points": drawn, "line": None})
    return found


def _said(axis: str) -> str:
    return axis.replace("_", " ")


def _numbers(point: _Here) -> DialNumbers:
    highlights: list[Highlight] = [
        {
            "label": name,
            "value": wording.rate(point.value(metric)),
            "delta": "",
            "tone": "same",
            "hint": "",
            "band": "",
            "press": None,
        }
        for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1"))
    ]
    return {
        "value": point.threshold,
        "text": wording.number(point.threshold),
        "at_pin": True,
        "pinned_text": "",
        "touching": "",
        "highlights": highlights,
        "disputes": "",
    }


def _moved(key: Key, move: Callable[[float], None]) -> None:
    sent = st.session_state[key].get("live")
    if sent and sent["done"]:  # held still the page need not be drawn: the answers have told all
        with suppress(ValueError):
            move(float(sent["text"]))


def _press_nothing() -> None:
    """Nothing in these dials is a link."""


def _chart(kind: str, sides: tuple[tuple[Side, str], tuple[Side, str]], *, key: Key) -> None:
    lines = [_line(kind, *side).assign(side=word) for word, side in zip(SIDES, sides, strict=True)]
    points = points_of(kind, sides)
    x, y = map(_said, AXES[kind])
    said = "; ".join(
        f"{row['side']}: {x} {row['xtext']}, {y} {row['ytext']}"
        for row in points.to_dict("records")
    )
    spec = enlarged(pair_spec(kind), state.scale())
    data = {CURVE: pd.concat(lines).to_dict("records"), POINT: points.to_dict("records")}
    st.vega_lite_chart(
        spec={**spec, "datasets": {**spec.get("datasets", {}), **data}},
        key=key,
        alt=f"{y.capitalize()} against {x} on both sides. {said or 'Undefined on both sides'}.",
    )


def _line(kind: str, side: Side, name: str) -> pd.DataFrame:
    mode = side.rule.mode_for(side.evaluation.run.task)
    steps = staircase_of(side.evaluation, name, mode=mode)
    curve: Curve = roc_curve(steps) if kind == "roc" else precision_recall_curve(steps)
    return pd.DataFrame({"x": curve.x, "y": curve.y, "k": curve.steps})


def points_of(kind: str, sides: tuple[tuple[Side, str], tuple[Side, str]]) -> pd.DataFrame:
    """Return the operating points that are defined, in the numbers of the axes."""
    rows = []
    for word, (side, name) in zip(SIDES, sides, strict=True):
        j = side.evaluation.run.position_of(name)
        counts = side.evaluation.counts(side.rule).take([j])
        x, y = (float(ec.METRICS[axis](counts)[0]) for axis in AXES[kind])
        if not math.isnan(x + y):
            threshold = wording.number(side.rule.threshold_of(name))
            texts = {"t": threshold, "xtext": wording.rate(x), "ytext": wording.rate(y)}
            rows.append({"side": word, "x": x, "y": y, **texts})
    return pd.DataFrame(rows, columns=["side", "x", "y", "t", "xtext", "ytext"])


def _move_left(name: str, threshold: float) -> None:
    view: View = state.current()
    state.change(rule=view.rule.with_own({name: threshold}))


def _move_right(name: str, threshold: float) -> None:
    kept = dict(pairs_of(state.current().right_own))
    kept[name] = repr(threshold)
    state.change(right_own=flat_of(kept.items()))
