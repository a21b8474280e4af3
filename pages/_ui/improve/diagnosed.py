"""The diagnosis of the open run, with what was measured of its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import numpy as np

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.base.jobs import Jobs, progress_section
from evalcore.comparison.resampling import SEED
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.label_errors import MOST_RANKED
from evalcore.diagnosis.properties import Properties
from evalcore.diagnosis.verdict import VerdictRules
from evalcore.runs.parts import refuse_large
from pages._ui.improve.rules import rules_of
from pages._ui.inputs.suspicion import ranking
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.long_answers import long_answer
from pages._ui.session.view import View
from pages._ui.shell.agreed_truth import laid_over, log_of
from pages._ui.shell.measuring import measured_part

__all__ = ["diagnosed", "diagnosis_or_progress"]


_jobs: Jobs[Diagnosis] = Jobs(kept=32)
RANKED = 0.2
"""Share of the work that the ranking of the labels takes."""
DOING = "Looking for what is wrong"


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
    return _jobs.start(*_question(evaluation, view, whole), again=True).result()


def diagnosis_or_progress(
    evaluation: ec.Evaluation, view: View, *, whole: ec.EvalRun
) -> Diagnosis | None:
    """Return the same, or draw how far it is and return None; raises as it does."""
    key, work = _question(evaluation, view, whole)
    return long_answer(_jobs, key, work, doing=DOING, name="diagnosis")


def _question(
    evaluation: ec.Evaluation, view: View, whole: ec.EvalRun
) -> tuple[AnswerKey, Callable[[], Diagnosis]]:
    run = evaluation.run
    refuse_large(run, what="Improve")
    properties = measured_part(whole, run)
    rules, decided = rules_of(view), _decided(run, view, whole)
    agreed = hashlib.blake2b(decided.tobytes(), digest_size=16).hexdigest()
    asked = (view.rule, rules, properties is not None, agreed)
    key = AnswerKey.of("diagnosed", run, *asked)
    return key, partial(_diagnose, evaluation, view.rule, properties, rules, decided)


def _decided(run: ec.EvalRun, view: View, whole: ec.EvalRun) -> IntArray:
    """Return the pairs on which people agree; none where everything is counted as labelled."""
    if view.truth == "labelled":
        return np.zeros((0, 2), dtype=np.int64)
    return laid_over(run.delivered, whole, log_of(whole)).decided


def _diagnose(
    evaluation: ec.Evaluation,
    rule: ec.Rule,
    properties: Properties | None,
    rules: VerdictRules,
    decided: IntArray,
) -> Diagnosis:
    # as delivered, whatever is counted: labels as agreed would be ranked anew for every vote
    run = evaluation.run.delivered
    ranked = None
    if run.scores.size <= MOST_RANKED:
        with progress_section(0.0, RANKED):
            job = ranking(run)
            job.join("diagnosis")  # who waits on Ground truth and stops does not stop it for us
            ranked = job.result().without(decided, labels=run.labels)
    with progress_section(RANKED, 1.0):
        return diagnose(
            evaluation,
            rule,
            rng=np.random.default_rng(SEED),
            properties=properties,
            rules=rules,
            suspicion=ranked,
        )
