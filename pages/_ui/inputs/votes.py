"""Voting where inputs are shown: one answer in the viewer, or a whole page of labels at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.truth import entries
from evalcore.truth.votes import ANSWERS, Answer, Pair
from evalcore.wording import plural
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.choosing import one_concept
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for, tell_said
from pages._ui.shell.meetings import poll_now
from pages._ui.shell.people import may, name_of_voter, who
from pages._ui.shell.polls import ANSWER_WORDS
from pages._ui.shell.record import open_store, saving

__all__ = ["all_fine", "cast_vote", "rule_on_screen", "vote_row"]


def cast_vote(pair: Pair, answer: Answer, *, remark: str = "", shown: str = "") -> None:
    """Save a vote on a pair of the open run, once however often it is sent; for callbacks.

    Parameters
    ----------
    shown
        The rule on the screen, ``""`` where the answer was given blind.
    """
    ids: dict[tuple[Pair, Answer], str] = st.session_state.setdefault(Kept.NEXT_VOTES, {})
    vote_id = ids.setdefault((pair, answer), str(uuid.uuid4()))
    run = frame.opened().run
    with saving():
        entries.cast(
            open_store(),
            stream_for(run),
            voter=name_of_voter(),
            pair=pair,
            answer=answer,
            remark=remark,
            shown=shown,
            definition=log_of(run).version_of(pair.concept),
            vote_id=vote_id,
        )
    tell_said(run)
    del ids[pair, answer]
    st.session_state.setdefault(Kept.CAST, []).append(vote_id)


def rule_on_screen(view: View, concept: str) -> str:
    """Return the rule of a concept as a vote keeps it."""
    return f"{view.rule.operator} {view.rule.threshold_of(concept)!r}"


def vote_row(run: ec.EvalRun, name: str, *, concept: str | None) -> str | None:
    """Let people vote on the input that they look at; what others said comes after their own.

    While everybody is asked in a workshop, that is the one question on the screen. Returned is the
    concept that is asked about.
    """
    if not may("reviewer") or poll_now() is not None:
        return concept
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Does it show", width="content")
        chosen = one_concept(run, concept, key=Key.VOTE_CONCEPT, label="Does it show")
        voter = name_of_voter()
        if not voter:
            who(place="viewer")
        pair = Pair(name, chosen)
        answers = log_of(frame.opened().run).answers(pair)
        mine = answers[voter].answer if voter in answers else None
        for answer in ANSWERS:
            st.button(
                ANSWER_WORDS[answer],
                key=of_each(Key.VOTE, (answer, pair)),
                type="primary" if answer == mine else "secondary",
                disabled=not voter,
                on_click=_vote,
                args=(pair, answer),
            )
        others = [f"{who_said}: {vote.answer}" for who_said, vote in answers.items()]
        if mine is not None and len(others) > 1:
            st.caption(wording.escape(", ".join(others).replace("_", " ")), width="content")
    return chosen


def _vote(pair: Pair, answer: Answer) -> None:
    cast_vote(pair, answer, shown=rule_on_screen(state.current(), pair.concept))


def all_fine(here: IntArray, *, concept: str | None) -> None:
    """Offer to vote that the labels of a whole page of inputs are right.

    Parameters
    ----------
    here
        Positions of the inputs on the page; of those with an unknown label nothing is said.
    """
    run = frame.opened().as_labelled.run
    if concept is None or not here.size or not may("reviewer"):
        return
    j = run.position_of(concept)
    known = here[run.labels.knows(here, j)]
    shows = run.labels.has(known, j)
    n_yes, n_no = int(np.count_nonzero(shows)), int(np.count_nonzero(~shows))
    with st.popover("All fine …", type="tertiary"):
        labels = wording.escape(concept)
        st.markdown(
            f"You say that every label for *{labels}* on this page is right: {n_yes:,} inputs show "
            f"it, {n_no:,} do not."
        )
        voter = name_of_voter()
        if not voter:
            who(place="gallery")
        pairs = [Pair(str(run.ids[i]), concept) for i in known]
        said: list[Answer] = ["yes" if one else "no" for one in shows]
        st.button(
            f"Cast {plural(len(pairs), 'vote')}",
            key=Key.ALL_FINE,
            disabled=not (pairs and voter),
            on_click=_cast_all,
            args=(pairs, said, str(uuid.uuid4())),
        )
        kept: tuple[str, int] = st.session_state.get(Kept.ALL_FINE, ("", 0))
        if kept[0] == repr(pairs):
            st.caption(f"Saved: {plural(kept[1], 'vote')}.")


def _cast_all(pairs: Sequence[Pair], answers: Sequence[Answer], page_id: str) -> None:
    run, concept = frame.opened().run, pairs[0].concept
    with saving():
        saved = entries.cast_all(
            open_store(),
            stream_for(run),
            voter=name_of_voter(),
            answers=dict(zip(pairs, answers, strict=True)),
            shown=rule_on_screen(state.current(), concept),
            definition=log_of(run).version_of(concept),
            page_id=page_id,
        )
    tell_said(run)
    st.session_state[Kept.ALL_FINE] = (repr(list(pairs)), saved)
