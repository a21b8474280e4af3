"""The one store of the app, opened once per process and shared by all sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from evalcore import WorkshopError
from evalcore.decisions import History, Ledger
from evalcore.store import Store, StoreConflict, StoreError, chosen_place
from evalcore.workshop.roles import digest_of_code
from pages._ui.session import state
from pages._ui.session.keys import Kept
from pages._ui.session.options import options
from pages._ui.session.person import here, is_code, remember_code, use_codes
from pages._ui.session.visitor import visitor

__all__ = [
    "StoreConflict",
    "StoreError",
    "on_record",
    "open_store",
    "recall_code",
    "saving",
    "store_place",
    "take_code",
]

CODE = "code of a role"


def store_place() -> str:
    """Return where the store is: ``-- --store WHERE``, an environment variable, or our own file.

    It may hold a password; show :attr:`evalcore.store.Store.place` instead.
    """
    return chosen_place(options().store)


def open_store() -> Store:
    """Return the store; call it inside ``frame.errors_as_messages`` or catch its error.

    At its door stands who is here: nothing is saved but what their role allows, and of who is
    signed in, nothing under another name. It uses nothing of the page, so that callbacks that save
    may call it.

    Raises
    ------
    StoreError
        When it cannot be used; the next call tries again.
    RolesError
        When nobody knows who may do what.
    """
    return _open(where=store_place())[0].guarded(here())


@contextmanager
def saving(failed: str = "Not saved") -> Iterator[None]:
    """Save within the block; what cannot be saved is said and ends the callback around it."""
    try:
        yield
    except WorkshopError as error:
        state.complain(f"{failed}: {error}")
        st.rerun()


def take_code(text: str) -> bool:
    """Keep the code that somebody has typed, if it is one, and return whether it is."""
    if not is_code(text):
        return False
    digest = digest_of_code(text)
    remember_code(visitor(), digest)
    # whoever types it has no role yet that may keep anything
    _open(where=store_place())[0].drafts.save(visitor(), CODE, digest)
    return True


def recall_code() -> None:
    """Look up, once a session, which code this browser has typed before."""
    if not use_codes() or Kept.RECALLED in st.session_state:
        return
    digest = _open(where=store_place())[0].drafts.of(visitor()).get(CODE)
    if digest:
        remember_code(visitor(), digest)
    st.session_state[Kept.RECALLED] = True


def on_record() -> History:
    """Return the decisions on record, which all sessions read together: once, then what is new.

    Raises
    ------
    StoreError
        When they cannot be read; the next call tries again.
    """
    return _open(where=store_place())[1].history()


@st.cache_resource(show_spinner=False)
def _open(where: str) -> tuple[Store, Ledger]:
    store = Store.open(where)
    return store, Ledger(store)
