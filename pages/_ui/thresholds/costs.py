"""What mistakes cost in the user's unit, and which inputs a recommendation costs."""

from __future__ import annotations

import math

import numpy as np

import evalcore as ec
from pages._ui import wording

__all__ = ["cost", "cost_change", "cost_in_words", "cost_of_mistakes"]

KEPT_AT_LEAST = 0.5
"""A recommendation that keeps less of the labelled inputs warns of it."""


def cost(value: float) -> str:
    """Return a sum of costs, in the user's unit."""
    return wording.UNDEFINED if math.isnan(value) else f"{value:,.10g}"


def cost_change(value: float) -> str:
    """Return a change of a cost, with its sign."""
    if math.isnan(value):
        return wording.UNDEFINED
    sign = "+" if value > 0 else "−"
    return f"{sign}{cost(abs(value))}" if value else wording.NO_CHANGE


def cost_of_mistakes(goal: ec.Goal, counts: ec.Counts) -> str:
    """Say what the mistakes of one concept, or of all of them, cost in this run. Markdown."""
    total = f"{cost(goal.value(counts)[0])} {wording.escape(goal.unit or 'units')}"
    fp, fn = wording.plural(int(counts.fp[0]), "false positive"), int(counts.fn[0])
    return f"The {fp} and {wording.plural(fn, 'false negative')} of this run cost {total} together."


def cost_in_words(choice: ec.Choice) -> str:
    """Name the concept that keeps the fewest of its inputs, if less than half of them. Markdown."""
    recall = np.where(choice.met, ec.METRICS["recall"](choice.counts), np.nan)
    if not (recall < KEPT_AT_LEAST).any():
        return ""
    j, n_few = int(np.nanargmin(recall)), int((recall < KEPT_AT_LEAST).sum())
    name = wording.escape(choice.names[j])
    kept = f"**{name}** keeps {int(choice.counts.tp[j]):,} of {int(choice.counts.labelled[j]):,}"
    others = f"; {n_few:,} concepts keep less than half" if n_few > 1 else ""
    return f"What it costs: {kept} labelled inputs{others}."
