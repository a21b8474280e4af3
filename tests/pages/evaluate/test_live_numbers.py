"""The board computes nothing twice that it can say twice."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

import evalcore as ec
from pages._ui.evaluate.live_numbers import board
from pages._ui.session.view import Link
from tests.support.cases import random_case


@pytest.mark.parametrize(("panel", "expected"), [("flips", 1), ("summary", 0)])
def test_what_flips_is_counted_once_for_the_table_and_its_sentence(
    monkeypatch: pytest.MonkeyPatch, panel: Literal["flips", "summary"], expected: int
) -> None:
    case = random_case(np.random.default_rng(3))
    view = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.6), panel=panel).complete(case.run)
    counted: list[ec.Flips] = []
    plain = ec.Evaluation.flips

    def flips(evaluation: ec.Evaluation, *rules: Any) -> ec.Flips:
        counted.append(plain(evaluation, *rules))
        return counted[-1]

    monkeypatch.setattr(ec.Evaluation, "flips", flips)
    shown = board(case.evaluation, view, shown=np.arange(case.n_concepts))
    assert len(counted) == expected
    assert (shown["flips"] is not None) == (panel == "flips")
