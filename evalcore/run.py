"""One evaluation run: inputs, labels and one score per concept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.errors import RunError, SelectionError, did_you_mean, shorten
from evalcore.label_forms import parse_labels
from evalcore.labels import Labels
from evalcore.media import Images
from evalcore.report import LoadReport

__all__ = ["EvalRun", "Task"]

Task = Literal["single_label", "multi_label"]
UNSCORED = -np.inf
"""Stands for a pair that the model did not score: below every threshold, so never predicted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvalRun:
    """One evaluation of one model version on one data set. Immutable.

    Parameters
    ----------
    concepts
        Names of the concepts; index j means ``concepts[j]`` everywhere.
    scores : ndarray of shape (n_inputs, n_concepts), float16, float32 or float64
        In the precision they arrived in. ``-inf`` marks a pair that was not scored.
    labels
        Ground truth of the same shape.
    ids : ndarray of shape (n_inputs,), object
        One unique text per input.
    task
        ``single_label``: at most one label per input. ``multi_label``: any number.
    folds : ndarray of shape (n_inputs,), int64, or None
        Position in ``fold_names`` of the cross-validation split of each input.
    metadata
        Column name to one text per input; ``""`` where the table was empty.
    images, texts
        What to show for an input.
    default_operator, default_threshold
        What run.json proposes.
    fingerprint
        Hash of scores, labels, concepts and ids; computed when left empty.

    Raises
    ------
    RunError
        When shapes, names or values contradict each other.
    """

    concepts: tuple[str, ...]
    scores: ScoreArray
    labels: Labels
    ids: TextArray
    task: Task
    name: str = "run"
    model: str = ""
    model_version: str = ""
    dataset: str = ""
    dataset_version: str = ""
    description: str = ""
    folds: IntArray | None = None
    fold_names: tuple[str, ...] = ()
    metadata: Mapping[str, TextArray] = field(default_factory=dict)
    images: Images | None = None
    texts: TextArray | None = None
    default_operator: str = ">"
    default_threshold: float = 0.5
    report: LoadReport = field(default_factory=LoadReport)
    fingerprint: str = ""

    def __post_init__(self) -> None:
        """Check the shapes and values; freeze the scores; compute the fingerprint."""
        _check_shapes(self)
        _check_values(self)
        self.scores.setflags(write=False)
        if not self.fingerprint:
            object.__setattr__(self, "fingerprint", _fingerprint(self))

    @classmethod
    def from_arrays(
        cls,
        scores: npt.ArrayLike,
        labels: npt.ArrayLike | Sequence[Any],
        *,
        concepts: Sequence[str] | None = None,
        task: Task | None = None,
        ids: Sequence[str] | None = None,
        known: npt.ArrayLike | None = None,
        folds: Sequence[Any] | None = None,
        **rest: Any,  # noqa: ANN401 - passed on to the constructor, which types them
    ) -> EvalRun:
        """Build a run from arrays.

        Parameters
        ----------
        scores : array-like of shape (n_inputs, n_concepts)
            Integers become float64; floats keep their precision.
        labels
            Either a bool array of shape (n_inputs, n_concepts), or one entry per input: a concept
            name or position, None (no label), or an iterable of those.
        known : array-like of shape (n_inputs, n_concepts), bool, optional
            False where the label of a pair is unknown.

        Examples
        --------
        >>> scores = [[0.9, 0.2], [0.4, 0.6]]
        >>> run = EvalRun.from_arrays(scores, ["dog", None], concepts=["dog", "cat"])
        >>> run.n_inputs, run.task, run.labels.total.tolist()
        (2, 'single_label', [1, 0])
        """
        matrix = as_scores(scores)
        if np.may_share_memory(matrix, np.asarray(scores)):
            matrix = matrix.copy()  # the caller may go on writing into theirs
        given = concepts if concepts is not None else range(matrix.shape[1])
        names = tuple(str(c) if concepts is not None else f"concept {c}" for c in given)
        parsed = parse_labels(labels, names, known=known)
        if task is None:
            task = "single_label" if _at_most_one(parsed) and matrix.shape[1] > 1 else "multi_label"
        fold_names, codes = encode_folds(folds)
        given_ids = ids if ids is not None else [str(i) for i in range(matrix.shape[0])]
        return cls(
            concepts=names,
            scores=matrix,
            labels=parsed,
            ids=np.array([*map(str, given_ids), None], dtype=object)[:-1],
            task=task,
            folds=codes,
            fold_names=fold_names,
            **rest,
        )

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return int(self.scores.shape[0])

    @property
    def n_concepts(self) -> int:
        """Number of concepts."""
        return len(self.concepts)

    def position_of(self, concept: str) -> int:
        """Return the position of a concept.

        Raises
        ------
        SelectionError
            When the run has no concept of that name.
        """
        try:
            return self.concepts.index(concept)
        except ValueError:
            msg = f"This run has no concept {shorten(concept)}."
            raise SelectionError(msg + did_you_mean(concept, self.concepts)) from None

    def subset(self, positions: IntArray, *, key: str) -> EvalRun:
        """Return the run of some inputs only; ``key`` names the choice in the fingerprint."""
        keep = np.asarray(positions)
        keep = np.flatnonzero(keep) if keep.dtype == bool else keep.astype(np.int64)
        if keep.size and not 0 <= int(keep.min()) <= int(keep.max()) < self.n_inputs:
            msg = f"Positions run from 0 to {self.n_inputs - 1}, got {keep.min()} to {keep.max()}."
            raise SelectionError(msg)
        return replace(
            self,
            scores=self.scores[keep],
            labels=self.labels.take(keep),
            ids=self.ids[keep],
            folds=None if self.folds is None else self.folds[keep],
            metadata={name: column[keep] for name, column in self.metadata.items()},
            images=None if self.images is None else self.images.take(keep),
            texts=None if self.texts is None else self.texts[keep],
            fingerprint=hashlib.blake2b(
                f"{self.fingerprint}/{key}".encode(), digest_size=16
            ).hexdigest(),
        )


def as_scores(values: npt.ArrayLike) -> ScoreArray:
    """Return scores as a C-contiguous float matrix; integers and bools become float64.

    Raises
    ------
    RunError
        When the array is not two-dimensional or not numeric.
    """
    matrix = np.asarray(values)
    if matrix.ndim != 2:
        msg = f"Scores need the shape (inputs, concepts), got {matrix.shape}."
        raise RunError(msg)
    if matrix.dtype.kind in "iub":
        matrix = matrix.astype(np.float64)
    if matrix.dtype not in (np.float16, np.float32, np.float64):
        msg = f"Scores must be float16, float32, float64 or integers, got {matrix.dtype}."
        raise RunError(msg)
    return np.ascontiguousarray(matrix)


def encode_folds(folds: Sequence[Any] | None) -> tuple[tuple[str, ...], IntArray | None]:
    """Return the names of the splits, numbers in their order, and each input's split."""
    if folds is None:
        return (), None
    texts = [str(fold) for fold in folds]
    names = tuple(sorted(set(texts), key=_natural))
    code = {name: k for k, name in enumerate(names)}
    return names, np.array([code[text] for text in texts], dtype=np.int64)


def _natural(text: str) -> tuple[bool, int, str]:
    return (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)


def _at_most_one(labels: Labels) -> bool:
    return int(np.diff(labels.input_starts).max(initial=0)) <= 1


def _check_shapes(run: EvalRun) -> None:
    n_inputs, n_concepts = run.scores.shape
    if n_inputs == 0 or n_concepts == 0:
        msg = f"A run needs at least one input and one concept, got {n_inputs} and {n_concepts}."
        raise RunError(msg)
    if len(run.concepts) != n_concepts or len(set(run.concepts)) != n_concepts:
        names = len(set(run.concepts))
        msg = f"{n_concepts} score columns need as many different concept names, got {names}."
        raise RunError(msg)
    if (run.labels.n_inputs, run.labels.n_concepts) != (n_inputs, n_concepts):
        got = (run.labels.n_inputs, run.labels.n_concepts)
        msg = f"Scores have the shape {(n_inputs, n_concepts)}, labels {got}."
        raise RunError(msg)
    columns = {"ids": run.ids, "folds": run.folds, "texts": run.texts, **run.metadata}
    for name, column in columns.items():
        if column is not None and len(column) != n_inputs:
            msg = f"{name}: {len(column)} entries for {n_inputs} inputs."
            raise RunError(msg)


def _check_values(run: EvalRun) -> None:
    bad = np.isnan(run.scores) | (run.scores == np.inf)
    if bad.any():
        row, column = map(int, np.argwhere(bad)[0])
        msg = (
            f"{int(bad.sum())} scores are not finite, first {run.scores[row, column]} of input "
            f"{shorten(run.ids[row])} for {shorten(run.concepts[column])}. "
            "Hint: leave pairs without a score out by the sparse form."
        )
        raise RunError(msg)
    if len(set(run.ids.tolist())) != run.n_inputs:
        msg = f"{run.n_inputs - len(set(run.ids.tolist()))} ids occur more than once."
        raise RunError(msg)
    if run.task == "single_label" and not _at_most_one(run.labels):
        msg = "A single-label run has an input with two labels. Hint: set task to multi_label."
        raise RunError(msg)


def _fingerprint(run: EvalRun) -> str:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((run.concepts, run.scores.dtype.str, run.scores.shape, run.task)).encode())
    digest.update(np.ascontiguousarray(run.scores).data)
    digest.update(np.column_stack([run.labels.inputs, run.labels.concepts]).tobytes())
    if run.labels.known is not None:
        digest.update(np.packbits(run.labels.known).tobytes())
    digest.update(repr(run.fold_names).encode("utf-8", "surrogatepass"))
    if run.folds is not None:
        digest.update(run.folds.tobytes())
    digest.update("\0".join(run.ids.tolist()).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
