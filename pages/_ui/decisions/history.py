"""The decisions on record: a list, and one of them in full."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.decisions import Decision, Entry, apply, changes_since, differences, withdraw
from evalcore.decisions import words as said
from evalcore.decisions.changes import evidence_since
from evalcore.decisions.decision import LONGEST_AUTHOR
from evalcore.decisions.fields import LONGEST_TEXT
from evalcore.decisions.files import to_csv, to_json
from evalcore.decisions.ledger import find
from evalcore.decisions.python_code import to_python
from evalcore.reports import to_html
from pages._ui import wording
from pages._ui.components.table.data import TableColumn
from pages._ui.components.table.table import table
from pages._ui.decisions.form import digests_for
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.person import here
from pages._ui.session.view import View
from pages._ui.shell import frame, navigation
from pages._ui.shell.agreed_truth import evaluation_of, log_of
from pages._ui.shell.places import told
from pages._ui.shell.record import open_store

__all__ = [
    "decision_detail",
    "decision_files",
    "decision_table",
]

LONGEST_NAME = 40


def decision_files(evaluation: ec.Evaluation, entry: Entry) -> None:
    """Offer the files of a decision; each is made when it is asked for."""
    decision, state = entry.decision, entry.state
    # the revision in its name keeps a browser from offering the file from before
    name = f"{_file_name(decision)}-{entry.revision}"
    st.download_button(
        "Download report",
        lambda: _report(evaluation, entry),
        file_name=f"{name}.html",
        mime="text/html",
        key=of_each(Key.TAKE_AWAY, "html"),
        icon=":material/download:",
        help="For the client: one HTML file, to be read in any browser.",
        on_click="ignore",
    )
    kinds: tuple[tuple[str, str, str, Callable[[], str]], ...] = (
        ("Deployment (JSON)", "json", "application/json", lambda: to_json(decision, state=state)),
        ("Table (CSV)", "csv", "text/csv", lambda: to_csv(decision, state=state)),
        (
            "Python (numpy alone)",
            "py",
            "text/x-python",
            lambda: to_python(decision, state=state),
        ),
    )
    with st.popover("Other files"):
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


ROW_HEIGHT = 32
MOST_HEIGHT = 220
_HEADS: list[TableColumn] = [
    {"name": "decision", "kind": "text", "help": "", "link": False},
    {"name": "state", "kind": "text", "help": "", "link": False},
    {"name": "by", "kind": "text", "help": "", "link": False, "fold": 2},
    {"name": "time (UTC)", "kind": "text", "help": "", "link": False, "fold": 1},
    {"name": "run", "kind": "text", "help": "", "link": False, "fold": 3},
]
MOST_LISTED = 500


def decision_table(entries: tuple[Entry, ...], chosen: Entry) -> None:
    """Draw the list; the row chosen is the one that is looked at."""
    shown = entries[:MOST_LISTED]
    if len(entries) > MOST_LISTED:
        st.caption(f"Listed are the last {MOST_LISTED} of {len(entries):,}, and the chosen one.")
        shown = shown if chosen in shown else (*shown, chosen)
    rows = [
        [
            entry.decision.title,
            entry.state,
            entry.decision.author,
            f"{entry.decision.time:%Y-%m-%d %H:%M}",
            entry.decision.run.name,
        ]
        for entry in shown
    ]

    def choose() -> None:
        row = int(st.session_state[Key.HISTORY]["pick"]["row"])
        if 0 <= row < len(shown):
            state.set_plan(decision=shown[row].decision.id)
            st.rerun()

    table(
        {
            "field": "",
            "columns": _HEADS,
            "rows": rows,
            "selected": (next(k for k, entry in enumerate(shown) if entry is chosen), 0),
            "sort": None,
            "height": MOST_HEIGHT,
            "whole_rows": True,
            "caption": "Decisions on record; a row opens one in full",
            "empty": "",
        },
        key=Key.HISTORY,
        on_pick=choose,
        on_sort=lambda: None,
    )


def decision_detail(
    evaluation: ec.Evaluation, view: View, entry: Entry, *, before: Entry | None
) -> None:
    """Say what was decided, what became of it and of its run; let people act on it."""
    decision = entry.decision
    st.markdown(f"### {wording.escape(decision.title)}")
    st.caption(
        f"{wording.escape(decision.author)}, {decision.time:%d %B %Y, %H:%M} UTC · "
        f"**{entry.state}** · {wording.escape(said.run_in_words(decision))}"
    )
    if entry.ended_by is not None:
        st.info(
            f"{entry.state.capitalize()} by {wording.escape(entry.ended_by)}, "
            f"{entry.ended_at:%d %B %Y, %H:%M} UTC: {wording.escape(entry.ended_why or '')}"
        )
    for sentence in (
        said.rule_in_words(decision), said.goal_in_words(decision), said.met_in_words(decision),
    ):  # fmt: skip
        if sentence:
            st.markdown(wording.escape(sentence))
    if decision.reasons:
        st.markdown("**Reasons**")
        st.text(decision.reasons)
    if _is_of_this_part(view, entry):
        _what_changed(evaluation, entry)
    else:
        if decision.pinned:
            st.text("Evidence: " + ", ".join(pinned.id for pinned in decision.pinned))
        st.info(
            "It was made on another run, or on another part of this one. Below: what it means here."
        )
    _actions(evaluation, entry)
    _concepts(entry)
    if before is not None:
        _differences(entry, before)
    _effects(evaluation, entry)


def _is_of_this_part(view: View, entry: Entry) -> bool:
    run = entry.decision.run
    return (run.key, run.split, run.slice) == (view.run, view.split, view.slice)


def _what_changed(evaluation: ec.Evaluation, entry: Entry) -> None:
    """Say what of run and evidence is no longer as it was."""
    decision = entry.decision
    by_same = _by_its_truth(decision)
    changes = changes_since(
        decision,
        by_same.run,
        digests=digests_for(by_same),
        evidence=_evidence_since(evaluation, decision),
    )
    if decision.pinned:
        seen = (f"{one.id} ({changes.evidence.get(one.id, 'as then')})" for one in decision.pinned)
        st.text("Evidence: " + ", ".join(seen))
    if not changes.nothing:
        st.warning(f"{changes.in_words()} The figures of the decision are those of its moment.")
    if (decision.truth is None) != (frame.opened().log is None):
        st.info(
            f"It was made {said.truth_in_words(decision.truth)}; the page counts by the others. "
            "The switch at the top changes that."
        )


def _by_its_truth(decision: Decision) -> ec.Evaluation:
    """Return what the page looks at, by the kind of labels that the decision was made by."""
    opened = frame.opened()
    if decision.truth is None:
        return opened.as_labelled
    log = opened.log or log_of(opened.run)
    return evaluation_of(opened.as_labelled, opened.run, log)


def _evidence_since(evaluation: ec.Evaluation, decision: Decision) -> Mapping[str, str]:
    """Return what has changed of the evidence; its images are read again when a file changes."""
    run = evaluation.run
    pinned = {one.id for one in decision.pinned}
    stamps = (
        []
        if run.images is None
        else [run.images.stamp(k) for k, name in enumerate(run.ids.tolist()) if name in pinned]
    )
    key = AnswerKey.of("evidence", run, decision.id, stamps)
    return _kept_evidence(key, decision, run)


@st.cache_resource(max_entries=64, show_spinner="Looking at the evidence …")
def _kept_evidence(
    key: AnswerKey,  # noqa: ARG001 - the key
    _decision: Decision,
    _run: ec.EvalRun,
) -> Mapping[str, str]:
    return evidence_since(_decision, _run)


def _actions(evaluation: ec.Evaluation, entry: Entry) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Reopen the view", key=Key.REOPEN, on_click=_reopen, args=(entry.decision.id,),
            help="Run, rule, selection and filters as they were.",
        )  # fmt: skip
        st.button(
            "Use its thresholds here", key=Key.USE_DECISION, on_click=_use,
            args=(entry.decision.id,),
        )  # fmt: skip
        decision_files(evaluation, entry)
        person = here()
        if entry.state == "in force" and person.may("facilitator"):
            with st.popover("Withdraw …"):
                if person.verified:
                    state.seed(Key.WITHDRAWN_BY, person.name)
                st.text_input(
                    "Your name", key=Key.WITHDRAWN_BY, max_chars=LONGEST_AUTHOR,
                    disabled=person.verified,
                )  # fmt: skip
                st.text_area("Why", key=Key.WITHDRAWN_WHY, height=80, max_chars=LONGEST_TEXT)
                st.button(
                    "Withdraw this decision", key=Key.WITHDRAW, on_click=_withdraw,
                    args=(entry.decision.id,),
                )  # fmt: skip


def _concepts(entry: Entry) -> None:
    rows = pd.DataFrame(
        [
            {
                "concept": one.name,
                "threshold": wording.number(one.threshold),
                "TP": one.tp,
                "FP": one.fp,
                "FN": one.fn,
                "recall": _with_ends(one.recall, one.recall_low, one.recall_high),
                "precision": _with_ends(one.precision, one.precision_low, one.precision_high),
            }
            for one in entry.decision.concepts
        ]
    )
    with st.expander("Thresholds and counts at the decision", expanded=True):
        frame.table(
            rows, row_height=ROW_HEIGHT, placeholder=wording.UNDEFINED,
            alt="Threshold and counts of each concept when it was decided",
        )  # fmt: skip


def _with_ends(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return wording.UNDEFINED
    return f"{wording.rate(value)} ({wording.between(low, high)})"


def _differences(entry: Entry, before: Entry) -> None:
    found = differences(before.decision, entry.decision)
    with st.expander(f"{wording.plural(len(found), 'difference')} to the decision before"):
        st.text(f"Before: {before.decision.title}")
        if found:
            frame.table(
                pd.DataFrame(
                    [
                        {
                            "what": one.what,
                            "concept": one.concept or "all",
                            "before": one.before or wording.UNDEFINED,
                            "now": one.after or wording.UNDEFINED,
                        }
                        for one in found
                    ]
                ),
                row_height=ROW_HEIGHT,
                alt="What differs from the decision before",
            )


def _effects(evaluation: ec.Evaluation, entry: Entry) -> None:
    """Show the decision on the run that is open: counts then and now, what is missing."""
    with st.expander("On the run that is open: effects and what is missing"):
        try:
            applied = apply(entry.decision, evaluation)
        except ec.WorkshopError as error:
            st.warning(told(error))
            return
        for names, words in ((applied.missing, "not in this run"), (applied.new, "not decided on")):
            if names:
                st.text(f"{len(names):,} {words}: {wording.names_in_words(names)}")
        lost = applied.lost()
        if lost:
            whom = wording.escape(wording.names_in_words(lost))
            st.warning(f"As observed, its goal no longer holds for {whom}.")
        columns: dict[str, Any] = {"concept": list(applied.names)}
        for name in ("tp", "fp", "fn"):
            columns[f"{name.upper()} then"] = getattr(applied.before, name)
            columns[f"{name.upper()} here"] = getattr(applied.now, name)
        for name in ("recall", "precision"):
            columns[f"{name} then"] = map(wording.rate, ec.METRICS[name](applied.before))
            columns[f"{name} here"] = map(wording.rate, ec.METRICS[name](applied.now))
        frame.table(
            pd.DataFrame(columns), row_height=ROW_HEIGHT,
            placeholder=wording.UNDEFINED, alt="Counts at the decision and on the open run",
        )  # fmt: skip


def _reopen(decision_id: str) -> None:
    try:
        decision = find(open_store(), decision_id).decision
    except ec.WorkshopError as error:
        state.complain(str(error))
        return
    state.reopen(decision.view)
    state.leave_for(navigation.EVALUATE)


def _use(decision_id: str) -> None:
    try:
        decision = find(open_store(), decision_id).decision
        applied = apply(decision, frame.opened().evaluation)
    except ec.WorkshopError as error:
        state.complain(str(error))
        return
    state.set_rule(applied.rule)


def _withdraw(decision_id: str) -> None:
    event_id = st.session_state.setdefault(Kept.NEXT_WITHDRAWAL, str(uuid.uuid4()))
    author, reason = (
        st.session_state.get(key, "") for key in (Key.WITHDRAWN_BY, Key.WITHDRAWN_WHY)
    )
    try:
        store = open_store()
        withdraw(store, find(store, decision_id), author=author, reason=reason, event_id=event_id)
    except ec.WorkshopError as error:
        state.complain(f"Not withdrawn: {error}")
        return
    del st.session_state[Kept.NEXT_WITHDRAWAL]
