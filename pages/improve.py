"""Improve: what is wrong with model and data, what to do first, and what it would bring."""

from pages._ui.components.words.words import words
from pages._ui.improve.diagnosed import diagnosed
from pages._ui.improve.panel import findings_panel, measure_panel, verdict_panel
from pages._ui.inputs.input_dialog import detail
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import frame
from pages._ui.wording import rule_in_words

frame.open_page()
opened = frame.open_run()
view = state.current()
run = opened.evaluation.run

words({"field": "rule", "words": rule_in_words(view.rule)}, key=Key.RULE_WORDS)
found = diagnosed(opened.evaluation, view)
verdict_panel(found, run)
measure_panel(run)
findings_panel(opened.evaluation, found, view)
detail()
