"""From a scikit-learn estimator and its data to a run of out-of-fold scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.errors import RunError, shorten
from evalcore.runs.load_report import LoadReport, Notice
from evalcore.runs.run import UNSCORED, EvalRun

__all__ = ["from_sklearn"]

_METHODS = ("predict_proba", "decision_function")


def from_sklearn(
    estimator: Any,  # noqa: ANN401 - any object with scikit-learn's methods
    X: Any,  # noqa: ANN401, N803 - scikit-learn's own name for the data
    y: Any,  # noqa: ANN401
    *,
    cv: Any = 5,  # noqa: ANN401
    groups: Any = None,  # noqa: ANN401
    concepts: Sequence[str] | None = None,
    rng: np.random.Generator | None = None,
    **rest: Any,  # noqa: ANN401 - ids, images, texts, name: passed on to EvalRun.from_arrays
) -> EvalRun:
    """Cross-validate an estimator; return its out-of-fold scores as a run with splits.

    Parameters
    ----------
    estimator
        A classifier; it is cloned and never fitted itself. Its ``predict_proba`` is used, else its
        ``decision_function``.
    X, y
        The data. ``y`` holds one class per input (two classes or more), or is a matrix of zeros
        and ones of shape (n_inputs, n_concepts).
    cv
        Number of splits, a splitter of scikit-learn, or pairs (train, test) of positions; every
        input stands in exactly one test split. A number means stratified splits in the order of
        the inputs, shuffled when ``rng`` is given.
    concepts
        Names of the classes, in the order of ``np.unique(y)``; or, when ``y`` holds integers below
        their number, ``concepts[k]`` for class k; or the columns of ``y``.

    Raises
    ------
    RunError
        When the estimator gives no scores, or names, data and splits do not fit each other.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.naive_bayes import GaussianNB
    >>> flowers = load_iris()
    >>> run = from_sklearn(
    ...     GaussianNB(), flowers.data, flowers.target, concepts=flowers.target_names
    ... )
    >>> run.concepts, run.n_inputs, run.fold_names
    (('setosa', 'versicolor', 'virginica'), 150, ('0', '1', '2', '3', '4'))
    """
    truth = np.asarray(y)
    method = next((name for name in _METHODS if hasattr(estimator, name)), None)
    if method is None:
        msg = f"{shorten(estimator)} has neither predict_proba nor decision_function."
        raise RunError(msg)
    _check_lengths(X, truth)
    names, classes = _classes(truth, concepts)
    folds, splits = _splits(X, truth, cv=cv, groups=groups, rng=rng)
    blocks = [
        _score(estimator, X, truth, train=train, test=test, method=method, classes=classes)
        for train, test in splits
    ]
    scores = np.full((len(truth), len(names)), UNSCORED, dtype=np.result_type(*blocks))
    for (_, test), block in zip(splits, blocks, strict=True):
        scores[test] = block
    report = LoadReport(
        source=type(estimator).__name__,
        format=f"scikit-learn, {method}, {len(splits)} splits",
        notices=_notices(scores, names),
    )
    labels = truth.astype(bool) if truth.ndim == 2 else truth[:, None] == classes
    options = {"name": type(estimator).__name__, "report": report, **rest}
    if truth.ndim == 2:
        options.setdefault("task", "multi_label")
    return EvalRun.from_arrays(scores, labels, concepts=names, folds=folds.tolist(), **options)


def _check_lengths(data: Any, truth: Any) -> None:  # noqa: ANN401
    from sklearn.utils import indexable  # noqa: PLC0415

    try:
        indexable(data, truth)
    except ValueError:
        shapes = f"{getattr(data, 'shape', None) or (len(data),)} and {truth.shape}"
        msg = f"X and y need one row per input each, got the shapes {shapes}."
        raise RunError(msg) from None
    is_matrix = truth.ndim == 2 and truth.dtype.kind in "biuf" and np.isin(truth, (0, 1)).all()
    if truth.ndim != 1 and not is_matrix:
        msg = (
            "y must hold one class per input, or zeros and ones of shape (inputs, concepts), "
            f"got {truth.dtype} of shape {truth.shape}."
        )
        raise RunError(msg)


def _classes(truth: Any, concepts: Sequence[str] | None) -> tuple[tuple[str, ...], Any]:  # noqa: ANN401
    """Return the names of the concepts, and the class that each stands for."""
    names = None if concepts is None else tuple(map(str, concepts))
    if truth.ndim == 2:
        classes = np.arange(truth.shape[1])
        names = names or tuple(f"concept {k}" for k in classes)
    else:
        classes = np.unique(truth)
        names = tuple(map(str, classes.tolist())) if names is None else names
        are_positions = classes.dtype.kind in "iu" and classes.min() >= 0
        if are_positions and len(names) > max(len(classes), classes.max()):
            classes = np.arange(len(names))
    if len(names) != len(classes):
        msg = (
            f"{len(names)} concepts are named, but y has {len(classes)} classes: "
            f"{shorten(classes.tolist())}. Hint: name them in the order of np.unique(y)."
        )
        raise RunError(msg)
    return names, classes


def _splits(
    data: Any,  # noqa: ANN401
    truth: Any,  # noqa: ANN401
    *,
    cv: Any,  # noqa: ANN401
    groups: Any,  # noqa: ANN401
    rng: np.random.Generator | None,
) -> tuple[IntArray, list[tuple[IntArray, IntArray]]]:
    from sklearn.model_selection import KFold, StratifiedKFold, check_cv  # noqa: PLC0415

    try:
        splitter = check_cv(cv, truth, classifier=True)
        if rng is not None and isinstance(cv, (int, np.integer)):
            kind = KFold if truth.ndim == 2 else StratifiedKFold
            splitter = kind(int(cv), shuffle=True, random_state=int(rng.integers(2**31)))
        found: Iterable[Any] = splitter.split(data, truth, groups)
        splits = [tuple(np.arange(len(truth))[part] for part in pair) for pair in found]
    except (ValueError, IndexError) as error:
        msg = f"The data cannot be split: {error}"
        raise RunError(msg) from None
    times = np.bincount(np.concatenate([test for _, test in splits]), minlength=len(truth))
    if (times != 1).any():
        first = int(np.flatnonzero(times != 1)[0])
        msg = (
            f"{int((times != 1).sum()):,} inputs do not stand in exactly one test split, first "
            f"input {first} in {times[first]}. Hint: use a splitter such as StratifiedKFold."
        )
        raise RunError(msg)
    folds = np.empty(len(truth), dtype=np.int64)
    for k, (_, test) in enumerate(splits):
        folds[test] = k
    return folds, splits


def _score(
    estimator: Any,  # noqa: ANN401
    data: Any,  # noqa: ANN401
    truth: Any,  # noqa: ANN401
    *,
    train: IntArray,
    test: IntArray,
    method: str,
    classes: Any,  # noqa: ANN401
) -> ScoreArray:
    from sklearn.base import clone  # noqa: PLC0415
    from sklearn.utils import _safe_indexing  # noqa: PLC0415

    model = clone(estimator).fit(_safe_indexing(data, train), truth[train])
    found = getattr(model, method)(_safe_indexing(data, test))
    if truth.ndim == 2:
        return _positive(found, model, n_concepts=len(classes))
    found = np.asarray(found)
    if found.ndim == 1:
        # The decision function of two classes is one number, positive for the second.
        found = np.column_stack([-found, found])
    block = np.full((len(test), len(classes)), UNSCORED, dtype=found.dtype)
    places = np.searchsorted(classes, model.classes_)
    if len(places) != found.shape[1]:
        msg = (
            f"{method} gives {found.shape[1]} columns for {len(places)} classes. "
            "Hint: set decision_function_shape='ovr'."
        )
        raise RunError(msg)
    block[:, places] = found
    return block


def _positive(found: Any, model: Any, *, n_concepts: int) -> ScoreArray:  # noqa: ANN401
    """Return the scores of class 1 for every column of y.

    Some estimators give one matrix, others one matrix (inputs, classes) per column.
    """
    if not isinstance(found, list):
        return np.asarray(found).reshape(len(found), n_concepts)
    seen: list[Any] = getattr(model, "classes_", None) or [
        part.classes_ for part in model.estimators_
    ]
    columns = []
    for scores, classes in zip(found, seen, strict=True):
        one: BoolArray = np.asarray(classes) == 1
        missing = np.full(len(scores), UNSCORED, dtype=scores.dtype)
        columns.append(scores[:, one.argmax()] if one.any() else missing)
    return np.column_stack(columns)


def _notices(scores: ScoreArray, names: Sequence[str]) -> list[Notice]:
    lost = (scores == UNSCORED).any(axis=0)
    if not lost.any():
        return []
    shown = ", ".join(shorten(names[k]) for k in np.flatnonzero(lost)[:5])
    text = (
        f"{int(lost.sum())} concept(s) are missing from the training part of a split, so they were "
        f"not scored there: {shown}. Hint: use fewer splits."
    )
    return [Notice(level="warning", text=text, count=int(lost.sum()))]
