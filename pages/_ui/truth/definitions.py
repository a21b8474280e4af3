"""What the concepts mean, in words that the group writes; a changed one is a new version."""

from __future__ import annotations

import uuid

import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth import entries
from evalcore.truth.log import Log
from evalcore.truth.votes import Pair
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import stream_for
from pages._ui.shell.record import open_store
from pages._ui.truth.people import name_of_voter

__all__ = ["definitions"]


def definitions(run: ec.EvalRun, log: Log, *, voted: list[Pair]) -> None:
    """Say which definitions were called unclear, and let people write them."""
    st.markdown("#### What the concepts mean")
    unclear: dict[str, int] = {}
    for pair in voted:
        n = sum(vote.answer == "definition_unclear" for vote in log.answers(pair).values())
        if n:
            unclear[pair.concept] = unclear.get(pair.concept, 0) + n
    if unclear:
        named = ", ".join(
            f"{wording.escape(name)} ({core_wording.plural(n, 'answer')})"
            for name, n in sorted(unclear.items(), key=lambda one: -one[1])
        )
        st.warning(f"The definition was called unclear: {named}. That is about the concepts.")
    concept = st.selectbox("Concept", run.concepts, key=Key.QUEUE_CONCEPT)
    latest = log.definition(concept)
    key = of_each(Key.DEFINITION, (concept, latest.version if latest else 0))
    st.text_area(
        "What it means, what counts and what does not",
        latest.text if latest else "",
        key=key,
        height=110,
    )
    st.button(
        "Save as a new version",
        key=Key.DEFINE,
        on_click=_define,
        args=(concept, key, str(uuid.uuid4())),
        disabled=not name_of_voter(),
    )
    if latest:
        st.caption(f"Version {latest.version}, by {wording.escape(latest.author)}")


def _define(concept: str, key: str, event_id: str) -> None:
    try:
        entries.define(
            open_store(),
            stream_for(frame.opened().run),
            concept=concept,
            text=st.session_state[key],
            author=name_of_voter(),
            event_id=event_id,
        )
    except ec.WorkshopError as error:
        state.complain(f"Not saved: {error}")
