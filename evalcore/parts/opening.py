"""Opening a run in parts: what was prepared is mapped, nothing is read."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any

from evalcore.counting.evaluation import Evaluation
from evalcore.counting.prebuilt import Prebuilt
from evalcore.errors import NotPrepared, RunError
from evalcore.parts.files import is_dataset
from evalcore.parts.part_folder import open_part
from evalcore.parts.plan_file import PLAN, Prepared, prepared_at
from evalcore.parts.whole import whole_of
from evalcore.prepared.array_folder import DamagedError
from evalcore.runs.load_report import ColumnRole, LoadReport
from evalcore.runs.parts import joined
from evalcore.runs.run import EvalRun

__all__ = ["is_in_parts", "is_prepared", "open_parts", "opened_parts"]


def is_in_parts(path: Path) -> bool:
    """Tell whether a folder is a run in parts, or what was prepared of one."""
    return (path / PLAN).is_file() or is_dataset(path)


def is_prepared(path: Path) -> bool:
    """Tell whether a run in parts is prepared as its files are now."""
    with suppress(RunError):
        _, found = prepared_at(path)
        return found is not None and found.is_current
    return False


def open_parts(path: str | os.PathLike[str]) -> Evaluation:
    """Return the evaluation of a run in parts that was prepared.

    Raises
    ------
    NotPrepared
        When it was not prepared, or its files have changed since.
    RunError
        When it was prepared by another version, or its files cannot be reached.
    """
    path = Path(path)
    out, found = prepared_at(path)
    command = f"python -m evalcore prepare {shlex.quote(str(path))}"
    if found is None:
        msg = f"{path.name}: this run is in parts and not prepared yet. Hint: {command}"
        raise NotPrepared(msg)
    if not found.is_current:
        msg = (
            f"{path.name}: files of this run have changed since it was prepared. Hint: {command} "
            "(only what changed is prepared again)."
        )
        raise NotPrepared(msg)
    try:
        runs, built = opened_parts(out, found)
        labels, whole = whole_of(out, found.whole, runs)
    except DamagedError as error:
        msg = f"{path.name}: what was prepared of it is damaged ({error}). Hint: {command}"
        raise NotPrepared(msg) from None
    run = joined(runs, labels=labels, fingerprint=found.whole, report=_report(found))
    positives = whole.pop("positives")
    return Evaluation(run, prebuilt=Prebuilt.joined(built, positives=positives, **whole))


def opened_parts(out: Path, found: Prepared) -> tuple[list[EvalRun], list[Prebuilt]]:
    """Map all parts.

    Raises
    ------
    DamagedError
        When one is not there as it was written.
    """
    about: dict[str, Any] = {**found.about, "fold_names": tuple(found.about["fold_names"])}
    opened = [
        open_part(out, piece, found.columns, address=found.address, about=about)
        for piece in found.pieces
    ]
    return [run for run, _ in opened], [built for _, built in opened]


def _report(found: Prepared) -> LoadReport:
    columns = found.columns
    scores = (
        ColumnRole(column=column, role="score", detail=f"concept '{concept}'")
        for concept, column in zip(columns.concepts, columns.scores, strict=False)
    )
    details = ("the concepts that are scored", "their scores")
    few = (
        ColumnRole(column=column, role="score", detail=detail)
        for column, detail in zip(columns.lists or columns.pair[1:], details, strict=False)
    )
    rest = (ColumnRole(column=column, role=role) for column, role in columns.roles.items())
    return LoadReport(
        source=found.address,
        format=f"run in {len(found.pieces):,} parts (Parquet)",
        columns=(*rest, *few, *scores),
    )
