"""Numbers and sentences as people read them. Sentences come from counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypedDict

from evalcore import (
    Cell,
    CellPart,
    Flip,
    Labelled,
    OnThreshold,
    Outcome,
    Predicted,
    Rule,
    wording,
)
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from evalcore.errors import name_list
from evalcore.wording import (
    NO_CHANGE,
    UNDEFINED,
    Sentence,
    at_least,
    between,
    change,
    count,
    difference,
    goal_in_words,
    isolated,
    names_in_words,
    number,
    percent,
    plural,
    rate,
    shortest,
    signed_count,
)
from pages._ui.session.targets import Corner, Group, Place, Target

__all__ = [
    "NO_CHANGE",
    "UNDEFINED",
    "Span",
    "Words",
    "at_least",
    "between",
    "change",
    "count",
    "describe",
    "difference",
    "escape",
    "follows_none",
    "goal_in_words",
    "isolated",
    "named",
    "names_in_words",
    "number",
    "percent",
    "place_of",
    "plural",
    "rate",
    "rule_in_words",
    "short_rule",
    "shortest",
    "signed_count",
    "spans",
    "tone_of",
]

BLANK = "(blank)"
MOST_OWN = 3
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"
_REWRITTEN = re.compile(
    # arrows, dashes and signs that stand alone; icons, colours and links; addresses
    r"(?<![^\s\ufeff])(?:<->|->|<-|--|>=|<=|~=)(?![^\s\ufeff])"
    r"|:(?=[-+]?\w+(?:/\w+)?:|[-\w]+\[|//)"
    r"|(?<=[-.\w+])@(?=[-\w])|w(?=ww\.)",
    re.IGNORECASE,
)
"""What Streamlit makes something else of; nothing more, for people copy what they read: a joiner in
``score:dog`` would go into their files."""


def escape(text: str) -> str:
    """Return Markdown that shows the text as it is, letter by letter.

    Every ASCII punctuation mark gets a backslash, and an invisible joiner splits what Streamlit
    rewrites (arrows and dashes that stand alone, colons before names of icons and colours).
    """
    flat = " ".join(text.split()) or BLANK
    parted = _REWRITTEN.sub(lambda pair: _JOINER.join(pair[0]) + _JOINER, flat)
    return isolated(_PUNCTUATION.sub(r"\\\1", parted))


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


def tone_of(by: float) -> Literal["better", "worse", "same"]:
    """Tell whether a change of what is better when higher is one for the better."""
    if difference(by) in {"", NO_CHANGE}:
        return "same"
    return "better" if by > 0 else "worse"


def spans(sentence: Sentence) -> Words:
    """Return a sentence as the component that shows it wants it."""
    return [{"text": piece.text, "strong": piece.strong} for piece in sentence]


def rule_in_words(rule: Rule, *, concept: str | None = None, among: Sequence[str] = ()) -> Words:
    """Say when an input counts as a concept: as any of those ``among`` which, or as the one named.

    Where each of them has a threshold of its own, the common one applies to none and is not said.
    """
    own = dict(rule.by_concept)
    bar = number(rule.default if concept is None else rule.threshold_of(concept))
    after = _own_thresholds(rule)
    if concept is None and follows_none(rule, among):
        bar = wording.thresholds_in_words([own[name] for name in among])
        after = ""
    if concept is not None:
        others = f", its own threshold; the others follow {number(rule.default)}"
        after = others if concept in own else ""
    said = wording.rule_in_words(
        operator=rule.operator, mode=rule.mode, bar=bar, concept=concept, after=after
    )
    return spans(said)


def follows_none(rule: Rule, concepts: Sequence[str]) -> bool:
    """Tell whether each of some concepts has a threshold of its own, and none the common one."""
    own = dict(rule.by_concept)
    return bool(concepts) and all(name in own for name in concepts)


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
    said = [number(rule.default)]
    if beside is not None and beside.operator != rule.operator:
        said[0] = f"{'greater than' if rule.operator == '>' else 'at least'} {said[0]}"
    if beside is not None and beside.mode != rule.mode:
        said.append("top concept only" if rule.mode == "top" else "every concept")
    if beside is not None and beside.by_concept != rule.by_concept:
        n_own = len(rule.by_concept)
        said.append(
            f"{plural(n_own, 'concept')} with its own"
            if n_own == 1
            else f"{plural(n_own, 'concept')} with their own"
            if n_own
            else "one for all"
        )
    return ", ".join(said)


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
