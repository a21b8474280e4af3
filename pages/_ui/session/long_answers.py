"""Answers that take long, made in the background: what is being done, how far, and a way to stop.

The same question is worked on once for all sessions. What is there within a moment is drawn at
once, so that a short answer never shows how far it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from evalcore.base.jobs import Job, Jobs
from pages._ui.session.keys import Kept, Key, of_each

__all__ = ["long_answer"]

T = TypeVar("T")
AT_ONCE = 4.0
"""Seconds that a page waits for an answer before it shows how far it is."""
EVERY = 0.5


def long_answer(
    jobs: Jobs[T], key: Hashable, work: Callable[[], T], *, doing: str, name: str
) -> T | None:
    """Return an answer; or draw how far it is, with a way to stop, and return None.

    Parameters
    ----------
    doing
        What is being done, such as ``Comparing the runs``.
    name
        Of the place on the page, by which its buttons are told.

    Raises
    ------
    WorkshopError
        What the work raised.
    """
    # one place whatever stands in it: what comes below must not be mounted anew
    with st.container():
        return _answer(jobs, key, work, doing=doing, name=name)


def _answer(
    jobs: Jobs[T], key: Hashable, work: Callable[[], T], *, doing: str, name: str
) -> T | None:
    found = jobs.find(key)
    if found is not None and found.was_cancelled:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{doing}: stopped.")
            st.button(
                "Go on",
                key=of_each(Key.LONG_AGAIN, name),
                on_click=_go_on,
                args=(jobs, key, work),
            )
        return None
    job = jobs.start(key, work, again=True)
    if not job.has_ended:
        with st.spinner(f"{doing} …"):
            job.wait(AT_ONCE)
    if job.has_ended:
        return job.result()
    who: str = st.session_state.setdefault(Kept.WAITER, uuid4().hex)
    job.join(who)
    _wait_for_it_alone(job, name=name, who=who)
    _progress(job, doing, name=name, who=who)
    return None


def _wait_for_it_alone(job: Job[Any], *, name: str, who: str) -> None:
    """Wait no longer for what the same place asked before the labels or the rule changed."""
    waited_for: dict[str, Job[Any]] = st.session_state.setdefault(Kept.WAITED_FOR, {})
    before = waited_for.get(name)
    waited_for[name] = job
    if before is not None and before is not job and not before.has_ended:
        before.leave(who)


def _go_on(jobs: Jobs[T], key: Hashable, work: Callable[[], T]) -> None:
    jobs.start(key, work)


@st.fragment(run_every=EVERY)
def _progress(job: Job[T], doing: str, *, name: str, who: str) -> None:
    if job.has_ended or job.was_cancelled:
        st.rerun()
    share = min(job.share_done, 0.99)  # 100 % only when it is done
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share, text=f"{doing} · {math.floor(100 * share)} %")
        st.button(
            "Stop",
            key=of_each(Key.LONG_STOP, name),
            on_click=partial(job.leave, who),
            help="It goes on where others wait for it, too.",
        )
