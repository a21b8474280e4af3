"""Guide: how to run a workshop, how to read the pictures, and what the words mean."""

import streamlit as st

from pages._ui.guide.panel import guide_panel
from pages._ui.numbers.rule_panel import rule_heading
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import frame, navigation
from pages._ui.shell.tour import begin_tour


def _take_tour() -> None:
    begin_tour()
    state.leave_for(navigation.EVALUATE)


frame.open_page()
opened = frame.open_run()
view = state.current()

rule_heading(view, opened.run)
st.button("Take the tour", key=Key.TAKE_TOUR, icon=":material/tour:", on_click=_take_tour)
guide_panel(opened.evaluation, view)
