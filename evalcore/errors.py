"""What can go wrong, as one tree.

WorkshopError
├── RunError        a run cannot be read or holds contradictory data
│   ├── AmbiguousReading  it can be read in more than one way; holds the proposals
│   ├── NotPrepared       it is in parts that are not prepared, or not as its files are now
│   ├── UnknownColumns    nobody can tell which columns hold the truth, or the scores
│   └── MissingScores     some scores are empty, and nobody has said what that means
├── DecisionError   a decision is malformed, foreign, or can no longer be changed
├── GoalError       a goal is malformed, or asks for what no data can show
├── RuleError       a rule is malformed or names a concept that the run has not
├── TruthError      a vote, a settlement or a rule of agreement is malformed or not allowed
├── RolesError      the table of who may do what is not understood
├── SelectionError  a cell, number or input is asked for that the run has not
├── CancelledError  a person stopped a long piece of work
└── StoreError      something cannot be saved, or cannot be read back
    ├── StoreConflict     somebody else was faster; holds what they did
    ├── StoreRefused      who asks may not save this
    ├── StoreUnavailable  locked, read-only, full, or a server that cannot be reached
    └── StoreMismatch     no store, another program's, one of a newer version, or damaged

The interface shows the text of a :class:`WorkshopError` where the person is: an error that leaves
nothing to draw stops the page (``frame.errors_as_messages``), one of a single panel or button is
told beside it. Anything else is a bug.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "N_SHOWN",
    "AmbiguousReading",
    "Cases",
    "DecisionError",
    "GoalError",
    "MissingScores",
    "NotPrepared",
    "RolesError",
    "RuleError",
    "RunError",
    "SelectionError",
    "StoreConflict",
    "StoreError",
    "StoreMismatch",
    "StoreRefused",
    "StoreUnavailable",
    "TruthError",
    "UnknownColumns",
    "WorkshopError",
    "did_you_mean",
    "listing",
    "name_list",
    "shorten",
]


class WorkshopError(Exception):
    """Base of every error whose text is meant for the person in front of the screen."""


class RunError(WorkshopError):
    """A run cannot be read, or what it holds contradicts itself."""


class AmbiguousReading(RunError):
    """A file can be understood in more than one way, and its owner has to say which is meant.

    Attributes
    ----------
    proposals : tuple of evalcore.readers.reading.proposal.Proposal
        The plausible readings, most plausible first.
    """

    def __init__(self, message: str, *, proposals: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.proposals = proposals


class NotPrepared(RunError):
    """A run in parts has to be prepared before it is opened, for the first time or anew."""


class UnknownColumns(RunError):
    """No column is known to hold the ground truth, or scores; a person can say which do."""


class MissingScores(RunError):
    """Scores are missing: cells are blank, NA or NaN, and all others are numbers."""


class DecisionError(WorkshopError, ValueError):
    """A decision is malformed, comes from a foreign file, or is no longer in force."""


class GoalError(WorkshopError, ValueError):
    """A goal is malformed, or is asked for in a way that no data can show."""


class RuleError(WorkshopError, ValueError):
    """A rule is malformed, or names a concept that the run does not have."""


class TruthError(WorkshopError, ValueError):
    """A vote, a settlement or a rule of agreement is malformed, or not this person's to change."""


class RolesError(WorkshopError, ValueError):
    """The configuration says in a way that nobody understands who may do what."""


class SelectionError(WorkshopError, KeyError):
    """A selection names a concept, an outcome or an input that does not exist."""

    def __str__(self) -> str:
        """Return the message itself; ``KeyError`` would show its ``repr``."""
        return str(self.args[0]) if self.args else ""


class CancelledError(WorkshopError):
    """A person stopped a long piece of work; nothing of it was kept."""


class StoreError(WorkshopError):
    """Something cannot be saved, or what was saved cannot be read; nothing is half-saved."""


class StoreConflict(StoreError):
    """Somebody else saved first.

    Attributes
    ----------
    others : tuple of evalcore.store.Event
        What they saved since the version that was expected, oldest first.
    """

    def __init__(self, message: str, *, others: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.others = others


class StoreRefused(StoreError):
    """Who asks may not save this; nothing was saved."""


class StoreUnavailable(StoreError):
    """The store cannot be used now: locked, read-only, full, or its server is not to be reached."""


class StoreMismatch(StoreError):
    """What lies there cannot be used: no store, another program's, too new, or damaged."""


N_SHOWN = 3
LONGEST_NAME, MOST_CANDIDATES = 100, 2_000
"""Beyond these nobody has mistyped a name; comparing takes the product of both lengths."""


@dataclass(slots=True, kw_only=True)
class Cases:
    """Cases of one kind of problem: all are counted, the first are shown."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Count one more case."""
        self.count += 1
        if len(self.first) < N_SHOWN:
            self.first.append(text)

    def add_more(self, count: int) -> None:
        """Count cases without showing them."""
        self.count += count

    def __str__(self) -> str:
        more = self.count - len(self.first)
        return "; ".join(self.first) + (f"; and {more:,} more" if more else "")


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest candidate, or an empty string.

    Examples
    --------
    >>> did_you_mean("dgo", ["dog", "cat"])
    " Did you mean 'dog'?"
    >>> did_you_mean("zebra", ["dog", "cat"])
    ''
    """
    if len(name) > LONGEST_NAME:
        return ""
    short = [one for one in candidates if len(one) <= LONGEST_NAME]
    folded = name.casefold()
    alike = [one for one in short if one.casefold() == folded and one != name]
    near = alike or difflib.get_close_matches(name, short[:MOST_CANDIDATES], n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def name_list(names: Iterable[str], *, limit: int, separator: str = ", ") -> str:
    """Return the first names in a row, and how many more there are.

    Examples
    --------
    >>> name_list(["dog", "cat", "cow", "hen"], limit=2)
    'dog, cat and 2 more'
    >>> name_list(["row 1: dog", "row 2: cat"], limit=1, separator="; ")
    'row 1: dog; and 1 more'
    """
    every = list(names)
    more = f" and {len(every) - limit:,} more" if len(every) > limit else ""
    joint = "" if separator == ", " or not more else separator.rstrip()
    return separator.join(every[:limit]) + joint + more


def shorten(value: object, *, width: int = 60) -> str:
    """Return ``repr(value)`` cut to ``width`` characters, for use inside a message.

    Examples
    --------
    >>> shorten("x" * 100, width=10)
    "'xxxxxxxx…"
    """
    long = isinstance(value, str) and len(value) > width
    try:
        text = repr(value[: width + 1]) if long else repr(value)  # type: ignore[index]
    except RecursionError:
        return "…"
    return text if len(text) <= width else text[: width - 1] + "…"


def listing(names: Iterable[str], *, limit: int = 10) -> str:
    """Return names quoted and joined by commas, the first ``limit`` of them.

    Examples
    --------
    >>> listing(["id", "label"])
    "'id', 'label'"
    """
    return name_list(map(shorten, names), limit=limit)
