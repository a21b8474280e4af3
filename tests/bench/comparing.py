"""How long Compare, Improve and the measuring of images take on large runs.

``python -m tests.bench comparing [--quick]``: two models on 50,000 inputs and 1,000 concepts,
a diagnosis of 125,000 inputs and 600 concepts without pixels, and images measured per second of one
core. ``--quick`` takes a tenth of the inputs.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from evalcore.comparison.differences import compare_metric
from evalcore.comparison.pairing import pair_concepts, pair_inputs
from evalcore.comparison.sides import Comparison, Side, compare
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.diagnosis.diagnose import diagnose
from evalcore.diagnosis.properties import properties_of
from evalcore.runs.images import EmbeddedImages
from evalcore.runs.run import EvalRun
from tests.bench.data import make_multi_label, make_single_label
from tests.bench.machine import describe

__all__ = ["main"]

RULE = Rule(0.5)
N_IMAGES = 400
SIDES = ((640, 480), (1600, 1200))


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench comparing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the inputs")
    part = 10 if parser.parse_args(arguments).quick else 1
    print(describe(), flush=True)
    _compare(50_000 // part, n_concepts=1_000)
    _improve(125_000 // part, n_concepts=600)
    for side in SIDES:
        _images(side)
    return 0


def _timed(what: str, call: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = call()
    print(f"{what:60}{time.perf_counter() - start:10.2f} s", flush=True)
    return found


def _compare(n_inputs: int, *, n_concepts: int) -> None:
    left = make_single_label(n_inputs, n_concepts=n_concepts, rng=np.random.default_rng(1))
    noise = np.random.default_rng(2).normal(0, 0.02, left.scores.shape).astype(np.float32)
    right = replace(left, scores=np.clip(left.scores + noise, 0, 1), fingerprint="")
    sides = [Side(evaluation=Evaluation(run), rule=RULE) for run in (left, right)]
    print(f"\nCompare, {n_inputs:,} x {n_concepts:,}")
    pairing = _timed("inputs paired by id", lambda: pair_inputs(left, right))
    concepts = pair_concepts(left.concepts, right.concepts)
    found: Comparison = _timed(
        "both sides put together", lambda: compare(*sides, pairing=pairing, concepts=concepts)
    )
    _timed("matrix of differences", found.matrices)
    _timed("mended and broken, every concept", found.fates)
    for metric in ("recall", "roc_auc"):
        rng = np.random.default_rng(3)
        _timed(
            f"{metric}, every concept",
            lambda metric=metric, rng=rng: compare_metric(found, metric, rng=rng, n_draws=500),
        )


def _improve(n_inputs: int, *, n_concepts: int) -> None:
    run = make_multi_label(n_inputs, n_concepts=n_concepts, rng=np.random.default_rng(4))
    rng = np.random.default_rng(5)
    columns = {
        name: rng.choice(values, n_inputs).astype(object)
        for name, values in (("source", ["a", "b", "c"]), ("month", [f"{k:02}" for k in range(12)]))
    }
    run = replace(run, metadata=columns, fingerprint="")
    evaluation = Evaluation(run)
    print(f"\nImprove without pixels, {n_inputs:,} x {n_concepts:,}, two columns")
    _timed("verdict and findings", lambda: diagnose(evaluation, RULE, rng=rng))


def _images(side: tuple[int, int]) -> None:
    rng = np.random.default_rng(6)
    payloads = []
    for _ in range(20):
        small = rng.integers(0, 255, (side[1] // 16, side[0] // 16, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(small).resize(side).save(file, "JPEG", quality=85)
        payloads.append(file.getvalue())
    images = EmbeddedImages(payloads=tuple(payloads * (N_IMAGES // 20)), names=[""] * N_IMAGES)
    run = EvalRun.from_arrays(
        np.zeros((N_IMAGES, 1)), [[]] * N_IMAGES, concepts=["a"], images=images
    )
    properties_of(run.subset(np.arange(4)))
    start = time.process_time()
    properties_of(run)
    rate = N_IMAGES / (time.process_time() - start)
    print(f"JPEG of {side[0]} x {side[1]}: {rate:,.0f} images per second of one core", flush=True)
