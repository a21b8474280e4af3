"""The report for the client: one self-contained page that prints well.

No scripts and no request: styles and drawings stand in the page, pictures are data. Whatever comes
from data is escaped.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator

from evalcore.counting.evaluation import Evaluation
from evalcore.decisions import words
from evalcore.decisions.compare import Changes, changes_since
from evalcore.decisions.decision import Decision, State, first_line
from evalcore.decisions.parts import ConceptDecided, Pinned
from evalcore.reports.drawings import curve, interval_bar
from evalcore.reports.report_style import STYLE
from evalcore.runs.images import ImageError
from evalcore.runs.thumbnails import placeholder, thumbnail

__all__ = ["to_html"]

MOST_CURVES = 12
PICTURE = 320
LONGEST_TEXT = 600
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


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
    body = "\n".join(_sections(decision, evaluation, state, changes))
    title = html.escape(decision.title)
    return (
        f"<!doctype html><!-- {first_line(decision, state=state)} -->\n"
        '<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body><main>\n{body}\n"
        "</main></body></html>\n"
    )


def _sections(
    decision: Decision, evaluation: Evaluation | None, state: State, changes: Changes | None
) -> Iterator[str]:
    yield _head(decision, state)
    yield _decided(decision)
    if changes is not None and not changes.nothing:
        yield f'<p class="note">{html.escape(changes.in_words())} The counts below are those of '
        yield "the moment of the decision.</p>"
    if decision.reasons:
        yield f'<h2>Why</h2><p class="reasons">{html.escape(decision.reasons)}</p>'
    yield _table(decision)
    if evaluation is not None and changes is not None and changes.nothing:
        yield _curves(decision, evaluation)
    if decision.pinned:
        yield _evidence(decision.pinned, evaluation)
    yield _foot(decision, state)


def _head(decision: Decision, state: State) -> str:
    when = decision.time
    mark = "" if state == "in force" else f'<p class="ended">This decision is {state}.</p>'
    return (
        f"<header><h1><bdi>{html.escape(decision.title)}</bdi></h1>"
        f'<p class="who">Decided by <b><bdi>{html.escape(decision.author)}</bdi></b> on '
        f"{when.day} {when:%B %Y} at {when:%H:%M} UTC</p>{mark}</header>"
    )


def _decided(decision: Decision) -> str:
    goal = " ".join(filter(None, (words.goal_in_words(decision), words.met_in_words(decision))))
    return (
        f'<p class="rule">{html.escape(words.rule_in_words(decision))}</p>'
        + (f"<p>{html.escape(goal)}</p>" if goal else "")
        + f'<p class="quiet">Looked at: {html.escape(words.run_in_words(decision))}.</p>'
    )


def _table(decision: Decision) -> str:
    rows = "\n".join(_row(concept) for concept in decision.concepts)
    return (
        '<h2>What it means, concept by concept</h2><table><thead><tr><th class="name">concept</th>'
        "<th>threshold</th><th>predicted</th><th>right</th><th>wrong</th><th>missed</th>"
        '<th colspan="2">of the predicted, right</th><th colspan="2">of the labelled, found</th>'
        f"</tr></thead><tbody>\n{rows}\n</tbody></table>"
        '<p class="quiet">Of the predicted, right: precision. Of the labelled, found: recall. '
        "In brackets and as a line: the 95 % Wilson interval, how far the true share may lie from "
        "the one observed on so many inputs. A dash: there was nothing to count.</p>"
    )


def _row(one: ConceptDecided) -> str:
    counts = (one.tp + one.fp, one.tp, one.fp, one.fn)
    return (
        f'<tr><td class="name"><bdi>{html.escape(one.name)}</bdi></td>'
        f'<td class="strong">{html.escape(words.number(one.threshold))}</td>'
        + "".join(f"<td>{value:,}</td>" for value in counts)
        + _rate(one.precision, one.precision_low, one.precision_high)
        + _rate(one.recall, one.recall_low, one.recall_high)
        + "</tr>"
    )


def _rate(rate: float | None, low: float | None, high: float | None) -> str:
    if rate is None or low is None or high is None:
        return f"<td>{words.UNDEFINED}</td><td></td>"
    ends = f"<small>({low:.3f}–{high:.3f})</small>"
    return f"<td>{rate:.3f} {ends}</td><td>{interval_bar(rate, low, high)}</td>"


def _curves(decision: Decision, evaluation: Evaluation) -> str:
    shown = [one for one in decision.concepts if one.tp + one.fn]
    shown = sorted(shown, key=_f1)[:MOST_CURVES]
    if not shown:
        return ""
    few = ""
    if len(shown) < len(decision.concepts):
        few = f" Shown are the {len(shown)} with the lowest F1 of {len(decision.concepts):,}."
    figures = "".join(
        f"<figure>{curve(evaluation, one, mode=decision.mode)}<figcaption><bdi>"
        f"{html.escape(one.name)}</bdi> {html.escape(words.number(one.threshold))}</figcaption>"
        "</figure>"
        for one in shown
    )
    return (
        '<section class="curves"><h2>What else was possible</h2><p class="quiet">Every threshold '
        "as a point: recall to the right, precision upwards, both from 0 to 1. The dot is the "
        f"decision.{few}</p><div>{figures}</div></section>"
    )


def _f1(one: ConceptDecided) -> float:
    return 2 * one.tp / (2 * one.tp + one.fp + one.fn)


def _evidence(pinned: Iterable[Pinned], evaluation: Evaluation | None) -> str:
    figures = "".join(
        f"<figure>{_shown(one, evaluation)}<figcaption><b><bdi>{html.escape(one.id)}</bdi></b>"
        f"{' ' + html.escape(one.note) if one.note else ''}</figcaption></figure>"
        for one in pinned
    )
    return f'<section class="evidence"><h2>Evidence</h2><div>{figures}</div></section>'


def _shown(one: Pinned, evaluation: Evaluation | None) -> str:
    """Return the picture or the text of a pinned input, or why there is none."""
    run = None if evaluation is None else evaluation.run
    here = [] if run is None else [i for i, name in enumerate(run.ids.tolist()) if name == one.id]
    if run is None or not here:
        return '<p class="gone">not in this run any more</p>'
    if run.texts is not None:
        return f'<p class="text">{html.escape(str(run.texts[here[0]])[:LONGEST_TEXT])}</p>'
    if run.images is None:
        return ""
    try:
        small = thumbnail(run.images, here[0], size=PICTURE)
    except ImageError as error:
        small = placeholder(str(error), size=PICTURE)
    data = base64.b64encode(small.data).decode("ascii")
    return f'<img src="data:{small.mime};base64,{data}" alt="{html.escape(one.id)}">'


def _foot(decision: Decision, state: State) -> str:
    run = decision.run
    before = "" if decision.supersedes is None else f" It supersedes {decision.supersedes}."
    return (
        f"<footer><p>{html.escape(first_line(decision, state=state).capitalize())}.{before} "
        f"Scores {html.escape(run.scores_digest)}, labels {html.escape(run.labels_digest)}.</p>"
        "</footer>"
    )
