"""Which part of the page is shown; what people are asked there, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

import evalcore as ec
from evalcore.counting.selections import OutcomeName
from evalcore.truth.agreed import Verdict
from evalcore.truth.log import Log
from evalcore.truth.suspicion import Suspicion
from evalcore.truth.votes import Pair
from pages._ui.inputs.listing import deciding, listing, target_of
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few
from pages._ui.session.keys import Key
from pages._ui.session.view import Queue, TruthSection, View

__all__ = ["MOST", "QUEUE_WORDS", "needs_suspicion", "queue_of", "sections", "unanswered"]

MOST = 500
"""Pairs in a queue at most: more than a group looks at in one sitting."""
QUEUE_WORDS: dict[Queue, str] = {
    "suspected": "suspected label errors first",
    "false_positives": "false positives at the rule",
    "false_negatives": "false negatives at the rule",
    "gallery": "what the list on Evaluate shows",
    "disputed": "what others disagree on",
    "audit": "the audit sample",
    "assigned": "what is assigned to me",
}

SECTION_WORDS: dict[TruthSection, str] = {
    "vote": "Vote",
    "bring_in": "Bring in answers",
    "settle": "Settle disputes",
    "agreement": "How far people agree",
    "audit": "Audit",
    "result": "What it changes",
}


def sections(view: View) -> None:
    """Draw the choice of the part of the page."""
    one_of_few(
        "Ground truth",
        SECTION_WORDS,
        view.truth_section,
        key=Key.TRUTH_SECTION,
        take=lambda section: state.change(truth_section=section),
    )


def needs_suspicion(queue: Queue) -> bool:
    """Tell whether a queue is ordered by suspicion."""
    return queue == "suspected"


def queue_of(
    evaluation: ec.Evaluation,
    view: View,
    log: Log,
    verdicts: dict[Pair, Verdict],
    *,
    suspicion: Suspicion | None,
    voter: str,
) -> tuple[Pair, ...]:
    """Return the pairs of the queue that the view names, the first one first.

    What is settled is asked no more, but of those to whom it was assigned.

    Parameters
    ----------
    evaluation
        By the labels as delivered.
    suspicion
        Of the same run; needed by the queue of suspected errors alone.
    """
    settled = set() if view.queue == "assigned" else log.settlements.keys()
    # so many more that the queue is as long when what is settled has left it
    most = MOST + len(settled)
    pairs = _asked(evaluation, view, log, verdicts, suspicion=suspicion, voter=voter, most=most)
    return tuple(pair for pair in pairs if pair not in settled)[:MOST]


def _asked(
    evaluation: ec.Evaluation,
    view: View,
    log: Log,
    verdicts: dict[Pair, Verdict],
    *,
    suspicion: Suspicion | None,
    voter: str,
    most: int,
) -> tuple[Pair, ...]:
    run, concept = evaluation.run, _known(evaluation.run, view.concept)
    match view.queue:
        case "suspected":
            return _suspected(run, suspicion, concept, most=most)
        case "false_positives":
            return _outcomes(evaluation, view.rule, concept, "FP", most=most)
        case "false_negatives":
            return _outcomes(evaluation, view.rule, concept, "FN", most=most)
        case "gallery":
            return _gallery(evaluation, view, most=most)
        case "disputed":
            found = (pair for pair, verdict in verdicts.items() if verdict.outcome == "disputed")
            return _of_concept(run, found, concept)
        case "audit":
            drawn = [Pair(name, a.concept) for a in log.audits[-1:] for name in a.inputs]
            return _of_concept(run, drawn, None)
        case "assigned":
            return _of_concept(run, log.assigned_to(voter), None)


def unanswered(pairs: tuple[Pair, ...], log: Log, *, voter: str) -> list[Pair]:
    """Return the pairs that a person has not answered, in their order."""
    return [pair for pair in pairs if voter not in log.answers(pair)]


def _known(run: ec.EvalRun, concept: str | None) -> str | None:
    return concept if concept in run.concepts else None


def _pairs(run: ec.EvalRun, places: Iterable[tuple[int, int]]) -> tuple[Pair, ...]:
    return tuple(Pair(str(run.ids[i]), run.concepts[j]) for i, j in places)


def _suspected(
    run: ec.EvalRun, suspicion: Suspicion | None, concept: str | None, *, most: int
) -> tuple[Pair, ...]:
    if suspicion is None:
        return ()
    column = None if concept is None else run.position_of(concept)
    return _pairs(run, suspicion.ranked(most=most, concept=column).tolist())


def _outcomes(
    evaluation: ec.Evaluation,
    rule: ec.Rule,
    concept: str | None,
    outcome: OutcomeName,
    *,
    most: int,
) -> tuple[Pair, ...]:
    """Return the mistakes of one concept, or of all, the most confident ones first."""
    run = evaluation.run
    found = []
    for name in [concept] if concept is not None else run.concepts:
        j = run.position_of(name)
        members = evaluation.members(rule, ec.Outcome(name, outcome), first=most)
        found += [(float(run.scores[i, j]), int(i), j) for i in members]
    # a false negative is the worse the lower its score
    found.sort(key=lambda one: one[0], reverse=outcome == "FP")
    return _pairs(run, [(i, j) for _, i, j in found[:most]])


def _gallery(evaluation: ec.Evaluation, view: View, *, most: int) -> tuple[Pair, ...]:
    run, target = evaluation.run, target_of(evaluation, view)
    concept = deciding(target)
    if concept is None:
        return ()
    listed = listing(
        evaluation,
        target,
        rule=view.rule,
        pinned=view.pinned,
        shown=np.arange(run.n_concepts),
        sort=view.sort,
    )
    return tuple(Pair(str(run.ids[i]), concept) for i in listed.members[:most])


def _of_concept(run: ec.EvalRun, pairs: Iterable[Pair], concept: str | None) -> tuple[Pair, ...]:
    here = set(run.ids.tolist())
    return tuple(
        pair
        for pair in pairs
        if pair.input in here and (pair.concept == concept if concept else True)
    )
