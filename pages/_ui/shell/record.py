"""The one store of the app, opened once per process and shared by all sessions."""

from __future__ import annotations

import streamlit as st

from evalcore.decisions import History, Ledger
from evalcore.store import Store, StoreConflict, StoreError, chosen_place
from pages._ui.shell.options import options

__all__ = ["StoreConflict", "StoreError", "on_record", "open_store", "store_place"]


def store_place() -> str:
    """Return where the store is: ``-- --store WHERE``, an environment variable, or our own file.

    It may hold a password; show :attr:`evalcore.store.Store.place` instead.
    """
    return chosen_place(options().store)


def open_store() -> Store:
    """Return the store; call it inside ``frame.errors_as_messages`` or catch its error.

    It uses nothing of the page, so that callbacks that save may call it.

    Raises
    ------
    StoreError
        When it cannot be used; the next call tries again.
    """
    return _open(store_place())[0]


def on_record() -> History:
    """Return the decisions on record, which all sessions read together: once, then what is new.

    Raises
    ------
    StoreError
        When they cannot be read; the next call tries again.
    """
    return _open(store_place())[1].history()


@st.cache_resource(show_spinner=False)
def _open(where: str) -> tuple[Store, Ledger]:
    store = Store.open(where)
    return store, Ledger(store)
