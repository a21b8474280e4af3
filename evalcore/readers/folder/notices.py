"""What a person should know about a run that could be loaded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, ScoreArray
from evalcore.errors import listing, shorten
from evalcore.runs.contents import UNSCORED
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import Notice
from evalcore.runs.run import Task
from evalcore.wording import rate, shortest

__all__ = [
    "id_notices",
    "label_notices",
    "lost_score_notices",
    "name_notices",
    "score_notices",
    "split_notices",
    "unscored_notices",
]

ROWS_PER_CHUNK = 8_192
LEAST_PERCENT = 50
"""Where the highest of all scores is lower, they are hardly percent."""
SUM_TOLERANCE = 0.02
LARGEST_WHOLE = 2**53


def name_notices(concepts: Sequence[str], totals: Sequence[int]) -> Iterator[Notice]:
    """Warn of names that look alike or hold characters that nobody sees.

    Parameters
    ----------
    totals
        Labelled inputs of each concept.
    """
    invisible = [name for name in concepts if not name.strip() or any(map(_is_invisible, name))]
    if invisible:
        shown = ", ".join(ascii(name) for name in invisible[:3])
        text = f"{len(invisible)} concept name(s) are blank or hold invisible characters: {shown}."
        yield Notice(level="warning", text=text, count=len(invisible))
    groups: dict[str, list[int]] = {}
    for j, name in enumerate(concepts):
        groups.setdefault(_folded(name), []).append(j)
    for group in groups.values():
        if len(group) > 1:
            shown = " and ".join(f"{shorten(concepts[j])} ({totals[j]:,} labelled)" for j in group)
            text = f"Concept names differ only in case, spaces or Unicode form: {shown}."
            yield Notice(level="warning", text=text, count=len(group))


def split_notices(names: Sequence[str]) -> Iterator[Notice]:
    """Warn of splits that are one for people: the mean over the splits counts each of them.

    Examples
    --------
    >>> [notice.text for notice in split_notices(["1", "1.0", "2"])]
    ["Splits differ only in how they are written, and count as several: '1' and '1.0'."]
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_as_number(name) or _folded(name), []).append(name)
    alike = [group for group in groups.values() if len(group) > 1]
    if alike:
        shown = "; ".join(" and ".join(map(shorten, group[:3])) for group in alike[:3])
        more = f"; and {len(alike) - 3:,} more" if len(alike) > 3 else ""
        text = f"Splits differ only in how they are written, and count as several: {shown}{more}."
        yield Notice(level="warning", text=text, count=sum(map(len, alike)))


def _as_number(name: str) -> str:
    try:
        return str(float(name))
    except ValueError:
        return ""


def id_notices(ids: Sequence[str]) -> Iterator[Notice]:
    """Warn of ids that nobody can see."""
    n_blank = sum(map(str.isspace, ids))
    if n_blank:
        text = f"{n_blank:,} id(s) consist of blanks alone. Hint: give every input a name."
        yield Notice(level="warning", text=text, count=n_blank)


def unscored_notices(
    file: str, scores: ScoreArray, ids: Sequence[str], labels: Labels
) -> Iterator[Notice]:
    """Warn of inputs for which nothing was predicted at all: their labels count as missed."""
    scored = np.zeros(scores.shape[0], dtype=bool)
    for start in range(0, scores.shape[0], ROWS_PER_CHUNK):
        chunk = scores[start : start + ROWS_PER_CHUNK]
        scored[start : start + ROWS_PER_CHUNK] = (chunk > UNSCORED).any(axis=1)
    empty = np.flatnonzero(~scored)
    if empty.size:
        n_missed = int(np.diff(labels.input_starts)[empty].sum())
        text = (
            f"{file}: {empty.size:,} inputs have no score: "
            f"{listing([ids[k] for k in empty.tolist()], limit=3)}. Nothing is predicted for them, "
            f"so that their {n_missed:,} label(s) count as missed at every threshold."
        )
        yield Notice(level="warning", text=text, count=int(empty.size))


def label_notices(concepts: Sequence[str], labels: Labels) -> Iterator[Notice]:
    """Warn of concepts whose metrics are undefined; count the inputs without a label."""
    if labels.n_inputs == 1:
        yield Notice(level="warning", text="There is one input only; most metrics are undefined.")
    if labels.n_concepts == 1:
        text = f"There is one concept only ({shorten(concepts[0])}); the matrix says little."
        yield Notice(level="warning", text=text)
    total, n_known = labels.total, labels.n_known
    yield from _undefined(
        concepts, total == 0, what="have no labelled input: recall and ROC AUC are undefined"
    )
    yield from _undefined(
        concepts,
        (total > 0) & (total == n_known),
        what="have no input that is known to lack them: specificity and ROC AUC are undefined",
    )
    if labels.unlabelled.size:
        text = (
            f"{labels.unlabelled.size:,} inputs have no label of a concept: they stand in the "
            "row 'no label'."
        )
        yield Notice(level="info", text=text, count=labels.unlabelled.size)
    if labels.undecided.size:
        text = (
            f"{labels.undecided.size:,} inputs have no label, and may show a concept all the same: "
            "they stand in no row of the matrix."
        )
        yield Notice(level="info", text=text, count=labels.undecided.size)


def score_notices(concepts: Sequence[str], scores: ScoreArray, *, task: Task) -> Iterator[Notice]:
    """Warn of scores that are no probabilities or on which a threshold has no effect."""
    lowest, highest, sums = _summary(scores)
    # Of a concept that is not scored everywhere a threshold tells the unscored apart.
    constant = (lowest >= highest) & _is_scored_everywhere(scores)
    if constant.any():
        names = listing([concepts[j] for j in np.flatnonzero(constant).tolist()], limit=5)
        n_constant = int(constant.sum())
        text = (
            f"{n_constant} concept(s) have the same score for every input: {names}. "
            "A threshold cannot tell these inputs apart."
        )
        yield Notice(level="warning", text=text, count=n_constant)
    elif _only_zero_and_one(scores, lowest, highest):
        text = "All scores are 0 or 1: a threshold has no effect between them."
        yield Notice(level="warning", text=text)
    low, high = float(lowest.min()), float(highest.max())
    if max(-low, high) > LARGEST_WHOLE and np.isfinite((low, high)).all():
        text = (
            f"Scores lie beyond {LARGEST_WHOLE:,}, where whole numbers that differ by 1 are one "
            "and the same float64. Hint: divide them before the export."
        )
        yield Notice(level="warning", text=text)
    if low < 0 or high > 1:
        text = (
            f"Scores lie outside 0 to 1 (from {shortest(scores.dtype.type(low))} to "
            f"{shortest(scores.dtype.type(high))}); "
            f"they {_look(low, high, sums, task=task)}. The threshold's range follows the scores."
        )
        yield Notice(level="warning", text=text)
    elif task == "single_label" and np.isfinite(sums).all():
        yield from _sum_notice(sums)


def _look(low: float, high: float, sums: FloatArray, *, task: Task) -> str:
    """Say what scores outside 0..1 look like."""
    if high <= 0:
        return "look like log-probabilities"
    if low < 0:
        return "look like logits"
    sum_to_100 = bool((np.abs(sums / 100 - 1) <= SUM_TOLERANCE).all())
    is_percent = sum_to_100 if task == "single_label" else high > LEAST_PERCENT
    return "look like percent" if is_percent and high <= 100 else "are no probabilities"


def lost_score_notices(file: str, columns: Mapping[str, Iterable[str]]) -> Iterator[Notice]:
    """Warn of metadata that look like the scores of a concept that nothing is labelled with."""
    lost = [name for name, cells in columns.items() if _looks_like_scores(cells)]
    if lost:
        text = (
            f"{file}: column(s) {listing(lost)} hold numbers between 0 and 1, but no label has "
            "such a name, so they were taken for metadata. Hint: if they are scores, name them "
            f"'score:<concept>', such as {shorten('score:' + lost[0])}."
        )
        yield Notice(level="warning", text=text, count=len(lost))


def _looks_like_scores(cells: Iterable[str]) -> bool:
    try:
        values = {float(cell) for cell in cells}
    except ValueError:
        return False
    return all(0 <= value <= 1 for value in values) and not values <= {0.0, 1.0}


def _undefined(concepts: Sequence[str], where: BoolArray, *, what: str) -> Iterator[Notice]:
    if where.any():
        names = listing([concepts[j] for j in np.flatnonzero(where).tolist()], limit=5)
        count = int(where.sum())
        text = f"{count} concept(s) {what}, and left out of averages: {names}."
        yield Notice(level="warning", text=text, count=count)


def _sum_notice(sums: FloatArray) -> Iterator[Notice]:
    off = np.abs(sums - 1) > SUM_TOLERANCE
    if off.any():
        text = (
            f"{int(off.sum()):,} of {sums.size:,} inputs have scores that do not sum to 1 "
            f"(sums from {rate(sums.min())} to {rate(sums.max())}), as exclusive concepts would."
        )
        yield Notice(level="warning", text=text, count=int(off.sum()))


def _summary(scores: ScoreArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return minimum and maximum per concept over the scored pairs, and the sum per input."""
    lowest = np.full(scores.shape[1], np.inf)
    highest = np.full(scores.shape[1], -np.inf)
    sums = np.empty(scores.shape[0])
    for start in range(0, scores.shape[0], ROWS_PER_CHUNK):
        chunk = scores[start : start + ROWS_PER_CHUNK]
        scored = np.where(np.isfinite(chunk), chunk, np.inf) if np.isinf(chunk).any() else chunk
        np.minimum(lowest, scored.min(axis=0), out=lowest)
        np.maximum(highest, chunk.max(axis=0), out=highest)
        with np.errstate(over="ignore"):  # a sum beyond float64 is no probability's: no notice
            sums[start : start + ROWS_PER_CHUNK] = chunk.sum(axis=1, dtype=np.float64)
    return lowest, highest, sums


def _is_scored_everywhere(scores: ScoreArray) -> BoolArray:
    everywhere = np.ones(scores.shape[1], dtype=bool)
    for start in range(0, scores.shape[0], ROWS_PER_CHUNK):
        everywhere &= (scores[start : start + ROWS_PER_CHUNK] > UNSCORED).all(axis=0)
    return everywhere


def _only_zero_and_one(scores: ScoreArray, lowest: FloatArray, highest: FloatArray) -> bool:
    if lowest.min() != 0 or highest.max() != 1:
        return False
    chunks = range(0, scores.shape[0], ROWS_PER_CHUNK)
    return all(np.isin(scores[k : k + ROWS_PER_CHUNK], (0, 1)).all() for k in chunks)


def _is_invisible(letter: str) -> bool:
    return letter != " " and unicodedata.category(letter) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def _folded(name: str) -> str:
    visible = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible).casefold().split())
