"""What people did about findings: ticked off, put aside with a reason, taken up again.

It stands in a stream of the data set, so that the next version of the model is told of it. Events
are only ever added; the last one of a finding counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from evalcore.diagnosis.finding import Finding
from evalcore.errors import RunError
from evalcore.runs.run import EvalRun
from evalcore.store import Event, Store

__all__ = ["LONGEST_REASON", "Handled", "State", "handle", "handled", "stream_of"]

State = Literal["done", "aside", "open"]
STATES: tuple[State, ...] = get_args(State)
PREFIX = "findings/"
KIND = "finding"
LONGEST_REASON = 2_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What somebody did about a finding.

    Parameters
    ----------
    key
        Of the finding, see :attr:`evalcore.diagnosis.finding.Finding.key`.
    state
        ``done``, put ``aside``, or ``open`` again.
    headline
        What was found at that moment.
    run, fingerprint
        Of the run that it was found in.
    """

    key: str
    state: State
    headline: str
    reason: str
    author: str
    time: datetime
    run: str
    fingerprint: str

    @property
    def is_closed(self) -> bool:
        """True when it was ticked off or put aside."""
        return self.state != "open"


def stream_of(inputs_digest: str) -> str:
    """Return the name of the stream of a data set, by the hash of its inputs' ids."""
    return PREFIX + inputs_digest


def handle(
    store: Store,
    stream: str,
    finding: Finding,
    *,
    state: State,
    run: EvalRun,
    author: str,
    reason: str = "",
) -> Event:
    """Record what somebody does about a finding.

    Raises
    ------
    RunError
        When nobody's name is given, a text is too long, or a finding is put aside without a reason.
    StoreError
        When it cannot be saved; nothing was.
    """
    name, why = " ".join(author.split()), reason.strip()
    for text, most, what in ((name, LONGEST_NAME, "name"), (why, LONGEST_REASON, "reason")):
        if len(text) > most:
            msg = f"The {what} may have {most:,} characters, it has {len(text):,}."
            raise RunError(msg)
    if not name:
        msg = "Somebody has to have done this. Hint: type your name first."
        raise RunError(msg)
    if state == "aside" and not why:
        msg = "A finding is put aside with a reason. Hint: say why it does not matter."
        raise RunError(msg)
    version = f" {run.model_version}" if run.model_version else ""
    payload = {
        "key": finding.key,
        "state": state,
        "headline": finding.headline,
        "reason": why,
        "run": f"{run.name}{version}",
        "fingerprint": run.fingerprint,
    }
    return store.append(stream, kind=KIND, payload=payload, author=name, event_id=str(uuid.uuid4()))


def handled(events: Iterable[Event]) -> Mapping[str, Handled]:
    """Return the last thing done about each finding, by its key; what cannot be read is left out.

    Parameters
    ----------
    events
        Of the data set's stream, in their order.
    """
    found: dict[str, Handled] = {}
    for event in events:
        given = event.payload
        texts = [given.get(name) for name in ("key", "headline", "reason", "run", "fingerprint")]
        if event.kind != KIND or given.get("state") not in STATES:
            continue
        if not all(isinstance(text, str) for text in texts):
            continue
        key, headline, reason, run, fingerprint = map(str, texts)
        found[key] = Handled(
            key=key,
            state=given["state"],
            headline=headline,
            reason=reason,
            author=event.author,
            time=event.time,
            run=run,
            fingerprint=fingerprint,
        )
    return found
