"""Writing a run folder: what the three runs share."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt


def fresh_folder(folder: Path) -> Path:
    """Return an empty folder; files of an earlier making are removed first."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def describe_run(folder: Path, description: Mapping[str, object]) -> None:
    """Write `run.json`."""
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    (folder / "run.json").write_text(text, encoding="utf-8", newline="\n")


def score_columns(concepts: Sequence[str], scores: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """Name each column of scores after its concept."""
    return {f"score:{concept}": scores[:, at] for at, concept in enumerate(concepts)}
