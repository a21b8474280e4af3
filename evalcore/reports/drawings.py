"""Small drawings for the report: precision-recall curves and intervals, as SVG."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup, escape

from evalcore.arrays import FloatArray
from evalcore.concept.curves import precision_recall_curve
from evalcore.concept.staircase import staircase_of
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode
from evalcore.decisions.parts import ConceptDecided
from evalcore.wording import rate

__all__ = ["curve", "interval_bar"]

SIDE = 128
EDGE = 4
BAR_WIDTH, BAR_HEIGHT = 64, 12


def curve(evaluation: Evaluation, concept: ConceptDecided, *, mode: Mode) -> Markup:
    """Draw the precision-recall curve of a concept with the decided point on it.

    Recall runs to the right, precision upwards, both from 0 to 1; each precision is held from its
    own recall down to the next one, as the average precision counts it.
    """
    points = precision_recall_curve(staircase_of(evaluation, concept.name, mode=mode), columns=SIDE)
    recall, precision = points.x[::-1], points.y[::-1]
    words = f"Precision-recall curve of {concept.name}"
    mark = ""
    if concept.precision is not None and concept.recall is not None:
        # thinning may have left the decided point out; it lies on the line by its own counts
        place = int(np.searchsorted(recall, concept.recall, side="left"))
        same = int(np.searchsorted(recall, concept.recall, side="right"))
        place += int(np.count_nonzero(precision[place:same] >= concept.precision))
        recall = np.insert(recall, place, concept.recall)
        precision = np.insert(precision, place, concept.precision)
        x, y = _across(concept.recall), _down(concept.precision)
        mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="point"/>'
        words += f"; decided: recall {rate(concept.recall)}, precision {rate(concept.precision)}"
    return _drawn(
        f'<svg viewBox="0 0 {SIDE} {SIDE}" class="curve" role="img" '
        f'aria-label="{escape(words)}">{_grid()}{_line(recall, precision)}{mark}</svg>'
    )


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - made of numbers, and of names that were escaped


def _line(recall: FloatArray, precision: FloatArray) -> str:
    if recall.size == 0:
        return ""
    steps = "".join(
        f"V{_down(p):.1f}H{_across(r):.1f}" for r, p in zip(recall, precision, strict=True)
    )
    return f'<path class="line" d="M{EDGE} {_down(float(precision[0])):.1f}{steps}"/>'


def _across(share: float) -> float:
    return EDGE + share * (SIDE - 2 * EDGE)


def _down(share: float) -> float:
    return SIDE - _across(share)


def _grid() -> str:
    inner = SIDE - 2 * EDGE
    ticks = [EDGE + inner * k / 4 for k in range(5)]
    lines = "".join(
        f'<path d="M{t:g} {EDGE}V{SIDE - EDGE}M{EDGE} {t:g}H{SIDE - EDGE}"/>' for t in ticks
    )
    return f'<g class="grid">{lines}</g>'


def interval_bar(rate: float | None, low: float | None, high: float | None) -> Markup:
    """Draw a rate between 0 and 1 as a dot on the line of its interval."""
    if rate is None or low is None or high is None:
        return Markup("")
    inner, middle = BAR_WIDTH - 2 * EDGE, BAR_HEIGHT / 2
    start, dot, end = (EDGE + value * inner for value in (low, rate, high))
    return _drawn(
        f'<svg viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" class="bar" aria-hidden="true">'
        f'<path class="axis" d="M{EDGE} {middle:g}H{BAR_WIDTH - EDGE}"/>'
        f'<path class="reach" d="M{start:.1f} {middle:g}H{end:.1f}"/>'
        f'<circle cx="{dot:.1f}" cy="{middle:g}" r="2.5" class="point"/></svg>'
    )
