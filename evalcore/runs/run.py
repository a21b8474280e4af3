"""One evaluation run: inputs, labels and one score per concept."""

from __future__ import annotations

import copy
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, TextArray, text_column
from evalcore.errors import SelectionError, did_you_mean, shorten
from evalcore.runs.contents import (
    UNSCORED,
    RunContents,
    check_shapes,
    check_task,
    check_values,
    fingerprint_of,
    hash_labels,
)
from evalcore.runs.given import (
    Task,
    are_flags,
    as_images,
    as_scores,
    as_text_array,
    encode_folds,
    guess_task,
    parse_labels,
    table_names,
)
from evalcore.runs.images import Images
from evalcore.runs.joined import chosen_rows, starts_of
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import LoadReport
from evalcore.runs.save import save_run

__all__ = ["UNSCORED", "EvalRun", "Task", "encode_folds"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvalRun(RunContents):
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
        Hash of all that answers depend on, metadata included; computed when left empty.
    parts
        The runs that this one is put together of, in their order: see
        :func:`evalcore.runs.parts.joined`. Empty for a run in one piece.

    Raises
    ------
    RunError
        When shapes, names or values contradict each other.
    """

    parts: tuple[EvalRun, ...] = ()
    _delivered: EvalRun | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the shapes and values; freeze the scores; compute the fingerprint."""
        check_shapes(self)
        check_values(self)
        self.scores.setflags(write=False)
        if not self.fingerprint:
            object.__setattr__(self, "fingerprint", fingerprint_of(self))

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
        images: Images | Sequence[Any] | None = None,
        texts: Sequence[Any] | TextArray | None = None,
        metadata: Mapping[str, Sequence[Any] | TextArray] | None = None,
        **rest: Any,  # noqa: ANN401 - passed on to the constructor, which types them
    ) -> EvalRun:
        """Build a run from arrays.

        Parameters
        ----------
        scores : array-like of shape (n_inputs, n_concepts) or (n_inputs,), or DataFrame
            Integers become float64; floats keep their precision. One score per input is the score
            of one concept. The columns of a DataFrame name the concepts.
        labels
            Either 0 and 1 (or bools) of shape (n_inputs, n_concepts), as an array, a DataFrame or
            lists; or one entry per input: a concept name or position, None (no label), or an
            iterable of those; or, for one concept, 0 or 1 per input. -1, -100 and NaN mean that
            the label is unknown, and the report says how many are.
        known : array-like of shape (n_inputs, n_concepts), bool, optional
            False where the label of a pair is unknown, whatever ``labels`` holds there.
        images
            Encoded bytes, or a path, or None per input.

        Examples
        --------
        >>> scores = [[0.9, 0.2], [0.4, 0.6]]
        >>> run = EvalRun.from_arrays(scores, ["dog", None], concepts=["dog", "cat"])
        >>> run.n_inputs, run.task, run.labels.total.tolist()
        (2, 'single_label', [1, 0])
        """
        matrix = as_scores(scores, is_binary=are_flags(labels))
        if np.may_share_memory(matrix, np.asarray(scores)):
            matrix = matrix.copy()  # the caller may go on writing into theirs
        concepts = concepts if concepts is not None else table_names(scores)
        given = concepts if concepts is not None else range(matrix.shape[1])
        names = tuple(str(c) if concepts is not None else f"concept {c}" for c in given)
        parsed = parse_labels(labels, names, known=known)
        if parsed.known is not None and known is None:
            rest["report"] = rest.get("report", LoadReport()).with_unknown(
                parsed.n_inputs * parsed.n_concepts - int(parsed.n_known.sum()),
                n_inputs=parsed.n_with_unknown,
            )
        if task is None:
            task = guess_task(parsed)
        fold_names, codes = encode_folds(folds)
        given_ids = ids if ids is not None else [str(i) for i in range(matrix.shape[0])]
        return cls(
            concepts=names,
            scores=matrix,
            labels=parsed,
            ids=text_column(map(str, given_ids)),
            task=task,
            folds=codes,
            fold_names=fold_names,
            images=as_images(images),
            texts=None if texts is None else as_text_array(texts),
            metadata={name: as_text_array(cells) for name, cells in (metadata or {}).items()},
            **rest,
        )

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write the run as a folder that :func:`evalcore.load_run` reads back exactly.

        ``run.json`` and ``predictions.parquet``, or ``inputs.parquet`` and ``scores.parquet`` when
        some pairs were not scored; images are copied, or embedded as they were. Images that
        cannot be read are left out. The folder appears whole or not at all.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        RunError
            When the folder exists and is not empty, or cannot be written.
        """
        return save_run(self, Path(folder))

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

    def with_labels(self, labels: Labels) -> EvalRun:
        """Return the run with other labels laid over its own; this one stays as it is.

        Raises
        ------
        RunError
            When their shape is another one, or an input of a single-label run would get two.
        """
        if labels is self.labels:
            return self
        changed = copy.copy(self)
        object.__setattr__(changed, "_delivered", self.delivered)
        object.__setattr__(changed, "labels", labels)
        object.__setattr__(changed, "parts", _relabelled(self.parts, labels))
        check_shapes(changed)
        check_task(changed)
        digest = hashlib.blake2b(f"{self.fingerprint}/labels".encode(), digest_size=16)
        hash_labels(labels, digest)
        object.__setattr__(changed, "fingerprint", digest.hexdigest())
        return changed

    @property
    def delivered(self) -> EvalRun:
        """The run with the labels that it came with; itself where none are laid over them."""
        return self._delivered or self

    def subset(self, positions: IntArray) -> EvalRun:
        """Return the run of some inputs only; its fingerprint says which they are."""
        keep = np.asarray(positions)
        keep = np.flatnonzero(keep) if keep.dtype == bool else keep.astype(np.int64)
        if keep.size and not 0 <= int(keep.min()) <= int(keep.max()) < self.n_inputs:
            msg = f"Positions run from 0 to {self.n_inputs - 1}, got {keep.min()} to {keep.max()}."
            raise SelectionError(msg)
        return replace(
            self,
            scores=chosen_rows(self.scores, keep),
            labels=self.labels.take(keep),
            ids=self.ids[keep],
            folds=None if self.folds is None else self.folds[keep],
            metadata={name: column[keep] for name, column in self.metadata.items()},
            images=None if self.images is None else self.images.take(keep),
            texts=None if self.texts is None else self.texts[keep],
            fingerprint=hashlib.blake2b(
                self.fingerprint.encode() + keep.tobytes(), digest_size=16
            ).hexdigest(),
            parts=(),
        )

    @property
    def pieces(self) -> tuple[EvalRun, ...]:
        """The parts of a run in parts, and of any other run the run itself."""
        return self.parts or (self,)


def _relabelled(parts: Sequence[EvalRun], labels: Labels) -> tuple[EvalRun, ...]:
    starts = starts_of([part.ids for part in parts])
    return tuple(
        part.with_labels(labels.take(np.arange(start, stop)))
        for part, start, stop in zip(parts, starts[:-1], starts[1:], strict=True)
    )
