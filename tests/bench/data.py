"""Synthetic runs that behave like real ones, from fixed seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun, Task

__all__ = ["LARGE_SIZES", "SIZES", "Size", "make_multi_label", "make_single_label"]

BLOCK = 8_192
LABELS_PER_INPUT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One line of the programme: how large a run, and who makes it."""

    n_inputs: int
    n_concepts: int
    task: Task

    @property
    def title(self) -> str:
        """The size in words."""
        return f"{self.n_inputs:,} x {self.n_concepts:,} {self.task.replace('_', '-')}"

    def make(self) -> EvalRun:
        """Make the run; the same one every time."""
        makers: dict[Task, Callable[..., EvalRun]] = {
            "single_label": make_single_label,
            "multi_label": make_multi_label,
        }
        return makers[self.task](
            self.n_inputs, n_concepts=self.n_concepts, rng=np.random.default_rng(self.n_inputs)
        )


_single = partial(Size, task="single_label")
SIZES = (
    _single(n_inputs=1_797, n_concepts=10),
    _single(n_inputs=10_000, n_concepts=10),
    _single(n_inputs=50_000, n_concepts=1_000),
)
LARGE_SIZES = (
    Size(n_inputs=125_000, n_concepts=600, task="multi_label"),
    _single(n_inputs=1_000_000, n_concepts=100),
)


def make_single_label(n_inputs: int, *, n_concepts: int, rng: np.random.Generator) -> EvalRun:
    """Make softmax scores in float32: some concepts are harder, each has a look-alike."""
    frequency = rng.dirichlet(np.full(n_concepts, 20.0))
    label = rng.choice(n_concepts, size=n_inputs, p=frequency)
    # the rest of the softmax weighs about log(n) + 2, so this margin means 0.9 in the middle
    margin = np.log(n_concepts) + rng.normal(4.5, 1.2, size=n_concepts)
    lookalike = _other_concepts(n_concepts, rng)
    scores = np.empty((n_inputs, n_concepts), dtype=np.float32)
    for block in _blocks(n_inputs):
        mine = label[block]
        here = np.arange(mine.size)
        logits = 2 * rng.standard_normal((mine.size, n_concepts), dtype=np.float32)
        logits[here, mine] += margin[mine]
        confused = here[rng.random(mine.size) < 0.3]
        logits[confused, lookalike[mine[confused]]] += margin[mine[confused]] - 0.5
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        scores[block] = logits / logits.sum(axis=1, keepdims=True)
    pairs = np.column_stack([np.arange(n_inputs), label])
    return _run(scores, pairs=pairs, task="single_label")


def make_multi_label(n_inputs: int, *, n_concepts: int, rng: np.random.Generator) -> EvalRun:
    """Make sigmoid scores in float32, mostly near 0; long-tailed labels, about three per input."""
    frequency = rng.permutation((np.arange(n_concepts) + 5.0) ** -0.8)
    frequency = np.minimum(0.5, frequency * LABELS_PER_INPUT / frequency.sum())
    base = (np.log(frequency / (1 - frequency)) - 2).astype(np.float32)
    gain = rng.normal(6.5, 1.0, size=n_concepts)
    lookalike = _other_concepts(n_concepts, rng)
    scores = np.empty((n_inputs, n_concepts), dtype=np.float32)
    pairs: list[IntArray] = []
    for block in _blocks(n_inputs):
        shape = scores[block].shape
        logits = base + 1.8 * rng.standard_normal(shape, dtype=np.float32)
        row, concept = np.nonzero(rng.random(shape, dtype=np.float32) < frequency)
        logits[row, concept] += gain[concept]
        logits[row, lookalike[concept]] += gain[concept] / 2
        scores[block] = 1 / (1 + np.exp(-logits))
        pairs.append(np.column_stack([row + block.start, concept]))
    return _run(scores, pairs=np.concatenate(pairs), task="multi_label")


def _run(scores: ScoreArray, *, pairs: IntArray, task: Task) -> EvalRun:
    n_inputs, n_concepts = scores.shape
    return EvalRun(
        concepts=tuple(f"concept {j:04}" for j in range(n_concepts)),
        scores=scores,
        labels=Labels(n_inputs=n_inputs, n_concepts=n_concepts, pairs=pairs),
        ids=np.array([f"input {i:07}" for i in range(n_inputs)], dtype=object),
        task=task,
    )


def _other_concepts(n_concepts: int, rng: np.random.Generator) -> IntArray:
    shift = rng.integers(1, n_concepts, size=n_concepts)
    return (np.arange(n_concepts) + shift) % n_concepts


def _blocks(n_inputs: int) -> Iterator[slice]:
    return (slice(a, min(a + BLOCK, n_inputs)) for a in range(0, n_inputs, BLOCK))
