"""Numbers and sentences as people read them. Sentences come from counts."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TypedDict

from evalcore import (
    Cell,
    CellPart,
    Flip,
    Labelled,
    OnThreshold,
    Outcome,
    Predicted,
    Rule,
)
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from evalcore.errors import name_list
from pages._ui.session.targets import Corner, Group, Place, Target

__all__ = [
    "UNDEFINED",
    "Span",
    "Words",
    "count",
    "describe",
    "difference",
    "escape",
    "isolated",
    "named",
    "number",
    "place_of",
    "plural",
    "rate",
    "rule_in_words",
    "short_rule",
]

UNDEFINED = "–"
BLANK = "(blank)"
NO_CHANGE = "±0"
MOST_OWN = 3
_TURNING = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"
_REWRITTEN = re.compile(r"(<-|->|--|\.\.|==|<=|>=|~=|:|@|w(?=ww\.))", re.IGNORECASE)


def count(value: int) -> str:
    """Return a whole number with thousands separators.

    Examples
    --------
    >>> count(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def plural(value: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "input"), plural(2_000, "input")
    ('1 input', '2,000 inputs')
    """
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def rate(value: float) -> str:
    """Return a rate with three decimals, a dash where it is undefined.

    Examples
    --------
    >>> rate(0.5), rate(float("nan"))
    ('0.500', '–')
    """
    return UNDEFINED if math.isnan(value) else f"{value:.3f}"


def difference(value: float) -> str:
    """Return a signed change of a rate; empty when there is none to tell.

    Examples
    --------
    >>> difference(0.0412), difference(-0.03), difference(0.0), difference(float("nan"))
    ('+0.041', '−0.030', '±0', '')
    """
    if math.isnan(value):
        return ""
    if abs(value) < 0.0005:
        return NO_CHANGE
    return f"{value:+.3f}".replace("-", "−")


def number(value: float) -> str:
    """Return a threshold exactly, with at least two decimals.

    Examples
    --------
    >>> number(0.5), number(0.625), number(-3.0), number(1e-7)
    ('0.50', '0.625', '-3.00', '1e-07')
    """
    text = repr(float(value))
    if "e" in text or "." not in text:
        return text
    whole, decimals = text.split(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def escape(text: str) -> str:
    """Return Markdown that shows the text as it is, letter by letter.

    Every ASCII punctuation mark gets a backslash, and an invisible joiner splits the pairs that
    Streamlit rewrites (arrows, dashes, colons before names of icons and colours).
    """
    flat = " ".join(text.split()) or BLANK
    parted = _REWRITTEN.sub(lambda pair: _JOINER.join(pair[0]) + _JOINER, flat)
    return isolated(_PUNCTUATION.sub(r"\\\1", parted))


def isolated(text: str) -> str:
    """Return a name so that it cannot turn the sentence around it, should it run right to left."""
    if any(unicodedata.bidirectional(letter) in _TURNING for letter in text):
        return f"\u2068{text}\u2069"
    return text


def named(name: str, version: str) -> str:
    """Return a name with its version.

    Examples
    --------
    >>> named("tagger", "3"), named("shelf-test", "autumn"), named("tagger", "")
    ('tagger v3', 'shelf-test autumn', 'tagger')
    """
    marked = f"v{version}" if version[:1].isdecimal() else version
    return " ".join(filter(None, (name, marked)))


class Span(TypedDict):
    """A piece of a sentence."""

    text: str
    strong: bool


Words = list[Span]
"""A sentence in pieces, shown letter by letter."""


def rule_in_words(rule: Rule) -> Words:
    """Say when an input counts as a concept."""
    passes = "greater than" if rule.operator == ">" else "at least"
    if rule.mode == "top":
        start = (
            "An input counts as its highest-scoring concept, and only as that one, "
            f"when that score is {passes} "
        )
    else:
        start = f"An input counts as a concept when its score for it is {passes} "
    return [
        {"text": start, "strong": False},
        {"text": number(rule.default), "strong": True},
        {"text": f"{_own_thresholds(rule)}.", "strong": False},
    ]


def _own_thresholds(rule: Rule) -> str:
    own = rule.by_concept
    if not own:
        return ""
    named = name_list((f"{isolated(name)} {number(t)}" for name, t in own), limit=MOST_OWN)
    have = "has a threshold of its own" if len(own) == 1 else "have thresholds of their own"
    return f"; {plural(len(own), 'concept')} {have}: {named}"


def place_of(rule: Rule) -> str:
    """Say on what an input lies that lies exactly on the threshold.

    Examples
    --------
    >>> place_of(Rule(0.5)), place_of(Rule({"dog": 0.7}))
    ('0.50', 'a threshold')
    """
    return number(rule.default) if rule.is_common else "a threshold"


def short_rule(rule: Rule, *, beside: Rule | None = None) -> str:
    """Name a rule by its threshold, and by what else differs from the rule beside it."""
    parts = [number(rule.default)]
    if beside is not None and beside.operator != rule.operator:
        parts.insert(0, rule.operator)
    if beside is not None and beside.mode != rule.mode:
        parts.append(str(rule.mode))
    if beside is not None and beside.by_concept != rule.by_concept:
        parts.append(f"with {len(rule.by_concept):,} own" if rule.by_concept else "for all")
    return " ".join(parts)


def describe(target: Target) -> str:
    """Name a target in words; concept names stand in it as they are."""
    match target:
        case Cell(actual, predicted) | Corner(actual, predicted):
            return f"{_actual(actual)}, {_predicted(predicted)}"
        case CellPart(cell, part):
            words = {"also": "also labelled", "not": "not labelled", "unknown": "unknown for"}
            return f"{describe(cell)}, {words[part]} {cell.predicted}"
        case Outcome(concept, outcome):
            return f"{_OUTCOMES[outcome]} of {concept}"
        case Labelled(concept):
            return _actual(concept)
        case Predicted(concept):
            return _predicted(concept)
        case OnThreshold(concept):
            return "exactly on the threshold" + (f" of {concept}" if concept else "")
        case Flip(concept, direction, labelled):
            kind = {True: f"labelled {concept}, ", False: f"not labelled {concept}, ", None: ""}
            word = "no longer predicted" if direction == "leave" else "newly predicted"
            return f"{kind[labelled]}{word} {concept}"


_OUTCOMES = {
    "TP": "true positives",
    "FP": "false positives",
    "FN": "false negatives",
    "TN": "true negatives",
}


def _actual(place: Place) -> str:
    if place is None:
        return NO_LABEL
    return f"labelled {place.value if isinstance(place, Group) else place}"


def _predicted(place: Place) -> str:
    if place is None:
        return NOTHING_PREDICTED
    return f"predicted {place.value if isinstance(place, Group) else place}"
