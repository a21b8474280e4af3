"""A finding: something wrong with model or data, how sure that is, where, and what to do."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from evalcore.arrays import IntArray
from evalcore.wording import rate, shortest

__all__ = ["FACTS", "Finding", "FindingKind", "no_inputs", "percent", "quoted", "several"]

FindingKind = Literal[
    "label_errors",
    "cue",
    "companion",
    "confused",
    "slice",
    "concept_slice",
    "pair",
    "too_few",
    "unstable",
    "duplicates",
    "leak",
    "images",
    "open_set",
    "never_predicted",
    "not_probabilities",
    "far_from_goal",
    "on_threshold",
]
FACTS: frozenset[FindingKind] = frozenset(
    {
        "too_few",
        "duplicates",
        "leak",
        "images",
        "open_set",
        "never_predicted",
        "on_threshold",
        "label_errors",
    }
)
"""Kinds that are seen, not inferred: no chance is in them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """Something wrong with model or data.

    Parameters
    ----------
    kind
    concepts
        Whom it is about; empty when it is about all.
    subject
        What it is about besides: a column and a value, a property, a file.
    number, low, high
        The number that tells, and its 95 % interval; NaN where there is none.
    unit
        What the number is, in words that can stand behind it.
    inputs : ndarray of int64
        Positions in the run; what to look at first comes first.
    mistakes
        False positives and negatives that it accounts for, beyond what is met elsewhere: at least
        so many, by the near end of the interval where it is inferred. NaN where none can be put
        down to it. Findings stand in the order of these.
    p_value
        Of chance alone; NaN for what is seen and not inferred.
    headline, action, gain
        What is wrong, what to do about it, and what that would bring.
    also
        Other names for the same inputs, left out as findings of their own.
    """

    kind: FindingKind
    headline: str
    action: str
    gain: str
    inputs: IntArray
    concepts: tuple[str, ...] = ()
    subject: str = ""
    number: float = math.nan
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    mistakes: float = math.nan
    p_value: float = math.nan
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the same finding is called in the next version of the run, too."""
        # companions, and concepts with scores of that kind, come and go; what is found stays
        concepts = {"companion": self.concepts[:1], "not_probabilities": ()}.get(
            self.kind, tuple(sorted(self.concepts))
        )
        parts = json.dumps([self.kind, concepts, self.subject], ensure_ascii=True)
        return hashlib.blake2b(parts.encode(), digest_size=8).hexdigest()

    @property
    def is_fact(self) -> bool:
        """True when it is seen, not inferred."""
        return self.kind in FACTS


def percent(share: float) -> str:
    """Return a share as a whole percentage; one decimal where the whole would say 0 or 100.

    Examples
    --------
    >>> percent(0.256), percent(0.004), percent(1.0), percent(float("nan"))
    ('26 %', '0.4 %', '100 %', '–')
    >>> percent(0.99999), percent(0.00001), percent(0.285)
    ('> 99.9 %', '< 0.1 %', '29 %')
    """
    if math.isnan(share):
        return "–"
    hundredths = float(100 * Decimal(str(share)))
    if share in {0.0, 1.0}:
        return f"{shortest(hundredths)} %"
    whole, tenths = (rate(hundredths, digits=digits) for digits in (0, 1))
    if whole.isdigit() and whole not in {"0", "100"}:
        return f"{whole} %"
    return "> 99.9 %" if tenths == "100.0" else f"{tenths} %"


def several(n: int, noun: str, *, verbs: tuple[str, str] | None = None) -> str:
    """Return a number with its noun, and with its verb where one is given.

    Parameters
    ----------
    verbs
        Of one, and of several.

    Examples
    --------
    >>> several(1, "input"), several(1200, "input", verbs=("lies", "lie"))
    ('1 input', '1,200 inputs lie')
    """
    said = f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
    return f"{said} {verbs[n != 1]}" if verbs else said


def quoted(name: str) -> str:
    """Return a name as it stands in a sentence.

    Examples
    --------
    >>> quoted("egg"), quoted("")
    ('"egg"', '(empty)')
    """
    return f'"{name}"' if name else "(empty)"


def no_inputs() -> IntArray:
    """Return an empty list of inputs."""
    return np.zeros(0, dtype=np.int64)
