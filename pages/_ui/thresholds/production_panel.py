"""What the live rule comes to per day in production, at the prevalence that is met there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.measures.production import Estimate, Production, expect
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.plan import RANGES, Plan
from pages._ui.session.view import View

__all__ = ["expected", "expected_in_words", "production_panel", "volume_input"]

ROW_HEIGHT = 32
MOST_HEIGHT = 470
SHARES = st.column_config.NumberColumn(
    "prevalence",
    help="Share of the inputs in production that show the concept; the run's own until you "
    "type another. Clear it to go back.",
    format="%.4g",
    min_value=0.0,
    max_value=1.0,
)


def production_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Let people set volume and prevalence; say what is predicted, wrong and missed per day."""
    volume_input(view.plan)
    day = expected(evaluation, view)
    st.markdown(expected_in_words(evaluation.run.concepts, day))
    rows = _rows(evaluation, day)
    edited = st.data_editor(
        rows,
        key=f"{Key.SHARES}-{hash((view.rule, view.plan))}",
        hide_index=True,
        disabled=[str(name) for name in rows if name != "prevalence"],
        column_config={
            "concept": st.column_config.TextColumn("concept", pinned=True),
            "prevalence": SHARES,
            "in the run": st.column_config.NumberColumn("in the run", format="%.4g"),
        },
        row_height=ROW_HEIGHT,
        height=min(MOST_HEIGHT, ROW_HEIGHT * (len(rows) + 1) + 3),
        placeholder=wording.UNDEFINED,
    )
    _apply_edits(rows, edited, view.plan)
    st.caption(
        f"Under the live rule. Limits hold together with {100 * day.confidence:.10g} % confidence "
        "for each concept; they bound the average day, a single day scatters around it. It "
        "is supposed that only the mix of inputs differs from the test set: positives are found, "
        "and negatives mistaken, as often as there."
    )


def volume_input(plan: Plan) -> None:
    """Let people say how many inputs a day there are."""
    state.seed(Key.VOLUME, plan.volume)
    st.number_input(
        "Inputs per day",
        min_value=RANGES["volume"][0],
        max_value=RANGES["volume"][1],
        step=100.0,
        format="%.10g",
        key=Key.VOLUME,
        width=170,
        on_change=lambda: state.set_plan(volume=st.session_state[Key.VOLUME]),
    )


def expected(evaluation: ec.Evaluation, view: View) -> Production:
    """Return what to expect of every concept under the live rule and the plan."""
    counts = evaluation.counts(view.rule)
    prevalence = ec.METRICS["prevalence"](counts)
    for name, share in view.plan.prevalences:
        prevalence[evaluation.run.position_of(name)] = share
    return expect(counts, volume=view.plan.volume, prevalence=prevalence)


def expected_in_words(concepts: tuple[str, ...], day: Production) -> str:
    """Name the concept with the most mistakes a day, and count them. Markdown."""
    mistakes = np.nan_to_num(day.wrong.value) + np.nan_to_num(day.missed.value)
    j = int(mistakes.argmax())
    name = wording.escape(concepts[j])
    most = ": the most mistakes of any concept" if mistakes[j] > 0 and len(concepts) > 1 else ""
    return (
        f"Of {_per_day(day.volume)} inputs a day, **{_per_day(day.predicted.value[j])}** are "
        f"expected to be predicted **{name}**, {_per_day(day.wrong.value[j])} of them wrong "
        f"(precision {wording.rate(float(day.precision.value[j]))}), and "
        f"{_per_day(day.missed.value[j])} are missed{most}."
    )


def _rows(evaluation: ec.Evaluation, day: Production) -> pd.DataFrame:
    counts_share = evaluation.run.labels.total / np.maximum(evaluation.run.labels.n_known, 1)
    columns: dict[str, Any] = {
        "concept": list(evaluation.run.concepts),
        "prevalence": day.prevalence,
        "in the run": counts_share,
    }
    for name in ("predicted", "wrong", "missed"):
        columns[f"{name} per day"] = _with_limits(getattr(day, name), _per_day)
    columns["precision to expect"] = _with_limits(day.precision, wording.rate)
    return pd.DataFrame(columns)


def _with_limits(estimate: Estimate, written: Any) -> list[str]:  # noqa: ANN401 - a function
    triples = zip(estimate.value, estimate.low, estimate.high, strict=True)
    return [
        wording.UNDEFINED if math.isnan(v) else f"{written(v)}  ({written(a)} to {written(b)})"
        for v, a, b in ((float(v), float(a), float(b)) for v, a, b in triples)
    ]


def _per_day(value: float) -> str:
    """Return inputs per day: whole ones where there are many, a decimal where there are few."""
    if math.isnan(value):
        return wording.UNDEFINED
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def _apply_edits(rows: pd.DataFrame, edited: pd.DataFrame, plan: Plan) -> None:
    shares = dict(plan.prevalences)
    changed = False
    for name, before, value in zip(
        rows["concept"], rows["prevalence"], edited["prevalence"], strict=True
    ):
        if pd.isna(value) and name in shares:
            del shares[name]
        elif not pd.isna(value) and value != before:
            shares[name] = float(value)
        else:
            continue
        changed = True
    if changed:
        state.set_plan(prevalences=tuple(sorted(shares.items())))
        st.rerun()
