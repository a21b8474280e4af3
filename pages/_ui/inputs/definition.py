"""What a concept means, where people look at inputs: its text, examples for and against it."""

from __future__ import annotations

import uuid
from functools import partial

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.truth.definitions import MOST_EXAMPLES, Definition, Side
from evalcore.wording import plural
from pages._ui import wording
from pages._ui.components.gallery.data import Card
from pages._ui.components.gallery.gallery import gallery
from pages._ui.inputs.examples import offered, say_made, take_example
from pages._ui.server import thumbnails
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Key, of_each
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of
from pages._ui.shell.people import may, name_of_voter

__all__ = ["choose_example", "show_definition"]

TILE = 48
LONGEST_TEXT = 160
VIEWER = "viewer"
SIDE_WORDS: dict[Side, str] = {"for": "Shows it", "against": "Does not show it"}


def show_definition(definition: Definition, *, place: str) -> None:
    """Draw text and examples of a definition; a click on an example opens it in the viewer.

    Parameters
    ----------
    place
        Where it stands: no two widgets of a page have one key.
    """
    if not definition.version:
        return
    if definition.text:
        st.markdown(wording.escape(definition.text))
    run = frame.opened().run
    for column, (side, words) in zip(st.columns(2), SIDE_WORDS.items(), strict=True):
        names = definition.examples(side)
        if not names:
            continue
        there = _positions(AnswerKey.of("examples", run, *names), run, names)
        with column:
            missing = len(names) - len(there)
            elsewhere = f" ({missing:,} not in this run)" if missing else ""
            st.caption(f"{words}{elsewhere}")
            key = of_each(Key.EXAMPLES, (place, side))
            gallery(
                {
                    "items": [_card(run, position) for position in there],
                    "size": TILE,
                    "selected": None,
                    "empty": "",
                },
                key=key,
                on_open=partial(_open, key),
            )
    st.caption(f"Version {definition.version} of the definition")


def _card(run: ec.EvalRun, position: int) -> Card:
    text = None if run.texts is None else str(run.texts[position])[:LONGEST_TEXT]
    return {
        "key": position,
        "id": str(run.ids[position]),
        "src": thumbnails.url(run, position),
        "text": text,
        "scores": [],
        "note": "",
        "marks": [],
    }


@st.cache_resource(max_entries=256, show_spinner=False)
def _positions(
    key: AnswerKey,  # noqa: ARG001 - the key
    _run: ec.EvalRun,
    _names: tuple[str, ...],
) -> list[int]:
    found = np.flatnonzero(np.isin(_run.ids.astype(str), _names)).tolist()
    return sorted(found, key=lambda position: _names.index(str(_run.ids[position])))


def _open(key: str) -> None:
    position = int(st.session_state[key]["open"]["key"])
    state.change(input=str(frame.opened().run.ids[position]))


def choose_example(name: str, concept: str | None) -> None:
    """Show what the concept means beside an input, and let a facilitator make it an example.

    Parameters
    ----------
    name
        Id of the input.
    """
    run = frame.opened().run
    if concept is None or concept not in run.concepts:
        return
    with frame.errors_as_messages():
        definition = log_of(run).definition(concept)
    if definition.version:
        st.markdown(f"**What {wording.escape(concept)} means**")
    show_definition(definition, place=VIEWER)
    if not (may("facilitator") and name_of_voter()):
        return
    with st.container(horizontal=True, gap="small"):
        for side, words in offered(definition, name).items():
            n_there = len(definition.examples(side))
            is_full = n_there >= MOST_EXAMPLES
            st.button(
                wording.escape(words),
                key=of_each(Key.EXAMPLE, (side, name, concept)),
                type="tertiary",
                disabled=is_full,
                help=f"There are {plural(n_there, 'example')}, the most." if is_full else None,
                on_click=partial(
                    take_example, name, concept, side, place=VIEWER, event_id=str(uuid.uuid4())
                ),
            )
    say_made(VIEWER)
