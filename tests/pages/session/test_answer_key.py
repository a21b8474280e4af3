"""No kept answer is given for other inputs, or to another question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.runs.images import FileImages
from pages._ui.evaluate import matrix_panel
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.plan import Plan
from pages._ui.session.view import View
from pages._ui.shell import loading
from pages._ui.thresholds import advice, band_panel

GIVEN: dict[str, Any] = {
    "scores": [[0.9, 0.1], [0.4, 0.6], [0.2, 0.7]],
    "labels": [[0], [1], []],
    "concepts": ["dog", "cat"],
    "task": "multi_label",
    "ids": ["a", "b", "c"],
    "known": np.ones((3, 2), dtype=bool),
    "folds": ["x", "y", "x"],
    "texts": ["one", "two", "three"],
    "metadata": {"source": ["phone", "desk", "phone"]},
    "images": FileImages(root=Path(), paths=("a.png", "b.png", "c.png")),
    "default_operator": ">",
    "default_threshold": 0.5,
}
KNOWN = np.ones((3, 2), dtype=bool)
KNOWN[2, 0] = False
CHANGES: dict[str, Any] = {
    "scores": [[0.9, 0.1], [0.4, 0.6], [0.2, np.nextafter(0.7, 1)]],
    "labels": [[0], [1], [1]],
    "concepts": ["dog", "cow"],
    "task": "single_label",
    "ids": ["a", "c", "b"],
    "known": KNOWN,
    "folds": ["x", "x", "y"],
    "texts": ["one", "twot", "hree"],
    "metadata": {"source": ["desk", "phone", "phone"]},
    "images": FileImages(root=Path(), paths=("a.png", "b.png", "d.png")),
    "default_operator": ">=",
    "default_threshold": 0.25,
}
RENAMED = {"metadata": {"camera": ["phone", "desk", "phone"]}, "folds": ["x", "z", "x"]}


def run_of(**changed: Any) -> ec.EvalRun:
    return ec.EvalRun.from_arrays(**(GIVEN | changed))


@pytest.mark.parametrize("name", [*CHANGES, "texts are missing"])
def test_whatever_changes_of_a_run_the_key_is_another(name: str) -> None:
    changed = {"texts": None} if name == "texts are missing" else {name: CHANGES[name]}
    before, after = AnswerKey.of("best", run_of()), AnswerKey.of("best", run_of(**changed))
    assert before == AnswerKey.of("best", run_of())
    assert before != after


@pytest.mark.parametrize("name", list(RENAMED))
def test_a_name_counts_as_well_as_what_stands_below_it(name: str) -> None:
    other = run_of(**{name: RENAMED[name]})
    assert AnswerKey.of("best", run_of()) != AnswerKey.of("best", other)


def test_a_part_is_known_by_its_inputs_and_not_by_what_it_is_called() -> None:
    run = run_of()
    parts = {tuple(p): AnswerKey.of("best", run.subset(np.array(p))) for p in ([0], [1], [0, 1])}
    assert len({AnswerKey.of("best", run), *parts.values()}) == 4
    assert AnswerKey.of("best", run.subset(np.array([1]))) == parts[(1,)]


def test_a_split_called_none_is_not_the_lack_of_a_split() -> None:
    run = run_of(folds=["None", "x", "x"])
    part = ("source", "phone")
    named = loading._filtered(run, split="None", part=part)
    without = loading._filtered(run, split=None, part=part)
    assert [named.ids.tolist(), without.ids.tolist()] == [["a"], ["a", "c"]]
    assert AnswerKey.of("best", named) != AnswerKey.of("best", without)


def asked() -> View:
    rule = ec.Rule(0.5, decision="every")
    return View(run="r", rule=rule, pinned=rule, plan=Plan(goal=ec.Goal.precision_at_least(0.5)))


PLANS: dict[str, dict[str, Any]] = {
    "goal": {"goal": ec.Goal.precision_at_least(0.6)},
    "kind of goal": {"goal": ec.Goal.recall_at_least(0.5)},
    "confidence": {"confidence": 0.9},
    "concept": {"concept": "dog"},
    "one for all": {"common": True},
}
RULES = {
    "operator": ec.Rule(0.5, operator=">=", decision="every"),
    "mode": ec.Rule(0.5, decision="top"),
}


def ways_to_ask() -> dict[str, View]:
    view = asked()
    plans = {what: replace(view, plan=replace(view.plan, **one)) for what, one in PLANS.items()}
    return plans | {what: replace(view, rule=rule) for what, rule in RULES.items()}


@pytest.mark.parametrize("what", [*PLANS, *RULES])
def test_whatever_is_asked_otherwise_is_another_recommendation(what: str) -> None:
    evaluation, other = ec.Evaluation(run_of()), ways_to_ask()[what]
    keys = {
        advice._key(question, evaluation, view)
        for question in ("recommended", "left out")
        for view in (asked(), other)
    }
    assert len(keys) == 4


KEEPERS: dict[str, tuple[Any, str, Callable[[ec.Evaluation, View], object]]] = {
    "recommended": (advice, "_advise", advice.advice),
    "left out": (advice, "_leave_out", advice.held_out),
    "review band": (band_panel, "_kept", band_panel._band),
    "order": (matrix_panel, "_kept", matrix_panel.shown),
}


@pytest.mark.parametrize("question", list(KEEPERS))
def test_every_kept_answer_is_asked_for_by_such_a_key(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, ask = KEEPERS[question]
    keys: list[AnswerKey] = []
    monkeypatch.setattr(module, name, lambda key, *_, **__: keys.append(key))
    for run in (run_of(), run_of(metadata=CHANGES["metadata"])):
        ask(ec.Evaluation(run), asked())
    assert all(key.question == question for key in keys)
    assert len(set(keys)) == 2
