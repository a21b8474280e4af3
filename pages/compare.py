"""Compare: two runs, versions, slices or rules, at matched operating points."""

import streamlit as st

from pages._ui.compare.carried import carried_panel
from pages._ui.compare.choices import match_names, right_choices
from pages._ui.compare.compared import compared_or_progress
from pages._ui.compare.panel import (
    concept_panel,
    differences_panel,
    inputs_list,
    matrix_panel,
    take_over_panel,
)
from pages._ui.inputs.input_dialog import detail
from pages._ui.numbers.rule_panel import rule_heading
from pages._ui.session import state
from pages._ui.shell import frame

frame.open_page()
opened = frame.open_run()

rule_heading(state.current(), opened.run)
with frame.errors_as_messages(), frame.row():
    view = right_choices(state.current())
if view is None:
    st.info("There is no other run to compare with. Open one on the page Runs.")
    st.stop()
with frame.errors_as_messages():
    found = compared_or_progress(opened, view)
if found is None:
    st.stop()
view = state.current()
match_names(found.comparison.concepts, view)
numbers, cells = st.columns([11, 9], gap="medium")
with numbers:
    differences_panel(found, view)
    take_over_panel(found)
with cells:
    matrix_panel(found, view)
concept_panel(found, view)
inputs_list(found, view)
if found.carried is not None:
    carried_panel(found.carried)
detail()
