"""Inputs that are the same twice, or nearly: with different labels, or in different splits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from evalcore.arrays import IntArray, TextArray
from evalcore.diagnosis.finding import Finding, several
from evalcore.runs.run import EvalRun

__all__ = ["alike", "duplicate_findings"]

MOST_BITS = 4
"""Hashes of 64 bits that differ in so many at most are of nearly the same image."""
N_CHUNKS = MOST_BITS + 1
MOST_IN_CHUNK = 200
"""A piece that so many share says nothing: plain images hash alike."""


def alike(digests: Sequence[str] | TextArray, hashes: Sequence[int | None]) -> list[IntArray]:
    """Return groups of inputs that are the same, or nearly; ascending positions.

    Parameters
    ----------
    digests
        One text per input, the same for the same bytes; empty where there are none.
    hashes
        A perceptual hash of 64 bits per input, or None.

    Notes
    -----
    Hashes that differ in k bits at most agree in one of k + 1 pieces, so that only those are
    compared.

    Examples
    --------
    >>> [group.tolist() for group in alike(["a", "b", "a"], [None, 7, None])]
    [[0, 2]]
    """
    groups = _Groups(len(digests))
    by_digest: dict[str, int] = {}
    for position, digest in enumerate(digests):
        if digest:
            groups.join(by_digest.setdefault(digest, position), position)
    for members in _shared_pieces(hashes).values():
        for one, other in combinations(members, 2):
            if _bits(hashes[one], hashes[other]) <= MOST_BITS:
                groups.join(one, other)
    return groups.found()


def duplicate_findings(run: EvalRun, groups: list[IntArray]) -> list[Finding]:
    """Find duplicates with different labels, and duplicates in different splits."""
    labels = run.labels
    sets = [[frozenset(labels.of_input(k).tolist()) for k in group.tolist()] for group in groups]
    torn = [group for group, own in zip(groups, sets, strict=True) if len(set(own)) > 1]
    found = []
    if torn:
        inputs = np.concatenate(torn)
        found.append(
            Finding(
                kind="duplicates",
                number=float(len(torn)),
                unit="groups of alike inputs with different labels",
                inputs=inputs,
                mistakes=float(sum(group.size - 1 for group in torn)),
                headline=f"In {several(len(torn), 'group')} of identical or nearly identical "
                "inputs the labels differ.",
                action="Look at each group side by side; correct the label that is wrong, and "
                "keep one of them.",
                gain=f"{several(inputs.size, 'input')} whose labels agree again.",
            )
        )
    folds = run.folds
    if folds is not None:
        split = [group for group in groups if np.unique(folds[group]).size > 1]
        if split:
            inputs = np.concatenate(split)
            found.append(
                Finding(
                    kind="leak",
                    number=float(len(split)),
                    unit="groups of alike inputs across splits",
                    inputs=inputs,
                    headline=f"In {several(len(split), 'group')} of identical or nearly identical "
                    "inputs not all are in one split: the model was trained on what it is "
                    "tested on.",
                    action="Keep alike inputs in one split, or keep one of each group.",
                    gain="Numbers that are not better than they will be in use.",
                )
            )
    return found


class _Groups:
    """Positions joined into groups."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def join(self, one: int, other: int) -> None:
        self._parent[self._root(other)] = self._root(one)

    def found(self) -> list[IntArray]:
        members: dict[int, list[int]] = defaultdict(list)
        for position in range(len(self._parent)):
            members[self._root(position)].append(position)
        return [np.array(group) for group in members.values() if len(group) > 1]

    def _root(self, position: int) -> int:
        while self._parent[position] != position:
            self._parent[position] = self._parent[self._parent[position]]
            position = self._parent[position]
        return position


def _shared_pieces(hashes: Sequence[int | None]) -> dict[tuple[int, int], list[int]]:
    """Return the inputs that share a piece of their hash, piece by piece."""
    width = -(-64 // N_CHUNKS)
    pieces: dict[tuple[int, int], list[int]] = defaultdict(list)
    for position, value in enumerate(hashes):
        if value is not None:
            for chunk in range(N_CHUNKS):
                pieces[chunk, value >> (chunk * width) & ((1 << width) - 1)].append(position)
    return {key: found for key, found in pieces.items() if 1 < len(found) <= MOST_IN_CHUNK}


def _bits(one: int | None, other: int | None) -> int:
    return 64 if one is None or other is None else (one ^ other).bit_count()
