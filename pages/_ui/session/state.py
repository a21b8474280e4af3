"""The session's view, and its mirror in the address bar.

The view lives in the session; the link is written from it. A link that differs from the one written
last was opened, edited or gone back to by a person, and then the view is read from it; unless it is
the one before, sent by a browser that has not got the newest yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from evalcore import EvalRun, Rule
from pages._ui.session.keys import LIVE, WORKSHOP, Kept
from pages._ui.session.targets import Target
from pages._ui.session.view import Link, View, read_link, write_link

__all__ = [
    "BIG",
    "adopt",
    "asked",
    "came_by_menu",
    "change",
    "close_run",
    "complain",
    "complaint",
    "complete",
    "current",
    "drag",
    "draw_by",
    "earlier_rules",
    "follow",
    "is_chosen_for_goal",
    "leave_for",
    "link",
    "look",
    "next_page",
    "open_run",
    "redo",
    "refresh",
    "reopen",
    "scale",
    "seed",
    "set_plan",
    "set_rule",
    "set_up",
    "show",
    "undo",
    "undone_rules",
    "wide",
]

BIG = 1.4
"""How much larger everything is in big mode."""
MOST_KEPT = 50
NO_TRIAL: Mapping[str, None] = {"trial": None, "trial_pinned": None}


def set_up() -> Link:
    """Bring session and link together; call once at the top of a page."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    is_new = Kept.VIEW not in st.session_state
    _forget_links_of_other_pages()
    if not is_new and _is_left(query):
        st.query_params.from_dict(st.session_state[Kept.VIEW_IN_LINK])
    elif is_new or (query and query != st.session_state[Kept.VIEW_IN_LINK]):
        st.session_state[Kept.VIEW] = read_link(query)
        st.session_state[Kept.VIEW_IN_LINK] = query
        st.session_state[Kept.LINKS_LEFT] = []
    elif not query:
        # another page was opened from the menu, which empties the link
        st.session_state[Kept.CAME_BY_MENU] = True
        _write_link(st.session_state[Kept.VIEW])
    return asked()


def _is_left(query: dict[str, list[str]]) -> bool:
    """Tell whether a link is one that this page has replaced, and that nobody has gone back to.

    What a browser sends while the newest is on its way to it still has the one before.
    """
    here = get_script_run_ctx()
    if here is None or here.is_history_navigation:
        return False
    is_newest = query == st.session_state[Kept.VIEW_IN_LINK]
    return query in st.session_state[Kept.LINKS_LEFT] and not is_newest


def _forget_links_of_other_pages() -> None:
    here = get_script_run_ctx()
    page = here.page_script_hash if here else None
    if st.session_state.get(Kept.LINK_PAGE) != page:
        st.session_state[Kept.LINK_PAGE], st.session_state[Kept.LINKS_LEFT] = page, []


def came_by_menu() -> bool:
    """Tell, once, whether the page was opened from the menu, with what was set on the last one."""
    return bool(st.session_state.pop(Kept.CAME_BY_MENU, False))


def asked() -> Link:
    """Return what is set in this session, whether or not a run stands beside it."""
    link: Link = st.session_state[Kept.VIEW]
    return link


def current() -> View:
    """Return the view of this session, once a run is open."""
    view = asked()
    if not isinstance(view, View):
        msg = "no run is open: frame.open_run completes what the link sets"
        raise TypeError(msg)
    return view


def change(**fields: Any) -> Link:  # noqa: ANN401 - the fields of View, typed there
    """Change the view and write the link; a change of the list shown goes back to page 1."""
    if "page" not in fields and "input" not in fields:
        fields["page"] = 1
    for said in (Kept.COMPLAINT, Kept.EXAMPLE_MADE):
        st.session_state.pop(said, None)
    before = asked()
    if fields.keys() & {"rule", "target"}:
        fields = {**NO_TRIAL, **fields}
    view = replace(before, **(fields | {"problems": ()}))
    st.session_state[Kept.VIEW] = view
    if isinstance(before, View) and "rule" in fields:
        _remember(view.rule)
    _write_link(view)
    return view


def show(target: Target) -> NoReturn:
    """Show the inputs behind a number; for callbacks of the fragments."""
    change(target=target)
    refresh()


def draw_by(*fragments: str) -> None:
    """Note the fragments by which a page draws numbers and images, before it calls them."""
    st.session_state[Kept.FRAGMENTS] = fragments


def refresh() -> NoReturn:
    """Draw numbers and images anew, and the bar of a workshop; for callbacks."""
    bar = [WORKSHOP] if Kept.ATTENDING in st.session_state else []
    st.rerun([*st.session_state[Kept.FRAGMENTS], *bar])


def follow() -> None:
    """Draw numbers and images anew; for callbacks of the fragment ``LIVE``.

    That one is drawn after them in any case. Where nothing else follows, to ask for it would cost a
    second run.
    """
    if st.session_state[Kept.FRAGMENTS] != (LIVE,) or Kept.ATTENDING in st.session_state:
        refresh()


def adopt(thresholds: Mapping[str, float], *, common: bool) -> None:
    """Take thresholds over into the live rule, except for locked concepts; can be undone.

    Parameters
    ----------
    common
        Whether they are one threshold for all, so that no concept keeps one of its own.
    """
    view = current()
    rule, locked = view.rule, set(view.plan.locked)
    kept = {name: rule.threshold_of(name) for name in locked}
    if common:
        rule = rule.without_own().with_default(next(iter(thresholds.values())))
    else:
        rule = rule.with_own(thresholds)
    set_rule(rule.with_own(kept))
    st.session_state[Kept.GOAL_TAKEN] = (_question(), current().rule)


def is_chosen_for_goal() -> bool:
    """Tell whether the live rule is the one that was taken over for the goal that is set."""
    taken: object = st.session_state.get(Kept.GOAL_TAKEN)
    return taken == (_question(), current().rule)


def _question() -> tuple[object, ...]:
    plan = current().plan
    return (plan.goal, plan.concept, plan.common, plan.confidence, plan.joint)


def set_rule(rule: Rule) -> None:
    """Make a rule the live one; :func:`undo` goes back to the one before."""
    change(rule=rule)


def undo() -> None:
    """Go back to the rule before the last change of it."""
    *rest, last = earlier_rules()
    undone = [*undone_rules(), current().rule]
    change(rule=last)
    st.session_state[Kept.RULES_BEFORE] = rest
    st.session_state[Kept.RULES_UNDONE] = undone


def redo() -> None:
    """Take back the last :func:`undo`."""
    *rest, last = undone_rules()
    change(rule=last)
    st.session_state[Kept.RULES_UNDONE] = rest


def earlier_rules() -> list[Rule]:
    """Return the rules that can be gone back to, the latest last."""
    rules: list[Rule] = st.session_state.get(Kept.RULES_BEFORE, [])
    return rules


def undone_rules() -> list[Rule]:
    """Return the rules that can be gone forward to, the next one last."""
    rules: list[Rule] = st.session_state.get(Kept.RULES_UNDONE, [])
    return rules


def _remember(now: Rule | None) -> None:
    """Keep the rule that was there before a change; of a drag, the one that it began with."""
    before = st.session_state.get(Kept.RULE_AT_REST)
    if before is not None and before != now:
        st.session_state[Kept.RULES_BEFORE] = [*earlier_rules(), before][-MOST_KEPT:]
        st.session_state[Kept.RULES_UNDONE] = []


def _forget_rules() -> None:
    st.session_state[Kept.RULES_BEFORE] = []
    st.session_state[Kept.RULES_UNDONE] = []


def leave_for(page: str) -> None:
    """Turn to another page with everything that is set; for callbacks."""
    st.session_state[Kept.NEXT_PAGE] = page


def reopen(query: Mapping[str, Sequence[str]]) -> None:
    """Take up the view that a link describes, and stay in the workshop; for callbacks."""
    _forget_rules()
    st.session_state[Kept.VIEW] = replace(read_link(query), workshop=asked().workshop)
    _write_link(asked())


def next_page() -> str | None:
    """Return the page that was asked for, once."""
    page: str | None = st.session_state.pop(Kept.NEXT_PAGE, None)
    return page


def complain(text: str) -> None:
    """Keep a complaint about what was typed until something else is set; for callbacks."""
    st.session_state[Kept.COMPLAINT] = text


def complaint() -> str | None:
    """Return the complaint, None when there is none."""
    text: str | None = st.session_state.get(Kept.COMPLAINT)
    return text


def look(**fields: Any) -> None:  # noqa: ANN401
    """Change how things are shown; the list stays on its page."""
    change(**fields, page=asked().page)


def set_plan(**fields: Any) -> None:  # noqa: ANN401 - the fields of Plan, typed there
    """Change what the Thresholds page asks; what was previewed for the question before ends."""
    ended = {} if set(fields) <= {"evidence"} else NO_TRIAL
    look(plan=replace(asked().plan, **fields), **ended)


def complete(run: EvalRun) -> View:
    """Fill in what the run proposes where nothing is set."""
    view = asked()
    whole = view.complete(run)
    if whole != view:
        st.session_state[Kept.VIEW] = whole
        _write_link(whole)
    return whole


def wide(pixels: int) -> int:
    """Return how wide a control is to be: in big mode its words are larger."""
    return round(pixels * scale())


def scale() -> float:
    """Return how much larger everything is drawn than usual."""
    return BIG if asked().big else 1


def seed(key: str, value: object) -> None:
    """Give a widget its value from the view, before it is drawn."""
    st.session_state[key] = value


def open_run(key: str) -> None:
    """Turn to another run: what was set for the last one no longer applies, the look stays."""
    _turn_to(key)


def close_run() -> None:
    """Leave the open run, as it is there no more; the next page opens another."""
    _turn_to(None)


def _turn_to(key: str | None) -> None:
    link = _afresh(key)
    _forget_rules()
    st.session_state[Kept.VIEW] = link
    st.session_state.pop(Kept.COMPLAINT, None)
    _write_link(link)


def link(key: str) -> dict[str, list[str]]:
    """Return the query that opens a run: as it is set now, or afresh for another run."""
    view = asked()
    return write_link(view if view.run == key else _afresh(key))


def _afresh(key: str | None) -> Link:
    now = asked()
    looks = ("mode", "order", "panel", "every_column", "intervals", "concept_order", "big")
    boards = ("board", "board_of", "board_recall", "workshop")
    kept = {name: getattr(now, name) for name in (*looks, *boards)}
    # the goal stays the goal; what is said of single concepts does not
    plan = replace(now.plan, concept=None, prevalences=(), locked=(), evidence=(), decision=None)
    return Link(run=key, plan=plan, **kept)


def drag(**fields: Any) -> None:  # noqa: ANN401
    """Change the view without touching the link: browsers refuse many changes of it a second."""
    st.session_state[Kept.VIEW] = replace(current(), **fields, page=1)


def _write_link(view: Link) -> None:
    st.session_state[Kept.RULE_AT_REST] = view.rule
    query = write_link(view)
    if (before := st.session_state.get(Kept.VIEW_IN_LINK)) is not None:
        left = st.session_state.get(Kept.LINKS_LEFT, [])
        st.session_state[Kept.LINKS_LEFT] = [*left, before][-MOST_KEPT:]
    st.session_state[Kept.VIEW_IN_LINK] = query
    tell: Callable[[], None] | None = st.session_state.get(Kept.ON_CHANGE)
    if tell is not None:
        tell()
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)
