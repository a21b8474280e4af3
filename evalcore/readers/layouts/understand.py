"""From a table in any layout, and what is known of its reading, to one row per input.

Two things come before the layout: a column of the parts of a data set, of which only one is
evaluated, and classes that are called like a role (text, image, id, fold, split, path or label).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evalcore.errors import RunError, listing, shorten
from evalcore.readers.layouts.made_table import MadeTable, SomeRows
from evalcore.readers.layouts.other_layouts import other_layout
from evalcore.readers.layouts.profile import Profile
from evalcore.readers.layouts.score_choice import find_scores
from evalcore.readers.layouts.work import Work
from evalcore.readers.reading.cells import names_in
from evalcore.readers.reading.column_roles import PART, role_of
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.reading import Reading
from evalcore.readers.reading.words import (
    EVALUATED,
    ID_COLUMNS,
    PART_COLUMNS,
    PARTS,
    TRUTH_COLUMNS,
    folded,
)
from evalcore.readers.tables.table import Table, shown_texts
from evalcore.runs.format_words import SCORE_PREFIX

__all__ = ["Understood", "understand"]

SPENT = frozenset({"class", "truth", "prediction", "confidence", "scores"})
"""Roles that are used up once another table is made: a column of that name is a new one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Understood:
    """A table of one row per input, and what run.json would have to say for it."""

    table: Table
    manifest: Manifest
    reading: Reading


def understand(table: Table, manifest: Manifest, *, dense: bool, asking: bool) -> Understood:
    """Bring a table into the shape of one row per input, as its owner means it.

    Parameters
    ----------
    dense
        Whether the scores stand in this table.
    asking
        Whether to ask when more than one reading is plausible; else the first is taken.

    Raises
    ------
    AmbiguousReading
        With the proposals.
    RunError
        When the table does not hold what its reading says.
    """
    given = manifest.reading
    columns = {**manifest.columns, **given.columns}
    work = Work(
        table=table,
        profile=Profile(table=table),
        manifest=manifest,
        reading=replace(given, columns=columns),
        asking=asking,
    )
    for column in columns:
        if column not in table.columns:
            return _result(work)  # the roles say what is wrong
    _take_part(work)
    _name_classes(work)
    if not dense:
        _name_ids(work)
        return _result(work)
    if not other_layout(work):
        find_scores(work)
    return _result(work)


def _name_ids(work: Work) -> None:
    """Take the only column that is called like an id for the ids, when none is called so."""
    if work.column_of("id") is None and "id" not in work.named():
        found = [c for c in work.profile.named(ID_COLUMNS) if c in work.open_columns()]
        if len(found) == 1:
            work.give({found[0]: "id"})


def _result(work: Work) -> Understood:
    columns = {
        column: choice
        for column, choice in work.reading.columns.items()
        if not isinstance(work.table, MadeTable)
        or (column in work.table.columns and role_of(choice) not in SPENT)
    }
    columns = {c: "metadata" if role_of(r) == PART else r for c, r in columns.items()}
    manifest = replace(work.manifest, columns=columns)
    short = {c: r for c, r in work.reading.columns.items() if c not in work.found_again}
    reading = replace(work.reading, columns=short)
    return Understood(table=work.table, manifest=manifest, reading=reading)


def _take_part(work: Work) -> None:
    """Keep the rows of the part that is evaluated, where a column names parts."""
    column = work.column_of(PART)
    if column is None:
        column = _parts_column(work)
    if column is None:
        return
    texts = [text.strip() for text in shown_texts(work.cells(column))]
    counts = {text: texts.count(text) for text in dict.fromkeys(texts)}
    if not {folded(text) for text in counts} <= PARTS and not work.reading.part:
        return
    part = work.reading.part or _which_part(work, column, counts)
    if part not in counts:
        msg = (
            f"{work.table.file}: no row of column {shorten(column)} says {shorten(part)}; it "
            f"holds {listing(counts)}. Hint: correct 'part' in run.json's reading."
        )
        raise RunError(msg)
    work.give({column: "part"})
    work.reading = replace(work.reading, part=part)
    shown = ", ".join(f"{shorten(text)} ({n:,})" for text, n in counts.items())
    work.tell(
        f"column {shorten(column)} names the parts of the data set: {shown}. Only "
        f"{shorten(part)} is evaluated; they are no cross-validation splits.",
        level="warning",
        count=len(texts) - counts[part],
        left_out=f"only the part {shorten(part)} is evaluated, {counts[part]:,} of {len(texts):,}",
    )
    work.table = SomeRows(table=work.table, keep=np.array([text == part for text in texts]))
    work.profile = Profile(table=work.table)


def _parts_column(work: Work) -> str | None:
    if work.manifest.folds is not None:
        return None
    for column in work.profile.named(PART_COLUMNS):
        values = {folded(text) for text in work.profile.values(column)}
        if column not in work.reading.columns and values and values <= PARTS:
            return column
    return None


def _which_part(work: Work, column: str, counts: dict[str, int]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    tests = [text for text in counts if folded(text) in EVALUATED]
    if len(tests) == 1:
        return tests[0]
    roles = {**work.reading.columns, column: "part"}
    every = replace(work.reading, columns={**work.reading.columns, column: "fold"})
    proposals = [
        Proposal(
            title=f"Only the part {shorten(text)} is evaluated",
            reading=replace(work.reading, columns=roles, part=text),
        )
        for text in sorted(counts, key=lambda text: ("train" in folded(text), text))
    ]
    proposals.append(Proposal(title="They are cross-validation splits", reading=every))
    question = (
        f"{work.table.file}: column {shorten(column)} names parts of the data set "
        f"({listing(counts)}), and none of them, or more than one, is the test set."
    )
    return ask(question, proposals, asking=work.asking).part


def _name_classes(work: Work) -> None:
    """Take a column for scores that is called like a role and like a label."""
    named = work.named()
    if work.manifest.concepts is not None:
        called = [c for c in named.values() if c in work.manifest.concepts]
        mine = [c for c in called if c != named.get("labels") or work.profile.is_numeric(c)]
        work.give({column: f"{SCORE_PREFIX}{column}" for column in mine})
        return
    label = _labels(work)
    if label is None or any(c.lstrip().startswith(SCORE_PREFIX) for c in work.table.columns):
        return
    suspects = {
        column: role
        for role, column in named.items()
        if column != label and work.profile.is_numeric(column)
    }
    if not suspects:
        return
    names = {folded(name) for name in names_in(work.cells(label), separator=work.separator())}
    for column, role in suspects.items():
        if folded(column) in names:
            _settle(work, column, role)


def _labels(work: Work) -> str | None:
    chosen = work.column_of("labels")
    if chosen is not None:
        return chosen
    label = work.named().get("labels")
    return label if label is None or work.is_truth(label) else _other_labels(work, label)


def _settle(work: Work, column: str, role: str) -> None:
    as_score = {column: f"{SCORE_PREFIX}{column}"}
    if not work.profile.is_whole(column):
        work.give(as_score)
        work.tell(
            f"column {shorten(column)} is called like the {role} and like a label; it holds "
            "numbers with decimals, so it was taken for scores."
        )
        return
    word = "fold" if role == "split" else role
    question = (
        f"{work.table.file}: column {shorten(column)} is called like the {role} and like a "
        "label, and holds whole numbers."
    )
    proposals = [
        Proposal(
            title=f"{shorten(column)} holds {what}",
            reading=replace(work.reading, columns={**work.reading.columns, **roles}),
        )
        for what, roles in (("scores", as_score), (f"the {role}", {column: word}))
    ]
    work.reading = ask(question, proposals, asking=work.asking)


def _other_labels(work: Work, taken: str) -> str | None:
    """Return the ground truth where the column called so holds scores of a class."""
    words = work.profile.named(TRUTH_COLUMNS)
    found = [c for c in words if c != taken and c not in work.reading.columns]
    found = [c for c in found if not work.profile.is_numeric(c)]
    if len(found) != 1 or folded(taken) not in map(folded, work.profile.values(found[0])):
        return None
    work.give({found[0]: "label"})
    return found[0]
