"""The menu of pages, also for a page opened before the router ran; links into the guide."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from evalcore.guide import ANCHORS
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Kept
from pages._ui.session.view import write_link

__all__ = [
    "ADDRESSES",
    "COMPARE",
    "CONCEPT",
    "EVALUATE",
    "GUIDE",
    "RUNS",
    "THRESHOLDS",
    "TRUTH",
    "address",
    "build",
    "ensure_menu",
    "guide_address",
    "guide_line",
    "run",
    "script_at",
    "title",
]

# absolute: a page that is run by itself is looked up relative to its own folder
_PAGES = Path(__file__).resolve().parents[2]
RUNS = str(_PAGES / "runs.py")
EVALUATE = str(_PAGES / "evaluate.py")
CONCEPT = str(_PAGES / "concept.py")
THRESHOLDS = str(_PAGES / "thresholds.py")
TRUTH = str(_PAGES / "truth.py")
COMPARE = str(_PAGES / "compare.py")
IMPROVE = str(_PAGES / "improve.py")
REPORT = str(_PAGES / "report.py")
GUIDE = str(_PAGES / "guide.py")

PRODUCT = "Threshold Workshop"
ADDRESSES = (
    "",
    "evaluate",
    "concept",
    "thresholds",
    "truth",
    "compare",
    "improve",
    "report",
    "guide",
)
"""The last part of each page's address."""

_routed = threading.local()


def run() -> None:
    """Draw the menu and run the page that the address names."""
    page = build()
    _routed.now = True
    try:
        page.run()
    finally:
        _routed.now = False


def ensure_menu() -> None:
    """Draw the menu when the page runs without the router.

    A folder ``pages/`` beside the app makes Streamlit run a page by itself when it is the first one
    opened after the server's start. Its widgets would bear other ids than under the router, and the
    first thing that is typed would be lost with them; so the router draws it, from now on.
    """
    if getattr(_routed, "now", False):
        return
    build()
    # where no server runs there is no router to turn to: Streamlit's own tests run pages alone
    is_served = type(st.runtime.get_instance()) is st.runtime.Runtime
    if is_served and not st.session_state.get(Kept.ROUTED):
        st.session_state[Kept.ROUTED] = True
        st.rerun()


def title() -> str:
    """Return the title of the page that is shown."""
    return str(_routed.title)


def address() -> str:
    """Return the last part of the address of the page that is shown."""
    return str(st.session_state[Kept.ADDRESS])


def script_at(address: str) -> str:
    """Return the script of the page at an address; that of the first page for an unknown one."""
    scripts = (RUNS, EVALUATE, CONCEPT, THRESHOLDS, TRUTH, COMPARE, IMPROVE, REPORT, GUIDE)
    return dict(zip(ADDRESSES, scripts, strict=True)).get(address, RUNS)


def build() -> StreamlitPage:
    """Set up the browser page and its menu; return the page to run."""
    here = Path(__file__).resolve().parent
    st.set_page_config(page_title=PRODUCT, page_icon=here / "icon.svg", layout="wide")
    st.logo(str(here / "mark.svg"), size="small")
    page = st.navigation(
        [
            st.Page(RUNS, title="Runs", icon=":material/folder_open:", default=True),
            st.Page(EVALUATE, title="Evaluate", icon=":material/tune:", url_path="evaluate"),
            st.Page(CONCEPT, title="Concept", icon=":material/search:", url_path="concept"),
            st.Page(
                THRESHOLDS, title="Thresholds", icon=":material/balance:", url_path="thresholds"
            ),
            st.Page(TRUTH, title="Ground truth", icon=":material/how_to_vote:", url_path="truth"),
            st.Page(COMPARE, title="Compare", icon=":material/compare_arrows:", url_path="compare"),
            st.Page(IMPROVE, title="Improve", icon=":material/build:", url_path="improve"),
            st.Page(REPORT, title="Report", icon=":material/description:", url_path="report"),
            st.Page(GUIDE, title="Guide", icon=":material/menu_book:", url_path="guide"),
        ],
        position="top",
    )
    _routed.title = page.title
    # callbacks run in threads of their own, before any page is built
    st.session_state[Kept.ADDRESS] = page.url_path
    return page


def guide_address(anchor: str = "") -> str:
    """Return the address of a paragraph of the guide, with everything that is set."""
    return f"guide?{urlencode(write_link(state.asked()), doseq=True)}#{anchor}"


def guide_line(terms: Iterable[str]) -> None:
    """Draw one link for each paragraph that explains a head of a table, or a highlight."""
    groups: dict[str, list[str]] = {}
    for term in terms:
        if term in ANCHORS:
            groups.setdefault(ANCHORS[term], []).append(term)
    top = guide_address()
    links = [
        f"[{wording.escape(', '.join(named))}]({top}{anchor})" for anchor, named in groups.items()
    ]
    if links:
        st.markdown(f":small[In the guide:] {' · '.join(links)}")
