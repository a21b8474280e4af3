"""Turning to another run: read first, shown after; the open run stays open when that fails.

What is being read is shown with its progress on every page, and can be cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Job
from evalcore.errors import CancelledError
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import Link
from pages._ui.shell import loading
from pages._ui.shell.loading import Handle
from pages._ui.shell.places import told

__all__ = [
    "begin",
    "fail",
    "is_reading",
    "look_at",
    "looked_at",
    "offer",
    "open_key",
    "panel",
    "require",
]

EVERY = 0.5
"""Seconds between two looks at how far the reading is."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pending:
    """What is being read.

    Parameters
    ----------
    done
        Is given what the job made, and returns the key of the run.
    key
        The run's key, where it is known before.
    """

    name: str
    job: Job[Any]
    done: Callable[[Any], str]
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Why the last run that somebody asked for was not opened."""

    name: str
    key: str | None
    text: str
    is_error: bool
    view: Link
    """What was set then; the message goes when something else is."""


def open_key(key: str, *, name: str = "") -> None:
    """Turn to a run as soon as it is read; for callbacks."""
    st.session_state[Kept.LOOKED_AT] = key
    try:
        handle = loading.open_handle(key)
        is_ready = loading.is_ready(handle)
        job = loading.reading(handle, again=True)
    except ec.WorkshopError as error:
        fail(name or key, error, key=key)
        return
    begin(name=name or key, job=job, done=lambda _: key, key=key, wait=is_ready)


def begin(
    *, name: str, job: Job[Any], done: Callable[[Any], str], key: str | None = None, wait: bool
) -> None:
    """Turn to what a job reads, as soon as it is read; for callbacks.

    Parameters
    ----------
    wait
        Whether it is read so soon that nobody needs to see how far it is.
    """
    pending = _Pending(name=name, job=job, done=done, key=key)
    # Joined first: the job of before may be the same, and stops when nobody waits for it.
    job.join(pending)
    _leave()
    st.session_state.pop(Kept.PROBLEM, None)
    st.session_state[Kept.PENDING] = pending
    if wait:
        job.wait()
        _finish(pending)


def fail(name: str, error: ec.WorkshopError, *, key: str | None = None) -> None:
    """Say why a run was not opened, and look at its report; for callbacks."""
    if key is not None:
        st.session_state[Kept.LOOKED_AT] = key
    _note(name, str(error), is_error=True, key=key)


def is_reading(key: str) -> bool:
    """Tell whether this session waits for a run."""
    pending: _Pending | None = st.session_state.get(Kept.PENDING)
    return pending is not None and pending.key == key


def look_at(key: str | None) -> None:
    """Look at another run's report without opening it; None goes back to the open one."""
    st.session_state[Kept.LOOKED_AT] = key


def looked_at() -> str | None:
    """Return the run whose report is looked at: the open one, if nobody chose another."""
    looked: str | None = st.session_state.get(Kept.LOOKED_AT)
    return looked if looked is not None else state.asked().run


def panel(*, reported: bool = False) -> None:
    """Draw what is being read, or what came of it; at the top of every page.

    Parameters
    ----------
    reported
        Whether the page itself says what is wrong with the run that is looked at.
    """
    pending: _Pending | None = st.session_state.get(Kept.PENDING)
    if pending is not None and pending.job.has_ended:
        _finish(pending)
        st.rerun()
    if pending is not None:
        _progress()
    problem: _Problem | None = st.session_state.get(Kept.PROBLEM)
    if problem is not None:
        _show(problem, reported=reported)


def require(handle: Handle) -> None:
    """Read the run of a link before the page goes on, with progress when that takes long."""
    if loading.is_ready(handle):
        return
    if is_reading(handle.key):
        st.stop()
    is_offered = st.session_state.get(Kept.DECLINED) == handle.key
    if is_offered or loading.damage_of(handle) or loading.must_be_prepared(handle):
        offer(handle)
        st.stop()
    open_key(handle.key, name=handle.key)
    st.rerun()


def offer(handle: Handle) -> None:
    """Say that a run is not read, and offer to read it."""
    size, damage = loading.size_of(handle) / 2**20, loading.damage_of(handle)
    if damage is None and not loading.must_be_prepared(handle):
        st.info(f"This run is large ({size:,.0f} MB) and not read yet. Choose another, or read it.")
        st.button("Read it", key=Key.READ, on_click=open_key, args=(handle.key,))
        return
    if damage is not None:
        st.error(told(damage))
    else:
        st.info(
            f"This run is in parts ({size:,.0f} MB) and not prepared yet, or its files have "
            "changed. Choose another, or prepare it; what is finished is kept when you cancel."
        )
    st.button("Prepare it", key=Key.READ, on_click=open_key, args=(handle.key,))


@st.fragment(run_every=EVERY)
def _progress() -> None:
    pending: _Pending | None = st.session_state.get(Kept.PENDING)
    if pending is None or pending.job.has_ended:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        share = pending.job.share_done
        st.progress(share, text=f"Reading {wording.escape(pending.name)} · {share:.0%}")
        st.button("Cancel", key=Key.CANCEL, on_click=_cancel)


def _cancel() -> None:
    pending: _Pending | None = st.session_state.get(Kept.PENDING)
    if pending is None:
        return
    _leave()
    st.session_state[Kept.DECLINED] = pending.key
    _note(pending.name, "Reading was cancelled.")


def _leave() -> None:
    pending: _Pending | None = st.session_state.pop(Kept.PENDING, None)
    if pending is not None:
        pending.job.leave(pending)


def _finish(pending: _Pending) -> None:
    st.session_state.pop(Kept.PENDING, None)
    key = pending.key
    try:
        key = pending.done(pending.job.result())
        handle = loading.open_handle(key)
        if loading.is_ready(handle):
            loading.run_of(handle)  # what was taken over may have to be understood first
    except CancelledError:
        _note(pending.name, "Reading was cancelled.")
    except ec.WorkshopError as error:
        fail(pending.name, error, key=key)
    else:
        st.session_state[Kept.LOOKED_AT] = key
        st.session_state.pop(Kept.DECLINED, None)
        if state.asked().run != key:
            state.open_run(key)


def _note(name: str, text: str, *, is_error: bool = False, key: str | None = None) -> None:
    st.session_state[Kept.PROBLEM] = _Problem(
        name=name, key=key, text=text, is_error=is_error, view=state.asked()
    )


def _show(problem: _Problem, *, reported: bool) -> None:
    now = state.asked()
    if problem.view != now:
        del st.session_state[Kept.PROBLEM]
        return
    stays = "" if now.run in (None, problem.key) else f"{wording.escape(str(now.run))} stays open."
    name = wording.escape(problem.name)
    if not problem.is_error:
        st.info(f"{name}: {told(problem.text)} {stays}")
    elif reported and problem.key == looked_at():
        st.error(f"{name} was not opened; below is why. {stays}")
    elif problem.key is None or problem.key != now.run:
        st.error(f"{name} was not opened. {told(problem.text)} {stays}")
