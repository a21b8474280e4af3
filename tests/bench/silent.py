"""How often something is inferred of runs in which there is nothing to find.

``python -m tests.bench silent [--runs N]``: the kitchen run with its labels dealt at random, and
with its metadata and splits dealt at random, N times each. Only what was planted by chance can be
found; the page promises how often that happens.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from evalcore import load_run
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.diagnosis.diagnose import FALSE_DISCOVERIES, diagnose
from evalcore.runs.run import EvalRun
from tests.bench.machine import describe
from tests.browser.serving import ROOT

__all__ = ["main"]

RULE = Rule(0.5)
OF_COLUMNS = frozenset({"cue", "slice", "concept_slice", "pair"})
OF_LABELS = OF_COLUMNS | {"confused", "companion"}
"""Kinds that are inferred, and that nothing but chance can bring about in a run that was dealt."""


def main(arguments: Sequence[str]) -> int:
    """Deal, diagnose and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench silent", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="dealt runs of each kind")
    n_runs = parser.parse_args(arguments).runs
    print(describe(), flush=True)
    kitchen = replace(load_run(ROOT / "sample_runs" / "kitchen"), images=None, fingerprint="")
    print(f"\nFalse discoveries: {FALSE_DISCOVERIES:g} of what is inferred is promised")
    print(f"{'':40}{'runs':>6}{'with any':>10}{'found':>7}  kinds")
    _deal("labels dealt at random", partial(_labels_dealt, kitchen), OF_LABELS, n_runs=n_runs)
    _deal("columns and splits dealt", partial(_columns_dealt, kitchen), OF_COLUMNS, n_runs=n_runs)
    return 0


def _deal(
    what: str,
    dealt: Callable[[np.random.Generator], EvalRun],
    kinds: frozenset[str],
    *,
    n_runs: int,
) -> None:
    found, n_with_any = Counter[str](), 0
    for seed in range(n_runs):
        rng = np.random.default_rng(seed)
        diagnosis = diagnose(Evaluation(dealt(rng)), RULE, rng=rng)
        here = [one.kind for one in diagnosis.findings if one.kind in kinds]
        here += [word for word in diagnosis.run_verdict if word == "unstable"]
        found.update(here)
        n_with_any += bool(here)
    named = ", ".join(f"{n} {kind}" for kind, n in found.most_common())
    print(f"{what:40}{n_runs:>6}{n_with_any:>10}{found.total():>7}  {named}", flush=True)


def _labels_dealt(run: EvalRun, rng: np.random.Generator) -> EvalRun:
    return replace(run, labels=run.labels.take(rng.permutation(run.n_inputs)), fingerprint="")


def _columns_dealt(run: EvalRun, rng: np.random.Generator) -> EvalRun:
    assert run.folds is not None
    columns = {name: cells[rng.permutation(run.n_inputs)] for name, cells in run.metadata.items()}
    folds = run.folds[rng.permutation(run.n_inputs)]
    return replace(run, metadata=columns, folds=folds, fingerprint="")
