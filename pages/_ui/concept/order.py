"""Which concept comes next: in the order of the run, by name, or the worst first."""

from __future__ import annotations

import numpy as np

import evalcore as ec
from pages._ui.session.view import ConceptOrder

__all__ = ["ORDER_WORDS", "ordered"]

ORDER_WORDS: dict[ConceptOrder, str] = {
    "f1": "lowest F1 first",
    "auc": "lowest ROC AUC first",
    "name": "by name",
    "run": "run order",
}


def ordered(evaluation: ec.Evaluation, rule: ec.Rule, order: ConceptOrder) -> list[str]:
    """Return all concepts; those whose number is undefined come last.

    Parameters
    ----------
    order
        ``f1`` is F1 under the rule; ROC AUC follows no threshold.
    """
    concepts = list(evaluation.run.concepts)
    if order == "run":
        return concepts
    if order == "name":
        return sorted(concepts, key=lambda name: (name.casefold(), name))
    by_auc = order == "auc"
    worth = evaluation.roc_auc() if by_auc else ec.METRICS["f1"](evaluation.counts(rule))
    return [concepts[j] for j in np.argsort(worth, kind="stable")]  # NaN sorts last
