"""Inputs as cards: picture or text, and the scores that matter."""

from __future__ import annotations

import math

import numpy as np

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.predictions import Predictions
from evalcore.counting.rules import Rule
from evalcore.runs.search import excerpt, pieces
from pages._ui import wording
from pages._ui.components.dots.data import DotRow
from pages._ui.components.gallery.data import Card, GalleryData
from pages._ui.server import thumbnails
from pages._ui.session.targets import Target

__all__ = ["TILE", "gallery_data", "score_rows", "score_text"]

MOST_SCORES = 2
TILE = 120
LONGEST_TEXT = 400
SEARCHED_TEXT = 160
"""Letters that a card surely shows, so that what was searched for is seen on it."""


def gallery_data(
    predictions: Predictions,
    positions: IntArray,
    *,
    rule: Rule,
    target: Target,
    concepts: tuple[str, ...],
    opened: str | None,
    search: str = "",
    empty: str = "",
) -> GalleryData:
    """Return the gallery component's data for one page of inputs.

    Parameters
    ----------
    search
        What the inputs were searched for; it is marked in their texts, or in their ids.
    empty
        What to say when there are no inputs.
    """
    run = predictions.run
    asked = [run.position_of(name) for name in concepts]
    exact = rule.exact(run.concepts, dtype=run.scores.dtype)
    items = []
    for position in positions.tolist():
        if isinstance(target, ec.OnThreshold):
            asked = np.flatnonzero(run.scores[position] == exact).tolist()
        items.append(_card(predictions, position, asked, rule=rule, search=search))
    chosen = [item["key"] for item in items if item["id"] == opened]
    return {
        "items": items,
        "size": TILE,
        "selected": chosen[0] if chosen else None,
        "empty": empty,
    }


def score_rows(
    predictions: Predictions, position: int, order: IntArray, *, rule: Rule
) -> list[DotRow]:
    """Return one row per concept, in the given order, for the plot of an input's scores."""
    return [_score(predictions, position, int(j), rule=rule) for j in order]


def score_text(value: float, *, threshold: float) -> str:
    """Return a score with the decimals that tell it from its threshold; a dash where it has none.

    A score comes in the precision that it was given in: its shortest decimal is what people know.
    """
    return wording.UNDEFINED if math.isinf(value) else wording.rate(value, beside=threshold)


def _card(
    predictions: Predictions, position: int, asked: list[int], *, rule: Rule, search: str
) -> Card:
    run = predictions.run
    whole = None if run.texts is None else str(run.texts[position])
    text = (
        None
        if whole is None
        else excerpt(whole, search, length=SEARCHED_TEXT if search else LONGEST_TEXT)
    )
    marked = str(run.ids[position]) if text is None else text
    best_first = np.argsort(-run.scores[position], kind="stable")[:MOST_SCORES].tolist()
    shown = list(dict.fromkeys([*asked, *best_first]))
    scores = [_score(predictions, position, j, rule=rule) for j in shown[:MOST_SCORES]]
    return {
        "key": position,
        "id": str(run.ids[position]),
        "src": thumbnails.url(run, position),
        "text": text,
        "scores": [
            {
                "name": row["name"],
                "score": row["label"],
                "labelled": row["labelled"],
                "predicted": row["predicted"],
            }
            for row in scores
        ],
        "note": "",
        "marks": [{"text": piece.text, "strong": piece.hit} for piece in pieces(marked, search)]
        if search
        else [],
    }


def _score(predictions: Predictions, position: int, concept: int, *, rule: Rule) -> DotRow:
    run, labels = predictions.run, predictions.run.labels
    score = run.scores[position, concept]
    threshold = rule.threshold_of(run.concepts[concept])
    here = np.array([position])
    known = labels.known is None or bool(labels.knows(here, concept)[0])
    return {
        "name": run.concepts[concept],
        "score": None if math.isinf(score) else float(score),
        "label": score_text(score, threshold=threshold),
        "threshold": threshold,
        "labelled": concept in labels.of_input(position) if known else None,
        "predicted": bool(predictions.has(here, concept)[0]),
    }
