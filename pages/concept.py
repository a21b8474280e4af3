"""Concept: one concept in depth, at the live threshold."""

import streamlit as st

from pages._ui.concept import charts, layout
from pages._ui.concept.charts import chart_tables
from pages._ui.concept.choice import concept_choice, own_choice
from pages._ui.concept.curves import curves_of, point_of
from pages._ui.concept.lists import borderline_list, listed, lists
from pages._ui.concept.live_numbers import concept_board, concept_board_at, curve_points
from pages._ui.concept.panel import comparison_table, concept_dial, place_marks
from pages._ui.inputs.input_dialog import detail
from pages._ui.numbers.rule_panel import rule_choices, rule_history, rule_words
from pages._ui.server import live
from pages._ui.session import state
from pages._ui.session.keys import LIVE, SELECTION
from pages._ui.shell import frame
from pages._ui.shell.attending import drags


@st.fragment(key=LIVE)
def follow_threshold() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    rule = view.rule
    point = point_of(evaluation, rule, concept)
    curves = curves_of(
        evaluation,
        concept,
        mode=rule.mode_for(evaluation.run.task),
        operator=rule.operator,
    )
    against, disputes = frame.opened().against, frame.opened().disputes
    board = concept_board(evaluation, view, concept, against=against, disputes=disputes)
    answer = concept_board_at(view, concept, against=against, disputes=disputes)
    address = live.publish(evaluation, answer, tell=drags())
    with rule_words_place:
        rule_words(board["rule"])
    with history_place:
        rule_history(view)
    with dial_place:
        concept_dial(evaluation, view, concept, numbers=board["dial"], address=address)
    with files_place:  # before the charts: it knows whether they come too late
        place_marks(board["marks"], curve_points(curves))
    with precision_recall_place:
        charts.precision_recall_chart(curves, point)
    with roc_place:
        charts.roc_chart(curves, point)
    with metrics_place:
        charts.metric_chart(curves, point)
    with distribution_place:
        charts.distribution_chart(curves, point)
    with comparison_place:
        comparison_table(board["comparison"])
    with reliability_place:
        charts.reliability_chart(curves, point)


@st.fragment(key=SELECTION)
def follow_selection() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    with lists_place:
        lists(evaluation, view, concept)
    with borderline_place:
        borderline_list(evaluation, view, concept)


frame.open_page()
opened = frame.open_run()

with frame.row():
    concept = concept_choice(opened.evaluation, state.current())
view = state.current()
with frame.row():
    rule_words_place = st.container()
    history_place = st.container(width="content", horizontal=True, gap="xsmall")
    own_choice(view, concept)
    rule_choices(view)
dial_place = st.container()
charts_place, lists_place = st.columns([7, 4], gap="medium")
with charts_place:
    scored = layout.score_words(opened.evaluation, concept)
    precision_recall_place, roc_place = layout.titled_pair(
        ("Precision and recall", scored["precision_recall"]), ("ROC", scored["roc"])
    )
    metrics_place, distribution_place = layout.titled_pair(
        ("At each threshold", "bands: 95 %"), ("Scores by truth", "share of each, root scale")
    )
    comparison_place = st.container()
    reliability_place, guide_place = layout.titled_pair(
        ("Are the scores probabilities?", layout.reliability_words(opened.evaluation, concept)),
        ("How to read this", ""),
    )
with guide_place:
    layout.guide(opened.evaluation, view.rule)
files_place = st.container()
borderline_place = st.container()

state.draw_by(LIVE, SELECTION)
follow_threshold()
follow_selection()
chart_tables(opened.evaluation, view, concept)
detail(*listed(state.current(), concept))
