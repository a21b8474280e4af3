"""Improve: what is wrong with model and data, what to do first, and what it would bring."""

import streamlit as st

from pages._ui.improve.diagnosed import diagnosis_or_progress
from pages._ui.improve.handling import desk_of
from pages._ui.improve.panel import findings_panel, measure_panel, verdict_panel
from pages._ui.improve.rules import rules_choice
from pages._ui.inputs.input_dialog import detail
from pages._ui.numbers.rule_panel import rule_heading
from pages._ui.session import state
from pages._ui.shell import frame
from pages._ui.shell.people import name_of_voter, who

frame.open_page()
opened = frame.open_run()
view = state.current()
run = opened.evaluation.run

rule_heading(view, run)
with frame.errors_as_messages():
    found = diagnosis_or_progress(opened.evaluation, view, whole=opened.run)
if found is None:
    st.stop()
verdict_panel(found, run, view)
with frame.row():
    rules_choice(view)
    measure_panel(opened.run)
    who()
with frame.errors_as_messages():
    desk = desk_of(opened.run, run, author=name_of_voter)
findings_panel(opened.evaluation, found, view, desk=desk)
detail()
