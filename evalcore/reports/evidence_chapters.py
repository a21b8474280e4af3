"""The chapters of a report that others have found: decisions, comparison, findings, and so on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evalcore import wording
from evalcore.comparison.differences import Difference
from evalcore.comparison.words import (
    METRIC_WORDS,
    paired_in_words,
    result_in_words,
    told_in_words,
    unmatched_in_words,
)
from evalcore.decisions import Entry
from evalcore.decisions import words as decision_words
from evalcore.decisions.carry_over import CarriedOver, kept_rows
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.words import KIND_WORDS, grades_in_words, sure_in_words, verdict_in_words
from evalcore.diagnosis.worklist import Handled
from evalcore.reports.contents import Against
from evalcore.reports.drawings import picture_of
from evalcore.reports.number_chapters import Table
from evalcore.runs.run import EvalRun
from evalcore.truth.agreement import Agreement, Estimated, strength
from evalcore.truth.votes import ANSWER_WORDS, ANSWERS
from evalcore.wording import UNDEFINED
from evalcore.workshop.meeting import Meeting, Poll
from evalcore.workshop.minutes import Minutes

__all__ = ["agreement_table", "comparison", "decisions", "findings", "minutes"]

MOST_FINDINGS = 12
MOST_PICTURES = 7
"""Of a finding: a row of them on paper."""
PICTURE = 144
LONGEST_TEXT = 160


def decisions(entries: tuple[Entry, ...]) -> list[dict[str, str]]:
    """Return the decisions on record, in words."""
    return [
        {
            "title": entry.decision.title,
            "who": entry.decision.author,
            "when": f"{entry.decision.time:%Y-%m-%d %H:%M} UTC",
            "state": entry.state,
            "rule": decision_words.rule_in_words(entry.decision),
            "goal": decision_words.goal_in_words(entry.decision),
            "met": decision_words.met_in_words(entry.decision),
            "reasons": entry.decision.reasons,
        }
        for entry in entries
    ]


def comparison(against: Against) -> dict[str, Any]:
    """Return the comparison: sentences, and a table for each metric."""
    said = paired_in_words(against.comparison, n_relabelled=against.n_relabelled)
    if against.matched is not None:
        said = f"{said} {unmatched_in_words(against.matched)}".strip()
    sides = [against.comparison.left, against.comparison.right]
    names = [against.comparison.concepts.left, against.comparison.concepts.right]
    bars = [
        [wording.number(side.rule.threshold_of(name)) for name in own]
        for side, own in zip(sides, names, strict=True)
    ]
    return {
        "name": against.name,
        "words": said,
        "tables": [_differences(values, names[0], bars) for values in against.differences],
        "fates": _fates(against),
        "carried": None if against.carried is None else _carried(against.carried),
    }


def _differences(values: Difference, names: tuple[str, ...], bars: list[list[str]]) -> Table:
    rows = [
        (
            names[place],
            *(bar[place] for bar in bars),
            wording.rate(values.left[k]),
            wording.rate(values.right[k]),
            wording.change(float(values.left[k]), float(values.right[k])) or UNDEFINED,
            UNDEFINED
            if np.isnan(values.low[k])
            else f"{wording.difference(float(values.low[k]))} to "
            f"{wording.difference(float(values.high[k]))}",
            told_in_words(values, k),
        )
        for k, place in enumerate(values.positions.tolist())
    ]
    word = METRIC_WORDS[values.metric]
    heads = ("left t", "right t", f"{word}, left", f"{word}, right", "right − left", "95 %")
    return Table(
        heads=("concept", *heads, "by chance?"), rows=tuple(rows), note=result_in_words(values)
    )


def _carried(carried: CarriedOver) -> dict[str, Any]:
    """Return which thresholds keep what was promised, and what became of the evidence."""
    heads = ("concept", "threshold", "promised", "then", "on the right", "kept", "proven")
    pinned = tuple((one.id, one.in_words) for one in carried.pinned)
    return {
        "title": carried.applied.decision.title,
        "goal": decision_words.goal_in_words(carried.applied.decision),
        "kept": Table(heads=heads, rows=tuple(kept_rows(carried))),
        "pinned": Table(heads=("input", "on the right"), rows=pinned) if pinned else None,
    }


def _fates(against: Against) -> Table | None:
    if not against.comparison.is_paired:
        return None
    fates = against.comparison.fates()
    columns = [fates[fate].tolist() for fate in ("mended", "broken", "both_wrong")]
    names = against.comparison.concepts.left
    return Table(
        heads=("concept", "mended", "broken", "both wrong"),
        rows=tuple(
            (name, *(wording.count(column[k]) for column in columns))
            for k, name in enumerate(names)
        ),
        note="Mended: inputs that only the right side gets right. Broken: only the left side.",
    )


def findings(diagnosis: Diagnosis, run: EvalRun, handled: Mapping[str, Handled]) -> dict[str, Any]:
    """Return verdict and findings, each with its first inputs; apart those dealt with.

    Parameters
    ----------
    handled
        Key of a finding to the last thing done about it.
    """
    marks = [(one, handled.get(one.key)) for one in diagnosis.findings]
    closed = [(one, mark) for one, mark in marks if mark is not None and mark.closes(run)]
    left = [one for one, mark in marks if mark is None or not mark.closes(run)]
    shown, n = left[:MOST_FINDINGS], len(left)
    return {
        "verdict": verdict_in_words(diagnosis.run_verdict),
        "grades": list(grades_in_words(diagnosis.verdicts, run.concepts).items()),
        "note": f"The first {len(shown)} of {n:,} findings." if len(shown) < n else "",
        "items": [
            {
                "kind": KIND_WORDS[finding.kind],
                "headline": finding.headline,
                "sure": sure_in_words(finding),
                "action": finding.action,
                "gain": finding.gain,
                "inputs": _inputs(finding, run),
                "rest": max(0, finding.inputs.size - MOST_PICTURES),
            }
            for finding in shown
        ],
        "closed": [(one.headline, mark.in_words) for one, mark in closed],
    }


def _inputs(finding: Finding, run: EvalRun) -> list[dict[str, str]]:
    shown = []
    for position in finding.inputs[:MOST_PICTURES].tolist():
        one = {"id": str(run.ids[position]), "picture": "", "text": ""}
        if run.images is not None:
            one["picture"] = picture_of(run.images, position, size=PICTURE)
        elif run.texts is not None:
            one["text"] = str(run.texts[position])[:LONGEST_TEXT]
        shown.append(one)
    return shown


def agreement_table(measured: Mapping[str, Agreement]) -> Table | None:
    """Return how far people agree, with intervals; None where nobody has answered the same."""
    if not measured:
        return None
    return Table(
        heads=("concept", "inputs", "agree", "alpha", "in words", "AC1"),
        rows=tuple(
            (
                name,
                wording.count(one.n_inputs),
                _with_interval(one.percent),
                _with_interval(one.alpha),
                strength(one.alpha.value),
                _with_interval(one.ac1),
            )
            for name, one in measured.items()
        ),
        note="In brackets 95 % intervals, inputs drawn again.",
    )


def minutes(held: tuple[Minutes, ...]) -> list[dict[str, Any]]:
    """Return what happened in the workshops that were held on the run."""
    return [
        {
            "title": one.meeting.title,
            "who": one.meeting.opened_by,
            "when": _span(one.meeting),
            "decided": [(e.decision.title, e.decision.author) for e in one.decided],
            "polls": Table(
                heads=("concept", "input", "asked by", "answers"),
                rows=tuple(map(_polled, one.meeting.polls)),
            ),
            "settled": Table(
                heads=("concept", "input", "settled as", "by", "reason"),
                rows=tuple(
                    (s.pair.concept, s.pair.input, ANSWER_WORDS[s.answer], s.adjudicator, s.reason)
                    for s in one.settled
                ),
            ),
            "voted": [(name, wording.count(n)) for name, n in one.voted.items()],
            "questions": one.meeting.questions,
        }
        for one in held
    ]


def _span(meeting: Meeting) -> str:
    begun, ended = meeting.opened, meeting.closed
    if begun is None:
        return ""
    end = "under way" if ended is None else f"to {ended:%H:%M} UTC"
    return f"{begun:%Y-%m-%d %H:%M} UTC, {end}"


def _polled(poll: Poll) -> tuple[str, str, str, str]:
    said = (
        f"{len(names):,} {ANSWER_WORDS[answer]} ({', '.join(names)})"
        for answer in ANSWERS
        if (names := poll.said(answer))
    )
    # what the room has not seen is not told here either
    hidden = f"{wording.plural(len(poll.answers), 'answer')}, not shown"
    told = " · ".join(said) or "no answer" if poll.shown else hidden
    return poll.pair.concept, poll.pair.input, poll.asked_by, told


def _with_interval(one: Estimated) -> str:
    if np.isnan(one.value) or np.isnan(one.low):
        return wording.rate(one.value)
    return f"{wording.rate(one.value)} ({wording.between(one.low, one.high)})"
