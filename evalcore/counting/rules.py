"""When a concept counts as predicted: operator, thresholds, mode.

The mode, *every* or *top*, is called ``decision=`` where people pass it in; a decision proper
is what is put on record (:mod:`evalcore.decisions`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import ScoreArray
from evalcore.errors import RuleError, did_you_mean, shorten

__all__ = [
    "MODES",
    "OPERATORS",
    "Mode",
    "Operator",
    "Rule",
    "bounds_of",
    "default_mode",
]

Operator = Literal[">", ">="]
Mode = Literal["every", "top"]
OPERATORS: tuple[Operator, ...] = (">", ">=")
MODES: tuple[Mode, ...] = ("every", "top")


@dataclass(frozen=True, slots=True, init=False)
class Rule:
    """The rule by which scores become predictions. Immutable and hashable.

    Parameters
    ----------
    threshold
        One number for every concept, or concept name to number.
    default
        The threshold of concepts that a mapping does not name.
    operator
        ``">"``: a score on the threshold is not predicted. ``">="``: it is.
    mode, decision
        Two names of one thing. ``every``: each concept whose score passes. ``top``: only the
        highest-scoring concept, and only if its score passes its own threshold. None: the task's
        default.

    Raises
    ------
    RuleError
        When a threshold is not a finite number, or operator or mode is unknown.

    Examples
    --------
    >>> Rule(threshold={"dog": 0.7}, operator=">=").threshold_of("dog")
    0.7
    >>> Rule(threshold={"dog": 0.7}).threshold_of("cat")
    0.5
    """

    threshold: float | Mapping[str, float]
    default: float
    operator: Operator
    mode: Mode | None
    by_concept: tuple[tuple[str, float], ...] = field(init=False, repr=False)
    """The mapping as sorted pairs; empty when one threshold serves every concept."""

    def __init__(
        self,
        threshold: float | Mapping[str, float] = 0.5,
        *,
        default: float = 0.5,
        operator: Operator = ">",
        mode: Mode | None = None,
        decision: Mode | None = None,
    ) -> None:
        """Check every part and bring the thresholds into one form."""
        object.__setattr__(self, "threshold", threshold)
        object.__setattr__(self, "default", default)
        object.__setattr__(self, "operator", operator)
        object.__setattr__(self, "mode", _one_of(mode, decision))
        object.__setattr__(self, "by_concept", ())
        self._check()

    def _check(self) -> None:
        if self.operator not in OPERATORS:
            msg = f"Operator {shorten(self.operator)} is unknown. It must be '>' or '>='."
            raise RuleError(msg)
        if self.mode is not None and self.mode not in MODES:
            msg = f"Decision {shorten(self.mode)} is unknown. It must be 'every' or 'top'."
            raise RuleError(msg)
        if isinstance(self.threshold, Mapping):
            pairs = tuple(sorted((str(k), _finite(v)) for k, v in self.threshold.items()))
            object.__setattr__(self, "by_concept", pairs)
            object.__setattr__(self, "threshold", MappingProxyType(dict(pairs)))
            object.__setattr__(self, "default", _finite(self.default))
        else:
            object.__setattr__(self, "threshold", _finite(self.threshold))
            object.__setattr__(self, "default", self.threshold)

    def __hash__(self) -> int:
        return hash((self.by_concept, self.default, self.operator, self.mode))

    @property
    def decision(self) -> Mode | None:
        """The mode, by the name under which it is passed in."""
        return self.mode

    @property
    def is_common(self) -> bool:
        """True when one threshold serves every concept."""
        return not self.by_concept

    def with_default(self, threshold: float) -> Rule:
        """Return the rule with another common threshold; concepts' own thresholds stay.

        Raises
        ------
        RuleError
            When it is not a finite number.
        """
        if self.is_common:
            return replace(self, threshold=threshold)
        return replace(self, default=threshold)

    def with_own(self, thresholds: Mapping[str, float]) -> Rule:
        """Return the rule in which some more concepts have a threshold of their own.

        Raises
        ------
        RuleError
            When one is not a finite number.

        Examples
        --------
        >>> Rule(0.6).with_own({"dog": 0.7}).thresholds(["dog", "cat"]).tolist()
        [0.7, 0.6]
        """
        return self._with(dict(self.by_concept) | dict(thresholds))

    def without_own(self, concepts: Iterable[str] | None = None) -> Rule:
        """Return the rule in which these concepts, or (None) all, follow the common threshold."""
        dropped = set(concepts) if concepts is not None else {name for name, _ in self.by_concept}
        return self._with({name: t for name, t in self.by_concept if name not in dropped})

    def _with(self, own: Mapping[str, float]) -> Rule:
        return replace(self, threshold=own or self.default, default=self.default)

    def threshold_of(self, concept: str) -> float:
        """Return the threshold of one concept."""
        return dict(self.by_concept).get(concept, self.default)

    def thresholds(self, concepts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return one threshold per concept; shape (n_concepts,).

        Raises
        ------
        RuleError
            When the rule names a concept that is not among ``concepts``.
        """
        vector = np.full(len(concepts), self.default, dtype=np.float64)
        if self.by_concept:
            position = {name: j for j, name in enumerate(concepts)}
            _refuse_strangers((name for name, _ in self.by_concept), position)
            for name, value in self.by_concept:
                vector[position[name]] = value
        return vector

    def exact(self, concepts: Sequence[str], *, dtype: np.dtype[Any]) -> ScoreArray:
        """Return the thresholds in the precision of the scores; shape (n_concepts,)."""
        with np.errstate(over="ignore"):
            return self.thresholds(concepts).astype(dtype)

    def bounds(self, concepts: Sequence[str], *, dtype: np.dtype[Any]) -> ScoreArray:
        """Return b of shape (n_concepts,) such that "predicted" means ``score > b``.

        For ``>=`` this is the next smaller number of that precision, so that everything behind
        this line knows one comparison only.
        """
        return bounds_of(self.thresholds(concepts), operator=self.operator, dtype=dtype)

    def mode_for(self, task: str) -> Mode:
        """Return the mode of this rule, or the task's default where it names none."""
        return self.mode or default_mode(task)


def bounds_of(
    thresholds: npt.NDArray[np.float64], *, operator: Operator, dtype: np.dtype[Any]
) -> ScoreArray:
    """Return bounds b such that "predicted" means ``score > b``; see :meth:`Rule.bounds`."""
    with np.errstate(over="ignore"):  # below the lowest number comes -inf, as it should
        exact: ScoreArray = thresholds.astype(dtype)
        return exact if operator == ">" else np.nextafter(exact, np.array(-np.inf, dtype=dtype))


def default_mode(task: str) -> Mode:
    """Return ``top`` for single-label runs and ``every`` for multi-label runs."""
    return "top" if task == "single_label" else "every"


def _one_of(mode: Mode | None, decision: Mode | None) -> Mode | None:
    if mode is not None and decision is not None and mode != decision:
        names = f"mode {shorten(mode)} and decision {shorten(decision)}"
        msg = f"Mode and decision are two names of one thing, got {names}. Hint: give one of them."
        raise RuleError(msg)
    return decision if mode is None else mode


def _finite(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        msg = f"A threshold must be a finite number, got {shorten(value)}."
        raise RuleError(msg)
    return number


def _refuse_strangers(names: Iterable[str], position: Mapping[str, int]) -> None:
    for name in names:
        if name not in position:
            msg = f"The rule has a threshold for {shorten(name)}, which is no concept of this run."
            raise RuleError(msg + did_you_mean(name, position))
