"""One part as a folder of arrays, mapped when it is opened; its texts are read when shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, TextArray, text_column
from evalcore.counting.count_index import TopScores
from evalcore.counting.joined_scores import PartlyScored
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import ScoredPairs
from evalcore.parts.columns import Columns
from evalcore.parts.pieces import Piece
from evalcore.parts.source import Source
from evalcore.prepared.array_folder import (
    DTYPES,
    HEADER,
    DamagedError,
    Shelf,
    read_header,
)
from evalcore.prepared.matrix_columns import unpack_cells
from evalcore.prepared.packing import LABELS, MODES, unpack_index, unpack_ranked
from evalcore.runs.images import FileImages
from evalcore.runs.joined import JoinedRows
from evalcore.runs.labels import Labels
from evalcore.runs.packed_texts import (
    CodedTexts,
    FiledTexts,
    NumberedTexts,
    PackedTexts,
    Texts,
)
from evalcore.runs.parts import made_of
from evalcore.runs.run import EvalRun

__all__ = [
    "mapped",
    "open_part",
    "pack_labels",
    "pack_pairs",
    "part_path",
    "splits_in",
    "whole_path",
]

Arrays = dict[str, npt.NDArray[Any]]
PAIRS = ("starts", "concepts", "values")
KNOWN = ("mostly", "others")


def part_path(out: Path, key: str) -> Path:
    """Return the folder of a part."""
    return out / "parts" / key


def whole_path(out: Path, key: str) -> Path:
    """Return the folder of what belongs to all parts together."""
    return out / "whole" / key


def mapped(folder: Path, *, content: str) -> Shelf:
    """Map the arrays of a folder without reading them: its header is verified, and all sizes.

    Raises
    ------
    DamagedError
        When something is missing, cut, or was written for something else.
    """
    try:
        header = read_header(folder / HEADER)
        if (header["content"], header["byteorder"]) != (content, sys.byteorder):
            msg = f"{folder.name} was written for something else"
            raise DamagedError(msg)
        arrays = {name: _map(folder, entry) for name, entry in header["arrays"].items()}
        return Shelf(arrays=arrays, facts=header["facts"])
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedError(str(error)) from None


def _map(folder: Path, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    path = folder / Path(entry["file"]).name
    dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
    n_bytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if path.stat().st_size != entry["size"]:
        msg = f"{path.name} has another size"
        raise DamagedError(msg)
    if not n_bytes:
        return np.zeros(shape, dtype)
    return np.memmap(path, dtype, "r", offset=entry["size"] - n_bytes, shape=shape).view(np.ndarray)


def open_part(
    out: Path, piece: Piece, columns: Columns, *, address: str, about: Mapping[str, Any]
) -> tuple[EvalRun, Prebuilt]:
    """Map a part.

    Parameters
    ----------
    about
        Fields that all parts share; ``fold_names`` among them.

    Raises
    ------
    DamagedError
        When it is not there as it was written.
    """
    shelf = mapped(part_path(out, piece.key), content=piece.key)
    arrays, n_rows = shelf.arrays, int(shelf.facts["rows"])
    ranked = {mode: unpack_ranked(shelf, mode) for mode in MODES}
    filed = partial(_filed, address, piece, shelf)
    values = {
        **about,
        "concepts": columns.concepts,
        "scores": _scores(arrays, ranked["every"], n_concepts=len(columns.concepts)),
        "labels": _labels(arrays, n_inputs=n_rows, n_concepts=len(columns.concepts)),
        "ids": _packed(arrays, "ids") or _numbered(piece),
        "task": columns.task,
        "folds": _folds(shelf, columns, about["fold_names"]),
        "metadata": {
            name: _coded(shelf, column) or filed(column)
            for column, name in columns.metadata.items()
        },
        "texts": None if columns.text is None else filed(columns.text),
        "images": _images(arrays, address),
        "fingerprint": piece.key,
    }
    indices = {mode: unpack_index(arrays, mode) for mode in MODES}
    built = Prebuilt(
        top=TopScores(concept=arrays["top.concept"], score=arrays["top.score"]),
        indices=indices,
        ranked=ranked,
        cells=unpack_cells(shelf, indices, top=ranked["top"]),
        score_range=None if shelf.facts["range"] is None else tuple(shelf.facts["range"]),
    )
    return made_of(values), built


def pack_pairs(scores: ScoredPairs) -> Arrays:
    """Return the arrays that hold a part's listed scores, input by input."""
    return {f"pairs.{name}": getattr(scores, name) for name in PAIRS}


def _scores(arrays: Mapping[str, Any], ranked: RankedInputs, *, n_concepts: int) -> Any:  # noqa: ANN401
    if "scores" in arrays:
        return arrays["scores"].T
    pairs = {name: arrays[f"pairs.{name}"] for name in PAIRS}
    own = ranked.scores.given if isinstance(ranked.scores, PartlyScored) else ranked.scores.whole()
    by_concept = ranked.starts, arrays["every.ranked.inputs"], own.values
    return ScoredPairs(**pairs, n_concepts=n_concepts, by_concept=by_concept)


def pack_labels(labels: Labels) -> Arrays:
    """Return the arrays that hold a part's labels."""
    found = {name: getattr(labels, name) for name in LABELS}
    if isinstance(labels.known, KnownPairs):
        found |= {f"known.{name}": getattr(labels.known, name) for name in KNOWN} | {"known": None}
    return {f"labels.{name}": array for name, array in found.items() if array is not None}


def _labels(arrays: Mapping[str, Any], *, n_inputs: int, n_concepts: int) -> Labels:
    fields: dict[str, Any] = {name: arrays.get(f"labels.{name}") for name in LABELS}
    if f"labels.known.{KNOWN[0]}" in arrays:
        known = {name: arrays[f"labels.known.{name}"] for name in KNOWN}
        fields["known"] = KnownPairs(**known, n_concepts=n_concepts)
    return Labels.of_arrays(n_inputs=n_inputs, n_concepts=n_concepts, **fields)


def splits_in(out: Path, piece: Piece, columns: Columns) -> list[str]:
    """Return the names of the splits that a part's inputs are in."""
    if columns.split is None:
        return []
    header = read_header(part_path(out, piece.key) / HEADER)
    return cast("list[str]", header["facts"]["values"][columns.split])


def _numbered(piece: Piece) -> Any:  # noqa: ANN401 - read like an array
    return JoinedRows([NumberedTexts(one.stem, one.first_row, one.n_rows) for one in piece.spans])


def _packed(arrays: Mapping[str, Any], name: str) -> Texts | None:
    if f"{name}.utf8" not in arrays:
        return None
    parts = (arrays.get(f"{name}.{part}") for part in ("utf8", "ends", "hashes"))
    return PackedTexts(*parts)  # type: ignore[arg-type]


def _images(arrays: Mapping[str, Any], address: str) -> FileImages | None:
    paths = _packed(arrays, "images")
    return None if paths is None else FileImages(Path(address), cast("Any", paths))


def _coded(shelf: Shelf, column: str) -> Texts | None:
    if column not in shelf.facts["values"]:
        return None
    values = text_column(shelf.facts["values"][column])
    return CodedTexts(shelf.arrays[f"codes.{column}"], values)


def _folds(shelf: Shelf, columns: Columns, names: tuple[str, ...]) -> IntArray | None:
    if columns.split is None:
        return None
    place = {name: k for k, name in enumerate(names)}
    here = [place[name] for name in shelf.facts["values"][columns.split]]
    return np.array(here, dtype=np.int16)[shelf.arrays[f"codes.{columns.split}"]]


def _filed(address: str, piece: Piece, shelf: Shelf, column: str) -> FiledTexts:
    begun = shelf.arrays.get("firsts")
    sizes = np.array(piece.group_sizes)
    ends = np.cumsum(sizes)

    def read(positions: IntArray) -> TextArray:
        if not positions.size:
            return text_column([])
        at = positions if begun is None else begun[positions]
        groups = np.searchsorted(ends, at, side="right")
        read, place = np.unique(groups, return_inverse=True)
        rows = at - (ends - sizes)[groups]
        table = Source(address, piece, groups=read.tolist()).read([column], as_text=[column])
        firsts = np.cumsum(sizes[read]) - sizes[read]
        found = table.column(column).cast("string").take(firsts[place] + rows)
        return text_column(text or "" for text in found.to_pylist())

    return FiledTexts(int(shelf.facts["rows"]), read)
