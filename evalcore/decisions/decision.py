"""A decision as it is recorded: what was decided, on what, by whom, when and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, Self, get_args

import numpy as np

from evalcore.choosing.goals import Goal
from evalcore.counting.rules import MODES, OPERATORS, Mode, Operator, Rule
from evalcore.decisions.fields import Fields
from evalcore.decisions.parts import ConceptDecided, Pinned, RunDecidedOn, TruthUsed
from evalcore.errors import DecisionError, GoalError, did_you_mean, shorten
from evalcore.measures.metrics import Counts

__all__ = ["SCHEMA", "SCHEMA_VERSION", "STATES", "Decision", "State", "first_line", "revision_of"]

State = Literal["in force", "superseded", "withdrawn"]
"""What has become of a decision."""
STATES: tuple[State, ...] = get_args(State)

SCHEMA = "threshold-workshop/decision"
SCHEMA_VERSION = 3
"""Earlier ones are read as well: 1 knew no common goals, no proofs and no hashes of evidence, 2 not
by which labels was counted."""
MOST_CONCEPTS = 100_000
MOST_PINNED = 100
LONGEST_TITLE = 200
LONGEST_AUTHOR = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision. Immutable; it is never edited, only superseded or withdrawn.

    Make one with :func:`evalcore.decisions.draw_up`.

    Parameters
    ----------
    id
        A UUID as text, made by who records it, so that recording twice records once.
    concepts
        Every concept of the run with its exact threshold and its counts at that moment.
    default_threshold
        The threshold of concepts that the decision does not know, in another run.
    operator, mode
        ``>`` or ``>=``; ``every`` concept that passes is predicted, or the ``top`` one alone.
    goal, goal_concept, confidence
        What it was chosen for, for which concept (None: all), and how sure that had to be (None:
        as observed).
    goal_common
        Whether the goal is for the summed counts of all concepts, under one threshold for all.
    goal_joint
        Whether the confidence is that all concepts meet the goal at once.
    proven
        The concepts for which the goal was proven with the confidence; None where none was asked
        for, where it is of a kind that is not proven, or where that is not on record.
    time
        In UTC; of the record once it is recorded.
    pinned
        Inputs as evidence.
    view
        The query of the link that reopens the view: name to texts.
    supersedes
        The id of the decision that it replaces.
    truth
        The agreed labels that were counted by; None: the labels as delivered.

    Raises
    ------
    DecisionError
        When a part is missing or malformed.
    """

    id: str
    title: str
    author: str
    time: datetime
    reasons: str
    run: RunDecidedOn
    concepts: tuple[ConceptDecided, ...]
    default_threshold: float
    operator: Operator
    mode: Mode
    goal: Goal | None = None
    goal_concept: str | None = None
    confidence: float | None = None
    goal_common: bool = False
    goal_joint: bool = False
    proven: tuple[str, ...] | None = None
    pinned: tuple[Pinned, ...] = ()
    view: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    supersedes: str | None = None
    truth: TruthUsed | None = None

    def __post_init__(self) -> None:
        """Check what no part can check by itself."""
        _check_id(self.id)
        names = dict.fromkeys([concept.name for concept in self.concepts])
        if not names or len(names) != len(self.concepts):
            msg = f"A decision needs concepts with different names, got {shorten(self.names)}."
            raise DecisionError(msg)
        if self.goal_concept is not None and self.goal_concept not in names:
            hint = did_you_mean(self.goal_concept, names)
            msg = f"The goal is for {shorten(self.goal_concept)}, which is not decided on.{hint}"
            raise DecisionError(msg)
        object.__setattr__(self, "view", MappingProxyType(dict(self.view)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the concepts."""
        return tuple(concept.name for concept in self.concepts)

    @property
    def rule(self) -> Rule:
        """The rule for the run that was decided on."""
        own = {c.name: c.threshold for c in self.concepts if c.threshold != self.default_threshold}
        return Rule(
            own or self.default_threshold,
            default=self.default_threshold,
            operator=self.operator,
            decision=self.mode,
        )

    @property
    def counts(self) -> Counts:
        """The counts at that moment; index j is ``names[j]``."""
        columns = {
            name: np.array([getattr(concept, name) for concept in self.concepts], dtype=np.int64)
            for name in ("tp", "fp", "fn", "tn")
        }
        return Counts(**columns)

    def at(self, time: datetime) -> Self:
        """Return the decision with another time: that of its record."""
        is_there = time == self.time and self.time.tzinfo is UTC
        return self if is_there else replace(self, time=time.astimezone(UTC))

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as a JSON object; :meth:`from_dict` makes an equal one from it."""
        return {
            "id": self.id,
            "schema": SCHEMA,
            "version": SCHEMA_VERSION,
            "title": self.title,
            "author": self.author,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "reasons": self.reasons,
            "supersedes": self.supersedes,
            "operator": self.operator,
            "mode": self.mode,
            "default_threshold": self.default_threshold,
            "thresholds": {concept.name: concept.threshold for concept in self.concepts},
            "goal": None if self.goal is None else self.goal.to_dict(),
            "goal_concept": self.goal_concept,
            "confidence": self.confidence,
            "goal_common": self.goal_common,
            "goal_joint": self.goal_joint,
            "proven": None if self.proven is None else list(self.proven),
            "truth": None if self.truth is None else self.truth.to_dict(),
            "run": self.run.to_dict(),
            "concepts": [concept.to_dict() for concept in self.concepts],
            "pinned": [pinned.to_dict() for pinned in self.pinned],
            "view": {name: list(texts) for name, texts in self.view.items()},
        }

    @classmethod
    def from_dict(cls, given: object, *, where: str = "decision") -> Self:
        """Make the decision that a JSON object describes.

        Parameters
        ----------
        where
            Names the file in messages.

        Raises
        ------
        DecisionError
            When it is no decision, of a newer version, or any entry breaks its rule.
        """
        version = _version(given, where)
        given = _without_standing(given)
        fields = Fields.of(given, where, _KNOWN[version])
        fields = Fields(_SINCE_2 | _SINCE_3 | dict(fields.given), where)
        concepts = tuple(
            ConceptDecided.from_dict(one, f"{where}, concept {k}")
            for k, one in enumerate(fields.items("concepts", most=MOST_CONCEPTS), start=1)
        )
        _check_thresholds(fields, concepts)
        return cls(
            id=fields.text("id"),
            title=fields.text("title", most=LONGEST_TITLE),
            author=fields.text("author", most=LONGEST_AUTHOR),
            time=fields.time("time"),
            reasons=fields.text("reasons", empty=True),
            supersedes=fields.text_or_none("supersedes"),
            run=RunDecidedOn.from_dict(fields.given["run"], f"{where}, run"),
            concepts=concepts,
            default_threshold=fields.number("default_threshold"),
            operator=fields.one_of("operator", OPERATORS),
            mode=fields.one_of("mode", MODES),
            goal=_goal(fields),
            goal_concept=fields.text_or_none("goal_concept"),
            confidence=fields.share_or_none("confidence"),
            goal_common=fields.yes_or_no("goal_common"),
            goal_joint=fields.yes_or_no("goal_joint"),
            proven=fields.texts_or_none("proven", most=MOST_CONCEPTS),
            pinned=tuple(
                Pinned.from_dict(one, f"{where}, pinned {k}", version=version)
                for k, one in enumerate(fields.items("pinned", most=MOST_PINNED), start=1)
            ),
            view=fields.query("view"),
            truth=_truth(fields, version),
        )


def revision_of(decision: Decision, *, state: State = "in force") -> str:
    """Return a short text that changes with what became of the decision; for file names.

    A browser that knows a file by its name then never shows the one from before.
    """
    mark = {"in force": "1", "superseded": "2-superseded", "withdrawn": "2-withdrawn"}
    return f"{decision.id[:8]}-{mark[state]}"


def first_line(decision: Decision, *, state: State = "in force") -> str:
    """Return what the first line of an export says: which decision, and what became of it."""
    return f"decision {decision.id}, revision {revision_of(decision, state=state)}, {state}"


_ENTRIES = (
    "id", "schema", "version", "title", "author", "time", "reasons", "supersedes", "operator",
    "mode", "default_threshold", "thresholds", "goal", "goal_concept", "confidence",
    "goal_common", "goal_joint", "proven", "truth", "run", "concepts", "pinned", "view",
)  # fmt: skip
_SINCE_2: dict[str, Any] = {"goal_common": False, "goal_joint": False, "proven": None}
"""What stands for the entries that version 1 has not."""
_SINCE_3: dict[str, Any] = {"truth": None}
_KNOWN = {
    1: dict.fromkeys(name for name in _ENTRIES if name not in _SINCE_2 | _SINCE_3).keys(),
    2: dict.fromkeys(name for name in _ENTRIES if name not in _SINCE_3).keys(),
    3: dict.fromkeys(_ENTRIES).keys(),
}
"""The entries of each version, in their order."""


def _without_standing(given: object) -> object:
    """Leave out what an export says of the decision's standing: that is not part of it."""
    if not isinstance(given, Mapping):
        return given
    if given.get("state", STATES[0]) not in STATES:
        msg = f"A decision's state is one of {', '.join(STATES)}, got {shorten(given['state'])}."
        raise DecisionError(msg)
    return {name: value for name, value in given.items() if name not in {"revision", "state"}}


_USUAL_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _check_id(given: str) -> None:
    if not _USUAL_ID.fullmatch(given):
        msg = f"A decision's id must be a UUID in its usual form, got {shorten(given)}."
        raise DecisionError(msg)


def _version(given: object, where: str) -> int:
    """Return the version of the schema of a file."""
    if not isinstance(given, Mapping) or given.get("schema") != SCHEMA:
        found = given.get("schema") if isinstance(given, Mapping) else given
        msg = f"{where}: this is no decision: its schema must be {SCHEMA!r}, got {shorten(found)}."
        raise DecisionError(msg)
    version: int = given.get("version", 0)
    if isinstance(version, bool) or version not in range(1, SCHEMA_VERSION + 1):
        msg = (
            f"{where}: this decision has the version {shorten(version)} of its schema, this "
            f"workshop knows up to version {SCHEMA_VERSION}. Hint: use a newer workshop."
        )
        raise DecisionError(msg)
    return version


def _check_thresholds(fields: Fields, concepts: tuple[ConceptDecided, ...]) -> None:
    """Refuse a file in which a threshold was changed in one of its two places."""
    thresholds = fields.given["thresholds"]
    if not isinstance(thresholds, Mapping):
        raise fields.error("thresholds", "must be an object")
    named = {concept.name: concept.threshold for concept in concepts}
    if named == thresholds:
        return
    for name in (*named, *thresholds):
        here, there = thresholds.get(name), named.get(name)
        if here is None or here != there:
            msg = (
                f"{fields.where}: the threshold of {shorten(name)} is {shorten(here)} in one place "
                f"and {shorten(there)} in the other. "
                "Hint: a decision is not edited; record a new one."
            )
            raise DecisionError(msg)


def _truth(fields: Fields, version: int) -> TruthUsed | None:
    """Return the agreed labels that were used; earlier versions say no more than their link."""
    if version < SCHEMA_VERSION:
        link = fields.query("view").get("truth", ())
        return TruthUsed() if {"agreed", "difference"} & set(link) else None
    given = fields.given["truth"]
    return None if given is None else TruthUsed.from_dict(given, f"{fields.where}, truth")


def _goal(fields: Fields) -> Goal | None:
    given = fields.given["goal"]
    if given is None:
        return None
    try:
        return Goal.from_dict(given)
    except GoalError as error:
        msg = f"{fields.where}: {error}"
        raise DecisionError(msg) from None
