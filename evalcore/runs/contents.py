"""What an evaluation run holds, what must hold of it, and the hash of it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.base.unicode import half_of_pair
from evalcore.errors import RunError, shorten
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import UNSCORED, ScoredPairs
from evalcore.runs.given import Task
from evalcore.runs.images import Images
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import LoadReport

__all__ = [
    "UNSCORED",
    "RunContents",
    "check_shapes",
    "check_task",
    "check_values",
    "fingerprint_of",
    "hash_labels",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunContents:
    """The fields of a run; :class:`~evalcore.runs.run.EvalRun` describes them.

    Index i is an input and index j a concept, in every field.
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

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return int(self.scores.shape[0])

    @property
    def n_concepts(self) -> int:
        """Number of concepts."""
        return len(self.concepts)


N_LETTERS = 2**22


def check_shapes(run: RunContents) -> None:
    """Refuse parts of different lengths, and names that occur twice.

    Raises
    ------
    RunError
        With both shapes.
    """
    n_inputs, n_concepts = run.scores.shape
    if n_inputs == 0 or n_concepts == 0:
        msg = f"A run needs at least one input and one concept, got {n_inputs} and {n_concepts}."
        raise RunError(msg)
    if len(run.concepts) != n_concepts or len(set(run.concepts)) != n_concepts:
        names = len(set(run.concepts))
        msg = (
            f"{n_concepts} score columns need as many different concept names, got {names}"
            f"{_repeated(run.concepts)}. Hint: give every concept its own name."
        )
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


def check_values(run: RunContents) -> None:
    """Refuse scores that are not finite, ids that occur twice, and labels against the task.

    Raises
    ------
    RunError
        With the first case and their count.
    """
    listed = run.scores if isinstance(run.scores, ScoredPairs) else None
    scores = run.scores if listed is None else listed.values
    bad = np.isnan(scores) | (scores == np.inf)
    if bad.any():
        place = np.argwhere(bad)[0]
        row, column = map(int, place if listed is None else listed.place_of(int(place[0])))
        msg = (
            f"{int(bad.sum())} scores are not finite, first {run.scores[row, column]} of input "
            f"{shorten(run.ids[row])} for {shorten(run.concepts[column])}. "
            "Hint: leave pairs without a score out by the sparse form."
        )
        raise RunError(msg)
    if len(set(run.ids.tolist())) != run.n_inputs:
        msg = (
            f"{run.n_inputs - len(set(run.ids.tolist()))} ids occur more than once"
            f"{_repeated(run.ids.tolist())}. Hint: give every input its own id."
        )
        raise RunError(msg)
    _refuse_half_characters(run)
    check_task(run)


def check_task(run: RunContents) -> None:
    """Refuse an input with two labels in a single-label run.

    Raises
    ------
    RunError
        When there is one.
    """
    if run.task == "single_label" and not _at_most_one(run):
        msg = "A single-label run has an input with two labels. Hint: set task to multi_label."
        raise RunError(msg)


def fingerprint_of(run: RunContents) -> str:
    """Return a hash of all that an answer about a run may depend on.

    Scores, labels, concepts, ids, splits, metadata and texts, and which images there are. Their
    bytes are not read here: see :meth:`evalcore.runs.images.Images.stamp`.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((run.concepts, run.scores.dtype.str, run.scores.shape, run.task)).encode())
    _update_scores(digest, run.scores)
    hash_labels(run.labels, digest)
    digest.update(repr((run.default_operator, run.default_threshold)).encode())
    if run.folds is not None:
        digest.update(run.folds.tobytes())
    images = None if run.images is None else [run.images.name(k) for k in range(len(run.images))]
    for texts in (
        run.fold_names, run.ids.tolist(), run.texts, images, tuple(run.metadata),
        *run.metadata.values(),
    ):  # fmt: skip
        _update(digest, texts)
    return digest.hexdigest()


def _update_scores(digest: hashlib.blake2b, scores: ScoreArray) -> None:
    if isinstance(scores, ScoredPairs):
        for array in (scores.starts, scores.concepts, scores.values):
            digest.update(np.ascontiguousarray(array).data)
    else:
        digest.update(np.ascontiguousarray(scores).data)


def _update(digest: hashlib.blake2b, texts: Sequence[str] | TextArray | None) -> None:
    """Hash a column of texts so that no other column, however it is cut, has the same hash."""
    if texts is None:
        digest.update(b"none")
        return
    different = list(dict.fromkeys(texts))
    if len(different) <= len(texts) // 2:  # a long text may stand in every row
        code = {text: k for k, text in enumerate(different)}
        codes = np.fromiter((code[text] for text in texts), dtype=np.int64, count=len(texts))
        digest.update(b"codes" + codes.tobytes())
        texts = different
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    digest.update(len(texts).to_bytes(8, "little") + lengths.tobytes())
    for piece in _pieces(texts):
        digest.update(piece.encode("utf-8", "surrogatepass"))


def _pieces(texts: Sequence[str] | TextArray) -> Iterator[str]:
    """Yield the texts joined, some at a time."""
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    cuts = np.flatnonzero(np.diff(ends // N_LETTERS)) + 1
    for start, stop in itertools.pairwise([0, *cuts.tolist(), len(texts)]):
        yield "".join(texts[start:stop])


def hash_labels(labels: Labels, digest: hashlib.blake2b) -> None:
    """Feed the labelled pairs and what is unknown to a hash."""
    digest.update(np.column_stack([labels.inputs, labels.concepts]).tobytes())
    if isinstance(labels.known, KnownPairs):
        digest.update(labels.known.mostly.tobytes() + labels.known.others.tobytes())
    elif labels.known is not None:
        digest.update(np.packbits(labels.known).tobytes())


def _repeated(names: Sequence[str]) -> str:
    """Return where the first repeated name stands, counted from 0 as in arrays."""
    first: dict[str, int] = {}
    for k, name in enumerate(names):
        if name in first:
            return f": {shorten(name)} at positions {first[name]} and {k}"
        first[name] = k
    return ""


def _refuse_half_characters(run: RunContents) -> None:
    """Refuse halves of surrogate pairs: no page and no file can be written with them."""
    about = (run.name, run.model, run.model_version, run.dataset, run.dataset_version)
    columns: dict[str, Sequence[str] | TextArray] = {
        "the run's own description": (*about, run.description),
        "concepts": run.concepts,
        "splits": run.fold_names,
        "ids": run.ids,
        "texts": () if run.texts is None else run.texts,
        "names of metadata": tuple(run.metadata),
        **run.metadata,
    }
    for what, texts in columns.items():
        half = next(filter(None, map(half_of_pair, _pieces(list(dict.fromkeys(texts))))), "")
        if half:
            msg = (
                f"{what!a} hold {half!a}, half of a surrogate pair, which is no "
                "character. Hint: export them as UTF-8."
            )
            raise RunError(msg)


def _at_most_one(run: RunContents) -> bool:
    return int(np.diff(run.labels.input_starts).max(initial=0)) <= 1
