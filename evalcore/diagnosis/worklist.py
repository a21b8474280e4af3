"""Findings as a worklist: what people take away, and what they did about each.

What was ticked off, put aside with a reason, or taken up again stands in a stream of the data set,
so that the next version of the model is told of it. Events are only ever added; the last one of a
finding counts.
"""

from __future__ import annotations

import csv
import io
import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from evalcore.diagnosis.finding import Finding
from evalcore.errors import RunError
from evalcore.runs.run import EvalRun
from evalcore.store import Event, Store
from evalcore.wording import isolated

__all__ = [
    "LONGEST_REASON",
    "Handled",
    "State",
    "as_csv",
    "as_json",
    "handle",
    "handled",
    "stream_of",
]

HEADS = ("finding", "kind", "concepts", "what", "do", "id", "path")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
"""A cell that begins so would be computed by a spreadsheet, or lose its apostrophe."""
State = Literal["done", "aside", "open"]
STATES: tuple[State, ...] = get_args(State)
STATE_WORDS: Mapping[State, str] = {
    "done": "ticked off",
    "aside": "put aside",
    "open": "taken up",
}
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

    def closes(self, run: EvalRun) -> bool:
        """Tell whether nobody need look at it: put aside, or ticked off in this very run."""
        is_here = self.fingerprint == run.fingerprint
        return self.state == "aside" or (self.state == "done" and is_here)

    @property
    def in_words(self) -> str:
        """Say what was done, by whom, where, when and why."""
        why = f": {self.reason}" if self.reason else ""
        return (
            f"{STATE_WORDS[self.state]} by {isolated(self.author)} in {isolated(self.run)}, "
            f"{self.time:%Y-%m-%d}{why}"
        )


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


def as_csv(findings: Sequence[Finding], run: EvalRun) -> str:
    """Return one row per finding and input; a finding without inputs has one row.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEADS)
    for number, finding in enumerate(findings, start=1):
        told = [str(number), finding.kind, " | ".join(finding.concepts)]
        told += [finding.headline, finding.action]
        for identity, path in _inputs(finding, run) or [("", "")]:
            writer.writerow([_plain(cell) for cell in (*told, identity, path)])
    return file.getvalue()


def as_json(findings: Sequence[Finding], run: EvalRun) -> str:
    """Return the findings as a JSON list, each with its number, interval and inputs."""
    listed = [
        {
            "key": finding.key,
            "kind": finding.kind,
            "concepts": list(finding.concepts),
            "subject": finding.subject,
            "what": finding.headline,
            "do": finding.action,
            "gain": finding.gain,
            "number": _number(finding.number),
            "interval": [_number(finding.low), _number(finding.high)],
            "unit": finding.unit,
            "mistakes": _number(finding.mistakes),
            "p_value": _number(finding.p_value),
            "inputs": [{"id": name, "path": path} for name, path in _inputs(finding, run)],
        }
        for finding in findings
    ]
    return json.dumps({"run": run.name, "findings": listed}, ensure_ascii=False, indent=2) + "\n"


def _inputs(finding: Finding, run: EvalRun) -> list[tuple[str, str]]:
    images = run.images
    return [
        (str(run.ids[position]), "" if images is None else images.name(position))
        for position in finding.inputs.tolist()
    ]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
