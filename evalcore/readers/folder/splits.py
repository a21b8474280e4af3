"""The cross-validation split of each input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalcore.arrays import IntArray
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.folder.roles import Roles
from evalcore.readers.tables.table import Content, shown_texts
from evalcore.runs.load_report import Notice
from evalcore.runs.run import encode_folds

__all__ = ["read_folds"]

NO_FOLD = "(none)"


def read_folds(
    file: str, content: Content, roles: Roles, order: tuple[str, ...] | None
) -> tuple[IntArray | None, tuple[str, ...], list[Notice]]:
    """Return the split of each input, the names of the splits, and what to say about them.

    Parameters
    ----------
    order
        The names that run.json gives, in its order.

    Raises
    ------
    RunError
        When an input is in a split that run.json does not name.
    """
    if "split" not in roles.named:
        return None, (), []
    texts = shown_texts(content.cells[roles.named["split"]])
    if order is not None:
        return _ordered_folds(file, content, texts, order), order, []
    blank = sum(not text for text in texts)
    names, folds = encode_folds([text or NO_FOLD for text in texts])
    if not blank:
        return folds, names, []
    text = f"{file}: {blank:,} inputs are in no split; they form one named {NO_FOLD!r}."
    return folds, names, [Notice(level="warning", text=text, count=blank)]


def _ordered_folds(
    file: str, content: Content, texts: Sequence[str], order: tuple[str, ...]
) -> IntArray:
    code = {name: k for k, name in enumerate(order)}
    strange = Cases()
    for row, text in zip(content.rows.tolist(), texts, strict=True):
        if text not in code:
            strange.add(f"{shorten(text)} in {content.unit} {row}")
    if strange.count:
        msg = (
            f"{file}: {strange.count:,} row(s) name a split that run.json does not: {strange}. "
            "Hint: correct 'folds' in run.json, or delete it."
        )
        raise RunError(msg)
    return np.array([code[text] for text in texts], dtype=np.int64)
