"""Numbers of a run for a check by eye and for README.md: counts under `score > 0.5`, ROC AUC."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

BoolArray = npt.NDArray[np.bool_]
THRESHOLD = 0.5


def summarise(table: pd.DataFrame) -> str:
    """Describe one run: a line per concept, the averages, and the macro F1 of every slice."""
    concepts, labelled, predicted = _outcomes(table)
    columns = [f"score:{concept}" for concept in concepts]
    lines = [f"{'concept':10}{'AUC':>7}{'lab.':>6}{'pred.':>6}{'TP':>6}{'FN':>6}{'FP':>6}{'F1':>7}"]
    aucs = []
    for at, concept in enumerate(concepts):
        auc = _mean_auc(labelled[:, at], table[columns[at]].to_numpy(), table["fold"].to_numpy())
        aucs.append(auc)
        n_lab, n_pred = labelled[:, at].sum(), predicted[:, at].sum()
        tp = (labelled[:, at] & predicted[:, at]).sum()
        f1 = _f1(labelled[:, [at]], predicted[:, [at]])
        counts = "".join(f"{value:6d}" for value in (n_lab, n_pred, tp, n_lab - tp, n_pred - tp))
        lines.append(f"{concept:10}{auc:7.3f}{counts}{f1:7.3f}")
    right = (labelled == predicted).all(axis=1).mean()
    lines.append(
        f"macro AUC {np.mean(aucs):.3f}, macro F1 {_f1(labelled, predicted):.3f}, "
        f"exact match {right:.3f}, inputs {len(table)}, "
        f"no label {(~labelled.any(axis=1)).sum()}, "
        f"nothing predicted {(~predicted.any(axis=1)).sum()}"
    )
    on_threshold = (table[columns].to_numpy() == THRESHOLD).sum()
    lines.append(f"scores exactly on {THRESHOLD}: {on_threshold}")
    return "\n".join([*lines, *_mixed_up(concepts, labelled, predicted), *_slices(table)])


def _outcomes(table: pd.DataFrame) -> tuple[list[str], BoolArray, BoolArray]:
    concepts = [name.removeprefix("score:") for name in table.columns if name.startswith("score:")]
    scores = table[[f"score:{concept}" for concept in concepts]].to_numpy()
    single = "label" in table.columns
    rows = [str(value).split("|") for value in table["label" if single else "labels"]]
    labelled = np.array([[concept in row for concept in concepts] for row in rows])
    predicted = scores > THRESHOLD
    if single:
        predicted &= np.arange(len(concepts)) == scores.argmax(axis=1)[:, None]
    return concepts, labelled, predicted


def _mean_auc(
    labelled: BoolArray, scores: npt.NDArray[np.float64], fold: npt.NDArray[np.int64]
) -> float:
    parts = [fold == number for number in np.unique(fold)]
    return float(np.mean([roc_auc_score(labelled[part], scores[part]) for part in parts]))


def _f1(labelled: BoolArray, predicted: BoolArray) -> float:
    """Return the mean F1 over the concepts for which it is defined."""
    tp = (labelled & predicted).sum(axis=0)
    total = labelled.sum(axis=0) + predicted.sum(axis=0)
    return float(np.mean(2 * tp[total > 0] / total[total > 0]))


def _mixed_up(concepts: list[str], labelled: BoolArray, predicted: BoolArray) -> list[str]:
    """List the largest cells (labelled i, predicted j, not labelled j)."""
    wrong = labelled.T.astype(int) @ (predicted & ~labelled).astype(int)
    largest = np.argsort(-wrong, axis=None, kind="stable")[:6]
    pairs = [divmod(int(at), len(concepts)) for at in largest]
    return [
        f"labelled {concepts[i]} and not {concepts[j]}, predicted {concepts[j]}: {wrong[i, j]}"
        for i, j in pairs
    ]


def _slices(table: pd.DataFrame) -> list[str]:
    lines = []
    metadata = [
        name for name in ("source", "surface", "ink", "slant", "channel", "length") if name in table
    ]
    for name in metadata:
        for value, part in table.groupby(name):
            _, labelled, predicted = _outcomes(part)
            wrong = (labelled != predicted).any(axis=1).mean()
            f1 = _f1(labelled, predicted)
            lines.append(
                f"{name} = {value}: {len(part)} inputs, macro F1 {f1:.3f}, not exact {wrong:.3f}"
            )
    return lines
