"""Scores as a list in the cells of one column, and which class stands where in it."""

from __future__ import annotations

from dataclasses import replace

from evalcore.errors import RunError, listing, shorten
from evalcore.readers.layouts.profile import is_number
from evalcore.readers.layouts.tables import from_lists
from evalcore.readers.layouts.work import Work
from evalcore.readers.reading.cells import list_items, names_in
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.words import folded, is_place, is_unknown_word
from evalcore.readers.tables.table import shown_texts

__all__ = ["lists_of_scores"]


def lists_of_scores(work: Work) -> bool:
    """Read lists of scores in the cells of a column, where there are such."""
    label = work.label_column()
    column = work.column_of("scores")
    if column is None:
        if label is None or work.has_score_columns(label):
            return False
        free = [c for c in work.open_columns() if work.table.kind(c) in {"text", "list"}]
        found = [c for c in free if work.profile.n_listed(c) >= 2]
        if len(found) != 1:
            return False
        column = found[0]
    classes = _list_classes(work, column, label, work.profile.n_listed(column))
    work.give({column: "scores"})
    work.reading = replace(work.reading, classes=classes)
    work.table = from_lists(work.table, column=column, classes=classes)
    return work.made("a list of scores per input")


def _list_classes(work: Work, column: str, label: str | None, n: int) -> tuple[str, ...]:
    given = work.reading.classes or work.manifest.concepts
    if given:
        return tuple(given)
    for other in work.open_columns():
        lists = {tuple(list_items(cell) or ()) for cell in work.profile.cells.get(other, ())}
        if other != column and len(lists) == 1 and len(next(iter(lists))) == n:
            order = next(iter(lists))
            if len(set(order)) == n and not all(map(is_number, order)):
                work.give({other: "ignore"})
                return order
    names = set() if label is None else names_in(work.cells(label), separator=work.separator())
    names = {name for name in names if not is_unknown_word(name)}
    ids = {folded(name) for name in names}
    if ids and all(is_place(name) and int(name) < n for name in ids):
        return tuple(map(str, range(n)))
    question = (
        f"{work.table.file}: column {shorten(column)} holds a list of {n} scores per input, but "
        "nothing says which class stands where."
    )
    if len(names) != n:
        msg = (
            f"{question} Hint: write their names into run.json, such as "
            '"reading": {"version": 1, "classes": ["cat", "dog"]}.'
        )
        raise RunError(msg)
    roles = {**work.reading.columns, column: "scores"}
    orders = (
        ("in alphabetical order", sorted(names)),
        ("in the order in which the rows name them", _as_met(work, label, names)),
    )
    proposals = [
        Proposal(
            title=f"The classes stand {how}: {listing(order, limit=5)}",
            reading=replace(work.reading, columns=roles, classes=tuple(order)),
        )
        for how, order in orders
    ]
    return ask(question, proposals, asking=work.asking).classes


def _as_met(work: Work, label: str | None, names: set[str]) -> list[str]:
    met = dict.fromkeys(shown_texts(work.cells(label))) if label else {}
    return [name for name in met if name in names]
