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
from pages._ui.numbers.number_field import number_field, written_number
from pages._ui.numbers.typed_cells import TypedColumn, typed_column
from pages._ui.numbers.typed_number import TypedRange
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.plan import RANGES, Plan
from pages._ui.session.view import View

__all__ = ["expected", "expected_in_words", "per_day", "production_panel", "volume_input"]

ROW_HEIGHT = 32
MOST_HEIGHT = 470
SHARES = st.column_config.TextColumn(
    "prevalence",
    help="Share of the inputs in production that show the concept; the run's own until you "
    "type another, such as 0.02 or 2 %. Clear it to go back.",
    alignment="right",
)
SHARE = TypedRange(
    name="A prevalence",
    low=RANGES["prevalence"][0],
    high=RANGES["prevalence"][1],
    example="0.02 or 2 %",
)


def production_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Let people set volume and prevalence; say what is predicted, wrong and missed per day."""
    if not volume_input(view.plan):
        return
    day = expected(evaluation, view)
    st.markdown(expected_in_words(evaluation.run.concepts, day))
    own = dict(view.plan.prevalences)
    names = evaluation.run.concepts
    shares = typed_column(
        Key.SHARES,
        {
            name: written_number(own[name], SHARE) if name in own else f"{share:.4g}"
            for name, share in zip(names, day.prevalence.tolist(), strict=True)
        },
    )
    shares.say_refused()
    rows = _rows(evaluation, day, shares)
    edited = st.data_editor(
        rows,
        key=f"{Key.SHARES}-{hash((view.rule, view.plan, tuple(shares.texts.values())))}",
        hide_index=True,
        disabled=[str(name) for name in rows if name != "prevalence"],
        column_config={
            "concept": st.column_config.TextColumn("concept"),
            "prevalence": SHARES,
            "in the run": st.column_config.NumberColumn("in the run", format="%.4g"),
        },
        row_height=ROW_HEIGHT,
        height=min(MOST_HEIGHT, ROW_HEIGHT * (len(rows) + 1) + 3),
        placeholder=wording.UNDEFINED,
    )
    _apply_edits(shares, edited, view.plan)
    sure = wording.percent(round(day.confidence, 12))
    st.caption(
        f"Under the live rule. Limits hold together with {sure} confidence for each concept; they "
        "bound the average day, a single day scatters around it. It is supposed that only the mix "
        "of inputs differs from the test set: positives are found, and negatives mistaken, as "
        "often as there."
    )


def volume_input(plan: Plan) -> bool:
    """Let people say how many inputs a day there are; return whether that is said."""
    low, high = RANGES["volume"]
    return number_field(
        "Inputs per day",
        Key.VOLUME,
        plan.volume,
        within=TypedRange(name="This volume", low=low, high=high, example="1000"),
        take=lambda number: state.set_plan(volume=number),
        width=170,
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
        f"Of {per_day(day.volume)} inputs a day, **{per_day(day.predicted.value[j])}** are "
        f"expected to be predicted **{name}**, {per_day(day.wrong.value[j])} of them wrong "
        f"(precision {wording.rate(float(day.precision.value[j]))}), and "
        f"{per_day(day.missed.value[j])} are missed{most}."
    )


def _rows(evaluation: ec.Evaluation, day: Production, shares: TypedColumn) -> pd.DataFrame:
    names = evaluation.run.concepts
    counts_share = evaluation.run.labels.total / np.maximum(evaluation.run.labels.n_known, 1)
    columns: dict[str, Any] = {
        "concept": list(names),
        "prevalence": [shares.texts[name] for name in names],
        "in the run": counts_share,
    }
    for name in ("predicted", "wrong", "missed"):
        columns[f"{name} per day"] = _with_limits(getattr(day, name), per_day)
    columns["precision to expect"] = _with_limits(day.precision, wording.rate)
    rows = pd.DataFrame(columns)
    # beside a share that was refused stands nothing that was computed with another one
    rows.loc[rows["concept"].isin(list(shares.refused)), list(columns)[3:]] = wording.UNDEFINED
    return rows


def _with_limits(estimate: Estimate, written: Any) -> list[str]:  # noqa: ANN401 - a function
    triples = zip(estimate.value, estimate.low, estimate.high, strict=True)
    return [
        wording.UNDEFINED if math.isnan(v) else f"{written(v)}  ({written(a)} to {written(b)})"
        for v, a, b in ((float(v), float(a), float(b)) for v, a, b in triples)
    ]


def per_day(value: float) -> str:
    """Return inputs per day: whole ones where there are many, a decimal where there are few."""
    if math.isnan(value):
        return wording.UNDEFINED
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def _apply_edits(shares: TypedColumn, edited: pd.DataFrame, plan: Plan) -> None:
    pairs = zip(edited["concept"], edited["prevalence"], strict=True)
    typed, is_changed = shares.take(pairs, SHARE)
    if typed:
        set_now = dict(plan.prevalences) | typed
        kept = {name: share for name, share in set_now.items() if share is not None}
        state.set_plan(prevalences=tuple(sorted(kept.items())))
    if is_changed:
        st.rerun()
