"""What the page Improve draws: the verdict, the findings, and the inputs of the chosen one."""

from __future__ import annotations

import math
from functools import partial
from uuid import uuid4

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.verdict import Grade, VerdictRules
from evalcore.diagnosis.worklist import as_csv, as_json
from evalcore.wording import isolated, plural, rate
from pages._ui import wording
from pages._ui.improve.diagnosed import begin_measuring, measuring, stop_measuring
from pages._ui.inputs.plain_list import plain_list
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import View

__all__ = ["findings_panel", "measure_panel", "verdict_panel"]

EVERY = 0.5
VERDICT_WORDS = {
    "good": "Good",
    "ok": "OK",
    "poor": "Poor",
    "too_few": "Too few labelled inputs to tell",
    "biased": "and biased: concepts go by something that is not the concept",
    "unstable": "and unstable: splits differ by more than chance",
}
GRADE_WORDS: dict[Grade, str] = {
    "great": "great",
    "ok": "OK",
    "poor": "poor",
    "too_few": "too few to tell",
}
KIND_WORDS = {
    "label_errors": "Suspected labels",
    "cue": "Cue",
    "companion": "Companions",
    "confused": "Confused",
    "slice": "Worse slice",
    "concept_slice": "Worse for one concept",
    "too_few": "Too few labels",
    "duplicates": "Duplicates, other labels",
    "leak": "Duplicates across splits",
    "images": "Images",
    "open_set": "Open set",
    "never_predicted": "Never predicted",
    "not_probabilities": "Scores",
    "far_from_goal": "Threshold",
    "on_threshold": "Ties",
}


def verdict_panel(found: Diagnosis, run: ec.EvalRun) -> None:
    """Say how good the run is, and which concepts are how good."""
    st.subheader(f"{', '.join(VERDICT_WORDS[word] for word in found.run_verdict)}.")
    for grade, word in GRADE_WORDS.items():
        names = [
            isolated(name)
            for name, own in zip(run.concepts, found.verdicts.grades, strict=True)
            if own == grade
        ]
        if names:
            shown = ", ".join(names[:12]) + (f" and {len(names) - 12:,} more" * (len(names) > 12))
            said = f"{plural(len(names), 'concept')}: {shown}"
            st.markdown(f"**{wording.escape(word)}** · {wording.escape(said)}")
    rules = VerdictRules()
    st.markdown(
        wording.escape(
            f"Great: the lower ends of the 95 % intervals reach {rules.great_auc:g} for ROC AUC "
            f"and {rules.great_lift:g} of the way from the prevalence to 1 for average precision; "
            f"OK: {rules.ok_auc:g} and {rules.ok_lift:g}; poor: an upper end misses these. "
            f"{found.n_tests:,} questions were asked; of what was inferred at most one in a "
            "hundred is expected to be chance."
        )
    )


@st.fragment(run_every=EVERY)
def _progress(run: ec.EvalRun, who: str) -> None:
    job = measuring(run)
    if job is None or job.has_ended:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share_done, text="Measuring every input …")
        st.button("Stop", key=Key.STOP_MEASURING, on_click=partial(stop_measuring, run, who=who))


def measure_panel(run: ec.EvalRun) -> None:
    """Offer to measure images and texts, and show how far that is."""
    who: str = st.session_state.setdefault(Kept.MEASURER, uuid4().hex)
    job = measuring(run)
    if job is None and (run.images is not None or run.texts is not None):
        what = "images" if run.images is not None else "texts"
        st.button(
            f"Measure the {what} themselves: brightness, sharpness, size, duplicates"
            if what == "images"
            else "Measure the texts themselves: length, digits, capitals, script, duplicates",
            key=Key.MEASURE,
            on_click=partial(begin_measuring, run, who=who),
        )
    elif job is not None and not job.has_ended:
        _progress(run, who)
    elif job is not None and job.error is not None:
        st.error(wording.escape(str(job.error)))


def findings_panel(evaluation: ec.Evaluation, found: Diagnosis, view: View) -> None:
    """Draw every finding, the chosen one with exactly its inputs."""
    if not found.findings:
        st.success("Nothing was found that is more than chance.")
        return
    run, shown = evaluation.run, _shown(found, view)
    st.markdown(f"**{plural(len(found.findings), 'finding')}**, the most mistakes first.")
    for number, finding in enumerate(found.findings, start=1):
        with st.container(border=True):
            _one(number, finding, is_shown=finding is shown)
            if finding is shown:
                _inputs(evaluation, finding, view)
    with st.container(horizontal=True):
        for name, text, mime in (
            ("worklist.csv", as_csv(found.findings, run), "text/csv"),
            ("worklist.json", as_json(found.findings, run), "application/json"),
        ):
            st.download_button(
                f"Take away {name}",
                text,
                file_name=name,
                mime=mime,
                key=of_each(Key.WORKLIST, name),
                on_click="ignore",
            )


def _inputs(evaluation: ec.Evaluation, finding: Finding, view: View) -> None:
    plain_list(
        evaluation,
        np.asarray(finding.inputs),
        view=view,
        concepts=finding.concepts[:2],
        empty="No single input is behind this finding.",
    )


def _shown(found: Diagnosis, view: View) -> Finding:
    chosen = [finding for finding in found.findings if finding.key == view.finding]
    return chosen[0] if chosen else found.findings[0]


def _one(number: int, finding: Finding, *, is_shown: bool) -> None:
    st.markdown(f"**{number}. {KIND_WORDS[finding.kind]}** · {wording.escape(finding.headline)}")
    said = f"What to do: {finding.action} What it brings: {finding.gain}"
    st.markdown(wording.escape(said))
    with st.container(horizontal=True, vertical_alignment="center"):
        if finding.inputs.size:
            label = f"Show the {plural(finding.inputs.size, 'input')}"
            st.button(
                label if not is_shown else f"{plural(finding.inputs.size, 'input')} shown here",
                key=of_each(Key.FINDING, finding.key),
                type="primary" if is_shown else "secondary",
                on_click=partial(_choose, finding.key),
            )
        st.markdown(wording.escape(_sure(finding)))


def _choose(key: str) -> None:
    state.change(finding=key)


def _sure(finding: Finding) -> str:
    """Say the number with its interval, and what else lies in the same inputs."""
    said = ""
    if not math.isnan(finding.number):
        said = f"{_figure(finding.number)} {finding.unit}"
        if not math.isnan(finding.low):
            said += f" (95 %: {_figure(finding.low)} to {_figure(finding.high)})"
    if not math.isnan(finding.mistakes):
        said += f" · at least {plural(round(finding.mistakes), 'mistake')}"
    if finding.also:
        said += f" · the same inputs: {', '.join(isolated(name) for name in finding.also[:3])}"
    return said.removeprefix(" · ")


def _figure(value: float) -> str:
    if value >= 1 and value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 10 else rate(value, digits=2)
