"""Layouts other than one row per input, brought into that shape."""

from __future__ import annotations

from dataclasses import replace

from evalcore.errors import RunError, listing
from evalcore.readers.layouts.profile import Pattern, matching
from evalcore.readers.layouts.score_lists import lists_of_scores
from evalcore.readers.layouts.tables import (
    from_long,
    from_predictions,
    from_truth_columns,
)
from evalcore.readers.layouts.work import Work
from evalcore.readers.reading.cells import names_in
from evalcore.readers.reading.column_roles import SCORE
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.words import (
    CLASS_COLUMNS,
    CONFIDENCE_COLUMNS,
    ID_COLUMNS,
    PREDICTION_COLUMNS,
    SCORE_COLUMNS,
    TRUTH_COLUMNS,
    folded,
    is_none_word,
    is_unknown_word,
)
from evalcore.runs.format_words import ALIASES

__all__ = ["other_layout"]

_TRUTH_PATTERNS = tuple(
    Pattern(prefix=prefix, suffix=suffix)
    for prefix, suffix in (
        *(
            (f"{word}_", "")
            for word in ("y_true", "true", "label", "gt", "truth", "target", "actual")
        ),
        *(("", f"_{word}") for word in ("true", "label", "gt", "truth", "target", "actual")),
        ("", ""),
    )
)


def other_layout(work: Work) -> bool:
    """Bring another layout than one row per input into that shape, if the table has one."""
    return _long(work) or _top(work) or lists_of_scores(work) or _truth_columns(work)


def _long(work: Work) -> bool:
    is_chosen = work.column_of("class") is not None
    name, truth, score, owner = _long_columns(work)
    if name is None or truth is None or score is None or owner is None:
        if is_chosen:
            msg = (
                f"{work.table.file}: a table of one row per input and class needs four columns: "
                "id, class, truth (0 or 1) and score. Hint: give the missing ones their roles "
                "by 'columns' in run.json."
            )
            raise RunError(msg)
        return False
    owners = work.profile.cells.get(owner, ())
    if not is_chosen and len(set(owners)) == len(owners):
        return False
    images = {folded(alias) for alias in ALIASES["image"]}
    is_image = work.column_of("image") == owner or folded(owner) in images
    work.give({owner: "image" if is_image else "id", name: "class", truth: "truth", score: "score"})
    work.table = from_long(
        work.table,
        owner=owner,
        name=name,
        truth=truth,
        score=score,
        named_by=None if work.profile.is_zero_one(truth) else work.separator(),
    )
    return work.made("one row per input and class")


def _long_columns(work: Work) -> tuple[str | None, str | None, str | None, str | None]:
    """Return the columns of class, truth, score and id, chosen or by their names."""
    profile = work.profile
    free = {c for c in work.table.columns if c not in work.reading.columns}
    classes = [c for c in profile.named(CLASS_COLUMNS) if c in free and not profile.is_zero_one(c)]
    ids = [c for c in profile.named(ID_COLUMNS) if c in free]
    owner = work.column_of("id") or work.column_of("image") or next(iter(ids), None)
    varying = [c for c in classes if owner is not None and c != owner and profile.varies(c, owner)]
    name = work.column_of("class") or next(iter([*varying, *classes]), None)
    flags = [c for c in profile.named(TRUTH_COLUMNS) if c in free and c not in {name, owner}]
    truth = work.column_of("truth") or next((c for c in flags if profile.is_zero_one(c)), None)
    if truth is None and name is not None and owner is not None:
        truth = next((c for c in flags if _names_one(work, c, name, owner)), None)
    score = _single_score(work, free - {name, truth}) if name else None
    return name, truth, score, owner


def _names_one(work: Work, column: str, name: str, owner: str) -> bool:
    """Tell whether a column says of every input, in each of its rows alike, which class it is."""
    profile = work.profile
    is_known = not profile.values(column).isdisjoint(profile.values(name))
    return is_known and profile.varies(name, owner) and not profile.varies(column, owner)


def _single_score(work: Work, columns: set[str]) -> str | None:
    chosen = [c for c, r in work.reading.columns.items() if r == "score"]
    found = [c for c in work.profile.named(SCORE_COLUMNS) if c in columns]
    found = [c for c in found if work.profile.is_numeric(c)]
    return chosen[0] if len(chosen) == 1 else found[0] if len(found) == 1 else None


def _top(work: Work) -> bool:
    label = work.label_column()
    prediction, confidence = work.column_of("prediction"), work.column_of("confidence")
    is_chosen = prediction is not None and confidence is not None
    if label is None or (not is_chosen and work.has_score_columns(label)):
        return False
    free = [c for c in work.open_columns() if c != label]
    words = [c for c in work.profile.named(PREDICTION_COLUMNS) if c in free]
    prediction = prediction or next((c for c in words if work.is_truth(c)), None)
    sure = [c for c in work.profile.named(CONFIDENCE_COLUMNS) if c in free and c != prediction]
    confidence = confidence or next((c for c in sure if work.profile.is_numeric(c)), None)
    if confidence is None:
        chosen = [c for c, r in work.reading.columns.items() if r == SCORE]
        confidence = next((c for c in chosen if folded(c) in CONFIDENCE_COLUMNS), None)
    if prediction is None or confidence is None:
        return False
    values = work.profile.values(label)
    if not is_chosen and values.isdisjoint(work.profile.values(prediction)):
        return False
    names = names_in(work.cells(label), separator=work.separator())
    names = {n for n in names if not is_unknown_word(n) and not is_none_word(n)}
    work.give({prediction: "prediction", confidence: "confidence"})
    work.table = from_predictions(
        work.table, labels=sorted(names), prediction=prediction, confidence=confidence
    )
    return work.made("one prediction and its confidence per input")


def _truth_columns(work: Work) -> bool:
    chosen = bool(work.reading.truth)
    if not chosen and work.label_column() is not None:
        return False
    pairs = _pairs_of_patterns(work)
    if not pairs:
        return False
    proposals = [
        Proposal(
            title=f"Truth in {truth!r}, scores in {scores!r}",
            reading=replace(work.reading, truth=truth, scores=scores),
        )
        for truth, scores in pairs
    ]
    if len(proposals) == 1:
        work.reading = proposals[0].reading
    else:
        question = f"{work.table.file}: more than one group of columns may hold the scores."
        work.reading = ask(question, proposals, asking=work.asking)
    numeric = [c for c in work.table.columns if work.table.kind(c) in {"number", "text"}]
    truth = matching(work.reading.truth, numeric)
    scores = matching(work.reading.scores, [c for c in numeric if work.profile.is_numeric(c)])
    truth = {column: name for column, name in truth.items() if column not in scores}
    if not set(truth.values()) & set(scores.values()):
        msg = (
            f"{work.table.file}: no class has a column of truth ({work.reading.truth}) and one "
            f"of scores ({work.reading.scores}). The columns are {listing(work.table.columns)}."
        )
        raise RunError(msg)
    shared = {n for n in truth.values() if n in set(scores.values())}
    truth = {column: name for column, name in truth.items() if name in shared}
    scores = {column: name for column, name in scores.items() if name in shared}
    work.table = from_truth_columns(work.table, truth=truth, scores=scores)
    return work.made("a column of ground truth per class")


def _pairs_of_patterns(work: Work) -> list[tuple[str, str]]:
    if work.reading.truth and work.reading.scores:
        return [(work.reading.truth, work.reading.scores)]
    free = work.open_columns()
    flags = [c for c in free if work.profile.is_zero_one(c)]
    real = [c for c in free if work.profile.is_numeric(c) and c not in set(flags)]
    best: dict[tuple[str, str], int] = {}
    for truth in _TRUTH_PATTERNS:
        if work.reading.truth not in ("", truth.text):
            continue
        names = {n for n in map(truth.concept, flags) if n}
        for pattern in work.profile.patterns(sorted(names), real):
            matched = set(matching(pattern.text, real).values()) & names
            if len(matched) > 1 and pattern != truth:
                best[truth.text, pattern.text] = len(matched)
    most = max(best.values(), default=0)
    found = [pair for pair, n in best.items() if n == most]
    # "y_true_*" finds what "*" finds under longer names; the longer pattern says more.
    longest = max((len(truth) for truth, _ in found), default=0)
    return [pair for pair in found if len(pair[0]) == longest]
