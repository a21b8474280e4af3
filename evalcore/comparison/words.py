"""A comparison in sentences, every one of them made from counts."""

from __future__ import annotations

import numpy as np

from evalcore.comparison.differences import Difference, Metric
from evalcore.comparison.operating_points import Matched, Unmatched
from evalcore.comparison.sides import Comparison
from evalcore.wording import isolated, names_in_words, plural

__all__ = [
    "METRIC_WORDS",
    "paired_in_words",
    "result_in_words",
    "told_in_words",
    "unlike_in_words",
    "unmatched_in_words",
]

METRIC_WORDS: dict[Metric, str] = {
    "recall": "recall",
    "precision": "precision",
    "f1": "F1",
    "specificity": "specificity",
    "accuracy": "accuracy",
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
}
MOST_NAMED = 5
UNLIKE = 0.1
"""The sides are unlike in strictness when one predicts less than this share below the other."""
_WHY: dict[Unmatched, str] = {
    "nothing_labelled": "nothing is labelled on the right",
    "undefined": "it is undefined on the left",
    "out_of_reach": "no threshold on the right comes to it",
    "no_threshold": "no number lies beyond the scores",
}


def result_in_words(values: Difference) -> str:
    """Say how many concepts differ by more than chance."""
    told = int((~np.isnan(values.p_value)).sum())
    n = int(values.differs.sum())
    verb = "differs" if n == 1 else "differ"
    return (
        f"{METRIC_WORDS[values.metric]}: {n:,} of {plural(told, 'concept')} {verb} by more than "
        f"chance; {values.n_better:,} better on the right, {values.n_worse:,} worse."
    )


def told_in_words(values: Difference, k: int) -> str:
    """Say whether a concept's difference may be chance."""
    if np.isnan(values.p_value[k]):
        return "–"
    if not values.differs[k]:
        return "may be"
    return "no, better" if values.difference[k] > 0 else "no, worse"


def paired_in_words(comparison: Comparison, *, n_relabelled: int) -> str:
    """Say which inputs are compared, and which concepts only one side has.

    Parameters
    ----------
    n_relabelled
        Inputs that have another label on the other side.
    """
    pairing, concepts = comparison.pairing, comparison.concepts
    by = {"id": "their ids", "image": "their images", "text": "their texts", "nothing": "nothing"}
    both = (
        f"{plural(pairing.n_pairs, 'input')} of {pairing.n_left:,} on the left and "
        f"{pairing.n_right:,} on the right are the same"
    )
    if comparison.is_paired:
        said = f"{both}, by {by[pairing.by]}; only these are compared."
    else:
        said = f"{both}: the sides are compared as different inputs."
    if n_relabelled:
        verb = "has" if n_relabelled == 1 else "have"
        said += f" {plural(n_relabelled, 'input')} of these {verb} another label on the right."
    for where, names in (("left", concepts.only_left), ("right", concepts.only_right)):
        if names:
            said += f" Only on the {where}: {names_in_words(names, most=MOST_NAMED)}."
    return said


def unmatched_in_words(matched: Matched) -> str:
    """Say which concepts could not be matched, and why; empty where all were."""
    said = []
    for reason, words in _WHY.items():
        names = [
            isolated(name)
            for name, own in zip(matched.names, matched.reasons, strict=True)
            if own == reason
        ]
        if names:
            said.append(f"Not matched, as {words}: {', '.join(names)}.")
    return " ".join(said)


def unlike_in_words(comparison: Comparison) -> str:
    """Say that one side predicts far more than the other; empty where they are about as strict.

    What differs then may be how strict the thresholds are, and not how good the models are.
    """
    made = [int(counts.predicted.sum()) for counts in comparison.counts()]
    n_inputs = [side.evaluation.run.n_inputs for side in (comparison.left, comparison.right)]
    left, right = (n / max(1, inputs) for n, inputs in zip(made, n_inputs, strict=True))
    if min(left, right) >= (1 - UNLIKE) * max(left, right):
        return ""
    sides = [
        f"the {where} makes {plural(n, 'prediction')} on {plural(inputs, 'input')}"
        for where, n, inputs in zip(("left", "right"), made, n_inputs, strict=True)
    ]
    return (
        f"The {'right' if right < left else 'left'} side is stricter: {sides[0]}, {sides[1]}. "
        "What differs may be the thresholds and not the models."
    )
