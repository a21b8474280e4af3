"""Drawings and pictures that stand in a page: SVG made of numbers, small images as data."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from evalcore.arrays import FloatArray
from evalcore.concept.curves import precision_recall_curve, roc_curve
from evalcore.concept.staircase import Staircase
from evalcore.runs.images import ImageError, Images
from evalcore.runs.thumbnails import placeholder, thumbnail
from evalcore.wording import rate

__all__ = ["Point", "interval_bar", "picture_of", "precision_recall_drawing", "roc_drawing"]

SIDE = 128
EDGE = 4
BAR_WIDTH, BAR_HEIGHT = 64, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in the unit square, and what it is called."""

    x: float
    y: float
    word: str = "decided"


def precision_recall_drawing(steps: Staircase, point: Point | None, *, name: str) -> Markup:
    """Draw the precision-recall curve of a concept with a point on it.

    Recall runs to the right, precision upwards, both from 0 to 1; each precision is held from its
    own recall down to the next one, as the average precision counts it.
    """
    points = precision_recall_curve(steps, columns=SIDE)
    recall, precision = points.x[::-1], points.y[::-1]
    words = f"Precision-recall curve of {name}"
    if point is not None:
        # thinning may have left the point out; it lies on the line by its own counts
        place = int(np.searchsorted(recall, point.x, side="left"))
        same = int(np.searchsorted(recall, point.x, side="right"))
        place += int(np.count_nonzero(precision[place:same] >= point.y))
        recall = np.insert(recall, place, point.x)
        precision = np.insert(precision, place, point.y)
        words += f"; {point.word}: recall {rate(point.x)}, precision {rate(point.y)}"
    return _square(_stairs(recall, precision), point, words=words)


def roc_drawing(steps: Staircase, point: Point | None, *, name: str) -> Markup:
    """Draw the ROC curve of a concept with a point on it: recall upwards."""
    points = roc_curve(steps, columns=SIDE)
    words = f"ROC curve of {name}"
    if point is not None:
        words += f"; {point.word}: false positive rate {rate(point.x)}, recall {rate(point.y)}"
    chance = f'<path class="chance" d="M{EDGE} {SIDE - EDGE}L{SIDE - EDGE} {EDGE}"/>'
    return _square(chance + _straight(points.x, points.y), point, words=words)


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


def picture_of(images: Images, position: int, *, size: int) -> str:
    """Return the address of a small picture that stands in the page itself."""
    try:
        small = thumbnail(images, position, size=size)
    except ImageError as error:
        small = placeholder(str(error), size=size)
    data = base64.b64encode(small.data).decode("ascii")
    return f"data:{small.mime};base64,{data}"


def _square(line: str, point: Point | None, *, words: str) -> Markup:
    mark = ""
    if point is not None:
        mark = (
            f'<circle cx="{_across(point.x):.1f}" cy="{_down(point.y):.1f}" r="4" class="point"/>'
        )
    return _drawn(
        f'<svg viewBox="0 0 {SIDE} {SIDE}" class="curve" role="img" '
        f'aria-label="{escape(words)}">{_grid()}{line}{mark}</svg>'
    )


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - made of numbers, and of names that were escaped


def _stairs(recall: FloatArray, precision: FloatArray) -> str:
    if recall.size == 0:
        return ""
    steps = "".join(
        f"V{_down(p):.1f}H{_across(r):.1f}" for r, p in zip(recall, precision, strict=True)
    )
    return f'<path class="line" d="M{EDGE} {_down(float(precision[0])):.1f}{steps}"/>'


def _straight(x: FloatArray, y: FloatArray) -> str:
    if x.size == 0:
        return ""
    places = "L".join(f"{_across(a):.1f} {_down(b):.1f}" for a, b in zip(x, y, strict=True))
    return f'<path class="line" d="M{places}"/>'


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
