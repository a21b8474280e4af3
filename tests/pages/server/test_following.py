"""What a presenter shows reaches who follows: the newest of each kind, and nothing twice."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages._ui.server import channel as channels
from pages._ui.server import following
from pages._ui.server.admission import for_people
from pages._ui.server.channel import Channel
from pages._ui.server.following import channel, open_channel

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("sys.argv", ["streamlit"])
    yield
    following._channels.clear()


def presented() -> Channel:
    told = Channel("w", presenter="ada")
    told.take(visitor="ada", session="tab")
    return told


def kinds(told: Channel, seen: int = 0) -> list[str]:
    return [message.kind for message in told.since(seen)]


def test_only_the_session_that_presents_is_heard() -> None:
    told = presented()
    told.show("another tab", page="evaluate", query={})
    told.drag("another tab", "{}")
    assert kinds(told) == []

    told.show("tab", page="evaluate", query={"t": ["0.5"]})
    assert kinds(told) == ["state"]
    assert told.shown is not None
    assert (told.shown.page, told.shown.query) == ("evaluate", {"t": ["0.5"]})
    told.drag("another tab", "{}")
    assert kinds(told) == ["state"]


def test_a_drag_before_anything_was_shown_belongs_to_nothing() -> None:
    told = presented()
    told.drag("tab", "{}")
    assert kinds(told) == []


def test_nothing_is_told_twice_and_nothing_but_the_newest_is_kept() -> None:
    told = presented()
    told.show("tab", page="evaluate", query={"t": ["0.5"]})
    for k in range(1_000):
        told.drag("tab", json.dumps({"k": k}))
        told.tell(answered=k)
    told.show("tab", page="evaluate", query={"t": ["0.5"]})  # as before

    state, drag, agenda = told.since(0)
    assert (state.kind, drag.kind, agenda.kind) == ("state", "drag", "agenda")
    content = json.loads(drag.text)
    assert content["board"] == {"k": 999}
    assert content["base"] == state.number
    assert json.loads(agenda.text)["answered"] == 999
    assert told.since(agenda.number) == []


def test_of_answers_that_overtake_each_other_the_one_asked_for_last_stays() -> None:
    told = presented()
    told.show("tab", page="evaluate", query={})
    told.drag("tab", '"newer"', 2.0)
    told.drag("tab", '"older"', 1.0)
    assert json.loads(told.since(0)[-1].text)["board"] == "newer"
    told.take(visitor="bo", session="his")
    told.drag("his", '"his"', 1.5)  # another clock
    assert json.loads(told.since(0)[-1].text)["board"] == "his"


def test_a_state_ends_the_drag_that_led_there() -> None:
    told = presented()
    told.show("tab", page="evaluate", query={"t": ["0.5"]})
    told.drag("tab", "{}")
    told.show("tab", page="evaluate", query={"t": ["0.6"]})
    assert kinds(told) == ["state"]


def test_a_server_that_was_started_anew_counts_on_above_what_was_told_before() -> None:
    before = presented()
    before.show("tab", page="evaluate", query={})
    (seen,) = before.since(0)
    after = Channel("w", presenter="ada")
    after.take(visitor="ada", session="tab")
    after.show("tab", page="evaluate", query={})
    assert after.since(seen.number - 1_000)


async def heard(told: Channel, after: int, n: int) -> list[dict[str, str]]:
    found = []
    async with aclosing(following._messages(told, after, "bo")) as stream:  # type: ignore[type-var]
        async for text in stream:
            lines = [line.split(": ", 1) for line in text.strip().splitlines()]
            found.append({name: value for name, value in lines if name})
            if len(found) == n:
                break
    return found


def test_what_is_told_from_another_thread_wakes_the_stream() -> None:
    told = presented()
    told.show("tab", page="evaluate", query={})

    async def listen() -> list[dict[str, str]]:
        threading.Timer(0.05, told.drag, ["tab", '{"x": 1}']).start()
        # the state, who is here, and what comes meanwhile
        return await asyncio.wait_for(heard(told, 0, 3), PATIENCE)

    events = asyncio.run(listen())
    assert [event["event"] for event in events] == ["state", "agenda", "drag"]
    assert json.loads(events[1]["data"])["here"] == 1
    assert [int(event["id"]) for event in events] == sorted(int(event["id"]) for event in events)
    assert told._bells == {}


def test_who_was_away_gets_what_holds_now_and_no_more() -> None:
    told = presented()
    told.show("tab", page="evaluate", query={"t": ["0.1"]})
    (first,) = told.since(0)
    for t in ("0.2", "0.3"):
        told.show("tab", page="evaluate", query={"t": [t]})
    events = asyncio.run(asyncio.wait_for(heard(told, first.number, 1), PATIENCE))
    assert told.shown is not None
    assert json.loads(events[0]["data"]) == {"number": told.shown.number}


def test_a_quiet_stream_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "HEARTBEAT", 0.01)

    async def second() -> str:
        async with aclosing(following._messages(Channel("w", presenter=""), 0, "bo")) as stream:  # type: ignore[type-var]
            texts = [text async for text, _ in _pairs(stream, 2)]
        return str(texts[1])

    assert asyncio.run(second()) == ": still here\n\n"


async def _pairs(stream, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    k = 0
    async for text in stream:
        yield text, k
        k += 1
        if k == n:
            return


def test_a_stream_ends_with_its_workshop_and_one_that_is_not_there_is_refused() -> None:
    client = TestClient(Starlette(routes=for_people(following.ROUTES)))
    assert client.get("/follow/nothing").status_code == 404
    told = open_channel("w", presenter="ada")
    told.take(visitor="ada", session="tab")
    told.show("tab", page="evaluate", query={})
    told.end()

    answer = client.get("/follow/w")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: ") == 2
    assert answer.text.rstrip().splitlines()[-2] == "event: over"
    again = client.get("/follow/w", headers={"Last-Event-ID": str(told.since(0)[0].number)})
    assert "event: state" not in again.text


def test_channels_are_bounded_and_so_are_those_who_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = open_channel("first", presenter="")
    for k in range(following.KEPT):
        open_channel(f"w{k}", presenter="")
    assert channel("first") is None
    assert kinds(first) == ["over"]
    assert open_channel("w1", presenter="") is channel("w1")

    monkeypatch.setattr(channels, "MOST_STREAMS", 0)
    client = TestClient(Starlette(routes=for_people(following.ROUTES)))
    assert client.get("/follow/w1").status_code == 503
