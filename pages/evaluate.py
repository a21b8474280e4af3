"""Evaluate: move the threshold, see every number follow, look at the inputs behind a number."""

import streamlit as st

from pages._ui import frame, header, state
from pages._ui.detail import detail
from pages._ui.keys import LIVE, SELECTION
from pages._ui.matrix_panel import matrix_choices, matrix_panel
from pages._ui.numbers_panel import numbers_choices, numbers_panel
from pages._ui.rule_panel import rule_choices, rule_panel
from pages._ui.selection_panel import selection_headline, selection_panel


@st.fragment(key=LIVE)
def follow_threshold() -> None:
    view, evaluation = state.current(), frame.desk().evaluation
    with rule_place:
        rule_panel(evaluation, view, words=words_place)
    with numbers_place:
        numbers_panel(evaluation, view)
    with matrix_place:
        matrix_panel(evaluation, view)
    with headline_place:
        selection_headline(evaluation, view)


@st.fragment(key=SELECTION)
def follow_selection() -> None:
    with gallery_place:
        selection_panel(frame.desk().evaluation, state.current(), choices=choices_place)


frame.open_page()
desk = frame.open_desk()
view = state.current()

header.header(desk)
with frame.row():
    words_place = st.container()
    rule_choices(view)
rule_place = st.container()
numbers_place, matrix_place = st.columns([11, 10], gap="medium")
with numbers_place, frame.row():
    numbers_choices(view)
with matrix_place, frame.row():
    matrix_choices(view, desk.run)
with frame.row():
    headline_place = st.container()
    choices_place = st.container(
        horizontal=True, width="content", gap="small", vertical_alignment="center"
    )
gallery_place = st.container()

# one fragment writes all the numbers: a move of the threshold then costs a single run
follow_threshold()
follow_selection()
detail()
