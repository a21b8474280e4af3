"""What stands on the right of the page Compare, and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

import evalcore as ec
from evalcore.comparison.pairing import ConceptPairs
from evalcore.comparison.words import METRIC_WORDS
from evalcore.wording import isolated
from pages._ui import wording
from pages._ui.compare.carried import decision_choice
from pages._ui.compare.compared import flat_of, pairs_of
from pages._ui.compare.right_side import WHOLE, right_parts
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few, one_of_many
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import loading

__all__ = ["match_names", "metric_choice", "right_choices"]

RULE_WORDS = {
    "same": "the same thresholds",
    "own": "its own thresholds",
    "recall": "the same recall",
    "precision": "the same precision",
    "predicted": "as many predicted",
    "cost": "the same cost",
    "decision": "those of the decision",
}
TRUTH_WORDS = {"labelled": "as labelled", "agreed": "as agreed"}
SCOPE_WORDS = {"each": "concept by concept", "common": "one for all"}


def right_choices(view: View) -> View | None:
    """Let people choose the other run, its part and its rule; None where there is no other run."""
    entries = loading.library(view.right)
    names = {entry.key: entry.name for entry in entries}
    if view.right not in names:
        others = [key for key in names if key != view.run]
        if not others:
            return None
        state.look(right=_proposed(str(view.run), others))
        view = state.current()
    _choose("Right side", Key.RIGHT, names, view.right, take=_take_right)
    run = loading.run_of(loading.open_handle(str(view.right)))
    _choose_part(run, view)
    _choose("Its truth", Key.RIGHT_TRUTH, TRUTH_WORDS, view.right_truth)
    decision_choice(view, run.concepts)
    rules = {k: v for k, v in RULE_WORDS.items() if k != "decision" or view.carried is not None}
    chosen = view.right_rule if view.right_rule in rules else "same"
    _choose("Its thresholds", Key.RIGHT_RULE, rules, chosen, take=_take_rule)
    if view.right_rule not in {"same", "own", "decision"}:
        _choose("Matched", Key.MATCH_SCOPE, SCOPE_WORDS, view.match_scope)
    return view


def metric_choice(view: View) -> None:
    """Let people choose what is compared concept by concept."""
    one_of_few(
        "Compared",
        {metric: words.replace("average", "avg.") for metric, words in METRIC_WORDS.items()},
        view.compared,
        key=Key.COMPARED,
        take=lambda metric: state.look(compared=metric),
    )


def _proposed(left: str, others: list[str]) -> str:
    """Return the run whose name is most like that of the left one."""
    alike = [key for key in others if key.startswith(left) or left.startswith(key)]
    return (alike or others)[0]


def _choose_part(run: ec.EvalRun, view: View) -> None:
    parts = right_parts(run)
    chosen = view.right_part if view.right_part in parts else WHOLE
    _choose("Part", Key.RIGHT_PART, parts, chosen, ours=(WHOLE,))


def _choose(
    label: str,
    key: Key,
    words: Mapping[str, str],
    chosen: str | None,
    *,
    take: Callable[[str], object] | None = None,
    ours: tuple[str, ...] = (),
) -> None:
    one_of_many(
        label,
        {option: isolated(text) for option, text in words.items()},
        chosen,
        key=key,
        take=take or (lambda option: state.change(**{str(key): option})),
        width=190,
        named=True,
        ours=ours,
    )


def _take_right(run: str) -> None:
    state.change(right=run, right_part=WHOLE, right_own=(), matched=())


def _take_rule(rule: str) -> None:
    """Follow another rule: thresholds that were set by hand no longer apply."""
    state.change(right_rule=rule, right_own=())


def match_names(concepts: ConceptPairs, view: View) -> None:
    """Offer to match names that differ by nothing that matters, and to part them again."""
    pairs = pairs_of(view.matched)
    if not concepts.offered and not pairs:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for ours, theirs in concepts.offered:
            st.button(
                f"Match {wording.escape(ours)} with {wording.escape(theirs)}",
                key=of_each(Key.MATCH_NAMES, ours),
                icon=":material/link:",
                on_click=_match,
                args=([*pairs, (ours, theirs)],),
            )
        for pair in pairs:
            st.button(
                f"Part {wording.escape(pair[0])} from {wording.escape(pair[1])}",
                key=of_each(Key.UNMATCH_NAMES, pair[0]),
                icon=":material/link_off:",
                on_click=_match,
                args=([other for other in pairs if other != pair],),
            )


def _match(pairs: list[tuple[str, str]]) -> None:
    state.change(matched=flat_of(pairs))
