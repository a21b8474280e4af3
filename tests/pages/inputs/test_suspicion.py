"""Labels are ranked once, for whichever page asks first, and kept for the next server."""

from __future__ import annotations

import numpy as np
import pytest

import evalcore as ec
from evalcore.base.jobs import Jobs
from evalcore.truth import kept_suspicion
from evalcore.truth.suspicion import Suspicion
from pages._ui.improve import diagnosed
from pages._ui.inputs import suspicion
from tests.support.cases import random_case

NOBODY = np.zeros((0, 2), dtype=np.int64)
"""Pairs on which people agree: none."""


def test_ground_truth_and_improve_share_one_ranking_and_so_does_the_next_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluation = random_case(np.random.default_rng(7)).evaluation
    asked: list[ec.EvalRun] = []
    plain = kept_suspicion.suspicion

    def counted(run: ec.EvalRun) -> Suspicion:
        asked.append(run)
        return plain(run)

    monkeypatch.setattr(kept_suspicion, "suspicion", counted)
    monkeypatch.setattr(kept_suspicion.kept_suspicion, "__kwdefaults__", {"least_inputs": 1})
    found = suspicion.suspicion_of(evaluation.run)
    diagnosed._diagnose(evaluation, ec.Rule(0.5), None, diagnosed.VerdictRules(), NOBODY)
    monkeypatch.setattr(suspicion, "_jobs", Jobs(kept=8))
    again = suspicion.suspicion_of(evaluation.run)

    assert asked == [evaluation.run]
    assert found is not None
    assert again is not None
    np.testing.assert_array_equal(again.of_inputs, found.of_inputs)


def test_who_stops_waiting_on_ground_truth_does_not_stop_the_diagnosis() -> None:
    evaluation = random_case(np.random.default_rng(8)).evaluation
    job = suspicion.ranking(evaluation.run)
    job.join("a visitor")
    diagnosed._diagnose(evaluation, ec.Rule(0.5), None, diagnosed.VerdictRules(), NOBODY)
    job.leave("a visitor")

    assert not job.was_cancelled
