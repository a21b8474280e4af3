"""Words that people use for columns, for "none" and for "unknown", and how spellings are folded."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "CLASS_COLUMNS",
    "CONFIDENCE_COLUMNS",
    "EVALUATED",
    "ID_COLUMNS",
    "NONE_WORDS",
    "PARTS",
    "PART_COLUMNS",
    "PREDICTION_COLUMNS",
    "SCORE_COLUMNS",
    "SURE_TRUTH_COLUMNS",
    "TRUTH_COLUMNS",
    "UNKNOWN_WORDS",
    "folded",
    "is_none_word",
    "is_place",
    "is_unknown_word",
]

NONE_WORDS = frozenset(
    [
        "no finding",
        "no findings",
        "none",
        "no label",
        "no labels",
        "nothing",
        "none of these",
        "background",
        "bg",
        "negative",
        "neg",
        "normal",
        "healthy",
        "ok",
        "good",
        "no defect",
        "no defects",
        "no anomaly",
        "clean",
        "absent",
    ]
)
"""Labels by which people say that an input shows none of the concepts."""
UNKNOWN_WORDS = frozenset(
    [
        "-1",
        "-100",
        "nan",
        "na",
        "n/a",
        "null",
        "unknown",
        "unlabeled",
        "unlabelled",
        "not labeled",
        "not labelled",
        "ignore",
        "ignored",
        "uncertain",
        "?",
    ]
)
"""Labels by which people say that nobody knows."""
EVALUATED = ("test", "testing", "tst", "holdout", "hold out", "eval", "evaluation")
PARTS = frozenset(
    {*EVALUATED, *["train", "training", "trn", "val", "valid", "validation", "dev", "development"]}
)
"""The parts of a data set; a column of them holds no cross-validation splits."""
PART_COLUMNS = frozenset(
    ["split", "fold", "subset", "partition", "set", "part", "phase", "data split", "dataset split"]
)
SURE_TRUTH_COLUMNS = ("y_true", "ground_truth", "groundtruth", "true_label", "true_class")
"""Names that can only mean the ground truth."""
TRUTH_COLUMNS = frozenset(
    [
        "y true",
        "ground truth",
        "groundtruth",
        "true label",
        "true class",
        "actual label",
        "actual class",
        "truth",
        "target",
        "targets",
        "gt",
        "gt label",
        "actual",
        "obs",
        "observed",
        "class",
        "classes",
        "category",
        "categories",
        "finding labels",
        "tags",
        "annotation",
        "y",
        "is true",
        "label",
        "labels",
        "label name",
        "class name",
        "expected",
    ]
)
PREDICTION_COLUMNS = frozenset(
    [
        "prediction",
        "predicted",
        "predicted label",
        "pred",
        "pred label",
        "predict",
        "y pred",
        "top1",
        "top 1",
        "predicted class",
        "prediction label",
        "scored labels",
    ]
)
CONFIDENCE_COLUMNS = frozenset(
    [
        "confidence",
        "conf",
        "score",
        "prob",
        "probability",
        "max prob",
        "top score",
        "prediction score",
        "proba",
        "prediction confidence",
    ]
)
SCORE_COLUMNS = frozenset(
    [
        "score",
        "scores",
        "prob",
        "proba",
        "probability",
        "probabilities",
        "y score",
        "y prob",
        "y proba",
        "y pred",
        "confidence",
        "conf",
        "p",
        "pred",
        "prediction",
        "predicted",
        "pred prob",
        "logit",
        "logits",
        "output",
        "positive probability",
        "probs",
        "predictions",
        "p1",
    ]
)
CLASS_COLUMNS = frozenset(
    [
        "concept",
        "class",
        "class name",
        "classname",
        "category",
        "label",
        "label name",
        "tag",
        "finding",
    ]
)
ID_COLUMNS = frozenset(
    [
        "id",
        "image id",
        "input id",
        "sample id",
        "item id",
        "image",
        "image path",
        "file",
        "filename",
        "file name",
        "path",
        "key",
        "uid",
        "name",
    ]
)
_NUMBER = re.compile(r"[+-]?\d{1,300}(\.0+)?")
"""Of more digits Python makes no integer, and nobody counts with them."""
_PLACE = re.compile(r"[0-9]{1,18}")


@lru_cache(maxsize=1 << 18)
def folded(name: str) -> str:
    """Return what is left of a name without case, Unicode form, underscores and outer blanks.

    Examples
    --------
    >>> folded("Finding_Labels "), folded("01"), folded("1.0"), folded("-100")
    ('finding labels', '1', '1', '-100')
    """
    text = " ".join(
        re.sub(r"[_\-\s]+", " ", unicodedata.normalize("NFKC", name)).casefold().split()
    )
    stripped = name.strip()
    if _NUMBER.fullmatch(stripped):
        return str(int(stripped.partition(".")[0]))
    return text


def is_place(name: str) -> bool:
    """Tell whether a folded name may count something: a whole number from 0.

    Examples
    --------
    >>> is_place("12"), is_place("-1"), is_place("\N{SUPERSCRIPT TWO}"), is_place("9" * 5_000)
    (True, False, False, False)
    """
    return _PLACE.fullmatch(name) is not None


def is_none_word(label: str) -> bool:
    """Tell whether people write a label for inputs that show none of the concepts."""
    return folded(label) in NONE_WORDS


def is_unknown_word(label: str) -> bool:
    """Tell whether people write a label for inputs of which nobody knows."""
    return folded(label) in UNKNOWN_WORDS
