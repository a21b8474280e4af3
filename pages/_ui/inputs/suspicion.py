"""How suspicious the labels of a run are: ranked once, for whichever page asks first, and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

import evalcore as ec
from evalcore.base.home import home_of_prepared
from evalcore.base.jobs import Job, Jobs
from evalcore.runs.parts import refuse_large
from evalcore.truth.kept_suspicion import kept_suspicion
from evalcore.truth.suspicion import Suspicion
from pages._ui import wording
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.long_answers import long_answer

__all__ = ["ranking", "suspicion_of"]

_jobs: Jobs[Suspicion] = Jobs(kept=8)


def ranking(run: ec.EvalRun) -> Job[Suspicion]:
    """Return the work on the ranking of a run's labels, started where nobody has asked for it."""
    return _jobs.start(*_question(run), again=True)


def suspicion_of(run: ec.EvalRun) -> Suspicion | None:
    """Return the ranking, or draw how far it is and return None.

    Parameters
    ----------
    run
        With the labels as delivered.
    """
    try:
        refuse_large(run, what="Ranking the labels")
    except ec.RunError as error:
        st.info(wording.escape(str(error)))
        return None
    key, work = _question(run)
    return long_answer(_jobs, key, work, doing="Holding labels against scores", name="suspicion")


def _question(run: ec.EvalRun) -> tuple[AnswerKey, Callable[[], Suspicion]]:
    work = partial(kept_suspicion, run, cache=home_of_prepared())
    return AnswerKey.of("suspicion", run), work
