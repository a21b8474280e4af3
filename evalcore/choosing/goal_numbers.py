"""What the numbers of a goal must be, and what to say when they are not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from evalcore.errors import GoalError, shorten

__all__ = ["GOAL_CHECKS", "LONGEST_UNIT"]

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
        hint = f" Hint: write {number / 100:g} for {number:g} %." if 1 < number <= 100 else ""
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
