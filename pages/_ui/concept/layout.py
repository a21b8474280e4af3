"""Where the charts of one concept stand, and the words beside them that follow no threshold."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from evalcore.concept.score_shape import calibration
from pages._ui import wording

__all__ = ["guide", "reliability_words", "score_words", "titled_pair"]


def titled_pair(
    left: tuple[str, str], right: tuple[str, str]
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return two places side by side, each under its title and a quiet word."""
    places = []
    for column, (title, word) in zip(st.columns(2, gap="small"), (left, right), strict=True):
        with column:
            st.markdown(f"**{title}**" + (f" :small[:gray[· {word}]]" if word else ""))
            places.append(st.container())
    return places[0], places[1]


def score_words(evaluation: ec.Evaluation, concept: str) -> dict[str, str]:
    """Return the words on average precision and ROC AUC: those of the table of all concepts."""
    j = evaluation.run.position_of(concept)
    precision = wording.rate(float(evaluation.average_precision()[j]))
    area = wording.rate(float(evaluation.roc_auc()[j]))
    return {
        "precision_recall": f"average precision {precision}",
        "roc": f"AUC {area}",
    }


def reliability_words(evaluation: ec.Evaluation, concept: str) -> str:
    """Return the words on the calibration error."""
    found = calibration(evaluation.index("every"), evaluation.run.position_of(concept))
    if found is None:
        return "no: some are below 0 or above 1"
    return f"calibration error {wording.rate(found.error)}"


def guide(evaluation: ec.Evaluation, rule: ec.Rule) -> None:
    """Say how to read the charts."""
    over = ""
    if evaluation.run.folds is not None:
        n_splits = evaluation.ranking.roc_auc.shape[0]
        over = f", and are means over {n_splits:,} splits, the thin grey lines"
    lines = [
        "The dark dot and the dashed line stand at the threshold and move with it.",
        "A click on a curve sets the threshold, and so does a drag across a chart of the scores.",
        f"Average precision and AUC rank all scores; they follow no threshold{over}.",
        "On the diagonal of the reliability chart a score of 0.8 is right 8 times of 10.",
    ]
    if rule.mode == "top":
        lines.append(
            "Only inputs whose highest score is this concept's can be predicted, so the curves "
            "may end before recall 1."
        )
    st.caption("  \n".join(lines))
