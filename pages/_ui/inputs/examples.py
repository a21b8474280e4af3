"""Inputs taken as examples of what a concept means, wherever they are shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from evalcore.truth import entries
from evalcore.truth.definitions import Definition, Side
from pages._ui import wording
from pages._ui.components.gallery.data import Card, GalleryData
from pages._ui.components.gallery.gallery import gallery
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for
from pages._ui.shell.people import may, name_of_voter
from pages._ui.shell.record import open_store, saving

__all__ = ["gallery_with_examples", "offered", "say_made", "take_example"]

_WORDS: dict[Side, str] = {
    "for": "Example for {}",
    "against": "Example against {}",
    "none": "No example of {} any more",
}
_MADE: dict[Side, str] = {
    "for": "is an example for",
    "against": "is an example against",
    "none": "is no example of",
}
_NAME_FIRST = "Type your name, then choose examples …"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What was done last, and what undoes it."""

    place: str
    name: str
    concept: str
    before: Side
    now: Side
    version: int


def offered(definition: Definition, name: str) -> dict[Side, str]:
    """Return what an input can be made beside what it is, in words that are plain text."""
    now = definition.side_of(name)
    return {s: text.format(definition.concept) for s, text in _WORDS.items() if s != now}


def take_example(name: str, concept: str, side: Side, *, place: str, event_id: str) -> None:
    """Save an input as an example, as a new version of the definition; for callbacks.

    Parameters
    ----------
    name
        Id of the input.
    place
        Where it is said, with the way back.
    event_id
        Sent twice it is saved once.
    """
    run = frame.opened().run
    with saving():
        before = log_of(run).definition(concept)
        if before.side_of(name) == side:
            return
        entries.exemplify(
            open_store(),
            stream_for(run),
            before=before,
            input_id=name,
            side=side,
            author=name_of_voter(),
            event_id=event_id,
        )
        version = log_of(run).version_of(concept)
    st.session_state[Kept.EXAMPLE_MADE] = _Made(
        place=place,
        name=name,
        concept=concept,
        before=before.side_of(name),
        now=side,
        version=version,
    )


def say_made(place: str) -> None:
    """Say what was made an example here, and offer to take it back, until something else is set."""
    # one place whatever stands in it: the cards below keep the focus
    with st.container():
        _say_made(place)


def _say_made(place: str) -> None:
    made: _Made | None = st.session_state.get(Kept.EXAMPLE_MADE)
    if made is None or made.place != place:
        return
    if log_of(frame.opened().run).version_of(made.concept) != made.version:
        return  # somebody has changed the definition since
    with frame.row():
        st.caption(
            f"{wording.escape(made.name)} {_MADE[made.now]} {wording.escape(made.concept)} · "
            f"version {made.version} of its definition",
            width="content",
        )
        st.button(
            "Undo",
            key=of_each(Key.UNDO_EXAMPLE, place),
            type="tertiary",
            on_click=partial(
                take_example,
                made.name,
                made.concept,
                made.before,
                place=place,
                event_id=str(uuid.uuid4()),
            ),
        )


def gallery_with_examples(
    data: GalleryData, *, key: str, concepts: tuple[str, ...], on_open: Callable[[], None]
) -> None:
    """Draw cards; a facilitator makes an input an example for or against a concept by its menu.

    Parameters
    ----------
    concepts
        Of which the inputs may be examples: those that the list is about.
    """
    if not (may("facilitator") and concepts):
        gallery(data, key=key, on_open=on_open)
        return
    say_made(key)
    if not name_of_voter():
        items: list[Card] = [{**card, "offers": [0]} for card in data["items"]]
        shown: GalleryData = {**data, "items": items, "actions": [_NAME_FIRST]}
        gallery(shown, key=key, on_open=on_open, on_act=partial(_open_viewer, key))
        return
    with frame.errors_as_messages():
        log = log_of(frame.opened().run)
    definitions = [log.definition(name) for name in concepts]
    choices = [(one.concept, side) for one in definitions for side in _WORDS]
    items = [_with_menu(card, definitions, choices) for card in data["items"]]
    words = [_WORDS[side].format(concept) for concept, side in choices]
    act = partial(_act, key, choices, str(uuid.uuid4()))
    gallery({**data, "items": items, "actions": words}, key=key, on_open=on_open, on_act=act)


def _with_menu(card: Card, definitions: list[Definition], choices: list[tuple[str, Side]]) -> Card:
    sides = {one.concept: one.side_of(card["id"]) for one in definitions}
    notes = [f"example {side} {name}" for name, side in sides.items() if side != "none"]
    offers = [k for k, (concept, side) in enumerate(choices) if sides[concept] != side]
    return {**card, "note": ", ".join(filter(None, [card["note"], *notes])), "offers": offers}


def _input_of(key: str) -> tuple[str, int]:
    """Return the id of the input whose menu was used, and the place of what was chosen."""
    sent = st.session_state[key]["act"]
    return str(frame.opened().evaluation.run.ids[int(sent["key"])]), int(sent["action"])


def _act(key: str, choices: list[tuple[str, Side]], event_id: str) -> None:
    name, chosen = _input_of(key)
    concept, side = choices[chosen]
    take_example(name, concept, side, place=key, event_id=event_id)


def _open_viewer(key: str) -> None:
    state.change(input=_input_of(key)[0])
    st.rerun()
