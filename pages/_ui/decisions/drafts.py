"""What is typed into the form of a decision, and what is missing of it.

It stays with who has typed it: in their session, and in the store under a name that only their
browser knows, so that it survives a reload and a restart of the server. No link holds it.
"""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.visitor import visitor
from pages._ui.shell.record import open_store

__all__ = ["DRAFTED", "are_missing", "clear", "keep", "say_missing", "typed"]

DRAFTED = (Key.DECISION_TITLE, Key.AUTHOR, Key.REASONS)
REQUIRED = {
    Key.DECISION_TITLE: "a decision needs a title.",
    Key.AUTHOR: "a decision needs an author: your name.",
}


def typed() -> dict[str, str]:
    """Return what is typed into the form; a new session takes it from the store."""
    if Kept.TYPED_DECISION not in st.session_state:
        try:
            kept = open_store().drafts.of(visitor())
        except ec.WorkshopError:
            return {}  # looked for again at the next draw
        st.session_state[Kept.TYPED_DECISION] = {key: kept.get(key, "") for key in DRAFTED}
    texts: dict[str, str] = st.session_state[Kept.TYPED_DECISION]
    proposed = st.session_state.pop(Kept.PROPOSED_TITLE, "")
    if proposed and not texts[Key.DECISION_TITLE]:
        texts[Key.DECISION_TITLE] = proposed
    return texts


def keep() -> None:
    """Keep what is typed now, here and in the store; for callbacks."""
    st.session_state.pop(Kept.SAVED_DECISION, None)
    texts = {key: st.session_state.get(key, "") for key in DRAFTED}
    st.session_state.pop(Kept.MISSING, None)
    st.session_state[Kept.TYPED_DECISION] = texts
    try:
        store = open_store()
        for key, text in texts.items():
            store.drafts.save(visitor(), key, text)
    except ec.WorkshopError as error:
        state.complain(f"What you type is kept on this page only. {error}")


def clear() -> None:
    """Empty the form for the next decision; who decides stays."""
    texts = st.session_state[Kept.TYPED_DECISION]
    st.session_state[Kept.TYPED_DECISION] = texts | {Key.DECISION_TITLE: "", Key.REASONS: ""}
    for key in (Key.REPLACES, Key.FOR_GOAL):
        st.session_state.pop(key, None)
    for key in (Key.DECISION_TITLE, Key.REASONS):
        open_store().drafts.drop(visitor(), key)


def are_missing(texts: dict[Key, str]) -> bool:
    """Tell whether a field is empty that a decision needs; it then says so; for callbacks."""
    missing = [key for key in REQUIRED if not texts[key].strip()]
    st.session_state[Kept.MISSING] = missing
    return bool(missing)


def say_missing(key: Key) -> None:
    """Say at a field that it is missing, if the form was sent without it."""
    if key in st.session_state.get(Kept.MISSING, ()):
        st.error(f"Not saved: {REQUIRED[key]}")
