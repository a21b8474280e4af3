"""A goal's trade-off as a picture: what it costs in recall, or in precision, live with the dial."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from pages._ui.concept import charts
from pages._ui.concept.curves import curves_of, point_of
from pages._ui.concept.live_numbers import concept_board, concept_board_at, curve_points
from pages._ui.concept.numbers import moved
from pages._ui.concept.panel import concept_dial, place_marks
from pages._ui.server import live
from pages._ui.session import state
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.attending import drags

__all__ = ["trade_off"]

LEGEND = "Thick: the goal holds. Diamond: recommended. Dot: now; click the curve to move it."


def trade_off(
    evaluation: ec.Evaluation,
    view: View,
    concept: str,
    *,
    recommended: float | None,
    places: tuple[DeltaGenerator, DeltaGenerator],
) -> None:
    """Draw the dial of a concept, and its precision against its recall under the plan's goal.

    Parameters
    ----------
    places
        Where the dial stands, and where the picture does.
    """
    if view.concept != concept:
        state.look(concept=concept)
        view = state.current()
    rule = view.rule
    against, disputes = frame.opened().against, frame.opened().disputes
    board = concept_board(evaluation, view, concept, against=against, disputes=disputes)
    answer = concept_board_at(view, concept, against=against, disputes=disputes)
    with places[0]:
        concept_dial(
            evaluation,
            view,
            concept,
            numbers=board["dial"],
            address=live.publish(evaluation, answer, tell=drags()),
            whole_page=True,
        )
    mode = rule.mode_for(evaluation.run.task)
    curves = curves_of(evaluation, concept, mode=mode, operator=rule.operator)
    best = None
    if recommended is not None:
        best = point_of(evaluation, moved(rule, concept, recommended), concept)
    with places[1]:
        charts.trade_off_chart(
            curves, point_of(evaluation, rule, concept), goal=view.plan.goal, recommended=best
        )
        st.caption(LEGEND)
        place_marks(board["marks"][:1], curve_points(curves)[:1])
