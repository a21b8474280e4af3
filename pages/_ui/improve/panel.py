"""What the page Improve draws: the verdict, the findings, and the inputs of the chosen one."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.words import (
    KIND_WORDS,
    grades_in_words,
    sure_in_words,
    verdict_in_words,
)
from evalcore.diagnosis.worklist import as_csv, as_json
from evalcore.guide import FINDING_ANCHORS
from evalcore.wording import plural
from pages._ui import wording
from pages._ui.improve.handling import Desk, buttons, closed_panel, is_closed, note
from pages._ui.improve.rules import say_rules
from pages._ui.inputs.plain_list import plain_list
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import navigation
from pages._ui.shell.measuring import begin_measuring, measured, measuring, stop_measuring
from pages._ui.shell.places import told

__all__ = ["findings_panel", "measure_panel", "verdict_panel"]

EVERY = 0.5


def verdict_panel(found: Diagnosis, run: ec.EvalRun, view: View) -> None:
    """Say how good the run is, and which concepts are how good."""
    st.header(verdict_in_words(found.run_verdict), anchor=False)
    for word, said in grades_in_words(found.verdicts, run.concepts).items():
        st.markdown(f"**{wording.escape(word)}** · {wording.escape(said)}")
    say_rules(view, n_tests=found.n_tests)


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
    properties, job = measured(run), measuring(run)
    if properties is None and job is None and (run.images is not None or run.texts is not None):
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
        st.error(told(job.error))


def findings_panel(evaluation: ec.Evaluation, found: Diagnosis, view: View, *, desk: Desk) -> None:
    """Draw every finding, the chosen one with exactly its inputs."""
    if not found.findings:
        st.success("Nothing was found that is more than chance.")
        closed_panel(desk, found)
        return
    run = evaluation.run
    left = [finding for finding in found.findings if not is_closed(desk, finding)]
    shown = _shown(left, view)
    st.markdown(f"**{plural(len(left), 'finding')}**, the most mistakes first.")
    for number, finding in enumerate(left, start=1):
        with st.container(border=True):
            _one(number, finding, desk=desk, is_shown=finding is shown)
            if finding is shown:
                _inputs(evaluation, finding, view)
    closed_panel(desk, found)
    with st.container(horizontal=True):
        for name, text, mime in (
            ("worklist.csv", as_csv(left, run), "text/csv"),
            ("worklist.json", as_json(left, run), "application/json"),
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


def _shown(left: list[Finding], view: View) -> Finding | None:
    chosen = [finding for finding in left if finding.key == view.finding]
    return next(iter(chosen or left), None)


def _one(number: int, finding: Finding, *, desk: Desk, is_shown: bool) -> None:
    st.markdown(f"**{number}. {KIND_WORDS[finding.kind]}** · {wording.escape(finding.headline)}")
    said = f"What to do: {finding.action} What it brings: {finding.gain}"
    st.markdown(wording.escape(said))
    again = note(desk, finding)
    if again:
        st.warning(wording.escape(again))
    with st.container(horizontal=True, vertical_alignment="center"):
        if finding.inputs.size:
            label = f"Show the {plural(finding.inputs.size, 'input')}"
            st.button(
                label if not is_shown else f"{plural(finding.inputs.size, 'input')} shown here",
                key=of_each(Key.FINDING, finding.key),
                on_click=partial(_choose, finding.key),
            )
        buttons(desk, finding)
        address = navigation.guide_address(FINDING_ANCHORS[finding.kind])
        st.markdown(f"{wording.escape(sure_in_words(finding))} · [Guide]({address})")


def _choose(key: str) -> None:
    state.change(finding=key)
