"""The session's view, and its mirror in the address bar.

The view lives in the session; the link is written from it. A link that differs from the one written
last was opened, edited or gone back to by a person, and then the view is read from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

import streamlit as st

from evalcore import EvalRun
from pages._ui.keys import LIVE, SELECTION
from pages._ui.targets import Target
from pages._ui.view import View, read_view, write_view

__all__ = [
    "change",
    "complete",
    "current",
    "drag",
    "link",
    "look",
    "open_run",
    "refresh",
    "seed",
    "set_up",
    "show",
]

_VIEW = "view"
_MIRROR = "view_in_link"


def set_up() -> View:
    """Bring session and link together; call once at the top of a page."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    if _VIEW not in st.session_state or (query and query != st.session_state[_MIRROR]):
        st.session_state[_VIEW] = read_view(query)
        st.session_state[_MIRROR] = query
    elif not query:
        # another page was opened from the menu, which empties the link
        _write_link(st.session_state[_VIEW])
    return current()


def current() -> View:
    """Return the view of this session."""
    view: View = st.session_state[_VIEW]
    return view


def change(**fields: Any) -> View:  # noqa: ANN401 - the fields of View, typed there
    """Change the view and write the link; a change of the list shown goes back to page 1."""
    if "page" not in fields and "input" not in fields:
        fields["page"] = 1
    view = replace(current(), **(fields | {"problems": ()}))
    st.session_state[_VIEW] = view
    _write_link(view)
    return view


def show(target: Target) -> NoReturn:
    """Show the inputs behind a number; for callbacks of the two fragments."""
    change(target=target)
    refresh()


def refresh() -> NoReturn:
    """Draw numbers and images anew, and nothing else; for callbacks."""
    st.rerun([LIVE, SELECTION])


def look(**fields: Any) -> None:  # noqa: ANN401
    """Change how things are shown; the list stays on its page."""
    change(**fields, page=current().page)


def complete(run: EvalRun) -> View:
    """Fill in what the run proposes where the view sets nothing."""
    view = current()
    whole = view.with_defaults(run)
    if whole != view:
        st.session_state[_VIEW] = whole
        _write_link(whole)
    return whole


def seed(key: str, value: object) -> None:
    """Give a widget its value from the view, before it is drawn."""
    st.session_state[key] = value


def open_run(key: str) -> View:
    """Turn to another run: what was set for the last one no longer applies, the look stays."""
    return change(**_turned_to(key))


def link(key: str) -> dict[str, list[str]]:
    """Return the query that opens a run: as it is set now, or afresh for another run."""
    view = current()
    return write_view(view if view.run == key else replace(view, **_turned_to(key)))


def _turned_to(key: str) -> dict[str, Any]:
    base = View(run=key)
    looks = ("mode", "order", "panel", "every_column", "concept_order")
    kept = {name: getattr(current(), name) for name in looks}
    fields = {name: getattr(base, name) for name in View.__dataclass_fields__}
    return fields | kept


def drag(**fields: Any) -> None:  # noqa: ANN401
    """Change the view without touching the link: browsers refuse many changes of it a second."""
    st.session_state[_VIEW] = replace(current(), **fields, page=1)


def _write_link(view: View) -> None:
    query = write_view(view)
    st.session_state[_MIRROR] = query
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
