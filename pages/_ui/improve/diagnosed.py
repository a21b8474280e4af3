"""The diagnosis of the open run: quick parts at once, every image in the background."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Job, Jobs
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.properties import Properties, properties_of
from evalcore.diagnosis.verdict import VerdictRules
from evalcore.truth.suspicion import Suspicion, suspicion
from pages._ui.improve.rules import rules_of
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.view import View

__all__ = ["begin_measuring", "diagnosed", "measured", "measuring", "stop_measuring"]

SEED = 20_240_517
MOST_PAIRS = 2_000_000
"""Of inputs and concepts: the suspicion of their labels is ranked within seconds."""

_jobs: Jobs[Properties] = Jobs(kept=8)


def measuring(run: ec.EvalRun) -> Job[Properties] | None:
    """Return the work that measures the inputs, None when nobody has asked for it."""
    job = _jobs.find(run.fingerprint)
    return None if job is None or job.was_cancelled else job


def begin_measuring(run: ec.EvalRun, *, who: str) -> None:
    """Measure every input in the background; one work serves all sessions."""
    _jobs.start(run.fingerprint, partial(properties_of, run), again=True).join(who)


def stop_measuring(run: ec.EvalRun, *, who: str) -> None:
    """Wait no longer; the work stops when nobody does."""
    job = _jobs.find(run.fingerprint)
    if job is not None:
        job.leave(who)


def measured(run: ec.EvalRun) -> Properties | None:
    """Return what was measured, None while it is not."""
    job = measuring(run)
    return job.result() if job is not None and job.has_ended and job.error is None else None


def diagnosed(evaluation: ec.Evaluation, view: View) -> Diagnosis:
    """Diagnose the open run under the live rule, with what was measured of its inputs."""
    properties = measured(evaluation.run)
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
    if run.scores.size <= MOST_PAIRS:
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
