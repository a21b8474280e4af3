"""The top of every page: menu, the run's line; and the message of an error that stops a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from evalcore.decisions.parts import TruthUsed
from evalcore.truth.disputes import OpenDisputes
from evalcore.truth.log import Log
from pages._ui import wording
from pages._ui.components.words.words import words
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.shell import agreed_truth, loading, navigation, opening
from pages._ui.shell.attending import attend, page_opened
from pages._ui.shell.loading import Handle
from pages._ui.shell.people import require_admission
from pages._ui.shell.places import told
from pages._ui.shell.run_line import choose_part, choose_run, choose_truth, run_line, show_look
from pages._ui.shell.tour import offer_first_tour
from pages._ui.shell.workshop_bar import offer_workshop, workshop_bar
from pages._ui.wording import Words

__all__ = [
    "OpenRun",
    "errors_as_messages",
    "open_page",
    "open_run",
    "opened",
    "row",
    "table",
    "welcome",
]

MOST_OFFERED = 8
TASKS = {"single_label": "single-label", "multi_label": "multi-label"}
SAMPLE = "kitchen"
PURPOSE = (
    "Decide together how strict a classifier should be: move its threshold, see every number "
    "follow, and look at the very inputs behind a number."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """The open run and the part of it that the filters leave."""

    handle: Handle
    log: Log | None = None
    """What people have said, when everything is counted as agreed."""
    differs: bool = False
    """Whether changes are told against the labels as delivered."""

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

    @property
    def whole(self) -> ec.Evaluation:
        """The evaluation without split and slice, by the labels that were chosen."""
        everything = replace(self.handle, split=None, slice=None)
        as_labelled = loading.evaluation_of(everything)
        if self.log is None:
            return as_labelled
        return agreed_truth.evaluation_of(as_labelled, self.run, self.log)

    @property
    def disputes(self) -> OpenDisputes | None:
        """What open disputes can still change of what is counted; None without a dispute."""
        log = self.log
        with suppress(ec.WorkshopError):  # as labelled everything is shown without the record
            log = log or agreed_truth.log_of(self.run)
        if log is None:
            return None
        agreed = self.log is not None
        return agreed_truth.disputes_of(self.as_labelled, self.run, log, agreed=agreed)

    @property
    def truth_used(self) -> TruthUsed | None:
        """By which labels is counted, as it is recorded; also where changes are told as well."""
        if self.log is None:
            return None
        truth = agreed_truth.laid_over(self.as_labelled.run, self.run, self.log)
        return TruthUsed(
            digest=truth.digest, n_changed=len(truth.changes), n_disputed=len(truth.disputed)
        )

    @property
    def against(self) -> ec.Evaluation | None:
        """What changes are told against; None for the pinned rule."""
        return self.as_labelled if self.differs else None

    @property
    def as_labelled(self) -> ec.Evaluation:
        """The evaluation of what the filters leave, by the labels as delivered."""
        return loading.evaluation_of(self.handle)


def open_page() -> None:
    """Start a page: menu (also when the page was opened before the router ran), state, problems."""
    navigation.ensure_menu()
    view = state.set_up()
    require_admission()
    attend()
    page = state.next_page()
    if page is not None:
        st.switch_page(page, query_params=state.link(str(view.run)))
    _warn(view.problems)
    said = state.complaint()
    if said is not None:
        st.error(told(said))


def _warn(problems: Sequence[str]) -> None:
    for problem in problems:
        st.warning(f"This link could not be followed in full. {told(problem)}")


def table(data: Any, *, alt: str, **more: Any) -> None:  # noqa: ANN401 - as Streamlit takes it
    """Draw a table of Streamlit's that is only read, as large as everything else is.

    It is as large as the page was when the browser made it. In big mode it stands in a box of its
    own, so that the switch makes it anew. Heights are those before big mode.
    """
    more |= {name: state.wide(more[name]) for name in ("height", "row_height") if name in more}
    with st.container() if state.asked().big else nullcontext():
        st.dataframe(data, hide_index=True, alt=alt, **more)


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
        st.error(told(error))
        with st.container(horizontal=True):
            for key in keys[:MOST_OFFERED]:
                label = f"Open {wording.escape(key)}"
                st.button(
                    label, key=of_each(Key.OPEN_INSTEAD, key), on_click=state.open_run, args=(key,)
                )
            if narrowed:
                st.button("Show all inputs", key=Key.WIDEN, on_click=_widen)
        st.stop()


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
    line = run_line(view)
    with line.run:
        choose_run(entries)
    with errors_as_messages(keys=keys):
        handle = loading.open_handle(str(view.run))
        opening.require(handle)
        run = loading.run_of(handle)
        told = len(view.problems)
        problems = state.complete(run).problems
    _warn(problems[told:])
    view = state.current()
    with line.part:
        choose_part(run)
        choose_truth()
        offer_workshop()
    narrowed = view.split is not None or view.slice is not None
    with errors_as_messages(narrowed=narrowed):
        chosen = loading.open_handle(str(view.run), split=view.split, part=view.slice)
        log = None if view.truth == "labelled" else agreed_truth.log_of(run)
        st.session_state[Kept.OPEN_RUN] = OpenRun(
            handle=chosen, log=log, differs=view.truth == "difference"
        )
        opened().evaluation  # noqa: B018 - what is wrong with it is told here
    with line.about:
        about = _about(opened())
        words({"field": "", "words": about, "level": 1, "one_line": True}, key=Key.ABOUT)
    _say_left_out(opened().evaluation.run, narrowed=narrowed)
    page_opened()
    workshop_bar()
    st.set_page_config(page_title=f"{run.name} · {navigation.title()}")
    return opened()


def _say_left_out(run: ec.EvalRun, *, narrowed: bool) -> None:
    """Say which inputs the metrics leave out, and where one sees how the run was read.

    What the reader said counts the whole run; in a part of it the labels themselves are counted.
    """
    told = run.report.left_out
    if told and narrowed:
        told = ["of the whole run: " + told[0], *told[1:]]
    if (narrowed or not told) and run.labels.n_with_unknown:
        inputs = wording.plural(run.labels.n_with_unknown, "input")
        said = f"{inputs} with unknown labels: they take no part in those concepts' numbers"
        told = [*told, said]
    if n_undecided := run.labels.undecided.size:
        told = [*told, f"{n_undecided:,} without a label in no row of the matrix"]
    if told:
        with row():
            st.caption(wording.escape(" · ".join(told)))
            link = state.link(str(state.asked().run))
            st.page_link(navigation.RUNS, label="how it was read", query_params=link)


def welcome() -> None:
    """Say in one line what this is, and offer a run to try it on; for the page that opens first."""
    with row():
        words({"field": "", "words": [{"text": PURPOSE, "strong": False}]}, key=Key.PURPOSE)
        if SAMPLE in [entry.key for entry in loading.library()]:
            st.button(
                f"Try it on {SAMPLE}", key=Key.TRY, icon=":material/play_arrow:", on_click=_try
            )
        show_look(state.asked())
    page_opened()


def _try() -> None:
    if state.asked().run != SAMPLE:
        opening.open_key(SAMPLE, name=SAMPLE)
    offer_first_tour()
    state.leave_for(navigation.EVALUATE)


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
        changes = "changes against as labelled · " if opened.differs else ""
        agreed = [{"text": f"{agreed_truth.in_words(truth)} · {changes}", "strong": False}]
    if not about:
        return [*agreed, {"text": sizes, "strong": False}]
    return [*agreed, {"text": about, "strong": True}, {"text": f" · {sizes}", "strong": False}]
