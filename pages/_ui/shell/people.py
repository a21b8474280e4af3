"""Who sits at the screen: a name or a login, a role, and what those who are not admitted see."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import nullcontext

import streamlit as st

import evalcore as ec
from evalcore.truth.votes import LONGEST_NAME
from evalcore.workshop.roles import Person, Role
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.person import can_sign_in, here, use_codes
from pages._ui.session.visitor import visitor
from pages._ui.shell import navigation
from pages._ui.shell.places import told
from pages._ui.shell.record import open_store, recall_code, take_code

__all__ = [
    "may",
    "name_of_voter",
    "offer_sign_in",
    "require_admission",
    "say_role",
    "who",
]

NAME = "name of the voter"
LONGEST_CODE = 100
MOST_KEPT = 10_000
MAY = {
    "viewer": "You are here as a viewer: you see everything and save nothing.",
    "reviewer": "You are here as a reviewer: you answer; facilitators settle and decide.",
}


def require_admission() -> Person:
    """Return who is here; ask who may not look to sign in, and draw nothing else."""
    try:
        recall_code()
        person = here()
    except ec.WorkshopError as error:
        st.error(told(error))
        st.stop()
    if not person.may("viewer"):
        st.markdown("### This workshop is open to those who were asked in.")
        if person.verified:
            st.markdown(f"{wording.escape(person.name)} is not on its list.")
        _ways_in(person)
        st.stop()
    if person.verified and not navigation.address() and not st.query_params.to_dict():
        _go_back()
    return person


_ways_back: OrderedDict[str, tuple[str, dict[str, list[str]]]] = OrderedDict()
"""Visitor to the page and the query from which they went to sign in."""
_lock = threading.Lock()


def _sign_in() -> None:
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    with _lock:
        _ways_back[visitor()] = navigation.address(), query
        while len(_ways_back) > MOST_KEPT:
            _ways_back.popitem(last=False)
    st.login()


def _go_back() -> None:
    """Open the link again that somebody had before them: the login comes back to the first page."""
    with _lock:
        found = _ways_back.pop(visitor(), None)
    if found is not None:
        st.switch_page(navigation.script_at(found[0]), query_params=found[1])


def may(role: Role) -> bool:
    """Return whether who is here has a role; says nothing."""
    return here().may(role)


def say_role(needed: Role) -> bool:
    """Return whether who is here has a role; say in which they are where they have not."""
    person = here()
    if person.may(needed):
        return True
    st.info(MAY.get(person.role, "You are not admitted."))
    return False


def who(*, place: str = "") -> None:
    """Ask for a name once per browser, or say who signed in.

    Parameters
    ----------
    place
        Where it is asked, when a page may ask in two places.
    """
    person = here()
    if person.verified:
        st.caption(f"Signed in as {wording.escape(person.name)}.", width="content")
    else:
        _ask_name(of_each(Key.VOTER, place) if place else Key.VOTER)
    if person.role in MAY:
        st.caption(f"**{person.role}**", width="content", help=MAY[person.role])
    if not place:
        _ways_in(person)


def _ask_name(key: str) -> None:
    name = name_of_voter()
    state.seed(key, name)
    # in another box once it is typed: the field is made anew and lets go of the focus, so that the
    # next key is an answer and no letter of the name
    with st.container(width="content") if name else nullcontext():
        st.text_input(
            "Your name",
            key=key,
            max_chars=LONGEST_NAME,
            width=state.wide(220),
            placeholder="Your name",
            label_visibility="collapsed",
            help="Names are not verified: whoever opens this page can type any name.",
            on_change=_take,
            args=(key,),
        )
    st.caption("Names are not verified.", width="content")


def _ways_in(person: Person) -> None:
    """Offer to sign in or out, and to type a code where one gives a role."""
    if can_sign_in():
        if person.verified:
            st.button("Sign out", key=Key.SIGN_OUT, type="tertiary", on_click=st.logout)
        else:
            st.button("Sign in", key=Key.SIGN_IN, icon=":material/login:", on_click=_sign_in)
    if use_codes() and not person.verified and not person.may("facilitator"):
        st.text_input(
            "Code",
            key=Key.CODE,
            type="password",
            max_chars=LONGEST_CODE,
            width=state.wide(160),
            placeholder="Code of a role",
            label_visibility="collapsed",
            on_change=_take_code,
        )


def _take_code() -> None:
    text = st.session_state[Key.CODE]
    st.session_state[Key.CODE] = ""
    try:
        is_known = take_code(text)
    except ec.WorkshopError as error:
        state.complain(str(error))
        return
    if text.strip() and not is_known:
        state.complain("This code gives no role. Hint: codes are told by who runs the workshop.")


def offer_sign_in() -> None:
    """Draw the button that signs in, for who has not; pages with the name have it there."""
    if can_sign_in() and not here().verified:
        key = of_each(Key.SIGN_IN, "line")
        st.button("Sign in", key=key, type="tertiary", on_click=_sign_in)


def name_of_voter() -> str:
    """Return who is here: as the login says, else as typed in this browser, ``""`` before that."""
    if Kept.VOTER not in st.session_state:
        st.session_state[Kept.VOTER] = _known_name()
    return here().name


def _known_name() -> str:
    try:
        return open_store().drafts.of(visitor()).get(NAME, "")
    except ec.WorkshopError:
        return ""  # what cannot be read is told where votes are read


def _take(key: str) -> None:
    name = " ".join(st.session_state[key].split())
    st.session_state[Kept.VOTER] = name
    st.session_state.pop(Kept.CAST, None)
    try:
        open_store().drafts.save(visitor(), NAME, name)
    except ec.WorkshopError as error:
        state.complain(f"Your name is kept on this page only. {error}")
