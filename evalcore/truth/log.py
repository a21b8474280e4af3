"""The log of a data set: what people have said of it, only ever added to, and what stands now.

Every data set has one stream, named by the hash of its inputs' ids: runs of several models on the
same inputs share their votes. What stands is computed from the events, and can be carried on by
those that were added since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from evalcore.errors import TruthError, shorten
from evalcore.store import Event, Store
from evalcore.truth.audit import Audit
from evalcore.truth.definitions import Definition, checked_side
from evalcore.truth.votes import (
    AgreementRule,
    Pair,
    Settlement,
    Vote,
    checked_name,
    checked_text,
)

__all__ = ["Assignment", "Log", "read", "stream_of"]

PREFIX = "truth/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Questions that some people were asked to answer, in their order."""

    id: str
    pairs: tuple[Pair, ...]
    people: tuple[str, ...]
    what: str
    author: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What stands after the first events of a stream. Immutable.

    Parameters
    ----------
    version, head
        The last event that was taken in, and its hash, which covers all before it.
    votes
        Pair to the votes on it that were not withdrawn, in the order of the record.
    cast
        Id of every vote that stands to its pair.
    settlements
        Pair to the settlement that holds.
    definitions
        Concept to its definitions, oldest first.
    rule
        The rule of agreement that was chosen last.
    audits
        The samples that were drawn, oldest first.
    assignments
        Who was asked what, oldest first.
    unreadable
        What another version or program has written; it hides nothing else.
    """

    version: int = 0
    head: str = ""
    votes: Mapping[Pair, tuple[Vote, ...]] = field(default_factory=dict)
    cast: Mapping[str, Pair] = field(default_factory=dict)
    settlements: Mapping[Pair, Settlement] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    rule: AgreementRule = field(default_factory=AgreementRule)
    audits: tuple[Audit, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    unreadable: tuple[str, ...] = ()

    def answers(self, pair: Pair) -> dict[str, Vote]:
        """Return the last vote of each person on a pair, by name."""
        return {vote.voter: vote for vote in self.votes.get(pair, ())}

    @property
    def voters(self) -> tuple[str, ...]:
        """Names of all whose votes stand, in the order of the alphabet."""
        return tuple(sorted({vote.voter for votes in self.votes.values() for vote in votes}))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs with a vote or a settlement, in the order of the record."""
        return tuple(dict.fromkeys([*self.votes, *self.settlements]))

    def definition(self, concept: str) -> Definition:
        """Return the latest definition of a concept; version 0 is empty."""
        return self.definitions.get(concept, (Definition(concept=concept),))[-1]

    def version_of(self, concept: str) -> int:
        """Return the version of the latest definition of a concept, 0 where it has none."""
        return self.definition(concept).version

    def assigned_to(self, name: str) -> tuple[Pair, ...]:
        """Return the pairs that a person was asked to answer, each once, the oldest first."""
        mine = (one for one in self.assignments if name in one.people)
        return tuple(dict.fromkeys(pair for one in mine for pair in one.pairs))

    def n_answered(self, assignment: Assignment, name: str) -> int:
        """Return how many of the pairs of an assignment a person has answered."""
        return sum(name in self.answers(pair) for pair in assignment.pairs)

    def carried_on(self, events: Iterable[Event]) -> Log:
        """Return the log after more events of the same stream."""
        draft = _Draft(self)
        for event in events:
            draft.take(event)
        return draft.log


def stream_of(inputs_digest: str) -> str:
    """Return the name of the stream of a data set, by the hash of its inputs' ids."""
    return PREFIX + inputs_digest


def read(store: Store, stream: str, *, known: Log | None = None) -> Log:
    """Return the log of a data set, carried on from one that is known.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    log = known or Log()
    if log.version == 0:
        return log.carried_on(store.events(stream))
    new = store.after({stream: log.version}, prefix=stream)
    return log.carried_on(new) if new else log


class _Draft:
    """A log while events are taken in; its dictionaries are its own."""

    def __init__(self, log: Log) -> None:
        self.votes, self.cast = dict(log.votes), dict(log.cast)
        self.settlements, self.definitions = dict(log.settlements), dict(log.definitions)
        self.unreadable = list(log.unreadable)
        self._log = log

    @property
    def log(self) -> Log:
        return replace(
            self._log,
            votes=self.votes,
            cast=self.cast,
            settlements=self.settlements,
            definitions=self.definitions,
            unreadable=tuple(self.unreadable),
        )

    def take(self, event: Event) -> None:
        """Take in one event; note what cannot be read."""
        try:
            _TAKE[event.kind](self, event)
        except (TruthError, KeyError, TypeError, ValueError) as error:
            reason = error if isinstance(error, TruthError) else "this workshop cannot read it"
            self.unreadable.append(f"{event.kind}, version {event.version}: {reason}")
        self._log = replace(self._log, version=event.version, head=event.hash)

    def vote(self, event: Event) -> None:
        vote = Vote.of(event.payload, id=event.id, voter=event.author, time=event.time)
        self.votes[vote.pair] = (*self.votes.get(vote.pair, ()), vote)
        self.cast[vote.id] = vote.pair

    def withdrawn(self, event: Event) -> None:
        gone = event.payload["vote"]
        pair = self.cast.get(gone)
        if pair is None:
            return  # taken back twice
        if not any(v.id == gone and v.voter == event.author for v in self.votes[pair]):
            msg = f"{shorten(event.author)} cannot take back somebody else's vote."
            raise TruthError(msg)
        del self.cast[gone]
        left = tuple(vote for vote in self.votes.pop(pair) if vote.id != gone)
        if left:
            self.votes[pair] = left

    def settled(self, event: Event) -> None:
        settled = Settlement.of(
            event.payload, id=event.id, adjudicator=event.author, time=event.time
        )
        self.settlements[settled.pair] = settled

    def reopened(self, event: Event) -> None:
        self.settlements.pop(Pair(event.payload["input"], event.payload["concept"]), None)

    def defined(self, event: Event) -> None:
        before = self._definition(event)
        text = checked_text(event.payload["text"], "definition")
        self._redefined(event, replace(before, text=text))

    def exampled(self, event: Event) -> None:
        before = self._definition(event)
        name, side = str(event.payload["input"]), checked_side(event.payload["side"])
        new = before.with_example(name, side)
        if new is not before:
            self._redefined(event, new)

    def _definition(self, event: Event) -> Definition:
        concept = str(event.payload["concept"])
        return self.definitions.get(concept, (Definition(concept=concept),))[-1]

    def _redefined(self, event: Event, new: Definition) -> None:
        before = self.definitions.get(new.concept, ())
        new = replace(new, version=len(before) + 1, author=event.author, time=event.time)
        self.definitions[new.concept] = (*before, new)

    def rule(self, event: Event) -> None:
        self._log = replace(self._log, rule=AgreementRule.of(event.payload))

    def audit(self, event: Event) -> None:
        drawn = Audit.of(event.payload, id=event.id)
        self._log = replace(self._log, audits=(*self._log.audits, drawn))

    def assigned(self, event: Event) -> None:
        said = event.payload
        new = Assignment(
            id=event.id,
            pairs=tuple(Pair(str(name), str(concept)) for name, concept in said["pairs"]),
            people=tuple(map(checked_name, said["people"])),
            what=checked_text(said["what"], "queue"),
            author=event.author,
            time=event.time,
        )
        self._log = replace(self._log, assignments=(*self._log.assignments, new))


_TAKE: Mapping[str, Callable[[_Draft, Event], None]] = {
    "vote": _Draft.vote,
    "withdrawn": _Draft.withdrawn,
    "settled": _Draft.settled,
    "reopened": _Draft.reopened,
    "defined": _Draft.defined,
    "exampled": _Draft.exampled,
    "rule": _Draft.rule,
    "audit": _Draft.audit,
    "assigned": _Draft.assigned,
}
