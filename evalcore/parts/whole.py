"""What is looked up in all parts together: labels, positives, ROC AUC, average precision, means.

Each concept is measured by itself, in all parts one after another, so that no more than its own
scores are looked at at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.base.whole_writes import whole_folder
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import threshold_range
from evalcore.counting.joined_scores import JoinedScores, PartlyScored
from evalcore.counting.matrix import is_wide
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.rank_quality import RankQuality, mean_over_splits, rank_quality
from evalcore.counting.sorted_scores import ScoreSegments, SortedScores
from evalcore.errors import RunError
from evalcore.measures.metrics import divide
from evalcore.pairs.scored import UNSCORED, ScoredPairs
from evalcore.parts.concept_pass import means_of
from evalcore.parts.part_folder import mapped, part_path, whole_path
from evalcore.parts.plan_file import Prepared
from evalcore.parts.verifying import is_whole
from evalcore.prepared.array_folder import Shelf
from evalcore.prepared.packing import LABELS, MODES, pack_index, unpack_index
from evalcore.runs.joined import chosen_rows
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun

__all__ = [
    "Measured",
    "is_put_together",
    "measure",
    "put_together",
    "whole_key",
    "whole_of",
]


def whole_key(keys: Sequence[str]) -> str:
    """Return the name of what belongs to these parts together."""
    return hashlib.sha256("/".join(["whole 2", *keys]).encode()).hexdigest()


def is_put_together(out: Path, key: str, *, verify: bool = False) -> bool:
    """Tell whether what belongs to all parts is there; to the last byte with ``verify``."""
    return is_whole(whole_path(out, key), content=key, verify=verify)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One concept in all parts.

    Parameters
    ----------
    roc_auc, average_precision
        One number for each split.
    means
        Mean score for the concept over the inputs labelled with each concept; empty where it was
        summed up when the parts were built, and of wide runs.
    """

    concept: int
    roc_auc: tuple[float, ...]
    average_precision: tuple[float, ...]
    means: tuple[float, ...]


def measure(
    runs: Sequence[EvalRun], built: Sequence[Prebuilt], concepts: Sequence[int]
) -> list[Measured]:
    """Measure concepts: ROC AUC from whole numbers of pairs, average precision, mean scores."""
    splits = _Split.all_of(runs)
    are_listed = isinstance(runs[0].scores, ScoredPairs)
    is_summed = is_wide(runs[0].n_concepts) or not are_listed
    # listed scores are so few that many concepts fit into memory: of others one at a time
    bunches = [list(concepts)] if are_listed and runs[0].folds is None else [[j] for j in concepts]
    found = []
    for bunch in bunches:
        rows = [_quality(runs, built, bunch, split) for split in splits]
        found += [
            Measured(
                concept=j,
                roc_auc=tuple(float(auc[k]) for auc, _ in rows),
                average_precision=tuple(float(precision[k]) for _, precision in rows),
                means=() if is_summed else tuple(_means(runs, j, splits).tolist()),
            )
            for k, j in enumerate(bunch)
        ]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """The inputs of one split in each part; a run without splits has one, all inputs.

    Parameters
    ----------
    inside
        Of each part which inputs are in it; None where all are.
    n_known
        Of each part whose scores are listed how many inputs of the split are known, per concept.
    """

    inside: tuple[BoolArray | None, ...]
    n_known: tuple[IntArray | None, ...]

    @classmethod
    def all_of(cls, runs: Sequence[EvalRun]) -> list[_Split]:
        if runs[0].folds is None:
            nothing = tuple(None for _ in runs)
            return [cls(inside=nothing, n_known=nothing)]
        folds = [np.asarray(run.folds) for run in runs]
        found = []
        for split in np.unique(np.concatenate([np.unique(part) for part in folds])).tolist():
            inside = tuple(part == split for part in folds)
            n_known = tuple(map(_n_known, runs, inside))
            found.append(cls(inside=inside, n_known=n_known))
        return found


def _n_known(run: EvalRun, inside: BoolArray) -> IntArray | None:
    if not isinstance(run.scores, ScoredPairs):
        return None
    positions = np.flatnonzero(inside)
    if run.labels.known is None:
        return np.full(run.n_concepts, positions.size)
    return np.asarray(chosen_rows(run.labels.known, positions).sum(axis=0))


def _quality(
    runs: Sequence[EvalRun], built: Sequence[Prebuilt], concepts: Sequence[int], split: _Split
) -> tuple[FloatArray, FloatArray]:
    """Measure some concepts; in a split, one."""
    if split.inside[0] is None:
        index = CountIndex.joined(
            [part.indices["every"].take(np.array(concepts)) for part in built]
        )
        index = index.together() if len(concepts) > 1 else index
        return rank_quality(index.eligible, index.positives)
    (j,) = concepts
    found = [
        _in_split(run, j, inside, n_known)
        for run, inside, n_known in zip(runs, split.inside, split.n_known, strict=True)
        if inside is not None
    ]
    every = JoinedScores.of_parts([one for one, _ in found])
    return rank_quality(every, SortedScores.merged([other for _, other in found]))


def _in_split(
    run: EvalRun, j: int, inside: BoolArray, n_known: IntArray | None
) -> tuple[ScoreSegments, SortedScores]:
    """Return one concept's sorted scores in a split of a part, and those of its positives."""
    labels, labelled = run.labels, run.labels.inputs_of(j)
    positives = _alone(run.scores[labelled[inside[labelled]], np.int64(j)])
    if n_known is None or not isinstance(run.scores, ScoredPairs):
        known = inside if labels.known is None else inside & np.asarray(labels.known[:, j])
        return _alone(np.asarray(run.scores[:, j])[known]), positives
    inputs, values = run.scores.scored_for(j)
    kept = inside[inputs] & labels.knows(inputs, j)
    unscored = n_known[j : j + 1] - np.count_nonzero(kept)
    return PartlyScored(given=_alone(values[kept]), unscored=unscored), positives


def _alone(values: Any) -> SortedScores:  # noqa: ANN401 - scores
    return SortedScores.sort(values, starts=np.array([0, values.size]))


def _means(runs: Sequence[EvalRun], j: int, splits: Sequence[_Split]) -> FloatArray:
    n_concepts = runs[0].n_concepts
    totals = np.zeros((len(splits), n_concepts))
    counts = np.zeros((len(splits), n_concepts), dtype=np.int64)
    for place, run in enumerate(runs):
        scores = np.asarray(run.scores[:, j])[run.labels.inputs].astype(np.float64)
        scored = scores > UNSCORED
        for k, split in enumerate(splits):
            inside = split.inside[place]
            here = scored if inside is None else scored & inside[run.labels.inputs]
            concepts, weights = run.labels.concepts[here], scores[here]
            totals[k] += np.bincount(concepts, weights=weights, minlength=n_concepts)
            counts[k] += np.bincount(concepts, minlength=n_concepts)
    means = divide(totals, counts)
    return means[0] if len(splits) == 1 else mean_over_splits(means)


def put_together(
    out: Path,
    found: Prepared,
    runs: Sequence[EvalRun],
    built: Sequence[Prebuilt],
    measured: Sequence[Measured],
) -> None:
    """Write what belongs to all parts together.

    Raises
    ------
    RunError
        When an id occurs in two parts, or there is no room.
    """
    labels = Labels.joined([run.labels for run in runs])
    arrays: dict[str, Any] = {
        f"labels.{name}": array
        for name in LABELS
        if name != "known" and (array := getattr(labels, name)) is not None
    }
    for mode in MODES:
        positives = SortedScores.merged([part.indices[mode].positives for part in built])
        arrays[f"{mode}.positives.values"] = positives.values
        arrays[f"{mode}.positives.starts"] = positives.starts
        if found.columns.are_few:
            # few scores of many concepts: searched part by part, a move would take far longer
            index = CountIndex.joined([part.indices[mode] for part in built], positives=positives)
            arrays |= pack_index(index.together(), mode)
    for name in ("roc_auc", "average_precision"):
        arrays[name] = np.array([getattr(one, name) for one in measured]).T
    shelves = [mapped(part_path(out, piece.key), content=piece.key) for piece in found.pieces]
    if all("sums.totals" in shelf.arrays for shelf in shelves):
        names = found.about["fold_names"]
        arrays["mean_scores"] = means_of(shelves, split=found.columns.split, names=names)
    elif measured[0].means:
        # each concept was measured as a column of the means
        arrays["mean_scores"] = np.array([one.means for one in measured]).T
    ends = [part.score_range for part in built if part.score_range is not None]
    # of no scores at all any threshold makes sense
    lows, highs = zip(*ends, strict=True) if ends else ((0.0,), (0.0,))
    facts = {"range": [min(lows), max(highs)]}
    target = whole_path(out, found.whole)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_folder(target) as folder:
            Shelf(arrays=arrays, facts=facts).write(folder, content=found.whole, digest="crc32")
    except OSError as error:
        msg = f"{out}: cannot be written: {error.strerror}. Hint: make room. What is done is kept."
        raise RunError(msg) from None


def whole_of(out: Path, key: str, runs: Sequence[EvalRun]) -> tuple[Labels, dict[str, Any]]:
    """Return the labels of all parts, and what else was put together, as fields of a Prebuilt.

    Raises
    ------
    DamagedError
        When it is not there as it was written.
    """
    shelf = mapped(whole_path(out, key), content=key)
    arrays = shelf.arrays
    fields = {name: arrays[f"labels.{name}"] for name in LABELS if name != "known"}
    labels = Labels.of_arrays(
        n_inputs=sum(run.n_inputs for run in runs),
        n_concepts=runs[0].n_concepts,
        known=Labels.joined_known([run.labels for run in runs]),
        **fields,
    )
    low, high = shelf.facts["range"]
    positives = {
        mode: SortedScores(
            values=arrays[f"{mode}.positives.values"], starts=arrays[f"{mode}.positives.starts"]
        )
        for mode in MODES
    }
    is_together = f"{MODES[0]}.labelled" in arrays
    return labels, {
        "positives": positives,
        "indices": {mode: unpack_index(arrays, mode) for mode in MODES} if is_together else None,
        "ranking": RankQuality(
            roc_auc=arrays["roc_auc"], average_precision=arrays["average_precision"]
        ),
        "mean_scores": arrays.get("mean_scores"),
        "score_range": threshold_range(low, high),
    }
