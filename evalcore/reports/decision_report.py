"""The report for the client: one self-contained page that prints well.

No scripts and no request: styles and drawings stand in the page, pictures are data. Whatever comes
from data is escaped by the template, ``decision_report.html``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalcore import wording
from evalcore.concept.staircase import staircase_of
from evalcore.counting.evaluation import Evaluation
from evalcore.decisions import words
from evalcore.decisions.changes import Changes, changes_since
from evalcore.decisions.decision import Decision, State, first_line
from evalcore.decisions.parts import ConceptDecided, Pinned
from evalcore.reports.drawings import (
    Point,
    interval_bar,
    picture_of,
    precision_recall_drawing,
)
from evalcore.reports.templates import style, template
from evalcore.runs.run import EvalRun

__all__ = ["to_html"]

MOST_CURVES = 12
PICTURE = 320
LONGEST_TEXT = 600


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
    return template("decision_report.html").render(
        decision=decision,
        state=state,
        first_line=first_line(decision, state=state),
        style=style(),
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
        point = None
        if one.precision is not None and one.recall is not None:
            point = Point(x=one.recall, y=one.precision)
        yield {
            "drawing": precision_recall_drawing(
                staircase_of(evaluation, one.name, mode=decision.mode), point, name=one.name
            ),
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
    return shown | {"picture": picture_of(run.images, here[0], size=PICTURE)}
