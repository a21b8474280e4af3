"""One question at a time: does this input show this concept? Four answers, by click or by key."""

from __future__ import annotations

import uuid

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth import entries
from evalcore.truth.log import Log
from evalcore.truth.votes import LONGEST_REMARK, Answer, Pair, Vote
from pages._ui import wording
from pages._ui.inputs.definition import show_definition
from pages._ui.inputs.input_dialog import show_input
from pages._ui.inputs.suspicion import suspicion_of
from pages._ui.inputs.votes import cast_vote, rule_on_screen
from pages._ui.session import state
from pages._ui.session.choosing import one_of_many
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for, tell_said, verdicts_of
from pages._ui.shell.people import may, name_of_voter, say_role
from pages._ui.shell.polls import ANSWER_WORDS
from pages._ui.shell.record import open_store, saving
from pages._ui.truth.queue import QUEUE_WORDS, needs_suspicion, queue_of, unanswered

__all__ = ["ANSWER_WORDS", "voting"]

_LETTERS: dict[Answer, str] = {"yes": "y", "no": "n", "unclear": "u", "definition_unclear": "d"}


@st.fragment
def voting() -> None:
    """Draw the queue's choice and the question that is next."""
    with frame.errors_as_messages():
        _voting()


def _voting() -> None:
    opened, view, voter = frame.opened(), state.current(), name_of_voter()
    run = opened.as_labelled.run
    line = frame.row()
    with line:
        _choose_queue(view, run)
        is_blind = st.toggle(
            "Blind",
            value=True,
            key=Key.BLIND,
            help="Hides the label, the score and what the model predicts.",
        )
    log = log_of(opened.run)
    suspects = suspicion_of(run) if needs_suspicion(view.queue) else None
    if needs_suspicion(view.queue) and suspects is None:
        return
    verdicts = verdicts_of(opened.run, log)
    pairs = queue_of(opened.as_labelled, view, log, verdicts, suspicion=suspects, voter=voter)
    with line:
        _ask_others(view, log, pairs, voter=voter)
    _say_assigned(view, log, voter)
    left = unanswered(pairs, log, voter=voter)
    skipped: set[Pair] = st.session_state.setdefault(Kept.SKIPPED, set())
    ahead = [pair for pair in left if pair not in skipped]
    with line:
        _progress(len(pairs), len(left), len(left) - len(ahead))
    _last_answer(log, voter)
    if not ahead:
        _done(view, has_pairs=bool(pairs), n_skipped=len(left))
        return
    _question(opened.as_labelled, view, log, ahead[0], voter=voter, is_blind=is_blind)


def _say_assigned(view: View, log: Log, voter: str) -> None:
    mine = unanswered(log.assigned_to(voter), log, voter=voter) if voter else []
    if mine and view.queue != "assigned":
        st.info(f"{core_wording.plural(len(mine), 'question')} assigned to you: choose that queue.")


def _ask_others(view: View, log: Log, pairs: tuple[Pair, ...], *, voter: str) -> None:
    """Let a facilitator ask people to answer the queue, and show who has done how much."""
    if not may("facilitator"):
        return
    with st.popover("Assign …", type="tertiary"):
        st.markdown(f"Ask people to answer these {core_wording.plural(len(pairs), 'question')}.")
        people = st.text_input(
            "Names, with commas between", key=Key.ASSIGNED_TO, max_chars=LONGEST_REMARK
        )
        names = list(dict.fromkeys(filter(None, map(str.strip, people.split(",")))))
        st.button(
            "Assign",
            key=Key.ASSIGN,
            disabled=not (names and pairs and voter),
            on_click=_assign,
            args=(pairs, names, QUEUE_WORDS[view.queue], str(uuid.uuid4())),
        )
        rows = [(one, name) for one in log.assignments for name in one.people]
        if rows:
            frame.table(
                {
                    "who": [name for _, name in rows],
                    "what": [one.what for one, _ in rows],
                    "answered": [log.n_answered(one, name) for one, name in rows],
                    "of": [len(one.pairs) for one, _ in rows],
                },
                alt="Who was asked what, and how much of it is answered",
            )


def _assign(pairs: tuple[Pair, ...], names: list[str], what: str, event_id: str) -> None:
    with saving("Not assigned"):
        entries.assign(
            open_store(),
            stream_for(frame.opened().run),
            pairs=pairs,
            people=names,
            what=what,
            author=name_of_voter(),
            event_id=event_id,
        )
    st.session_state[Key.ASSIGNED_TO] = ""


def _choose_queue(view: View, run: ec.EvalRun) -> None:
    state.seed(Key.QUEUE, view.queue)
    st.selectbox(
        "Ask about",
        list(QUEUE_WORDS),
        format_func=QUEUE_WORDS.__getitem__,
        key=Key.QUEUE,
        width=state.wide(300),
        label_visibility="collapsed",
        on_change=_take_queue,
    )
    names: dict[str | None, str] = {None: "all concepts"} | {name: name for name in run.concepts}
    if view.concept not in names:
        st.warning(f"{wording.escape(str(view.concept))} is no concept of this run.")
    one_of_many(
        "Concept",
        names,
        view.concept if view.concept in names else None,
        key=Key.QUEUE_CONCEPT,
        take=lambda concept: state.change(concept=concept),
        width=220,
    )


def _take_queue() -> None:
    state.change(queue=st.session_state[Key.QUEUE])


def _progress(n_pairs: int, n_left: int, n_skipped: int) -> None:
    if not n_pairs:
        return
    skipped = f", {n_skipped:,} skipped" if n_skipped else ""
    st.progress(
        (n_pairs - n_left) / n_pairs,
        text=f"{n_pairs - n_left:,} of {n_pairs:,} answered{skipped}",
        width=state.wide(240),
    )


def _done(view: View, *, has_pairs: bool, n_skipped: int) -> None:
    if not has_pairs:
        st.info(f"There is nothing to ask here: {QUEUE_WORDS[view.queue]}. Choose another queue.")
    elif n_skipped:
        st.info(f"All others are answered. {n_skipped:,} were skipped.")
        st.button("Ask the skipped ones again", key=Key.SKIP, on_click=_ask_again)
    else:
        st.success("You have answered all of this queue. Choose another one.")


def _ask_again() -> None:
    st.session_state[Kept.SKIPPED] = set()


def _question(
    evaluation: ec.Evaluation, view: View, log: Log, pair: Pair, *, voter: str, is_blind: bool
) -> None:
    run = evaluation.run
    position = int(np.flatnonzero(run.ids == pair.input)[0])
    picture, question = st.columns([4, 5], gap="large")
    with picture:
        show_input(run, position, named=not is_blind)
    with question:
        st.markdown(f"## Does this show *{wording.escape(pair.concept)}*?")
        show_definition(log.definition(pair.concept), place="question")
        if not is_blind:
            st.caption(_opinion(evaluation, view, position, pair.concept))
        st.text_input(
            "Remark",
            key=of_each(Key.REMARK, pair),
            max_chars=LONGEST_REMARK,
            placeholder="Remark (optional)",
            label_visibility="collapsed",
        )
        _answers(pair, can_vote=say_role("reviewer") and bool(voter))
        if not voter and may("reviewer"):
            st.info("Type your name above, then answer.")
        with frame.row():
            st.button(
                "Skip", key=of_each(Key.SKIP, pair), shortcut="s", on_click=_skip, args=(pair,)
            )
            cast = st.session_state.get(Kept.CAST)
            st.button(
                "Take back", key=Key.TAKE_BACK, shortcut="z", disabled=not cast, on_click=_take_back
            )
        if not (is_blind and _tells(pair.input, run)):
            st.caption(f"id {wording.escape(pair.input)}")


def _tells(name: str, run: ec.EvalRun) -> bool:
    """Tell whether an id holds the name of a concept, as the path of an image often does."""
    return any(concept.casefold() in name.casefold() for concept in run.concepts)


def _answers(pair: Pair, *, can_vote: bool) -> None:
    for answer, words in ANSWER_WORDS.items():
        # the pair is in the key: a second click of a double click must not answer the next question
        st.button(
            words,
            key=of_each(Key.ANSWER, (answer, pair)),
            shortcut=_LETTERS[answer],
            width="stretch",
            disabled=not can_vote,
            on_click=_cast,
            args=(pair, answer),
        )


def _opinion(evaluation: ec.Evaluation, view: View, position: int, concept: str) -> str:
    run, j = evaluation.run, evaluation.run.position_of(concept)
    here = np.array([position])
    label = "labelled" if run.labels.has(here, j)[0] else "not labelled"
    if not run.labels.knows(here, j)[0]:
        label = "label unknown"
    is_predicted = evaluation.predictions(view.rule).has(here, j)[0]
    predicted = "predicted" if is_predicted else "not predicted"
    score = core_wording.rate(float(run.scores[position, j]))
    return f"{label} · score {score} · {predicted}"


def _last_answer(log: Log, voter: str) -> None:
    """Say what was answered last, and only then what others said of it."""
    cast = st.session_state.get(Kept.CAST)
    pair = log.cast.get(cast[-1]) if cast else None
    if pair is None:
        return
    answers = log.answers(pair)
    mine = answers.pop(voter, None)
    if mine is None:
        return
    others = ", ".join(f"{wording.escape(name)}: {_said(vote)}" for name, vote in answers.items())
    st.caption(
        f"{wording.escape(pair.input)}, {wording.escape(pair.concept)} · you: {_said(mine)} · "
        f"{others or 'nobody else has answered yet'}"
    )


def _said(vote: Vote) -> str:
    remark = f" ({wording.escape(vote.remark)})" if vote.remark else ""
    return f"{ANSWER_WORDS[vote.answer].lower()}{remark}"


def _cast(pair: Pair, answer: Answer) -> None:
    is_blind = st.session_state.get(Key.BLIND, True)
    shown = "" if is_blind else rule_on_screen(state.current(), pair.concept)
    cast_vote(pair, answer, remark=st.session_state.get(of_each(Key.REMARK, pair), ""), shown=shown)


def _skip(pair: Pair) -> None:
    st.session_state.setdefault(Kept.SKIPPED, set()).add(pair)


def _take_back() -> None:
    cast = st.session_state.get(Kept.CAST)
    if not cast:
        return
    with saving("Not taken back"):
        stream = stream_for(frame.opened().run)
        entries.withdraw(open_store(), stream, cast[-1], voter=name_of_voter())
    tell_said(frame.opened().run)
    cast.pop()
