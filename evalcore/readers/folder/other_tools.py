"""Exports of other tools that hold no run: what they are, and how a run is made of them."""

from __future__ import annotations

import re
from pathlib import Path

from evalcore.errors import RunError
from evalcore.readers.tables.json_stream import head_text

__all__ = ["refuse_other_tools"]

MOST_FILES = 50
_ONE_ROW = "Hint: write one row per image and class as CSV, with the columns id,class,truth,score"
_TOLD = {
    r'\{\s*"(?:info|licenses|images|annotations|categories)"\s*:': (
        "these are annotations as in COCO, made for boxes in images, without a score per image "
        f"and class. {_ONE_ROW}; truth is 1 where an annotation joins the image to the category, "
        "else 0."
    ),
    r'\[\s*\{[^{}\[\]]*"category_id"\s*:': (
        "these are results as in COCO, without the ground truth, which stands in the file of "
        f"annotations. {_ONE_ROW}; truth is 1 where an annotation joins image_id to category_id, "
        "else 0."
    ),
    r'"predictions"\s*:\s*\[\s*\{[^{}]*"tagName"\s*:': (
        "these are predictions of Azure Custom Vision, without the ground truth. "
        f"{_ONE_ROW}; tagName is the class, probability the score, truth 1 where the image has "
        "the tag, else 0."
    ),
    r'\[\s*\{[^\[\]]*"annotations"\s*:\s*\[\s*\{[^\[\]]*"result"\s*:': (
        "this is an export of Label Studio with labels alone. Hint: write predictions.csv with "
        "the columns id,score:<class>,... and labels.csv with id,label into one folder; they are "
        "joined by id."
    ),
    r'"type"\s*:\s*"groundtruth/image-classification': (
        "this is a manifest of Amazon Rekognition, with the confidence of one class per image. "
        "Hint: write a CSV with the columns id,label,prediction,confidence: class-name of the "
        "labels and of the predictions."
    ),
}
"""What stands near the start of a file, and what is to be said of it."""


def refuse_other_tools(path: Path) -> None:
    """Say what a file is, or one in a folder, that other tools write and that holds no run.

    Raises
    ------
    RunError
        When it is one, with what to write instead.
    """
    files = [path]
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix == ".json")[:MOST_FILES]
    for file in files:
        text = head_text(file)
        if text[:1] not in {"{", "["}:
            continue
        for mark, words in _TOLD.items():
            if re.search(mark, text):
                msg = f"{file.name}: {words}"
                raise RunError(msg)
