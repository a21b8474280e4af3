"""The rows of Vertex AI and AutoML batch predictions, and of their import files.

Vertex AI, image classification (``ClassificationPredictionResult``)::

    {"instance": {"content": "gs://b/1.jpg", "mimeType": "image/jpeg"},
     "prediction": {"ids": ["7"], "displayNames": ["daisy"], "confidences": [0.99]}}

AutoML Vision (``AnnotationPayload``)::

    {"ID": "gs://b/1.jpg", "annotations": [{"display_name": "daisy",
                                            "classification": {"score": 0.99}}]}

Import files, which serve as label tables::

    {"imageGcsUri": "gs://b/1.jpg", "classificationAnnotation": {"displayName": "daisy"},
     "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "test"}}
    TEST,gs://b/1.jpg,daisy                                       (CSV without a header)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalcore.base.fields import FieldError, list_of, number_of, object_of, text_of
from evalcore.errors import shorten

__all__ = ["Failure", "LabelRow", "Prediction", "label_row", "label_row_of_csv", "prediction_of"]

Prediction = tuple[str, Sequence[tuple[str, str, float]]]
"""The instance's own name, and id, name and score of each concept."""
_ML_USES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "validate": "validation",
    "test": "test",
    "unassigned": "",
}


class Failure(Exception):  # noqa: N818 - not an error of the file but a row that says so
    """The service says that it could not predict this instance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One row of an import file."""

    name: str
    labels: tuple[str, ...]
    use: str = ""
    """``train``, ``validation``, ``test``, or ``""`` when it does not say."""
    is_multiple: bool = False


def prediction_of(value: object) -> Prediction:
    """Return what one row predicts.

    Raises
    ------
    FieldError
        When the row is malformed.
    Failure
        When it holds the service's error message instead.
    """
    row = object_of(value, "the row")
    status = row.get("error", row.get("status"))
    if status and "prediction" not in row and "annotations" not in row:
        raise Failure(shorten(status))
    if "annotations" in row:
        name = text_of(row.get("ID", row.get("id")), "ID", empty=False)
        return name, [_of_payload(item) for item in list_of(row["annotations"], "annotations")]
    return _instance(row.get("instance")), _of_result(row.get("prediction"))


def label_row(value: object) -> LabelRow:
    """Return one row of an import file in JSON Lines.

    Raises
    ------
    FieldError
        When the row is malformed.
    """
    row = object_of(value, "the row")
    name = next(
        (row[key] for key in ("imageGcsUri", "textGcsUri", "textContent") if key in row), None
    )
    single, several = row.get("classificationAnnotation"), row.get("classificationAnnotations")
    items = list_of(several, "classificationAnnotations") if several is not None else [single]
    labels = [
        text_of(object_of(item, "classificationAnnotation").get("displayName"), "displayName")
        for item in items
    ]
    tags = object_of(row.get("dataItemResourceLabels"), "dataItemResourceLabels")
    use = text_of(tags.get("aiplatform.googleapis.com/ml_use"), "ml_use")
    return LabelRow(
        name=text_of(name, "imageGcsUri", empty=False),
        labels=tuple(label for label in labels if label),
        use=_ML_USES.get(use.casefold(), use),
        is_multiple=several is not None,
    )


def label_row_of_csv(cells: Sequence[str]) -> LabelRow:
    """Return one row of an import file in CSV: ``[use,] address, label, ...``.

    Raises
    ------
    FieldError
        When the address is missing.
    """
    use = ""
    if cells and cells[0].strip().casefold() in _ML_USES:
        use, cells = _ML_USES[cells[0].strip().casefold()], cells[1:]
    name = text_of(cells[0] if cells else "", "an address such as gs://bucket/1.jpg", empty=False)
    return LabelRow(name=name, labels=tuple(cell for cell in cells[1:] if cell), use=use)


def _instance(value: object) -> str:
    if isinstance(value, str):
        return text_of(value, "instance", empty=False)
    instance = object_of(value, "instance")
    names = ("key", "id", "content", "imageGcsUri")
    name = next((instance[key] for key in names if instance.get(key)), None)
    return text_of(name, "instance.content (or key)", empty=False)


def _of_result(value: object) -> list[tuple[str, str, float]]:
    result = object_of(value, "prediction")
    names = _either(result, "displayNames", "display_names")
    scores = _either(result, "confidences", "confidences")
    ids = list_of(result.get("ids"), "ids")
    if len(names) != len(scores) or (ids and len(ids) != len(names)):
        found = f"{len(names)} displayNames, {len(scores)} confidences, {len(ids)} ids"
        raise FieldError(found, rule="prediction has as many confidences as displayNames")
    return [
        (
            _id(ids[k]) if ids else "",
            text_of(name, "displayNames", empty=False),
            number_of(score, f"the confidence of {shorten(name)}"),
        )
        for k, (name, score) in enumerate(zip(names, scores, strict=True))
    ]


def _of_payload(value: object) -> tuple[str, str, float]:
    item = object_of(value, "an annotation")
    detail = object_of(item.get("classification"), "classification")
    if not detail:
        rule = "annotations are classifications; detections are not read"
        msg = f"an annotation is {shorten(value)}"
        raise FieldError(msg, rule=rule)
    name = text_of(item.get("display_name", item.get("displayName")), "display_name", empty=False)
    key = item.get("annotation_spec_id", item.get("annotationSpecId"))
    return _id(key), name, number_of(detail.get("score", 0.0), f"the score of {shorten(name)}")


def _id(value: object) -> str:
    return str(value) if isinstance(value, int) else text_of(value, "ids")


def _either(row: Mapping[str, Any], name: str, other: str) -> Sequence[Any]:
    if name not in row and other not in row:
        found = ", ".join(map(shorten, list(row)[:5])) or "nothing"
        rule = "prediction has displayNames and confidences (image or text classification)"
        msg = f"prediction holds {found}"
        raise FieldError(msg, rule=rule)
    return list_of(row.get(name, row.get(other)), name)
