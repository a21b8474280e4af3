"""What was done about findings is kept for the data set; the last thing done counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.worklist import handle, handled, stream_of
from evalcore.store import Store

RUN = ec.EvalRun.from_arrays(
    [[0.9], [0.1]], [[0], []], concepts=["dog"], name="pets", model_version="3"
)
FINDING = Finding(
    kind="too_few", concepts=("dog",), headline="Few dogs.", action="", gain="",
    inputs=np.zeros(0, dtype=np.int64),
)  # fmt: skip


def test_the_last_thing_done_counts_and_names_who_why_and_where(tmp_path: Path) -> None:
    stream = stream_of("digest")
    with Store.open(tmp_path / "record.db") as store:
        handle(
            store, stream, FINDING, state="aside", run=RUN, author=" Ada ", reason="Cats only.\n"
        )
        (mark,) = handled(store.events(stream)).values()
        assert (mark.key, mark.state, mark.closes(RUN)) == (FINDING.key, "aside", True)
        assert (mark.author, mark.reason, mark.run) == ("Ada", "Cats only.", "pets 3")
        assert mark.fingerprint == RUN.fingerprint

        handle(store, stream, FINDING, state="open", run=RUN, author="Bo")
        (mark,) = handled(store.events(stream)).values()
        assert (mark.state, mark.closes(RUN), mark.author) == ("open", False, "Bo")


@pytest.mark.parametrize(("author", "reason"), [("", "why"), ("Ada", " ")])
def test_nobody_puts_a_finding_aside_without_a_name_and_a_reason(
    tmp_path: Path, author: str, reason: str
) -> None:
    with Store.open(tmp_path / "record.db") as store:
        with pytest.raises(ec.RunError, match="Hint"):
            handle(store, "s", FINDING, state="aside", run=RUN, author=author, reason=reason)
        assert store.events("s") == ()


@pytest.mark.parametrize(("author", "reason"), [("A" * 201, "why"), ("Ada", "w" * 2_001)])
def test_what_is_too_long_is_refused_and_never_cut(
    tmp_path: Path, author: str, reason: str
) -> None:
    with Store.open(tmp_path / "record.db") as store:
        with pytest.raises(ec.RunError, match="may have"):
            handle(store, "s", FINDING, state="aside", run=RUN, author=author, reason=reason)
        assert store.events("s") == ()


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    with Store.open(tmp_path / "record.db") as store:
        store.append("s", kind="finding", payload={"key": 3, "state": "done"}, author="A",
                     event_id="00000000-0000-4000-8000-000000000001")  # fmt: skip
        store.append("s", kind="finding", payload={"state": "?"}, author="A",
                     event_id="00000000-0000-4000-8000-000000000002")  # fmt: skip
        assert handled(store.events("s")) == {}
