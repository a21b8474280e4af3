"""Numbers and sentences as people read them, with one author for every page, report and command.

Numbers are rounded half up in decimal, from the shortest decimal that means the number, and never
so that they contradict what stands around them: a rate is 0.000 or 1.000 only if it is 0 or 1, a
number beside a limit keeps the digits that tell it from the limit, a threshold keeps all of them.
``tests/support/numbers.json`` lists cases that every language must write alike.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple, Protocol, SupportsFloat

from evalcore.errors import name_list

__all__ = [
    "NO_CHANGE",
    "UNDEFINED",
    "Piece",
    "Sentence",
    "at_least",
    "between",
    "change",
    "count",
    "difference",
    "goal_in_words",
    "isolated",
    "names_in_words",
    "number",
    "percent",
    "plain",
    "plural",
    "rate",
    "rule_in_words",
    "shortest",
    "signed_count",
    "thresholds_in_words",
]

UNDEFINED = "–"
NO_CHANGE = "±0"
MINUS = "−"
DIGITS = 3
"""Decimals of a rate."""
MOST_DIGITS = 17
"""More decimals than these tell no two rates apart."""
NOISE_DIGITS = 12
"""An end of an interval is exact to so many decimals."""
NOISE = 1e-15
"""Two means of the same numbers may differ by this much when they are summed in another order."""
MOST_NAMED = 8
_TURNING = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}


def count(value: int) -> str:
    """Return a whole number with thousands separators.

    Examples
    --------
    >>> count(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def signed_count(value: int) -> str:
    """Return a change of a count.

    Examples
    --------
    >>> signed_count(1200), signed_count(-3), signed_count(0)
    ('+1,200', '−3', '±0')
    """
    return f"{value:+,}".replace("-", MINUS) if value else NO_CHANGE


def plural(value: int, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "input"), plural(2_000, "input")
    ('1 input', '2,000 inputs')
    """
    return f"{value:,} {noun}" if value == 1 else f"{value:,} {noun}s"


def rate(value: float, *, beside: float | None = None, digits: int = DIGITS) -> str:
    """Return a rate or a score, rounded half up; a dash where it is undefined.

    Parameters
    ----------
    beside
        The limit or threshold that the value stands beside: as many digits are kept as tell the
        two apart.
    digits
        Decimals where nothing asks for more.

    Examples
    --------
    >>> rate(13 / 16), rate(float("nan")), rate(132 / 139, beside=0.95)
    ('0.813', '–', '0.9496')
    >>> rate(1 / 2999), rate(2998 / 2999), rate(0.0), rate(1.0)
    ('< 0.001', '> 0.999', '0.000', '1.000')
    """
    if math.isnan(value):
        return UNDEFINED
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    exact = _decimal(value)
    if beside is not None and math.isfinite(beside):
        told = _told_apart(exact, _decimal(beside), digits=digits)
        if told is not None:
            return told
    smallest = Decimal(1).scaleb(-digits)
    rounded = _rounded(exact, digits)
    if 0 < exact < 1 and rounded in {0, 1}:
        return f"< {smallest}" if rounded == 0 else f"> {1 - smallest}"
    return _fixed(rounded)


def between(low: float, high: float, *, digits: int = DIGITS) -> str:
    """Return the ends of an interval of a rate, rounded outward; a dash where it is undefined.

    What lies in the interval lies between the two texts as well.

    Examples
    --------
    >>> between(0.25, 0.5), between(0.9499, 0.99951), between(float("nan"), float("nan"))
    ('0.250–0.500', '0.949–1.000', '–')
    """
    if math.isnan(low) or math.isnan(high):
        return UNDEFINED
    return f"{at_least(low, digits=digits)}–{_outward(high, ROUND_CEILING, digits)}"


def at_least(value: float, *, digits: int = DIGITS) -> str:
    """Return a lower limit of a rate, rounded down, so that it is one as it is written.

    Examples
    --------
    >>> at_least(0.9499), at_least(0.9), at_least(float("nan"))
    ('0.949', '0.900', '–')
    """
    return UNDEFINED if math.isnan(value) else _outward(value, ROUND_FLOOR, digits)


def _outward(value: float, rounding: str, digits: int) -> str:
    # what a computation leaves beyond the twelfth decimal is no reason to go one step further
    exact = _rounded(_decimal(value), NOISE_DIGITS)
    return _fixed(exact.quantize(Decimal(1).scaleb(-digits), rounding=rounding))


def difference(value: float) -> str:
    """Return a signed change of a rate; empty when it is undefined.

    Examples
    --------
    >>> difference(0.0412), difference(-0.03), difference(0.0), difference(float("nan"))
    ('+0.041', '−0.030', '±0', '')
    >>> difference(0.0004), difference(-1e-9)
    ('+0.0004', '−1e-9')
    """
    if math.isnan(value):
        return ""
    if abs(value) < NOISE:
        return NO_CHANGE
    rounded = _rounded(_decimal(abs(value)), DIGITS)
    return f"{_sign(value)}{_fixed(rounded)}" if rounded else _smaller_than_shown(value)


def change(before: float, now: float) -> str:
    """Return the signed change between two rates, as both stand beside it; see :func:`difference`.

    Rounded by itself it may contradict them by one in the last digit.

    Examples
    --------
    >>> change(0.95041, 0.95349), difference(0.95349 - 0.95041)
    ('+0.003', '+0.003')
    >>> rate(0.9496), rate(0.9534), change(0.9496, 0.9534), difference(0.9534 - 0.9496)
    ('0.950', '0.953', '+0.003', '+0.004')
    >>> change(0.9501, 0.9504), change(0.5, 0.5)
    ('+0.0003', '±0')
    """
    exact = now - before
    if math.isnan(exact) or abs(exact) < NOISE:
        return difference(exact)
    shown = _rounded(_decimal(now), DIGITS) - _rounded(_decimal(before), DIGITS)
    return f"{_sign(exact)}{_fixed(abs(shown))}" if shown else _smaller_than_shown(exact)


def _sign(value: float) -> str:
    return "+" if value > 0 else MINUS


def _smaller_than_shown(value: float) -> str:
    size = _decimal(abs(value))
    return f"{_sign(value)}{number(float(_rounded(size, -size.adjusted())))}"


def number(value: float) -> str:
    """Return a threshold exactly, with at least two decimals.

    Examples
    --------
    >>> number(0.5), number(0.625), number(-3.0), number(1e-05), number(1e-7)
    ('0.50', '0.625', '-3.00', '0.00001', '1e-7')
    """
    exact = _decimal(float(value))  # no sign before a zero
    if not exact.is_finite():
        return repr(float(value))
    if exact and not -7 < exact.adjusted() < 21:
        mantissa, _, power = repr(float(value)).partition("e")
        return f"{mantissa}e{int(power):+}"
    whole, _, decimals = f"{exact:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def percent(share: float) -> str:
    """Return a share that somebody set in percent, with all its digits.

    Examples
    --------
    >>> percent(0.95), percent(0.125), percent(0.99999), percent(0.07)
    ('95 %', '12.5 %', '99.999 %', '7 %')
    """
    return f"{(_decimal(share) * 100).normalize():f} %"


def _decimal(value: SupportsFloat) -> Decimal:
    """Return the shortest decimal that means the number, in the precision that it has."""
    exact = Decimal(str(value))
    return exact or Decimal(0)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _fixed(value: Decimal) -> str:
    return f"{value or abs(value):f}"


def _told_apart(value: Decimal, limit: Decimal, *, digits: int) -> str | None:
    """Return a text on the same side of the limit as the value; None where the plain one is."""
    if value == limit:
        whole = -int(value.normalize().as_tuple().exponent)
        return _fixed(_rounded(value, whole)) if whole > digits else None
    for places in range(digits, MOST_DIGITS + 1):
        rounded = _rounded(value, places)
        if rounded != limit and (rounded > limit) == (value > limit):
            return _fixed(rounded) if places > digits else None
    return _fixed(value)


def isolated(text: str) -> str:
    """Return a name so that it cannot turn the sentence around it, should it run right to left."""
    if any(unicodedata.bidirectional(letter) in _TURNING for letter in text):
        return f"\u2068{text}\u2069"
    return text


def names_in_words(names: Sequence[str], *, most: int = MOST_NAMED) -> str:
    """Return names in a row, the first few of many.

    Examples
    --------
    >>> names_in_words(["dog"]), names_in_words(["dog", "cat", "cow"])
    ('dog', 'dog, cat and cow')
    >>> names_in_words(["dog", "cat", "cow"], most=1)
    'dog and 2 more'
    """
    shown = [isolated(name) for name in names]
    if len(names) > most:
        return name_list(shown, limit=most)
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


class Piece(NamedTuple):
    """A piece of a sentence; numbers and names are strong."""

    text: str
    strong: bool = False


Sentence = tuple[Piece, ...]
"""A sentence in pieces, shown letter by letter."""


def plain(sentence: Sentence) -> str:
    """Return a sentence as one text."""
    return "".join(piece.text for piece in sentence)


def rule_in_words(
    *, operator: str, mode: str | None, bar: str, concept: str | None = None, after: str = ""
) -> Sentence:
    """Say when an input counts as a concept: the one author of this sentence.

    Parameters
    ----------
    operator, mode
        ``>`` or ``>=``; ``every`` or ``top``.
    bar
        The threshold, or the thresholds in words.
    concept
        Whose sentence it is; None for any concept.
    after
        What is to be said of other thresholds.

    Examples
    --------
    >>> plain(rule_in_words(operator=">", mode="every", bar="0.50"))
    'An input counts as a concept when its score for it is greater than 0.50.'
    >>> plain(rule_in_words(operator=">=", mode="top", bar="0.70", concept="dog"))
    'An input counts as dog when this is its highest score and is at least 0.70.'
    """
    passes = "greater than" if operator == ">" else "at least"
    is_top = mode == "top"
    whom, when = Piece("a concept"), "its score for it is"
    if concept is not None:
        whom = Piece(isolated(concept), strong=True)
        when = "this is its highest score and is" if is_top else when
    elif is_top:
        whom = Piece("its highest-scoring concept, and only as that one,")
        when = "that score is"
    start = Piece("An input counts as ")
    middle = Piece(f" when {when} {passes} ")
    return start, whom, middle, Piece(bar, strong=True), Piece(f"{after}.")


def thresholds_in_words(thresholds: Sequence[float]) -> str:
    """Name the thresholds of several concepts: the one that they share, or what they lie between.

    Examples
    --------
    >>> thresholds_in_words([0.5, 0.5]), thresholds_in_words([0.7, 0.25])
    ('0.50', "the concept's threshold, which lies between 0.25 and 0.70")
    """
    low, high = number(min(thresholds)), number(max(thresholds))
    if low == high:
        return low
    return f"the concept's threshold, which lies between {low} and {high}"


class Wanted(Protocol):
    """What a threshold is chosen for, as :class:`evalcore.Goal` says it."""

    @property
    def kind(self) -> str: ...
    @property
    def level(self) -> float | None: ...
    @property
    def beta(self) -> float | None: ...
    @property
    def cost_fp(self) -> float | None: ...
    @property
    def cost_fn(self) -> float | None: ...
    @property
    def unit(self) -> str | None: ...


def goal_in_words(goal: Wanted) -> str:
    """Say what thresholds are chosen for: the one author of a goal in words."""
    level = percent(goal.level) if goal.level is not None else ""
    match goal.kind:
        case "precision_at_least":
            return f"precision of at least {level} with the most recall"
        case "recall_at_least":
            return f"recall of at least {level} with the most precision"
        case "share_at_most":
            return f"at most {level} of the inputs predicted, with the most recall"
        case "least_cost":
            unit = f" {isolated(goal.unit)}" if goal.unit else ""
            fp, fn = (shortest(cost or 0.0) for cost in (goal.cost_fp, goal.cost_fn))
            return (
                f"the least cost, where a false positive costs {fp}{unit} and a false negative "
                f"{fn}{unit}"
            )
        case "f_beta":
            return f"the highest F{shortest(goal.beta or 0.0)}"
        case _:
            return "the highest recall + specificity − 1 (Youden's J)"


def shortest(value: SupportsFloat) -> str:
    """Return a number with all the digits that it has and no more, in its own precision.

    Examples
    --------
    >>> shortest(0.95), shortest(2.0), shortest(-0.0), shortest(1e-05), shortest(100.0)
    ('0.95', '2', '0', '0.00001', '100')
    """
    return f"{_decimal(value).normalize():f}"
