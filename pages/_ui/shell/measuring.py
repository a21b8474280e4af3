"""What was measured of the inputs themselves: once, in the background, and kept for the next time.

Measured properties are ways to slice the run, on every page.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import BoolArray
from evalcore.base.home import home_of_prepared
from evalcore.base.jobs import Job, Jobs
from evalcore.diagnosis.columns import Column, columns_of
from evalcore.diagnosis.properties import Properties, folder_of, keep, kept, place_of, properties_of

__all__ = [
    "begin_measuring",
    "measured",
    "measured_part",
    "measuring",
    "property_slice",
    "property_slices",
    "property_values",
    "stop_measuring",
]

_jobs: Jobs[Properties] = Jobs(kept=8)


def measuring(run: ec.EvalRun) -> Job[Properties] | None:
    """Return the work that measures the inputs, None when nobody has asked for it."""
    job = _jobs.find(run.fingerprint)
    return None if job is None or job.was_cancelled else job


def begin_measuring(run: ec.EvalRun, *, who: str) -> None:
    """Measure every input in the background; one work serves all sessions."""
    _jobs.start(run.fingerprint, partial(_measure, run), again=True).join(who)


def stop_measuring(run: ec.EvalRun, *, who: str) -> None:
    """Wait no longer; the work stops when nobody does."""
    job = _jobs.find(run.fingerprint)
    if job is not None:
        job.leave(who)


def measured(run: ec.EvalRun) -> Properties | None:
    """Return what was measured of a run, now or before the server was started; None while not.

    It is of the inputs alone: other labels laid over the run's own change nothing.
    """
    run = run.delivered
    job = measuring(run)
    if job is not None:
        return job.result() if job.has_ended and job.error is None else None
    has_none = run.images is None and run.texts is None
    # nobody has measured it: its images are not asked whether they are the ones of then
    if has_none or not folder_of(run, home_of_prepared()).is_dir():
        return None
    found = kept(_place(run.fingerprint, run), n_inputs=run.n_inputs)
    if found is not None:
        _jobs.put(run.fingerprint, found)
    return found


def measured_part(whole: ec.EvalRun, part: ec.EvalRun) -> Properties | None:
    """Return what was measured of a part of a run; None while the run is not measured."""
    properties = measured(whole)
    if properties is None or part.fingerprint == whole.fingerprint:
        return properties
    places = {name: k for k, name in enumerate(whole.ids.tolist())}
    return properties.take(np.array([places[name] for name in part.ids.tolist()], dtype=np.int64))


def _measure(run: ec.EvalRun) -> Properties:
    properties = properties_of(run)
    keep(properties, place_of(run, home_of_prepared()))
    return properties


@st.cache_resource(max_entries=32, ttl=600, show_spinner=False)
def _place(fingerprint: str, _run: ec.EvalRun) -> Path:  # noqa: ARG001 - the key
    return place_of(_run, home_of_prepared())


def property_slices(run: ec.EvalRun) -> list[tuple[str, str]]:
    """Return the (property, value) pairs by which a run can be sliced, once it is measured."""
    return [(name, value) for name, values in property_values(run).items() for value in values]


def property_values(run: ec.EvalRun) -> dict[str, list[str]]:
    """Return the properties by which a run can be parted, once it is measured, and their values."""
    return {column.name: list(column.values) for column in _columns(run)}


def property_slice(run: ec.EvalRun, part: tuple[str, str]) -> BoolArray | None:
    """Tell which inputs have a value of a property; None where the run has no such property."""
    name, value = part
    column = next((one for one in _columns(run) if one.name == name), None)
    if column is None or value not in column.values:
        return None
    return np.asarray(column.codes == column.values.index(value))


def _columns(run: ec.EvalRun) -> tuple[Column, ...]:
    properties = measured(run)
    if properties is None:
        return ()
    return _columns_of(run.delivered.fingerprint, run.delivered, properties)


@st.cache_resource(max_entries=32, show_spinner=False)
def _columns_of(
    fingerprint: str,  # noqa: ARG001 - the key
    _run: ec.EvalRun,
    _properties: Properties,
) -> tuple[Column, ...]:
    found = columns_of(_run, properties=_properties.values)
    return tuple(
        column for column in found if column.kind == "property" and column.name not in _run.metadata
    )
