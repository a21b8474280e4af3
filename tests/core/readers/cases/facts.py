"""One small evaluation, written down in as many ways as people write it; counted by plain loops."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import evalcore as ec

__all__ = ["MULTI", "SINGLE", "Facts", "counts_of", "table"]

NAMES = ("scratch", "dent", "rust")


class Facts:
    """Scores and truth of 24 inputs for three classes.

    Parameters
    ----------
    is_single
        At most one label per input, and scores that sum to 1.
    """

    def __init__(self, *, is_single: bool, names: Sequence[str] = NAMES) -> None:
        rng = np.random.default_rng(11)
        raw = rng.random((24, 3))
        if is_single:
            raw /= raw.sum(axis=1, keepdims=True)
        self.names = tuple(names)
        self.scores = np.round(raw, 3)
        if is_single:
            self.scores[:, 2] = np.round(1 - self.scores[:, 0] - self.scores[:, 1], 3)
        pick = rng.integers(0, 3, 24)
        pick[:3] = (0, 1, 2)
        multi = self.scores + rng.normal(0, 0.3, (24, 3)) > 0.55
        self.truth = np.arange(3) == pick[:, None] if is_single else multi
        self.ids = [f"im{k:02d}" for k in range(24)]

    def labels(self, k: int) -> list[str]:
        """Return the labels of one input."""
        return [name for name, has in zip(self.names, self.truth[k], strict=True) if has]

    def counts(
        self, *, keep: Callable[[int], bool] = lambda _: True, threshold: float = 0.5
    ) -> dict[str, tuple[int, int, int, int]]:
        """Count TP, FP, FN, TN of every class by hand."""
        found = {}
        for j, name in enumerate(self.names):
            tally = [0, 0, 0, 0]
            for i in range(24):
                if keep(i):
                    said, true = self.scores[i, j] > threshold, self.truth[i, j]
                    tally[0 if said and true else 1 if said else 2 if true else 3] += 1
            found[name] = (tally[0], tally[1], tally[2], tally[3])
        return found


SINGLE = Facts(is_single=True)
MULTI = Facts(is_single=False)


def table(rows: Sequence[Sequence[object]], header: Sequence[str], *, separator: str = ",") -> str:
    """Return CSV text, every cell quoted."""
    lines = [header, *rows]
    cells = [[json.dumps(str(cell), ensure_ascii=False) for cell in line] for line in lines]
    cells = [['"' + c[1:-1].replace('\\"', '""') + '"' for c in line] for line in cells]
    return "".join(separator.join(line) + "\n" for line in cells)


def counts_of(run: ec.EvalRun, *, threshold: float = 0.5) -> dict[str, tuple[int, int, int, int]]:
    """Return TP, FP, FN, TN of every concept as the product counts them."""
    c = ec.Evaluation(run).counts(ec.Rule(threshold, decision="every"))
    every = zip(run.concepts, c.tp, c.fp, c.fn, c.tn, strict=True)
    return {name: (int(a), int(b), int(d), int(e)) for name, a, b, d, e in every}


def write(folder: Path, text: str, *, name: str = "run.csv") -> Path:
    """Write one file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
