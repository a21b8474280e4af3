"""What can be said of a run by looking at it: too few labels, none without, ties, images."""

from __future__ import annotations

import numpy as np

from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.counting.selections import Labelled, OnThreshold, Outcome
from evalcore.diagnosis.finding import Finding, no_inputs, percent, quoted, several
from evalcore.diagnosis.properties import Properties
from evalcore.measures.intervals import wilson
from evalcore.measures.metrics import METRICS
from evalcore.runs.run import EvalRun
from evalcore.wording import shortest

__all__ = [
    "image_findings",
    "labelled_needed",
    "never_predicted",
    "on_threshold",
    "open_set",
    "too_few",
]

ENOUGH_LABELLED = 50
WANTED_REACH = 0.05
MOST_ON_THRESHOLD = 0.01
SMALL = 512
"""Pixels of the longer side: in a smaller image details are hard to see."""


def too_few(evaluation: Evaluation, rule: Rule) -> list[Finding]:
    """Find concepts with fewer than fifty labelled inputs."""
    counts, found = evaluation.counts(rule), []
    for j in np.flatnonzero(counts.labelled < ENOUGH_LABELLED).tolist():
        concept = evaluation.run.concepts[j]
        n, hits = int(counts.labelled[j]), int(counts.tp[j])
        interval = wilson([hits], [n])
        # a rate of 0 or 1 is known early; what is few stays so
        needed = max(labelled_needed(hits / n if n else 0.5), ENOUGH_LABELLED)
        known = (
            f"its recall is known only to lie between {percent(float(interval.low[0]))} and "
            f"{percent(float(interval.high[0]))}"
            if n
            else "nothing can be said of it"
        )
        found.append(
            Finding(
                kind="too_few",
                concepts=(concept,),
                number=float(METRICS["recall"](counts)[j]),
                low=float(interval.low[0]),
                high=float(interval.high[0]),
                unit="recall",
                inputs=evaluation.members(rule, Labelled(concept)),
                mistakes=float(counts.fn[j] + counts.fp[j]),
                headline=f"{quoted(concept)} is labelled on {several(n, 'input')} only: {known}.",
                action=f"Collect and label about {several(needed - n, 'more input')} "
                f"with {quoted(concept)}, for testing and as many for training.",
                gain=f"With {needed:,} its recall would be known to ± {shortest(WANTED_REACH)}.",
            )
        )
    return found


def labelled_needed(rate: float, *, reach: float = WANTED_REACH) -> int:
    """Return how many labelled inputs make a 95 % interval of a rate reach so far, at most.

    Examples
    --------
    >>> labelled_needed(0.5), labelled_needed(0.9)
    (381, 141)
    """
    low, high = 1, 2**20
    while low < high:
        middle = (low + high) // 2
        interval = wilson([rate * middle], [middle])
        if float(interval.high[0] - interval.low[0]) / 2 <= reach:
            high = middle
        else:
            low = middle + 1
    return low


def open_set(evaluation: Evaluation) -> list[Finding]:
    """Say when no input is known to show no concept, or a concept has no negatives."""
    labels, found = evaluation.run.labels, []
    if labels.unlabelled.size == 0 and labels.n_inputs:
        said = (
            "No input is known to show none" if labels.undecided.size else "Every input shows one"
        )
        found.append(
            Finding(
                kind="open_set",
                inputs=no_inputs(),
                headline=f"{said} of the concepts: how the model behaves where none of the "
                "concepts is to be seen cannot be judged.",
                action="Add inputs that show none of the concepts, as they are met in use.",
                gain="False alarms in use become visible before it.",
            )
        )
    for j in np.flatnonzero((labels.total == labels.n_known) & (labels.total > 0)).tolist():
        concept = evaluation.run.concepts[j]
        found.append(
            Finding(
                kind="open_set",
                concepts=(concept,),
                inputs=labels.inputs_of(j),
                headline=f"Every input whose label is known shows {quoted(concept)}: its false "
                "positives and its ROC AUC cannot be judged.",
                action=f"Add inputs without {quoted(concept)}.",
                gain="Its precision and ROC AUC become defined.",
            )
        )
    return found


def never_predicted(evaluation: Evaluation, rule: Rule) -> list[Finding]:
    """Find concepts that are labelled and never predicted."""
    counts, found = evaluation.counts(rule), []
    for j in np.flatnonzero((counts.labelled > 0) & (counts.predicted == 0)).tolist():
        concept = evaluation.run.concepts[j]
        found.append(
            Finding(
                kind="never_predicted",
                concepts=(concept,),
                number=0.0,
                unit="inputs predicted",
                inputs=evaluation.members(rule, Outcome(concept, "FN")),
                mistakes=float(counts.fn[j]),
                headline=f"{quoted(concept)} is never predicted, though it is labelled on "
                f"{several(int(counts.labelled[j]), 'input')}.",
                action="Lower its threshold, or look at why its scores are so low.",
                gain=f"Up to {several(int(counts.fn[j]), 'missed input')} found.",
            )
        )
    return found


def on_threshold(evaluation: Evaluation, rule: Rule) -> list[Finding]:
    """Find concepts of which many inputs lie exactly on the threshold."""
    run, found = evaluation.run, []
    limit = max(5, MOST_ON_THRESHOLD * run.n_inputs)
    exact = rule.exact(run.concepts, dtype=run.scores.dtype)
    for j in np.flatnonzero((run.scores == exact).sum(axis=0) >= limit).tolist():
        concept = run.concepts[j]
        members = evaluation.members(rule, OnThreshold(concept))
        if members.size >= limit:
            found.append(
                Finding(
                    kind="on_threshold",
                    concepts=(concept,),
                    number=float(members.size),
                    unit="inputs on the threshold",
                    inputs=members,
                    headline=f"{several(members.size, 'input')} lie exactly on the threshold of "
                    f"{quoted(concept)}: the operator alone decides them.",
                    action="Move the threshold off the score that so many share, or keep more "
                    "digits of the scores.",
                    gain="The prediction no longer hangs on > or >=.",
                )
            )
    return found


def image_findings(run: EvalRun, properties: Properties) -> list[Finding]:
    """Find images that are missing, broken, or smaller than 512 pixels."""
    found: list[Finding] = []
    if run.images is None:
        return found
    broken = np.array(sorted(properties.unreadable), dtype=np.int64)
    if broken.size:
        first = properties.unreadable[int(broken[0])]
        found.append(
            Finding(
                kind="images",
                subject="unreadable",
                number=float(broken.size),
                unit="images",
                inputs=broken,
                headline=f"{several(broken.size, 'image')} cannot be looked at; the first: "
                f"{first}.",
                action="Put the files back, or take these inputs out of the run.",
                gain="Every number can be checked against its images.",
            )
        )
    longer = np.fmax(
        np.asarray(properties.values["width"], dtype=np.float64),
        np.asarray(properties.values["height"], dtype=np.float64),
    )
    small = np.flatnonzero(longer < SMALL)
    if small.size:
        found.append(
            Finding(
                kind="images",
                subject="small",
                number=float(small.size),
                unit="images",
                inputs=small,
                headline=f"{several(small.size, 'image', verbs=('is', 'are'))} smaller than "
                f"{SMALL} pixels on the longer side.",
                action="If the model or people need details, export the images larger.",
                gain="Small things can be seen, by the model and by those who label.",
            )
        )
    return found
