"""The line at the top: which run, how many inputs and concepts, and which part of it."""

from __future__ import annotations

import streamlit as st

from pages._ui import wording
from pages._ui.shell.frame import Desk

__all__ = ["header"]

TASKS = {"single_label": "single-label", "multi_label": "multi-label"}


def header(desk: Desk) -> None:
    """Draw the line."""
    part = desk.evaluation.run
    left = f"**{wording.escape(part.name)}**"
    model = wording.named(part.model, part.model_version)
    data = wording.named(part.dataset, part.dataset_version)
    about = " on ".join(filter(None, (model, data)))
    if about:
        left += f" · {wording.escape(about)}"
    n_concepts = wording.plural(part.n_concepts, "concept")
    inputs = wording.plural(desk.run.n_inputs, "input")
    if part.n_inputs != desk.run.n_inputs:
        inputs = f"{part.n_inputs:,} of {inputs}"
    right = f"{inputs} · {n_concepts} · {TASKS[part.task]}"
    st.markdown(
        f"{left} · :gray[{right}]",
    )
