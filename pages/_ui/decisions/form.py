"""The form that puts a decision on record."""

from __future__ import annotations

import uuid

import streamlit as st

import evalcore as ec
from evalcore.decisions import Decision, Entry, Pinned, digests_of, draw_up, record, supersede
from evalcore.decisions.decision import LONGEST_AUTHOR, LONGEST_TITLE
from evalcore.decisions.digests import Digests
from evalcore.decisions.fields import LONGEST_TEXT
from evalcore.decisions.ledger import find
from evalcore.decisions.words import truth_in_words
from evalcore.store import Store
from pages._ui import wording
from pages._ui.decisions.drafts import (
    DRAFTED,
    are_missing,
    clear,
    keep,
    say_missing,
    typed,
)
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.choosing import NAMELESS, told_apart
from pages._ui.session.keys import Kept, Key
from pages._ui.session.options import shows_paths
from pages._ui.session.person import here
from pages._ui.session.plan import Plan
from pages._ui.session.view import View, write_link
from pages._ui.shell import frame
from pages._ui.shell.record import open_store

__all__ = ["decision_form", "digests_for"]

MOST_OFFERED = 500


def decision_form(evaluation: ec.Evaluation, view: View, *, in_force: tuple[Entry, ...]) -> None:
    """Draw the form, and say what came of the last time it was sent."""
    # after a cold start the page is drawn anew under another name, and its widgets with it
    for key, text in typed().items():
        state.seed(key, text)
    st.markdown("### Record a decision")
    st.markdown(_what(evaluation, view))
    st.text_input(
        "Title", key=Key.DECISION_TITLE, max_chars=LONGEST_TITLE, on_change=keep,
        placeholder="Required: what is decided, in a few words",
    )  # fmt: skip
    say_missing(Key.DECISION_TITLE)
    st.text_area(
        "Reasons", key=Key.REASONS, height=110, max_chars=LONGEST_TEXT, on_change=keep,
        placeholder=f"Up to {LONGEST_TEXT:,} characters",
    )  # fmt: skip
    person = here()
    if person.verified:
        state.seed(Key.AUTHOR, person.name)
    st.text_input(
        "Your name", key=Key.AUTHOR, max_chars=LONGEST_AUTHOR, on_change=keep,
        placeholder="Required", disabled=person.verified,
    )  # fmt: skip
    say_missing(Key.AUTHOR)
    if Key.FOR_GOAL not in st.session_state:
        state.seed(Key.FOR_GOAL, state.is_chosen_for_goal())
    st.checkbox(f"Chosen for {_goal(view.plan)}", key=Key.FOR_GOAL)
    _evidence(view.plan)
    _replaces(in_force, view)
    st.button("Record this decision", key=Key.RECORD, icon=":material/task_alt:", on_click=_record)
    saved = st.session_state.get(Kept.SAVED_DECISION)
    if saved is not None:
        st.success(wording.escape(saved))


def digests_for(evaluation: ec.Evaluation) -> Digests:
    """Return the digests of a run, computed once."""
    return _digests(AnswerKey.of("digests", evaluation.run), evaluation.run)


@st.cache_resource(max_entries=32, show_spinner=False)
def _digests(key: AnswerKey, _run: ec.EvalRun) -> Digests:  # noqa: ARG001 - the key
    return digests_of(_run)


def _what(evaluation: ec.Evaluation, view: View) -> str:
    rule = view.rule
    counts = evaluation.counts(rule).pooled()
    said = wording.rule_in_words(rule, among=evaluation.run.concepts)
    words = wording.escape("".join(span["text"] for span in said))
    mistakes = int(counts.fp[0]) + int(counts.fn[0])
    return (
        f"{words} On {_inputs(evaluation)}: {wording.plural(int(counts.tp[0]), 'true positive')}, "
        f"{wording.plural(mistakes, 'mistake')} ({int(counts.fp[0]):,} false positives, "
        f"{int(counts.fn[0]):,} false negatives)."
    )


def _inputs(evaluation: ec.Evaluation) -> str:
    """Say how many inputs are counted, and that they are a part where they are one."""
    view, n = state.current(), evaluation.run.n_inputs
    part = [f"split {view.split}"] if view.split is not None else []
    if view.slice is not None:
        part.append(" = ".join(view.slice))
    what = f"the {wording.plural(n, 'input')} of {wording.escape(', '.join(part))}"
    return f"{what if part else 'this run'}, {truth_in_words(frame.opened().truth_used)}"


def _goal(plan: Plan) -> str:
    whom = "" if plan.concept is None else f" for {wording.escape(plan.concept)}"
    sure = ""
    if plan.confidence is not None:
        jointly = ", jointly" if plan.is_joint else ""
        sure = f", with {wording.percent(plan.confidence)} confidence{jointly}"
    return f"{wording.escape(wording.goal_in_words(plan.goal))}{whom}{sure}"


def _evidence(plan: Plan) -> None:
    state.seed(Key.EVIDENCE, list(plan.evidence))
    st.multiselect(
        "Inputs as evidence",
        list(plan.evidence),
        key=Key.EVIDENCE,
        accept_new_options=True,
        placeholder="Type an id, or pin an input where it is shown",
        help="Open any input on Evaluate and press Pin as evidence.",
        on_change=lambda: state.set_plan(evidence=tuple(st.session_state[Key.EVIDENCE])),
    )


def _replaces(in_force: tuple[Entry, ...], view: View) -> None:
    """Let people choose what ends: by itself the latest decision on the same inputs."""
    if not in_force:
        return
    titles = {
        entry.decision.id: f"{entry.decision.title} ({entry.decision.time:%d %b %Y %H:%M} UTC)"
        for entry in in_force[:MOST_OFFERED]
    }
    names = told_apart({NAMELESS: "none"} | titles, ours=(NAMELESS,))
    here = (view.split, view.slice)
    same = [e.decision.id for e in in_force if (e.decision.run.split, e.decision.run.slice) == here]
    if st.session_state.get(Key.REPLACES) not in names:
        state.seed(Key.REPLACES, same[0] if same else NAMELESS)
    chosen = st.selectbox(
        "Replaces",
        list(names),
        format_func=names.__getitem__,
        key=Key.REPLACES,
        help="The decision chosen here is superseded by the new one.",
    )
    if chosen is NAMELESS and same:
        st.caption("Then two decisions are in force at once for the same inputs.")


def _record() -> None:
    """Save the form, in one go; sent twice it is saved once."""
    view = state.current()
    decision_id = st.session_state.setdefault(Kept.NEXT_DECISION, str(uuid.uuid4()))
    texts = st.session_state.get(Kept.TYPED_DECISION, dict.fromkeys(DRAFTED, ""))
    chosen = st.session_state.get(Key.REPLACES)
    replaced = None if chosen is NAMELESS else chosen
    for_goal = bool(st.session_state.get(Key.FOR_GOAL))
    if here().verified:
        texts = texts | {Key.AUTHOR: here().name}
    if are_missing(texts):
        return
    try:
        evaluation = frame.opened().evaluation
        decision = _drawn_up(evaluation, view, texts, decision_id, for_goal=for_goal)
        store = open_store()
        entry = save(store, decision, replaces=replaced)
    except ec.WorkshopError as error:
        state.complain(f"Not saved: {error} What you typed is still here.")
        return
    del st.session_state[Kept.NEXT_DECISION]
    where = f"Saved in {store.place}" if shows_paths() else "Saved"
    st.session_state[Kept.SAVED_DECISION] = f"{where}: {entry.decision.title}."
    clear()
    state.set_plan(decision=entry.decision.id, evidence=())


def save(store: Store, decision: Decision, *, replaces: str | None) -> Entry:
    """Record a decision, in the place of another one where it replaces one.

    Raises
    ------
    DecisionError, StoreError
        When it cannot be saved; nothing was.
    """
    if replaces is None:
        return record(store, decision)
    return supersede(store, find(store, replaces), decision)


def _drawn_up(
    evaluation: ec.Evaluation,
    view: View,
    texts: dict[Key, str],
    decision_id: str,
    *,
    for_goal: bool,
) -> Decision:
    plan = view.plan
    return draw_up(
        evaluation,
        view.rule,
        title=texts[Key.DECISION_TITLE],
        author=texts[Key.AUTHOR],
        reasons=texts[Key.REASONS],
        goal=plan.goal if for_goal else None,
        goal_concept=plan.concept if for_goal else None,
        confidence=plan.confidence if for_goal else None,
        goal_common=for_goal and plan.common and plan.concept is None,
        goal_joint=for_goal and plan.is_joint,
        pinned=[Pinned(id=name) for name in plan.evidence],
        run_key=str(view.run),
        split=view.split,
        part=view.slice,
        view=_without_form(view),
        decision_id=decision_id,
        digests=digests_for(evaluation),
        truth=frame.opened().truth_used,
    )


def _without_form(view: View) -> dict[str, list[str]]:
    """Return the link of a view, without what belongs to the form alone."""
    private = {"decision_id", "evidence", "section", "workshop"}
    return {name: words for name, words in write_link(view).items() if name not in private}
