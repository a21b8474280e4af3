"""What a threshold is chosen for: one goal, its numbers, and whether counts meet it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.errors import GoalError, did_you_mean, shorten
from evalcore.measures.metrics import METRICS, Counts, divide
from evalcore.wording import shortest

__all__ = [
    "GOAL_CHECKS",
    "GOAL_KINDS",
    "LONGEST_UNIT",
    "Goal",
    "GoalKind",
]

GoalKind = Literal[
    "f_beta", "precision_at_least", "recall_at_least", "least_cost", "share_at_most", "youden"
]
_PARTS: Mapping[GoalKind, tuple[str, ...]] = MappingProxyType(
    {
        "f_beta": ("beta",),
        "precision_at_least": ("level",),
        "recall_at_least": ("level",),
        "least_cost": ("cost_fp", "cost_fn", "unit"),
        "share_at_most": ("level",),
        "youden": (),
    }
)
GOAL_KINDS: tuple[GoalKind, ...] = tuple(_PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal for the threshold of a concept. Immutable, hashable, compared by value.

    Make one with the class method of its kind.

    Parameters
    ----------
    kind
        ``f_beta``: the highest F-beta. ``precision_at_least``: precision of at least ``level``
        with the most recall. ``recall_at_least``: recall of at least ``level`` with the most
        precision. ``least_cost``: the least ``cost_fp * FP + cost_fn * FN``. ``share_at_most``: at
        most ``level`` of the inputs predicted, with the most recall. ``youden``: the highest
        recall + specificity - 1.
    level
        Above 0, at most 1; for the three kinds with a limit.
    beta
        Recall weighs ``beta`` times as much as precision; for ``f_beta``.
    cost_fp, cost_fn, unit
        Cost of one false positive and of one false negative, in the user's own unit.

    Raises
    ------
    GoalError
        When a number is missing, out of range, or does not belong to the kind.

    Examples
    --------
    >>> Goal.precision_at_least(0.9)
    Goal(precision_at_least, level=0.9)
    >>> Goal.from_dict(Goal.least_cost(fp=1, fn=5, unit="minutes").to_dict()).cost_fn
    5.0
    """

    kind: GoalKind
    level: float | None = None
    beta: float | None = None
    cost_fp: float | None = None
    cost_fn: float | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        """Check every part and turn the numbers into floats."""
        if self.kind not in _PARTS:
            msg = f"Goal {shorten(self.kind)} is unknown. It must be one of {', '.join(_PARTS)}."
            raise GoalError(msg + did_you_mean(str(self.kind), _PARTS))
        for name in ("level", "beta", "cost_fp", "cost_fn", "unit"):
            value = getattr(self, name)
            wanted = name in _PARTS[self.kind]
            if wanted != (value is not None):
                found = f"got {shorten(value)}" if value is not None else "which is missing"
                msg = f"Goal {self.kind} {'needs' if wanted else 'has no'} {name}, {found}."
                raise GoalError(msg)
            if wanted:
                object.__setattr__(self, name, GOAL_CHECKS[name](name, value))
        if self.cost_fp == 0 and self.cost_fn == 0:
            msg = "Goal least_cost: both costs are 0, so that every threshold costs the same."
            raise GoalError(msg + " Hint: give at least one kind of mistake a cost.")

    def __repr__(self) -> str:
        parts = [f"{name}={getattr(self, name)!r}" for name in _PARTS[self.kind]]
        return f"Goal({', '.join([self.kind, *parts])})"

    # ------------------------------------------------------------------------------- one per kind

    @classmethod
    def f_beta(cls, beta: float = 1.0) -> Goal:
        """Return the goal of the highest F-beta; F1 by default."""
        return cls(kind="f_beta", beta=beta)

    @classmethod
    def precision_at_least(cls, level: float) -> Goal:
        """Return the goal of a precision of at least ``level``, with the most recall."""
        return cls(kind="precision_at_least", level=level)

    @classmethod
    def recall_at_least(cls, level: float) -> Goal:
        """Return the goal of a recall of at least ``level``, with the most precision."""
        return cls(kind="recall_at_least", level=level)

    @classmethod
    def least_cost(cls, *, fp: float, fn: float, unit: str = "") -> Goal:
        """Return the goal of the least cost, given the cost of one mistake of either kind."""
        return cls(kind="least_cost", cost_fp=fp, cost_fn=fn, unit=unit)

    @classmethod
    def share_at_most(cls, level: float) -> Goal:
        """Return the goal of at most ``level`` of the inputs predicted, with the most recall."""
        return cls(kind="share_at_most", level=level)

    @classmethod
    def youden(cls) -> Goal:
        """Return the goal of the highest recall + specificity - 1 (Youden's J)."""
        return cls(kind="youden")

    # ------------------------------------------------------------------------ questions to counts

    @property
    def is_limit(self) -> bool:
        """True when the goal sets a limit that counts meet or miss, not only something best."""
        return self.level is not None

    def rate(self, counts: Counts) -> FloatArray:
        """Return the rate that the limit is about; float64 (n_concepts,).

        Precision, recall, or the predicted share of the inputs whose label is known. NaN where it
        is undefined, and everywhere for a goal without a limit.
        """
        match self.kind:
            case "precision_at_least":
                return METRICS["precision"](counts)
            case "recall_at_least":
                return METRICS["recall"](counts)
            case "share_at_most":
                return divide(counts.predicted, counts.n)
            case _:
                return np.full(counts.tp.shape, np.nan)

    def holds(self, counts: Counts) -> BoolArray:
        """Tell for each concept whether counts meet the limit; bool (n_concepts,).

        An undefined rate meets no limit. A goal without a limit holds everywhere; ask
        :attr:`is_limit` to tell the two apart.
        """
        if self.level is None:
            return np.ones(counts.tp.shape, dtype=bool)
        # a quotient of whole numbers is rounded as the decimal in level was: 9/10 >= 0.9 holds,
        # whereas 0.29 * 100 <= 28.999999999999996 would fail
        rate = self.rate(counts)
        return rate <= self.level if self.kind == "share_at_most" else rate >= self.level

    def value(self, counts: Counts) -> FloatArray:
        """Return what the goal makes as large as it can (the cost: as small); (n_concepts,).

        F-beta; recall; precision; the cost in the user's unit; recall; Youden's J.
        """
        match self.kind:
            case "f_beta":
                square = (self.beta or 0.0) ** 2
                bottom = square * counts.labelled + counts.predicted
                return divide((1 + square) * counts.tp, bottom)
            case "recall_at_least":
                return METRICS["precision"](counts)
            case "least_cost":
                return (self.cost_fp or 0.0) * counts.fp + (self.cost_fn or 0.0) * counts.fn
            case "youden":
                return METRICS["recall"](counts) - METRICS["false_positive_rate"](counts)
            case _:
                return METRICS["recall"](counts)

    # ------------------------------------------------------------------------------ on the record

    def to_dict(self) -> dict[str, Any]:
        """Return the goal as a JSON object; :meth:`from_dict` makes an equal goal from it."""
        return {"kind": self.kind, **{name: getattr(self, name) for name in _PARTS[self.kind]}}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Goal:
        """Make the goal that a JSON object describes.

        Raises
        ------
        GoalError
            When it is no object, names no kind, has an unknown key, or a part is out of range.
        """
        if not isinstance(given, Mapping) or not isinstance(given.get("kind"), str):
            msg = f"A goal must be an object with the text 'kind', got {shorten(given)}."
            raise GoalError(msg)
        known = [*cls.__dataclass_fields__]
        for key in given:
            if key not in known:
                msg = f"A goal has no {shorten(key)}." + did_you_mean(str(key), known)
                raise GoalError(msg)
        return cls(**given)


LONGEST_UNIT = 40


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        msg = f"{name} must be a number, got {shorten(value)}."
        raise GoalError(msg)
    number = float(value)
    if not math.isfinite(number):
        msg = f"{name} must be a finite number, got {shorten(value)}."
        raise GoalError(msg)
    return number


def _level(name: str, value: object) -> float:
    number = _number(name, value)
    if not 0 < number <= 1:
        hint = (
            f" Hint: write {shortest(number / 100)} for {shortest(number)} %."
            if 1 < number <= 100
            else ""
        )
        msg = f"{name} must be above 0 and at most 1, got {shorten(value)}.{hint}"
        raise GoalError(msg)
    return number


def _beta(name: str, value: object) -> float:
    number = _number(name, value)
    if not 0.001 <= number <= 1000:
        msg = f"{name} must lie between 0.001 and 1000, got {shorten(value)}."
        raise GoalError(msg + " Hint: 1 weighs precision and recall alike, 2 favours recall.")
    return number


def _cost(name: str, value: object) -> float:
    number = _number(name, value)
    if not 0 <= number <= 1e12:
        msg = f"{name} must lie between 0 and 1e12, got {shorten(value)}."
        raise GoalError(msg)
    return number


def _unit(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_UNIT or not value.isprintable():
        msg = f"{name} must be a line of at most {LONGEST_UNIT} characters, got {shorten(value)}."
        raise GoalError(msg)
    return value


GOAL_CHECKS: Mapping[str, Callable[[str, object], Any]] = MappingProxyType(
    {"level": _level, "beta": _beta, "cost_fp": _cost, "cost_fn": _cost, "unit": _unit}
)
"""Part of a goal to the function that returns it as it is kept, or raises :class:`GoalError`."""
