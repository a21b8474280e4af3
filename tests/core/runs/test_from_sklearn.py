"""From scikit-learn: out-of-fold scores equal those of scikit-learn's own cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, ShuffleSplit, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

import evalcore as ec

IRIS = load_iris()
X, Y = IRIS.data, IRIS.target
NAMES = ["setosa", "versicolor", "virginica"]


def test_scores_are_those_of_cross_val_predict() -> None:
    run = ec.from_sklearn(GaussianNB(), X, Y, concepts=NAMES)
    wanted = cross_val_predict(GaussianNB(), X, Y, cv=5, method="predict_proba")
    np.testing.assert_array_equal(run.scores, wanted)
    np.testing.assert_array_equal(run.labels.dense().argmax(axis=1), Y)
    assert (run.concepts, run.task, run.name) == (tuple(NAMES), "single_label", "GaussianNB")
    assert run.folds is not None
    assert np.bincount(run.folds).tolist() == [30] * 5


def test_classes_that_are_words_name_the_concepts() -> None:
    run = ec.from_sklearn(GaussianNB(), pd.DataFrame(X), pd.Series(np.array(NAMES)[Y]), cv=3)
    assert run.concepts == tuple(NAMES)
    assert run.labels.total.tolist() == [50, 50, 50]


def test_a_decision_function_is_taken_when_there_are_no_probabilities() -> None:
    run = ec.from_sklearn(LinearSVC(random_state=0), X, Y, cv=3)
    wanted = cross_val_predict(LinearSVC(random_state=0), X, Y, cv=3, method="decision_function")
    np.testing.assert_array_equal(run.scores, wanted)


@pytest.mark.parametrize("estimator", [GaussianNB(), LinearSVC(random_state=0)])
def test_two_classes_are_two_concepts(estimator: Any) -> None:
    run = ec.from_sklearn(estimator, X[:100], Y[:100], concepts=["a", "b"])
    assert (run.concepts, run.task) == (("a", "b"), "single_label")
    np.testing.assert_array_equal(run.scores.argmax(axis=1), Y[:100])


@pytest.mark.parametrize(
    "estimator",
    [
        RandomForestClassifier(5, random_state=0),
        OneVsRestClassifier(LogisticRegression()),
    ],
)
def test_a_table_of_labels_is_a_multi_label_run(estimator: Any) -> None:
    data, truth = make_multilabel_classification(60, n_classes=4, random_state=0)
    run = ec.from_sklearn(estimator, data, truth, cv=3)
    found = cross_val_predict(estimator, data, truth, cv=KFold(3), method="predict_proba")
    wanted = np.column_stack([part[:, 1] for part in found]) if isinstance(found, list) else found
    np.testing.assert_array_equal(run.scores, wanted)
    assert run.task == "multi_label"
    np.testing.assert_array_equal(run.labels.dense(), truth.astype(bool))


def test_the_splits_can_be_chosen_and_shuffled(rng: np.random.Generator) -> None:
    groups = np.arange(150) % 7
    run = ec.from_sklearn(GaussianNB(), X, Y, cv=GroupKFold(7), groups=groups)
    assert run.folds is not None
    assert len({*zip(groups.tolist(), run.folds.tolist(), strict=True)}) == 7
    plain = ec.from_sklearn(GaussianNB(), X, Y)
    shuffled = ec.from_sklearn(GaussianNB(), X, Y, rng=rng)
    assert plain.folds is not None
    assert shuffled.folds is not None
    assert plain.folds.tolist() != shuffled.folds.tolist()
    again = ec.from_sklearn(GaussianNB(), X, Y, rng=np.random.default_rng(20_240_517))
    assert again.fingerprint == shuffled.fingerprint


def test_a_class_that_a_split_did_not_see_is_not_scored_there() -> None:
    run = ec.from_sklearn(GaussianNB(), X, Y, cv=KFold(3))
    assert np.isneginf(run.scores).sum() == 150
    assert "'setosa'" not in run.report.warnings[0].text
    assert "3 concept(s) are missing" in run.report.warnings[0].text


def test_concepts_that_nobody_is_labelled_with_keep_their_place() -> None:
    run = ec.from_sklearn(GaussianNB(), X[:100], Y[:100], concepts=NAMES)
    assert run.labels.total.tolist() == [50, 50, 0]
    assert np.isneginf(run.scores[:, 2]).all()


def test_ids_and_texts_are_passed_on() -> None:
    ids = [f"flower {k}" for k in range(150)]
    run = ec.from_sklearn(GaussianNB(), X, Y, ids=ids, texts=ids, name="iris")
    assert (run.ids.tolist(), run.name) == (ids, "iris")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"estimator": DummyRegressor()}, "neither predict_proba nor decision_function"),
        ({"y": Y[:10]}, r"shapes \(150, 4\) and \(10,\)"),
        ({"y": np.ones((150, 2, 2))}, r"got float64 of shape \(150, 2, 2\)"),
        ({"y": np.full((150, 2), 3)}, "zeros and ones"),
        ({"concepts": ["a", "b"]}, "2 concepts are named, but y has 3 classes"),
        ({"cv": ShuffleSplit(2, random_state=0)}, "exactly one test split"),
        ({"cv": 1}, "cannot be split"),
        ({"cv": 70}, "cannot be split"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], says: str) -> None:
    parts = {"estimator": GaussianNB(), "X": X, "y": Y, **change}
    with pytest.raises(ec.RunError, match=says):
        ec.from_sklearn(parts.pop("estimator"), parts.pop("X"), parts.pop("y"), **parts)


def test_the_estimator_itself_is_never_fitted() -> None:
    estimator = GaussianNB()
    ec.from_sklearn(estimator, X, Y)
    assert not hasattr(estimator, "classes_")
