"""Two servers that share a store: who presents on one is followed on the other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from evalcore.store import Store
from evalcore.store.notices import Notice
from pages._ui.server import relay
from pages._ui.server.channel import Channel
from pages._ui.server.relay import Relay

PATIENCE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A server: its own store object, relay and channel of the one workshop."""

    store: Store
    channel: Channel

    @classmethod
    def of(cls, where: Path) -> Process:
        store = Store.open(where)
        channel = Channel("w", presenter="ada", wire=Relay(store))
        assert channel.wire is not None
        channel.wire.catch_up(channel)
        return cls(store=store, channel=channel)

    def told(self, kind: str) -> dict[str, object] | None:
        found = (one for one in self.channel.since(0) if one.kind == kind)
        return next((json.loads(one.text) for one in found), None)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    with ExitStack() as stack:

        def begin() -> Process:
            made = Process.of(tmp_path / "workshop.db")
            stack.callback(made.store.close)
            return made

        yield begin


@pytest.fixture
def both(start: Callable[[], Process]) -> tuple[Process, Process]:
    return start(), start()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def presents(process: Process, t: str = "0.5") -> None:
    process.channel.take(visitor="ada", session="tab")
    process.channel.show("tab", page="evaluate", query={"t": [t]})


def test_a_state_and_a_drag_reach_who_follows_at_the_other_server(
    both: tuple[Process, Process],
) -> None:
    here, there = both
    presents(here)
    with here.channel.listening("ada", lambda: None), there.channel.listening("bo", lambda: None):
        until(lambda: there.channel.shown)
        assert there.channel.shown is not None
        assert there.channel.shown.query == {"t": ["0.5"]}
        until(lambda: here.channel.wire and here.channel.wire.is_heard("w"))
        here.channel.drag("tab", '{"k": 1}')
        until(lambda: there.told("drag"))
        drag, state = there.told("drag"), there.told("state")
        assert drag is not None
        assert state is not None
        assert (drag["board"], drag["base"]) == ({"k": 1}, state["number"])
        # what the presenter lets go of ends the drag there, too
        here.channel.show("tab", page="evaluate", query={"t": ["0.6"]})
        until(lambda: there.told("drag") is None)
        numbers = [one.number for one in there.channel.since(0)]
        assert numbers == sorted(numbers)


def test_who_opens_it_at_the_other_server_later_finds_what_holds(
    start: Callable[[], Process],
) -> None:
    here = start()
    presents(here, "0.7")
    here.channel.tell(asked="a poll", answered=3)
    until(lambda: len(here.store.notices.since("w", {})) == 3)
    there = start()
    assert there.channel.shown is not None
    assert there.channel.shown.query == {"t": ["0.7"]}
    agenda = there.told("agenda")
    assert agenda is not None
    assert (agenda["asked"], agenda["answered"]) == ("a poll", 3)


def test_a_drag_that_nobody_follows_elsewhere_is_not_written(
    both: tuple[Process, Process],
) -> None:
    here, there = both
    presents(here)
    with here.channel.listening("ada", lambda: None):
        here.channel.drag("tab", "{}")
        until(lambda: there.store.notices.since("w", {}))
        time.sleep(0.1)
        kinds = {one.kind for one in there.store.notices.since("w", {})}
        assert "drag" not in kinds
        assert here.told("drag") is not None


def test_who_takes_over_at_one_server_presents_no_more_at_the_other(
    both: tuple[Process, Process],
) -> None:
    here, there = both
    presents(here)
    with here.channel.listening("ada", lambda: None):
        until(lambda: there.store.notices.since("w", {"here": 0}))
        assert there.channel.wire is not None
        there.channel.wire.catch_up(there.channel)
        there.channel.take(visitor="bo", session="his")
        there.channel.show("his", page="concept", query={})
        until(lambda: here.channel.shown and here.channel.shown.page == "concept")
        assert not here.channel.is_presented_by("tab")
        assert here.channel.presenter == "bo"
        here.channel.show("tab", page="evaluate", query={})
        assert here.channel.shown is not None
        assert here.channel.shown.page == "concept"


def test_all_who_follow_are_counted_until_their_server_is_gone(
    both: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = both
    with here.channel.listening("bo", lambda: None):
        with (
            there.channel.listening("eve", lambda: None),
            there.channel.listening("kim", lambda: None),
            there.channel.listening("kim", int),  # another tab
        ):
            until(lambda: (here.told("agenda") or {}).get("here") == 3)
        until(lambda: (here.told("agenda") or {}).get("here") == 1)
        # one that was killed says nothing more
        said = json.dumps({"streams": 5, "people": 5})
        gone = Notice(topic="w", kind=f"{relay.HERE}killed", number=1, text=said)
        there.store.notices.post([gone])
        until(lambda: (here.told("agenda") or {}).get("here") == 6)
        monkeypatch.setattr(relay, "GONE", 0.0)
        until(lambda: (here.told("agenda") or {}).get("here") == 1)


def test_the_end_is_heard_everywhere_and_nonsense_harms_nobody(
    both: tuple[Process, Process],
) -> None:
    here, there = both
    presents(here)
    with there.channel.listening("bo", lambda: None):
        odd = [("state", "[]"), ("drag", "x"), ("taken", "{}"), (f"{relay.HERE}x", "null")]
        there.store.notices.post(
            [Notice(topic="w", kind=kind, number=10**14, text=text) for kind, text in odd]
        )
        here.channel.end()
        until(lambda: there.told("over") is not None)


def test_where_the_store_fails_those_at_one_server_follow_all_the_same(
    start: Callable[[], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAUSE", 0.0)
    here = start()
    Path(here.store.place).rename(Path(here.store.place).with_name("elsewhere.db"))
    with here.channel.listening("bo", lambda: None):
        presents(here)
        assert here.told("state") is not None
    (Path(here.store.place).with_name("elsewhere.db")).rename(here.store.place)
