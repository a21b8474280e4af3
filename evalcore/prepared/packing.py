"""An evaluation as a shelf of arrays and facts, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from evalcore.arrays import TextArray
from evalcore.counting.count_index import CountIndex, TopScores
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.joined_scores import PartlyScored
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.rank_quality import RankQuality
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode
from evalcore.counting.sorted_scores import ScoreSegments, SortedScores
from evalcore.prepared.array_folder import Shelf
from evalcore.runs.images import FileImages
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import ColumnRole, LoadReport, Notice
from evalcore.runs.run import EvalRun

__all__ = [
    "LABELS",
    "MODES",
    "is_packable",
    "pack",
    "pack_index",
    "pack_mode",
    "pack_texts",
    "unpack",
    "unpack_index",
    "unpack_ranked",
    "unpack_texts",
]

T = TypeVar("T")
Arrays = dict[str, npt.NDArray[Any]]
MODES: tuple[Mode, ...] = get_args(Mode)
PLAIN = (
    *("concepts", "task", "name", "model", "model_version", "dataset", "dataset_version"),
    *("description", "fold_names", "default_operator", "default_threshold", "fingerprint"),
)
"""Fields of a run that JSON can hold."""
LABELS = [field.name for field in fields(Labels) if field.name not in {"n_inputs", "n_concepts"}]


def is_packable(run: EvalRun, *, path: Path) -> bool:
    """Tell whether a run holds no images, or names files inside its own folder."""
    return run.images is None or (isinstance(run.images, FileImages) and run.images.root == path)


def pack(evaluation: Evaluation) -> Shelf:
    """Return everything that is looked up in an evaluation, its run included."""
    run, built = evaluation.run, evaluation.prebuilt()
    arrays: Arrays = {"scores": run.scores, "top.concept": built.top.concept}
    arrays["top.score"] = built.top.score
    arrays |= {f"labels.{n}": a for n in LABELS if (a := getattr(run.labels, n)) is not None}
    if run.folds is not None:
        arrays["folds"] = run.folds
    for name, texts in _columns(run).items():
        arrays |= {f"{name}.{part}": array for part, array in pack_texts(texts).items()}
    for mode in MODES:
        arrays |= pack_mode(built, mode)
    if built.ranking is not None:
        arrays["ranking.roc_auc"] = built.ranking.roc_auc
        arrays["ranking.average_precision"] = built.ranking.average_precision
    if built.mean_scores is not None:
        arrays["mean_scores"] = built.mean_scores
    facts = {name: getattr(run, name) for name in PLAIN} | {
        "metadata": list(run.metadata),
        "report": asdict(run.report),
        "score_range": built.score_range,
        # text, for JSON has no word for -inf
        "floors": {mode: built.ranked[mode].floor.hex() for mode in MODES},
    }
    return Shelf(arrays=arrays, facts=facts)


def unpack(shelf: Shelf, *, path: Path) -> Evaluation:
    """Return the evaluation; ``path`` is the run's folder, where its images are."""
    run = _run(shelf, path)
    arrays = shelf.arrays
    low, high = shelf.facts["score_range"]
    built = Prebuilt(
        top=TopScores(concept=arrays["top.concept"], score=arrays["top.score"]),
        indices={mode: unpack_index(arrays, mode) for mode in MODES},
        ranked={mode: unpack_ranked(shelf, mode) for mode in MODES},
        ranking=RankQuality(
            roc_auc=arrays["ranking.roc_auc"],
            average_precision=arrays["ranking.average_precision"],
        ),
        mean_scores=arrays.get("mean_scores"),
        score_range=(low, high),
    )
    return Evaluation(run, prebuilt=built)


def pack_texts(texts: Sequence[str] | TextArray) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that hold a column.

    ``utf8`` holds all different texts, ``ends`` where each ends, counted in characters, and
    ``codes`` which one stands in each row; without ``codes`` row k holds text k.
    """
    rows = [str(text) for text in texts]
    different = dict.fromkeys(rows)
    packed: dict[str, npt.NDArray[Any]] = {}
    if len(different) <= len(rows) // 2:
        code = {text: k for k, text in enumerate(different)}
        packed["codes"] = np.array([code[text] for text in rows], dtype=np.int32)
        rows = list(different)
    packed["utf8"] = np.frombuffer("".join(rows).encode(), dtype=np.uint8)
    packed["ends"] = np.array(list(accumulate(map(len, rows), initial=0)), dtype=np.int64)
    return packed


def unpack_texts(packed: Mapping[str, npt.NDArray[Any]]) -> TextArray:
    """Return the column as an object array.

    Examples
    --------
    >>> unpack_texts(pack_texts(["dog", "", "né", "né", "né", "dog"])).tolist()
    ['dog', '', 'né', 'né', 'né', 'dog']
    """
    joined = packed["utf8"].tobytes().decode()
    rows = [joined[start:stop] for start, stop in pairwise(packed["ends"].tolist())]
    texts = np.empty(len(rows), dtype=object)
    texts[:] = rows
    return texts[packed["codes"]] if "codes" in packed else texts


def _columns(run: EvalRun) -> dict[str, Any]:
    columns: dict[str, Any] = {"ids": run.ids, "texts": run.texts}
    if isinstance(run.images, FileImages):
        columns["images"] = run.images.paths
    columns |= {f"metadata.{k}": column for k, column in enumerate(run.metadata.values())}
    return {name: column for name, column in columns.items() if column is not None}


def pack_mode(built: Prebuilt, mode: Mode) -> Arrays:
    """Return the arrays of what is looked up under a mode."""
    index, ranked = built.indices[mode], built.ranked[mode]
    arrays = {f"{mode}.ranked.{name}": getattr(ranked, name) for name in ("inputs", "starts")}
    own = None if ranked.scores is index.eligible else ranked.scores
    return arrays | pack_index(index, mode, ranked=own)


def pack_index(index: CountIndex, mode: Mode, *, ranked: ScoreSegments | None = None) -> Arrays:
    """Return the arrays of the index of a mode, and of scores that are ranked apart from it."""
    arrays: Arrays = {f"{mode}.labelled": index.labelled, f"{mode}.n_known": index.n_known}
    segments = {"eligible": index.eligible, "positives": index.positives}
    if ranked is not None:
        segments["ranked.scores"] = ranked
    for name, scores in segments.items():
        if isinstance(scores, PartlyScored):
            arrays[f"{mode}.{name}.unscored"] = scores.unscored
        part = scores.given if isinstance(scores, PartlyScored) else scores.whole()
        arrays[f"{mode}.{name}.values"] = part.values
        arrays[f"{mode}.{name}.starts"] = part.starts
    return arrays


def _run(shelf: Shelf, path: Path) -> EvalRun:
    arrays, facts = shelf.arrays, shelf.facts
    n_inputs, n_concepts = arrays["scores"].shape
    labels = _assembled(
        Labels,
        {name: arrays.get(f"labels.{name}") for name in LABELS}
        | {"n_inputs": n_inputs, "n_concepts": n_concepts},
    )
    images = _texts(arrays, "images")
    values = {name: facts[name] for name in PLAIN} | {
        "concepts": tuple(facts["concepts"]),
        "fold_names": tuple(facts["fold_names"]),
        "scores": arrays["scores"],
        "labels": labels,
        "ids": _texts(arrays, "ids"),
        "texts": _texts(arrays, "texts"),
        "folds": arrays.get("folds"),
        "images": None if images is None else FileImages(path, images),
        "metadata": {
            name: _texts(arrays, f"metadata.{k}") for k, name in enumerate(facts["metadata"])
        },
        "report": _report(facts["report"]),
        "parts": (),
        "_delivered": None,
    }
    return _assembled(EvalRun, values)


def _assembled(kind: type[T], values: Mapping[str, Any]) -> T:
    """Make a frozen record of verified parts, without checking and sorting them once more."""
    record = object.__new__(kind)
    for field in fields(kind):  # type: ignore[arg-type]
        object.__setattr__(record, field.name, values.get(field.name, field.default))
    return record


def _report(facts: Mapping[str, Any]) -> LoadReport:
    return LoadReport(
        source=facts["source"],
        format=facts["format"],
        columns=tuple(ColumnRole(**column) for column in facts["columns"]),
        notices=tuple(Notice(**notice) for notice in facts["notices"]),
    )


def _texts(arrays: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - an array or None
    parts = {part: arrays.get(f"{name}.{part}") for part in ("utf8", "ends", "codes")}
    if parts["utf8"] is None:
        return None
    return unpack_texts({part: array for part, array in parts.items() if array is not None})


def unpack_index(arrays: Mapping[str, Any], mode: Mode) -> CountIndex:
    """Return the index of a mode."""
    return CountIndex(
        eligible=_segments(arrays, f"{mode}.eligible"),
        positives=_sorted(arrays, f"{mode}.positives"),
        labelled=arrays[f"{mode}.labelled"],
        n_known=arrays[f"{mode}.n_known"],
    )


def unpack_ranked(shelf: Shelf, mode: Mode) -> RankedInputs:
    """Return the inputs ranked under a mode."""
    own = f"{mode}.ranked.scores"
    has_own = f"{own}.values" in shelf.arrays
    return RankedInputs(
        scores=_segments(shelf.arrays, own if has_own else f"{mode}.eligible"),
        inputs=shelf.arrays[f"{mode}.ranked.inputs"],
        starts=shelf.arrays[f"{mode}.ranked.starts"],
        floor=float.fromhex(shelf.facts["floors"][mode]),
    )


def _segments(arrays: Mapping[str, Any], name: str) -> ScoreSegments:
    unscored = arrays.get(f"{name}.unscored")
    given = _sorted(arrays, name)
    return given if unscored is None else PartlyScored(given=given, unscored=unscored)


def _sorted(arrays: Mapping[str, Any], name: str) -> SortedScores:
    return SortedScores(values=arrays[f"{name}.values"], starts=arrays[f"{name}.starts"])
