"""Adding to the log: voting, taking back, settling, choosing a rule, defining, drawing an audit.

What a function of this module has returned is saved; a retry with the same id saves nothing more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from evalcore.errors import TruthError, shorten
from evalcore.store import Event, Store
from evalcore.truth.audit import Audit
from evalcore.truth.definitions import Definition, Side, checked_side
from evalcore.truth.votes import (
    AgreementRule,
    Answer,
    Pair,
    Settlement,
    Vote,
    checked_name,
    checked_text,
)

__all__ = [
    "assign",
    "cast",
    "cast_all",
    "choose_rule",
    "define",
    "exemplify",
    "keep_audit",
    "reopen",
    "settle",
    "withdraw",
]


def cast(
    store: Store,
    stream: str,
    *,
    voter: str,
    pair: Pair,
    answer: Answer,
    remark: str = "",
    shown: str = "",
    definition: int = 0,
    vote_id: str | None = None,
) -> Event:
    """Save a vote; a person's last one counts, and the same id counts once.

    Parameters
    ----------
    shown, definition
        What was on the screen; see :class:`Vote`.
    vote_id
        Made by the client when the question was shown.

    Raises
    ------
    TruthError
        When the vote is malformed.
    StoreError
        When it cannot be saved; nothing was.
    """
    payload = {**pair._asdict(), "answer": answer, "remark": remark, "shown": shown}
    payload |= {"definition": definition}
    vote = Vote.of(payload, id="", voter=checked_name(voter), time=None)
    return _append(store, stream, "vote", vote.payload(), author=vote.voter, event_id=vote_id)


def cast_all(
    store: Store,
    stream: str,
    *,
    voter: str,
    answers: Mapping[Pair, Answer],
    shown: str,
    definition: int,
    page_id: str,
) -> int:
    """Save one person's votes on many pairs, all or none; return how many are new.

    Parameters
    ----------
    page_id
        A UUID as text, made by the client; the same page counts once.

    Raises
    ------
    TruthError
        When one of the votes is malformed.
    StoreError
        When they cannot be saved; none was.
    """
    name = checked_name(voter)
    said = {"remark": "", "shown": shown, "definition": definition}
    votes = [
        Vote.of({**pair._asdict(), "answer": answer, **said}, id="", voter=name, time=None)
        for pair, answer in answers.items()
    ]
    return store.append_all(
        stream,
        [
            {
                "kind": "vote",
                "payload": vote.payload(),
                "author": name,
                "event_id": str(uuid.uuid5(uuid.UUID(page_id), "\0".join(vote.pair))),
            }
            for vote in votes
        ],
    )


def withdraw(
    store: Store, stream: str, vote_id: str, *, voter: str, event_id: str | None = None
) -> Event:
    """Take one's own vote back: what the same person said of the pair before holds again.

    Raises
    ------
    TruthError
        When it is somebody else's vote, or none.
    StoreError
        When it cannot be saved; nothing was.
    """
    name, vote = checked_name(voter), store.event(vote_id)
    if vote is None or (vote.stream, vote.kind, vote.author) != (stream, "vote", name):
        msg = f"There is no vote {shorten(vote_id)} of {shorten(name)} to take back."
        raise TruthError(msg)
    return _append(store, stream, "withdrawn", {"vote": vote.id}, author=name, event_id=event_id)


def settle(
    store: Store,
    stream: str,
    *,
    adjudicator: str,
    pair: Pair,
    answer: Answer,
    reason: str,
    event_id: str | None = None,
) -> Event:
    """Settle a pair above all votes, with a reason.

    Raises
    ------
    TruthError
        When the reason is missing, or the answer is none.
    StoreError
        When it cannot be saved; nothing was.
    """
    payload = {**pair._asdict(), "answer": answer, "reason": reason}
    settled = Settlement.of(payload, id="", adjudicator=checked_name(adjudicator), time=None)
    return _append(
        store,
        stream,
        "settled",
        settled.payload(),
        author=settled.adjudicator,
        event_id=event_id,
    )


def reopen(
    store: Store, stream: str, *, adjudicator: str, pair: Pair, event_id: str | None = None
) -> Event:
    """Take a settlement back: the votes on the pair count again."""
    name = checked_name(adjudicator)
    return _append(store, stream, "reopened", pair._asdict(), author=name, event_id=event_id)


def choose_rule(
    store: Store, stream: str, rule: AgreementRule, *, author: str, event_id: str | None = None
) -> Event:
    """Save by which rule the votes are counted from now on."""
    name = checked_name(author)
    return _append(store, stream, "rule", rule.payload(), author=name, event_id=event_id)


def define(
    store: Store, stream: str, *, concept: str, text: str, author: str, event_id: str | None = None
) -> Event:
    """Save what a concept means, as a new version of its definition; its examples stay."""
    payload = {"concept": concept, "text": checked_text(text, "definition")}
    name = checked_name(author)
    return _append(store, stream, "defined", payload, author=name, event_id=event_id)


def exemplify(
    store: Store,
    stream: str,
    *,
    before: Definition,
    input_id: str,
    side: Side,
    author: str,
    event_id: str | None = None,
) -> Event:
    """Save an input as an example for or against a concept, or as none any more: a new version.

    Parameters
    ----------
    before
        The definition that was on the screen.

    Raises
    ------
    TruthError
        When there are as many examples as there may be.
    StoreError
        When it cannot be saved; nothing was.
    """
    before.with_example(input_id, checked_side(side))
    payload = {"concept": before.concept, "input": input_id, "side": side}
    name = checked_name(author)
    return _append(store, stream, "exampled", payload, author=name, event_id=event_id)


def keep_audit(
    store: Store, stream: str, audit: Audit, *, author: str, event_id: str | None = None
) -> Event:
    """Save which inputs were drawn for an audit, and how."""
    name = checked_name(author)
    return _append(store, stream, "audit", audit.payload(), author=name, event_id=event_id)


def assign(
    store: Store,
    stream: str,
    *,
    pairs: Sequence[Pair],
    people: Sequence[str],
    what: str,
    author: str,
    event_id: str | None = None,
) -> Event:
    """Ask some people to answer some pairs.

    Parameters
    ----------
    what
        The queue that the pairs were taken from, in words.

    Raises
    ------
    TruthError
        When nobody is named, or nothing is asked.
    StoreError
        When it cannot be saved; nothing was.
    """
    names = [checked_name(name) for name in people]
    if not names or not pairs:
        msg = "An assignment needs people and questions. Hint: name somebody, choose a queue."
        raise TruthError(msg)
    payload = {
        "pairs": [list(pair) for pair in pairs],
        "people": names,
        "what": checked_text(what, "queue"),
    }
    name = checked_name(author)
    return _append(store, stream, "assigned", payload, author=name, event_id=event_id)


def _append(
    store: Store,
    stream: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    author: str,
    event_id: str | None,
) -> Event:
    return store.append(
        stream, kind=kind, payload=payload, author=author, event_id=event_id or str(uuid.uuid4())
    )
