"""The agreed truth laid over a run's labels; the labels as delivered stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, IntArray, is_among
from evalcore.pairs.known import all_known
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun
from evalcore.truth.agreed import Outcome, Verdict
from evalcore.truth.votes import Pair

__all__ = ["AgreedTruth", "Change", "State", "lay_over"]

State = Literal["yes", "no", "unknown"]
"""What a label says of a pair."""
_DECIDED: Mapping[Outcome, State] = {"yes": "yes", "no": "no", "unknown": "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A pair whose agreed truth differs from the label as delivered.

    Parameters
    ----------
    position, concept
        Of the input and of the concept, in the run.
    implied
        Whether nobody was asked: in a single-label run another concept was agreed on.
    """

    pair: Pair
    position: int
    concept: int
    original: State
    agreed: State
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgreedTruth:
    """What the votes come to on one run, or on one part of it.

    Parameters
    ----------
    labels
        The agreed ones. Where people differ or have not all answered, the label as delivered.
    changes
        In the order of the run.
    disputed : ndarray of shape (n_disputed, 2), int64
        Positions of input and concept of the pairs on which people differ.
    decided : ndarray of shape (n_decided, 2), int64
        Positions of input and concept of the pairs on which people agree, whether or not that
        changes a label, and of those that this implies.
    settled : ndarray, int64
        Positions of the inputs of which people agree that they show some concept, ascending.
    n_voted, n_open, n_elsewhere
        Pairs of this run with a verdict, those of them with answers missing, and verdicts on inputs
        or concepts that this run has not.
    digest
        Hash of the changes: two truths with one digest are the same labels.
    """

    labels: Labels
    changes: tuple[Change, ...]
    disputed: IntArray
    decided: IntArray
    settled: IntArray
    n_voted: int
    n_open: int
    n_elsewhere: int
    digest: str


def lay_over(run: EvalRun, verdicts: Mapping[Pair, Verdict]) -> AgreedTruth:
    """Lay verdicts over the labels of a run.

    In a single-label run an agreed concept takes the place of the label; an input for which two
    concepts were agreed on is disputed.
    """
    outcomes, n_elsewhere = _placed(run, verdicts)
    disputed = {pair for pair, outcome in outcomes.items() if outcome == "disputed"}
    wanted = {p: _DECIDED[o] for p, o in outcomes.items() if o in _DECIDED}
    implied: set[tuple[int, int]] = set()
    if run.task == "single_label":
        disputed |= _drop_contradictions(wanted)
        implied = _imply(run, wanted)
        disputed -= implied
    changes = tuple(_changes(run, wanted, implied))
    return AgreedTruth(
        labels=_changed(run.labels, changes),
        changes=changes,
        disputed=np.array(sorted(disputed), dtype=np.int64).reshape(-1, 2),
        decided=np.array(sorted(wanted), dtype=np.int64).reshape(-1, 2),
        settled=np.unique([i for (i, _), state in wanted.items() if state == "yes"]).astype(
            np.int64
        ),
        n_voted=len(outcomes),
        n_open=sum(outcome == "open" for outcome in outcomes.values()),
        n_elsewhere=n_elsewhere,
        digest=_digest(changes),
    )


def _placed(
    run: EvalRun, verdicts: Mapping[Pair, Verdict]
) -> tuple[dict[tuple[int, int], Outcome], int]:
    row_of = {name: i for i, name in enumerate(run.ids.tolist())}
    column_of = {name: j for j, name in enumerate(run.concepts)}
    placed: dict[tuple[int, int], Outcome] = {}
    for pair, verdict in verdicts.items():
        place = row_of.get(pair.input), column_of.get(pair.concept)
        if place[0] is not None and place[1] is not None:
            placed[place[0], place[1]] = verdict.outcome
    return placed, len(verdicts) - len(placed)


def _drop_contradictions(wanted: dict[tuple[int, int], State]) -> set[tuple[int, int]]:
    """Take out the inputs for which several concepts were agreed on; return those pairs."""
    agreed: dict[int, list[tuple[int, int]]] = {}
    for place, state in wanted.items():
        if state == "yes":
            agreed.setdefault(place[0], []).append(place)
    torn = {place for places in agreed.values() if len(places) > 1 for place in places}
    for place in torn:
        del wanted[place]
    return torn


def _imply(run: EvalRun, wanted: dict[tuple[int, int], State]) -> set[tuple[int, int]]:
    """Let agreed concepts take the place of the labels; return the pairs that are thereby none."""
    implied = set()
    for i, j in [place for place, state in wanted.items() if state == "yes"]:
        for other in run.labels.of_input(i).tolist():
            if other != j and wanted.get((i, other)) is None:
                implied.add((i, other))
    wanted.update(dict.fromkeys(implied, "no"))
    return implied


def _changes(
    run: EvalRun, wanted: Mapping[tuple[int, int], State], implied: set[tuple[int, int]]
) -> Iterable[Change]:
    places = sorted(wanted)
    pairs = np.array(places, dtype=np.int64).reshape(-1, 2)
    labelled = _labelled(run.labels, pairs)
    known = run.labels.known
    for k, (i, j) in enumerate(places):
        original: State = "yes" if labelled[k] else "no"
        if known is not None and not known[i, j]:
            original = "unknown"
        if original != wanted[i, j]:
            yield Change(
                pair=Pair(str(run.ids[i]), run.concepts[j]),
                position=i,
                concept=j,
                original=original,
                agreed=wanted[i, j],
                implied=(i, j) in implied,
            )


def _changed(labels: Labels, changes: tuple[Change, ...]) -> Labels:
    if not changes:
        return labels
    n = labels.n_concepts
    keys = labels.inputs * n + labels.concepts
    agreed = np.array([one.agreed for one in changes])
    changed = np.array([one.position * n + one.concept for one in changes])
    places = {state: changed[agreed == state] for state in ("yes", "no", "unknown")}
    gone = np.sort(np.concatenate([places["no"], places["unknown"]]))
    keys = np.concatenate([keys[~is_among(keys, gone)], places["yes"]])
    known = labels.known
    if places["unknown"].size or known is not None:
        known = all_known(labels.n_inputs, n) if known is None else known.copy()
        for state, keyed in places.items():
            known[np.divmod(keyed, n)] = state != "unknown"
    return Labels(
        n_inputs=labels.n_inputs,
        n_concepts=n,
        pairs=np.column_stack(np.divmod(keys, n)),
        known=known,
    )


def _labelled(labels: Labels, pairs: IntArray) -> BoolArray:
    keys = labels.inputs * labels.n_concepts + labels.concepts
    return is_among(pairs[:, 0] * labels.n_concepts + pairs[:, 1], keys)


def _digest(changes: tuple[Change, ...]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for one in sorted(changes, key=lambda change: change.pair):
        for text in (*one.pair, one.agreed):
            encoded = text.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.hexdigest()
