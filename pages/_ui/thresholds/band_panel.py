"""The review band: accept above, reject below, people look at what lies between."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import text_column
from evalcore.choosing.review_band import Band, review_band
from evalcore.errors import name_list
from pages._ui import wording
from pages._ui.components.table.data import CellKind
from pages._ui.components.table.table import table
from pages._ui.numbers.linked_table import CONCEPT, Link, LinkedTable
from pages._ui.numbers.number_field import number_field
from pages._ui.numbers.typed_number import TypedRange
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Key
from pages._ui.session.plan import RANGES
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.thresholds.preview import preview_panel
from pages._ui.thresholds.production_panel import per_day, volume_input

__all__ = ["band_panel"]

TABLE_HEIGHT = 460
ENDS: dict[str, tuple[str, str]] = {
    ">": ("reject up to", "accept above"),
    ">=": ("reject below", "accept from"),
}
"""An input on a threshold is rejected under ``>`` and accepted under ``>=``."""
COUNTED = frozenset({"accepted", "accepted wrong", "reviewed", "rejected", "rejected wrong"})
PER_DAY = ("reviewed/day", "accepted wrong/day", "rejected wrong/day")
_LINKS: dict[str, Link] = {
    "accepted": ec.Predicted,
    "reviewed": lambda concept: ec.Flip(concept, "leave"),
    "accepted wrong": lambda concept: ec.Outcome(concept, "FP"),
    "rejected wrong": lambda concept: ec.Outcome(concept, "FN"),
}
_KINDS: dict[str, CellKind] = {
    **{name: "threshold" for names in ENDS.values() for name in names},
    **dict.fromkeys(PER_DAY, "written"),
}


def band_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Let people make the two promises; say what band keeps them and what it costs."""
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        is_whole = [
            _share("Precision of what is accepted, at least", "accept", view.plan.accept),
            _share("Share of positives rejected, at most", "miss", view.plan.miss),
            volume_input(view.plan),
        ]
    if not all(is_whole):
        return
    band = _band(evaluation, view)
    for sentence in _sentences(evaluation, view, band):
        st.markdown(sentence)
    shown = _table(evaluation, view, band)
    table(
        {
            "field": "band",
            "columns": shown.heads,
            "rows": shown.rows,
            "totals": shown.totals,
            "selected": None if view.trial is None else shown.cell_of(view.target),
            "sort": None,
            "height": TABLE_HEIGHT if view.trial is None else TABLE_HEIGHT // 2,
            "caption": "Review band of each concept",
            "empty": "",
        },
        key=Key.BAND,
        on_pick=_picked,
        on_sort=lambda: None,
    )
    preview_panel(evaluation, view)
    st.caption(
        "Counts are inputs of this run, and links to them. A dash: no threshold keeps that "
        "promise, so nothing is accepted (or rejected) unseen. Per day: at the volume and the "
        "prevalences set under In production."
    )


def _share(label: str, name: str, value: float) -> bool:
    low, high = RANGES[name]
    return number_field(
        label,
        {"accept": Key.ACCEPT, "miss": Key.MISS}[name],
        value,
        within=TypedRange(name="This share", low=low, high=high, example="0.95"),
        take=lambda number: state.set_plan(**{name: number}),
        width=260,
    )


def _band(evaluation: ec.Evaluation, view: View) -> Band:
    rule, plan = view.rule, view.plan
    asked = (plan.accept, plan.miss, rule.operator, rule.mode)
    key = AnswerKey.of("review band", evaluation.run, *asked)
    return _kept(key, evaluation, view)


@st.cache_resource(max_entries=64, show_spinner="Looking at every pair of thresholds …")
def _kept(key: AnswerKey, _evaluation: ec.Evaluation, _view: View) -> Band:  # noqa: ARG001 - the key
    rule, plan = _view.rule, _view.plan
    return review_band(
        _evaluation,
        precision=plan.accept,
        missed=plan.miss,
        operator=rule.operator,
        decision=rule.mode,
    )


def _sentences(evaluation: ec.Evaluation, view: View, band: Band) -> list[str]:
    names = evaluation.run.concepts
    reviewed = band.reviewed.total
    j = int(reviewed.argmax())
    total = int(band.accepted.total[j] + reviewed[j] + band.rejected.total[j])
    largest = (
        f"The largest band is that of **{wording.escape(names[j])}**: people look at "
        f"{int(reviewed[j]):,} of {total:,} inputs; {int(band.accepted.total[j]):,} are accepted "
        f"unseen, {int(band.accepted.negatives[j]):,} of them wrong, and "
        f"{int(band.rejected.total[j]):,} rejected unseen, "
        f"{int(band.rejected.positives[j]):,} of them wrong."
    )
    said = [largest]
    if len(names) > 1:
        n = int(reviewed.sum())
        asked = wording.plural(n, "question")
        said.append(
            f"Over all concepts that is {asked}: an input is looked at for each concept by itself."
        )
    unkept = [name for name, met in zip(names, band.accept.met, strict=True) if not met]
    if unkept:
        named = name_list(map(wording.escape, unkept), limit=5)
        least = wording.shortest(view.plan.accept)
        said.append(f"No threshold accepts {named} with a precision of {least}.")
    return said


def _table(evaluation: ec.Evaluation, view: View, band: Band) -> LinkedTable:
    day = band.per_day(view.plan.volume, prevalence=_prevalence(evaluation, view))
    reject, accept = ENDS[view.rule.operator]
    columns: dict[str, Any] = {
        CONCEPT: text_column(evaluation.run.concepts),
        reject: band.reject.threshold,
        accept: band.accept.threshold,
        "accepted": band.accepted.total,
        "accepted wrong": band.accepted.negatives,
        "reviewed": band.reviewed.total,
        "rejected": band.rejected.total,
        "rejected wrong": band.rejected.positives,
        "load": band.load,
    }
    days = dict(
        zip(PER_DAY, (day.reviewed, day.wrongly_accepted, day.wrongly_rejected), strict=True)
    )
    totals: list[str | float | None] = [
        int(values.sum()) if name in COUNTED else None for name, values in columns.items()
    ]
    totals += [per_day(float(np.nansum(values))) for values in days.values()]
    columns |= {name: text_column(map(per_day, values)) for name, values in days.items()}
    several = evaluation.run.n_concepts > 1
    return LinkedTable(
        columns=columns,
        links=_LINKS,
        kinds=_KINDS,
        totals=[["together", *totals[1:]]] if several else (),
    )


def _prevalence(evaluation: ec.Evaluation, view: View) -> Any:  # noqa: ANN401 - an array
    share = ec.METRICS["prevalence"](evaluation.counts(view.rule))
    for name, value in view.plan.prevalences:
        share[evaluation.run.position_of(name)] = value
    return share


def _picked() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    band, pick = _band(evaluation, view), st.session_state[Key.BAND]["pick"]
    row = int(pick["row"])
    target = _table(evaluation, view, band).target(row, int(pick["column"]))
    if target is None:
        return
    name = evaluation.run.concepts[row]
    rule = view.rule
    low, high = (
        rule.with_own({name: float(choice.threshold[row])}) if choice.met[row] else None
        for choice in (band.reject, band.accept)
    )
    live = low if isinstance(target, ec.Outcome) and target.outcome == "FN" else high
    if live is None or (isinstance(target, ec.Flip) and low is None):
        state.complain("There is no threshold on that side of the band, so no list to show.")
        return
    state.change(
        target=target, trial=live, trial_pinned=low if isinstance(target, ec.Flip) else None
    )
