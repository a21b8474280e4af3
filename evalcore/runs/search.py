"""Search for a piece of text in the inputs of a run: plain letters, no patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import IntArray
from evalcore.runs.run import EvalRun

__all__ = ["Piece", "excerpt", "matching", "pieces"]

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text; ``hit`` when it is what was searched for."""

    text: str
    hit: bool


def matching(run: EvalRun, positions: IntArray, wanted: str) -> IntArray:
    """Return those inputs whose text holds the wanted letters, in the given order.

    Upper and lower case count as equal (Unicode case folding); every other letter, spaces too,
    stands for itself. A run without texts is searched by its ids.

    Parameters
    ----------
    positions : ndarray of int64
        Positions of inputs, in any order.
    wanted
        What to look for; an empty text is in all of them.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.2]], [[0], []], ids=["Strasse 1", "Weg 2"])
    >>> matching(run, np.array([1, 0]), "STRAß")
    array([0])
    """
    if not wanted:
        return positions
    folded = wanted.casefold()
    texts = run.ids if run.texts is None else run.texts
    found = [position for position in positions.tolist() if folded in texts[position].casefold()]
    return np.array(found, dtype=np.int64)


def excerpt(text: str, wanted: str, *, length: int) -> str:
    """Return the start of a text, or its part around the first match if that stands later.

    Examples
    --------
    >>> excerpt("a short one", "", length=20), excerpt("x" * 9, "", length=5)
    ('a short one', 'xxxxx…')
    >>> excerpt("one two three four five six", "FIVE", length=14)
    '… four five six'
    """
    spans = _hits(text, wanted)
    start = 0
    if spans and spans[0][1] > length:
        hit = spans[0][0]
        start = max(0, hit - length // 2)
        start = text.find(" ", start, hit) + 1 or start  # at the start of a word, if there is one
    shown = text[start : start + length]
    before = f"{ELLIPSIS} " if start else ""
    return before + shown + (ELLIPSIS if start + length < len(text) else "")


def pieces(text: str, wanted: str) -> list[Piece]:
    """Cut a text into what was searched for and what stands between; joined they are the text.

    Examples
    --------
    >>> [(piece.text, piece.hit) for piece in pieces("Große GROSSE", "oss")]
    [('Gr', False), ('oß', True), ('e GR', False), ('OSS', True), ('E', False)]
    """
    cut: list[Piece] = []
    at = 0
    for start, end in _hits(text, wanted):
        cut += [Piece(text=text[at:start], hit=False), Piece(text=text[start:end], hit=True)]
        at = end
    cut.append(Piece(text=text[at:], hit=False))
    return [piece for piece in cut if piece.text]


def _hits(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where the matches start and end, in letters of the text itself."""
    if not wanted:
        return []
    # one letter may fold to several (ß to ss), so each folded letter remembers whose it is
    folded = [letter.casefold() for letter in text]
    owner = [k for k, letters in enumerate(folded) for _ in letters]
    whole, sought = "".join(folded), wanted.casefold()
    spans: list[tuple[int, int]] = []
    at = whole.find(sought)
    while at >= 0:
        start, end = owner[at], owner[at + len(sought) - 1] + 1
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
        at = whole.find(sought, at + len(sought))
    return spans
