"""Clarifai evaluations: ``EvalMetrics`` with its test set, as JSON or as the message itself.

The shape is that of ``clarifai.api.EvalMetrics`` in Clarifai's ``resources.proto``, as
``google.protobuf.json_format.MessageToDict`` writes it, with either spelling of the field names::

    {"evalMetrics": {"model": ..., "testSet": [
        {"input": {"id": ..., "data": {"image": {"url": ...}}},
         "predictedConcepts": [{"id": ..., "name": ..., "value": 0.9}, ...],
         "groundTruthConcepts": [{"id": ..., "name": ..., "value": 1.0}]}, ...]}}

``MessageToDict`` leaves out what is 0, so a predicted concept without a value has the score 0, and
a ground-truth concept without one, in a test set that has values, is verified absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evalcore.errors import RunError
from evalcore.readers.clarifai.inputs import TestSet, camel
from evalcore.readers.clarifai.pages import Pages, page_of, walk_message
from evalcore.readers.entries.entries import Export
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.json_stream import Keys, head_text, walk
from evalcore.runs.run import EvalRun

__all__ = ["ClarifaiReader", "read_message"]

NAME = "Clarifai evaluation (JSON)"
_MARKS = re.compile(
    r'"(testSet|test_set|evalMetrics|eval_metrics|groundTruthConcepts|ground_truth_concepts'
    r'|macroAvgRocAuc|macro_avg_roc_auc)"'
)
Events = Iterator[tuple[Keys, Any]]


class ClarifaiReader:
    """Reads a JSON file, or a folder with the pages of one evaluation."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the field names at the start of the file, or of a folder's first JSON file."""
        files = _pages(path)[:1]
        heads = [head_text(file) for file in files]
        return any(head[:1] in {"{", "["} and _MARKS.search(head) for head in heads)

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there is no test set, an entry is malformed, or pages do not belong together.
        """
        files = _pages(path)
        if not files:
            msg = f"{path.name}: there is no JSON file. Hint: export the evaluation."
            raise RunError(msg)
        sources = [(file.name, walk(file, whole=_is_entry)) for file in files]
        return _read(path, sources)


def read_message(message: Any, *, name: str = "Clarifai evaluation") -> EvalRun:  # noqa: ANN401
    """Read an evaluation from the messages of ``clarifai-grpc``.

    Parameters
    ----------
    message
        An ``EvalMetrics``, a response that holds one or some, or a list of these (pages).
    name
        Name of the run when the message does not name the model.

    Raises
    ------
    RunError
        As for the JSON.
    """
    pages = message if isinstance(message, (list, tuple)) else [message]
    wrong = [page for page in pages if not hasattr(page, "ListFields")]
    if wrong or not pages:
        kinds = ", ".join(sorted({type(page).__name__ for page in wrong})) or "nothing"
        msg = f"{name}: got {kinds}. Hint: pass an EvalMetrics message or a response with one."
        raise RunError(msg)
    return _read(
        Path(name.replace("/", " ")),
        [
            (f"page {k}", walk_message(page, whole=_is_entry))
            for k, page in enumerate(pages, start=1)
        ],
    )


def _read(path: Path, sources: Iterable[tuple[str, Events]]) -> EvalRun:
    pages, test_set = Pages(file=path.name), TestSet(file=path.name)
    test_set.scores.source = path if path.exists() else None
    for file, events in sources:
        for keys, value in events:
            page = (file, *page_of(keys))
            if _is_entry(keys):
                columns = test_set.add(value)
                pages.add_entry(page, columns)
            else:
                pages.add_fact(page, [camel(key) for key in keys], value)
    if not test_set.n_entries:
        msg = (
            f"{path.name}: the response has no test set (testSet). Hint: ask for it: the request's "
            "fields are {'test_set': True}, and the evaluation must be finished."
        )
        raise RunError(msg)
    test_set.problems.refuse()
    pages.refuse_mixed()
    return _run(path, pages, test_set)


def _run(path: Path, pages: Pages, test_set: TestSet) -> EvalRun:
    declared = [test_set.names.column(key, name) for key, name in pages.declared()]
    concepts, positions = test_set.names.order(first=declared)
    test_set.name_labels()
    facts = pages.facts()
    manifest = Manifest(
        model=facts.get("model", ""),
        model_version=facts.get("model version", ""),
        dataset=facts.get("data set", ""),
        task="single_label" if pages.exclusive else "multi_label",
    )
    export = Export(
        path=path,
        file=path.name,
        format=NAME,
        manifest=manifest,
        notices=test_set.notices(),
    )
    scores = test_set.scores.matrix(positions=positions)
    return export.run(test_set.inputs, concepts=concepts, scores=scores)


def _pages(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            found = [file for file in path.glob("*.json") if file.name != "run.json"]
            inside = path.resolve()
            return sorted(
                (f for f in found if f.is_file() and f.resolve().is_relative_to(inside)),
                key=lambda file: [int(p) if p.isdecimal() else p for p in _split(file.name)],
            )
        return [path] if path.is_file() else []
    except (OSError, ValueError, RuntimeError):
        return []


def _split(name: str) -> list[str]:
    # Digits and other parts take turns, so that numbers are never compared with texts.
    return re.split(r"([0-9]+)", name)


def _is_entry(keys: Keys) -> bool:
    return len(keys) > 1 and isinstance(keys[-1], int) and keys[-2] in {"testSet", "test_set"}
