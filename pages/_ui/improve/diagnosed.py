"""The diagnosis of the open run, with what was measured of its inputs."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.comparison.resampling import SEED
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.label_errors import MOST_RANKED
from evalcore.diagnosis.properties import Properties
from evalcore.diagnosis.verdict import VerdictRules
from evalcore.runs.parts import refuse_large
from evalcore.truth.suspicion import Suspicion, suspicion
from pages._ui.improve.rules import rules_of
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.view import View
from pages._ui.shell.measuring import measured_part

__all__ = ["diagnosed"]


def diagnosed(evaluation: ec.Evaluation, view: View, *, whole: ec.EvalRun) -> Diagnosis:
    """Diagnose what is looked at under the live rule, with what was measured of its inputs.

    Parameters
    ----------
    whole
        The run that this is a part of.

    Raises
    ------
    RunError
        When it is in parts and too large to be looked at input by input.
    """
    refuse_large(evaluation.run, what="Improve")
    properties = measured_part(whole, evaluation.run)
    rules = rules_of(view)
    key = AnswerKey.of("diagnosed", evaluation.run, view.rule, rules, properties is not None)
    return _diagnose(
        key, _evaluation=evaluation, _rule=view.rule, _properties=properties, _rules=rules
    )


@st.cache_resource(max_entries=32, show_spinner="Looking for what is wrong …")
def _diagnose(
    key: AnswerKey,  # noqa: ARG001 - the key
    *,
    _evaluation: ec.Evaluation,
    _rule: ec.Rule,
    _properties: Properties | None,
    _rules: VerdictRules,
) -> Diagnosis:
    run = _evaluation.run
    ranked = None
    if run.scores.size <= MOST_RANKED:
        ranked = _suspicion(AnswerKey.of("suspicion", run), _run=run)
    return diagnose(
        _evaluation,
        _rule,
        rng=np.random.default_rng(SEED),
        properties=_properties,
        rules=_rules,
        suspicion=ranked,
    )


@st.cache_resource(max_entries=8, show_spinner="Ranking the labels …")
def _suspicion(
    key: AnswerKey,  # noqa: ARG001 - the key
    *,
    _run: ec.EvalRun,
) -> Suspicion:
    return suspicion(_run)
