"""What numbers alone do not say: whether 1.459 is 1459, and what a missing score means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, ScoreArray
from evalcore.errors import MissingScores, shorten
from evalcore.readers.folder.totals import only_rows
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.reading import Reading
from evalcore.readers.tables.csv_table import CsvTable
from evalcore.readers.tables.number_notation import may_be_thousands
from evalcore.readers.tables.table import Content, Table, shown_texts
from evalcore.runs.load_report import Notice
from evalcore.runs.run import UNSCORED

__all__ = ["ask_about_missing", "settle_missing", "settle_numbers", "with_numbers"]

NO_SCORE = -1.0
"""What people write for a probability that there is none of."""
WHOLE_MEANS = {
    "unscored": "nothing is predicted for them, and their labels count as missed",
    "left_out": "they are left out of the evaluation",
}


def with_numbers(table: Table, numbers: str) -> Table:
    """Return a table whose numbers are read as somebody has said."""
    return _changed(table, thousands=True) if numbers == "thousands" else table


def settle_numbers(
    table: Table, columns: Sequence[str], reading: Reading, *, asking: bool
) -> Table:
    """Return the table, with its numbers read as they are meant, or ask whether 1.459 is 1459.

    Raises
    ------
    AmbiguousReading
        When all numbers with a sign may be thousands.
    """
    base = _base(table)
    if reading.numbers or base is None:
        return table
    mine = [column for column in columns if column in base.places]
    separator = base.layout.separator
    if not may_be_thousands(base.first_cells(mine), separator=separator):
        return table
    # the first rows look so: now all of them are asked
    cells = base.load(texts=mine, scores=[]).cells
    everything = [text for column in mine for text in shown_texts(cells[column])]
    example = may_be_thousands(everything, separator=separator)
    if not example:
        return table
    whole = example.replace(",", "").replace(".", "")
    question = (
        f"{table.file}: {example} may be {whole} with a mark between the thousands, or a number "
        "with three decimals: whole numbers and numbers with exactly three digits behind the mark "
        "stand in the score columns."
    )
    proposals = [
        Proposal(title=f"{example} is {whole}", reading=replace(reading, numbers="thousands")),
        Proposal(
            title=f"{example} is {example.replace(',', '.')}",
            reading=replace(reading, numbers="decimal"),
        ),
    ]
    chosen = ask(question, proposals, asking=asking)
    return with_numbers(table, chosen.numbers)


def ask_about_missing(error: MissingScores, reading: Reading, *, asking: bool) -> Reading:
    """Ask what the inputs are whose scores are missing.

    Raises
    ------
    AmbiguousReading
        With what they may be.
    """
    return _asked(str(error), reading, ("unscored", "left_out"), asking=asking)


def settle_missing(
    file: str, content: Content, reading: Reading, *, asking: bool
) -> tuple[Content, Reading]:
    """Return the content without missing scores, or ask whether -1 stands for one.

    Raises
    ------
    AmbiguousReading
        When some inputs have -1 for every score, and all other scores lie in 0..1.
    """
    scores = content.scores
    if scores.size == 0:
        return content, reading
    no_score = _rows_of_no_score(scores)
    if no_score.any() and not reading.missing:
        n = int(no_score.sum())
        question = (
            f"{file}: {n:,} inputs have -1 for every score, first in {content.unit} "
            f"{content.rows[no_score][0]}, and all other scores lie between 0 and 1."
        )
        reading = _asked(question, reading, ("unscored", "left_out", "number"), asking=asking)
    gone = np.isnan(scores)
    if reading.missing in {"unscored", "left_out"}:
        gone |= no_score[:, None]
    if not gone.any():
        return content, reading
    rows: BoolArray = np.asarray(gone.any(axis=1))
    n, cells = int(rows.sum()), int(gone.sum())
    if reading.missing == "left_out":
        text = f"{n:,} inputs are left out, for scores of theirs are missing, as chosen."
        notice = Notice(
            level="warning",
            text=f"{file}: {text}",
            count=n,
            left_out=f"{n:,} inputs left out: their scores are missing",
        )
        return replace(only_rows(content, ~rows), notices=(*content.notices, notice)), reading
    text = f"{cells:,} scores of {n:,} inputs are missing: nothing is predicted there, as chosen."
    notice = Notice(level="warning", text=f"{file}: {text}", count=n)
    filled = np.where(gone, scores.dtype.type(UNSCORED), scores)
    return replace(content, scores=filled, notices=(*content.notices, notice)), reading


def _asked(question: str, reading: Reading, words: Sequence[str], *, asking: bool) -> Reading:
    titles = {word: f"Inputs with missing scores: {text}" for word, text in WHOLE_MEANS.items()}
    titles["number"] = f"{shorten('-1')} is a score as any other"
    proposals = [
        Proposal(title=titles[word], reading=replace(reading, missing=word)) for word in words
    ]
    return ask(question, proposals, asking=asking)


def _rows_of_no_score(scores: ScoreArray) -> BoolArray:
    """Tell which rows hold nothing but -1, when all other scores lie in 0..1; none otherwise."""
    found: BoolArray = (scores == NO_SCORE).all(axis=1)
    if not found.any() or found.all():
        return np.zeros(len(scores), dtype=bool)
    rest = scores[~found]
    is_share = bool(((rest >= 0) & (rest <= 1) | np.isnan(rest)).all())
    return found & is_share


def _base(table: Any) -> CsvTable | None:  # noqa: ANN401 - tables stand around tables
    while not isinstance(table, CsvTable):
        table = getattr(table, "table", None)
        if table is None:
            return None
    return table


def _changed(table: Any, *, thousands: bool) -> Any:  # noqa: ANN401 - tables stand around tables
    if isinstance(table, CsvTable):
        return replace(table, thousands=thousands)
    inner = getattr(table, "table", None)
    return table if inner is None else replace(table, table=_changed(inner, thousands=thousands))
