"""Many pictures never hold up the numbers: told by the order in which answers come, not by time."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

import evalcore as ec
from pages._ui.evaluate.live_numbers import board_at
from pages._ui.server import live, thumbnails
from pages._ui.session.view import Link

N_PICTURES = 32
FEW = 16
"""Pictures that may be ready before all numbers: a queue in front of them would be all of them."""
APP = Starlette(routes=[*thumbnails.ROUTES, *live.ROUTES])


class Noise:
    """Pictures that take their time: decoded one by one, and made smaller."""

    def __init__(self, begun: threading.Event) -> None:
        self.begun = begun
        noise = np.random.default_rng(1).integers(0, 255, (1_200, 1_200, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(noise).save(file, "PNG", compress_level=1)
        self.data = file.getvalue()

    def __len__(self) -> int:
        return N_PICTURES

    def stamp(self, position: int) -> str:
        return str(position)

    def read(self, position: int) -> bytes:
        del position
        self.begun.set()
        return self.data


async def receive() -> dict[str, Any]:
    await asyncio.sleep(3_600)
    return {"type": "http.disconnect"}


async def ask(path: str, query: str, order: list[str]) -> bytes:
    """Ask the server's routes as a browser does; note when the answer has come."""
    body, status = b"", 0

    async def send(message: Any) -> None:
        nonlocal body, status
        status = message.get("status", status)
        body += message.get("body", b"")

    scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "headers": [],
        "query_string": query.encode(),
    }  # fmt: skip
    await APP(scope, receive, send)
    assert status == 200
    order.append(path.split("/")[1])
    return body


@pytest.fixture
def page() -> Iterator[tuple[ec.Evaluation, str, threading.Event]]:
    begun = threading.Event()
    rng = np.random.default_rng(2)
    run = ec.EvalRun.from_arrays(rng.random((5_000, 20)), rng.integers(0, 20, 5_000).tolist())
    evaluation = ec.Evaluation(run)
    view = Link(rule=ec.Rule(0.5)).complete(run)
    every = np.arange(20)
    address = live.publish(evaluation, board_at(view, shown=every))
    thumbnails._drawings._kept.clear()
    thumbnails._published["noise"] = Noise(begun)  # type: ignore[assignment]
    yield evaluation, address, begun
    del thumbnails._published["noise"]
    live._pages.clear()


def test_a_move_of_the_threshold_is_answered_before_the_pictures(
    page: tuple[ec.Evaluation, str, threading.Event],
) -> None:
    evaluation, address, begun = page
    order: list[str] = []

    async def visit() -> bytes:
        pictures = [
            asyncio.create_task(ask(f"/thumbs/noise/{k}", "", order)) for k in range(N_PICTURES)
        ]
        await asyncio.to_thread(begun.wait, 20)
        moves = [asyncio.create_task(ask(f"/{address}", f"t=0.{k}", order)) for k in range(1, 9)]
        answers = await asyncio.gather(*moves)
        await asyncio.gather(*pictures)
        return answers[-1]

    answer = json.loads(asyncio.run(visit()))
    assert order.count("thumbs") == N_PICTURES
    last_number = len(order) - order[::-1].index("live")
    assert order[:last_number].count("thumbs") <= FEW, order
    nothing = evaluation.n_nothing_predicted(ec.Rule(0.8))
    shown = {item["label"]: item["value"] for item in answer["dial"]["highlights"]}
    assert shown["nothing predicted"] == f"{nothing:,}"
