"""Orders of the matrix's rows and columns."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import FloatArray, IntArray

__all__ = ["by_cluster", "by_diagonal", "by_name"]


def by_name(concepts: tuple[str, ...]) -> IntArray:
    """Return positions in the order of the names, case ignored."""
    return np.array(sorted(range(len(concepts)), key=lambda j: (concepts[j].casefold(), j)))


def by_diagonal(strength: FloatArray) -> IntArray:
    """Return positions from the weakest diagonal to the strongest; undefined ones last."""
    return np.argsort(np.where(np.isnan(strength), np.inf, strength), kind="stable")


def by_cluster(means: FloatArray) -> IntArray:
    """Return positions so that concepts whose scores rise together stand together.

    Average-linkage clustering of the mean scores: the more two concepts are scored for each
    other's inputs, the nearer they are. The order is that of the leaves of the tree.

    Parameters
    ----------
    means : ndarray of shape (n_concepts, n_concepts)
        From :meth:`evalcore.Evaluation.mean_scores`; NaN counts as no resemblance.
    """
    n_concepts = means.shape[0]
    if n_concepts < 3:
        return np.arange(n_concepts)
    # imported here: scikit-learn takes a second, and only this order needs it
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415

    alike = np.nan_to_num(means, nan=0.0)
    alike = alike + alike.T
    distance = alike.max() - alike
    np.fill_diagonal(distance, 0.0)
    tree = AgglomerativeClustering(n_clusters=1, metric="precomputed", linkage="average")
    return _leaves(tree.fit(distance).children_, n_concepts)


def _leaves(children: IntArray, n_leaves: int) -> IntArray:
    order: list[int] = []
    waiting = [n_leaves + len(children) - 1]
    while waiting:
        node = waiting.pop()
        if node < n_leaves:
            order.append(node)
        else:
            left, right = children[node - n_leaves]
            waiting += [int(right), int(left)]
    return np.array(order)
