"""Runs of one data set together: versions in order, what each comes to, and two to compare."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Jobs
from evalcore.comparison.leaderboard import (
    MEASURES,
    Column,
    Leaderboard,
    Measure,
    leaderboard,
    version_order,
)
from evalcore.runs.parts import refuse_large
from pages._ui import wording
from pages._ui.charts.marks import enlarged
from pages._ui.charts.metric_lines import VERSIONS, versions_spec
from pages._ui.components.table.data import TableColumn, TableData
from pages._ui.components.table.table import table
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.choosing import one_of_many, told_apart
from pages._ui.session.keys import Key, of_each
from pages._ui.session.long_answers import long_answer
from pages._ui.session.view import Link
from pages._ui.shell import loading, navigation
from pages._ui.shell.agreed_truth import inputs_digest
from pages._ui.shell.loading import Handle

__all__ = ["Group", "groups_of_runs", "leaderboard_panel"]

Group = list[tuple[Handle, ec.EvalRun]]
"""Runs on one data set, in the order of their versions."""
BEST = "best"
HEIGHT = 240
_jobs: Jobs[Leaderboard] = Jobs(kept=32)
_HELP: dict[Measure, str] = {
    "roc_auc": "Mean over splits. Follows no threshold.",
    "average_precision": "Mean over splits. Follows no threshold.",
    "best_f1": "The highest F1 that any threshold reaches on these very inputs.",
    "precision_at_recall": "The highest precision of any threshold with at least this recall.",
}
OF_WORDS = {"macro": "mean over concepts (macro)", "micro": "all pairs alike (micro)"}


def leaderboard_panel() -> None:
    """Draw one table for each data set that several of the runs read so far are on."""
    groups = groups_of_runs()
    if not groups:
        return
    st.subheader("Versions on one data set", anchor=False)
    view = state.asked()
    concepts = sorted(
        {name for group in groups.values() for _, run in group for name in run.concepts}
    )
    _choices(view, concepts)
    columns = _columns(state.asked())
    for title, group in groups.items():
        _group(title, group, columns)


def groups_of_runs() -> dict[str, Group]:
    """Return the data sets with two runs or more; a run that waits to be read is not among them."""
    found: dict[str, Group] = {}
    for entry in loading.library():
        try:
            handle = loading.open_handle(entry.key)
            if loading.is_ready(handle):
                run = loading.run_of(handle)
                refuse_large(run, what="The leaderboard")
                found.setdefault(_data_set(run), []).append((handle, run))
        except ec.RunError:
            continue  # its row of the library says why
    for group in found.values():
        group.sort(key=lambda one: (version_order(one[1].model_version), one[1].name))
    return {title: group for title, group in found.items() if len(group) > 1}


def _data_set(run: ec.EvalRun) -> str:
    """Return the data set's name; without one the inputs tell that two runs are of the same."""
    if run.dataset:
        return wording.named(run.dataset, run.dataset_version)
    same = wording.plural(run.n_inputs, "input")
    return f"the same {same} ({inputs_digest(run)[:8]})"


def _choices(view: Link, concepts: Sequence[str]) -> None:
    state.seed(Key.BOARD, [one for one in view.board if one in MEASURES])
    of = OF_WORDS | {f"={name}": wording.isolated(name) for name in concepts}
    state.seed(Key.BOARD_RECALL, view.board_recall)
    with st.container(horizontal=True, vertical_alignment="top"):
        st.pills(
            "Columns",
            list(MEASURES),
            selection_mode="multi",
            format_func=MEASURES.__getitem__,
            key=Key.BOARD,
            on_change=_take,
        )
        one_of_many(
            "Of",
            of,
            view.board_of if view.board_of in of else "macro",
            key=Key.BOARD_OF,
            take=lambda one: state.look(board_of=one),
            width=240,
            named=True,
            ours=OF_WORDS,
        )
        st.selectbox(
            "At a recall of at least", ["0.5", "0.8", "0.9", "0.95", "0.99"],
            key=Key.BOARD_RECALL, width=state.wide(150), on_change=_take,
        )  # fmt: skip


def _take() -> None:
    chosen = tuple(st.session_state[Key.BOARD])
    state.look(
        board=chosen or Link().board,
        board_recall=st.session_state[Key.BOARD_RECALL],
    )


def _columns(view: Link) -> tuple[Column, ...]:
    chosen: list[Measure] = [one for one in MEASURES if one in view.board]
    return tuple(
        Column(measure=one, of=view.board_of, recall=float(view.board_recall)) for one in chosen
    )


def _group(title: str, group: Group, columns: tuple[Column, ...]) -> None:
    runs = [run for _, run in group]
    key = AnswerKey.of("leaderboard", runs[0], *(run.fingerprint for run in runs[1:]), columns)
    st.markdown(f"**{wording.escape(title)}**")
    work = partial(leaderboard, runs, columns)
    board = long_answer(_jobs, key, work, doing="Measuring the versions", name=title)
    if board is not None:
        _numbers(title, runs, columns, board)
    _compare(title, group)


def _numbers(
    title: str, runs: Sequence[ec.EvalRun], columns: tuple[Column, ...], board: Leaderboard
) -> None:
    chances = (
        f"“{BEST}” marks what is better than every other run by more than chance."
        if board.was_told
        else "These runs are too large for chance to be told here; Compare tells it."
    )
    with st.container(horizontal=True):
        with st.container():
            data = board_table(title, runs, columns, board)
            table(data, key=of_each(Key.BOARD_TABLE, title), on_pick=_keep, on_sort=_keep)
            st.caption(chances)
        with st.container(width=state.wide(320)):
            _chart(title, runs, columns, board)


def _keep() -> None:
    """Keep nothing: the table sorts itself, and none of its cells is a link."""


def board_table(
    title: str, runs: Sequence[ec.EvalRun], columns: tuple[Column, ...], board: Leaderboard
) -> TableData:
    """Return a row per run; what is best by more than chance says so."""
    heads: list[TableColumn] = [
        {"name": "run", "kind": "text", "help": "", "link": False},
        {"name": "version", "kind": "text", "help": "Of the model.", "link": False},
    ]
    for column in columns:
        name = MEASURES[column.measure]
        if column.measure == "precision_at_recall":
            name = f"precision at recall {wording.shortest(column.recall)}"
        heads.append({"name": name, "kind": "text", "help": _HELP[column.measure], "link": False})
    rows: list[list[str | float | None]] = [
        [
            run.name,
            run.model_version or wording.UNDEFINED,
            *(
                f"{wording.rate(value)}{f' {BEST}' if best else ''}"
                for value, best in zip(values, marks, strict=True)
            ),
        ]
        for run, values, marks in zip(
            runs, board.measured.tolist(), board.is_best.tolist(), strict=True
        )
    ]
    return {
        "field": "",
        "columns": heads,
        "rows": rows,
        "selected": None,
        "sort": None,
        "height": HEIGHT,
        "caption": f"Versions on {title}",
        "empty": "",
    }


def _chart(
    title: str, runs: Sequence[ec.EvalRun], columns: tuple[Column, ...], board: Leaderboard
) -> None:
    rows = [
        {"order": k, "version": run.model_version or run.name, "metric": MEASURES[column.measure],
         "value": board.measured[k, c], "valuetext": wording.rate(float(board.measured[k, c]))}
        for k, run in enumerate(runs)
        for c, column in enumerate(columns)
        if not np.isnan(board.measured[k, c])
    ]  # fmt: skip
    st.vega_lite_chart(
        spec={
            **enlarged(versions_spec(), state.scale()),
            "datasets": {VERSIONS: pd.DataFrame(rows).to_dict("records")},
        },
        key=of_each(Key.BOARD_CHART, title),
        alt=f"The versions on {title} in order; the numbers stand in the table beside.",
    )


def _compare(title: str, group: Group) -> None:
    names = told_apart({handle.key: run.name for handle, run in group}, ours=())
    key = of_each(Key.BOARD_PAIR, title)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.pills(
            "Tick two to compare",
            list(names),
            selection_mode="multi",
            default=list(names) if len(names) == 2 else [],
            format_func=lambda one: wording.escape(names[one]),
            key=key,
        )
        ordered = [one for one in names if one in chosen]
        st.button(
            "Compare these two",
            key=of_each(Key.BOARD_COMPARE, title),
            icon=":material/compare_arrows:",
            disabled=len(ordered) != 2,
            on_click=_open_compare,
            args=(ordered,),
        )


def _open_compare(pair: Sequence[str]) -> None:
    left, right = pair
    if state.asked().run != left:
        state.open_run(left)
    state.change(right=right, right_part="", right_own=(), matched=())
    state.leave_for(navigation.COMPARE)
