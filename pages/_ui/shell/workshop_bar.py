"""The bar of a workshop: who presents and who follows, the poll, and questions for later."""

from __future__ import annotations

import uuid

import streamlit as st

import evalcore as ec
from evalcore.workshop.meeting import LONGEST_QUESTION, LONGEST_TITLE, Meeting
from pages._ui import wording
from pages._ui.components.follow.follow import follow
from pages._ui.session import state
from pages._ui.session.keys import WORKSHOP, Kept, Key, of_each
from pages._ui.shell import attending as part
from pages._ui.shell import meetings, navigation
from pages._ui.shell.meetings import Attending
from pages._ui.shell.people import may, name_of_voter, offer_sign_in, who
from pages._ui.shell.places import told
from pages._ui.shell.polls import poll_panel

__all__ = ["offer_workshop", "workshop_bar"]

QUESTION = of_each(Key.QUESTION, "new")


def offer_workshop() -> None:
    """Draw the button that opens a workshop, for who may; and the one that signs in."""
    offer_sign_in()
    if meetings.attending() is None and may("facilitator"):
        st.button(
            "Workshop",
            key=Key.WORKSHOP,
            type="tertiary",
            help="Present this screen to others, ask them, keep what was said.",
            on_click=_turn_form,
        )


def _turn_form() -> None:
    st.session_state[Kept.WORKSHOP_FORM] = not st.session_state.get(Kept.WORKSHOP_FORM, False)


@st.fragment(key=WORKSHOP)
def workshop_bar() -> None:
    """Draw the bar of the workshop that this page takes part in, or the form that opens one."""
    here = meetings.attending()
    try:
        if here is not None:
            _bar(here, meetings.meeting_of(here.name))
        elif title := st.session_state.get(Kept.WORKSHOP_OVER):
            _over(title)
        elif st.session_state.get(Kept.WORKSHOP_FORM) and may("facilitator"):
            _form()
    except ec.WorkshopError as error:
        st.warning(told(error))


def _over(title: str) -> None:
    # until somebody has read it: pages are drawn anew for many reasons
    with _row():
        st.info(f"{wording.escape(title)} is over. Its minutes stand in the Report.")
        st.button("Close", key=Key.WORKSHOP_READ, type="tertiary", on_click=_close)


def _close() -> None:
    st.session_state.pop(Kept.WORKSHOP_OVER, None)


def _form() -> None:
    with _row(border=True):
        st.markdown("**Workshop**: others open the link and see what you see.", width="content")
        title = st.text_input(
            "Title",
            key=Key.WORKSHOP_TITLE,
            max_chars=LONGEST_TITLE,
            placeholder="What it is about",
            label_visibility="collapsed",
            width=280,
        )
        who(place="form")
        st.button(
            "Present",
            key=Key.PRESENT,
            type="primary",
            disabled=not (title and title.strip() and name_of_voter()),
            on_click=_begin,
        )


def _begin() -> None:
    try:
        part.begin(st.session_state[Key.WORKSHOP_TITLE])
    except ec.WorkshopError as error:
        state.complain(f"Not opened: {error}")
    st.session_state[Kept.WORKSHOP_FORM] = False
    st.rerun()


def _row(*, border: bool = False) -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small", border=border)


def _bar(here: Attending, meeting: Meeting) -> None:
    with st.container(key=Key.WORKSHOP_BAR, gap="small"):
        with _row():
            _line(here, meeting)
            _part(here)
            _invite(here)
            _questions(meeting)
            if not name_of_voter() and not _asks_elsewhere():
                who(place="bar")
            if here.part == "presenting":
                st.button("End", key=Key.END_WORKSHOP, type="tertiary", on_click=_end)
        if state.asked().input is None:
            poll_panel(here, meeting, place="bar")


def _asks_elsewhere() -> bool:
    """Tell whether the page or the viewer over it asks for the name already."""
    return state.asked().input is not None or navigation.address() == "truth"


def _line(here: Attending, meeting: Meeting) -> None:
    presenter = wording.isolated(meeting.opened_by)
    said = {
        "presenting": "You present",
        "following": f"Following {presenter}",
        "aside": "Looking around by yourself",
    }
    follow(
        {
            "stream": f"follow/{here.name}",
            "number": here.number,
            "follows": here.part == "following",
            "asked": meetings.asked_in(meeting),
            "said": here.said,
            "words": said[here.part],
            "title": meeting.title,
            "lively": here.part != "aside",
        },
        key=Key.FOLLOW,
        on_show=_show,
        on_aside=part.look_around,
        on_agenda=_ask,
    )


def _part(here: Attending) -> None:
    if here.part == "following":
        st.button("Look around", key=Key.LOOK_AROUND, type="tertiary", on_click=part.look_around)
    elif here.part == "aside":
        st.button("Come back", key=Key.COME_BACK, icon=":material/undo:", on_click=part.come_back)
    if here.part != "presenting" and may("facilitator"):
        st.button("Take over", key=Key.PRESENT, type="tertiary", on_click=part.present)


def _invite(here: Attending) -> None:
    address = str(st.context.url or "").partition("?")[0]
    with st.popover("Link", type="tertiary"):
        st.markdown("Whoever opens this link follows:")
        st.code(f"{address}?workshop={here.name}", language=None)


def _questions(meeting: Meeting) -> None:
    waiting = meeting.waiting
    with st.popover(f"Questions ({len(waiting)})" if waiting else "Questions", type="tertiary"):
        for one in waiting:
            st.markdown(f"{wording.escape(one.text)}  \n:small[{wording.escape(one.author)}]")
            if may("facilitator"):
                st.button(
                    "Done",
                    key=of_each(Key.QUESTION_DONE, one.id),
                    type="tertiary",
                    on_click=meetings.say,
                    args=("done", {"question": one.id}),
                )
        st.text_area(
            "A question for later",
            key=QUESTION,
            max_chars=LONGEST_QUESTION,
            height=80,
            disabled=not may("reviewer"),
        )
        st.button(
            "Park it",
            key=Key.PARK,
            disabled=not (may("reviewer") and name_of_voter()),
            on_click=_park,
            args=(str(uuid.uuid4()),),
        )


def _park(event_id: str) -> None:
    text = st.session_state.get(QUESTION, "")
    if text.strip() and meetings.save("parked", {"text": text}, event_id=event_id):
        st.session_state[QUESTION] = ""


def _show() -> None:
    here = meetings.attending()
    if here is not None and here.part == "following":
        part.come_back()


def _ask() -> None:
    """Draw anew what is asked, over an open input in its dialog; or the page, by what was said."""
    here = meetings.attending()
    told = st.session_state[Key.FOLLOW].get("agenda") or {}
    is_over = here is not None and not meetings.meeting_of(here.name).is_open
    if "redraw" in told or is_over or state.asked().input is not None:
        st.rerun()


def _end() -> None:
    part.end()
    st.rerun()
