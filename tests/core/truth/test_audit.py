"""Audits: their intervals hold over many draws, and a good suspicion makes them narrower."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evalcore.errors import TruthError
from evalcore.truth.audit import (
    Audit,
    AuditEstimate,
    draw_simple,
    draw_stratified,
    estimate,
    rough_chance,
)

N = 3_000
IDS = [f"input {i}" for i in range(N)]
RUNS = 300
Draw = Callable[[np.ndarray, np.random.Generator], Audit]


def simple(guess: np.ndarray, rng: np.random.Generator) -> Audit:  # noqa: ARG001 - as the other
    return draw_simple(IDS, concept="dog", size=200, rng=rng, seed=0)


def stratified(guess: np.ndarray, rng: np.random.Generator) -> Audit:
    return draw_stratified(IDS, guess, concept="dog", size=200, rng=rng, seed=0)


def audited(draw: Draw, guess: np.ndarray, wrong: np.ndarray, seed: int) -> AuditEstimate:
    audit = draw(guess, np.random.default_rng(seed))
    return estimate(audit, {name: bool(wrong[int(name.split()[1])]) for name in audit.inputs})


def population(rate: float, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Guesses that are worth something (sharpness above 0), nothing (0), or mislead (below)."""
    rng = np.random.default_rng(11)
    wrong = rng.random(N) < rate
    suspicion = rng.normal(size=N) - 3 + sharpness * np.where(wrong, 2.5, 0.0)
    return rough_chance(suspicion), wrong


@pytest.mark.parametrize("draw", [simple, stratified])
@pytest.mark.parametrize(
    ("rate", "sharpness"), [(0.002, 1), (0.01, 1), (0.05, 1), (0.05, 0), (0.05, -1), (0.3, 1)]
)
def test_the_interval_holds_the_true_number_often_enough(
    draw: Draw, rate: float, sharpness: float
) -> None:
    guess, wrong = population(rate, sharpness)
    found = [audited(draw, guess, wrong, seed) for seed in range(RUNS)]
    covered = np.mean([one.low <= wrong.sum() <= one.high for one in found])

    assert covered >= 0.92
    mean = np.mean([one.number for one in found])
    assert mean == pytest.approx(wrong.sum(), abs=max(6, 0.12 * wrong.sum()))


def test_a_good_suspicion_makes_the_interval_narrower() -> None:
    guess, wrong = population(0.05, 2)
    widths = {
        draw: np.mean([one.high - one.low for one in found])
        for draw in (simple, stratified)
        for found in [[audited(draw, guess, wrong, seed) for seed in range(50)]]
    }
    assert widths[stratified] < 0.8 * widths[simple]


@pytest.mark.parametrize("draw", [simple, stratified])
def test_the_same_seed_draws_the_same_inputs_and_each_once(draw: Draw) -> None:
    guess, _ = population(0.05, 1)
    one, other = (draw(guess, np.random.default_rng(5)) for _ in range(2))

    assert one == other
    assert len(set(one.inputs)) == len(one.inputs)
    assert abs(len(one.inputs) - 200) <= 1
    assert one.inputs != draw(guess, np.random.default_rng(6)).inputs


def test_chances_are_those_with_which_inputs_are_drawn() -> None:
    guess = np.array([0.5] * 3 + [0.02] * 27)
    ids = [str(i) for i in range(30)]
    drawn = np.zeros(30)
    told = np.zeros(30)
    for seed in range(600):
        audit = draw_stratified(
            ids, guess, concept="dog", size=8, rng=np.random.default_rng(seed), seed=seed
        )
        for name, chance in zip(audit.inputs, audit.chances, strict=True):
            drawn[int(name)] += 1 / 600
            told[int(name)] = chance
    np.testing.assert_allclose(drawn, told, atol=0.07)


def test_before_anybody_has_looked_nothing_is_said() -> None:
    found = estimate(simple(np.zeros(N), np.random.default_rng(1)), {})

    assert (found.n_looked_at, found.n_wrong) == (0, 0)
    assert np.isnan([found.number, found.low, found.high]).all()


def test_looking_at_everything_leaves_no_doubt_beyond_what_was_seen() -> None:
    audit = draw_simple(["a", "b", "c"], concept="x", size=9, rng=np.random.default_rng(1), seed=1)
    found = estimate(audit, {"a": True, "b": False, "c": False})

    assert (found.n_inputs, found.n_looked_at, found.number) == (3, 3, 1)
    assert found.low == found.high == 1


def test_a_kept_audit_is_read_back_exactly() -> None:
    guess, _ = population(0.05, 1)
    audit = stratified(guess, np.random.default_rng(2))

    assert Audit.of(audit.payload(), id=audit.id) == audit


@pytest.mark.parametrize(
    "rest",
    [{"inputs": ("a",)}, {"kind": "guess"}, {"chances": (0.0, 0.5)}, {"n_inputs": 1}],
)
def test_an_audit_that_cannot_be_is_refused(rest: dict[str, object]) -> None:
    good = {"kind": "simple", "concept": "x", "seed": 1, "inputs": ("a", "b"), "n_inputs": 9}
    good |= {"chances": (0.5, 0.5), "guesses": (0.0, 0.0), "guess_total": 0.0}
    with pytest.raises(TruthError):
        Audit(**good | rest)  # type: ignore[arg-type]
