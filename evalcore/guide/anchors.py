"""Which paragraph of the guide explains a column, a highlight or a kind of finding."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ANCHORS", "FINDING_ANCHORS"]

ANCHORS: Mapping[str, str] = MappingProxyType(
    {
        "threshold": "threshold",
        "matrix": "matrix",
        "ROC AUC": "why-not-accuracy",
        "run ROC AUC": "why-not-accuracy",
        "AUC sd": "bias-and-variance",
        "avg. precision": "precision-recall-curve",
        "labelled": "outcomes",
        "predicted": "outcomes",
        "TP": "outcomes",
        "FN": "outcomes",
        "FP": "outcomes",
        "TN": "outcomes",
        "recall": "recall",
        "precision": "precision",
        "F1": "f1",
        "recall 95 %": "interval",
        "precision 95 %": "interval",
        "F1 95 %": "interval",
        "specificity": "specificity",
        "false positive rate": "specificity",
        "accuracy": "why-not-accuracy",
        "misclassification rate": "why-not-accuracy",
        "exact match": "exact-match",
        "prevalence": "prevalence",
        "nothing predicted": "nothing-predicted",
        **{
            f"{averaging} {metric}": "averages"
            for averaging in ("macro", "micro")
            for metric in ("precision", "recall", "F1")
        },
        "leave": "flips",
        "leave, wrong": "flips",
        "leave, right": "flips",
        "enter": "flips",
        "enter, right": "flips",
        "enter, wrong": "flips",
        "left t": "comparison",
        "right t": "comparison",
        "left": "comparison",
        "right": "comparison",
        "right − left": "comparison",
        "95 % interval": "interval",
        "by chance?": "by-chance",
        "mended": "mended",
        "broken": "mended",
        "both wrong": "mended",
    }
)
"""What a column or highlight is called to the paragraph that explains it."""

FINDING_ANCHORS: Mapping[str, str] = MappingProxyType(
    {
        "label_errors": "suspected-labels",
        "cue": "cues",
        "companion": "cues",
        "confused": "confused",
        "slice": "slices",
        "concept_slice": "slices",
        "pair": "slices",
        "too_few": "how-many",
        "unstable": "bias-and-variance",
        "duplicates": "duplicates",
        "leak": "duplicates",
        "images": "good-test-data",
        "open_set": "open-sets",
        "never_predicted": "nothing-predicted",
        "not_probabilities": "reliability",
        "far_from_goal": "threshold",
        "on_threshold": "threshold",
    }
)
"""Kind of finding to the paragraph that explains it."""
