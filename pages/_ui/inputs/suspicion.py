"""How suspicious the labels of a run are: ranked once, for whichever page asks first.

A small run is ranked while the page waits, a large one in the background, with its progress.
"""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Job, Jobs
from evalcore.runs.parts import refuse_large
from evalcore.truth.suspicion import Suspicion, suspicion
from pages._ui import wording
from pages._ui.session.answer_key import AnswerKey

__all__ = ["ranking", "suspicion_of"]

QUICK = 3_000_000
"""So many scores are ranked while the page waits."""
EVERY = 0.5
_jobs: Jobs[Suspicion] = Jobs(kept=8)


def ranking(run: ec.EvalRun) -> Job[Suspicion]:
    """Return the work on the ranking of a run's labels, started where nobody has asked for it."""
    return _jobs.start(AnswerKey.of("suspicion", run), partial(suspicion, run), again=True)


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
    job = ranking(run)
    if run.scores.size <= QUICK:
        job.wait()
    if job.has_ended:
        return job.result()
    _progress(job)
    return None


@st.fragment(run_every=EVERY)
def _progress(job: Job[Suspicion]) -> None:
    if job.has_ended:
        st.rerun()
    share = job.share_done
    done = f"{math.floor(100 * share)} %"  # 100 % only when it is done
    st.progress(share, text=f"Holding labels against scores · {done}")
    st.caption("Other queues can be answered meanwhile.")
