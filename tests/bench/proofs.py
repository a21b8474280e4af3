"""Power and misses of the proofs of a precision, side by side with procedures that know more.

``python -m tests.bench proofs [--draws N] [--goal P]`` draws test sets from known populations. Of
each procedure it prints the share of test sets in which it proves a threshold, and the share in
which what it proves is wrong (allowed: 0.05). The rivals know the population: Clopper and Pearson's
limit at the one best threshold, fixed in advance, and a fixed sequence from the best start.
What nobody knows in advance is more than is fair to ask: they are what could be hoped for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

import evalcore as ec
from evalcore.arrays import BoolArray, FloatArray
from evalcore.counting.evaluation import Evaluation
from evalcore.guarantees.fixed_sequence import reject_in_order
from evalcore.guarantees.ladder import Ladder
from evalcore.measures.binomial import upper_tail

__all__ = ["Draw", "main", "normal", "tenths"]

ERROR = 0.05
TRUTH = 400_000
CUTS = np.geomspace(0.005, 0.7, 40)
Draw = Callable[[int, np.random.Generator], tuple[FloatArray, BoolArray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A name, the size of a test set, and how to draw inputs of one concept."""

    name: str
    n_inputs: int
    draw: Draw


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """The precision of a population at every threshold, from very many inputs."""

    scores: FloatArray
    right: FloatArray

    @classmethod
    def of(cls, draw: Draw) -> Truth:
        scores, labelled = draw(TRUTH, np.random.default_rng(1))
        order = np.argsort(-scores, kind="stable")
        return cls(scores=-scores[order], right=np.cumsum(labelled[order]).astype(float))

    def precision(self, threshold: float) -> float:
        n_above = int(np.searchsorted(self.scores, -threshold, side="left"))
        return float(self.right[n_above - 1] / n_above) if n_above else float("nan")

    def cut(self, share: float) -> float:
        return float(-self.scores[int(share * TRUTH)])


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench proofs", description=__doc__)
    parser.add_argument("--draws", type=int, default=200, help="test sets of each population")
    parser.add_argument("--goal", type=float, default=0.9, help="the precision to prove")
    options = parser.parse_args(arguments)
    print(f"precision of at least {options.goal:g} at 95 %, {options.draws:,} test sets each")
    print(f"{'':32}{'by ranks':>18}{'fixed in advance':>20}{'best start':>18}")
    print(f"{'':32}" + f"{'proven  wrong':>18}{'proven':>20}{'proven  wrong':>18}")
    for population in POPULATIONS:
        ours, fixed, started = _compare(population, level=options.goal, n_draws=options.draws)
        print(
            f"{population.name + f' n={population.n_inputs:,}':32}"
            f"{ours[0]:>11.2f}{ours[1]:>7.3f}{fixed:>20.2f}{started[0]:>11.2f}{started[1]:>7.3f}"
        )
    return 0


def _compare(
    population: Population, *, level: float, n_draws: int
) -> tuple[tuple[float, float], float, tuple[float, float]]:
    truth, rng = Truth.of(population.draw), np.random.default_rng(population.n_inputs)
    scores, labelled = (
        np.column_stack(part)
        for part in zip(
            *(population.draw(population.n_inputs, rng) for _ in range(n_draws)), strict=True
        )
    )
    evaluation = Evaluation(ec.EvalRun.from_arrays(scores, labelled, task="multi_label"))
    choice = ec.guarantee(evaluation, ec.Goal.precision_at_least(level)).choice
    missed = [truth.precision(t) < level - 1e-3 for t in choice.thresholds().values()]
    cuts = [cut for cut in map(truth.cut, CUTS) if truth.precision(cut) >= level]
    above = [(scores > cut, cut) for cut in cuts]
    fixed = [
        upper_tail((there & labelled).sum(axis=0), there.sum(axis=0), level) <= ERROR
        for there, _ in above
    ]
    best = max((float(held.mean()) for held in fixed), default=0.0)
    started = [_from_one_start(evaluation, truth, share, level=level) for share in CUTS[::3]]
    return (
        (float(choice.met.mean()), sum(missed) / n_draws),
        best,
        max(started, key=lambda both: both[0]),
    )


def _from_one_start(
    evaluation: Evaluation, truth: Truth, share: float, *, level: float
) -> tuple[float, float]:
    """Return how often plain fixed-sequence testing from one rank proves something, and wrongly."""
    index, proven, missed = evaluation.index("every"), 0, 0
    n_concepts = evaluation.run.n_concepts
    for j in range(n_concepts):
        ladder = Ladder.of(index, j)
        asked = np.array([int(share * ladder.n_inputs)])
        start = int(ladder.starts_at(asked, least=np.array(1))[0][0])

        def are_rejected(
            first: int, stop: int, error: float, ladder: Ladder = ladder
        ) -> tuple[np.ndarray, np.ndarray]:
            rungs, right = ladder.rungs(first, stop)
            return rungs, upper_tail(right, rungs, level) <= error

        found = reject_in_order(are_rejected, starts=[(start, ERROR)], stop=ladder.n_inputs)
        proven += bool(found)
        missed += bool(found) and truth.precision(ladder.ends_of(found[-1].last)[0]) < level - 1e-3
    return proven / n_concepts, missed / n_concepts


def _share(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-x)))


def normal(
    apart: float, prevalence: float, change: Callable[[FloatArray], FloatArray] = _share
) -> Draw:
    """Return a population of two normal distributions of scores, changed afterwards."""

    def draw(n: int, rng: np.random.Generator) -> tuple[FloatArray, BoolArray]:
        labelled = rng.random(n) < prevalence
        return change(rng.normal(size=n) + np.where(labelled, apart, -apart)), labelled

    return draw


def _dips(n: int, rng: np.random.Generator) -> tuple[FloatArray, BoolArray]:
    """The most confident are the least right, and ties are everywhere."""
    scores = rng.integers(1, 21, n) / 20
    rate = np.select([scores > 0.95, scores > 0.5], [0.7, 0.97], 0.2)
    return scores, rng.random(n) < rate


def tenths(x: FloatArray) -> FloatArray:
    """Return scores in tenths, so that ties are common."""
    return np.asarray(_share(x).round(1))


def _sure(times: float) -> Callable[[FloatArray], FloatArray]:
    return lambda x: _share(times * x)


POPULATIONS = (
    Population(name="separated", n_inputs=200, draw=normal(1.8, 0.3, _share)),
    Population(name="separated", n_inputs=300, draw=normal(2.0, 0.4, _share)),
    Population(name="separated", n_inputs=1_000, draw=normal(2.0, 0.4, _share)),
    Population(name="overlapping", n_inputs=4_000, draw=normal(0.8, 0.3, _share)),
    Population(name="over-confident", n_inputs=1_000, draw=normal(1.2, 0.3, _sure(6))),
    Population(name="over-confident", n_inputs=5_000, draw=normal(1.0, 0.2, _sure(9))),
    Population(name="logits", n_inputs=2_000, draw=normal(1.0, 0.3, lambda x: 9 * x)),
    Population(name="logits", n_inputs=10_000, draw=normal(0.8, 0.3, lambda x: 9 * x)),
    Population(name="percent", n_inputs=1_000, draw=normal(2.0, 0.4, lambda x: 100 * _share(x))),
    Population(name="cosine", n_inputs=3_000, draw=normal(1.0, 0.3, lambda x: np.tanh(x / 9))),
    Population(name="ties in tenths", n_inputs=300, draw=normal(1.5, 0.4, tenths)),
    Population(name="ties in tenths", n_inputs=3_000, draw=normal(1.0, 0.3, tenths)),
    Population(name="a bad top, ties", n_inputs=600, draw=_dips),
    Population(name="a bad top, ties", n_inputs=6_000, draw=_dips),
    Population(
        name="just below the goal of 0.9",
        n_inputs=500,
        draw=lambda n, rng: (rng.random(n), rng.random(n) < 0.898),
    ),
    Population(
        name="the same in tenths",
        n_inputs=500,
        draw=lambda n, rng: (rng.random(n).round(1), rng.random(n) < 0.898),
    ),
)
"""Of those just below the goal whatever is proven is wrong."""
