"""The diagnosis of the open run, with what was measured of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

import evalcore as ec
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
    refuse_large(evaluation.run, what="Improve")
    properties = measured_part(whole, evaluation.run)
    rules = rules_of(view)
    key = AnswerKey.of("diagnosed", evaluation.run, view.rule, rules, properties is not None)
    return key, partial(_diagnose, evaluation, view.rule, properties, rules)


def _diagnose(
    evaluation: ec.Evaluation,
    rule: ec.Rule,
    properties: Properties | None,
    rules: VerdictRules,
) -> Diagnosis:
    run = evaluation.run
    ranked = None
    if run.scores.size <= MOST_RANKED:
        with progress_section(0.0, RANKED):
            job = ranking(run)
            job.join("diagnosis")  # who waits on Ground truth and stops does not stop it for us
            ranked = job.result()
    with progress_section(RANKED, 1.0):
        return diagnose(
            evaluation,
            rule,
            rng=np.random.default_rng(SEED),
            properties=properties,
            rules=rules,
            suspicion=ranked,
        )
