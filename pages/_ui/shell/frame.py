"""The top of every page: menu, the run's line; and the message of an error that stops a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from evalcore.library.folder_of_runs import RunEntry
from evalcore.truth.log import Log
from pages._ui import wording
from pages._ui.components.look.look import look
from pages._ui.components.words.words import words
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import Link
from pages._ui.shell import agreed_truth, loading, navigation, opening
from pages._ui.shell.loading import Handle
from pages._ui.wording import Words

__all__ = [
    "OpenRun",
    "errors_as_messages",
    "open_page",
    "open_run",
    "opened",
    "row",
    "show_look",
    "welcome",
]

ALL_SPLITS = "all splits"
ALL_INPUTS = "all inputs"
MOST_OFFERED = 8
SAMPLE = "kitchen"
PURPOSE = (
    "Decide together how strict a classifier should be: move its threshold, see every number "
    "follow, and look at the very inputs behind a number."
)
RUN_WIDTH, SPLIT_WIDTH, SLICE_WIDTH, TRUTH_WIDTH = 190, 120, 170, 140
"""Pixels of the small controls in the run's line."""
TASKS = {"single_label": "single-label", "multi_label": "multi-label"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """The open run and the part of it that the filters leave."""

    handle: Handle
    log: Log | None = None
    """What people have said, when everything is counted as agreed."""

    @property
    def run(self) -> ec.EvalRun:
        """The whole run."""
        return loading.run_of(self.handle)

    @property
    def evaluation(self) -> ec.Evaluation:
        """The evaluation of what the filters leave, by the labels that were chosen."""
        if self.log is None:
            return self.as_labelled
        return agreed_truth.evaluation_of(self.as_labelled, self.run, self.log)

    def open_disputes(self, rule: ec.Rule) -> str:
        """Return how far the numbers can still move; ``""`` as labelled, or without a dispute."""
        if self.log is None:
            return ""
        truth = agreed_truth.laid_over(self.as_labelled.run, self.run, self.log)
        return agreed_truth.band_in_words(self.evaluation, rule, truth)

    @property
    def as_labelled(self) -> ec.Evaluation:
        """The evaluation of what the filters leave, by the labels as delivered."""
        return loading.evaluation_of(self.handle)


def open_page() -> None:
    """Start a page: menu (also when the page was opened before the router ran), state, problems."""
    navigation.ensure_menu()
    view = state.set_up()
    page = state.next_page()
    if page is not None:
        st.switch_page(page, query_params=state.link(str(view.run)))
    _warn(view.problems)
    said = state.complaint()
    if said is not None:
        st.error(wording.escape(said))


def _warn(problems: Sequence[str]) -> None:
    for problem in problems:
        st.warning(f"This link could not be followed in full. {wording.escape(problem)}")


def row() -> DeltaGenerator:
    """Return a row for text and controls."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


@contextmanager
def errors_as_messages(*, keys: Sequence[str] = (), narrowed: bool = False) -> Iterator[None]:
    """Show what the core says about bad data or a bad request, offer a way on, and stop the page.

    Parameters
    ----------
    keys
        Runs to offer instead.
    narrowed
        Whether to offer all inputs of the run instead of a split or slice.
    """
    try:
        yield
    except ec.WorkshopError as error:
        st.error(wording.escape(str(error)))
        with st.container(horizontal=True):
            for key in keys[:MOST_OFFERED]:
                label = f"Open {wording.escape(key)}"
                st.button(label, key=of_each(Key.OPEN_INSTEAD, key), on_click=_open, args=(key,))
            if narrowed:
                st.button("Show all inputs", key=Key.WIDEN, on_click=_widen)
        st.stop()


def _open(key: str) -> None:
    state.open_run(key)


def _widen() -> None:
    state.change(split=None, slice=None, input=None, page=1)


def opened() -> OpenRun:
    """Return the open run of this session; fragments read it, as their arguments would be stale."""
    current: OpenRun = st.session_state[Kept.OPEN_RUN]
    return current


def open_run() -> OpenRun:
    """Draw the run's line, where run, split and slice are chosen; return what they leave."""
    opening.panel()
    view = state.asked()
    entries = loading.library(view.run)
    if not entries:
        loading.say_empty()
        st.stop()
    keys = [entry.key for entry in entries]
    if view.run is None:
        view = state.change(run=keys[0])
    line = _line(view)
    with line.run:
        _choose_run(keys, _names(entries))
    with errors_as_messages(keys=keys):
        handle = loading.open_handle(str(view.run))
        opening.require(handle)
        run = loading.run_of(handle)
        told = len(view.problems)
        problems = state.complete(run).problems
    _warn(problems[told:])
    view = state.current()
    with line.part:
        _choose_part(run)
        _choose_truth()
    with errors_as_messages(narrowed=view.split is not None or view.slice is not None):
        chosen = loading.open_handle(str(view.run), split=view.split, part=view.slice)
        log = agreed_truth.log_of(run) if view.truth == "agreed" else None
        st.session_state[Kept.OPEN_RUN] = OpenRun(handle=chosen, log=log)
        opened().evaluation  # noqa: B018 - what is wrong with it is told here
    with line.about:
        about = _about(opened())
        words({"field": "", "words": about, "level": 1, "one_line": True}, key=Key.ABOUT)
    st.set_page_config(page_title=f"{run.name} · {navigation.title()}")
    return opened()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The places in the run's line."""

    run: DeltaGenerator
    about: DeltaGenerator
    part: DeltaGenerator


def _line(view: Link) -> _Line:
    with st.container(key=Key.RUN_LINE, horizontal=True, vertical_alignment="center", gap="small"):
        run = st.container(width=RUN_WIDTH)
        about = st.container()
        part = st.container(
            width="content", horizontal=True, vertical_alignment="center", gap="small"
        )
        show_look(view)
    return _Line(run=run, about=about, part=part)


def welcome() -> None:
    """Say in one line what this is, and offer a run to try it on; for the page that opens first."""
    with row():
        words({"field": "", "words": [{"text": PURPOSE, "strong": False}]}, key=Key.PURPOSE)
        if SAMPLE in [entry.key for entry in loading.library()]:
            st.button(
                f"Try it on {SAMPLE}", key=Key.TRY, icon=":material/play_arrow:", on_click=_try
            )
        show_look(state.asked())


def _try() -> None:
    if state.asked().run != SAMPLE:
        opening.open_key(SAMPLE, name=SAMPLE)
    state.leave_for(navigation.EVALUATE)


def show_look(view: Link) -> None:
    """Draw the switches of big mode and theme."""
    look({"big": view.big, "pages": navigation.ADDRESSES}, key=Key.LOOK, on_size=_resize)


def _resize() -> None:
    state.look(big=bool(st.session_state[Key.LOOK]["size"]["big"]))


def _names(entries: Sequence[RunEntry]) -> dict[str, str]:
    """Return what each run is called; the whole key where two have one name."""
    names = [entry.name for entry in entries]
    return {e.key: e.name if names.count(e.name) == 1 else e.key for e in entries}


def _choose_run(keys: list[str], names: dict[str, str]) -> None:
    chosen = state.asked().run
    state.seed(Key.RUN, chosen if chosen in names else None)

    def choose() -> None:
        wanted = st.session_state[Key.RUN]
        opening.open_key(wanted, name=names[wanted])

    st.selectbox(
        "Run",
        keys,
        format_func=lambda key: names[key],
        key=Key.RUN,
        label_visibility="collapsed",
        on_change=choose,
    )


def _choose_part(run: ec.EvalRun) -> None:
    view = state.current()
    if run.folds is not None:
        splits = [ALL_SPLITS, *run.fold_names]
        state.seed(Key.SPLIT, view.split if view.split in splits else ALL_SPLITS)
        st.selectbox(
            "Split",
            splits,
            key=Key.SPLIT,
            label_visibility="collapsed",
            width=SPLIT_WIDTH,
            on_change=_take_split,
        )
    pairs = loading.slices(run)
    if pairs:
        names = {ALL_INPUTS: None} | {_slice_label(*pair): pair for pair in pairs}
        label = next((text for text, pair in names.items() if pair == view.slice), ALL_INPUTS)
        state.seed(Key.SLICE, label)
        st.selectbox(
            "Slice",
            list(names),
            key=Key.SLICE,
            label_visibility="collapsed",
            width=SLICE_WIDTH,
            on_change=_take_slice,
            args=(names,),
        )


def _slice_label(column: str, value: str) -> str:
    return f"{column} = {value}" if value else f"{column} is empty"


def _take_split() -> None:
    chosen = st.session_state[Key.SPLIT]
    state.change(split=None if chosen == ALL_SPLITS else chosen, input=None, page=1)


def _take_slice(names: dict[str, tuple[str, str] | None]) -> None:
    state.change(slice=names[st.session_state[Key.SLICE]], input=None, page=1)


def _choose_truth() -> None:
    sides = {"as labelled": "labelled", "as agreed": "agreed"}
    state.seed(Key.TRUTH, next(n for n, side in sides.items() if side == state.current().truth))

    def choose() -> None:
        state.change(truth=sides[st.session_state[Key.TRUTH]])

    st.selectbox(
        "Truth",
        list(sides),
        key=Key.TRUTH,
        label_visibility="collapsed",
        width=TRUTH_WIDTH,
        on_change=choose,
    )


def _about(opened: OpenRun) -> Words:
    """Say what the run is, and how much of it is looked at."""
    part = opened.evaluation.run
    model = wording.named(part.model, part.model_version)
    data = wording.named(part.dataset, part.dataset_version)
    about = " on ".join(map(wording.isolated, filter(None, (model, data))))
    inputs = wording.plural(opened.run.n_inputs, "input")
    if part.n_inputs != opened.run.n_inputs:
        inputs = f"{part.n_inputs:,} of {inputs}"
    n_concepts = wording.plural(part.n_concepts, "concept")
    sizes = f"{inputs} · {n_concepts} · {TASKS[part.task]}"
    # first, for the line is cut where it is too long
    agreed: Words = []
    if opened.log is not None:
        truth = agreed_truth.laid_over(opened.as_labelled.run, opened.run, opened.log)
        agreed = [{"text": f"{agreed_truth.in_words(truth)} · ", "strong": False}]
    if not about:
        return [*agreed, {"text": sizes, "strong": False}]
    return [*agreed, {"text": about, "strong": True}, {"text": f" · {sizes}", "strong": False}]
