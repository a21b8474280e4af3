"""Building one part: its rows are read, and everything that is looked up in them is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from filelock import FileLock

from evalcore.base.whole_writes import whole_folder
from evalcore.counting.part import Part
from evalcore.counting.prebuilt import Prebuilt
from evalcore.errors import RunError
from evalcore.parts.columns import Columns
from evalcore.parts.concept_pass import ConceptPass, read_scores
from evalcore.parts.part_folder import pack_labels, pack_pairs, part_path
from evalcore.parts.pieces import Piece
from evalcore.parts.rows import PartRows
from evalcore.parts.verifying import is_built
from evalcore.prepared.array_writer import ArrayWriter
from evalcore.prepared.packing import MODES, pack_mode
from evalcore.runs.packed_texts import hashes_of
from evalcore.runs.parts import made_of

__all__ = ["build_part"]

Arrays = dict[str, npt.NDArray[Any]]


def build_part(
    address: str,
    columns: Columns,
    piece: Piece,
    out: str,
    verify: bool = False,  # noqa: FBT001, FBT002 - a task
) -> int:
    """Build a part where it is not there yet, and return its number of inputs.

    Two who build the same part wait for each other, and the second finds it done.

    Raises
    ------
    RunError
        When its rows cannot be read, contradict themselves, or there is no room for it.
    """
    target = part_path(Path(out), piece.key)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(target.with_suffix(".lock")):
            if not is_built(Path(out), piece, verify=verify):
                with whole_folder(target) as folder:
                    _write(folder, address, PartRows.read(address, piece, columns))
    except OSError as error:
        msg = (
            f"{out}: the part of {piece.named} cannot be written: {error.strerror}. "
            "Hint: make room, or name another folder by --out. What is finished is kept."
        )
        raise RunError(msg) from None
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        msg = (
            f"{piece.named}, or its rows of scores: a column cannot be read as texts: {error}. "
            "Hint: write ids, concepts, labels, paths and metadata as UTF-8."
        )
        raise RunError(msg) from None
    return piece.n_inputs


def _write(folder: Path, address: str, rows: PartRows) -> None:
    """Write everything that is looked up in a part."""
    labels, columns = rows.labels, rows.columns
    arrays: Arrays = pack_labels(labels)
    facts: dict[str, Any] = {"rows": labels.n_inputs}
    if rows.firsts is not None:
        arrays["firsts"] = rows.firsts
    _add_texts(arrays, facts, rows)
    with ArrayWriter(folder, digest="crc32") as out:
        if columns.are_few:
            _add_pairs(arrays, facts, rows)
        else:
            splits = None if columns.split is None else arrays[f"codes.{columns.split}"]
            concepts = ConceptPass(out, labels, columns.dtype, splits=splits)
            concepts.see(read_scores(address, rows.piece, columns, into=concepts.scores))
            facts |= concepts.finish()
        for name, array in arrays.items():
            out.add(name, array)
        out.finish(content=rows.piece.key, facts=facts)


def _add_pairs(arrays: Arrays, facts: dict[str, Any], rows: PartRows) -> None:
    """Add what is looked up in the scores of few pairs."""
    scores, labels = rows.scored_pairs(), rows.labels
    values = {
        "concepts": rows.columns.concepts,
        "scores": scores,
        "labels": labels,
        "ids": np.zeros(labels.n_inputs, dtype=np.uint8),  # only counted
        "task": rows.columns.task,
    }
    run = made_of(values)
    part = Part(run, Prebuilt.of(run), start=0)
    built = Prebuilt(
        top=part.top,
        indices=part.indices,
        ranked={mode: part.ranked(mode) for mode in MODES},
    )
    arrays |= {"top.concept": part.top.concept, "top.score": part.top.score}
    arrays |= pack_pairs(scores)
    for mode in MODES:
        arrays |= pack_mode(built, mode)
    ends = scores.values
    facts["floors"] = {mode: built.ranked[mode].floor.hex() for mode in MODES}
    facts["range"] = [float(ends.min()), float(ends.max())] if ends.size else None


def _add_texts(arrays: Arrays, facts: dict[str, Any], rows: PartRows) -> None:
    columns = rows.columns
    for name, column in (("ids", columns.id), ("images", columns.image)):
        if column is not None:
            packed = rows.texts(column, what="id" if name == "ids" else "image")
            arrays |= {f"{name}.{part}": array for part, array in packed.items()}
    if columns.id is not None:
        arrays["ids.hashes"] = hashes_of(arrays["ids.utf8"], arrays["ids.ends"])
    coded = [*columns.metadata, *([columns.split] if columns.split is not None else [])]
    facts["values"] = {}
    for column in coded:
        codes = rows.codes(column)
        if codes is not None:
            arrays[f"codes.{column}"], facts["values"][column] = codes
        elif column == columns.split:
            msg = (
                f"{rows.piece.named}: column '{column}' holds more different splits than can "
                "be chosen from. Hint: call the column something else; it is metadata then."
            )
            raise RunError(msg)
