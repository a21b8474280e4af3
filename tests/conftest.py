"""Fixtures of the core tests, and one Hypothesis profile for every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.support.cases import Case, random_case

# derandomized and without a database: a failure on one machine is a failure on all of them
settings.register_profile(
    "workshop", deadline=None, derandomize=True, database=None, max_examples=40
)
settings.load_profile("workshop")


@pytest.fixture(scope="session", autouse=True)
def workshop_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what the product writes out of the developer's own folders."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THRESHOLD_WORKSHOP_HOME", str(folder))
        yield folder


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20_240_517)


@pytest.fixture
def make_case(rng: np.random.Generator) -> Callable[..., Case]:
    """Return a maker of random cases; see :func:`cases.random_case` for what it takes."""

    def make(**wanted: object) -> Case:
        return random_case(rng, **wanted)  # type: ignore[arg-type]

    return make


@pytest.fixture
def small_case() -> Case:
    """Four inputs and three concepts that fit into a reader's head; scores are exact in float16.

    ========  =====  ====  =====  ==========
    input     dog    cat   bird   label
    ========  =====  ====  =====  ==========
    0         0.75   0.25  0.0    dog
    1         0.5    0.5   0.0    cat
    2         0.25   0.25  0.5    none
    3         0.0    0.0   0.25   bird
    ========  =====  ====  =====  ==========
    """
    scores = np.array([[0.75, 0.25, 0.0], [0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.0, 0.0, 0.25]])
    labelled = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=bool)
    return Case(
        scores=scores,
        labelled=labelled,
        known=np.ones((4, 3), dtype=bool),
        task="single_label",
        names=("dog", "cat", "bird"),
    )
