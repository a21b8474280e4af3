"""Small drawings for the report: precision-recall curves and intervals, as SVG text."""

from __future__ import annotations

import html

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.decisions.parts import ConceptDecided
from evalcore.evaluation import Evaluation
from evalcore.metrics import divide
from evalcore.rules import Decision as Mode

__all__ = ["curve", "interval_bar"]

SIDE = 128
EDGE = 4
MOST_POINTS = 400
BAR_WIDTH, BAR_HEIGHT = 84, 12


def curve(evaluation: Evaluation, concept: ConceptDecided, *, mode: Mode) -> str:
    """Draw the precision-recall curve of a concept with the decided point on it.

    Recall runs to the right, precision upwards, both from 0 to 1.
    """
    recall, precision = _points(evaluation, concept.name, mode=mode)
    x = EDGE + recall * (SIDE - 2 * EDGE)
    y = SIDE - EDGE - precision * (SIDE - 2 * EDGE)
    words = f"Precision-recall curve of {concept.name}"
    point = ""
    if concept.precision is not None and concept.recall is not None:
        here_x = EDGE + concept.recall * (SIDE - 2 * EDGE)
        here_y = SIDE - EDGE - concept.precision * (SIDE - 2 * EDGE)
        before = int(np.searchsorted(recall, concept.recall, side="right"))
        x, y = np.insert(x, before, here_x), np.insert(y, before, here_y)
        point = f'<circle cx="{here_x:.1f}" cy="{here_y:.1f}" r="4" class="point"/>'
        words += f"; decided: recall {concept.recall:.3f}, precision {concept.precision:.3f}"
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg viewBox="0 0 {SIDE} {SIDE}" class="curve" role="img" '
        f'aria-label="{html.escape(words)}">{_grid()}'
        f'<polyline points="{path}"/>{point}</svg>'
    )


def _grid() -> str:
    inner = SIDE - 2 * EDGE
    ticks = [EDGE + inner * k / 4 for k in range(5)]
    lines = "".join(
        f'<path d="M{t:g} {EDGE}V{SIDE - EDGE}M{EDGE} {t:g}H{SIDE - EDGE}"/>' for t in ticks
    )
    return f'<g class="grid">{lines}</g>'


def _points(evaluation: Evaluation, name: str, *, mode: Mode) -> tuple[FloatArray, FloatArray]:
    """Return recall and precision at every threshold worth looking at, recall ascending."""
    candidates = evaluation.candidates(mode)
    j = evaluation.run.position_of(name)
    rows = slice(int(candidates.starts[j]), int(candidates.starts[j + 1]) - 1)
    tp, predicted = candidates.tp[rows][::-1], candidates.predicted[rows][::-1]
    if tp.size > MOST_POINTS:
        kept = np.unique(np.linspace(0, tp.size - 1, MOST_POINTS).round().astype(np.int64))
        tp, predicted = tp[kept], predicted[kept]
    labelled = np.full(tp.shape, candidates.labelled[j])
    return divide(tp, labelled), divide(tp, predicted)


def interval_bar(rate: float | None, low: float | None, high: float | None) -> str:
    """Draw a rate between 0 and 1 as a dot on the line of its interval."""
    if rate is None or low is None or high is None:
        return ""
    inner, middle = BAR_WIDTH - 2 * EDGE, BAR_HEIGHT / 2
    start, dot, end = (EDGE + value * inner for value in (low, rate, high))
    return (
        f'<svg viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}" class="bar" aria-hidden="true">'
        f'<path class="axis" d="M{EDGE} {middle:g}H{BAR_WIDTH - EDGE}"/>'
        f'<path class="reach" d="M{start:.1f} {middle:g}H{end:.1f}"/>'
        f'<circle cx="{dot:.1f}" cy="{middle:g}" r="3" class="point"/></svg>'
    )
