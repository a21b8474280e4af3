"""Rows that a spreadsheet adds below the inputs: sums and means are no inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.errors import RunError, listing, shorten
from evalcore.readers.reading.words import folded
from evalcore.readers.tables.table import Content, shown_texts
from evalcore.runs.load_report import Notice

__all__ = ["only_rows", "without_totals"]

WORDS = frozenset(
    folded(word)
    for word in (
        *("mean", "average", "avg", "total", "totals", "grand total", "sum", "std", "median"),
        *("min", "max", "gesamt", "summe", "mittelwert", "durchschnitt", "moyenne", "media"),
    )
)
MOST = 5
"""So many such rows stand below a table at the most."""
TOLERANCE = 0.006
"""A mean is written with two decimals or more."""


def without_totals(file: str, content: Content, named: Mapping[str, str]) -> Content:
    """Return the content without the sums and means that stand below the inputs.

    Such a row is called so, has no label, and holds the means or the sums of what stands above.

    Raises
    ------
    RunError
        When a last row is called so and holds other numbers.
    """
    names = next((named[role] for role in ("id", "image") if role in named), None)
    labels = content.cells.get(named.get("labels", ""), ())
    if names is None or len(content.rows) < 3 or not content.scores.shape[1]:
        return content
    texts = shown_texts(content.cells[names][-MOST:])
    bare = [not str(label).strip() for label in shown_texts(labels[-MOST:])]
    n = 0
    while n < len(texts) and folded(texts[-1 - n]) in WORDS and bare[-1 - n]:
        n += 1
    if not n:
        return content
    above, below = content.scores[:-n].astype(float), content.scores[-n:].astype(float)
    shown = listing(texts[-n:], limit=3)
    if not any(_summarises(row, above) for row in below):
        msg = (
            f"{file}: the last row(s), from row {content.rows[-n]}, are called {shown} and have no "
            f"label, as sums and means below a table are. Hint: delete them; if "
            f"{shorten(texts[-n])} is an input, call it otherwise."
        )
        raise RunError(msg)
    text = f"{file}: the last row(s), {shown}, hold means or sums, and are no inputs."
    keep = np.arange(len(content.rows)) < len(content.rows) - n
    notice = Notice(level="mended", text=text, count=n)
    return replace(only_rows(content, keep), notices=(*content.notices, notice))


def only_rows(content: Content, keep: BoolArray) -> Content:
    """Return some rows of a content."""
    kept = np.flatnonzero(keep).tolist()
    return replace(
        content,
        rows=content.rows[keep],
        cells={name: [cells[k] for k in kept] for name, cells in content.cells.items()},
        scores=content.scores[keep],
        payloads={name: column.take(kept) for name, column in content.payloads.items()},
    )


def _summarises(row: FloatArray, above: FloatArray) -> bool:
    return any(
        bool(np.allclose(row, found, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))
        for found in (above.mean(axis=0), above.sum(axis=0))
    )
