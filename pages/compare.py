"""Compare: two runs, versions, slices or rules, at matched operating points."""

import streamlit as st

from pages._ui.compare.choices import right_choices
from pages._ui.compare.compared import compared
from pages._ui.compare.panel import differences_panel, fate_list
from pages._ui.components.words.words import words
from pages._ui.inputs.input_dialog import detail
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import frame
from pages._ui.wording import rule_in_words

frame.open_page()
opened = frame.open_run()

words({"field": "rule", "words": rule_in_words(state.current().rule)}, key=Key.RULE_WORDS)
with frame.row():
    view = right_choices(state.current())
if view is None:
    st.info("There is no other run to compare with. Open one on the page Runs.")
    st.stop()
with frame.errors_as_messages():
    found = compared(opened, view)
differences_panel(found, state.current())
fate_list(found, state.current())
detail()
