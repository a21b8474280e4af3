"""The table over slices or splits, which answers whether it is worse on phone pictures."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

import evalcore as ec
from evalcore.arrays import BoolArray, text_column
from pages._ui.numbers.linked_table import Link, LinkedTable
from pages._ui.numbers.linked_tables import (
    COUNT_LINKS,
    RATE_LINKS,
    count_columns,
    with_intervals,
)
from pages._ui.session.choosing import told_apart
from pages._ui.session.view import View
from pages._ui.shell import loading
from pages._ui.shell.measuring import property_slice, property_values

__all__ = [
    "SPLITS",
    "Part",
    "chosen",
    "columns_of",
    "row_chosen",
    "rows_of",
    "slices_table",
    "too_large",
]

SPLITS = "splits"
ALL = "all inputs"
MOST_SCORES = 5_000_000
"""Pairs of inputs and concepts up to which each part has an index of its own in no time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The inputs of a row: a slice, a split, or all of them."""

    name: str
    evaluation: ec.Evaluation
    slice: tuple[str, str] | None = None
    split: str | None = None


_parts: WeakKeyDictionary[ec.Evaluation, dict[str, tuple[Part, ...]]] = WeakKeyDictionary()
_lock = threading.Lock()


def too_large(run: ec.EvalRun) -> bool:
    """Tell whether a run is too large for a table of its slices."""
    return run.scores.size > MOST_SCORES


def columns_of(run: ec.EvalRun) -> dict[str, str]:
    """Return what a run can be parted by, a key to its words.

    Columns of few values first, then what was measured of the inputs, then the splits.
    """
    named = {f"={name}": name for name in (*loading.few_valued(run), *property_values(run))}
    return named | ({SPLITS: "split"} if run.folds is not None else {})


def _parts_of(whole: ec.Evaluation, by: str) -> tuple[Part, ...]:
    """Return the parts of a run, each with its evaluation; kept as long as the run's own."""
    with _lock:
        known = _parts.setdefault(whole, {})
        if by not in known:
            known[by] = tuple(_parted(whole.run, by))
        return known[by]


def _parted(run: ec.EvalRun, by: str) -> Sequence[Part]:
    def taken(keep: BoolArray) -> ec.Evaluation:
        return ec.Evaluation(run.subset(np.flatnonzero(keep)))

    if by == SPLITS and run.folds is not None:
        folds = run.folds
        return [
            Part(name=name, evaluation=taken(folds == k), split=name)
            for k, name in enumerate(run.fold_names)
            if (folds == k).any()
        ]
    column = by.removeprefix("=")
    masks = _masks(run, column)
    names = told_apart({value: value or "(empty)" for value in masks}, ours=("",))
    return [
        Part(name=names[value], evaluation=taken(keep), slice=(column, value))
        for value, keep in masks.items()
    ]


def _masks(run: ec.EvalRun, column: str) -> dict[str, BoolArray]:
    """Return which inputs have each value of a column, or of a property that was measured."""
    values = loading.few_valued(run).get(column)
    if values is not None:
        return {value: np.asarray(run.metadata[column] == value) for value in values}
    found = {name: property_slice(run, (column, name)) for name in property_values(run)[column]}
    return {name: keep for name, keep in found.items() if keep is not None}


def rows_of(whole: ec.Evaluation, by: str) -> tuple[Part, ...]:
    """Return the parts of the rows: all inputs, then each part."""
    parts = _parts_of(whole, by)
    names = told_apart({None: ALL} | {part: part.name for part in parts})
    return (Part(name=ALL, evaluation=whole), *(replace(p, name=names[p]) for p in parts))


def slices_table(whole: ec.Evaluation, view: View) -> LinkedTable:
    """Return one row per part: of a concept, or of all of them together."""
    run, by = whole.run, chosen(whole.run, view)
    rows = rows_of(whole, by)
    concept = view.sliced_for if view.sliced_for in run.concepts else None
    columns = _columns(rows, view, None if concept is None else run.position_of(concept))
    head = columns_of(run)[by]

    def of(link: Link) -> Link:
        return lambda _: link(str(concept))

    links: dict[str, Link] = {head: ec.Labelled, "inputs": ec.Labelled}
    counted = COUNT_LINKS | RATE_LINKS
    links |= {name: of(link) if concept else ec.Labelled for name, link in counted.items()}
    names = text_column(part.name for part in rows)
    return LinkedTable(columns={head: names} | columns, links=links, names=head)


def chosen(run: ec.EvalRun, view: View) -> str:
    """Return what the table parts by: as chosen, else the first there is."""
    there = columns_of(run)
    return view.sliced_by if view.sliced_by in there else next(iter(there))


def _columns(rows: Sequence[Part], view: View, j: int | None) -> dict[str, Any]:
    each = [part.evaluation.counts(view.rule) for part in rows]
    taken = [one.pooled() if j is None else one.take(slice(j, j + 1)) for one in each]
    fields = ("tp", "fp", "fn", "tn")
    counts = ec.Counts(**{f: np.concatenate([getattr(one, f) for one in taken]) for f in fields})
    areas = [part.evaluation.roc_auc() for part in rows]
    columns: dict[str, Any] = {
        "inputs": np.array([part.evaluation.run.n_inputs for part in rows]),
        "ROC AUC": np.array([ec.mean_of(a).value if j is None else a[j] for a in areas]),
        **count_columns(counts),
    }
    return with_intervals(columns, counts) if view.intervals else columns


def row_chosen(whole: ec.Evaluation, view: View) -> int | None:
    """Return the row of the part that is looked at; None where the table has no row for it."""
    for k, part in enumerate(rows_of(whole, chosen(whole.run, view))):
        if (part.slice, part.split) == (view.slice, view.split):
            return k
    return None
