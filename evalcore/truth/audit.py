"""How many labels of a concept are wrong, estimated from a few inputs that people look at.

A simple audit draws every input with one chance, and its interval is exact. A stratified one looks
at suspicious inputs more often: whatever the suspicion is worth, the estimate stays unbiased; a
good one makes the interval narrower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, Self

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.errors import TruthError, shorten
from evalcore.measures.binomial import lower_limit, upper_limit

__all__ = ["Audit", "AuditEstimate", "draw_simple", "draw_stratified", "estimate", "rough_chance"]

AuditKind = Literal["simple", "stratified"]
FLOOR = 0.02
"""No input is thought safer than this, so that each is drawn now and then."""
SAFEST = 0.002
HIDDEN = 0.75
"""Of a wrong label among the inputs thought safest: how much of one the interval allows for."""
MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A sample of inputs to look at, as it is kept.

    Parameters
    ----------
    concept
        The labels of which are audited.
    inputs, chances, guesses
        Ids of the drawn inputs, each with its chance of being drawn and the rough chance, at that
        time, that its label is wrong.
    n_inputs, guess_total
        Inputs that were drawn from, and the sum of their guesses.
    """

    id: str = ""
    kind: AuditKind
    concept: str
    seed: int
    inputs: tuple[str, ...]
    chances: tuple[float, ...]
    guesses: tuple[float, ...]
    n_inputs: int
    guess_total: float

    def __post_init__(self) -> None:
        """Check that the lists belong together."""
        if not len(self.inputs) == len(self.chances) == len(self.guesses) <= self.n_inputs:
            msg = f"An audit of {self.n_inputs} inputs needs lists of one length."
            raise TruthError(msg)
        if self.kind not in {"simple", "stratified"}:
            msg = f"An audit is simple or stratified, got {shorten(self.kind)}."
            raise TruthError(msg)
        if not all(0 < chance <= 1 for chance in self.chances):
            raise TruthError("The chances of being drawn must lie above 0 and up to 1.")

    @classmethod
    def of(cls, payload: Mapping[str, Any], *, id: str) -> Self:  # noqa: A002 - the record's word
        """Read an audit from what the record says; raise TruthError when it is none."""
        lists = {name: tuple(payload[name]) for name in ("inputs", "chances", "guesses")}
        return cls(**{**payload, **lists, "id": id})

    def payload(self) -> dict[str, Any]:
        """Return what is saved of it."""
        names = [name for name in self.__dataclass_fields__ if name != "id"]
        plain = {name: getattr(self, name) for name in names}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEstimate:
    """How many of ``n_inputs`` labels are wrong, with an interval; NaN before anybody has looked.

    Parameters
    ----------
    n_looked_at, n_wrong
        Drawn inputs that were judged, and those whose label was found wrong.
    """

    n_inputs: int
    n_looked_at: int
    n_wrong: int
    number: float
    low: float
    high: float


def rough_chance(suspicion: ScoreArray) -> FloatArray:
    """Return the rough chance that each label is wrong: a curve over its suspicion.

    It need not be right, see :func:`estimate`; it only says where to look more often.
    """
    known = np.nan_to_num(suspicion.astype(np.float64), nan=-4.0)
    guess = 1 / (1 + np.exp(-np.clip(known - 1, -30, 30)))
    return np.clip(guess, SAFEST, 0.5)


def draw_simple(
    ids: Sequence[str], *, concept: str, size: int, rng: np.random.Generator, seed: int
) -> Audit:
    """Draw inputs with one chance for all.

    Parameters
    ----------
    seed
        What ``rng`` was made from: it stands on record.
    """
    n = len(ids)
    size = min(size, n)
    picked = np.sort(rng.permutation(n)[:size])
    return Audit(
        kind="simple",
        concept=concept,
        seed=seed,
        inputs=tuple(ids[i] for i in picked.tolist()),
        chances=(size / n,) * size if n else (),
        guesses=(0.0,) * size,
        n_inputs=n,
        guess_total=0.0,
    )


def draw_stratified(
    ids: Sequence[str],
    guess: FloatArray,
    *,
    concept: str,
    size: int,
    rng: np.random.Generator,
    seed: int,
) -> Audit:
    """Draw inputs with chances that go with sqrt(guess * (1 - guess)).

    Parameters
    ----------
    guess : ndarray of shape (n_inputs,)
        Rough chance that each label is wrong, from :func:`rough_chance`.
    """
    chance = _chances(np.clip(guess, FLOOR, 0.5), min(size, len(ids)))
    picked = _systematic(chance, rng)
    # beside the chances lies what the estimate counts with
    counted = np.clip(guess, SAFEST, 0.5)
    return Audit(
        kind="stratified",
        concept=concept,
        seed=seed,
        inputs=tuple(ids[i] for i in picked.tolist()),
        chances=tuple(chance[picked].tolist()),
        guesses=tuple(counted[picked].tolist()),
        n_inputs=len(ids),
        guess_total=float(counted.sum()),
    )


def estimate(audit: Audit, wrong: Mapping[str, bool], *, confidence: float = 0.95) -> AuditEstimate:
    """Estimate how many labels are wrong from what was found so far.

    Parameters
    ----------
    wrong
        Id of each drawn input that was judged to whether its label is wrong. Inputs that are left
        out (nobody has looked, or it is unclear) are taken for a random part of the sample.

    Notes
    -----
    Simple: the limits of Clopper and Pearson, within what has been proved. Stratified: the
    difference estimator (C.-E. Saerndal et al. (1992), "Model assisted survey sampling"): guesses
    of all inputs summed, corrected by each finding divided by its chance of being drawn; the
    interval adds what may hide among inputs thought safe.
    """
    judged = [k for k, name in enumerate(audit.inputs) if name in wrong]
    found = np.array([wrong[audit.inputs[k]] for k in judged], dtype=np.float64)
    n, m, k = audit.n_inputs, len(judged), int(found.sum())
    if m == 0:
        return AuditEstimate(
            n_inputs=n, n_looked_at=0, n_wrong=0, number=np.nan, low=np.nan, high=np.nan
        )
    if audit.kind == "simple":
        number, low, high = _simple(n, m, k, error=(1 - confidence) / 2)
    else:
        number, low, high = _stratified(audit, np.array(judged), found, confidence=confidence)
    least, most = k, n - (m - k)
    return AuditEstimate(
        n_inputs=n,
        n_looked_at=m,
        n_wrong=k,
        number=float(np.clip(number, least, most)),
        low=float(np.clip(low, least, most)),
        high=float(np.clip(high, least, most)),
    )


def _simple(n: int, m: int, k: int, *, error: float) -> tuple[float, float, float]:
    low = float(lower_limit(k, m, error=error))
    return n * k / m, n * low, n * float(upper_limit(k, m, error=error))


def _stratified(
    audit: Audit, judged: IntArray, wrong: FloatArray, *, confidence: float
) -> tuple[float, float, float]:
    m, n = len(judged), audit.n_inputs
    # unjudged inputs leave the sample: each of the others then stands for a few more
    chance = np.array(audit.chances)[judged] * (m / len(audit.inputs))
    gap = (wrong - np.array(audit.guesses)[judged]) / chance
    number = audit.guess_total + gap.sum()
    spread = ((1 - chance) * (gap - gap.mean()) ** 2).sum() * m / max(m - 1, 1)
    rarest = 0.0 if m == n else 1 / chance.min()
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * (1 + 2 / m) * np.sqrt(spread + (HIDDEN * rarest) ** 2)
    return float(number), float(number - half), float(number + half)


def _chances(guess: FloatArray, size: int) -> FloatArray:
    """Return chances of being drawn that sum to the size, none above 1."""
    wanted = np.sqrt(guess * (1 - guess))
    certain: BoolArray = np.zeros(len(guess), dtype=bool)
    while True:
        left = size - int(certain.sum())
        total = float(wanted[~certain].sum())
        chance = np.where(certain, 1.0, wanted * (left / total if total else 0.0))
        over = (chance >= 1) & ~certain
        if not over.any():
            return np.minimum(chance, 1.0)
        certain |= over


def _systematic(chance: FloatArray, rng: np.random.Generator) -> IntArray:
    """Draw so many distinct positions as the chances sum to, each with its chance; ascending."""
    size = round(float(chance.sum()))
    if size == 0:
        return np.zeros(0, dtype=np.int64)
    order = rng.permutation(len(chance))
    steps = np.cumsum(chance[order])
    steps *= size / steps[-1]
    at = rng.random() + np.arange(size)
    picked = order[np.minimum(np.searchsorted(steps, at, side="right"), len(order) - 1)]
    return np.unique(picked).astype(np.int64)
