"""Evaluate: move the threshold, see every number follow, look at the inputs behind a number."""

from dataclasses import replace

import streamlit as st

from pages._ui.components.words.words import words
from pages._ui.concept.choice import concept_link
from pages._ui.evaluate import matrix_panel
from pages._ui.evaluate.live_numbers import board, board_at
from pages._ui.evaluate.numbers_panel import numbers_choices, numbers_panel
from pages._ui.evaluate.take_away import (
    OnPage,
    guide_to_terms,
    note_terms,
    offer_files,
    say_threshold,
)
from pages._ui.inputs.input_dialog import detail
from pages._ui.inputs.inputs_panel import selection_panel
from pages._ui.inputs.listing import deciding, target_of
from pages._ui.numbers.rule_panel import (
    answered,
    rule_choices,
    rule_history,
    rule_panel,
    rule_words,
)
from pages._ui.server import live
from pages._ui.server.drawing_queue import What, turn
from pages._ui.session import state
from pages._ui.session.keys import LIVE, Key
from pages._ui.shell import frame
from pages._ui.shell.attending import drags
from pages._ui.shell.tour import tour


@st.fragment(key=LIVE)
def follow_threshold() -> None:
    with turn(What.NUMBERS):
        draw_numbers()
    with turn(What.IMAGES):
        draw_selection()


def draw_numbers() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    shown = matrix_panel.shown(evaluation, view)
    view = replace(view, target=target_of(evaluation, view))
    whole, against = frame.opened().whole, frame.opened().against
    disputes = frame.opened().disputes
    parts = board(evaluation, view, shown=shown, whole=whole, against=against, disputes=disputes)
    note_terms(parts)
    with rule_words_place:
        rule_words(parts["rule"])
    with history_place:
        rule_history(view)
    with rule_place:
        answer = board_at(view, shown=shown, whole=whole, against=against, disputes=disputes)
        address = live.publish(evaluation, answer, tell=drags())
        rule_panel(evaluation, view, numbers=parts["dial"], address=address)
    with numbers_place:
        numbers_panel(parts)
    with matrix_place:
        matrix_panel.matrix_panel(parts=parts)
    with headline_place:
        headline = parts["headline"]
        words(
            {
                "field": "headline",
                "answered": answered(),
                "words": headline,
                "level": 2,
                "polite": True,
            },
            key=Key.HEADLINE,
        )


def draw_selection() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    shown = matrix_panel.shown(evaluation, view)
    with gallery_place:
        selection_panel(evaluation, view, shown=shown, choices=choices_place)
    on_page.note(evaluation, view, shown=shown)
    with threshold_place:
        say_threshold(view)
    with guide_place:
        guide_to_terms()
    with concept_place:
        concept_link(evaluation, deciding(target_of(evaluation, view)))


frame.open_page()
opened = frame.open_run()
tour()
view = state.current()

with frame.row():
    rule_words_place = st.container()
    history_place = st.container(width="content", horizontal=True, gap="xsmall")
    rule_choices(view)
rule_place = st.container()
numbers_place, matrix_place = st.columns([11, 10], gap="medium")
with numbers_place, frame.row():
    numbers_choices(view, opened.run)
with matrix_place, frame.row():
    matrix_panel.matrix_choices(opened.evaluation, view, opened.run)
with frame.row():
    headline_place = st.container()
    concept_place = st.container(width="content")
    choices_place = st.container(
        horizontal=True, width="content", gap="small", vertical_alignment="center"
    )
gallery_place = st.container()
on_page = OnPage()
with frame.row():
    threshold_place = st.container(width="content")
    offer_files(on_page, name=opened.evaluation.run.name, panel=view.panel)
guide_place = st.container()

# one fragment writes all that follows the threshold: a move then costs a single run of it
state.draw_by(LIVE)
follow_threshold()
view = state.current()
detail(target_of(opened.evaluation, view), shown=matrix_panel.shown(opened.evaluation, view))
