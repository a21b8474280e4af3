"""Evaluate: move the threshold, see every number follow, look at the inputs behind a number."""

import streamlit as st

from pages._ui import frame, header
from pages._ui.detail import detail
from pages._ui.matrix_panel import matrix_panel
from pages._ui.numbers_panel import numbers_panel
from pages._ui.rule_panel import rule_choices, rule_panel
from pages._ui.selection_panel import selection_panel

frame.open_page()
desk = frame.open_desk()

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    header.header(desk)
    rule_choices()
rule_panel()
numbers, matrix = st.columns([11, 10], gap="medium")
with numbers:
    numbers_panel()
with matrix:
    matrix_panel()
selection_panel()
detail()
