"""The live route: each page its own numbers, and the newest question answers those that wait."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

import evalcore as ec
from pages._ui.server import live
from pages._ui.server.live import Asked, Questions

PATIENCE = 20.0


class ByHand(Executor):
    """Threads that do nothing before they are told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def submit(self, call: Callable[..., Any], *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        self.waiting.append(call)
        return Future()

    def run(self) -> int:
        n = 0
        while self.waiting:
            self.waiting.pop(0)()
            n += 1
        return n


@pytest.fixture
def evaluation() -> ec.Evaluation:
    run = ec.EvalRun.from_arrays([[0.9], [0.2]], [[0], []], concepts=["dog"])
    return ec.Evaluation(run)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=live.ROUTES)) as made:
        yield made


def test_questions_that_wait_are_computed_once_for_the_newest() -> None:
    threads, computed = ByHand(), list[str]()

    def compute(asked: str, _: float) -> str:
        computed.append(asked)
        return f"at {asked}"

    questions = Questions(compute, threads=threads)
    waiting = [questions.ask(text, at=at) for text, at in (("0.1", 1), ("0.3", 3), ("0.2", 2))]
    threads.run()
    assert computed == ["0.3"]
    assert [one.answer.result(0) for one in waiting] == ["at 0.3"] * 3
    later = questions.ask("0.4", at=4)
    threads.run()
    assert (computed, later.answer.result(0)) == (["0.3", "0.4"], "at 0.4")


def test_what_comes_while_one_is_computed_waits_for_the_next_and_not_for_the_old() -> None:
    threads = ByHand()
    asked_meanwhile = []

    def compute(asked: str, _: float) -> str:
        if asked == "first":
            asked_meanwhile.extend(questions.ask(text, at=0) for text in ("second", "third"))
        return asked

    questions = Questions(compute, threads=threads)
    first = questions.ask("first", at=0)
    threads.run()
    assert first.answer.result(0) == "first"
    assert [one.answer.result(0) for one in asked_meanwhile] == ["third"] * 2


def test_the_turns_of_two_pages_alternate() -> None:
    threads, computed = ByHand(), list[str]()

    def page(name: str) -> Questions:
        def compute(asked: str, _: float) -> str:
            computed.append(f"{name} {asked}")
            if asked == "1":
                made.ask("2", at=2)
            return asked

        made = Questions(compute, threads=threads)
        return made

    one, other = page("one"), page("other")
    one.ask("1", at=1)
    other.ask("1", at=1)
    threads.run()
    assert computed == ["one 1", "other 1", "one 2", "other 2"]


def test_nothing_is_computed_for_who_has_gone() -> None:
    threads, computed = ByHand(), list[str]()
    questions = Questions(lambda asked, _: computed.append(asked) or "", threads=threads)
    one, other = questions.ask("1", at=1), questions.ask("2", at=2)
    questions.leave(one)
    questions.leave(other)
    threads.run()
    assert computed == []
    questions.ask("3", at=3)
    threads.run()
    assert computed == ["3"]


def test_an_error_reaches_all_who_wait_and_the_page_goes_on(
    evaluation: ec.Evaluation, client: TestClient
) -> None:
    def answer(_: ec.Evaluation, asked: Asked) -> dict[str, str]:
        if asked.threshold == "odd":
            msg = "no threshold"
            raise ec.RuleError(msg)
        return {"t": asked.threshold}

    told: list[tuple[str, float]] = []
    address = live.publish(evaluation, answer, tell=lambda text, at: told.append((text, at)))
    refused = client.get(f"/{address}?t=odd")
    assert (refused.status_code, refused.text) == (400, "no threshold")
    found = client.get(f"/{address}?t=0.4&at=12.5")
    assert (found.status_code, found.json()) == (200, {"t": "0.4"})
    assert told == [(json.dumps({"t": "0.4"}), 12.5)]


def test_the_rows_asked_for_reach_the_page_as_they_were_written(
    evaluation: ec.Evaluation, client: TestClient
) -> None:
    def answer(_: ec.Evaluation, asked: Asked) -> dict[str, str]:
        return {"t": asked.threshold, "rows": asked.rows}

    address = live.publish(evaluation, answer)
    rows = '{"by": ["recall 95 %", "up"]}'
    found = client.get(f"/{address}", params={"t": "0.4", "rows": rows})
    assert found.json() == {"t": "0.4", "rows": rows}
    assert client.get(f"/{address}?t=0.4").json() == {"t": "0.4", "rows": ""}


def test_an_address_dies_with_its_evaluation(client: TestClient) -> None:
    run = ec.EvalRun.from_arrays([[0.9]], [[0]], concepts=["dog"])
    address = live.publish(ec.Evaluation(run), lambda _, asked: {"t": asked.threshold})
    assert client.get(f"/{address}?t=0.4").status_code == 404
    assert client.get("/live/unknown?t=0.4").status_code == 404


async def asked(address: str, text: str, *, stays: bool) -> Response:
    """Ask as a browser that stays, or goes at once."""
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        if stays:
            await asyncio.sleep(PATIENCE)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "query_string": f"t={text}".encode(),
        "path_params": {"address": address},
        "headers": [],
    }
    return await live._answer(Request(scope, receive))


def test_a_browser_that_goes_before_its_turn_costs_nothing(evaluation: ec.Evaluation) -> None:
    computed: list[str] = []
    busy, free = threading.Barrier(live.N_THREADS + 1), threading.Event()

    def work() -> None:
        busy.wait(PATIENCE)
        free.wait(PATIENCE)

    def answer(_: ec.Evaluation, asked: Asked) -> dict[str, str]:
        computed.append(asked.threshold)
        return {"t": asked.threshold}

    address = live.publish(evaluation, answer).removeprefix("live/")

    async def scene() -> None:
        for _ in range(live.N_THREADS):
            live._threads.submit(work)
        await asyncio.to_thread(busy.wait, PATIENCE)
        left = await asked(address, "0.1", stays=False)
        assert left.status_code == 499
        free.set()
        assert (await asked(address, "0.2", stays=True)).status_code == 200

    asyncio.run(scene())
    assert computed == ["0.2"]
