"""Runs: the library, versions on one data set, and how the chosen run was read."""

import streamlit as st

from pages._ui.library.leaderboard import leaderboard_panel
from pages._ui.library.load_report import report_panel
from pages._ui.library.table import library_panel
from pages._ui.shell import frame, opening
from pages._ui.shell.workshop_bar import workshop_bar

frame.open_page()
frame.welcome()
workshop_bar()
opening.panel(reported=True)
library_panel()
question_place, versions_place = st.container(), st.container()
report_panel(question_place=question_place)
# measuring takes a while at the first time: the rest of the page need not wait for it
with versions_place:
    leaderboard_panel()
