"""Improve: what is wrong with model and data, what to do first, and what it would bring."""

from pages._ui.components.words.words import words
from pages._ui.improve.diagnosed import diagnosed
from pages._ui.improve.handling import desk_of
from pages._ui.improve.panel import findings_panel, measure_panel, verdict_panel
from pages._ui.improve.rules import rules_choice
from pages._ui.inputs.input_dialog import detail
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import frame
from pages._ui.truth.people import name_of_voter, who
from pages._ui.wording import rule_in_words

frame.open_page()
opened = frame.open_run()
view = state.current()
run = opened.evaluation.run

words(
    {"field": "rule", "words": rule_in_words(view.rule, among=run.concepts), "level": 2},
    key=Key.RULE_WORDS,
)
found = diagnosed(opened.evaluation, view, whole=opened.run)
verdict_panel(found, run, view)
with frame.row():
    rules_choice(view)
    measure_panel(opened.run)
    who()
with frame.errors_as_messages():
    desk = desk_of(opened.run, run, author=name_of_voter)
findings_panel(opened.evaluation, found, view, desk=desk)
detail()
