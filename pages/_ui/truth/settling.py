"""The docket of disputes: each is settled by an adjudicator, with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth import entries
from evalcore.truth.log import Log
from evalcore.truth.votes import LONGEST_REMARK, Answer, Pair
from pages._ui import wording
from pages._ui.inputs.input_dialog import show_input
from pages._ui.session import state
from pages._ui.session.choosing import told_apart
from pages._ui.session.keys import Key, of_each
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for, tell_said, verdicts_of
from pages._ui.shell.people import name_of_voter, say_role
from pages._ui.shell.polls import ANSWER_WORDS
from pages._ui.shell.record import open_store, saving

__all__ = ["settling"]

CHOICES: tuple[Answer, ...] = ("yes", "no", "unclear")


@st.fragment
def settling() -> None:
    """Draw the disputes, and the one that is looked at with everything that was said of it."""
    with frame.errors_as_messages():
        _settling()


def _settling() -> None:
    opened = frame.opened()
    log = log_of(opened.run)
    run = opened.as_labelled.run
    here = set(run.ids.tolist())
    verdicts = verdicts_of(opened.run, log)
    disputed = [p for p, v in verdicts.items() if v.outcome == "disputed" and p.input in here]
    if not disputed:
        st.info("There is no dispute open.")
    else:
        _one(run, log, disputed)
    _settled(log, here)


def _one(run: ec.EvalRun, log: Log, disputed: Sequence[Pair]) -> None:
    st.markdown(f"**{core_wording.plural(len(disputed), 'dispute')} open**")
    names = told_apart({one: f"{one.concept} · {one.input}" for one in disputed}, ours=())
    pair = st.selectbox(
        "Dispute",
        disputed,
        format_func=names.__getitem__,
        key=Key.DISPUTE,
        width=state.wide(420),
        label_visibility="collapsed",
    )
    picture, words = st.columns([4, 5], gap="large")
    with picture:
        show_input(run, int(np.flatnonzero(run.ids == pair.input)[0]))
    with words:
        st.markdown(f"## Does this show *{wording.escape(pair.concept)}*?")
        _said(log, pair)
        reason = st.text_area(
            "Reason", key=of_each(Key.SETTLE_WHY, pair), height=90, max_chars=LONGEST_REMARK,
            placeholder="Why it is settled so (required)",
        )  # fmt: skip
        is_allowed = say_role("facilitator")
        may = is_allowed and bool(name_of_voter()) and bool(reason.strip())
        with frame.row():
            for answer in CHOICES:
                st.button(
                    f"Settle: {ANSWER_WORDS[answer].lower()}",
                    key=of_each(Key.SETTLE, (answer, pair)),
                    disabled=not may,
                    on_click=_settle,
                    args=(pair, answer, str(uuid.uuid4())),
                )
        if is_allowed and not may:
            missing = "a reason here" if name_of_voter() else "your name above and a reason here"
            st.caption(f"Type {missing}, then settle.")


def _said(log: Log, pair: Pair) -> None:
    votes = list(log.answers(pair).values())
    frame.table(
        {
            "who": [vote.voter for vote in votes],
            "answer": [ANSWER_WORDS[vote.answer].lower() for vote in votes],
            "remark": [vote.remark for vote in votes],
            "definition": [str(vote.definition or wording.UNDEFINED) for vote in votes],
        },
        alt="What people said of this pair",
    )


def _settled(log: Log, here: set[str]) -> None:
    settled = [one for one in log.settlements.values() if one.pair.input in here]
    if not settled:
        return
    st.markdown(f"**{len(settled):,} settled**")
    frame.table(
        {
            "concept": [one.pair.concept for one in settled],
            "input": [one.pair.input for one in settled],
            "settled as": [ANSWER_WORDS[one.answer].lower() for one in settled],
            "by": [one.adjudicator for one in settled],
            "reason": [one.reason for one in settled],
        },
        alt="Settled disputes",
    )


def _settle(pair: Pair, answer: Answer, event_id: str) -> None:
    opened = frame.opened()
    with saving("Not settled"):
        entries.settle(
            open_store(),
            stream_for(opened.run),
            adjudicator=name_of_voter(),
            pair=pair,
            answer=answer,
            reason=st.session_state.get(of_each(Key.SETTLE_WHY, pair), ""),
            event_id=event_id,
        )
    tell_said(opened.run)
