"""The report for the client: one self-contained page that prints well.

No scripts and no request: styles and drawings stand in the page, pictures are data. Whatever comes
from data is escaped by the template, ``decision_report.html``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from evalcore import wording
from evalcore.arrays import FloatArray
from evalcore.concept.curves import precision_recall_curve
from evalcore.concept.staircase import staircase_of
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode
from evalcore.decisions import words
from evalcore.decisions.changes import Changes, changes_since
from evalcore.decisions.decision import Decision, State, first_line
from evalcore.decisions.parts import ConceptDecided, Pinned
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun
from evalcore.runs.thumbnails import placeholder, thumbnail
from evalcore.wording import rate

__all__ = [
    "curve",
    "interval_bar",
    "to_html",
]

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


MOST_CURVES = 12
PICTURE = 320
LONGEST_TEXT = 600
_HERE = Path(__file__).parent


def to_html(
    decision: Decision,
    evaluation: Evaluation | None = None,
    *,
    state: State = "in force",
    changes: Changes | None = None,
) -> str:
    """Return the report as the text of an HTML file.

    Parameters
    ----------
    evaluation
        Of the run that was decided on, for curves and pictures; None leaves them out. Curves are
        left out, too, where the scores or labels of that run have changed since.
    changes
        What has changed of that run, when it is known already.
    """
    if evaluation is not None and changes is None:
        changes = changes_since(decision, evaluation.run)
    run = None if evaluation is None else evaluation.run
    is_as_it_was = changes is not None and changes.nothing
    return _page().render(
        decision=decision,
        state=state,
        first_line=first_line(decision, state=state),
        style=_style(),
        day=f"{decision.time.day} {decision.time:%B %Y}",
        minute=f"{decision.time:%H:%M}",
        rule=words.rule_in_words(decision),
        goal=" ".join(filter(None, (words.goal_in_words(decision), words.met_in_words(decision)))),
        run=words.run_in_words(decision),
        changes="" if changes is None or is_as_it_was else changes.in_words(),
        rows=[_row(concept) for concept in decision.concepts],
        curves=list(_curves(decision, evaluation)) if evaluation and is_as_it_was else [],
        evidence=[_shown(one, run, changes) for one in decision.pinned],
    )


@cache
def _page() -> Any:  # noqa: ANN401 - a template, whose type the library does not export
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("decision_report.html")


@cache
def _style() -> Markup:
    return Markup((_HERE / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _row(one: ConceptDecided) -> dict[str, Any]:
    counts = (one.tp + one.fp, one.tp, one.fp, one.fn)
    return {
        "name": one.name,
        "threshold": wording.number(one.threshold),
        "counts": [f"{value:,}" for value in counts],
        "rates": (
            _rate(one.precision, one.precision_low, one.precision_high),
            _rate(one.recall, one.recall_low, one.recall_high),
        ),
    }


def _rate(rate: float | None, low: float | None, high: float | None) -> dict[str, str]:
    if rate is None or low is None or high is None:
        return {"share": wording.UNDEFINED, "ends": "", "bar": ""}
    return {
        "share": wording.rate(rate),
        "ends": f"({wording.between(low, high)})",
        "bar": interval_bar(rate, low, high),
    }


def _curves(decision: Decision, evaluation: Evaluation) -> Iterator[dict[str, str]]:
    labelled = [one for one in decision.concepts if one.tp + one.fn]
    for one in sorted(labelled, key=_f1)[:MOST_CURVES]:
        yield {
            "drawing": curve(evaluation, one, mode=decision.mode),
            "name": one.name,
            "threshold": wording.number(one.threshold),
        }


def _f1(one: ConceptDecided) -> float:
    return 2 * one.tp / (2 * one.tp + one.fp + one.fn)


def _shown(one: Pinned, run: EvalRun | None, changes: Changes | None) -> dict[str, str | None]:
    """Return the picture or the text of a pinned input, and whether it is the one of then."""
    shown = {"id": one.id, "note": one.note, "gone": None, "text": None, "picture": None}
    shown["since"] = "" if changes is None else changes.evidence.get(one.id, "as it was then")
    here = [] if run is None else [i for i, name in enumerate(run.ids.tolist()) if name == one.id]
    if run is None or not here:
        return shown | {"gone": "not in this run any more", "since": ""}
    if run.texts is not None:
        return shown | {"text": str(run.texts[here[0]])[:LONGEST_TEXT]}
    if run.images is None:
        return shown
    try:
        small = thumbnail(run.images, here[0], size=PICTURE)
    except ImageError as error:
        small = placeholder(str(error), size=PICTURE)
    data = base64.b64encode(small.data).decode("ascii")
    return shown | {"picture": f"data:{small.mime};base64,{data}"}
