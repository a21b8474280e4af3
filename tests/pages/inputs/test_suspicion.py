"""Labels are ranked once, for whichever page asks first."""

from __future__ import annotations

import numpy as np
import pytest

import evalcore as ec
from evalcore.truth.suspicion import Suspicion
from pages._ui.improve import diagnosed
from pages._ui.inputs import suspicion
from tests.support.cases import random_case


def test_ground_truth_and_improve_share_one_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = random_case(np.random.default_rng(7)).evaluation
    asked: list[ec.EvalRun] = []
    plain = suspicion.suspicion

    def counted(run: ec.EvalRun) -> Suspicion:
        asked.append(run)
        return plain(run)

    monkeypatch.setattr(suspicion, "suspicion", counted)
    found = suspicion.suspicion_of(evaluation.run)
    diagnosed._diagnose(evaluation, ec.Rule(0.5), None, diagnosed.VerdictRules())

    assert found is not None
    assert asked == [evaluation.run]
