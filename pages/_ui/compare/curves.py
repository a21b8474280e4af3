"""Curves of one concept on both sides in one picture, and the two thresholds to drag."""

from __future__ import annotations

import math
from functools import partial

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
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View

__all__ = ["curves_panel", "points_of"]

AXES = {"precision_recall": ("recall", "precision"), "roc": ("false_positive_rate", "recall")}


def curves_panel(found: Compared, place: int) -> None:
    """Draw both curves of a concept, its operating points, and the thresholds behind them."""
    sides = found.comparison.both(place)
    with st.container(horizontal=True):
        for side, name, own, move in (
            ("Left", Key.LEFT_THRESHOLD, sides[0], _move_left),
            ("Right", Key.RIGHT_THRESHOLD, sides[1], _move_right),
        ):
            _slider(side, name, own, on_change=partial(move, own[1]))
    for column, kind, key in zip(
        st.columns(2),
        ("precision_recall", "roc"),
        (Key.PAIR_PRECISION_RECALL, Key.PAIR_ROC),
        strict=True,
    ):
        with column:
            _chart(kind, sides, key=key)


def _slider(label: str, key: Key, side: tuple[Side, str], *, on_change: partial[None]) -> None:
    own, name = side
    low, high = own.evaluation.score_range
    value = own.rule.threshold_of(name)
    state.seed(key, min(max(value, low), high))
    st.slider(
        f"{label}: threshold of {wording.escape(name)} ({wording.number(value)})",
        low,
        high,
        step=10.0 ** (math.floor(math.log10(high - low)) - 3),
        format="%.3f",
        key=key,
        on_change=on_change,
    )


def _chart(kind: str, sides: tuple[tuple[Side, str], tuple[Side, str]], *, key: Key) -> None:
    lines = [_line(kind, *side).assign(side=word) for word, side in zip(SIDES, sides, strict=True)]
    points = points_of(kind, sides)
    x, y = (axis.replace("_", " ") for axis in AXES[kind])
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


def _move_left(name: str) -> None:
    view: View = state.current()
    state.change(rule=view.rule.with_own({name: float(st.session_state[Key.LEFT_THRESHOLD])}))


def _move_right(name: str) -> None:
    kept = dict(pairs_of(state.current().right_own))
    kept[name] = repr(float(st.session_state[Key.RIGHT_THRESHOLD]))
    state.change(right_own=flat_of(kept.items()))
