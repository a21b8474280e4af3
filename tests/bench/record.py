"""The decisions on record: the first read of 10,000, and what one more costs from then on.

``python -m tests.bench record [--decisions 10000]``; ``lines`` are rows for other tables.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import evalcore as ec
from evalcore.decisions import Decision, Ledger, draw_up, record
from evalcore.store import Store
from evalcore.store.events import FIRST, Event
from evalcore.store.export import write_events
from tests.bench.machine import describe
from tests.bench.table import Line, against, render, within
from tests.bench.timing import once

__all__ = ["lines", "main"]

N_CONCEPTS = 11
LEAST_RATIO = 0.08
EDIT_SECONDS = 0.2


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench record")
    parser.add_argument("--decisions", type=int, default=10_000, help="on record")
    found = list(lines(decisions=parser.parse_args(arguments).decisions))
    print(render(f"On record: {describe()}", lines=found))
    return int(any(line.kept is False for line in found))


def lines(*, decisions: int) -> Iterator[Line]:
    """Fill a store, read it for the first time, then save one more and read again.

    The first read is held against ``json.loads`` of the same texts, which no reader can do
    without; so the ratio says something on a busy machine too.
    """
    one = _decision()
    with _store_of(one, decisions) as store:
        payloads = [json.dumps(dict(event.payload)) for event in store.events()]
        _, parsing = once(lambda: [json.loads(text) for text in payloads])
        ledger = Ledger(store)
        history, first = once(ledger.history)
        assert len(history.entries) == decisions

        def edit() -> None:
            record(store, replace(one, id=str(uuid.uuid4())))
            assert ledger.history().entries[0].decision.title == one.title

        edits = [once(edit)[1] for _ in range(20)]
    yield against(
        f"first read of {decisions:,} decisions", first, parsing,
        rival="json.loads of the same", wanted=LEAST_RATIO,
    )  # fmt: skip
    what = "  one more saved, and all read again; median of 20"
    yield within(what, float(np.median(edits)), wanted=EDIT_SECONDS)


def _decision() -> Decision:
    rng = np.random.default_rng(5)
    labels = [int(k) for k in rng.integers(0, N_CONCEPTS, 500)]
    run = ec.EvalRun.from_arrays(rng.random((500, N_CONCEPTS)), labels)
    return draw_up(ec.Evaluation(run), ec.Rule(0.5), title="Strict", author="Ada", run_key="shelf")


@contextmanager
def _store_of(one: Decision, count: int) -> Iterator[Store]:
    """Give a store with so many decisions, which come by way of an export."""
    now = datetime.now(UTC)
    content = {name: value for name, value in one.to_dict().items() if name not in {"time", "id"}}
    ids = [str(uuid.uuid4()) for _ in range(count)]
    events = [
        Event.sealed(
            id=name, stream=f"decision/{name}", version=1, kind="recorded",
            payload=content | {"id": name}, payload_version=1, author="Ada", trust="declared",
            time=now, previous=FIRST,
        )
        for name in ids
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.jsonl"
        write_events(events, export)
        with Store.open(Path(folder) / "record.db") as store:
            store.load(export)
            yield store
