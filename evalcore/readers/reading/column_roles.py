"""The roles that a person may give a column: the key ``columns`` of run.json."""

from __future__ import annotations

from collections.abc import Mapping

from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.runs.format_words import SCORE_PREFIX

__all__ = [
    "CHOICES",
    "IGNORED",
    "METADATA",
    "PART",
    "SCORE",
    "check_columns",
    "concept_of",
    "role_of",
]

SCORE, METADATA, IGNORED, PART = "score", "metadata", "ignored", "part"

CHOICES: Mapping[str, str] = {
    "id": "id",
    "image": "image",
    "text": "text",
    "label": "labels",
    "labels": "labels",
    "not_labels": "not labelled",
    "unknown_labels": "unknown",
    "fold": "split",
    "part": PART,
    "score": SCORE,
    "scores": "scores",
    "class": "class",
    "truth": "truth",
    "prediction": "prediction",
    "confidence": "confidence",
    "metadata": METADATA,
    "ignore": IGNORED,
}
"""What run.json says to the role it means; ``score:dog`` is a score, too, of another name."""


def role_of(choice: str) -> str:
    """Return the role that a choice means.

    Examples
    --------
    >>> role_of("fold"), role_of("score:dog")
    ('split', 'score')
    """
    return SCORE if choice.startswith(SCORE_PREFIX) else CHOICES[choice]


def concept_of(column: str, choice: str) -> str:
    """Return the concept whose scores a column holds.

    Examples
    --------
    >>> concept_of("p_dog", "score:dog"), concept_of("score:dog", "score"), concept_of("x", "score")
    ('dog', 'dog', 'x')
    """
    named = choice if choice.startswith(SCORE_PREFIX) else column
    return named.removeprefix(SCORE_PREFIX)


def check_columns(key: str, value: object) -> dict[str, str]:
    """Return what run.json says of the columns.

    Raises
    ------
    RunError
        When it is no object, or gives a column what is no role, or two columns a role of which
        there is one.
    """
    if not isinstance(value, dict):
        msg = (
            f"run.json: '{key}' must be an object such as "
            f'{{"truth": "label", "p_dog": "score:dog"}}, got {shorten(value)}.'
        )
        raise RunError(msg)
    for column, choice in value.items():
        _check_choice(key, column, choice)
    _refuse_shared(key, value)
    return dict(value)


def _check_choice(key: str, column: str, choice: object) -> None:
    if isinstance(choice, str) and (
        choice in CHOICES or (choice.startswith(SCORE_PREFIX) and choice != SCORE_PREFIX)
    ):
        return
    near = did_you_mean(choice, CHOICES) if isinstance(choice, str) else ""
    msg = (
        f"run.json: '{key}' gives the column {shorten(column)} the role {shorten(choice)}, which "
        f"is none.{near} Roles: {', '.join(CHOICES)}, score:<concept>."
    )
    raise RunError(msg)


def _refuse_shared(key: str, choices: Mapping[str, str]) -> None:
    owner: dict[str, str] = {}
    for column, choice in choices.items():
        role = role_of(choice)
        if role in (METADATA, IGNORED):
            continue
        what = f"score:{concept_of(column, choice)}" if role == SCORE else choice
        before = owner.setdefault(what if role == SCORE else role, column)
        if before != column:
            msg = (
                f"run.json: '{key}' gives two columns, {shorten(before)} and {shorten(column)}, "
                f"the role {shorten(what)}. Hint: one column has it; make the other 'metadata'."
            )
            raise RunError(msg)
