"""What people take away of a decision: files for a machine, a table, a page for the client."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

import evalcore as ec
from evalcore.decisions import Decision, Entry
from evalcore.decisions.files import to_csv, to_json
from evalcore.decisions.python_code import to_python
from evalcore.reports import to_html
from pages._ui.session.keys import Key, of_each

__all__ = ["decision_files"]

LONGEST_NAME = 40


def decision_files(evaluation: ec.Evaluation, entry: Entry) -> None:
    """Offer the files of a decision; each is made when it is asked for."""
    decision, state = entry.decision, entry.state
    # the revision in its name keeps a browser from offering the file from before
    name = f"{_file_name(decision)}-{entry.revision}"
    kinds: tuple[tuple[str, str, str, Callable[[], str]], ...] = (
        ("Report for the client (HTML)", "html", "text/html", lambda: _report(evaluation, entry)),
        ("Deployment (JSON)", "json", "application/json", lambda: to_json(decision, state=state)),
        ("Table (CSV)", "csv", "text/csv", lambda: to_csv(decision, state=state)),
        (
            "Python (numpy alone)",
            "py",
            "text/x-python",
            lambda: to_python(decision, state=state),
        ),
    )
    with st.popover("Take it away …"):
        for label, ending, mime, make in kinds:
            st.download_button(
                label,
                make,
                file_name=f"{name}.{ending}",
                mime=mime,
                key=of_each(Key.TAKE_AWAY, ending),
                on_click="ignore",
                width="stretch",
            )


def _report(evaluation: ec.Evaluation, entry: Entry) -> str:
    return to_html(entry.decision, evaluation, state=entry.state)


def _file_name(decision: Decision) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", decision.title).strip("-").lower()
    return plain[:LONGEST_NAME] or "decision"
