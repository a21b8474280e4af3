"""Outcomes counted by loops, and rates as whole fractions in the text that people should read."""

from __future__ import annotations

import math
from fractions import Fraction

import evalcore as ec
from tests.support.cases import Case

__all__ = ["Counted", "Share", "plain_of", "share", "tells", "written"]

Share = Fraction | None


def share(part: int, whole: int) -> Share:
    return Fraction(part, whole) if whole else None


def written(value: Share) -> str:
    """Three decimals, half up; 0 and 1 are written for nothing but 0 and 1."""
    if value is None:
        return "–"
    thousandths = math.floor(value * 1000 + Fraction(1, 2))
    if value not in {0, 1} and thousandths in {0, 1000}:
        return "> 0.999" if thousandths else "< 0.001"
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def tells(text: str, value: Share) -> bool:
    """Whether a text says a number, to the decimals that it shows."""
    if value is None or text == "–":
        return value is None and text == "–"
    if text[0] in "<>":
        limit = Fraction(text[1:].strip())
        return value < limit if text[0] == "<" else value > limit
    decimals = len(text.partition(".")[2])
    return abs(Fraction(text) - value) <= Fraction(1, 2 * 10**decimals) + Fraction(1, 10**12)


def plain_of(sentence: str) -> str:
    return sentence.replace("\\", "").replace("\u2060", "").replace("**", "")


class Counted:
    """A concept's outcomes under a rule, counted by loops."""

    def __init__(self, case: Case, rule: ec.Rule, j: int) -> None:
        found = case.outcomes(rule)
        self.tp, self.fp, self.fn, self.tn = (
            len(found[j, name]) for name in ("TP", "FP", "FN", "TN")
        )
        self.precision = share(self.tp, self.tp + self.fp)
        self.recall = share(self.tp, self.tp + self.fn)
        self.f1 = share(2 * self.tp, 2 * self.tp + self.fp + self.fn)
