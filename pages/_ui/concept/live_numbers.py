"""All that follows the threshold of one concept, as plain data: drawn, or sent while dragging."""

from __future__ import annotations

import math
import weakref
from dataclasses import replace
from typing import TypedDict

import evalcore as ec
from evalcore.truth.disputes import OpenDisputes
from pages._ui import wording
from pages._ui.charts.metric_lines import NAMES
from pages._ui.components.moving_marks.data import ChartMarks, CurvePoints
from pages._ui.components.table.data import TableData
from pages._ui.components.threshold_slider.data import DialNumbers
from pages._ui.concept.curves import Curves, Point, point_of
from pages._ui.concept.lists import target_of
from pages._ui.concept.numbers import comparison, dial_numbers, moved
from pages._ui.server.live import Answer, Asked
from pages._ui.session.view import View
from pages._ui.wording import Words

__all__ = ["ConceptBoard", "concept_board", "concept_board_at", "curve_points"]

UNIT = (0.0, 1.0)
PRECISION_RECALL, ROC = "Precision against recall", "ROC curve"
"""How the alternative texts of the charts begin that are drawn of two metrics."""


class ConceptBoard(TypedDict):
    """What the components show."""

    rule: Words
    dial: DialNumbers
    comparison: TableData
    marks: list[ChartMarks]


def concept_board(
    evaluation: ec.Evaluation,
    view: View,
    concept: str,
    *,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> ConceptBoard:
    """Compute everything for the live rule of a view; see :func:`dial_numbers`."""
    rule = view.rule
    numbers = dial_numbers(
        evaluation,
        rule=rule,
        pinned=view.pinned,
        concept=concept,
        against=against,
        disputes=disputes,
    )
    compared = comparison(evaluation, rule, concept, target=target_of(view, concept))
    return {
        "rule": wording.rule_in_words(rule, concept=concept),
        "dial": numbers,
        "comparison": compared.data,
        "marks": _marks(evaluation, point_of(evaluation, rule, concept)),
    }


def concept_board_at(
    view: View,
    concept: str,
    *,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> Answer:
    """Return what answers for the page at other thresholds of the concept, while one is dragged."""
    # what answers must not keep a run alive
    base = weakref.ref(against) if against else None

    def answer(evaluation: ec.Evaluation, asked: Asked) -> ConceptBoard:
        moved_view = replace(view, rule=moved(view.rule, concept, asked.threshold))
        other = base() if base else None
        return concept_board(evaluation, moved_view, concept, against=other, disputes=disputes)

    return answer


def curve_points(curves: Curves) -> list[CurvePoints]:
    """Return what a click on a curve means, for the charts that are drawn against each other."""
    names = {"precision_recall": PRECISION_RECALL, "roc": ROC}
    return [{"name": name, "points": curves.thresholds_at[curve]} for curve, name in names.items()]


def _marks(evaluation: ec.Evaluation, point: Point) -> list[ChartMarks]:
    """Return the operating point in every chart, in the order of the page."""
    low, high = evaluation.score_range
    scores = (min(low, point.threshold), max(high, point.threshold))
    here = [(point.threshold, point.value(metric)) for metric in NAMES]
    ranked = (
        (PRECISION_RECALL, "recall", "precision"),
        (ROC, "false_positive_rate", "recall"),
    )
    return [
        *(_chart(name, UNIT, [(point.value(x), point.value(y))]) for name, x, y in ranked),
        _chart("Precision, recall, F1", scores, here, line=point.threshold),
        _chart("Scores of", scores, [], line=point.threshold),
        _chart("Share labelled against mean score", UNIT, [], line=point.threshold),
    ]


def _chart(
    name: str,
    across: tuple[float, float],
    points: list[tuple[float, float]],
    *,
    line: float | None = None,
) -> ChartMarks:
    drawn = [None if any(map(math.isnan, each)) else each for each in points]
    return {"name": name, "across": across, "points": drawn, "line": line}
