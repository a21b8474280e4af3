"""Guide: how to run a workshop, how to read the pictures, and what the words mean."""

import streamlit as st

from pages._ui.components.words.words import words
from pages._ui.guide.panel import guide_panel
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import frame, navigation
from pages._ui.shell.tour import begin_tour
from pages._ui.wording import rule_in_words


def _take_tour() -> None:
    begin_tour()
    state.leave_for(navigation.EVALUATE)


frame.open_page()
opened = frame.open_run()
view = state.current()

words(
    {"field": "rule", "words": rule_in_words(view.rule, among=opened.run.concepts), "level": 2},
    key=Key.RULE_WORDS,
)
st.button("Take the tour", key=Key.TAKE_TOUR, icon=":material/tour:", on_click=_take_tour)
guide_panel(opened.evaluation, view)
