"""Concepts that are taken for one another, and concepts that go by their usual companions."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, IntArray
from evalcore.diagnosis.finding import Finding, percent, quoted, several
from evalcore.diagnosis.mistakes import Gathered, Mistakes, Pairs, gathered
from evalcore.runs.labels import Labels

__all__ = ["by_companions"]

WORTH = 0.05
"""A larger p-value can be no discovery, however few the tests."""


def by_companions(mistakes: Mistakes, concepts: tuple[str, ...]) -> tuple[list[Finding], int]:
    """Find concepts confused with others, and those predicted by a companion's presence.

    False positives of j that carry label i far more often than other negatives of j do: when i and
    j are seldom labelled together, they are confused; when they often are, j goes by i. Labelled
    inputs of j that are missed more often where i is missing: j goes by i, too.

    Returns
    -------
    tuple
        Findings, not yet judged by their p-values, and how many tests there were.
    """
    labels, n = mistakes.labels, len(concepts)
    carried = _carried(labels, mistakes.false_positives)
    together = _carried(labels, mistakes.labelled)
    missed_with = _carried(labels, mistakes.false_negatives)
    total, known = labels.total, _known_together(labels)
    wrong_of = np.bincount(mistakes.false_positives.concepts, minlength=n)
    missed_of = np.bincount(mistakes.false_negatives.concepts, minlength=n)
    wrong = gathered(
        carried,
        known - together,
        all_hits=wrong_of[None, :],
        everything=(labels.n_known - total)[None, :],
    )
    without = gathered(
        missed_of[None, :] - missed_with,
        total[None, :] - together,
        all_hits=missed_of[None, :],
        everything=total[None, :],
    )
    friends = together * labels.n_known[None, :] > known * total[None, :]
    found = _confused(mistakes, wrong, friends, concepts)
    found += _led(mistakes, wrong, without, friends, concepts)
    return found, 2 * n * (n - 1)


def _confused(
    mistakes: Mistakes, wrong: Gathered, friends: BoolArray, concepts: tuple[str, ...]
) -> list[Finding]:
    worth = (wrong.p_value < WORTH) & ~friends & ~np.eye(len(concepts), dtype=bool)
    both = np.argwhere(worth | worth.T).tolist()
    return [_pair(mistakes, wrong, i, j, concepts) for i, j in both if i < j]


def _pair(
    mistakes: Mistakes, wrong: Gathered, i: int, j: int, concepts: tuple[str, ...]
) -> Finding:
    stronger = (i, j) if wrong.p_value[i, j] <= wrong.p_value[j, i] else (j, i)
    # two directions were tried; the pair is judged by the better one, twice
    p_value = min(1.0, 2 * float(wrong.p_value[stronger]))
    one, other = concepts[i], concepts[j]
    excess = float(wrong.excess[i, j] + wrong.excess[j, i])
    inputs = np.unique(np.concatenate([_carrying(mistakes, i, of=j), _carrying(mistakes, j, of=i)]))
    return Finding(
        kind="confused",
        concepts=(one, other),
        number=float(wrong.odds_ratio[stronger]),
        low=float(wrong.low[stronger]),
        high=float(wrong.high[stronger]),
        unit="times the odds of a false positive",
        inputs=inputs,
        mistakes=float(wrong.least_excess[i, j] + wrong.least_excess[j, i]),
        p_value=p_value,
        headline=f"{quoted(one)} and {quoted(other)} are taken for one another: of the "
        f"{several(_all(wrong, i, j), 'false positive')} of {quoted(other)}, "
        f"{int(wrong.hits[i, j]):,} are labelled {quoted(one)}; of the "
        f"{several(_all(wrong, j, i), 'false positive')} of {quoted(one)}, "
        f"{int(wrong.hits[j, i]):,} are labelled {quoted(other)}.",
        action="Define apart what tells them apart and check the labels of these inputs, add "
        "examples of both, or merge the two.",
        gain=f"About {several(round(excess), 'false positive')} fewer.",
    )


def _led(
    mistakes: Mistakes,
    wrong: Gathered,
    without: Gathered,
    friends: BoolArray,
    concepts: tuple[str, ...],
) -> list[Finding]:
    others = friends & ~np.eye(len(concepts), dtype=bool)
    worth = others & (np.minimum(wrong.p_value, without.p_value) < WORTH)
    return [
        _companion(mistakes, wrong, without, place=(i, j), concepts=concepts)
        for i, j in np.argwhere(worth).tolist()
    ]


def _companion(
    mistakes: Mistakes,
    wrong: Gathered,
    without: Gathered,
    *,
    place: tuple[int, int],
    concepts: tuple[str, ...],
) -> Finding:
    """Say that a concept goes by a companion: by its presence, by its absence, or both."""
    i, j = place
    companion, concept = quoted(concepts[i]), quoted(concepts[j])
    missed = mistakes.false_negatives.of(j)
    present, absent = wrong.take(place), without.take(place)
    told = []
    if float(present.p_value) < WORTH:
        here, elsewhere = _shares(present)
        text = f"without {concept} it is predicted on {here} of the inputs labelled {companion}"
        told.append(
            (present, _carrying(mistakes, i, of=j), f"{text}, on {elsewhere} of the others")
        )
    if float(absent.p_value) < WORTH:
        here, elsewhere = _shares(absent)
        text = f"it is missed on {here} of its inputs without {companion}"
        alone = missed[~mistakes.labels.has(missed, i)]
        told.append((absent, alone, f"{text}, on {elsewhere} of those with it"))
    best = min((test for test, _, _ in told), key=lambda test: float(test.p_value))
    excess = sum(float(test.excess) for test, _, _ in told)
    said = [text for _, _, text in told]
    return Finding(
        kind="companion",
        concepts=(concepts[j], concepts[i]),
        number=float(best.odds_ratio),
        low=float(best.low),
        high=float(best.high),
        unit="times the odds of a mistake",
        inputs=np.concatenate([inputs for _, inputs, _ in told]),
        mistakes=sum(float(test.least_excess) for test, _, _ in told),
        # two ways were tried
        p_value=min(1.0, 2 * float(best.p_value)),
        headline=f"{concept} goes by its companion {companion}: {'; '.join(said)}.",
        action=f"Train with {concept} without {companion}, and with {companion} without {concept}.",
        gain=f"About {several(round(excess), 'mistake')} fewer.",
    )


def _shares(test: Gathered) -> tuple[str, str]:
    hits = float(test.hits) / max(float(test.marked), 1)
    return percent(hits), percent(float(test.others) / max(float(test.unmarked), 1))


def _all(wrong: Gathered, i: int, j: int) -> int:
    return int(wrong.hits[i, j] + wrong.others[i, j])


def _carrying(mistakes: Mistakes, label: int, *, of: int) -> IntArray:
    """Return the false positives of a concept that carry another label."""
    members = mistakes.false_positives.of(of)
    return members[mistakes.labels.has(members, label)]


def _carried(labels: Labels, pairs: Pairs) -> IntArray:
    """Count, for pairs (input, j), the inputs that are labelled i; (n_concepts, n_concepts)."""
    sizes = np.diff(labels.input_starts)[pairs.inputs].astype(np.int64)
    ends = np.cumsum(sizes)
    within = np.arange(int(sizes.sum())) - np.repeat(ends - sizes, sizes)
    labelled = labels.concepts[np.repeat(labels.input_starts[pairs.inputs], sizes) + within]
    keys = labelled * labels.n_concepts + np.repeat(pairs.concepts, sizes)
    side = labels.n_concepts
    return np.bincount(keys, minlength=side * side).reshape(side, side)


def _known_together(labels: Labels) -> IntArray:
    """Count the inputs labelled i whose label for j is known; (n_concepts, n_concepts)."""
    if labels.known is None:
        return np.repeat(labels.total[:, None], labels.n_concepts, axis=1)
    rows = [labels.known[labels.inputs_of(i)].sum(axis=0) for i in range(labels.n_concepts)]
    return np.array(rows, dtype=np.int64).reshape(labels.n_concepts, labels.n_concepts)
