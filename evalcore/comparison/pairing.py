"""Which inputs and which concepts of two runs are the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, IntArray, TextArray
from evalcore.base.jobs import report_progress
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun

__all__ = ["ConceptPairs", "PairedBy", "Pairing", "pair_concepts", "pair_inputs", "relabelled"]

PairedBy = Literal["id", "image", "text", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairing:
    """Inputs that stand in both runs.

    Parameters
    ----------
    left, right : ndarray of shape (n_pairs,), int64
        Input ``left[k]`` of the left run is input ``right[k]`` of the right one.
    by
        What told that they are the same.
    n_left, n_right
        Inputs of either run.
    """

    left: IntArray
    right: IntArray
    by: PairedBy
    n_left: int
    n_right: int

    @property
    def n_pairs(self) -> int:
        """Number of inputs that stand in both."""
        return int(self.left.size)

    @property
    def is_complete(self) -> bool:
        """True when every input of either run has its partner."""
        return self.n_pairs == self.n_left == self.n_right

    @property
    def only_left(self) -> IntArray:
        """Positions of the left run's inputs that the right run has not."""
        return np.setdiff1d(np.arange(self.n_left), self.left)

    @property
    def only_right(self) -> IntArray:
        """Positions of the right run's inputs that the left run has not."""
        return np.setdiff1d(np.arange(self.n_right), self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptPairs:
    """Concepts that both runs have.

    Parameters
    ----------
    left, right
        Name k of either run; they differ only where a person has matched them.
    only_left, only_right
        Names that the other run has not.
    offered
        Pairs of those that differ by nothing but case, accents, spaces and signs between words.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    offered: tuple[tuple[str, str], ...]


def pair_inputs(left: EvalRun, right: EvalRun) -> Pairing:
    """Find the inputs that stand in both runs: by id, else by the image, else by the text.

    The image counts as the same when its bytes are; a run in which an image or a text occurs twice
    is paired by its first occurrence. Ids decide alone as soon as any of them agree.
    """
    keys: dict[PairedBy, Callable[[EvalRun], TextArray | None]] = {
        "id": lambda run: run.ids,
        "image": _image_digests,
        "text": lambda run: run.texts,
    }
    for by, key_of in keys.items():
        first = key_of(left)
        second = None if first is None else key_of(right)
        if first is None or second is None:
            continue
        ours, theirs = _shared(first, second)
        if ours.size:
            return Pairing(
                left=ours, right=theirs, by=by, n_left=left.n_inputs, n_right=right.n_inputs
            )
    none = np.zeros(0, dtype=np.int64)
    return Pairing(
        left=none, right=none, by="nothing", n_left=left.n_inputs, n_right=right.n_inputs
    )


def pair_concepts(
    left: Sequence[str], right: Sequence[str], *, matched: Sequence[tuple[str, str]] = ()
) -> ConceptPairs:
    """Pair concepts by name, and those that a person has matched.

    Examples
    --------
    >>> pairs = pair_concepts(["dog", "Crème brûlée"], ["creme-brulee", "dog", "cat"])
    >>> pairs.left, pairs.only_right, pairs.offered
    (('dog',), ('creme-brulee', 'cat'), (('Crème brûlée', 'creme-brulee'),))
    """
    by_hand = {ours: theirs for ours, theirs in matched if ours in left and theirs in right}
    taken = set(by_hand.values())
    pairs = []
    for name in left:
        partner = by_hand.get(name, name)
        if partner in right and (name in by_hand or partner not in taken):
            pairs.append((name, partner))
    ours, theirs = {a for a, _ in pairs}, {b for _, b in pairs}
    only_left = tuple(name for name in left if name not in ours)
    only_right = tuple(name for name in right if name not in theirs)
    return ConceptPairs(
        left=tuple(a for a, _ in pairs),
        right=tuple(b for _, b in pairs),
        only_left=only_left,
        only_right=only_right,
        offered=_alike(only_left, only_right),
    )


def relabelled(left: EvalRun, right: EvalRun, pairing: Pairing, concepts: ConceptPairs) -> IntArray:
    """Return which pairs have another label on the two sides, ascending positions in the pairing.

    A label that one side does not know is not another label.
    """
    differs = np.zeros(pairing.n_pairs, dtype=bool)
    for ours, theirs in zip(concepts.left, concepts.right, strict=True):
        (has, known), (also, known_there) = (
            _labels_of(run, positions, name)
            for run, positions, name in (
                (left, pairing.left, ours),
                (right, pairing.right, theirs),
            )
        )
        differs |= (has != also) & known & known_there
    return np.flatnonzero(differs)


def _labels_of(run: EvalRun, positions: IntArray, name: str) -> tuple[BoolArray, BoolArray]:
    concept = run.position_of(name)
    return run.labels.has(positions, concept), run.labels.knows(positions, concept)


def _shared(left: TextArray, right: TextArray) -> tuple[IntArray, IntArray]:
    place: dict[str, int] = {}
    for position, key in enumerate(right.tolist()):
        if key:
            place.setdefault(key, position)
    found = [(i, place.pop(key)) for i, key in enumerate(left.tolist()) if key in place]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _image_digests(run: EvalRun) -> TextArray | None:
    if run.images is None:
        return None
    digests = np.full(run.n_inputs, "", dtype=object)
    for position in range(run.n_inputs):
        report_progress(position, of=run.n_inputs)
        try:
            digests[position] = blake2b(run.images.read(position), digest_size=16).hexdigest()
        except ImageError:
            continue  # what cannot be read is the same as nothing
    return digests


def _alike(left: Sequence[str], right: Sequence[str]) -> tuple[tuple[str, str], ...]:
    plain: dict[str, list[str]] = {}
    for name in right:
        plain.setdefault(_plain(name), []).append(name)
    pairs = []
    for name in left:
        candidates = plain.get(_plain(name), [])
        if candidates and _plain(name):
            pairs.append((name, candidates.pop(0)))
    return tuple(pairs)


def _plain(name: str) -> str:
    """Return a name without case, accents, spaces and signs.

    Examples
    --------
    >>> _plain("Crème  Brûlée"), _plain("creme_brulee")
    ('cremebrulee', 'cremebrulee')
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in apart if sign.isalnum())
