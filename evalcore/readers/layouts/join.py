"""Truth and scores in two tables, joined by the columns that name the inputs in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalcore.errors import Cases, RunError, did_you_mean, listing, shorten
from evalcore.readers.layouts.made_table import UNKNOWN, label_cells, truth_values
from evalcore.readers.layouts.profile import Profile
from evalcore.readers.reading.words import ID_COLUMNS, TRUTH_COLUMNS, folded
from evalcore.readers.tables.table import Cell, Content, Table, shown_texts
from evalcore.runs.format_words import ALIASES
from evalcore.runs.load_report import Notice

__all__ = ["has_labels", "joined"]

NOT_THERE = "unlabelled"
"""What stands for the labels of an input that the truth does not name: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Wider:
    """A table with more columns of text."""

    table: Table
    extra: Mapping[str, Sequence[Cell]]
    more_notices: tuple[Notice, ...]

    @property
    def file(self) -> str:
        """Name shown in messages."""
        return self.table.file

    @property
    def format(self) -> str:
        """Name of the format."""
        return f"{self.table.format}, joined"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, those of the truth last."""
        return (*self.table.columns, *self.extra)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended while the header was read, and what did not match."""
        return (*self.table.notices, *self.more_notices)

    def kind(self, column: str) -> str:
        """Return the kind of a column; those of the truth hold texts or lists."""
        if column not in self.extra:
            return self.table.kind(column)
        return "list" if any(isinstance(cell, tuple) for cell in self.extra[column]) else "text"

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every column."""
        rows = self.table.head(n_rows)
        more = [shown_texts(cells[: len(rows)]) for cells in self.extra.values()]
        return [(*row, *(cells[k] for cells in more)) for k, row in enumerate(rows)]

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some columns as text and some as scores."""
        mine = [name for name in texts if name not in self.extra]
        content = self.table.load(texts=mine, scores=scores)
        added = {name: self.extra[name] for name in texts if name in self.extra}
        return replace(content, cells={**content.cells, **added})


def has_labels(table: Table) -> bool:
    """Tell by its name whether a table has a column of labels."""
    return any(name.strip().casefold() in ALIASES["labels"] for name in table.columns)


def joined(table: Table, truth: Table) -> Table:
    """Return a table of scores with the columns of a table of truth.

    Raises
    ------
    RunError
        When no column names the inputs in both, an input stands in the truth twice, or fewer than
        half of the inputs have a truth.
    """
    left, right = Profile(table=table), Profile(table=truth)
    flags = [
        c
        for c in truth.columns
        if right.is_zero_one(c) and c in left.cells and left.is_numeric(c) and not left.is_whole(c)
    ]
    keys = _keys(left, right, flags)
    if not keys:
        msg = (
            f"{table.file} and {truth.file}: no column names the inputs in both. "
            f"{table.file} has {listing(table.columns)}; {truth.file} has "
            f"{listing(truth.columns)}. "
            "Hint: give the column of the ids the same name in both files."
        )
        raise RunError(msg)
    places, notices = _places(table, truth, keys)
    rest = [c for c in truth.columns if c not in {right_key for _, right_key in keys}]
    names = [c for c in rest if c not in flags and truth.kind(c) not in {"image", "other"}]
    names = [c for c in names if c not in table.columns]
    content = truth.load(texts=[*names, *flags], scores=[])
    labels = [c for c in names if folded(c) in TRUTH_COLUMNS]
    extra: dict[str, Sequence[Cell]] = {
        name: [
            content.cells[name][k] if k >= 0 else NOT_THERE if name in labels else ""
            for k in places
        ]
        for name in names
    }
    if flags:
        state = np.column_stack(
            [truth_values(truth.file, c, content.rows, content.cells[c]) for c in flags]
        )
        found = np.full((len(places), len(flags)), np.nan)
        there = np.array(places) >= 0
        found[there] = state[np.array(places)[there]]
        extra |= label_cells(found, flags)
        extra = {UNKNOWN: [()] * len(places), **extra}
    return _Wider(table=table, extra=extra, more_notices=tuple(notices))


def _keys(left: Profile, right: Profile, flags: Sequence[str]) -> list[tuple[str, str]]:
    there = set(right.table.columns) - set(flags)
    shared = [c for c in left.table.columns if c in there and folded(c) not in TRUTH_COLUMNS]
    if shared:
        return [(column, column) for column in shared]
    ids = [profile.named(ID_COLUMNS) for profile in (left, right)]
    return [(ids[0][0], ids[1][0])] if ids[0] and ids[1] else []


def _places(
    table: Table, truth: Table, keys: Sequence[tuple[str, str]]
) -> tuple[list[int], list[Notice]]:
    """Return the row of the truth for each row of the scores, -1 for none."""
    mine = table.load(texts=[left for left, _ in keys], scores=[])
    theirs = truth.load(texts=[right for _, right in keys], scores=[])
    wanted = list(zip(*(shown_texts(mine.cells[left]) for left, _ in keys), strict=True))
    offered = list(zip(*(shown_texts(theirs.cells[right]) for _, right in keys), strict=True))
    place: dict[tuple[str, ...], int] = {}
    twice = Cases()
    for k, key in enumerate(offered):
        if place.setdefault(key, k) != k:
            rows = f"rows {theirs.rows[place[key]]} and {theirs.rows[k]}"
            twice.add(f"{shorten(', '.join(key))} in {rows}")
    if twice.count:
        msg = (
            f"{truth.file}: {twice.count:,} input(s) stand here more than once: {twice}. "
            "Hint: keep one row per input."
        )
        raise RunError(msg)
    places = [place.get(key, -1) for key in wanted]
    lost = [", ".join(key) for key, k in zip(wanted, places, strict=True) if k < 0]
    by = " and ".join(left if left == right else f"{left} = {right}" for left, right in keys)
    notices = [Notice(level="info", text=f"{table.file}: joined with {truth.file} by {by}.")]
    if lost:
        near = did_you_mean(lost[0], [", ".join(key) for key in offered[:1000]])
        text = (
            f"{truth.file}: {len(lost):,} of {len(wanted):,} inputs of {table.file} are not here: "
            f"{listing(lost, limit=3)}.{near}"
        )
        if 2 * len(lost) > len(wanted):
            msg = f"{text} Hint: write the ids alike in both files."
            raise RunError(msg)
        notices.append(
            Notice(level="warning", text=f"{text} Their labels are unknown.", count=len(lost))
        )
    unused = len(offered) - (len(wanted) - len(lost))
    if unused > 0:
        text = f"{truth.file}: {unused:,} inputs have no scores in {table.file}; they are left out."
        notices.append(Notice(level="warning", text=text, count=unused))
    return places, notices
