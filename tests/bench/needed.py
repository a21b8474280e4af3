"""How often the number of inputs that is told proves the goal: at least, or about, 8 of 10.

``python -m tests.bench needed [--draws N]`` draws test sets from known populations that do not
prove a goal, takes those that are told how many inputs would, and draws as many for each.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import evalcore as ec
from evalcore.guarantees.guarantee import guarantee
from tests.bench.proofs import Draw, normal, tenths

__all__ = ["Told", "main", "share_come_true"]

WORLDS = {
    "separated": normal(2.0, 0.4),
    "well separated": normal(3.0, 0.3),
    "rare": normal(2.0, 0.03),
    "overlapping": normal(0.8, 0.3),
    "ties in tenths": normal(1.5, 0.4, tenths),
}
SIZES = (20, 60, 100, 400, 1_000)
LEVELS = (0.8, 0.9, 0.95, 0.99)
LEAST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many of the drawn test sets were told a number, its median, and how often it proves."""

    n_told: int
    median: float
    share: float


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench needed", description=__doc__)
    parser.add_argument("--draws", type=int, default=300, help="test sets of each population")
    options = parser.parse_args(arguments)
    print(f"{'':44}{'told':>6}{'inputs':>9}{'proves':>8}")
    for kind in ("recall_at_least", "precision_at_least"):
        for level in LEVELS:
            goal = ec.Goal(kind=kind, level=level)
            for name, draw in WORLDS.items():
                for n in SIZES:
                    found = share_come_true(
                        goal, draw, n_inputs=n, n_drawn=options.draws, n_tried=options.draws // 2
                    )
                    if found.n_told >= LEAST_TOLD:
                        row = f"{kind[:9].strip('_')} {level:g}, {name} n={n:,}"
                        share = found.n_told / options.draws
                        print(f"{row:44}{share:>6.2f}{found.median:>9,.0f}{found.share:>8.2f}")
    return 0


def share_come_true(
    goal: ec.Goal, draw: Draw, *, n_inputs: int, n_drawn: int, n_tried: int
) -> Told:
    """Draw test sets, and for those that are told a number as many inputs as that."""
    rng = np.random.default_rng(n_inputs)
    first = guarantee(_drawn(draw, n_inputs, n_drawn, rng), goal)
    told = np.flatnonzero(~np.isnan(first.needed_inputs))
    proven = [
        bool(guarantee(_drawn(draw, int(n), 1, rng), goal).choice.met[0])
        for n in first.needed_inputs[told[:n_tried]].tolist()
    ]
    return Told(
        n_told=told.size,
        median=float(np.median(first.needed_inputs[told])) if told.size else float("nan"),
        share=float(np.mean(proven)) if proven else float("nan"),
    )


def _drawn(draw: Draw, n_inputs: int, n_times: int, rng: np.random.Generator) -> ec.Evaluation:
    """Return an evaluation in which each test set is a concept of its own."""
    parts = [draw(n_inputs, rng) for _ in range(n_times)]
    scores, labelled = (np.column_stack(part) for part in zip(*parts, strict=True))
    return ec.Evaluation(ec.EvalRun.from_arrays(scores, labelled, task="multi_label"))
